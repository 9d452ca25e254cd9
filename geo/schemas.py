"""Declared attribute schemas of village polygons (geo/schemas.yaml)."""

from collections.abc import Iterable
from functools import cache

from pydantic import BaseModel, ConfigDict, Field, model_validator

from reconcile.resources import read_yaml
from reconcile.vocab import CodeSystem

#: Name fields of a schema, and the columns that a boundary file is read to.
NAME_FIELDS = ("nama_kabupaten", "nama_kecamatan", "nama_desa")


class CodePart(BaseModel):
    """One part of a code that a schema spreads over columns; a number that lost its zeros is filled up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[str, ...]
    width: int = Field(ge=1, le=4)


class CodeField(BaseModel):
    """Where the village code stands, in one column or in ``parts``, in which system.

    ``strip_prefix`` is taken off its front, in whatever case it is written.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[str, ...] = ()
    parts: tuple[CodePart, ...] = ()
    system: CodeSystem
    strip_prefix: str = ""

    def found(self, columns: dict[str, str]) -> tuple[str, ...]:
        """Return the file's own columns that the code is read from; empty where they are not there.

        ``columns`` maps spellings without regard to case to those of the file.
        """
        whole = _first(self.columns, columns)
        if whole is not None:
            return (whole,)
        parts = [_first(part.columns, columns) for part in self.parts]
        return tuple(part for part in parts if part is not None) if all(parts) else ()

    def wanted(self) -> str:
        """Return the columns that would do, for a sentence."""
        parts = "+".join(part.columns[0] for part in self.parts)
        return " | ".join([*self.columns, *([parts] if parts else [])])


class NameFields(BaseModel):
    """Spellings of the three name columns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nama_kabupaten: tuple[str, ...]
    nama_kecamatan: tuple[str, ...]
    nama_desa: tuple[str, ...]


class Layout(BaseModel):
    """Which of a file's columns are read: field -> the file's own spelling, and the code that was found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: CodeField | None
    code_columns: tuple[str, ...]
    name_columns: dict[str, str]

    @property
    def columns(self) -> list[str]:
        """Return the file's columns that are read, code first, each once."""
        return list(dict.fromkeys([*self.code_columns, *self.name_columns.values()]))


class Title(BaseModel):
    """What a user reads for the schema."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    en: str


class BoundarySchema(BaseModel):
    """One way in which village polygons are attributed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    codes: tuple[CodeField, ...]
    names: NameFields

    @model_validator(mode="after")
    def _keys_exist(self) -> "BoundarySchema":
        if not self.codes and not all(getattr(self.names, field) for field in NAME_FIELDS):
            message = "a schema without codes needs all three names"
            raise ValueError(message)
        return self

    def layout(self, columns: Iterable[str]) -> Layout | None:
        """Return how a file with ``columns`` is read, or None where the schema does not fit."""
        found = {column.casefold(): column for column in columns}
        names = {
            field: column
            for field in NAME_FIELDS
            if (column := _first(getattr(self.names, field), found)) is not None
        }
        for code in self.codes:
            columns_of_code = code.found(found)
            if columns_of_code:
                return Layout(code=code, code_columns=columns_of_code, name_columns=names)
        if self.codes or len(names) < len(NAME_FIELDS):
            return None
        return Layout(code=None, code_columns=(), name_columns=names)

    def wanted(self) -> str:
        """Return the columns that would make a file fit, for a sentence: ``kode | code``."""
        if self.codes:
            return " | ".join(code.wanted() for code in self.codes)
        return " + ".join(" | ".join(getattr(self.names, field)) for field in NAME_FIELDS)


@cache
def schemas() -> dict[str, BoundarySchema]:
    """Return the declared schemas by name."""
    declared = read_yaml("geo", "schemas.yaml")
    return {name: BoundarySchema.model_validate(entry) for name, entry in declared.items()}


def fitting(columns: Iterable[str]) -> list[str]:
    """Return the names of the schemas that fit a file with ``columns``."""
    given = list(columns)
    return [name for name, schema in schemas().items() if schema.layout(given) is not None]


def _first(spellings: Iterable[str], found: dict[str, str]) -> str | None:
    return next((found[s.casefold()] for s in spellings if s.casefold() in found), None)
