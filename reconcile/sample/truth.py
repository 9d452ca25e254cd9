"""What is true of the sample's files: which families are one, and which discrepancies were planted.

A discrepancy is what somebody who had the true population beside the files would see *in the files*. What the
damage did and the files do not show is none: a NIK lent by a person whose own row lost it, a NIK that ends in
``.0`` and is read without loss, children who are grown up by the day of the run.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reconcile.sample.columns import Flags, Ints, calendar, day_number, flags, ints
from reconcile.sample.damage import P3KE_BEYOND, NikDamage, PointDamage
from reconcile.sample.extract import Extract, heads
from reconcile.sample.population import Kin

FINDINGS = ["kode", "kunci_p3ke", "kunci_bps", "ditanam"]
_WRITTEN = (NikDamage.NONE, NikDamage.APOSTROPHE, NikDamage.FLOAT)
#: Written with sixteen digits that mean something, right or wrong.
_LEGIBLE = (*_WRITTEN, NikDamage.TYPO, NikDamage.TRANSPOSED)
#: Born by this day a person is 17 on the day that the sample stands for, reference_date of config.yaml.
ADULT_BORN_BY = day_number("2009-03-31")
#: A NIK has the 29th of February in any year, for the century is not in it.
_MONTH_DAYS = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
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
    left = _told(p3ke, "desil", np.zeros(len(p3ke.families), dtype=np.bool_))
    right = _told(bps, "desil_bps", without_welfare)
    pairs = left.merge(right, on="keluarga", suffixes=("_p3ke", "_bps"), sort=True)
    pairs = pairs.sort_values(["kunci_p3ke", "kunci_bps"], ignore_index=True)
    # a family that only its members tell has no columns of its own to differ in
    plain = pairs[_kinds(pairs) != "tanpa_baris"]
    only_left = _alone(left, right)
    only_right = _alone(right, left)
    findings = [
        *_planted_in(left, "kunci_p3ke", flags(villages["kode_lama"] != "")),
        *_planted_in(right, "kunci_bps", np.zeros(len(villages), dtype=np.bool_)),
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


def _told(extract: Extract, decile: str, regsosek: Flags) -> pd.DataFrame:
    """Return the families with what is written of themselves, of their head and of any of their members."""
    members = _with_facts(extract.members)
    head = members.iloc[heads(extract)].reset_index(drop=True)
    columns = ["orang", "lahir", "pria", "nik", "cacat_nik", "tanggal_kosong", *_NIK_FACTS]
    rows, size = ints(members["baris"]), len(extract.families)
    told = extract.families.assign(**{name: head[name] for name in [*columns, *_NAME]}, regsosek=regsosek)
    kind = members["cacat_nik"]
    dated = ~flags(members["tanggal_kosong"])
    grown = dated & (ints(members["lahir"]) <= ADULT_BORN_BY)
    wanted = {
        "ada_pendek": kind == NikDamage.SHORT,
        "ada_pengganti": kind == NikDamage.PLACEHOLDER,
        "ada_ilmiah": kind == NikDamage.SCIENTIFIC,
        "ada_bulat": members["nik_bulat"],
        "ada_mustahil": members["nik_mustahil"],
        "ada_dua_pemilik": _of_several(members, members["orang"]),
        "ada_dua_keluarga": _of_several(members[members["hubungan"] != Kin.HEAD], _families_of(extract)),
    }
    known = {name: _any_member(rows, flags(mask), size) for name, mask in wanted.items()}
    return told.assign(
        **known,
        tanpa_dewasa=~_any_member(rows, grown | ~dated, size),
        anggota=np.bincount(rows, minlength=size),
        berdesa=(~told["kode_kosong"] & ~told["kode_asing"])
        | (~told["nama_kosong"] & (told["desa_nama"] == told["desa"]) & ~regsosek)
        | told["titik"].isin([PointDamage.MEASURED, PointDamage.SWAPPED]),
        tanpa_desil=told["desil_kosong"] | told["desil_mustahil"] | regsosek,
        termiskin=(told[decile] == 1) & ~told["desil_kosong"] & ~told["desil_mustahil"] & ~regsosek,
    )


_NIK_FACTS = ("nik_sah", "nik_mustahil", "nik_bertentangan")


def _with_facts(people: pd.DataFrame) -> pd.DataFrame:
    """Return the members with what their NIK says: readable, impossible, against the person, or rounded.

    A spreadsheet rounds the serial 0001 to 0000, which nobody has; 0012 it rounds to 0010, and no file tells.
    Nor does a file tell a slip of the finger that makes 0000 from a rounded one.
    """
    nik, digits = ints(people["nik"]), flags(people["cacat_nik"].isin([*_LEGIBLE, NikDamage.ROUNDED]))
    nobody = digits & (nik % 10_000 == 0)
    legible = digits & ~nobody
    day, month, year = (nik // unit % 100 for unit in (10**8, 10**6, 10**4))
    female = day > 40
    day = np.where(female, day - 40, day)
    longest = _MONTH_DAYS[np.clip(month, 1, 12) - 1]
    possible = (day >= 1) & (day <= longest) & (month >= 1) & (month <= 12)
    born_year, born_month, born_day = calendar(ints(people["lahir"]))
    other_day = (day != born_day) | (month != born_month) | (year != born_year % 100)
    other_day &= ~flags(people["tanggal_kosong"])
    against = other_day | (female == flags(people["pria"]))
    return people.assign(
        nik_bulat=nobody,
        nik_sah=legible & possible,
        nik_mustahil=legible & ~possible,
        nik_bertentangan=legible & possible & against,
    )


def _of_several(members: pd.DataFrame, owner: pd.Series) -> pd.Series:
    """Return which members have a readable NIK that stands on several of ``owner`` in this registry."""
    readable = members[members["nik_sah"]]
    owners = owner[readable.index].groupby(readable["nik"]).nunique()
    several = members["nik_sah"] & members["nik"].isin(owners.index[owners > 1])
    return several.reindex(owner.index, fill_value=False)


def _families_of(extract: Extract) -> pd.Series:
    """Return for each member a number of its family, one for all its copies and another for a split half."""
    family = _family_numbers(extract.families)
    return pd.Series(family[ints(extract.members["baris"])], index=extract.members.index)


def _family_numbers(families: pd.DataFrame) -> Ints:
    return ints(families["keluarga"]) * 2 + ints(families["bagian"])


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


def _planted_in(told: pd.DataFrame, key: str, outdated: Flags) -> list[pd.DataFrame]:
    """Return what was planted in the rows of one registry."""
    twice = pd.Series(_family_numbers(told), index=told.index).duplicated(keep=False)
    told = told.assign(ganda=twice)[~told["tanpa_baris"]]
    nik, point = told["cacat_nik"], told["titik"]
    coded = ~told["kode_kosong"]
    planted = {
        ("I01", "NIK kosong"): nik == NikDamage.MISSING,
        ("I02", "NIK 15 digit"): told["ada_pendek"],
        ("I03", "NIK pengganti"): told["ada_pengganti"],
        ("I04", "NIK notasi ilmiah"): told["ada_ilmiah"],
        ("I04", "NIK dibulatkan"): told["ada_bulat"],
        ("I02", "tanggal dalam NIK mustahil"): told["ada_mustahil"],
        ("I05", "tanggal lahir atau jenis kelamin lain dari NIK"): told["nik_bertentangan"],
        ("G01", "keluarga ditulis dua kali"): told["ganda"],
        ("G02", "NIK dipakai beberapa orang"): told["ada_dua_pemilik"],
        ("G03", "anggota juga di keluarga lain"): told["ada_dua_keluarga"],
        ("W01", "kode desa tidak ada"): told["kode_asing"],
        # Regsosek writes no village names
        ("W02", "nama desa lain dari kode"): coded & ~told["regsosek"] & (told["desa_nama"] != told["desa"]),
        ("W04", "kode sebelum pemekaran"): coded & ~told["kode_asing"] & outdated[ints(told["desa"])],
        ("W06", "titik di desa lain"): point == PointDamage.ELSEWHERE,
        ("W07", "lintang dan bujur tertukar"): point == PointDamage.SWAPPED,
        ("W07", "titik nol"): point == PointDamage.ZERO,
        ("E06", "tanpa anggota dewasa"): told["tanpa_dewasa"],
        ("E07", "dua kepala keluarga"): told["dua_kepala"],
        ("D02", "desil kosong atau mustahil"): told["tanpa_desil"] & ~told["regsosek"],
        ("D03", "rumah bertentangan dengan desil"): told["mapan"] & told["termiskin"],
    }
    return [_finding(code, told[mask], what, **{key: "kunci"}) for (code, what), mask in planted.items()]


def _planted_between(pairs: pd.DataFrame) -> list[pd.DataFrame]:
    """Return what differs between the two records of one family."""
    same_head = pairs["orang_p3ke"] == pairs["orang_bps"]
    dated = ~pairs["tanggal_kosong_p3ke"] & ~pairs["tanggal_kosong_bps"]
    readable = pairs["nik_sah_p3ke"] & pairs["nik_sah_bps"]
    written_alike = np.logical_and.reduce([flags(pairs[f"{c}_p3ke"] == pairs[f"{c}_bps"]) for c in _NAME])
    graded = ~pairs["desil_kosong_p3ke"] & ~pairs["tanpa_desil_bps"]
    decile = pairs["desil_p3ke"].mask(pairs["desil_mustahil_p3ke"], P3KE_BEYOND)
    other_poor = (pairs["mapan_bps"] & pairs["termiskin_p3ke"] & ~pairs["termiskin_bps"]) | (
        pairs["mapan_p3ke"] & pairs["termiskin_bps"] & ~pairs["termiskin_p3ke"]
    )
    born = dated & (pairs["lahir_p3ke"] != pairs["lahir_bps"])
    placed = pairs["berdesa_p3ke"] & pairs["berdesa_bps"]
    planted = {
        ("I06", "NIK kepala berbeda"): same_head & readable & (pairs["nik_p3ke"] != pairs["nik_bps"]),
        ("I10", "nama kepala ditulis lain"): same_head & ~written_alike,
        ("I11", "tanggal lahir atau jenis kelamin kepala berbeda"): same_head
        & (born | (pairs["pria_p3ke"] != pairs["pria_bps"])),
        ("W05", "pindah desa"): placed & (pairs["desa_p3ke"] != pairs["desa_bps"]),
        ("E04", "jumlah anggota berbeda"): pairs["anggota_p3ke"] != pairs["anggota_bps"],
        ("E05", "kepala keluarga berbeda"): ~same_head,
        ("D01", "desil berbeda"): graded & (decile != pairs["desil_bps_bps"]),
        ("D03", "rumah bertentangan dengan desil daftar lain"): other_poor,
        ("B04", "status PKH berbeda"): pairs["regsosek_bps"] & (pairs["pkh_p3ke"] != pairs["pkh_bps"]),
    }
    keys = {"kunci_p3ke": "kunci_p3ke", "kunci_bps": "kunci_bps"}
    return [_finding(code, pairs[mask], what, **keys) for (code, what), mask in planted.items()]


def _finding(code: str, rows: pd.DataFrame, what: str, **keys: str) -> pd.DataFrame:
    """Return one line per row; ``keys`` names the column that each key is taken from."""
    told = {key: rows[keys[key]].astype("str") if key in keys else "" for key in ("kunci_p3ke", "kunci_bps")}
    return pd.DataFrame({"kode": code, **told, "ditanam": what}, index=rows.index).astype("str")
