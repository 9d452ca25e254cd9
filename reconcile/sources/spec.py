"""Source declarations: one YAML per registry and kind of file says everything about it."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from rapidfuzz import process

from reconcile.errors import ConfigError, Fault
from reconcile.office.tables import FOLLOW_UPS, PLANS
from reconcile.resources import read_yaml, yaml_names
from reconcile.sources.parsers import PARSERS
from reconcile.tables import (
    BRIDGING,
    CASE_STEPS,
    DECISIONS,
    DECREES,
    FAMILY,
    FIGURES,
    HOUSEHOLDS,
    LISTED,
    MEMBERS,
    OBJECTIONS,
    RECODES,
    REGIONS,
    REPORTS,
    RETURNS,
    Table,
)
from reconcile.vocab import CodeSystem, Content, Registry

PACKAGE = "reconcile.sources"

#: Stands in a drafted declaration where a person has to decide.
UNFILLED = "ISI"

TABLES: dict[Content, Table] = {
    Content.FAMILIES: HOUSEHOLDS,
    Content.MEMBERS: MEMBERS,
    Content.FIGURES: FIGURES,
    Content.BRIDGING: BRIDGING,
    Content.RECODES: RECODES,
    Content.REGIONS: REGIONS,
    Content.DECISIONS: DECISIONS,
    Content.DEATHS: LISTED,
    Content.MOVES: LISTED,
    Content.SERVANTS: LISTED,
    Content.EXCLUSIONS: LISTED,
    Content.EXITS: LISTED,
    Content.RECIPIENTS: LISTED,
    Content.DECREES: DECREES,
    Content.REPORTS: REPORTS,
    Content.RETURNS: RETURNS,
    Content.OBJECTIONS: OBJECTIONS,
    Content.PLANS: PLANS,
    Content.FOLLOW_UPS: FOLLOW_UPS,
    Content.CASE_STEPS: CASE_STEPS,
}

#: Lists that an office may have or not: what is held against them is not tested without them.
OPTIONAL_LISTS = (
    Content.DEATHS,
    Content.MOVES,
    Content.SERVANTS,
    Content.EXCLUSIONS,
    Content.EXITS,
    Content.RECIPIENTS,
    Content.DECREES,
    Content.REPORTS,
    Content.RETURNS,
    Content.CASE_STEPS,
)

#: What is a registry's, and not a reference list's.
PEOPLE = frozenset({Content.FAMILIES, Content.MEMBERS})

Headings = Annotated[tuple[str, ...], Field(min_length=1)]

Share = Annotated[float, Field(ge=0, le=1)]


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(_Declared):
    """What a user reads for the source."""

    id: str
    en: str


class PartSpec(_Declared):
    """One part of a code that a source spreads over columns; a number that lost its zeros is filled up."""

    headings: Headings
    width: int = Field(ge=1, le=6)


class FieldSpec(_Declared):
    """Where one of our fields stands in the source and how it is read.

    ``table``, in the YAML ``values``, is the source's own code table: what is written -> what it stands for.
    ``style`` and ``epoch`` say how numbers and serial dates are written (parsing.base.Context). ``source``,
    in the YAML ``from``, is another column to read the field out of where it has none of its own.
    ``first_of_many`` takes the first of several columns that bear the same heading.
    """

    headings: tuple[str, ...] = ()
    parts: tuple[PartSpec, ...] = ()
    parse: str
    table: dict[str, str] = Field(default_factory=dict, alias="values")
    style: Literal["", "id", "en", "plain"] = ""
    epoch: Literal[1900, 1904] = 1900
    source: "FieldSpec | None" = Field(default=None, alias="from")
    first_of_many: bool = False
    required: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.parse not in PARSERS:
            raise ValueError(f"parse: {self.parse} is none of {', '.join(PARSERS)}")
        if (self.headings and self.parts) or not (self.headings or self.parts or self.source):
            raise ValueError("needs either headings or parts")
        if self.parse == "choice" and not self.table:
            raise ValueError("parse: choice needs values")
        kind = PARSERS[self.parse].kind
        if self.source and (not self.source.headings or PARSERS[self.source.parse].kind != kind):
            raise ValueError(f"from: needs headings and a parser that gives {kind}")
        return self

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """Return the spellings of each column that the field is read from: one, or one per part."""
        return tuple(part.headings for part in self.parts) or (self.headings,)


class SourceSpec(_Declared):
    """One source: whose file it is, what it holds, and what every heading in it means.

    ``fields`` are columns of the content's table. ``family_fields`` are columns of HOUSEHOLDS that a member
    file repeats on each row: they place a family of which no family file knows. ``ignore`` names headings,
    with ``*``, that are known and not used, ``ignore_sheets`` sheets likewise. ``groups`` are names that may
    stand in front of a heading, as exports of phone forms write them: ``group/heading``. ``key_space`` says
    which files share family keys. ``expect`` is the share of rows, 0 to 1, in which a field should at least
    have a value.
    """

    name: str
    title: Title
    registry: Registry | None = None
    content: Content
    code_system: CodeSystem | None = None
    key_space: str = ""
    sheets: tuple[str, ...] = ()
    fields: dict[str, FieldSpec]
    family_fields: dict[str, FieldSpec] = Field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    ignore_sheets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    expect: dict[str, Share] = Field(default_factory=dict)
    footer: tuple[str, ...] = ("jumlah", "total", "sub total", "subtotal", "sub jumlah")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [*self._of_people(), *_of_fields(self.fields, TABLES[self.content])]
        problems += _of_fields(self.family_fields, Table("family", FAMILY))
        if both := sorted(set(self.fields) & set(self.family_fields)):
            problems.append(f"fields and family_fields both declare {both}")
        if strange := sorted(set(self.expect) - set(self.all_fields)):
            problems.append(f"expect names fields that are not declared: {strange}")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _of_people(self) -> list[str]:
        if self.content not in PEOPLE:
            return ["family_fields are for members"] if self.family_fields else []
        problems = [
            f"{self.content} need {name}" for name in ("registry", "key_space") if not getattr(self, name)
        ]
        if self.family_fields and self.content is not Content.MEMBERS:
            problems.append("family_fields are for members")
        return problems

    @property
    def all_fields(self) -> dict[str, FieldSpec]:
        """Return every declared field, the family's of a member file last."""
        return {**self.fields, **self.family_fields}

    @property
    def table(self) -> Table:
        """Return the table that the content belongs to."""
        return TABLES[self.content]


