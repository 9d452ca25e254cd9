"""What a step made, as a tree for JSON and its frames as Parquet; and back, the same to the type.

The declared types say how to read a tree: frozen dataclasses and pydantic models by their fields, mappings,
tuples, enums, dates, and pandas' and geopandas' tables. Nothing is pickled: reading a file runs no code.
Fields of a dataclass that hold tables are read when they are asked for: a step that looks at one table of a
result does not have all of them in memory.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import geopandas as gpd
import pandas as pd
from pydantic import BaseModel

from reconcile.sources.spec import SourceSpec, load_source

#: A value of JSON.
Tree = Any
#: Puts a table away and says under what name; and brings it back.
Save = Callable[[pd.DataFrame], str]
Read = Callable[[str, bool], pd.DataFrame]

_PLAIN = (str, bool, int, float, NoneType)


def pack(value: object, save: Save) -> Tree:  # noqa: PLR0911 - one per form
    """Return ``value`` as a tree; its tables go to ``save``. TypeError for a type that has no form here."""
    match value:
        case gpd.GeoDataFrame() | pd.DataFrame():
            return _table(value, save)
        case pd.Series():
            # a name that is missing would come back as the number 0
            return {**_table(value.to_frame("value"), save), "series": value.name}
        case pd.Timestamp():
            return value.isoformat()
        case SourceSpec():
            # a declaration is part of the program
            return value.name
        case BaseModel():
            return value.model_dump(mode="json")
        case Mapping():
            return [[pack(key, save), pack(one, save)] for key, one in value.items()]
        case frozenset():
            return sorted(pack(one, save) for one in value)
        case tuple() | list():
            return [pack(one, save) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: pack(getattr(value, name), save) for name in _kinds(type(value))}
    return _atom(value)


def _atom(value: object) -> Tree:
    match value:
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case Path():
            return str(value)
        case _ if isinstance(value, _PLAIN):
            return value
        case _:
            message = f"a {type(value).__name__} cannot be kept"
            raise TypeError(message)


def _table(frame: pd.DataFrame, save: Save) -> Tree:
    # Parquet knows no seconds: what came as datetime64[s] must not come back as [ms]
    return {"table": save(frame), "dtypes": [str(dtype) for dtype in frame.dtypes]}


def unpack(tree: Tree, kind: Any, read: Read) -> Any:  # noqa: PLR0911 - one per form
    """Return what ``pack`` made a tree of; ``kind`` is its declared type. TypeError as of ``pack``."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        # only "or None" is used here
        return None if tree is None else unpack(tree, next(one for one in inner if one is not NoneType), read)
    if origin is not None:
        return _collection(tree, origin, inner, read)
    if not isinstance(kind, type):
        message = f"{kind} cannot be kept"
        raise TypeError(message)
    if issubclass(kind, (pd.DataFrame, pd.Series)):
        return _read_table(tree, kind, read)
    if issubclass(kind, SourceSpec):
        return load_source(tree)
    if issubclass(kind, BaseModel):
        return kind.model_validate(tree)
    if is_dataclass(kind):
        return _instance(tree, kind, read)
    return _atom_of(tree, kind)


def _instance(tree: Tree, kind: type, read: Read) -> Any:
    """Return a dataclass; its fields with tables are read at first use."""
    # of a field with a default the class itself would answer
    late = {name for name in _kinds(kind) if _holds_table(tree[name]) and not hasattr(kind, name)}
    at_once = {name: unpack(tree[name], one, read) for name, one in _kinds(kind).items() if name not in late}
    if not late:
        return kind(**at_once)
    made: Any = object.__new__(_late(kind))
    made.__dict__.update(at_once)
    made.__dict__[_LATE] = lambda name: unpack(tree[name], _kinds(kind)[name], read)
    return made


_LATE = "_read_late"


@cache
def _late(kind: type) -> type:
    """Return a dataclass that reads what it does not have yet."""

    def read(self: Any, name: str) -> Any:
        if name not in _kinds(kind):
            raise AttributeError(name)
        self.__dict__[name] = self.__dict__[_LATE](name)
        return self.__dict__[name]

    return type(kind.__name__, (kind,), {"__getattr__": read})


def _holds_table(tree: Tree) -> bool:
    if isinstance(tree, dict):
        return "table" in tree or any(_holds_table(one) for one in tree.values())
    return isinstance(tree, list) and any(_holds_table(one) for one in tree)


def _collection(tree: Tree, origin: Any, inner: tuple[Any, ...], read: Read) -> Any:
    if issubclass(origin, Mapping):
        return {unpack(key, inner[0], read): unpack(one, inner[1], read) for key, one in tree}
    if issubclass(origin, frozenset):
        return frozenset(unpack(one, inner[0], read) for one in tree)
    if issubclass(origin, list):
        return [unpack(one, inner[0], read) for one in tree]
    if issubclass(origin, tuple):
        kinds = [inner[0]] * len(tree) if inner[-1] is Ellipsis else inner
        return tuple(unpack(one, kind, read) for one, kind in zip(tree, kinds, strict=True))
    message = f"{origin.__name__} cannot be kept"
    raise TypeError(message)


def _atom_of(tree: Tree, kind: type) -> Any:
    if issubclass(kind, Enum | Path):
        return kind(tree)
    if issubclass(kind, date):
        return pd.Timestamp(tree) if kind is pd.Timestamp else date.fromisoformat(tree)
    return tree


def _read_table(tree: Tree, kind: type, read: Read) -> Any:
    frame = read(tree["table"], issubclass(kind, gpd.GeoDataFrame))
    wrong = {
        name: wanted
        for name, dtype, wanted in zip(frame.columns, frame.dtypes, tree["dtypes"], strict=True)
        if str(dtype) != wanted
    }
    frame = frame.astype(wrong) if wrong else frame
    return frame["value"].rename(tree["series"]) if issubclass(kind, pd.Series) else frame


@cache
def _kinds(kind: type) -> dict[str, Any]:
    """Return the declared type of each field of a dataclass."""
    hints = get_type_hints(kind)
    return {one.name: hints[one.name] for one in fields(kind)}
