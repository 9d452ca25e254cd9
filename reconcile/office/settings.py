"""What config.yaml says of the offices' sheets, and the programmes and offices that they may name."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from reconcile.office.vocab import Strategy
from reconcile.programs.settings import Program, Words
from reconcile.vocab import Language


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Activity(_Declared):
    """A programme without criteria of its own, which stands in the sheet only.

    ``personal``: its unit is families or people, so that a small target is kept back in the public report.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")
    title: Words
    office: str = Field(min_length=1, max_length=120)
    strategy: Strategy
    unit: Words
    personal: bool = True


class OfficeSettings(_Declared):
    """The sheets of offices.

    ``files``: where filled books lie. ``cumulative``: numbers of a quarter count from January on.
    ``activities`` are programmes besides those of ``programs``; ``offices`` those that may be named besides
    the offices of programmes.
    """

    files: str = "data/raw/matriks/*.xlsx"
    cumulative: bool = True
    activities: tuple[Activity, ...] = ()
    offices: tuple[str, ...] = ()

    @field_validator("activities")
    @classmethod
    def _distinct(cls, value: tuple[Activity, ...]) -> tuple[Activity, ...]:
        names = [one.name for one in value]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise PydanticCustomError("programs_twice", "{nearest}", {"nearest": ", ".join(twice)})
        return value


@dataclass(frozen=True)
class Planned:
    """A programme of the sheet, in the words of one language; ``titles`` are all that it is called."""

    name: str
    title: str
    titles: tuple[str, ...]
    office: str
    strategy: Strategy | None
    unit: str
    personal: bool


@dataclass(frozen=True)
class Known:
    """What the sheets may name: programmes, offices, and the kabupaten (code -> name)."""

    programs: tuple[Planned, ...]
    offices: tuple[str, ...]
    areas: dict[str, str]


def known_of(
    programs: Iterable[Program], settings: OfficeSettings, areas: dict[str, str], language: Language
) -> Known:
    """Return what the sheets may name; of two programmes of one name that with criteria stands."""
    planned = [_of_program(one, language) for one in programs]
    named = {one.name for one in planned}
    planned += [_of_activity(one, language) for one in settings.activities if one.name not in named]
    offices = dict.fromkeys([*(one.office for one in planned), *settings.offices])
    return Known(tuple(planned), tuple(offices), areas)


def _of_program(one: Program, language: Language) -> Planned:
    titles = one.title.id, one.title.en, one.name
    return Planned(
        one.name, one.title.of(language), titles, one.office, one.strategy, one.unit.value, personal=True
    )


def _of_activity(one: Activity, language: Language) -> Planned:
    titles = one.title.id, one.title.en, one.name
    unit = one.unit.of(language)
    return Planned(
        one.name, one.title.of(language), titles, one.office, one.strategy, unit, personal=one.personal
    )
