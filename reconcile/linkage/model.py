"""The comparison model in one visible place: per field its levels, each with m, u and a sentence.

``m`` is how often the level is seen among pairs that are one family, ``u`` among random pairs; the evidence
of a level is log2(m / u) bits (Fellegi and Sunter 1969). Values are set by hand from the rates that public
records report for such lists; a field that cannot be compared says nothing. The order is from the strongest
level down; the last is disagreement, but for HEAD, which speaks for a pair or says nothing.
"""

from dataclasses import dataclass
from math import log2

MISSING = -1


@dataclass(frozen=True)
class Level:
    """One level of agreement; its sentence stands in the catalogue under ``level_`` and ``name``."""

    name: str
    m: float
    u: float

    @property
    def bits(self) -> float:
        """Return the evidence of the level in bits."""
        return log2(self.m / self.u)


@dataclass(frozen=True)
class Field:
    """One compared field with its levels, strongest first."""

    name: str
    levels: tuple[Level, ...]

    def index(self, level: str) -> int:
        """Return the place of a level by its short name, the part behind the field's name."""
        return [entry.name for entry in self.levels].index(f"{self.name}_{level}")


def _field(name: str, **levels: tuple[float, float]) -> Field:
    return Field(name, tuple(Level(f"{name}_{short}", m, u) for short, (m, u) in levels.items()))


NIK = _field("nik", same=(0.80, 1e-6), near=(0.09, 5e-6), other=(0.11, 1.0))
NAME = _field(
    "nama",
    same=(0.65, 0.0008),
    part=(0.12, 0.0020),
    close=(0.12, 0.0025),
    similar=(0.09, 0.03),
    other=(0.02, 0.96),
)
BIRTH = _field(
    "lahir",
    same=(0.80, 0.00006),
    default=(0.03, 0.0008),
    parts=(0.09, 0.003),
    year=(0.03, 0.025),
    other=(0.05, 0.97),
)
#: The birth date as it counts beside an equal NIK, which encodes it: hardly any news when it agrees.
BIRTH_GIVEN_NIK = _field(
    "lahir_nik",
    same=(0.90, 0.80),
    default=(0.02, 0.03),
    parts=(0.05, 0.08),
    year=(0.01, 0.02),
    other=(0.02, 0.07),
)
SEX = _field("jk", same=(0.98, 0.70), other=(0.02, 0.30))
VILLAGE = _field("desa", same=(0.92, 0.01), district=(0.04, 0.05), regency=(0.02, 0.24), other=(0.02, 0.70))
RTRW = _field("rtrw", same=(0.80, 0.03), one=(0.12, 0.17), other=(0.08, 0.80))
MEMBERS = _field(
    "anggota", several=(0.55, 0.00001), all_one=(0.15, 0.0003), one=(0.15, 0.0008), none=(0.15, 0.9989)
)
#: The head of one list is a member in the other: a level of its own, in place of the head's own fields.
HEAD = _field("kepala", changed_both=(0.03, 1e-7), changed_one=(0.02, 4e-6))

FIELDS = (NIK, NAME, BIRTH, BIRTH_GIVEN_NIK, SEX, VILLAGE, RTRW, MEMBERS, HEAD)
