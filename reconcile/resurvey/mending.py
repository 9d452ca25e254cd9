"""The workbook in which an office mends what was held: each line with its reason and its answers so far.

It comes back like any other answer. A mended line takes the place of the one it was made from (its place
stands in the columns ``asal_*``); a line that is emptied withdraws it.
"""

from collections.abc import Sequence

import pandas as pd

from reconcile.language import entries, text
from reconcile.reports.forms import FormBook, FormColumn, FormSheet
from reconcile.resurvey.form import load_form
from reconcile.resurvey.store import KEY
from reconcile.resurvey.village_book import answer_columns
from reconcile.sources.raw import unmarked
from reconcile.vocab import FieldForm, Language

SHEET, UNREAD_SHEET = "PERBAIKAN", "TIDAK_TERBACA"
#: Codes of why a line is to be mended, parted by these.
PARTED = ","
#: Stands between a code and the column that it is about.
_OF = "@"
_WIDTHS = {"asal_berkas": 26, "asal_lembar": 12, "asal_baris": 8, "sebab": 44, "mend_what": 44}
#: A cell holds 32,767 characters.
_MOST_TEXT = 32_000


def mending_book(held: pd.DataFrame, unread: pd.DataFrame, *, run: str, language: Language) -> FormBook:
    """Return the workbook of ``held`` lines (STORED and ``sebab``: codes) and of rows that were ``unread``.

    ``unread`` is QUARANTINE: text that is no line of a table; it stands there to be typed in anew.
    """
    sheets = [_mending(held, language)]
    if len(unread):
        sheets.append(_unread(unread, language))
    return FormBook(tuple(sheets), {"formulir": FieldForm.WORKBOOK.value, "jalan": run})


def _mending(held: pd.DataFrame, language: Language) -> FormSheet:
    rows = held.apply(unmarked).reset_index(drop=True)
    for name, question in load_form().questions.items():
        if question.choices:
            labels = load_form().labels(name, language)
            rows[name] = rows[name].map(labels).fillna(rows[name])
    codes = held["sebab"].str.split(PARTED).reset_index(drop=True)
    rows = rows.assign(
        sebab=codes.map(lambda each: _sentences(each, language)),
        mend_what=codes.map(lambda each: _sentences(each, language, "fix_")),
    )
    key = text("mend_group_key", language)
    told = [FormColumn(name, _title(name, language), _WIDTHS[name], group=key) for name in _WIDTHS]
    # far to the right: nobody reads them, and the line is found again by them
    keys = [FormColumn("asal_sha256", _title("asal_sha256", language), 68), FormColumn("jalan", "jalan", 24)]
    opened = [
        FormColumn(name, name, width, open=True) for name, width in (("id_tugas", 23), ("kode_desa", 14))
    ]
    return FormSheet(
        SHEET,
        (text("mend_title", language), text("mend_fill", language), text("mend_withdraw", language)),
        (*told, *opened, *answer_columns(language), *keys),
        rows.astype("str"),
        fixed=3,
        printed=len(told),
        footer=f"&L&8{text('mend_footer', language)}&R&8&P / &N",
    )


def _title(name: str, language: Language) -> str:
    """Return a heading, by which the column is known again."""
    known = name.startswith("asal_")
    return text(f"title_{name}" if known else f"mend_{name.removeprefix('mend_')}", language)


def _sentences(codes: Sequence[str], language: Language, part: str = "") -> str:
    asked, said = load_form().questions, []
    for reason in codes:
        code, _, column = reason.partition(_OF)
        label = f"{asked[column].label[language]}: " if column in asked and not part else ""
        said.append(f"{label}{entries()[code][f'{part}{language}']}")
    return " ".join(dict.fromkeys(said))


def _unread(unread: pd.DataFrame, language: Language) -> FormSheet:
    rows = pd.DataFrame(
        {
            "asal_berkas": unread["source_file"],
            "asal_lembar": unread["source_sheet"],
            "asal_baris": unread["source_row"].astype("str"),
            "sebab": [_sentences([code], language) for code in unread["code"]],
            "mend_raw": unmarked(unread["raw"]).str.slice(0, _MOST_TEXT),
        },
        dtype="str",
    )
    columns = [FormColumn(name, _title(name, language), _WIDTHS.get(name, 80)) for name in map(str, rows)]
    titles = (text("mend_unread_title", language), text("mend_unread_fill", language))
    return FormSheet(
        UNREAD_SHEET, titles, tuple(columns), rows, footer=f"&L&8{text('mend_footer', language)}&R&8&P / &N"
    )


def to_mend(answers: pd.DataFrame, unreadable: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Return the ``lines`` (STORED) that somebody has to mend, with the codes of why in ``sebab``.

    ``answers`` (KEY and ``sebab``) are those that were held, ``unreadable`` (KEY, column and ``code``) the
    values that could not be read.
    """
    values = unreadable[KEY].assign(sebab=unreadable["code"] + _OF + unreadable["column"])
    why = pd.concat([answers[[*KEY, "sebab"]], values], ignore_index=True).drop_duplicates()
    joined = why.groupby(KEY, sort=True)["sebab"].agg(PARTED.join)
    found = lines.merge(joined.reset_index(), on=KEY, how="inner", validate="one_to_one")
    return found.sort_values(["asal_berkas", "asal_lembar", "asal_baris"], ignore_index=True)
