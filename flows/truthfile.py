"""The file of true pairs that `padan evaluate` holds a result against."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from reconcile.errors import Fault, InputError
from reconcile.linkage.evaluate import KEYS, TRUTH
from reconcile.sources.continuation import split_fields
from reconcile.sources.raw import TextSheet
from reconcile.sources.readers import read_file

#: More kinds than this are no kinds: names or numbers stand in that column, and kinds are shown to everybody.
_KINDS = 30
#: So many lines with the same fault are named.
_MOST = 5


@dataclass(frozen=True, eq=False)
class TruthFile:
    """True pairs (TRUTH), each once, and how many lines of the file repeat one."""

    pairs: pd.DataFrame
    repeated: int


def read_truth(path: Path) -> TruthFile:
    """Return the pairs of a delimited text file with the columns TRUTH, in any order, among others.

    InputError with the faults: ``E_TRUTH_MISSING``, ``E_TRUTH_FORM``, ``E_TRUTH_COLUMN``, ``E_TRUTH_EMPTY``,
    ``E_TRUTH_FIELDS``, ``E_TRUTH_NO_VALUE``, ``E_TRUTH_TWICE`` (one pair, two kinds), ``E_TRUTH_KINDS``,
    or those of ``read_file``.
    """
    if not path.is_file():
        raise InputError([Fault.of("E_TRUTH_MISSING", file=str(path))])
    sheet = read_file(path, label=path.name).sheets[0]
    if not isinstance(sheet, TextSheet):
        raise InputError([Fault.of("E_TRUTH_FORM", file=path.name)])
    delimiter = max(",;\t|", key=sheet.lines[0].count)
    head, *rows = split_fields(list(sheet.lines), delimiter)
    names = [name.strip().strip("\ufeff").lower() for name in head or []]
    faults = [
        Fault.of("E_TRUTH_COLUMN", file=path.name, name=n, n=len(names)) for n in TRUTH if names.count(n) != 1
    ]
    if faults:
        raise InputError(faults)
    return _pairs(path.name, rows, [names.index(name) for name in TRUTH], len(names))


def _pairs(file: str, rows: Sequence[list[str] | None], places: Sequence[int], width: int) -> TruthFile:
    blank = [row is not None and not any(cell.strip() for cell in row) for row in rows]
    told = [(n, row) for n, (row, empty) in enumerate(zip(rows, blank, strict=True), start=2) if not empty]
    faults = [
        Fault.of("E_TRUTH_FIELDS", file=file, row=n) for n, row in told if row is None or len(row) != width
    ]
    if faults or not told:
        raise InputError(faults[:_MOST] or [Fault.of("E_TRUTH_EMPTY", file=file)])
    table = pd.DataFrame([[row[p] for p in places] for _, row in told if row], columns=TRUTH, dtype="str")
    table = table.apply(lambda column: column.str.strip()).assign(row=[n for n, _ in told])
    faults = [
        Fault.of("E_TRUTH_NO_VALUE", file=file, row=n, column=name)
        for name in TRUTH
        for n in table.loc[table[name] == "", "row"].head(_MOST)
    ]
    pairs = table.drop_duplicates(TRUTH)
    twice = pairs[pairs.duplicated(KEYS)]
    faults += [Fault.of("E_TRUTH_TWICE", file=file, row=n) for n in twice["row"].head(_MOST)]
    if table["jenis"].nunique() > _KINDS:
        faults.append(Fault.of("E_TRUTH_KINDS", file=file, most=_KINDS))
    if faults:
        raise InputError(faults)
    return TruthFile(pairs[TRUTH].reset_index(drop=True), len(table) - len(pairs))
