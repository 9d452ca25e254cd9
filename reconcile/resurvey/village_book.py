"""What stands in the workbook of a village: instructions, the list, new families, minutes to be signed.

The answer columns are the questions of form.yaml, headed by their labels. A line is found again by
``id_tugas`` alone; the sheet META tells a program which list it was.
"""

from collections.abc import Mapping
from hashlib import sha256

import pandas as pd

from reconcile.language import text
from reconcile.reports.forms import FieldKind, FormBook, FormColumn, FormSheet
from reconcile.resurvey.form import Question, load_form
from reconcile.resurvey.village_letters import guide, minutes
from reconcile.resurvey.village_paper import printed
from reconcile.resurvey.village_words import SIDES, TOLD, ListOf, label
from reconcile.text.formulas import shielded
from reconcile.vocab import FieldForm, Language, VisitResult

#: Sheets that answers come back on; their names are the same in every language.
LIST_SHEET, NEW_SHEET = "DAFTAR", "KELUARGA_BARU"
#: What the sheet META tells, a key and its value per row.
META_KEYS = (
    "formulir", "jalan", "periode", "kode_desa", "kode_kab", "jatuh_tempo", "jumlah_baris", "sidik",
)  # fmt: skip
#: Lines for families that are on no list.
_NEW_LINES = 35
_KINDS: Mapping[str, FieldKind] = {
    "whole": "whole",
    "date": "date",
    "digits16": "digits16",
    "decimal": "decimal",
}
_WIDTHS = {"text": 22, "whole": 9, "date": 12, "digits16": 19, "decimal": 12, "choice": 22}
_TOLD_WIDTHS = {
    "nama": 24, "nik": 18, "no_kk": 18, "tanggal_lahir": 11, "alamat": 30, "rt_rw": 9, "jumlah_anggota": 9,
}  # fmt: skip


def village_book(rows: pd.DataFrame, of: ListOf) -> FormBook:
    """Return the workbook for WORKLIST ``rows`` of one village (or of the unplaced of one kabupaten).

    The order of the rows does not count. What is locked is told apart by a SHA-256 that stands on the minutes
    and in META.
    """
    lines = listed(rows)
    digest, marked = locked_digest(lines.apply(shielded)), differences(lines)
    listing, fresh = _listing(lines, of, marked), _fresh(of)
    sheets = (
        guide(of),
        listing,
        printed(lines, of, marked),
        fresh,
        minutes(of, digest, list_sheet=listing, new_sheet=fresh),
    )
    told = (
        FieldForm.WORKBOOK, of.round.run, of.round.period, of.village, of.regency, of.due, str(of.count),
        digest,
    )  # fmt: skip
    return FormBook(sheets, dict(zip(META_KEYS, told, strict=True)))


