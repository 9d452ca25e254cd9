"""What an office declares of a programme in config.yaml."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from reconcile.office.vocab import Strategy
from reconcile.programs.columns import FLAGS, check, columns_of, nearest
from reconcile.programs.criteria import CriterionError, Node, leaves, parse
from reconcile.programs.vocab import Unit
from reconcile.vocab import Language

#: Word behind a column of the order: the largest first.
DOWN = "turun"


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _as_pydantic(error: CriterionError) -> PydanticCustomError:
    # the words are the catalogue's, by the name of the fault
    return PydanticCustomError(error.fault, "criterion", dict(error.details))


def _criterion(value: str, info: ValidationInfo) -> str:
    """Check a criterion against what the unit of the programme, which stands above it, has."""
    try:
        node = parse(value)
        check(node, columns_of(Unit.PERSON))
        _of_unit((leaf.column for leaf in leaves(node)), info)
    except CriterionError as error:
        raise _as_pydantic(error) from None
    return value


def _of_unit(columns: Iterable[str], info: ValidationInfo) -> None:
    """Refuse what only persons have where the unit is the family; without a right unit nothing is said."""
    known = columns_of(info.data.get("unit", Unit.PERSON))
    for name in columns:
        if name not in known:
            raise CriterionError("criteria_unit", column=name)


def _order(value: str, info: ValidationInfo) -> str:
    name, _, direction = value.partition(" ")
    known = columns_of(Unit.PERSON)
    if name not in known or direction.strip() not in {"", "naik", DOWN}:
        raise _as_pydantic(CriterionError("criteria_column", nearest=nearest(name[:40], known)))
    try:
        _of_unit([name], info)
    except CriterionError as error:
        raise _as_pydantic(error) from None
    return value


Criterion = Annotated[str, AfterValidator(_criterion)]
Order = Annotated[str, Field(max_length=60), AfterValidator(_order)]
AreaCode = Annotated[str, Field(pattern=r"^\d{2}\.\d{2}$")]


class Words(_Declared):
    """Something said in both languages."""

    id: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def of(self, language: Language) -> str:
        """Return it in ``language``."""
        return str(getattr(self, language.value))


class ServedBy(_Declared):
    """What says that somebody is served: columns of the registries, or names in the list of recipients.

    Where the list of recipients covers a kabupaten, it decides there: it tells who was paid, the columns what
    somebody said years ago.
    """

    columns: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()

    @field_validator("columns")
    @classmethod
    def _flags(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not set(value) <= set(FLAGS):
            raise PydanticCustomError("not_known", "{nearest}", {"nearest": ", ".join(FLAGS)})
        return value


class Program(_Declared):
    """One programme: whom it is for, whom it leaves out, how many places it has, and who is served.

    All of ``criteria`` must be met. Of ``exclusions`` each takes out whoever is known to meet it: being
    left out needs proof as being meant does, and where an exclusion is unknown the result says so.
    ``quota`` is a number of places for the province, or per kabupaten; ``order`` says who comes first.
    ``profile``: candidates are counted by schooling, occupation, sex and age, which needs persons. ``note``
    is what the criteria cannot see, ``strategy`` which of the three strategies the programme serves.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")
    title: Words
    office: str = Field(min_length=1, max_length=120)
    unit: Unit
    criteria: tuple[Criterion, ...] = Field(min_length=1, max_length=50)
    exclusions: tuple[Criterion, ...] = Field(default=(), max_length=50)
    quota: int | Mapping[AreaCode, int] | None = None
    order: tuple[Order, ...] = ("desil", "jumlah_anggota turun")
    served_by: ServedBy | None = None
    profile: bool = False
    note: Words | None = None
    strategy: Strategy | None = None

    @field_validator("quota")
    @classmethod
    def _places(cls, value: int | Mapping[str, int] | None) -> int | Mapping[str, int] | None:
        places = [value] if isinstance(value, int) else list((value or {}).values())
        if any(one < 0 for one in places):
            raise PydanticCustomError("greater_than_equal", "{ge}", {"ge": 0})
        return value

    @field_validator("profile")
    @classmethod
    def _of_persons(cls, value: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 - pydantic's form
        """Refuse a profile of families."""
        if value and info.data.get("unit") is Unit.FAMILY:
            raise _as_pydantic(CriterionError("criteria_unit", column="profile"))
        return value

    @cached_property
    def needed(self) -> tuple[Node, ...]:
        """Return the criteria as read."""
        return tuple(parse(one) for one in self.criteria)

    @cached_property
    def barred(self) -> tuple[Node, ...]:
        """Return the exclusions as read."""
        return tuple(parse(one) for one in self.exclusions)

    @property
    def ranks(self) -> tuple[tuple[str, bool], ...]:
        """Return the columns of the order, each with whether its largest comes first."""
        return tuple(
            (name, way.strip() == DOWN) for name, _, way in (one.partition(" ") for one in self.order)
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """Return every column that criteria, exclusions and order speak of."""
        spoken = [leaf.column for node in (*self.needed, *self.barred) for leaf in leaves(node)]
        return tuple(dict.fromkeys([*spoken, *(name for name, _ in self.ranks)]))


def _distinct(programs: tuple[Program, ...]) -> tuple[Program, ...]:
    names = [program.name for program in programs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise PydanticCustomError("programs_twice", "{nearest}", {"nearest": ", ".join(twice)})
    return programs


Programs = Annotated[tuple[Program, ...], AfterValidator(_distinct)]
