"""Rules on where a household is: codes, names, points (codes W)."""

import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.discrepancies.evidence import (
    evidence,
    flagged_values,
    of_no_household,
    per_record,
    per_side,
)
from reconcile.discrepancies.rule import Rule
from reconcile.text.places import place_keys
from reconcile.text.similarity import ALIKE, name_similarity
from reconcile.vocab import (
    CodeStatus,
    CodeSystem,
    Placement,
    PointReading,
    Position,
    Reason,
    Severity,
)


def unknown_code(context: Context) -> pd.DataFrame:
    """The village code stands in no edition of the list."""
    return per_side(
        context, lambda t, s: t[f"kode_wilayah_{s}"].where(t[f"status_kode_{s}"] == CodeStatus.UNKNOWN)
    )


def code_against_name(context: Context) -> pd.DataFrame:
    """The village name beside a valid code is another village's, or like no name of the code's village."""

    def find(table: pd.DataFrame, side: str) -> pd.Series:
        code, named, written = (
            table[f"{column}_{side}"] for column in ("desa_kode", "desa_nama", "nama_desa")
        )
        other = code.notna() & written.notna() & (named != code)
        unlike = other & (
            named.notna()
            | ~_name_of(context, code[other], written[other]).reindex(table.index, fill_value=False)
        )
        named = named.fillna(context.say("unknown"))
        return context.say_each("code_and_name", code=code.where(unlike), named=named)

    return per_side(context, find)


def outdated_code(context: Context) -> pd.DataFrame:
    """The village code was valid in an older edition."""
    return per_side(
        context, lambda t, s: t[f"kode_wilayah_{s}"].where(t[f"status_kode_{s}"] == CodeStatus.OUTDATED)
    )


def different_village(context: Context) -> pd.DataFrame:
    """A matched family is in different villages."""
    pairs = context.matched[["kode_desa_p3ke", "kode_desa_bps"]].dropna()
    pairs = pairs[pairs["kode_desa_p3ke"] != pairs["kode_desa_bps"]]
    return evidence(pairs.index, p3ke=pairs["kode_desa_p3ke"], bps=pairs["kode_desa_bps"])


def point_outside(context: Context) -> pd.DataFrame:
    """The measured point lies farther from the stated village than the tolerance."""

    def find(table: pd.DataFrame, side: str) -> pd.Series:
        metres = table[f"jarak_m_{side}"]
        far = (metres > context.tolerances.metres).fillna(value=False)
        return (metres.round().astype("Int64").astype("str") + " m").where(far)

    return per_side(context, find)


def invalid_point(context: Context) -> pd.DataFrame:
    """A coordinate was given but cannot be read, is swapped, incomplete, or outside the province."""
    flagged = context.flagged
    swapped = flagged.loc[flagged["code"] == Reason.SAID_SWAPPED, "record_id"]

    def find(table: pd.DataFrame, side: str) -> pd.Series:
        halves = table[[f"lintang_{side}", f"bujur_{side}"]].notna()
        reading = table[f"baca_titik_{side}"]
        turned = reading.isin([one.value for one in PointReading if one.turned])
        unusable = halves.any(axis="columns") & ((table[f"posisi_{side}"] != Position.MEASURED) | turned)
        said = pd.Series(context.say("outside"), index=table.index, dtype="str")
        said = said.mask(~halves.all(axis="columns"), context.say("incomplete"))
        said = said.mask(turned, context.say("sign"))
        read_swapped = reading == PointReading.SWAPPED
        said = said.mask(read_swapped | table[f"record_id_{side}"].isin(swapped), context.say("swapped"))
        return said.where(unusable)

    codes = (Reason.COORDINATE, Reason.CELL_ERROR, Reason.FORMULA_NO_VALUE)
    unread = pd.concat([flagged_values(context, column, *codes) for column in ("lintang", "bujur")])
    every = pd.concat([unread.sort_values("about"), per_side(context, find)], ignore_index=True)
    return every.assign(about="").drop_duplicates(["row", "side"])


