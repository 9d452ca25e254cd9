"""Edge module: the empty form on which a kabupaten/kota writes its objections."""

from datetime import datetime
from pathlib import Path

import xlsxwriter

from reconcile.disclosure import MODES, Disclosure
from reconcile.language import text
from reconcile.objections import ObjectionState
from reconcile.sources.spec import load_source
from reconcile.vocab import Language

FORM = "sanggah/formulir_sanggah.xlsx"
#: Stands in the form instead of the clock.
_CREATED = datetime(2026, 1, 2)  # noqa: DTZ001  # xlsxwriter takes no zone
_ROWS = 500
_WIDTHS = {"alasan": 50, "jawaban": 50}
_GUIDE = range(1, 6)


def write_objection_form(path: Path, language: Language) -> None:
    """Write the form: text cells under the headings of the source ``objections``, and instructions.

    INTERNAL: it is empty. The same bytes every time.
    """
    fields = list(load_source("objections").fields)
    rulings = [
        text(f"objection_{one.value}", language) for one in (ObjectionState.ACCEPTED, ObjectionState.REJECTED)
    ]
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": _CREATED})
        bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#D9E2F3"})
        written = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        page = book.add_worksheet(text("objection_sheet", language))
        for place, name in enumerate(fields):
            page.set_column(place, place, _WIDTHS.get(name, 20), written)
            page.write_string(0, place, text(f"objection_col_{name}", language), bold)
        ruling = fields.index("putusan")
        page.data_validation(1, ruling, _ROWS, ruling, {"validate": "list", "source": rulings})
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.set_paper(9)
        page.repeat_rows(0)
        page.fit_to_pages(1, 0)
        guide = book.add_worksheet(text("review_sheet_guide", language))
        guide.set_column(0, 0, 110)
        guide.write_string(0, 0, text("objection_guide_title", language), bold)
        for row in _GUIDE:
            guide.write_string(row + 1, 0, text(f"objection_guide_{row}", language), written)
    path.chmod(MODES[Disclosure.INTERNAL])
