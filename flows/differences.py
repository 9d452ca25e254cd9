"""Edge module: where two files that should be the same begin to differ; the place, never what is there."""

import json
import zipfile
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from reconcile.errors import Fault

_BLOCK = 1 << 20
#: The first row of a table stands in the second line of its file.
_FIRST_ROW = 2


def differences(one: Path, other: Path, names: set[str]) -> Iterator[Fault]:
    """Return a fault for each file of ``names`` or of ``other`` that is not the same in both folders."""
    made = {path.relative_to(other).as_posix() for path in other.rglob("*") if path.is_file()}
    for name in sorted(names | made):
        if name not in made:
            yield Fault.of("E_RERUN_NOT_MADE", file=name)
        elif name not in names:
            yield Fault.of("E_RERUN_MORE", file=name)
        else:
            byte = _first_byte(one / name, other / name)
            if byte:
                yield _place(name, one / name, other / name, byte)


def _first_byte(one: Path, other: Path) -> int:
    """Return the first byte that differs, counted from 1; 0 where none does."""
    before = 0
    with one.open("rb") as first, other.open("rb") as second:
        while True:
            left, right = first.read(_BLOCK), second.read(_BLOCK)
            if left != right:
                pairs = enumerate(zip_longest(left, right))
                return before + 1 + next(place for place, (a, b) in pairs if a != b)
            if not left:
                return 0
            before += len(left)


def _place(name: str, one: Path, other: Path, byte: int) -> Fault:
    """Return the place in the terms of the kind of file, or the byte where it has none."""
    kinds = {".csv": _cell, ".json": _key, ".xlsx": _member}
    told = None
    if one.suffix in kinds:
        try:
            told = kinds[one.suffix](name, one, other)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            told = None
    return told or Fault.of("E_RERUN_BYTE", file=name, byte=byte)


def _table(path: Path) -> pd.DataFrame:
    options = pyarrow.csv.ParseOptions(delimiter=";", newlines_in_values=True)
    with path.open("rb") as file:
        heading = file.readline().decode("utf-8-sig").strip().split(";")
    types = dict.fromkeys((name.strip('"') for name in heading), pa.string())
    convert = pyarrow.csv.ConvertOptions(column_types=types, strings_can_be_null=False)
    table = pyarrow.csv.read_csv(path, parse_options=options, convert_options=convert)
    frame: pd.DataFrame = table.to_pandas()
    return frame


def _cell(name: str, one: Path, other: Path) -> Fault | None:
    """Return row (the heading is row 1) and column of the first cell that differs, or how many rows do."""
    left, right = _table(one), _table(other)
    if list(left.columns) != list(right.columns):
        return Fault.of("E_RERUN_COLUMNS", file=name, row=1)
    both = min(len(left), len(right))
    wrong = left.iloc[:both].to_numpy() != right.iloc[:both].to_numpy()
    rows = wrong.any(axis=1)
    if rows.any():
        row = int(rows.argmax())
        column = str(left.columns[int(wrong[row].argmax())])
        return Fault.of("E_RERUN_CELL", file=name, row=row + _FIRST_ROW, column=column, n=int(rows.sum()))
    if len(left) != len(right):
        return Fault.of("E_RERUN_ROWS", file=name, n=len(left), other=len(right))
    return None


def _key(name: str, one: Path, other: Path) -> Fault | None:
    left, right = (json.loads(path.read_text(encoding="utf-8")) for path in (one, other))
    keys = list(_keys(left, right))
    return Fault.of("E_RERUN_KEYS", file=name, keys=", ".join(keys[:5]), n=len(keys)) if keys else None


def _keys(left: Any, right: Any, at: str = "") -> Iterator[str]:
    """Return the dotted keys whose values differ; entries of a list under their number, from 1."""
    if isinstance(left, list) and isinstance(right, list):
        left, right = (dict(enumerate(values, start=1)) for values in (left, right))
    if not isinstance(left, dict) or not isinstance(right, dict):
        if left != right:
            yield at
        return
    for key in [*left, *(key for key in right if key not in left)]:
        below = f"{at}.{key}" if at else str(key)
        if key in left and key in right:
            yield from _keys(left[key], right[key], below)
        else:
            yield below


def _member(name: str, one: Path, other: Path) -> Fault | None:
    """Return the first part of a workbook that differs."""
    with zipfile.ZipFile(one) as left, zipfile.ZipFile(other) as right:
        names = list(dict.fromkeys((*left.namelist(), *right.namelist())))
        for member in names:
            in_both = member in left.namelist() and member in right.namelist()
            if not in_both or left.read(member) != right.read(member):
                return Fault.of("E_RERUN_MEMBER", file=name, member=member)
    return None
