"""A registry's files become its households and members; nobody is lost on the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from reconcile.frames import among, in_order
from reconcile.sources.conform import Conformed
from reconcile.sources.grouping import Grouped, grouped, groups_of_one_family
from reconcile.sources.keys import ORIGIN, record_ids
from reconcile.tables import (
    ACCOUNTS,
    FAMILY,
    HOUSEHOLDS,
    MEMBERS,
    PERSON,
    PROVENANCE,
    QUARANTINE,
    ROW,
    VALUE_FLAGS,
    Column,
    Table,
)
from reconcile.vocab import Content, Registry, Relationship

ADULT_YEARS = 17  # P3KE's own "KELUARGA TIDAK ADA USIA 17+ TAHUN" (formats.md 1.4)

_COUNTED = {"record_id", "jumlah_baris_anggota", "jumlah_kepala", "punya_dewasa", "kelompok_ganda"}
_KEY_SPACE = Column("key_space", "text", "which files share family keys", required=True)
_FAMILY_ROWS = Table("family_rows", (*(c for c in HOUSEHOLDS.columns if c.name not in _COUNTED), _KEY_SPACE))
_MEMBER_ROWS = Table(
    "member_rows",
    (
        *PROVENANCE,
        *(c for c in MEMBERS.columns if c.name != "record_id" and c not in ROW),
        *FAMILY,
        *(c for c in HOUSEHOLDS.columns if c.name == "code_system"),
        _KEY_SPACE,
    ),
)
_PERSON = [column.name for column in PERSON]
_FAMILY = [column.name for column in FAMILY]
_PLACE = [column.name for column in ROW if column.name != "registry"]


@dataclass(frozen=True)
class Gathered:
    """One registry: the tables HOUSEHOLDS, MEMBERS, VALUE_FLAGS, QUARANTINE and ACCOUNTS, and their count."""

    households: pd.DataFrame
    members: pd.DataFrame
    value_flags: pd.DataFrame
    quarantine: pd.DataFrame
    accounts: pd.DataFrame
    grouped: Grouped


def gather(conformed: Iterable[Conformed], registry: Registry, reference_date: date) -> Gathered:
    """Return all deliveries of ``registry`` as one, families joined with their members by the source's key.

    A family without members stays; members whose family no file knows become one household per key, told by
    their head or else their first member by content; so does a head without key. Others without key stay in
    ``members`` without ``record_id``. A key that several families share gives its members to the family with
    the smallest ``record_id``. Rows that are one family twice share ``kelompok_ganda``; none is dropped.
    Households are sorted by ``record_id``, members by it and content. ConservationError ``E_GROUPED`` where
    accepted rows are not the rows of both tables.
    """
    own = [one for one in conformed if one.spec.registry is registry]
    accounts = _stacked([one.accounts for one in own], ACCOUNTS, [])
    quarantine = _stacked([one.quarantine for one in own], QUARANTINE, ["source_row"])
    flags = _stacked([one.value_flags for one in own], VALUE_FLAGS, ["source_row", "column"])
    members = _bonded(_rows(own, Content.MEMBERS, _member_rows(own)))
    families = _bonded(_rows(own, Content.FAMILIES, _FAMILY_ROWS))
    own.clear()  # perhaps the last to hold the rows as they came
    orphans = members[members["bond"].notna() & ~among(members["bond"], families["bond"])]
    orphans = _MEMBER_ROWS.build(orphans.drop(columns="bond")).assign(bond=orphans["bond"].array)
    # what a member's row says of its family was asked for orphans only
    members = members[[name for name in MEMBERS.names if name in members] + ["bond"]]
    families = pd.concat(
        [families.assign(told=False), _families_of(orphans).assign(told=True)], ignore_index=True
    )
    families["record_id"] = record_ids(families[_FAMILY_ROWS.names])
    families = families.iloc[in_order(families, ["record_id"])].reset_index(drop=True)
    keepers = families[["bond", "record_id", "nama"]].dropna(subset="bond")
    keepers = keepers.drop_duplicates("bond").set_index("bond")
    members["record_id"] = members["bond"].map(keepers["record_id"]).astype("str")
    families = _with_counts(_with_heads(families, keepers, members), members, reference_date)
    families = families.assign(kelompok_ganda=groups_of_one_family(families))
    members = members.iloc[in_order(members, ["record_id", *_PERSON, "hubungan", *_PLACE])]
    return Gathered(
        HOUSEHOLDS.build(families[[c for c in HOUSEHOLDS.names if c in families]]),
        MEMBERS.build(members[MEMBERS.names]),
        flags,
        quarantine,
        accounts,
        grouped(registry, families, members, accepted=int(accounts["accepted"].sum())),
    )


def _stacked(tables: list[pd.DataFrame], table: Table, places: list[str]) -> pd.DataFrame:
    stacked = pd.concat([table.empty(), *tables], ignore_index=True)
    order = ["source_file", "source_sha256", "source_sheet", "source", *places]
    return table.build(stacked.sort_values(order, kind="stable"))


def _rows(conformed: Sequence[Conformed], content: Content, table: Table) -> pd.DataFrame:
    tables = [
        table.build(one.table.assign(key_space=one.spec.key_space))
        for one in conformed
        if one.spec.content is content
    ]
    return pd.concat([table.empty(), *tables], ignore_index=True)


def _member_rows(conformed: Sequence[Conformed]) -> Table:
    """Return the table of member rows with those columns of the family only that a file has.

    Most files of members have none, and all of them empty are a gigabyte in a province.
    """
    there = {name for one in conformed if one.spec.content is Content.MEMBERS for name in one.table}
    columns = (c for c in _MEMBER_ROWS.columns if c.name not in _FAMILY or c.name in there)
    return Table(_MEMBER_ROWS.name, tuple(columns))


def _bonded(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ``rows`` with ``bond``: what joins families and members, one key space never with another.

    A head without key gets a bond of its own, for a head means that there is a family.
    """
    bond = rows["key_space"] + ":" + rows["family_key"]
    if "hubungan" in rows:
        alone = bond.isna() & (rows["hubungan"] == Relationship.HEAD.value)
        bond = bond.where(~alone, "\x00" + pd.Series(rows.index, index=rows.index).astype("str"))
    return rows.assign(bond=bond.astype("str"))