def listed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what the list says of WORKLIST ``rows``: all text, in the order of the visits.

    Columns: urutan, id_tugas, alasan_dicek, jatuh_tempo, and each of TOLD of both lists.
    """
    ordered = rows.sort_values(["urutan", "id_tugas"], ignore_index=True)
    told = {
        name: ordered[name].astype("str") for name in ("urutan", "id_tugas", "alasan_dicek", "jatuh_tempo")
    }
    for side in SIDES:
        place = ordered[[f"rt_{side}", f"rw_{side}"]].astype("str").apply(lambda part: part.str.zfill(3))
        somewhere = place.notna().any(axis="columns")
        joined = place[f"rt_{side}"].fillna("-") + "/" + place[f"rw_{side}"].fillna("-")
        birth = ordered[f"tanggal_lahir_{side}"].dt.strftime("%Y-%m-%d")
        special = {"rt_rw": joined.where(somewhere), "tanggal_lahir": birth}
        for name in TOLD:
            key = f"{name}_{side}"
            told[key] = special[name] if name in special else ordered[key]
    return pd.DataFrame(told).astype("str").fillna("")


def locked_digest(lines: pd.DataFrame) -> str:
    """Return the SHA-256 of what is locked: of each line, in the order of its id, every locked cell.

    ``lines`` are the cells as they stand in the workbook, whatever the order of the rows.
    """
    cells = lines.sort_values("id_tugas")[locked_keys()].fillna("")
    written = "\n".join("\t".join(row) for row in cells.itertuples(index=False, name=None))
    return sha256(written.encode()).hexdigest()


def locked_keys() -> list[str]:
    """Return the locked columns in their order."""
    return [column.key for column in locked_columns(Language.INDONESIAN)]


def locked_columns(language: Language) -> tuple[FormColumn, ...]:
    """Return the columns of the list that nobody changes."""
    key, told = text("list_group_key", language), text("list_group_told", language)

    def both(*names: str, group: str) -> list[FormColumn]:
        return [
            FormColumn(f"{name}_{side}", label(name, side, language), _TOLD_WIDTHS[name], group=group)
            for name in names
            for side in SIDES
        ]

    return (
        FormColumn("urutan", text("list_no", language), 5, group=key),
        FormColumn("id_tugas", text("list_id", language), 23, group=key),
        *both("nama", group=key),
        FormColumn("alasan_dicek", text("list_reason", language), 50, group=key),
        *both(*(name for name in TOLD if name != "nama"), group=told),
        FormColumn("jatuh_tempo", text("list_due", language), 12, group=told),
    )


def answer_columns(language: Language) -> tuple[FormColumn, ...]:
    """Return a column for each question of the form that a workbook asks."""
    form = load_form()
    return tuple(_answer(name, one, language) for name, one in form.questions.items() if one.sheet)


def _answer(name: str, question: Question, language: Language) -> FormColumn:
    form = load_form()
    choices = tuple(form.labels(name, language).values()) if question.choices else ()
    return FormColumn(
        name,
        question.label[language],
        _WIDTHS.get(question.type, _WIDTHS["text"]),
        open=True,
        kind=_KINDS.get(question.type, "text"),
        choices=choices,
        hint=question.hint.get(language, ""),
        group=form.groups[question.group][language],
        asked_if=_in_words(question.asked_if, language),
        required=question.required,
    )


def _in_words(asked_if: Mapping[str, tuple[str, ...]], language: Language) -> dict[str, tuple[str, ...]]:
    labels = {other: load_form().labels(other, language) for other in asked_if}
    return {other: tuple(labels[other][one] for one in answers) for other, answers in asked_if.items()}


def _listing(lines: pd.DataFrame, of: ListOf, marked: pd.DataFrame) -> FormSheet:
    locked = locked_columns(of.language)
    titles = (of.title("list_title"), of.about, text("list_fill", of.language))
    # what fits on a page and helps on the way; the whole form is on LEMBAR_CETAK
    seen = [column.key for column in locked].index("alasan_dicek") + 1
    return FormSheet(
        LIST_SHEET,
        titles,
        (*locked, *answer_columns(of.language)),
        lines,
        marked=marked,
        fixed=4,
        printed=seen,
        footer=of.footer,
    )


def differences(lines: pd.DataFrame) -> pd.DataFrame:
    """Return for each column of TOLD whether both lists tell something, and not the same."""
    marked = {}
    for name in TOLD:
        one, other = (lines[f"{name}_{side}"].str.casefold() for side in SIDES)
        differ = (one != "") & (other != "") & (one != other)
        marked.update({f"{name}_{side}": differ for side in SIDES})
    return pd.DataFrame(marked)


def _fresh(of: ListOf) -> FormSheet:
    """Return the sheet for families that are on no list: what is asked of a family that is found."""
    found = load_form().labels("hasil", of.language)[VisitResult.FOUND]
    number = FormColumn("urutan", text("list_no", of.language), 5)
    columns = [
        column
        for column in answer_columns(of.language)
        if "hasil" not in column.asked_if or found in column.asked_if["hasil"]
    ]
    rows = pd.DataFrame({"urutan": [str(place) for place in range(1, _NEW_LINES + 1)]}, dtype="str")
    titles = (of.title("list_new_title"), of.about, text("list_new_fill", of.language))
    return FormSheet(
        NEW_SHEET, titles, (number, *columns), rows, fixed=1, printed=len(columns) // 3, footer=of.footer
    )
