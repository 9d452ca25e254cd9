"""BPS files: DTSEN V3 (``formats.md`` 2.1) and a Regsosek workbook (2.2)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from reconcile.resources import read_yaml
from reconcile.sample.columns import (
    Flags,
    Ints,
    arrange,
    blanked,
    day_number,
    degrees,
    either,
    flags,
    ints,
    joined,
    number,
    overwritten,
    pick,
    same,
    words,
)
from reconcile.sample.damage import PointDamage
from reconcile.sample.extract import Extract, has_family_row, heads
from reconcile.sample.lexicon import Lexicon
from reconcile.sample.written import (
    ages,
    date_text,
    desil_text,
    name_text,
    nik_text,
    of_rows,
    rt_rw_text,
    street_text,
    yes_no,
)

Degrees = npt.NDArray[np.float64]

DTSEN_FORMS = (("%Y-%m-%d", 96), ("%d-%m-%Y", 4))
REGSOSEK_FORMS = (("serial", 60), ("%d/%m/%Y", 40))
REGSOSEK_DAY = day_number("2022-11-01")
KINSHIP = words(["Kepala keluarga", "Istri/suami", "Anak", "Famili lain"])
#: Regsosek counts sons-in-law, grandchildren, parents and so on from 4; 6 is a parent.
KIN_NUMBERS = words(["1", "2", "3", "6"])


@dataclass(frozen=True)
class Points:
    """Where each family lives, by its row in the extract, and a place in another village."""

    latitude: Degrees
    longitude: Degrees
    other_latitude: Degrees
    other_longitude: Degrees

    def at(self, rows: Ints | Flags) -> "Points":
        """Return the points of ``rows``: row numbers or flags."""
        return Points(
            self.latitude[rows], self.longitude[rows], self.other_latitude[rows], self.other_longitude[rows]
        )


def dtsen_tables(
    extract: Extract,
    points: Points,
    villages: pd.DataFrame,
    lexicon: Lexicon,
    rng: np.random.Generator,
) -> tuple[pa.Table, pa.Table]:
    """Return family set and member set of DTSEN, every cell text; they join on the KK number."""
    layout = read_yaml("reconcile.sample", "isian.yaml")
    kept = np.flatnonzero(has_family_row(extract))
    family = _family(extract, points, villages, lexicon)
    chosen = {heading: of_rows(text, kept) for heading, text in family.items()}
    families = arrange(layout["susunan"]["dtsen_keluarga"], chosen, layout["dtsen"], rng, len(kept))
    families = overwritten(families, flags(extract.families["mapan"])[kept], layout["mapan"]["dtsen"])
    person = _dtsen_person(extract, family, lexicon, rng)
    rows = len(extract.members)
    return families, arrange(layout["susunan"]["dtsen_anggota"], person, layout["dtsen"], rng, rows)


def regsosek_tables(
    extract: Extract,
    points: Points,
    villages: pd.DataFrame,
    lexicon: Lexicon,
    rng: np.random.Generator,
) -> tuple[pa.Table, pa.Table]:
    """Return the sheets of families and members of a Regsosek workbook, every cell text."""
    layout = read_yaml("reconcile.sample", "isian.yaml")
    kept = np.flatnonzero(has_family_row(extract))
    family = _regsosek_family(extract, points, villages, lexicon)
    chosen = {heading: of_rows(text, kept) for heading, text in family.items()}
    families = arrange(layout["susunan"]["regsosek_keluarga"], chosen, layout["regsosek"], rng, len(kept))
    families = overwritten(families, flags(extract.families["mapan"])[kept], layout["mapan"]["regsosek"])
    person = _regsosek_person(extract, lexicon, rng)
    rows = len(extract.members)
    return families, arrange(layout["susunan"]["regsosek_anggota"], person, layout["regsosek"], rng, rows)


def _family(
    extract: Extract, points: Points, villages: pd.DataFrame, lexicon: Lexicon
) -> dict[str, pa.Array]:
    families = extract.families
    village, named = ints(families["desa"]), ints(families["desa_nama"])
    rt, rw = rt_rw_text(families)
    street = street_text(families, lexicon, "JALAN", "DUSUN")
    desil = desil_text(families, "desil_bps", "11")
    size = np.bincount(ints(extract.members["baris"]), minlength=len(families))
    latitude, longitude = _point_text(families, points)
    return _codes(families, villages) | {
        "provinsi": same("KALIMANTAN TIMUR", len(families)),
        "kabupaten_kota": pick(words(villages["nama_kab_bps"].tolist()), village),
        "kecamatan": pick(words(villages["nama_kec_bps"].tolist()), named),
        "kelurahan_desa": blanked(
            flags(families["nama_kosong"]), pick(words(villages["nama_bps"].tolist()), named)
        ),
        "alamat": joined(street, " RT ", rt, " RW ", rw),
        "nomor_kartu_keluarga": number(ints(families["kunci"])),
        "nama_anggota_keluarga": of_rows(name_text(extract.members, lexicon), heads(extract)),
        "id_pelanggan_pln": number(2_300_000_000 + ints(families["kunci"]) % 99_999_989),
        "jumlah_anggota_keluarga": number(size.astype(np.int64)),
        "desil_nasional": desil,
        "desil_provinsi": desil,
        "desil_kabupaten_kota": desil,
        "pbi_nas": yes_no(families["sembako"]),
        "lintang": latitude,
        "bujur": longitude,
    }


def _codes(families: pd.DataFrame, villages: pd.DataFrame) -> dict[str, pa.Array]:
    """Return codes of province, kabupaten, kecamatan and village: 2, 4, 7 and 10 digits."""
    village = ints(families["desa"])
    code, blank = villages["kode_bps"], flags(families["kode_kosong"])
    written = pick(words(code.tolist()), village)
    strange = joined(pick(words(code.str.slice(0, 7).tolist()), village), "999")
    full = either(flags(families["kode_asing"]), strange, written)
    return {
        "kode_provinsi": same("64", len(families)),
        "kode_kabupaten_kota": pick(words(code.str.slice(0, 4).tolist()), village),
        "kode_kecamatan": blanked(blank, pick(words(code.str.slice(0, 7).tolist()), village)),
        "kode_kelurahan_desa": blanked(blank, full),
    }


def _point_text(families: pd.DataFrame, points: Points) -> tuple[pa.Array, pa.Array]:
    kind = ints(families["titik"])
    swapped, zero, elsewhere = (
        kind == k for k in (PointDamage.SWAPPED, PointDamage.ZERO, PointDamage.ELSEWHERE)
    )
    latitude = _point(points.latitude, points.other_latitude, elsewhere, zero)
    longitude = _point(points.longitude, points.other_longitude, elsewhere, zero)
    measured = kind != PointDamage.NOT_MEASURED
    first = np.where(measured, np.where(swapped, longitude, latitude), np.nan)
    second = np.where(measured, np.where(swapped, latitude, longitude), np.nan)
    return degrees(first), degrees(second)


def _point(own: Degrees, other: Degrees, elsewhere: Flags, zero: Flags) -> Degrees:
    return np.where(zero, 0.0, np.where(elsewhere, other, own))


def _dtsen_person(
    extract: Extract, family: dict[str, pa.Array], lexicon: Lexicon, rng: np.random.Generator
) -> dict[str, pa.Array]:
    members = extract.members
    rows, relation = ints(members["baris"]), ints(members["hubungan"])
    rt, rw = rt_rw_text(extract.families)
    married = np.where(relation <= 1, 1, 0)
    moved = {
        "nomor_kartu_keluarga": family["nomor_kartu_keluarga"],
        "pbi_nas": family["pbi_nas"],
        "kode_provinsi_ktp": family["kode_provinsi"],
        "kode_kabupaten_kota_ktp": family["kode_kabupaten_kota"],
        "kode_kecamatan_ktp": family["kode_kecamatan"],
        "kode_kelurahan_desa_ktp": family["kode_kelurahan_desa"],
        "rt_ktp": rt,
        "rw_ktp": rw,
    }
    return {heading: of_rows(text, rows) for heading, text in moved.items()} | {
        "nomor_induk_kependudukan": nik_text(members),
        "nama": name_text(members, lexicon),
        "tanggal_lahir": date_text(members, DTSEN_FORMS, rng),
        "jenis_kelamin": either(flags(members["pria"]), same("Laki-laki", len(members)), "Perempuan"),
        "status_hubungan_keluarga": pick(KINSHIP, relation),
        "status_kawin": pick(words(["Belum kawin", "Kawin"]), married.astype(np.int64)),
    }


def _regsosek_family(
    extract: Extract, points: Points, villages: pd.DataFrame, lexicon: Lexicon
) -> dict[str, pa.Array]:
    families = extract.families
    village, blank = ints(families["desa"]), flags(families["kode_kosong"])
    code = villages["kode_bps"]
    rt, rw = rt_rw_text(families)
    latitude, longitude = _point_text(families, points)
    desa = pick(words(code.str.slice(7, 10).tolist()), village)
    sls = number(ints(families["rt"]), 4)
    return {
        "kode_provinsi": same("64", len(families)),
        "kode_kabupaten": pick(words(code.str.slice(2, 4).tolist()), village),
        "kode_kecamatan": pick(words(code.str.slice(4, 7).tolist()), village),
        "kode_desa": blanked(blank, either(flags(families["kode_asing"]), "999", desa)),
        "kode_sls_non_sls": sls,
        "kode_sub_sls": same("00", len(families)),
        "nama_sls_non_sls": joined("RT ", rt, " RW ", rw),
        "no_urut_bangunan_tinggal": number(ints(families["nomor"]), 3),
        "no_urut_keluarga_verif": number(np.arange(len(families)) + 1, 3),
        "kd_kk": number(ints(families["kunci"])),
        "alamat": street_text(families, lexicon, "JALAN", "DUSUN"),
        "501a": _one_two(families["sembako"]),
        "501b": _one_two(families["pkh"]),
        "lintang": latitude,
        "bujur": longitude,
    }


def _one_two(values: pd.Series) -> pa.Array:
    return either(flags(values), same("1", len(values)), "2")


def _regsosek_person(extract: Extract, lexicon: Lexicon, rng: np.random.Generator) -> dict[str, pa.Array]:
    members = extract.members
    rows: Ints = ints(members["baris"])
    order = np.arange(len(rows)) - np.searchsorted(rows, rows) + 1
    return {
        "kd_kk": number(ints(extract.families["kunci"])[rows]),
        "401": number(order),
        "402": name_text(members, lexicon),
        "403": nik_text(members),
        "405": either(flags(members["pria"]), same("1", len(members)), "2"),
        "406": date_text(members, REGSOSEK_FORMS, rng),
        "407": number(ages(members, REGSOSEK_DAY)),
        "409": pick(KIN_NUMBERS, ints(members["hubungan"])),
    }