def not_placed(context: Context) -> pd.DataFrame:
    """Neither coordinate nor code nor names lead to a village."""
    table = context.reconciled
    lost = table.index[table["cara_lokasi"] == Placement.NONE]
    return evidence(lost)


def _name_of(context: Context, code: pd.Series, written: pd.Series) -> pd.Series:
    """Return whether each written village name is alike one of the names of the village of ``code``."""
    names = context.register.names.drop_duplicates(["kode_desa", "desa"])[["kode_desa", "desa"]]
    asked = pd.DataFrame({"kode_desa": code, "key": place_keys(written, "desa")}).reset_index()
    asked = asked.merge(names, on="kode_desa")
    alike = pd.Series(name_similarity(asked["key"], asked["desa"]) >= ALIKE, asked["index"])
    return alike.groupby(level=0).any()


def mixed_systems(context: Context) -> pd.DataFrame:
    """Codes of a file that its declared system does not know are codes of the other system."""
    table = context.households[["source_file", "code_system", "kode_wilayah", "status_kode"]]
    digits = table["kode_wilayah"].str.replace(".", "", regex=False)
    villages = context.register.villages
    other = {
        CodeSystem.KEMENDAGRI: set(villages["kode_desa_bps"].dropna()),
        CodeSystem.BPS: set(villages["kode_desa"].str.replace(".", "", regex=False)),
    }
    strange = table["status_kode"] == CodeStatus.UNKNOWN
    mixed = pd.Series(data=False, index=table.index)
    for system, codes in other.items():
        mixed |= strange & (table["code_system"] == system) & digits.isin(codes)
    votes = pd.DataFrame({"source_file": table["source_file"], "mixed": mixed, "all": 1})
    votes = votes.groupby("source_file", as_index=False)[["mixed", "all"]].sum()
    votes = votes[votes["mixed"] >= context.tolerances.mixed_codes].reset_index(drop=True)
    said = context.say_each("votes", count=votes["mixed"].astype("Int64"), whole=votes["all"].astype("Int64"))
    return of_no_household(votes["source_file"], said, place=votes)


#: From this share on a file is one kabupaten's.
_OWNER = 0.9


def outside_owner(context: Context) -> pd.DataFrame:
    """The family lives in another kabupaten than the one whose list it stands in."""
    table = context.households[["registry", "record_id", "source_file", "kode_desa"]]
    table = table.dropna(subset=["kode_desa"])
    table = table.assign(regency=table["kode_desa"].str.slice(0, 5))
    counts = table.pivot_table(index="source_file", columns="regency", aggfunc="size", fill_value=0)
    share = counts.div(counts.sum(axis="columns"), axis="index")
    owner = share.idxmax(axis="columns")[share.max(axis="columns") >= _OWNER]
    of_file = table["source_file"].map(owner).astype("str")
    away = table[of_file.notna() & (of_file != table["regency"])]
    names = context.register.villages.drop_duplicates("kode_kab").set_index("kode_kab")["nama_kab"]
    said = context.say_each("owner", area=of_file[away.index].map(names).astype("str"))
    return per_record(context, away, said)


RULES = (
    Rule("W01", Severity.HIGH, unknown_code, fields=("kode_wilayah",)),
    Rule("W02", Severity.HIGH, code_against_name, fields=("nama_desa",)),
    Rule("W03", Severity.CRITICAL, mixed_systems, fields=("kode_wilayah",)),
    Rule("W04", Severity.INFO, outdated_code, fields=("kode_wilayah",)),
    Rule("W05", Severity.HIGH, different_village, field=True),
    Rule("W06", Severity.HIGH, point_outside, fields=("jarak_m",), field=True),
    Rule("W07", Severity.MEDIUM, invalid_point),
    Rule("W08", Severity.MEDIUM, not_placed),
    Rule("W09", Severity.HIGH, outside_owner),
)
