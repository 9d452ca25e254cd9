"""One village key for two code systems and their editions.

The key is the current dotted Kemendagri code. The code system of an input is *declared*: 35 BPS village codes
of Kalimantan Timur are also valid undotted Kemendagri codes, each of another village, and four kabupaten
codes mean different kabupaten, so digits tell nothing. What can be tell-tale is a whole file: codes that
resolve to other names than those written beside them, but would agree in the other system.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from reconcile.errors import Fault, InputError
from reconcile.identifiers import dotted_village_code
from reconcile.tables import CODED, VILLAGES
from reconcile.text.places import Level, place_keys
from reconcile.vocab import CodeStatus, CodeSystem

#: A file is refused when more than this share of its telling rows, and at least MIN_CONTRADICTIONS of them,
#: fit only the system that it does not declare: stray slips of an office stay below, a wrong column does not.
MAX_CONTRADICTION_SHARE = 0.02
MIN_CONTRADICTIONS = 3


@dataclass(frozen=True)
class Register:
    """The villages and every way to find one: current code, dead code, BPS code, names."""

    villages: pd.DataFrame
    by_code: Mapping[CodeSystem, pd.Series]
    outdated: pd.Series
    names: pd.DataFrame


def build_register(bridging: pd.DataFrame, recodes: pd.DataFrame) -> Register:
    """Return the register from a bridging list (table BRIDGING) and dated recodes (table RECODES).

    A bridging row that still gives a dead Kemendagri code is brought to the current one. Raises InputError
    with every fault: a code that stands twice, a village without kecamatan or kabupaten.
    """
    forward = _forward(recodes)
    bridging = _completed(bridging)
    rows = bridging[bridging["tingkat"] == "desa"].dropna(subset=["kode_kemendagri"])
    written = dotted_village_code(rows["kode_kemendagri"])
    rows = rows.assign(kode_desa=_mapped(written, forward).fillna(written)).dropna(subset=["kode_desa"])
    older = dotted_village_code(rows["kode_kemendagri_lama"])
    dead = pd.concat([forward, pd.Series(rows["kode_desa"].array, index=older.array)])
    dead = dead[dead.index.notna() & ~dead.index.isin(rows["kode_desa"]) & ~dead.index.duplicated()]
    dead = dead[dead.isin(rows["kode_desa"])]
    villages = _villages(rows, bridging)
    _refuse(villages, bridging)
    return Register(
        villages=villages,
        by_code={
            CodeSystem.KEMENDAGRI: pd.Series(villages["kode_desa"].array, index=villages["kode_desa"].array),
            CodeSystem.BPS: _bps_index(villages),
        },
        outdated=dead,
        names=_name_index(villages, rows, dead),
    )


def resolve_codes(codes: pd.Series, system: CodeSystem, register: Register) -> pd.DataFrame:
    """Return ``desa_kode`` (village key or missing) and ``status_kode`` (CodeStatus) per written code."""
    plain = dotted_village_code(codes) if system is CodeSystem.KEMENDAGRI else codes.str.strip()
    current = _mapped(plain, register.by_code[system])
    dead = (
        _mapped(plain, register.outdated)
        if system is CodeSystem.KEMENDAGRI
        else current.where(current.isna())
    )
    status = pd.Series(CodeStatus.UNKNOWN.value, index=codes.index, dtype="str")
    status = status.mask(codes.isna(), CodeStatus.MISSING.value)
    status = status.mask(dead.notna(), CodeStatus.OUTDATED.value)
    status = status.mask(current.notna(), CodeStatus.CURRENT.value)
    return pd.DataFrame({"desa_kode": current.fillna(dead), "status_kode": status})


def resolve_names(names: pd.DataFrame, register: Register) -> pd.Series:
    """Return the village key of ``nama_kabupaten``, ``nama_kecamatan``, ``nama_desa``, or missing.

    The kecamatan decides where it is known, under today's or a former name; without one, a village name
    that is unique in its kabupaten does. A name that fits two villages is never resolved.
    """
    keys = pd.DataFrame(
        {
            "kab": place_keys(names["nama_kabupaten"], "kabupaten"),
            "kec": place_keys(names["nama_kecamatan"], "kecamatan"),
            "desa": place_keys(names["nama_desa"], "desa"),
        }
    )
    full = _lookup(keys, register.names, ["kab", "kec", "desa"])
    known = keys["kec"].isin(register.names["kec"])
    loose = _lookup(keys, register.names, ["kab", "desa"]).where(~known)
    return full.fillna(loose)


def code_households(households: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Return HOUSEHOLDS as CODED: the village key and status of each written code, by its declared system."""
    parts = [
        resolve_codes(part["kode_wilayah"], CodeSystem(str(system)), register)
        for system, part in households.groupby("code_system")
    ]
    if not parts:
        return CODED.empty()
    return CODED.build(households.join(pd.concat(parts)))


def contradicted_system(
    rows: pd.DataFrame, declared: CodeSystem, register: Register, *, file: str
) -> tuple[Fault, ...]:
    """Return a fault when codes and names of one file speak for the system that it does not declare.

    ``rows`` has ``kode_wilayah`` and ``nama_desa``. A row is telling when exactly one system makes code and
    name agree; rows without a name tell nothing. The fault counts both sides, so that a file in which two
    systems are mixed is told from one that is declared wrongly.
    """
    pairs = rows[["kode_wilayah", "nama_desa"]].dropna().value_counts(sort=False).reset_index(name="n")
    other = CodeSystem.BPS if declared is CodeSystem.KEMENDAGRI else CodeSystem.KEMENDAGRI
    fits = {system: _name_agrees(pairs, system, register) for system in (declared, other)}
    ours = int(pairs["n"][fits[declared] & ~fits[other]].sum())
    theirs = int(pairs["n"][fits[other] & ~fits[declared]].sum())
    if theirs < MIN_CONTRADICTIONS or theirs <= MAX_CONTRADICTION_SHARE * (ours + theirs):
        return ()
    code = "E_CODE_SYSTEM_MIXED" if ours >= MIN_CONTRADICTIONS else "E_CODE_SYSTEM_WRONG"
    return (
        Fault.of(
            code, file=file, column="kode_wilayah", declared=declared, other=other, ours=ours, theirs=theirs
        ),
    )


