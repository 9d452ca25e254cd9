"""Reference lists checked: each by itself, against one another, and against the polygons, both ways."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from reconcile.errors import Fault
from reconcile.identifiers import dotted_village_code
from reconcile.regions.recodes import reissued
from reconcile.regions.register import Register, mapped
from reconcile.text.places import Level, place_keys
from reconcile.vocab import BridgeStatus, CodeSystem

LEVELS: Mapping[str, Level] = {"kab": "kabupaten", "kec": "kecamatan", "desa": "desa"}

#: Digits of a code per level: prov, kab, kec, desa.
_DIGITS = {
    CodeSystem.KEMENDAGRI: {2: "prov", 4: "kab", 6: "kec", 10: "desa"},
    CodeSystem.BPS: {2: "prov", 4: "kab", 7: "kec", 10: "desa"},
}
_PARENT = {"kec": "kab", "desa": "kec"}


@dataclass(frozen=True, eq=False)
class AreaList:
    """One list: its label, and ``areas``: tingkat, kode (digits only), nama."""

    label: str
    areas: pd.DataFrame

    def codes(self, level: str) -> frozenset[str]:
        """Return the codes of one level."""
        return frozenset(self.areas.loc[self.areas["tingkat"] == level, "kode"])

    def counts(self) -> dict[str, int]:
        """Return how many areas of each level the list has."""
        return {level: len(self.codes(level)) for level in LEVELS}


@dataclass(frozen=True)
class Comparison:
    """Two lists at one level: how many areas both have, and the codes that only one of them has.

    ``renamed`` are codes of both with names that are not spellings of one another.
    """

    left: str
    right: str
    level: str
    both: int
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]
    renamed: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Return whether both have the same areas; another name of the same area is no disagreement."""
        return not self.only_left and not self.only_right


def area_list(rows: pd.DataFrame, system: CodeSystem, *, label: str) -> AreaList:
    """Return a delivered list (table REGIONS) as an AreaList; the length of a code tells its level."""
    digits = rows["kode_wilayah"].str.replace(".", "", regex=False)
    level = digits.str.len().map(_DIGITS[system]).astype("str")
    areas = pd.DataFrame({"tingkat": level, "kode": digits, "nama": rows["nama_wilayah"]})
    return AreaList(label, areas.dropna(subset=["kode"]).reset_index(drop=True))


def register_list(register: Register, system: CodeSystem, *, label: str) -> AreaList:
    """Return the areas that the bridging has a code of one system for."""
    suffix = "_bps" if system is CodeSystem.BPS else ""
    villages = register.villages
    parts = [
        pd.DataFrame({"tingkat": level, "kode": villages[f"kode_{level}{suffix}"], "nama": villages[name]})
        for level, name in (("kab", "nama_kab"), ("kec", "nama_kec"))
    ]
    bridges = register.bridges
    own = {CodeSystem.BPS: "kode_desa_bps", CodeSystem.KEMENDAGRI: "kode_desa"}[system]
    named = {CodeSystem.BPS: "nama_bps", CodeSystem.KEMENDAGRI: "nama_kemendagri"}[system]
    parts.append(pd.DataFrame({"tingkat": "desa", "kode": bridges[own], "nama": bridges[named]}))
    areas = pd.concat(parts, ignore_index=True).dropna(subset=["kode"])
    areas["kode"] = areas["kode"].str.replace(".", "", regex=False)
    return AreaList(label, areas.drop_duplicates(["tingkat", "kode"]).reset_index(drop=True))


def list_faults(areas: AreaList, system: CodeSystem) -> tuple[Fault, ...]:
    """Return what cannot be right in a list: codes twice, of no level, without parent or children or name.

    Also two villages of one name in one kecamatan, which names alone can never tell apart.
    """
    table = areas.areas
    of_level = {level: table[table["tingkat"] == level] for level in LEVELS}
    width = {level: digits for digits, level in _DIGITS[system].items()}
    found: list[tuple[str, Iterable[str]]] = [
        ("E_LIST_CODE_TWICE", table.loc[table["kode"].duplicated(), "kode"]),
        ("E_LIST_CODE_FORM", table.loc[table["tingkat"].isna(), "kode"]),
        ("E_LIST_NO_NAME", table.loc[table["nama"].isna(), "kode"]),
    ]
    for level, above in _PARENT.items():
        parents = of_level[level]["kode"].str.slice(0, width[above])
        known = set(of_level[above]["kode"])
        found.append(("E_LIST_NO_PARENT", of_level[level].loc[~parents.isin(known), "kode"]))
        found.append(("E_LIST_NO_CHILDREN", known - set(parents)))
    desa = of_level["desa"].drop_duplicates("kode")
    names = pd.DataFrame(
        {"kec": desa["kode"].str.slice(0, width["kec"]), "key": place_keys(desa["nama"], "desa")}
    )
    twins = names.duplicated(keep=False) & names["key"].notna()
    found.append(("E_LIST_NAME_TWICE", desa.loc[twins, "kode"]))
    return tuple(
        Fault.of(code, file=areas.label, area=area) for code, areas_ in found for area in sorted(set(areas_))
    )


def compare(left: AreaList, right: AreaList) -> tuple[Comparison, ...]:
    """Return the agreement of two lists of one code system, level by level."""
    return tuple(_compared(left, right, level) for level in LEVELS)


def _compared(left: AreaList, right: AreaList, level: str) -> Comparison:
    one, other = (
        areas.areas[areas.areas["tingkat"] == level].drop_duplicates("kode").set_index("kode")["nama"]
        for areas in (left, right)
    )
    both = one.index.intersection(other.index)
    keys = [place_keys(names.loc[both], LEVELS[level]) for names in (one, other)]
    renamed = keys[0].notna() & keys[1].notna() & (keys[0] != keys[1])
    return Comparison(
        left=left.label,
        right=right.label,
        level=level,
        both=len(both),
        only_left=tuple(sorted(one.index.difference(other.index))),
        only_right=tuple(sorted(other.index.difference(one.index))),
        renamed=tuple(sorted(renamed.index[renamed])),
    )


def bridge_counts(register: Register) -> dict[BridgeStatus, int]:
    """Return how many pairs of the bridging are of each kind."""
    counts = register.bridges["status"].value_counts()
    return {status: int(counts.get(status.value, 0)) for status in BridgeStatus}


def moved_kecamatan(register: Register) -> tuple[str, ...]:
    """Return villages whose BPS code is not below the BPS code of their kecamatan.

    A kecamatan was split and the BPS code kept: the village's kecamatan must not be read off its code.
    """
    villages = register.villages
    apart = villages["kode_desa_bps"].str.slice(0, 7) != villages["kode_kec_bps"]
    known = villages["kode_desa_bps"].notna() & villages["kode_kec_bps"].notna()
    return tuple(villages.loc[apart & known, "kode_desa"])


def same_digits(register: Register) -> tuple[str, ...]:
    """Return BPS codes that, undotted, are the Kemendagri code of another village."""
    pairs = register.bridges.dropna(subset=["kode_desa_bps"])
    as_kemendagri = dotted_village_code(pairs["kode_desa_bps"])
    other = mapped(as_kemendagri, register.by_code[CodeSystem.KEMENDAGRI])
    return tuple(sorted(set(pairs.loc[other.notna() & (other != pairs["kode_desa"]), "kode_desa_bps"])))


def reissued_codes(register: Register) -> tuple[str, ...]:
    """Return former codes that are current again: only the edition of a file tells which village is meant."""
    return tuple(reissued(register.former, register.villages["kode_desa"]))
