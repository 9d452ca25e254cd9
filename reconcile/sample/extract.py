"""What one registry knows of the population: who, in which families; not yet how it is written.

``families`` of an extract (the row number is the family's number there): the columns of the population's
families, of which ``desa`` is the village this registry met it in, and ``desa_asal`` (the village before
any move), ``keluarga`` (number in the population), ``bagian`` (1 in the new family of a split), ``pecah``
(either half of one), ``salinan`` (1 in the second row of a duplicate), ``kepala_ganti``, ``tanpa_dewasa``,
``dua_kepala``, ``tanpa_baris`` (its family row is missing), ``kunci`` (the registry's own family key).

``members``: the columns of the population's persons, and ``baris`` (family in this extract), ``orang``
(number in the population), ``titipan`` (written into a second family as well).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
import pandas as pd

from reconcile.sample.columns import Flags, Ints, chance, day_number, flags, ints
from reconcile.sample.population import Kin, Population, Side
from reconcile.sample.rates import DamageRates

P3KE_DATE = day_number("2022-07-01")
ADULT_DAYS = 17 * 365 + 5
_FAMILY_FLAGS = ("pecah", "kepala_ganti", "tanpa_dewasa", "dua_kepala", "tanpa_baris")


@dataclass(frozen=True)
class Extract:
    """Families and members as one registry knows them."""

    families: pd.DataFrame
    members: pd.DataFrame


Change = Callable[[np.random.Generator, Extract, DamageRates], Extract]


def observe(population: Population, side: Side, rates: DamageRates, rng: np.random.Generator) -> Extract:
    """Return what ``side`` knows: its families, damaged in who belongs to them, each with its key."""
    known = _known(population, side)
    changed = reduce(lambda extract, change: change(rng, extract, rates), CHANGES, known)
    keyed = _p3ke_keys(rng, changed) if side is Side.P3KE else _card_keys(changed)
    return _in_file_order(keyed)


def _known(population: Population, side: Side) -> Extract:
    families = population.families
    known = families["sisi"].isin([Side.BOTH, side])
    number = np.cumsum(known.to_numpy()) - 1
    chosen = families[known].assign(keluarga=np.flatnonzero(known), bagian=0, salinan=0)
    chosen = chosen.assign(desa_asal=chosen["desa"], **dict.fromkeys(_FAMILY_FLAGS, False))
    chosen = chosen.reset_index(drop=True)
    if side is Side.BPS:
        chosen = chosen.assign(desa=chosen["desa_bps"])
    persons = population.persons.assign(orang=np.arange(len(population.persons)), titipan=False)
    born = persons["lahir"] <= P3KE_DATE if side is Side.P3KE else True
    members = persons[known.to_numpy()[ints(persons["keluarga"])] & born].reset_index(drop=True)
    return Extract(chosen, members.assign(baris=number[ints(members["keluarga"])]))


def _lose_members(rng: np.random.Generator, extract: Extract, rates: DamageRates) -> Extract:
    members = extract.members
    lost = chance(rng, rates.member_lost, len(members)) & (ints(members["hubungan"]) != Kin.HEAD)
    return replace(extract, members=members[~lost].reset_index(drop=True))


def _change_heads(rng: np.random.Generator, extract: Extract, rates: DamageRates) -> Extract:
    """Write the spouse as head, the head as spouse."""
    chosen = chance(rng, rates.head_changed, len(extract.families)) & _has(extract, Kin.SPOUSE)
    relation = ints(extract.members["hubungan"])
    couple = chosen[ints(extract.members["baris"])] & (relation <= Kin.SPOUSE)
    return Extract(
        extract.families.assign(kepala_ganti=chosen),
        extract.members.assign(hubungan=np.where(couple, Kin.SPOUSE - relation, relation)),
    )


def _split(rng: np.random.Generator, extract: Extract, rates: DamageRates) -> Extract:
    """Let an adult child found a family with a new card and take the grandparent along."""
    members = extract.members
    row, relation = ints(members["baris"]), ints(members["hubungan"])
    grown = (relation == Kin.CHILD) & (ints(members["lahir"]) <= P3KE_DATE - ADULT_DAYS)
    founder = _first_of_family(row, grown, len(extract.families))
    chosen = chance(rng, rates.split, len(extract.families)) & (founder >= 0)
    new_number = len(extract.families) + np.cumsum(chosen) - 1
    leaves = (np.arange(len(members)) == founder[row]) | (relation == Kin.OTHER)
    leaves &= chosen[row]
    families = extract.families.assign(pecah=chosen)
    founded = families[chosen].assign(bagian=1, kk=families["kk"][chosen] + 5000)
    return Extract(
        pd.concat([families, founded], ignore_index=True),
        members.assign(
            baris=np.where(leaves, new_number[row], row),
            hubungan=np.where(leaves & grown, int(Kin.HEAD), relation),
        ),
    )


def _keep_minors(rng: np.random.Generator, extract: Extract, rates: DamageRates) -> Extract:
    """Leave only the children, the eldest of them as head."""
    members = extract.members
    row, relation = ints(members["baris"]), ints(members["hubungan"])
    young = (relation == Kin.CHILD) & (ints(members["lahir"]) > P3KE_DATE - ADULT_DAYS + 365)
    eldest = _first_of_family(row, young, len(extract.families))
    chosen = chance(rng, rates.minors_only, len(extract.families)) & (eldest >= 0)
    kept = young | ~chosen[row]
    leads = chosen[row] & (np.arange(len(members)) == eldest[row])
    changed = members.assign(hubungan=np.where(leads, int(Kin.HEAD), relation))[kept]
    return Extract(extract.families.assign(tanpa_dewasa=chosen), changed.reset_index(drop=True))


def _name_two_heads(rng: np.random.Generator, extract: Extract, rates: DamageRates) -> Extract:
    chosen = chance(rng, rates.two_heads, len(extract.families)) & _has(extract, Kin.SPOUSE)
    relation = ints(extract.members["hubungan"])
    second = chosen[ints(extract.members["baris"])] & (relation == Kin.SPOUSE)
    return Extract(
        extract.families.assign(dua_kepala=chosen),
        extract.members.assign(hubungan=np.where(second, int(Kin.HEAD), relation)),
    )


def _duplicate(rng: np.random.Generator, extract: Extract, rates: DamageRates) -> Extract:
    """Write a family twice, under two keys."""
    families = extract.families
    chosen = chance(rng, rates.duplicated, len(families))
    number = len(families) + np.cumsum(chosen) - 1
    copies = families[chosen].assign(salinan=1, kk=families["kk"][chosen] + 1000)
    row = ints(extract.members["baris"])
    again = extract.members[chosen[row]].assign(baris=number[row][chosen[row]])
    return Extract(
        pd.concat([families, copies], ignore_index=True),
        pd.concat([extract.members, again], ignore_index=True),
    )


def _write_into_second_family(rng: np.random.Generator, extract: Extract, rates: DamageRates) -> Extract:
    """Write a child into the family of the next row as well."""
    members = extract.members
    is_child = ints(members["hubungan"]) == Kin.CHILD
    chosen = chance(rng, rates.nik_in_second_family, len(members)) & is_child
    guests = members[chosen].assign(hubungan=int(Kin.OTHER), titipan=True)
    guests["baris"] = (guests["baris"] + 1) % len(extract.families)
    return replace(extract, members=pd.concat([members, guests], ignore_index=True))


def _lose_family_rows(rng: np.random.Generator, extract: Extract, rates: DamageRates) -> Extract:
    lost = chance(rng, rates.no_family_row, len(extract.families))
    return replace(extract, families=extract.families.assign(tanpa_baris=lost))


#: What happens to the families, in this order.
CHANGES: tuple[Change, ...] = (
    _lose_members,
    _change_heads,
    _split,
    _keep_minors,
    _name_two_heads,
    _duplicate,
    _write_into_second_family,
    _lose_family_rows,
)


def _has(extract: Extract, kin: Kin) -> Flags:
    found = np.zeros(len(extract.families), dtype=np.bool_)
    found[ints(extract.members["baris"])[ints(extract.members["hubungan"]) == kin]] = True
    return found


def _first_of_family(row: Ints, wanted: Flags, families: int) -> Ints:
    """Return the first member of each family that is ``wanted``, -1 where none is."""
    first = np.full(families, -1, dtype=np.int64)
    places = np.flatnonzero(wanted)[::-1]
    first[row[places]] = places
    return first


def _p3ke_keys(rng: np.random.Generator, extract: Extract) -> Extract:
    """Give nine-digit keys that say nothing about place or order."""
    size = len(extract.families)
    keys = 310_000_000 + np.cumsum(rng.integers(1, 200, size))
    return replace(extract, families=extract.families.assign(kunci=rng.permutation(keys)))


def _card_keys(extract: Extract) -> Extract:
    return replace(extract, families=extract.families.assign(kunci=extract.families["kk"]))


def _in_file_order(extract: Extract) -> Extract:
    """Sort families by village and key, members with them; family numbers follow."""
    families = extract.families.sort_values(["desa", "kunci"], kind="stable")
    number = np.empty(len(families), dtype=np.int64)
    number[families.index.to_numpy()] = np.arange(len(families))
    members = extract.members.assign(baris=number[ints(extract.members["baris"])])
    members = members.sort_values(["baris", "hubungan", "lahir"], kind="stable", ignore_index=True)
    return Extract(families.reset_index(drop=True), members)


def heads(extract: Extract) -> Ints:
    """Return the row in ``members`` of each family's first head."""
    is_head = ints(extract.members["hubungan"]) == Kin.HEAD
    return _first_of_family(ints(extract.members["baris"]), is_head, len(extract.families))


def has_family_row(extract: Extract) -> Flags:
    """Return which families stand in the family file."""
    return ~flags(extract.families["tanpa_baris"])


def subset(extract: Extract, wanted: Flags) -> Extract:
    """Return the families that ``wanted`` marks, with their members; family numbers are counted anew."""
    rows = ints(extract.members["baris"])
    number = np.cumsum(wanted) - 1
    members = extract.members[wanted[rows]].reset_index(drop=True)
    return Extract(
        extract.families[wanted].reset_index(drop=True),
        members.assign(baris=number[ints(members["baris"])]),
    )
