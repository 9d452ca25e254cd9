"""Findings as an auditor reads them: with the hashes of their files; in parts, identified, by area."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from reconcile.frames import places_in, taken
from reconcile.language import text
from reconcile.reports.blocks import Blocks, Places, rows_at
from reconcile.tables import FINDINGS, Column, Table
from reconcile.vocab import Language

SIDES = ("p3ke", "bps")

#: FINDINGS, what was objected to them, and the hashes of the files that they stand on; nothing of a person.
REPORT = FINDINGS.extend(
    "report",
    Column("sanggahan", "text", "document and state of each objection to the case"),
    Column("sha256_p3ke", "text", "SHA-256 of the P3KE file"),
    Column("sha256_bps", "text", "SHA-256 of the BPS file"),
)

_PERSON = (
    Column("record_id", "text", "id of the row in its registry"),
    Column("nik", "text", "NIK of the head"),
    Column("no_kk", "text", "family card number"),
    Column("nama", "text", "name of the head as written"),
    Column("tanggal_lahir", "date", "birth date of the head"),
    Column("jenis_kelamin", "text", "sex of the head"),
    Column("alamat", "text", "address as written"),
    Column("rt", "whole", "RT"),
    Column("rw", "whole", "RW"),
)
_IDENTITY = tuple(
    Column(f"{c.name}_{side}", c.kind, f"{c.meaning} ({side})") for side in SIDES for c in _PERSON
)

#: REPORT with whom it is about: TERBATAS.
IDENTIFIED = REPORT.extend("identified", *_IDENTITY)

#: Findings counted per rule and area, every level of areas and those without a village.
SUMMARY = Table(
    "summary",
    (
        Column("kode", "text", "rule", required=True),
        Column("judul", "text", "what the rule says", required=True),
        Column("tingkat", "text", "vocab.Severity", required=True),
        Column("tingkat_wilayah", "text", "provinsi, kabupaten, kecamatan or desa", required=True),
        Column("kode_wilayah", "text", "Kemendagri code; missing: the findings without a village"),
        Column("kode_wilayah_bps", "text", "BPS code"),
        Column("nama_wilayah", "text", "name of the area"),
        Column("jumlah", "whole", "findings", required=True),
        Column("jumlah_keluarga", "whole", "households that they are about", required=True),
    ),
)

#: How much of a village key is the code of each level: 64, 64.02, 64.02.05, 64.02.05.2003.
_WIDTH = {"provinsi": 2, "kabupaten": 5, "kecamatan": 8, "desa": 13}


def report(findings: pd.DataFrame, reconciled: pd.DataFrame, objected: pd.Series | None = None) -> Blocks:
    """Return REPORT of FINDINGS; ``objected`` is what is said of objections to a case, by its id."""
    of_household = _lookup(findings, reconciled, [f"source_sha256_{side}" for side in SIDES])

    def make(places: Places) -> pd.DataFrame:
        rows = rows_at(findings, places).reset_index(drop=True)
        of = of_household(places)
        rows = rows.assign(**{f"sha256_{side}": of[f"source_sha256_{side}"] for side in SIDES})
        if objected is not None:
            rows["sanggahan"] = rows["kasus"].map(objected).astype("str")
        return REPORT.build(rows)

    return Blocks(REPORT.names, np.arange(len(findings)), make)


def identified(rows: Blocks, findings: pd.DataFrame, reconciled: pd.DataFrame) -> Blocks:
    """Return IDENTIFIED of REPORT, the ``rows`` of FINDINGS."""
    of_household = _lookup(findings, reconciled, [column.name for column in _IDENTITY])

    def make(places: Places) -> pd.DataFrame:
        return IDENTIFIED.build(pd.concat([rows.make(places), of_household(places)], axis="columns"))

    return Blocks(IDENTIFIED.names, rows.places, make)


def _lookup(
    findings: pd.DataFrame, reconciled: pd.DataFrame, names: list[str]
) -> Callable[[Places], pd.DataFrame]:
    """Return what gives the reconciled row of each finding; one about no household has nothing in it."""
    place = places_in(findings["id_rekon"], reconciled["id_rekon"])
    told = reconciled[names]
    return lambda places: taken(told, place[places])


def family_of(codes: pd.Series) -> pd.Series:
    """Return the rule family of each rule code: its letters."""
    letters: pd.Series = codes.str.extract(r"^([A-Z]+)", expand=False)
    return letters


def by_family(findings: pd.DataFrame, families: list[str]) -> Mapping[str, Places]:
    """Return where the findings of each rule family stand, in the order of ``families``."""
    places = findings.groupby("kode").indices
    codes = pd.Series(list(places), dtype="str")
    of = dict(zip(codes, family_of(codes), strict=True))
    none = np.empty(0, dtype=np.int64)
    return {
        family: np.sort(np.concatenate([none, *(at for code, at in places.items() if of[code] == family)]))
        for family in families
    }


def by_kabupaten(findings: pd.DataFrame) -> Mapping[tuple[str, str], Places]:
    """Return where those of each kabupaten stand, by its code and name; both empty without a village."""
    codes = findings["kode_desa"].str.slice(0, _WIDTH["kabupaten"]).fillna("")
    names = findings["kab_kota"].groupby(codes).first()
    return {
        (str(code), _text(names.get(code))): np.asarray(places, dtype=np.int64)
        for code, places in sorted(codes.groupby(codes).indices.items())
    }


def _text(name: object) -> str:
    return name if isinstance(name, str) else ""


def family_title(family: str, language: Language) -> str:
    """Return what a rule family is called, its letters in front: the name of a sheet."""
    return f"{family} {text(f'family_{family}', language)}"


def summary(findings: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Return SUMMARY of FINDINGS; ``areas`` (INDICATORS) has codes of both systems and names.

    The counts of each level add up to all findings.
    """
    named = areas.dropna(subset=["kode"]).set_index("kode")[["kode_bps", "nama"]]
    # at every level households are told apart, which numbers are sooner than texts
    household = pd.Series(pd.factorize(findings["id_rekon"])[0], index=findings.index)
    household = household.where(household >= 0).rename("id_rekon")
    levels = []
    for level, width in _WIDTH.items():
        code = findings["kode_desa"].str.slice(0, width)
        by = [*(findings[name] for name in ("kode", "judul", "tingkat")), code.rename("kode_wilayah")]
        grouped = household.groupby(by, dropna=False, sort=True)
        counted = grouped.agg(["size", "nunique"]).reset_index().assign(tingkat_wilayah=level)
        levels.append(counted.rename(columns={"size": "jumlah", "nunique": "jumlah_keluarga"}))
    rows = pd.concat(levels, ignore_index=True).join(named, on="kode_wilayah")
    rows = rows.rename(columns={"kode_bps": "kode_wilayah_bps", "nama": "nama_wilayah"})
    order = rows["tingkat_wilayah"].map(list(_WIDTH).index).astype("int64")
    rows = rows.assign(order=order).sort_values(["kode", "order"], kind="stable")
    return SUMMARY.build(rows.drop(columns="order"))


def file_part(name: str) -> str:
    """Return a name as part of a file name: letters and digits, words joined by hyphens."""
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