def _name_agrees(pairs: pd.DataFrame, system: CodeSystem, register: Register) -> pd.Series:
    village = resolve_codes(pairs["kode_wilayah"], system, register)["desa_kode"]
    known = register.names[["kode_desa", "desa"]].drop_duplicates()
    found = pd.MultiIndex.from_arrays([village, place_keys(pairs["nama_desa"], "desa")])
    return pd.Series(found.isin(pd.MultiIndex.from_frame(known)), index=pairs.index) & village.notna()


def _forward(recodes: pd.DataFrame) -> pd.Series:
    """Return dead code -> the code that it leads to now, over as many recodes as there were.

    A code that leads back to itself is a fault of the list.
    """
    codes = pd.DataFrame(
        {"old": dotted_village_code(recodes["kode_lama"]), "new": dotted_village_code(recodes["kode_baru"])}
    ).dropna()
    step = codes.drop_duplicates("old").set_index("old")["new"]
    for _ in range(len(step) + 1):
        further = _mapped(step, step)
        if further.isna().all():
            return step
        step = further.fillna(step)
    file = str(recodes["source_file"].iloc[0])
    raise InputError([Fault.of("E_RECODE_CIRCLE", file=file)])


def _completed(bridging: pd.DataFrame) -> pd.DataFrame:
    """Return the list with its code and level filled in, where it gives only the code of its own edition."""
    code = bridging["kode_kemendagri"].fillna(bridging["kode_kemendagri_lama"])
    length = code.str.replace(".", "", regex=False).str.len()
    level = bridging["tingkat"].fillna(length.map({4: "kab", 6: "kec", 10: "desa"}).astype("str"))
    return bridging.assign(kode_kemendagri=code, tingkat=level)


def _villages(rows: pd.DataFrame, bridging: pd.DataFrame) -> pd.DataFrame:
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
            "nama_kec": _mapped(kode_kec, kec["nama"]).fillna(""),
            "kode_kab": kode_kab,
            "nama_kab": _mapped(kode_kab, kab["nama"]).fillna(""),
            "kode_desa_bps": rows["kode_bps"],
            "kode_kec_bps": kode_kec.map(kec["kode_bps"]),
            "kode_kab_bps": kode_kab.map(kab["kode_bps"]),
        }
    )
    return VILLAGES.build(table.fillna({"nama_desa": ""}).sort_values("kode_desa"))


def _mapped(keys: pd.Series, values: pd.Series) -> pd.Series:
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


def _refuse(villages: pd.DataFrame, bridging: pd.DataFrame) -> None:
    file = str(bridging["source_file"].iloc[0]) if len(bridging) else ""
    faults = [] if len(villages) else [Fault.of("E_REGISTER_EMPTY", file=file)]
    for column in ("kode_desa", "kode_desa_bps"):
        codes = villages[column].dropna()
        faults += [
            Fault.of("E_CODE_TWICE", file=file, area=code) for code in sorted(set(codes[codes.duplicated()]))
        ]
    for level, column in (("kecamatan", "nama_kec"), ("kabupaten", "nama_kab")):
        orphans = villages.loc[villages[column] == "", "kode_kec" if level == "kecamatan" else "kode_kab"]
        faults += [
            Fault.of("E_NO_PARENT", file=file, area=code, level=level) for code in sorted(set(orphans))
        ]
    if faults:
        raise InputError(faults)


def _bps_index(villages: pd.DataFrame) -> pd.Series:
    bridged = villages.dropna(subset=["kode_desa_bps"])
    return pd.Series(bridged["kode_desa"].array, index=bridged["kode_desa_bps"].array)


def _name_index(villages: pd.DataFrame, rows: pd.DataFrame, dead: pd.Series) -> pd.DataFrame:
    """Return keys of kab, kec, desa with kode_desa: official, BPS and former-kecamatan names."""
    kec_of = villages.drop_duplicates("kode_kec").set_index("kode_kec")["nama_kec"]
    own = villages[["kode_desa", "nama_kab", "nama_kec", "nama_desa"]]
    by_code = own.set_index("kode_desa")
    bps = by_code.loc[rows["kode_desa"].array].assign(nama_desa=rows["nama_bps"].array).reset_index()
    former = by_code.loc[dead.array].assign(
        nama_kec=pd.Series(dead.index.str.slice(0, 8)).map(kec_of).array,
    )
    everything = pd.concat([own, bps, former.reset_index()]).dropna()
    levels: dict[str, Level] = {"kab": "kabupaten", "kec": "kecamatan", "desa": "desa"}
    columns = {"kab": "nama_kab", "kec": "nama_kec", "desa": "nama_desa"}
    keys = {short: place_keys(everything[columns[short]], level) for short, level in levels.items()}
    return (
        pd.DataFrame({"kode_desa": everything["kode_desa"], **keys}).drop_duplicates().reset_index(drop=True)
    )


def _lookup(keys: pd.DataFrame, index: pd.DataFrame, on: list[str]) -> pd.Series:
    one = index[[*on, "kode_desa"]].drop_duplicates()
    one = one[~one.duplicated(on, keep=False)]
    found = keys[on].merge(one, on=on, how="left")["kode_desa"]
    found.index = keys.index
    return found.astype("str").where(keys[on].notna().all(axis="columns"))