def _families_of(members: pd.DataFrame) -> pd.DataFrame:
    """Return one family row per bond: the head's person columns, the first word on each family column."""
    later = (members["hubungan"] != Relationship.HEAD.value).rename("later")
    ordered = members.assign(later=later).sort_values(["bond", "later", *_PERSON, *_FAMILY, *ORIGIN])
    heads = ordered.drop_duplicates("bond").set_index("bond")
    # the first value that is there, member by member: one row may lack the code that the next has
    heads[_FAMILY] = ordered.groupby("bond")[_FAMILY].first()
    kept = [name for name in _FAMILY_ROWS.names if name in heads]
    rows = heads.reset_index()[[*kept, "bond"]]
    return _FAMILY_ROWS.build(rows[kept]).assign(bond=rows["bond"].astype("str"))


def _with_heads(families: pd.DataFrame, keepers: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Return ``families`` with missing person columns filled from the member who is their head.

    A member of the family row's own name comes before one that is only called head. Where names and NIK both
    differ it is another person, and nothing is filled; nor in families that share a key, but by name.
    """
    named = _folded(members["nama"]) == _folded(members["bond"].map(keepers["nama"]).astype("str"))
    head = members["hubungan"] == Relationship.HEAD.value
    place = (~named).astype("int8") * 2 + (~head).astype("int8")
    likely = members[["bond", *_PERSON]].assign(place=place)[(named | head) & members["bond"].notna()]
    likely = likely.iloc[in_order(likely, ["bond", "place", *_PERSON])]
    told = likely.drop_duplicates("bond").set_index("bond")[_PERSON]
    filler = told.reindex(families["bond"]).set_axis(families.index)
    same = families["nama"].isna() | (_folded(families["nama"]) == _folded(filler["nama"]))
    other = families["nik"].notna() & filler["nik"].notna() & (families["nik"] != filler["nik"])
    alone = ~families["bond"].duplicated(keep=False)
    allowed = same | (alone & ~other)
    filled = {name: families[name].where(families[name].notna() | ~allowed, filler[name]) for name in _PERSON}
    return families.assign(**filled)


def _folded(names: pd.Series) -> pd.Series:
    return names.str.lower()


def _with_counts(families: pd.DataFrame, members: pd.DataFrame, reference_date: date) -> pd.DataFrame:
    """Return ``families`` with member rows, heads among them, and whether anyone is an adult.

    Unknown birth dates leave "nobody is" unsaid: it is missing then, as it is without member rows.
    """
    born_by = pd.Timestamp(reference_date) - pd.DateOffset(years=ADULT_YEARS)
    facts = pd.DataFrame(
        {
            "rows": 1,
            "heads": (members["hubungan"] == Relationship.HEAD.value).astype("int64"),
            "adults": (members["tanggal_lahir"] <= born_by).astype("int64"),
            "undated": members["tanggal_lahir"].isna().astype("int64"),
            "bond": members["bond"],
        }
    )
    sums = (
        facts.groupby("bond")
        .sum()
        .reindex(families["bond"])
        .set_axis(families.index)
        .fillna(0)
        .astype("int64")
    )
    adult = (sums["adults"] > 0) | (families["tanggal_lahir"] <= born_by)
    certain = adult | ((sums["rows"] > 0) & (sums["undated"] == 0))
    return families.assign(
        jumlah_baris_anggota=sums["rows"],
        jumlah_kepala=sums["heads"],
        punya_dewasa=adult.astype("boolean").where(certain),
    )
