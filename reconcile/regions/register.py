"""The register of villages, and every way to find one: current code, dead code, BPS code, names."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from reconcile.errors import Fault, InputError
from reconcile.identifiers import dotted_village_code
from reconcile.regions.bridging import bps_codes, bridge_pairs, completed, doubled_rows
from reconcile.regions.recodes import former_codes
from reconcile.tables import VILLAGES
from reconcile.text.places import Level, place_keys, place_words
from reconcile.vocab import CodeSystem

_LEVELS: Mapping[str, Level] = {"kab": "kabupaten", "kec": "kecamatan", "desa": "desa"}


@dataclass(frozen=True)
class Register:
    """The villages and every way to find one.

    ``by_code`` maps the codes of each system, ``outdated`` dead Kemendagri codes, to the village key.
    ``former`` (FORMER) is every dead code with its year, ``bridges`` (BRIDGES) every pair of codes.
    ``ambiguous`` are codes per system that lead to several villages and so, alone, to none. ``names``:
    kode_desa, and the keys kab, kec, desa of each name that it is or was known by, with ``kata``, the words
    of the village's name.
    """

    villages: pd.DataFrame
    by_code: Mapping[CodeSystem, pd.Series]
    outdated: pd.Series
    names: pd.DataFrame
    former: pd.DataFrame
    bridges: pd.DataFrame
    ambiguous: Mapping[CodeSystem, frozenset[str]]


def build_register(bridging: pd.DataFrame, recodes: pd.DataFrame) -> Register:
    """Return the register from a bridging list (table BRIDGING) and dated recodes (table RECODES).

    A bridging row that still gives a dead Kemendagri code is brought to the current one. Raises InputError
    with every fault: a pair that stands twice, a village without kecamatan or kabupaten, recodes in a circle.
    """
    file = str(bridging["source_file"].iloc[0]) if len(bridging) else ""
    bridging = completed(bridging)
    former = former_codes(recodes, _older(bridging))
    every = _keyed(bridging[bridging["tingkat"] == "desa"], former)
    rows = every.dropna(subset=["kode_desa"])
    villages = _villages(rows, bridging)
    _refuse(villages, rows, file=file)
    pairs = bridge_pairs(every)
    by_bps, many = bps_codes(pairs)
    former = former[former["kode_desa"].isin(villages["kode_desa"])].reset_index(drop=True)
    single, several = _outdated(former, villages["kode_desa"])
    own = villages["kode_desa"]
    return Register(
        villages=villages,
        by_code={
            CodeSystem.KEMENDAGRI: pd.Series(own.array, index=own.array),
            CodeSystem.BPS: by_bps,
        },
        outdated=single,
        names=_name_index(villages, rows, former, recodes),
        former=former,
        bridges=pairs,
        ambiguous={CodeSystem.KEMENDAGRI: several, CodeSystem.BPS: many},
    )


def _older(bridging: pd.DataFrame) -> pd.DataFrame:
    """Return the dead codes that the bridging itself pairs with a current one."""
    old = dotted_village_code(bridging["kode_kemendagri_lama"])
    new = dotted_village_code(bridging["kode_kemendagri"])
    pairs = pd.DataFrame({"kode_lama": old, "kode_desa": new}).dropna()
    return pairs[(pairs["kode_lama"] != pairs["kode_desa"])].drop_duplicates()


def _keyed(rows: pd.DataFrame, former: pd.DataFrame) -> pd.DataFrame:
    """Return the village rows with ``kode_desa``, the current code of the one that is written."""
    written = dotted_village_code(rows["kode_kemendagri"])
    forward = _single_ends(former)
    bps = pd.Series(rows["kode_bps"].array, index=written.array)
    bps = bps[bps.notna().to_numpy() & bps.index.notna() & ~bps.index.duplicated()]
    before, after = forward.index.to_series().map(bps), forward.map(bps)
    # both codes stand in the list for two villages: the old one was issued again, and is alive
    reissued = before.notna() & after.notna() & (before != after)
    return rows.assign(kode_desa=mapped(written, forward[~reissued.to_numpy()]).fillna(written))


def _single_ends(former: pd.DataFrame) -> pd.Series:
    """Return dead code -> current code where a code leads to one only."""
    single = former[~former["kode_lama"].duplicated(keep=False)]
    return pd.Series(single["kode_desa"].array, index=single["kode_lama"].array, dtype="str")


def _outdated(former: pd.DataFrame, current: pd.Series) -> tuple[pd.Series, frozenset[str]]:
    """Return dead code -> village key, and the dead codes that lead to several villages."""
    dead = former[~former["kode_lama"].isin(current)].drop_duplicates(["kode_lama", "kode_desa"])
    several = dead["kode_lama"].duplicated(keep=False)
    one = dead[~several]
    single = pd.Series(one["kode_desa"].array, index=one["kode_lama"].array, dtype="str")
    return single, frozenset(dead.loc[several, "kode_lama"])


def _villages(rows: pd.DataFrame, bridging: pd.DataFrame) -> pd.DataFrame:
    """Return VILLAGES; a village of several BPS codes bears them all, parted by commas."""
    codes = rows.dropna(subset=["kode_bps"]).drop_duplicates(["kode_desa", "kode_bps"])
    joined = codes.sort_values("kode_bps").groupby("kode_desa")["kode_bps"].agg(", ".join)
    rows = rows.sort_values(["kode_desa", "kode_bps"]).drop_duplicates("kode_desa")
    code = rows["kode_desa"]
    kab, kec = (_areas(bridging, level) for level in ("kab", "kec"))
    name = rows["nama_kemendagri"].fillna(rows["nama_bps"])
    kode_kab, kode_kec = code.str.slice(0, 5), code.str.slice(0, 8)
    marked = code.str.slice(9, 10).map({"1": "kelurahan", "2": "desa"})
    table = pd.DataFrame(
        {
            "kode_desa": code,
            "nama_desa": name.str.strip(),
            "jenis": rows["jenis"].fillna(marked),
            "kode_kec": kode_kec,
            "nama_kec": mapped(kode_kec, kec["nama"]).fillna(""),
            "kode_kab": kode_kab,
            "nama_kab": mapped(kode_kab, kab["nama"]).fillna(""),
            "kode_desa_bps": mapped(code, joined),
            "kode_kec_bps": kode_kec.map(kec["kode_bps"]),
            "kode_kab_bps": kode_kab.map(kab["kode_bps"]),
        }
    )
    return VILLAGES.build(table.fillna({"nama_desa": ""}))


def mapped(keys: pd.Series, values: pd.Series) -> pd.Series:
    """Return the text that each key leads to; an empty mapping leads to missing text, not to numbers."""
    return keys.map(values).astype("str")


def _areas(bridging: pd.DataFrame, level: str) -> pd.DataFrame:
    rows = bridging[(bridging["tingkat"] == level) & bridging["kode_kemendagri"].notna()]
    digits = rows["kode_kemendagri"].str.replace(".", "", regex=False)
    code = digits.str.slice(0, 2) + "." + digits.str.slice(2, 4)
    if level == "kec":
        code = code + "." + digits.str.slice(4, 6)
    name = rows["nama_kemendagri"].fillna(rows["nama_bps"]).str.strip()
    areas = pd.DataFrame({"nama": name.array, "kode_bps": rows["kode_bps"].array}, index=code.array)
    return areas[~areas.index.duplicated()]


def _refuse(villages: pd.DataFrame, rows: pd.DataFrame, *, file: str) -> None:
    faults = [] if len(villages) else [Fault.of("E_REGISTER_EMPTY", file=file)]
    faults += doubled_rows(rows, file=file)
    for level, column, code in (
        ("kecamatan", "nama_kec", "kode_kec"),
        ("kabupaten", "nama_kab", "kode_kab"),
    ):
        orphans = villages.loc[villages[column] == "", code]
        faults += [
            Fault.of("E_NO_PARENT", file=file, area=area, level=level) for area in sorted(set(orphans))
        ]
    if faults:
        raise InputError(faults)


def _name_index(
    villages: pd.DataFrame, rows: pd.DataFrame, former: pd.DataFrame, recodes: pd.DataFrame
) -> pd.DataFrame:
    """Return kode_desa with every name: official, BPS, former, and each in its former kecamatan as well."""
    by_code = villages.set_index("kode_desa")[["nama_kab", "nama_kec", "nama_desa"]]
    other = pd.concat(
        [
            pd.DataFrame({"kode_desa": rows["kode_desa"], "nama_desa": rows["nama_bps"]}),
            pd.DataFrame({"kode_desa": rows["kode_desa"], "nama_desa": rows["nama_kemendagri"]}),
            _former_names(recodes, former, villages),
        ]
    ).dropna()
    named = other.join(by_code.drop(columns="nama_desa"), on="kode_desa")
    everything = pd.concat([by_code.reset_index(), named], ignore_index=True)
    kec_of = villages.drop_duplicates("kode_kec").set_index("kode_kec")["nama_kec"]
    moved = former[["kode_desa"]].assign(nama_kec=mapped(former["kode_lama"].str.slice(0, 8), kec_of))
    there = everything.drop(columns="nama_kec").merge(moved.dropna().drop_duplicates(), on="kode_desa")
    everything = pd.concat([everything, there], ignore_index=True).dropna()
    keys = {short: place_keys(everything[f"nama_{short}"], level) for short, level in _LEVELS.items()}
    words = [" ".join(place_words(name, "desa")) for name in everything["nama_desa"]]
    index = pd.DataFrame({"kode_desa": everything["kode_desa"], **keys, "kata": words})
    return index.dropna().drop_duplicates().sort_values(list(index.columns), ignore_index=True)


def _former_names(recodes: pd.DataFrame, former: pd.DataFrame, villages: pd.DataFrame) -> pd.DataFrame:
    """Return the names that recodes give to a village, before and after, where its code is one today."""
    code = dotted_village_code(recodes["kode_baru"])
    ends = mapped(code, _single_ends(former))
    current = code.where(code.isin(villages["kode_desa"])).fillna(ends)
    # what a code was called before it was split is the name of neither part
    whole = ~recodes["kode_lama"].duplicated(keep=False)
    names = {"nama_lama": current.where(whole), "nama_baru": current}
    return pd.concat([pd.DataFrame({"kode_desa": c, "nama_desa": recodes[n]}) for n, c in names.items()])
