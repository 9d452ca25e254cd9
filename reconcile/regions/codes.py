"""Region codes as written, brought to the village key; and files whose codes contradict what they declare."""

from collections.abc import Mapping

import pandas as pd

from reconcile.errors import Fault
from reconcile.identifiers import dotted_village_code
from reconcile.regions.recodes import valid_in
from reconcile.regions.register import Register, mapped
from reconcile.tables import CODED
from reconcile.text.places import place_keys
from reconcile.vocab import CodeStatus, CodeSystem

#: A file is refused when more than this share of its telling rows, and at least MIN_CONTRADICTIONS of them,
#: fit only the system that it does not declare: stray slips of an office stay below, a wrong column does not.
MAX_CONTRADICTION_SHARE = 0.02
MIN_CONTRADICTIONS = 3

#: Without names beside the codes, only lists can speak: a majority of the codes must be in the other only.
MAJORITY = 0.5


def resolve_codes(
    codes: pd.Series, system: CodeSystem, register: Register, *, edition: int | None = None
) -> pd.DataFrame:
    """Return ``desa_kode`` (village key or missing) and ``status_kode`` (CodeStatus) per written code.

    ``edition`` is the year of the file's codes. It matters only for a code that was given up and issued
    again: an older file means the village that bore it then. A code that leads to several villages leads,
    alone, to none, and its status says so.
    """
    kemendagri = system is CodeSystem.KEMENDAGRI
    plain = dotted_village_code(codes) if kemendagri else codes.str.strip()
    current = mapped(plain, register.by_code[system])
    dead = mapped(plain, register.outdated) if kemendagri else current.where(current.isna())
    several = plain.isin(register.ambiguous[system])
    if kemendagri and edition is not None:
        then = valid_in(register.former, edition)
        split = then["kode_lama"].duplicated(keep=False)
        ends = pd.Series(then["kode_desa"].array, index=then["kode_lama"].array, dtype="str")
        former, branched = mapped(plain, ends[~split.to_numpy()]), plain.isin(then.loc[split, "kode_lama"])
        several = (several & former.isna()) | branched
        current, dead = current.mask(former.notna() | branched), former.fillna(dead).mask(branched)
    status = pd.Series(CodeStatus.UNKNOWN.value, index=codes.index, dtype="str")
    status = status.mask(codes.isna(), CodeStatus.MISSING.value)
    status = status.mask(several, CodeStatus.AMBIGUOUS.value)
    status = status.mask(dead.notna(), CodeStatus.OUTDATED.value)
    status = status.mask(current.notna(), CodeStatus.CURRENT.value)
    return pd.DataFrame({"desa_kode": current.fillna(dead), "status_kode": status})


def code_households(
    households: pd.DataFrame, register: Register, editions: Mapping[str, int] | None = None
) -> pd.DataFrame:
    """Return HOUSEHOLDS as CODED: the village key and status of each written code, by its declared system.

    ``editions`` tells the year of the codes per ``source_file``; a file that it lacks is read by today's.
    """
    known = editions or {}
    files = households.groupby(["code_system", "source_file"])
    parts = [
        resolve_codes(part["kode_wilayah"], CodeSystem(str(system)), register, edition=known.get(str(file)))
        for (system, file), part in files
    ]
    if not parts:
        return CODED.empty()
    return CODED.build(households.join(pd.concat(parts)))


def contradicted_system(
    rows: pd.DataFrame, declared: CodeSystem, register: Register, *, file: str
) -> tuple[Fault, ...]:
    """Return a fault when codes and names of one file speak for the system that it does not declare.

    ``rows`` has ``kode_wilayah`` and ``nama_desa``. A row is telling when exactly one system makes code and
    name agree. Where no row is telling, for want of names, the lists speak: a file most of whose codes stand
    in the other list only is refused. The fault counts both sides, so that a file in which two systems are
    mixed is told from one that is declared wrongly.
    """
    written = rows[["kode_wilayah", "nama_desa"]].dropna(subset=["kode_wilayah"])
    pairs = written.value_counts(sort=False, dropna=False).reset_index(name="n")
    other = CodeSystem.BPS if declared is CodeSystem.KEMENDAGRI else CodeSystem.KEMENDAGRI
    found = {s: resolve_codes(pairs["kode_wilayah"], s, register)["desa_kode"] for s in (declared, other)}
    fits = {system: _is_named(village, pairs["nama_desa"], register) for system, village in found.items()}
    ours = int(pairs["n"][fits[declared] & ~fits[other]].sum())
    theirs = int(pairs["n"][fits[other] & ~fits[declared]].sum())
    if ours + theirs == 0:
        only = {s: found[s].notna() & found[t].isna() for s, t in ((declared, other), (other, declared))}
        ours, theirs = (int(pairs["n"][only[s]].sum()) for s in (declared, other))
        refused = theirs >= MIN_CONTRADICTIONS and theirs > MAJORITY * int(pairs["n"].sum())
    else:
        refused = theirs >= MIN_CONTRADICTIONS and theirs > MAX_CONTRADICTION_SHARE * (ours + theirs)
    if not refused:
        return ()
    code = "E_CODE_SYSTEM_MIXED" if ours >= MIN_CONTRADICTIONS else "E_CODE_SYSTEM_WRONG"
    return (
        Fault.of(
            code, file=file, column="kode_wilayah", declared=declared, other=other, ours=ours, theirs=theirs
        ),
    )


def _is_named(village: pd.Series, names: pd.Series, register: Register) -> pd.Series:
    """Return whether each name is one of those of the village beside it."""
    known = register.names[["kode_desa", "desa"]].drop_duplicates()
    found = pd.MultiIndex.from_arrays([village, place_keys(names, "desa")])
    return pd.Series(found.isin(pd.MultiIndex.from_frame(known)), index=names.index) & village.notna()
