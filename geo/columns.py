"""What an officer reads of a column: its title, its meaning, the words of its values."""

from collections.abc import Mapping
from enum import StrEnum

import pandas as pd

from reconcile.language import entries, text
from reconcile.programs.vocab import Outcome, Unit
from reconcile.resurvey.corrections import IN_FORCE
from reconcile.resurvey.form import load_form
from reconcile.vocab import (
    Agreement,
    AnswerStatus,
    Certainty,
    CodeStatus,
    Language,
    MatchStatus,
    Placement,
    PointFall,
    Position,
    Severity,
    Sex,
    ShareClass,
    TaskStatus,
    Unplaced,
    ValueOrigin,
    VisitResult,
)

_SIDES = {"_p3ke": "P3KE", "_bps": "BPS"}

#: Vocabulary of a column, and what the catalogue's keys of its words begin with.
_WORDS: Mapping[str, tuple[type[StrEnum], str]] = {
    "status_padan": (MatchStatus, "status"),
    "cara_lokasi": (Placement, "placement"),
    "posisi": (Position, "position"),
    "kelas_cocok": (ShareClass, "class"),
    "kelas_beda_desil": (ShareClass, "class"),
    "kelas_lengkap": (ShareClass, "class"),
    "tingkat_temuan": (Severity, "severity"),
    "status_tugas": (TaskStatus, "task"),
    "status_jawaban": (AnswerStatus, "answer"),
    "hasil_kunjungan": (VisitResult, "visit_result"),
    **{f"asal_{name}": (ValueOrigin, "origin") for name in (*IN_FORCE, "lokasi")},
    "kepastian": (Certainty, "certainty"),
    "kesepakatan": (Agreement, "agreement"),
    "letak_titik": (PointFall, "fall"),
    "status_kode": (CodeStatus, "code_status"),
    "jenis_kelamin": (Sex, "sex"),
    "hasil_program": (Outcome, "program_outcome"),
    "satuan": (Unit, "program_unit"),
}

DICTIONARY_COLUMNS = ("lapisan", "urutan", "kolom", "judul", "jenis", "arti", "nilai")


def alias(column: str, language: Language) -> str:
    """Return what stands above ``column``: ``alias_*`` of the catalogue, by side, else the column's name.

    A column that is a question of the form of a visit is headed by the question.
    """
    key, side = _entry("alias", column)
    question = load_form().questions.get(column)
    if question and not key:
        return question.label[language]
    return f"{text(key, language)}{f' ({side})' if side else ''}" if key else column


def about(column: str, language: Language) -> str:
    """Return what ``column`` means: ``about_*`` of the catalogue, else nothing."""
    key, _ = _entry("about", column)
    return text(key, language) if key else ""


def words(column: str, language: Language) -> dict[str, str]:
    """Return value -> word of a column with a closed vocabulary, else nothing."""
    known = _WORDS.get(column) or _WORDS.get(_stem(column)[0])
    if known is None:
        question = load_form().questions.get(column)
        return load_form().labels(column, language) if question and question.choices else {}
    vocabulary, prefix = known
    return {one.value: text(f"{prefix}_{one.value}", language) for one in vocabulary}


def reasons(codes: pd.Series, language: Language) -> pd.Series:
    """Return lists of vocab.Unplaced, parted by commas, in words."""
    said = {one.value: text(f"unplaced_{one.value}", language) for one in Unplaced}
    written = {c: "; ".join(said[one.strip()] for one in c.split(",")) for c in codes.dropna().unique()}
    return codes.map(written).astype("str")


def kind(column: pd.Series) -> str:
    """Return the kind of a column's values: text, whole, number, date, moment or yesno."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return "moment"
    tests = (
        ("yesno", pd.api.types.is_bool_dtype),
        ("whole", pd.api.types.is_integer_dtype),
        ("number", pd.api.types.is_float_dtype),
        ("date", pd.api.types.is_datetime64_dtype),
    )
    return next((name for name, fits in tests if fits(column.dtype)), "text")


def data_dictionary(tables: Mapping[str, pd.DataFrame], language: Language) -> pd.DataFrame:
    """Return DICTIONARY_COLUMNS: a row per column of each table, in their order, geometry left out."""
    rows = [
        (
            name,
            place,
            column,
            alias(column, language),
            text(f"kind_{kind(table[column])}", language),
            about(column, language),
            "; ".join(f"{value} = {word}" for value, word in words(column, language).items()),
        )
        for name, table in tables.items()
        for place, column in enumerate(attributes(table), start=1)
    ]
    return pd.DataFrame(rows, columns=list(DICTIONARY_COLUMNS)).astype(
        {column: "int64" if column == "urutan" else "str" for column in DICTIONARY_COLUMNS}
    )


def attributes(table: pd.DataFrame) -> list[str]:
    """Return the columns of a layer or table without its geometry."""
    return [str(column) for column in table.columns if str(column) != "geometry"]


def _entry(kind_of_entry: str, column: str) -> tuple[str, str]:
    """Return the catalogue's key for ``column``, and the registry where it is that of the stem."""
    if f"{kind_of_entry}_{column}" in entries():
        return f"{kind_of_entry}_{column}", ""
    stem, side = _stem(column)
    return (f"{kind_of_entry}_{stem}", side) if f"{kind_of_entry}_{stem}" in entries() else ("", "")


def _stem(column: str) -> tuple[str, str]:
    for suffix, side in _SIDES.items():
        if column.endswith(suffix):
            return column.removesuffix(suffix), side
    return column, ""
