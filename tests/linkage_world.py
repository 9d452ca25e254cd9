"""Both registries' lists of a made-up population, as the matching gets them: PLACED and MEMBERS."""

from dataclasses import dataclass, replace
from typing import Any

import factory
import numpy as np
import pandas as pd
import pyarrow.compute as pc
from sample_world import SEED, World

from reconcile.linkage.features import Side
from reconcile.linkage.households import Linkage, MatchingSettings, link_households
from reconcile.sample.columns import ints
from reconcile.sample.damage import NikDamage
from reconcile.sample.extract import Extract, heads
from reconcile.sample.lexicon import load_lexicon
from reconcile.sample.places import invented_places
from reconcile.sample.population import Side as Registry
from reconcile.sample.population import populate
from reconcile.sample.rates import BPS_RATES, P3KE_RATES
from reconcile.sample.written import name_text, nik_text, street_text
from reconcile.tables import MEMBERS, PLACED
from reconcile.vocab import Relationship

#: Changes of a household or a member as the factory makes them.
Row = dict[str, Any]
People = tuple[Row, ...]
#: A household and its members.
Told = tuple[Row, People]

#: What the reader makes of a written NIK: these stay sixteen digits, the others become missing.
READ = (NikDamage.NONE, NikDamage.TYPO, NikDamage.TRANSPOSED, NikDamage.FLOAT, NikDamage.APOSTROPHE)
RELATION = (Relationship.HEAD, Relationship.SPOUSE, Relationship.CHILD, Relationship.OTHER)


@dataclass(frozen=True)
class Lists:
    """Households and members of both registries, and the pairs of record ids that are one family."""

    p3ke: pd.DataFrame
    bps: pd.DataFrame
    p3ke_members: pd.DataFrame
    bps_members: pd.DataFrame
    truth: frozenset[tuple[str, str]]

    def linked(self, **given: Any) -> Linkage:
        """Return the matching of the lists with the usual thresholds."""
        tables = (self.p3ke, self.bps, self.p3ke_members, self.bps_members)
        return link_households(*tables, MatchingSettings(), **given)

    def changed_over(self) -> "Lists":
        """Return the lists with each registry in the place of the other."""
        turned = frozenset((right, left) for left, right in self.truth)
        return Lists(self.bps, self.p3ke, self.bps_members, self.p3ke_members, turned)

    def shuffled(self, seed: int) -> "Lists":
        """Return the lists with the rows of each table in another order."""
        tables = ("p3ke", "bps", "p3ke_members", "bps_members")
        return replace(self, **{n: getattr(self, n).sample(frac=1, random_state=seed) for n in tables})

    def with_more(
        self, p3ke: list[Row], bps: list[Row], p3ke_members: People = (), bps_members: People = ()
    ) -> "Lists":
        """Return the lists with other households, changes of factory.HOUSEHOLD, counted from ``p3ke:1``.

        Members are of the first household of their registry where they do not say of which.
        """
        added = {
            "p3ke": factory.placed("p3ke", *p3ke),
            "bps": factory.placed("bps", *bps),
            "p3ke_members": factory.members(
                "p3ke", *({"record_id": "p3ke:1", **one} for one in p3ke_members)
            ),
            "bps_members": factory.members("bps", *({"record_id": "bps:1", **one} for one in bps_members)),
        }
        whole = {name: pd.concat([getattr(self, name), table]) for name, table in added.items() if len(table)}
        return replace(self, **{name: table.reset_index(drop=True) for name, table in whole.items()})


