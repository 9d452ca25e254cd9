"""The book that offices fill in, declared: both sheets with what is known so far, and how to fill them in.

What was told before stands in it again, so that an office adds its quarter and sends the book back. INTERNAL:
no person is in it.
"""

from collections.abc import Mapping
from math import ceil

import pandas as pd

from reconcile.language import text
from reconcile.office.matrix import NUMBERS
from reconcile.office.settings import Known
from reconcile.office.vocab import Auditor, FollowUp, Strategy
from reconcile.reports.forms import Cell, FieldKind, FormBook, FormColumn, FormSheet, Line, PaperSheet, Style
from reconcile.vocab import Language

PLAN_SHEET, AUDIT_SHEET, GUIDE_SHEET = "MATRIKS", "TINDAK_LANJUT", "PETUNJUK"
_PLAN_WIDTHS = {
    "tahun": 7, "triwulan": 9, "strategi": 24, "program": 30, "opd": 30, "wilayah": 26, "satuan": 10,
    "target": 12, "realisasi": 12, "anggaran": 18, "realisasi_anggaran": 18,
}  # fmt: skip
_AUDIT_WIDTHS = {
    "nomor": 22, "auditor": 13, "tahun_rekomendasi": 9, "pokok": 44, "opd": 30, "jatuh_tempo": 12,
    "status_tl": 26, "tanggal_tl": 12, "no_bukti": 22,
}  # fmt: skip
#: Lines for programmes and recommendations that nobody has told yet.
_MORE_PLANS, _MORE_AUDITS = 40, 60
_DATES = ("jatuh_tempo", "tanggal_tl")
_GUIDE_WIDTH, _GUIDE = 100.0, range(1, 10)
_QUARTERS = ("1", "2", "3", "4")


def office_book(
    matrix: pd.DataFrame, audits: pd.DataFrame, known: Known, meta: Mapping[str, str], language: Language
) -> FormBook:
    """Return the book of MATRIX and STANDING_FOLLOW_UPS; ``meta`` says which run wrote it."""
    return FormBook(
        (_plans(matrix, known, language), _audits(audits, known, language), _guide(language)), meta
    )


def area_name(code: str, name: str) -> str:
    """Return how a kabupaten stands in the drop-down."""
    return f"{code} {name}"


def _plans(matrix: pd.DataFrame, known: Known, language: Language) -> FormSheet:
    words = {one.value: text(f"office_{one.value}", language) for one in Strategy}
    rows = matrix.assign(
        program=matrix["judul"],
        satuan=matrix["satuan_program"],
        wilayah=[area_name(*pair) for pair in zip(matrix["kode"], matrix["nama"], strict=True)],
        strategi=matrix["strategi"].map(words),
        **{name: matrix[name].map(_amount) for name in NUMBERS},
    )
    rows = rows.sort_values(["opd", "program", "kode", "triwulan"], ignore_index=True)
    choices = {
        "triwulan": _QUARTERS,
        "strategi": tuple(words.values()),
        "program": tuple(dict.fromkeys(one.title for one in known.programs)),
        "opd": known.offices,
        "wilayah": tuple(area_name(*pair) for pair in sorted(known.areas.items())),
    }
    kinds: dict[str, FieldKind] = {"tahun": "whole"}
    columns = _columns(_PLAN_WIDTHS, choices, kinds, language)
    return _sheet(PLAN_SHEET, "office_plan", columns, rows, _MORE_PLANS, 6, language)


def _audits(audits: pd.DataFrame, known: Known, language: Language) -> FormSheet:
    states = {one.value: text(f"office_{one.value}", language) for one in FollowUp}
    auditors = {one.value: text(f"office_{one.value}", language) for one in Auditor}
    rows = audits.assign(
        auditor=audits["auditor"].map(auditors),
        status_tl=audits["status_tl"].map(states),
        **{name: audits[name].dt.strftime("%Y-%m-%d") for name in _DATES},
    )
    choices = {
        "auditor": tuple(auditors.values()),
        "opd": known.offices,
        "status_tl": tuple(states.values()),
    }
    kinds: dict[str, FieldKind] = {"tahun_rekomendasi": "whole", **dict.fromkeys(_DATES, "date")}
    columns = _columns(_AUDIT_WIDTHS, choices, kinds, language)
    return _sheet(AUDIT_SHEET, "office_audit", columns, rows, _MORE_AUDITS, 1, language)


def _columns(
    widths: Mapping[str, float],
    choices: Mapping[str, tuple[str, ...]],
    kinds: Mapping[str, FieldKind],
    language: Language,
) -> tuple[FormColumn, ...]:
    """Return the columns, all of them open: an office may add a line for what nobody thought of."""
    return tuple(
        FormColumn(
            name,
            text(f"office_col_{name}", language),
            width,
            open=True,
            kind=kinds.get(name, "text"),
            choices=choices.get(name, ()),
            hint=text(f"office_hint_{name}", language),
        )
        for name, width in widths.items()
    )


def _sheet(
    name: str,
    key: str,
    columns: tuple[FormColumn, ...],
    rows: pd.DataFrame,
    more: int,
    fixed: int,
    language: Language,
) -> FormSheet:
    shown = rows[[column.key for column in columns]].astype("str")
    titles = tuple(text(f"{key}_{part}", language) for part in ("title", "note"))
    return FormSheet(name, titles, columns, shown, blank=more, fixed=fixed)


def _amount(value: object) -> str | None:
    """Return a number as an office would write it: no thousands, a decimal comma."""
    if not isinstance(value, int | float) or pd.isna(value):
        return None
    return f"{value:.2f}".removesuffix(".00").replace(".", ",")


def _guide(language: Language) -> PaperSheet:
    lines = [Line((Cell(text("office_guide_title", language), 1, Style.TITLE),), 20)]
    for number in _GUIDE:
        said = text(f"office_guide_{number}", language)
        lines.append(Line((Cell(said),), 14.0 * ceil(len(said) / _GUIDE_WIDTH)))
    return PaperSheet(GUIDE_SHEET, (_GUIDE_WIDTH,), tuple(lines))