def _of_fields(fields: dict[str, FieldSpec], table: Table) -> list[str]:
    kinds = {column.name: column.kind for column in table.columns}
    unknown = [f"table {table.name} has no {name}" for name in fields if name not in kinds]
    wrong = [
        f"{name} is {kinds[name]}, its parser {spec.parse} gives {PARSERS[spec.parse].kind}"
        for name, spec in fields.items()
        if name in kinds and PARSERS[spec.parse].kind != kinds[name]
    ]
    return unknown + wrong


@cache
def source_names() -> tuple[str, ...]:
    """Return the names of all declared sources, sorted; ``_template.yaml`` is for people to copy."""
    names = (name.removesuffix(".yaml") for name in yaml_names(PACKAGE))
    return tuple(name for name in names if not name.startswith("_"))


@cache
def load_source(name: str) -> SourceSpec:
    """Return the declaration ``name``; ConfigError with every fault of its YAML, or when there is none."""
    if name not in source_names():
        near = ", ".join(match[0] for match in process.extract(name, source_names(), limit=3))
        raise ConfigError([Fault.of("E_SOURCE_UNKNOWN", source=name, near=near)])
    return parse_source(name, read_yaml(PACKAGE, f"{name}.yaml"))


def parse_source(name: str, declared: object) -> SourceSpec:
    """Return ``declared``, the content of a YAML file, as a declaration; ConfigError with all its faults.

    ``E_SOURCE_UNFILLED`` for every place of a draft that nobody has filled, ``E_SOURCE_SPEC`` for all else.
    """
    if places := sorted(_unfilled(declared)):
        raise ConfigError([Fault.of("E_SOURCE_UNFILLED", file=f"{name}.yaml", key=key) for key in places])
    try:
        spec = SourceSpec.model_validate(declared)
    except ValidationError as error:
        faults = [_fault(name, problem["loc"], problem["msg"]) for problem in error.errors()]
        raise ConfigError(faults) from None
    if spec.name != name:
        raise ConfigError([_fault(name, ("name",), f"is {spec.name}, the file {name}.yaml")])
    return spec


def _unfilled(declared: object, place: str = "") -> Iterator[str]:
    if declared == UNFILLED:
        yield place or "-"
    elif isinstance(declared, Mapping):
        for key, value in declared.items():
            yield from _unfilled(value, f"{place}.{key}".lstrip("."))


def _fault(name: str, place: tuple[int | str, ...], problem: str) -> Fault:
    where = ".".join(str(step) for step in place) or "-"
    return Fault.of(
        "E_SOURCE_SPEC", file=f"{name}.yaml", key=where, problem=problem.removeprefix("Value error, ")
    )
