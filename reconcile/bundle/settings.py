"""The recipients that config.yaml declares: who, for what, until when, and what each may hold."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError
from rapidfuzz import process

from reconcile.bundle.plan import AREA_COLUMNS, kind_of, never_shared
from reconcile.disclosure import Disclosure

_KABUPATEN_LENGTH = 5
_NEAR = 5
Words = Annotated[str, Field(min_length=1, max_length=300)]


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Share(_Declared):
    """One file of a run, the columns of it, and which rows: those with one of the values of each column."""

    file: str
    columns: tuple[str, ...] = Field(min_length=1)
    rows: Mapping[str, tuple[str, ...]] = {}

    @field_validator("file")
    @classmethod
    def _file(cls, value: str) -> str:
        if kind_of(value) is None:
            raise _unknown([value], (*AREA_COLUMNS, "program/TERBATAS/<program>.csv"))
        return value

    @model_validator(mode="after")
    def _columns(self) -> "Share":
        output = kind_of(self.file)
        names = [] if output is None else output.table.names
        unknown = sorted({*self.columns, *self.rows} - set(names))
        if unknown:
            raise _unknown(unknown, names)
        linked = sorted(name for name in self.columns if never_shared(name))
        if linked:
            raise PydanticCustomError("recipient_linked", "{nearest}", {"nearest": ", ".join(linked)})
        return self


class Recipient(_Declared):
    """One office that bundles are made for; without ``outputs`` a kabupaten or kota, which gets all its own.

    ``area``: the Kemendagri code of a kabupaten or kota, or of the province. ``basis`` is the number of the
    agreement or minutes (BAST) that allows it, ``expires`` the last day on which a bundle may be made and
    used. TERBATAS parts are encrypted for ``public_key`` (age), or with the password that the environment
    variable ``password_variable`` holds. ``terms``: what the recipient promises (pakta integritas).
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,40}$")
    title: Words
    purpose: Words
    basis: Words
    expires: date
    area: str = Field(pattern=r"^\d{2}(\.\d{2})?$")
    classes: tuple[Disclosure, ...] = (Disclosure.INTERNAL,)
    outputs: tuple[Share, ...] = ()
    public_key: str | None = Field(default=None, pattern=r"^age1[02-9ac-hj-np-z]{58}$")
    password_variable: str | None = Field(default=None, pattern=r"^[A-Z][A-Z0-9_]{2,60}$")
    terms: tuple[Words, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> "Recipient":
        if not self.outputs and len(self.area) != _KABUPATEN_LENGTH:
            raise PydanticCustomError("recipient_area", "")
        if self.restricted and bool(self.public_key) == bool(self.password_variable):
            raise PydanticCustomError("recipient_sealed", "")
        _once([one.file for one in self.outputs])
        kinds = {one.file: kind_of(one.file) for one in self.outputs}
        beyond = sorted(file for file, kind in kinds.items() if kind and kind.disclosure not in self.classes)
        if beyond or Disclosure.PUBLIC in self.classes:
            raise PydanticCustomError("recipient_class", "{nearest}", {"nearest": ", ".join(beyond) or "-"})
        return self

    @property
    def restricted(self) -> bool:
        """Return whether it may get files that hold identities."""
        return Disclosure.RESTRICTED in self.classes

    @property
    def agency(self) -> bool:
        """Return whether it gets declared columns only, under ids of its own."""
        return bool(self.outputs)


def _distinct(value: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
    _once([one.name for one in value])
    return value


#: No name stands twice, for it becomes the name of a folder.
Recipients = Annotated[tuple[Recipient, ...], AfterValidator(_distinct)]


def _once(names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise PydanticCustomError("recipients_twice", "{nearest}", {"nearest": ", ".join(twice)})


def _unknown(values: Iterable[str], known: Iterable[str]) -> PydanticCustomError:
    names = tuple(known)
    near = dict.fromkeys(n for value in values for n, *_ in process.extract(value, names, limit=_NEAR))
    return PydanticCustomError("not_known", "{nearest}", {"nearest": ", ".join(list(near)[:_NEAR])})
