"""What a linkage is made of, as a YAML file declares it: features, passes and comparisons."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from reconcile.resources import read_yaml

FeatureKind = Literal["identifier", "name", "date", "category", "text", "number"]
ComparisonKind = Literal[
    "identifier", "name", "date", "category", "text", "number", "area", "pair", "head", "members"
]


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FeatureSpec(_Declared):
    """One value per row: its columns (several are put together with a blank) and its kind.

    ``persons``: members have it too. ``year``: column with the year alone, for a date that is not known.
    """

    kind: FeatureKind
    columns: tuple[str, ...] = Field(min_length=1)
    persons: bool = False
    year: str | None = None


class Sentence(_Declared):
    """A sentence in both languages."""

    id: str
    en: str


class PassSpec(_Declared):
    """One blocking pass: ``keys`` are features or parts of them (``nama:start3``, ``lahir:year``)."""

    name: str
    keys: tuple[str, ...] = Field(min_length=1)
    cap: int = Field(ge=1)
    why: Sentence
    persons: bool = False

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Return feature and part of each key, the part empty for the whole."""
        return tuple((key.partition(":")[0], key.partition(":")[2]) for key in self.keys)


class ComparisonSpec(_Declared):
    """One comparison: its kind fixes its levels. ``m`` has a share per level, the strongest first.

    ``parts`` are the wider areas of an ``area``; ``within`` is the feature that must be equal for a ``pair``
    to count; ``rare`` gives more weight to the agreement on a rare value.
    """

    name: str
    kind: ComparisonKind
    features: tuple[str, ...] = Field(min_length=1)
    parts: tuple[str, ...] = ()
    within: str | None = None
    when: dict[str, tuple[str, ...]] = {}
    unless: dict[str, tuple[str, ...]] = {}
    rare: bool = False
    m: tuple[float, ...] = Field(min_length=2)


class LinkageSpec(_Declared):
    """A whole linkage. ``partition`` is the part of a feature that work is cut by, such as the kabupaten."""

    features: dict[str, FeatureSpec]
    partition: str | None = None
    passes: tuple[PassSpec, ...] = Field(min_length=1, max_length=31)
    comparisons: tuple[ComparisonSpec, ...] = Field(min_length=1)

    @property
    def partition_key(self) -> tuple[str, str]:
        """Return feature and part of ``partition``."""
        name, _, part = (self.partition or "").partition(":")
        return name, part

    def within_partition(self, one: PassSpec) -> bool:
        """Return whether the pairs of a pass all lie in one partition: a key of it is as narrow or more."""
        name, part = self.partition_key
        wide = int(part.removeprefix("start") or 0)
        keys = [key for feature, key in one.parts if feature == name]
        return any(not key or (key.startswith("start") and int(key[5:]) >= wide > 0) for key in keys)

    @model_validator(mode="after")
    def _refers_to_what_is_declared(self) -> "LinkageSpec":
        named = [f for c in self.comparisons for f in (*c.features, *([c.within] if c.within else []))]
        named += [feature for one in self.passes for feature, _ in one.parts]
        named += [self.partition_key[0]] if self.partition else []
        unknown = sorted(set(named) - set(self.features))
        if unknown:
            raise ValueError(f"features that are not declared: {unknown}")
        if len({one.name for one in self.passes}) != len(self.passes):
            raise ValueError("two passes have one name")
        earlier: set[str] = set()
        for one in self.comparisons:
            if not {*one.when, *one.unless} <= earlier or one.name in earlier:
                raise ValueError(f"{one.name} must follow what it depends on, and stand once")
            earlier.add(one.name)
        return self


def household_spec() -> LinkageSpec:
    """Return the linkage of households, reconcile/linkage/households.yaml."""
    return LinkageSpec.model_validate(read_yaml("reconcile.linkage", "households.yaml"))