def make_lists(families: int, *, seed: int = SEED) -> Lists:
    """Return the lists of a population of which each registry knows ``families``, damaged as a sample is."""
    places, lexicon = invented_places(), load_lexicon(seed)
    people = populate(count=families, seed=seed, villages=places.villages, lexicon=lexicon)
    world = World(places, lexicon, people)
    told = {
        "p3ke": world.written(Registry.P3KE, replace(P3KE_RATES, no_family_row=0.0)),
        "bps": world.written(Registry.BPS, replace(BPS_RATES, no_family_row=0.0)),
    }
    rows = {registry: _households(registry, extract, world) for registry, extract in told.items()}
    people_of = {registry: _members(registry, extract, world) for registry, extract in told.items()}
    left, right = (
        pd.DataFrame({"keluarga": told[name].families["keluarga"], name: rows[name]["record_id"]})
        for name in told
    )
    pairs = left.merge(right, on="keluarga")
    truth = frozenset(zip(pairs["p3ke"], pairs["bps"], strict=True))
    return Lists(rows["p3ke"], rows["bps"], people_of["p3ke"], people_of["bps"], truth)


def sides(left: list[Told], right: list[Told]) -> tuple[Side, Side]:
    """Return two tables of households, each with its members; changes of factory.HOUSEHOLD."""
    return _side("p3ke", left), _side("bps", right)


def _side(registry: str, told: list[Told]) -> Side:
    rows = factory.placed(registry, *(household for household, _ in told))
    people = [
        {"record_id": f"{registry}:{number}", **person}
        for number, (_, persons) in enumerate(told, start=1)
        for person in persons
    ]
    members = factory.members(registry, *people)
    numbers = members["record_id"].str.split(":").str[1].astype("int64")
    return Side(rows, members.assign(row=numbers - 1))


def _persons(people: pd.DataFrame, world: World) -> dict[str, Any]:
    nik = pd.Series(pc.replace_substring_regex(nik_text(people), r"^'|\.0$", "").to_pylist(), dtype="str")
    born = pd.Series(ints(people["lahir"]).astype("datetime64[D]").astype("datetime64[s]"))
    return {
        "nik": nik.where(people["cacat_nik"].isin(READ).to_numpy()),
        "nama": pd.Series(name_text(people, world.lexicon).to_pylist(), dtype="str"),
        "tanggal_lahir": born.mask(people["tanggal_kosong"].to_numpy()),
        "jenis_kelamin": np.where(people["pria"], "L", "P"),
    }


def _households(registry: str, extract: Extract, world: World) -> pd.DataFrame:
    families, size = extract.families, len(extract.families)
    head = extract.members.iloc[heads(extract)].reset_index(drop=True)
    village = world.villages["kode"].to_numpy()[ints(families["desa"])]
    told: dict[str, Any] = {
        **factory.HOUSEHOLD,
        **_origin(registry, size),
        "record_id": _record_ids(registry, size),
        "code_system": "kemendagri",
        **_persons(head, world),
        "no_kk": families["kk"].astype("str").to_numpy() if registry == "bps" else None,
        "alamat": street_text(families, world.lexicon, "JL.", "DUSUN").to_pylist(),
        "rt": ints(families["rt"]),
        "rw": ints(families["rw"]),
        "jumlah_anggota": np.bincount(ints(extract.members["baris"]), minlength=size),
        "kode_desa": village,
        "desa_kode": village,
    }
    return PLACED.build(pd.DataFrame(told))


def _members(registry: str, extract: Extract, world: World) -> pd.DataFrame:
    people = extract.members
    told: dict[str, Any] = {
        **_origin(registry, len(people)),
        "record_id": _record_ids(registry, len(extract.families))[ints(people["baris"])],
        **_persons(people, world),
        "hubungan": np.array([one.value for one in RELATION])[ints(people["hubungan"])],
    }
    return MEMBERS.build(pd.DataFrame(told).drop(columns=["source", "source_sha256"]))


def _record_ids(registry: str, size: int) -> np.ndarray:
    return np.array([f"{registry}:{number:05d}" for number in range(size)], dtype=object)


def _origin(registry: str, size: int) -> dict[str, Any]:
    return {
        **factory.ORIGIN,
        "registry": registry,
        "source": f"{registry}_contoh",
        "source_row": np.arange(2, size + 2),
    }
