"""P3KE files: the 2022 heading order and the 2023 layout (``formats.md`` 1.2 to 1.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from reconcile.resources import read_yaml
from reconcile.sample.columns import (
    Ints,
    arrange,
    blanked,
    day_number,
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
from reconcile.sample.damage import P3KE_BEYOND, NikDamage
from reconcile.sample.extract import Extract, has_family_row, heads
from reconcile.sample.lexicon import Lexicon
from reconcile.sample.written import (
    DateForms,
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

KINSHIP = words(["KEPALA KELUARGA", "ISTRI/SUAMI", "ANAK", "LAINNYA"])
MARRIAGE = words(["BELUM KAWIN", "KAWIN", "CERAI MATI"])
BANDS = {
    "Usia < 7 Tahun": (0, 6),
    "Usia 7-12 Tahun": (7, 12),
    "Usia 13-15 Tahun": (13, 15),
    "Usia 16-18 Tahun": (16, 18),
    "Usia 19-21 Tahun": (19, 21),
    "Usia 22-59 Tahun": (22, 59),
    "Usia 60+ Tahun": (60, 200),
}
#: Age 5 falls in no band of the 2023 delivery and is written into the first one here.
BANDS_2023 = (
    (5, "USIA < 5 TAHUN"),
    (12, "USIA 6-12 TAHUN"),
    (15, "USIA 13-15 TAHUN"),
    (18, "USIA 16-18 TAHUN"),
    (59, "USIA 19 - 59 TAHUN"),
    (200, "USIA 60+ TAHUN"),
)


@dataclass(frozen=True)
class Edition:
    """One delivery: its name in ``isian.yaml``, its date forms, its code list, the day its ages are of."""

    name: str
    forms: DateForms
    old_codes: bool
    at: int


EDITION_2022 = Edition(
    "p3ke_2022",
    (("%d/%m/%Y", 70), ("%d/%m/%Y 0:00:00", 15), ("%Y-%m-%d", 15)),
    old_codes=True,
    at=day_number("2022-11-01"),
)
EDITION_2023 = Edition(
    "p3ke_2023", (("%Y-%m-%d", 92), ("%d/%m/%Y", 8)), old_codes=False, at=day_number("2023-07-01")
)


def p3ke_tables(
    extract: Extract, edition: Edition, villages: pd.DataFrame, lexicon: Lexicon, rng: np.random.Generator
) -> tuple[pa.Table, pa.Table]:
    """Return the family file and the individual file of ``extract``, every cell text.

    With ``old_codes`` villages of a split kecamatan stand under the code and kecamatan they had before.
    """
    layout = read_yaml("reconcile.sample", "isian.yaml")
    person = _person(extract.members, edition, lexicon, rng)
    family = _family(extract.families, edition, villages, lexicon)
    keeper = heads(extract)
    kept = np.flatnonzero(has_family_row(extract))
    of_head = {heading: of_rows(text, keeper) for heading, text in person.items()}
    whole = family | of_head | {"Kepala Keluarga": of_head["Nama"]}
    families = _filled(layout, edition, "keluarga", _taken(whole, kept), rng, len(kept))
    solid = flags(extract.families["mapan"])[kept]
    rows = ints(extract.members["baris"])
    everyone = _taken(family, rows) | person
    individuals = _filled(layout, edition, "individu", everyone, rng, len(rows))
    return overwritten(families, solid, layout["mapan"][edition.name]), individuals


def _filled(
    layout: Mapping[str, Any],
    edition: Edition,
    kind: str,
    computed: Mapping[str, pa.Array],
    rng: np.random.Generator,
    rows: int,
) -> pa.Table:
    headings: Sequence[str] = layout["susunan"][f"{edition.name}_{kind}"]
    answers = layout["p3ke"] | layout[edition.name]
    return arrange(headings, dict(computed) | {"No": number(np.arange(rows) + 1)}, answers, rng, rows)


def _taken(columns: Mapping[str, pa.Array], rows: Ints) -> dict[str, pa.Array]:
    return {heading: of_rows(text, rows) for heading, text in columns.items()}


def _family(
    families: pd.DataFrame, edition: Edition, villages: pd.DataFrame, lexicon: Lexicon
) -> dict[str, pa.Array]:
    """Return key, place, address, decile and aid per family."""
    size = len(families)
    rt, rw = rt_rw_text(families)
    street = street_text(families, lexicon, "JL.", "KP.")
    aid, sembako = yes_no(families["pkh"]), yes_no(families["sembako"])
    return _place(families, edition, villages) | {
        "ID Keluarga P3KE": number(ints(families["kunci"])),
        "Provinsi": same("KALIMANTAN TIMUR", size),
        "Desil Kesejahteraan": desil_text(families, "desil", str(P3KE_BEYOND)),
        "Persentil": number(ints(families["desil"]) * 10 - ints(families["nomor"]) % 10),
        "Alamat": joined(street, " RT ", rt, " RW ", rw),
        "Penerima BPNT": sembako,
        "Penerima SEMBAKO": sembako,
        "Penerima PKH": aid,
    }


def _place(families: pd.DataFrame, edition: Edition, villages: pd.DataFrame) -> dict[str, pa.Array]:
    old = flags(villages["kode_lama"] != "") & edition.old_codes
    code = villages["kode"].mask(old, villages["kode_lama"]).str.replace(".", "", regex=False)
    kec = villages["nama_kec"].mask(old, villages["nama_kec_lama"])
    village, named = ints(families["desa"]), ints(families["desa_nama"])
    blank_name = flags(families["nama_kosong"])
    written = pick(words(code.tolist()), village)
    # 99 is no kecamatan of any edition
    strange = joined(pick(words(code.str.slice(0, 4).tolist()), village), "992001")
    return {
        "Kode Kemdagri": blanked(
            flags(families["kode_kosong"]), either(flags(families["kode_asing"]), strange, written)
        ),
        "Kabupaten/Kota": pick(words(villages["nama_kab"].str.upper().tolist()), village),
        "Kecamatan": pick(words(kec.str.upper().tolist()), named),
        "Desa/Kelurahan": blanked(blank_name, pick(words(villages["nama"].str.upper().tolist()), named)),
    }


def _person(
    members: pd.DataFrame, edition: Edition, lexicon: Lexicon, rng: np.random.Generator
) -> dict[str, pa.Array]:
    """Return everything that a person column says; the family file repeats the head's."""
    age, relation = ages(members, edition.at), ints(members["hubungan"])
    kind, size = ints(members["cacat_nik"]), len(members)
    doubtful = (kind != NikDamage.NONE) | flags(members["nik_pinjam"])
    known = either(doubtful, same("TIDAK PADAN", size), "PADAN")
    marriage = np.where((relation == 1) | ((relation == 0) & (age > 24)), 1, np.where(relation == 3, 2, 0))
    schooling = words(["TIDAK/BELUM SEKOLAH", "MASIH SD/SEDERAJAT", "TAMAT SD/SEDERAJAT"])
    labour = words(["TIDAK/BELUM BEKERJA", "PETANI", "PEKERJA LEPAS", "NELAYAN"])
    works = np.where((age < 18) | (age > 70), 0, ints(members["nik"]) // 7 % 4)
    bands = {name: _ya((age >= low) & (age <= high)) for name, (low, high) in BANDS.items()}
    upper = np.array([bound for bound, _ in BANDS_2023])
    return bands | {
        "ID Individu": number(1_000_000_000 + ints(members["baris"]) * 40 + _order(members)),
        "Nama": name_text(members, lexicon),
        "NIK": nik_text(members),
        "Padan Dukcapil": either(kind == NikDamage.MISSING, "KOSONG", known),
        "Jenis Kelamin": either(flags(members["pria"]), same("LAKI-LAKI", size), "PEREMPUAN"),
        "Hubungan dengan Kepala Keluarga": pick(KINSHIP, relation),
        "Tanggal Lahir": date_text(members, edition.forms, rng),
        "Status Kawin": pick(MARRIAGE, marriage.astype(np.int64)),
        "Pekerjaan": pick(labour, works.astype(np.int64)),
        "Pendidikan": pick(schooling, np.where(age < 6, 0, np.where(age < 13, 1, 2)).astype(np.int64)),
        "Usia 2023": number(age),
        "Kelompok Usia 2023": pick(words([n for _, n in BANDS_2023]), np.searchsorted(upper, age)),
    }


def _ya(mask: Any) -> pa.Array:
    return either(mask, same("Ya", len(mask)), "Tidak")


def _order(members: pd.DataFrame) -> Ints:
    """Return the place of each member in its family, from 0."""
    rows = ints(members["baris"])
    return np.arange(len(rows)) - np.searchsorted(rows, rows)
