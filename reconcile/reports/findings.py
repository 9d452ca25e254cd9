"""Findings as an auditor reads them: with the hashes of their files; in parts, identified, by area."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from reconcile.discrepancies.rules import RULES
from reconcile.frames import looked_up, places_in, taken
from reconcile.language import text
from reconcile.reports.blocks import Blocks, Places, rows_at
from reconcile.tables import FINDINGS, Column, Table
from reconcile.vocab import Language

SIDES = ("p3ke", "bps")

_OF_FINDING = {column.name: column for column in FINDINGS.columns}


def _origin(side: str, registry: str) -> tuple[Column, ...]:
    return (
        Column(f"berkas_{side}", "text", f"file of the {registry} row"),
        Column(f"lembar_{side}", "text", "its sheet"),
        Column(f"baris_{side}", "whole", "its row"),
    )


#: FINDINGS with the words of their rules, areas and households; nothing of a person.
REPORT = Table(
    "report",
    (
        _OF_FINDING["kasus"],
        _OF_FINDING["kode"],
        Column("judul", "text", "what the rule says", required=True),
        _OF_FINDING["tingkat"],
        Column("basis", "text", "what the rule looks at (discrepancies.rule.Basis)", required=True),
        Column("versi_aturan", "whole", "version of the rule", required=True),
        *(_OF_FINDING[name] for name in ("status", "perubahan")),
        *(_OF_FINDING[name] for name in ("pertama_muncul", "terakhir_muncul", "jumlah_muncul")),
        Column("jalan", "text", "run that wrote this row"),
        *(_OF_FINDING[name] for name in ("id_rekon", "kode_desa")),
        Column("kode_desa_bps", "text", "BPS code"),
        Column("kab_kota", "text", "name"),
        Column("kecamatan", "text", "name"),
        Column("desa_kel", "text", "name"),
        *(_OF_FINDING[name] for name in ("nilai_p3ke", "nilai_bps", "nilai_acuan")),
        Column("penjelasan", "text", "why this is a finding, one sentence", required=True),
        Column("tindak_lanjut", "text", "what to do", required=True),
        Column("penanggung_jawab", "text", "who should act", required=True),
        *_origin("p3ke", "P3KE"),
        *_origin("bps", "BPS"),
        *(_OF_FINDING[name] for name in ("berkas_acuan", "lembar_acuan", "baris_acuan")),
        Column("skor", "number", "score of the pair"),
        Column("bobot", "number", "evidence of the pair in bits"),
        Column("alasan", "text", "why the two rows were taken for one family"),
        _OF_FINDING["sidik"],
        Column("sanggahan", "text", "document and state of each objection to the case"),
        Column("sha256_p3ke", "text", "SHA-256 of the P3KE file"),
        Column("sha256_bps", "text", "SHA-256 of the BPS file"),
    ),
)

#: Columns of REPORT that the household of a finding tells, and what they are called there.
_OF_HOUSEHOLD = {
    **{name: name for name in ("skor", "bobot", "alasan")},
    **{
        f"{told}_{side}": f"{name}_{side}"
        for told, name in (
            ("berkas", "source_file"),
            ("lembar", "source_sheet"),
            ("baris", "source_row"),
            ("sha256", "source_sha256"),
        )
        for side in SIDES
    },
}
_OF_VILLAGE = {"kode_desa_bps": "kode_desa_bps", "kecamatan": "nama_kec", "desa_kel": "nama_desa"}

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


def report(
    findings: pd.DataFrame,
    reconciled: pd.DataFrame,
    villages: pd.DataFrame,
    language: Language,
    *,
    run: str,
    objected: pd.Series | None = None,
) -> Blocks:
    """Return REPORT of FINDINGS; ``reconciled`` is RECONCILED with its reasons as sentences.

    ``villages`` is VILLAGES of the register, ``objected`` what is said of objections to a case, by its id.
    """
    of_rule = _lookup(findings["kode"], _rules(language), "kode")
    of_household = _lookup(findings["id_rekon"], reconciled, "id_rekon", _OF_HOUSEHOLD)
    of_village = _lookup(findings["kode_desa"], villages, "kode_desa", _OF_VILLAGE)
    regencies = _regencies(villages, findings)

    def make(places: Places) -> pd.DataFrame:
        rows = rows_at(findings, places).drop(columns="kode_kab").reset_index(drop=True)
        told = [rows, of_rule(places), of_household(places), of_village(places)]
        row = pd.concat(told, axis="columns").assign(jalan=run, kab_kota=regencies.iloc[places].array)
        if objected is not None:
            row["sanggahan"] = row["kasus"].map(objected).astype("str")
        return REPORT.build(row)

    return Blocks(REPORT.names, np.arange(len(findings)), make)


def _rules(language: Language) -> pd.DataFrame:
    """Return what REPORT says of each rule, one row per ``kode``."""
    words = {"judul": "", "penjelasan": "_why", "tindak_lanjut": "_do", "penanggung_jawab": "_who"}
    rows = [
        {
            "kode": rule.code,
            "basis": rule.looks_at,
            "versi_aturan": rule.version,
            **{name: text(f"rule_{rule.code}{ending}", language) for name, ending in words.items()},
        }
        for rule in RULES
    ]
    return pd.DataFrame(rows).astype({"versi_aturan": "Int64"})


def _regencies(villages: pd.DataFrame, findings: pd.DataFrame) -> pd.Series:
    """Return the name of the kabupaten of each finding; without a village, of the one that its rule names."""
    own = looked_up(findings["kode_desa"], villages["kode_desa"], villages["nama_kab"])
    each = villages.drop_duplicates("kode_kab")
    return own.fillna(looked_up(findings["kode_kab"], each["kode_kab"], each["nama_kab"]))


def identified(rows: Blocks, findings: pd.DataFrame, reconciled: pd.DataFrame) -> Blocks:
    """Return IDENTIFIED of REPORT, the ``rows`` of FINDINGS."""
    names = {column.name: column.name for column in _IDENTITY}
    of_household = _lookup(findings["id_rekon"], reconciled, "id_rekon", names)

    def make(places: Places) -> pd.DataFrame:
        return IDENTIFIED.build(pd.concat([rows.make(places), of_household(places)], axis="columns"))

    return Blocks(IDENTIFIED.names, rows.places, make)


def _lookup(
    keys: pd.Series, table: pd.DataFrame, by: str, names: Mapping[str, str] | None = None
) -> Callable[[Places], pd.DataFrame]:
    """Return what gives the row of ``table`` that each of ``keys`` stands for; without one, nothing in it.

    ``names`` are the columns that are wanted, as they are to be called, and as the table calls them.
    """
    place = places_in(keys, table[by])
    wanted = names or {str(name): str(name) for name in table if name != by}
    told = table[list(wanted.values())].set_axis(list(wanted), axis="columns")
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


def by_kabupaten(findings: pd.DataFrame, villages: pd.DataFrame) -> Mapping[tuple[str, str], Places]:
    """Return where those of each kabupaten stand, by its code and name; both empty without a village."""
    codes = findings["kode_desa"].str.slice(0, _WIDTH["kabupaten"]).fillna("")
    names = dict(zip(villages["kode_kab"], villages["nama_kab"], strict=True))
    return {
        (str(code), names.get(str(code), "")): np.asarray(places, dtype=np.int64)
        for code, places in sorted(codes.groupby(codes).indices.items())
    }


def family_title(family: str, language: Language) -> str:
    """Return what a rule family is called, its letters in front: the name of a sheet."""
    return f"{family} {text(f'family_{family}', language)}"


def summary(findings: pd.DataFrame, areas: pd.DataFrame, language: Language) -> pd.DataFrame:
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
        by = [findings["kode"], findings["tingkat"], code.rename("kode_wilayah")]
        grouped = household.groupby(by, dropna=False, sort=True)
        counted = grouped.agg(["size", "nunique"]).reset_index().assign(tingkat_wilayah=level)
        levels.append(counted.rename(columns={"size": "jumlah", "nunique": "jumlah_keluarga"}))
    rows = pd.concat(levels, ignore_index=True).join(named, on="kode_wilayah")
    rows = rows.rename(columns={"kode_bps": "kode_wilayah_bps", "nama": "nama_wilayah"})
    order = rows["tingkat_wilayah"].map(list(_WIDTH).index).astype("int64")
    titles = _rules(language).set_index("kode")["judul"]
    rows = rows.assign(judul=rows["kode"].map(titles), order=order).sort_values(
        ["kode", "order"], kind="stable"
    )
    return SUMMARY.build(rows.drop(columns="order"))


def file_part(name: str) -> str:
    """Return a name as part of a file name: letters and digits, words joined by hyphens."""
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
