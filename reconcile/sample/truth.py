"""What is true of the sample's files: which families are one, and which discrepancies were planted."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reconcile.sample.columns import Flags, Ints, calendar, flags, ints
from reconcile.sample.damage import NikDamage, PointDamage
from reconcile.sample.extract import Extract, heads
from reconcile.sample.population import Side

FINDINGS = ["kode", "kunci_p3ke", "kunci_bps", "ditanam"]
_WRITTEN = (NikDamage.NONE, NikDamage.APOSTROPHE, NikDamage.FLOAT)
#: Written with sixteen digits that mean something, right or wrong.
_LEGIBLE = (*_WRITTEN, NikDamage.TYPO, NikDamage.TRANSPOSED)
_NAME = ["gelar", "kata1", "kata2", "kata3", "rapat"]


@dataclass(frozen=True)
class Truth:
    """The tables of ``kebenaran/``, by file name without ending."""

    tables: Mapping[str, pd.DataFrame]


def tell_truth(p3ke: Extract, bps: Extract, *, villages: pd.DataFrame, without_welfare: Flags) -> Truth:
    """Return ``pasangan``, ``hanya_p3ke``, ``hanya_bps`` and ``temuan``.

    P3KE writes villages of a split kecamatan under their former code. ``without_welfare`` marks the families
    of BPS whose file has no decile (Regsosek); DTSEN in turn has no aid flags.
    """
    left = _told(p3ke)
    right = _told(bps).assign(regsosek=without_welfare)
    pairs = left.merge(right, on="keluarga", suffixes=("_p3ke", "_bps"), sort=True)
    pairs = pairs.sort_values(["kunci_p3ke", "kunci_bps"], ignore_index=True)
    plain = pairs[_kinds(pairs).isin(["sama", "pindah", "kepala_ganti", "pecah"])]
    only_left = _alone(left, right)
    only_right = _alone(right, left)
    findings = [
        *_planted_in(left, "kunci_p3ke", Side.P3KE, flags(villages["kode_lama"] != "")),
        *_planted_in(right, "kunci_bps", Side.BPS, np.zeros(len(villages), dtype=np.bool_)),
        *_planted_between(plain),
        _finding("K01", only_left, "tidak ada di BPS", kunci_p3ke="kunci"),
        _finding("K02", only_right, "tidak ada di P3KE", kunci_bps="kunci"),
    ]
    planted = pd.concat(findings, ignore_index=True)[FINDINGS]
    return Truth(
        {
            "pasangan": pairs[["kunci_p3ke", "kunci_bps"]].assign(jenis=_kinds(pairs)),
            "hanya_p3ke": _keys(only_left, "kunci_p3ke"),
            "hanya_bps": _keys(only_right, "kunci_bps"),
            "temuan": planted.sort_values(FINDINGS, ignore_index=True),
        }
    )


def _told(extract: Extract) -> pd.DataFrame:
    """Return the families with what is written of their head and how many members they have."""
    head = extract.members.iloc[heads(extract)].reset_index(drop=True)
    columns = ["orang", "lahir", "pria", "nik", "cacat_nik", "tanggal_kosong"]
    rows = ints(extract.members["baris"])
    size = len(extract.families)
    readable = extract.members["cacat_nik"].isin(_WRITTEN).to_numpy()
    told = extract.families.assign(**{name: head[name] for name in [*columns, *_NAME]})
    possible, agrees = _nik_against_person(head)
    legible = head["cacat_nik"].isin(_LEGIBLE).to_numpy()
    return told.assign(
        nik_sah=legible & possible,
        nik_mustahil=legible & ~possible,
        nik_bertentangan=legible & possible & ~agrees & ~flags(head["tanggal_kosong"]),
        anggota=np.bincount(rows, minlength=size),
        ada_pinjam=_any_member(rows, flags(extract.members["nik_pinjam"]) & readable, size),
        ada_titipan=_any_member(rows, flags(extract.members["titipan"]) & readable, size),
    )


def _nik_against_person(people: pd.DataFrame) -> tuple[Flags, Flags]:
    """Return whether the NIK's date can be one, and whether it is the written birth date and sex."""
    nik = ints(people["nik"])
    day, month, year = (nik // unit % 100 for unit in (10**8, 10**6, 10**4))
    female = day > 40
    day = np.where(female, day - 40, day)
    born_year, born_month, born_day = calendar(ints(people["lahir"]))
    possible = (day >= 1) & (day <= 31) & (month >= 1) & (month <= 12)
    same_day = (day == born_day) & (month == born_month) & (year == born_year % 100)
    return possible, same_day & (female != flags(people["pria"]))


def _any_member(rows: Ints, wanted: Flags, size: int) -> Flags:
    return np.asarray(np.bincount(rows[wanted], minlength=size) > 0)


def _kinds(pairs: pd.DataFrame) -> pd.Series:
    """Return what sets the two records of one family apart, the most telling first."""
    conditions = {
        "tanpa_baris": pairs["tanpa_baris_p3ke"] | pairs["tanpa_baris_bps"],
        "ganda": (pairs["salinan_p3ke"] + pairs["salinan_bps"]) > 0,
        "pecahan": pairs["bagian_bps"] > 0,
        "pecah": pairs["pecah_bps"],
        "kepala_ganti": pairs["orang_p3ke"] != pairs["orang_bps"],
        "pindah": pairs["desa_p3ke"] != pairs["desa_bps"],
    }
    kinds = np.select([flags(c) for c in conditions.values()], list(conditions), default="sama")
    return pd.Series(kinds, index=pairs.index, dtype="str")


def _alone(told: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    alone = ~told["keluarga"].isin(other["keluarga"]) & ~told["tanpa_baris"] & (told["salinan"] == 0)
    return told[alone]


def _keys(told: pd.DataFrame, column: str) -> pd.DataFrame:
    return pd.DataFrame({column: told["kunci"].sort_values().to_numpy()})


def _planted_in(told: pd.DataFrame, key: str, side: Side, outdated: Flags) -> list[pd.DataFrame]:
    """Return what was planted in the rows of one registry."""
    told = told[~told["tanpa_baris"]]
    nik, point = told["cacat_nik"], told["titik"]
    coded = ~told["kode_kosong"]
    desil = told["desil_kosong"] | told["desil_mustahil"]
    if side is Side.BPS:
        desil &= ~told["regsosek"]
    planted = {
        ("I01", "NIK kosong"): nik == NikDamage.MISSING,
        ("I02", "NIK 15 digit"): nik == NikDamage.SHORT,
        ("I03", "NIK pengganti"): nik == NikDamage.PLACEHOLDER,
        ("I04", "NIK notasi ilmiah"): nik == NikDamage.SCIENTIFIC,
        ("I04", "NIK berakhiran .0"): nik == NikDamage.FLOAT,
        ("I04", "NIK dibulatkan"): nik == NikDamage.ROUNDED,
        ("I02", "tanggal dalam NIK mustahil"): told["nik_mustahil"],
        ("I05", "tanggal lahir atau jenis kelamin lain dari NIK"): told["nik_bertentangan"],
        ("G01", "keluarga ditulis dua kali"): told["salinan"] > 0,
        ("G02", "NIK orang lain"): told["ada_pinjam"],
        ("G03", "anggota juga di keluarga lain"): told["ada_titipan"],
        ("W01", "kode desa tidak ada"): told["kode_asing"],
        ("W02", "nama desa lain dari kode"): coded & (told["desa_nama"] != told["desa"]),
        ("W04", "kode sebelum pemekaran"): coded & ~told["kode_asing"] & outdated[ints(told["desa"])],
        ("W06", "titik di desa lain"): point == PointDamage.ELSEWHERE,
        ("W07", "lintang dan bujur tertukar"): point == PointDamage.SWAPPED,
        ("W07", "titik nol"): point == PointDamage.ZERO,
        ("E06", "tanpa anggota dewasa"): told["tanpa_dewasa"],
        ("E07", "dua kepala keluarga"): told["dua_kepala"],
        ("D02", "desil kosong atau mustahil"): desil,
    }
    return [_finding(code, told[mask], what, **{key: "kunci"}) for (code, what), mask in planted.items()]


def _planted_between(pairs: pd.DataFrame) -> list[pd.DataFrame]:
    """Return what differs between the two records of one family."""
    same_head = pairs["orang_p3ke"] == pairs["orang_bps"]
    dated = ~pairs["tanggal_kosong_p3ke"] & ~pairs["tanggal_kosong_bps"]
    readable = pairs["nik_sah_p3ke"] & pairs["nik_sah_bps"]
    written_alike = np.logical_and.reduce([flags(pairs[f"{c}_p3ke"] == pairs[f"{c}_bps"]) for c in _NAME])
    spoiled = ["desil_kosong_p3ke", "desil_kosong_bps", "desil_mustahil_p3ke", "desil_mustahil_bps"]
    graded = ~pairs[spoiled].any(axis=1) & ~pairs["regsosek"]
    born = dated & (pairs["lahir_p3ke"] != pairs["lahir_bps"])
    coded = ~pairs["kode_kosong_p3ke"] & ~pairs["kode_kosong_bps"]
    planted = {
        ("I06", "NIK kepala berbeda"): same_head & readable & (pairs["nik_p3ke"] != pairs["nik_bps"]),
        ("I10", "nama kepala ditulis lain"): same_head & ~written_alike,
        ("I11", "tanggal lahir atau jenis kelamin kepala berbeda"): same_head
        & (born | (pairs["pria_p3ke"] != pairs["pria_bps"])),
        ("W05", "pindah desa"): coded & (pairs["desa_p3ke"] != pairs["desa_bps"]),
        ("E04", "jumlah anggota berbeda"): pairs["anggota_p3ke"] != pairs["anggota_bps"],
        ("E05", "kepala keluarga berbeda"): ~same_head,
        ("D01", "desil berbeda"): graded & (pairs["desil_p3ke"] != pairs["desil_bps_bps"]),
        ("B04", "status PKH berbeda"): pairs["regsosek"] & (pairs["pkh_p3ke"] != pairs["pkh_bps"]),
    }
    keys = {"kunci_p3ke": "kunci_p3ke", "kunci_bps": "kunci_bps"}
    return [_finding(code, pairs[mask], what, **keys) for (code, what), mask in planted.items()]


def _finding(code: str, rows: pd.DataFrame, what: str, **keys: str) -> pd.DataFrame:
    """Return one line per row; ``keys`` names the column that each key is taken from."""
    told = {key: rows[keys[key]].astype("str") if key in keys else "" for key in ("kunci_p3ke", "kunci_bps")}
    return pd.DataFrame({"kode": code, **told, "ditanam": what}, index=rows.index).astype("str")
