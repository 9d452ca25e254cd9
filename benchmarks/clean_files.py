"""Clean files of any size in the layout of DTSEN members, forty columns, of which fifteen are used."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv
import xlsxwriter

SOURCE = "dtsen_members_v3"
COLUMNS = 40

_GIVEN = [
    "AJI",
    "BUDI",
    "CICI",
    "DEWI",
    "EKO",
    "FITRI",
    "GALIH",
    "HASAN",
    "INDAH",
    "JOKO",
    "MUHAMMAD",
    "SITI",
]
_FAMILY = ["ANSYARI", "BAHRI", "CAHYADI", "DAMANIK", "EFENDI", "FAUZI", "GUNAWAN", "HIDAYAT", "LESTARI"]
_STREETS = ["MAWAR", "MELATI", "KENANGA", "CEMPAKA", "DAHLIA", "ANGGREK", "PATTIMURA", "SUDIRMAN", "PEMUDA"]
_WORK = ["Nelayan", "Petani", "Pedagang", "Wiraswasta", "Tidak/Belum Bekerja", "Pekerja Lepas"]
_SCHOOL = ["Tidak/Belum Sekolah", "Tamat SD/Sederajat", "Tamat SLTP/Sederajat", "Tamat SLTA/Sederajat"]
_FILLERS = ["kode_provinsi", "provinsi", "kode_kabupaten_kota", "kode_kecamatan", "desil_provinsi"]
_FILLERS += ["desil_kabupaten_kota", "pbi_nas", "pbi_pemda", "provinsi_ktp", "kabupaten_kota_ktp"]
_FILLERS += ["kecamatan_ktp", "kelurahan_desa_ktp", "alamat_ktp", "rt_ktp", "rw_ktp", "tempat_lahir"]
_FILLERS += [
    "status_bekerja",
    "status_pekerjaan",
    "partisipasi_sekolah",
    "kelas_tertinggi",
    "penyakit_kronis",
]
_FILLERS += ["disabilitas", "is_gc_kemensos", "is_pbi_se", "is_siks_ng"]

Texts = npt.NDArray[np.str_]


def clean_table(rows: int, seed: int = 64) -> pa.Table:
    """Return ``rows`` made-up members in forty text columns; the same seed gives the same table."""
    dice = np.random.default_rng(seed)
    columns = {name: pa.array(values) for name, values in _people(rows, dice).items()}
    for number, name in enumerate(_FILLERS):
        columns[name] = pa.array(_pick(dice, [f"{word} {number}" for word in _STREETS[:4]], rows))
    return pa.table(columns)


def _people(rows: int, dice: np.random.Generator) -> dict[str, Texts]:
    day, month = dice.integers(1, 29, rows), dice.integers(1, 13, rows)
    year, woman = dice.integers(1940, 2023, rows), dice.random(rows) < 0.5
    village, house = dice.integers(1, 1000, rows), dice.integers(1, 300, rows)
    return {
        "nomor_kartu_keluarga": _joined("64000001012", _digits(np.arange(rows) // 4 % 99_998 + 1, 5)),
        "nomor_induk_kependudukan": _joined(
            "640000", *(_digits(n, 2) for n in (day + 40 * woman, month, year % 100)),
            _digits(np.arange(rows) % 9998 + 1, 4),
        ),
        "nama": _joined(_pick(dice, _GIVEN, rows), " ", _pick(dice, _GIVEN, rows), " ",
                        _pick(dice, _FAMILY, rows)),
        "tanggal_lahir": _joined(_digits(year, 4), "-", _digits(month, 2), "-", _digits(day, 2)),
        "jenis_kelamin": np.where(woman, "Perempuan", "Laki-laki"),
        "status_hubungan_keluarga": _pick(dice, ["Kepala Keluarga", "Istri/Suami", "Anak", "Lainnya"], rows),
        "status_kawin": _pick(dice, ["Belum Kawin", "Kawin", "Cerai Hidup", "Cerai Mati"], rows),
        "pekerjaan": _pick(dice, _WORK, rows),
        "pendidikan": _pick(dice, _SCHOOL, rows),
        "kode_kelurahan_desa": _joined("6403050", _digits(village, 3)),
        "kabupaten_kota": _pick(dice, ["KUTAI KARTANEGARA", "BERAU", "PASER"], rows),
        "kecamatan": _joined("KECAMATAN ", _digits(village % 100, 2)),
        "kelurahan_desa": _joined("DESA ", _digits(village, 3)),
        "alamat": _joined("JL. ", _pick(dice, _STREETS, rows), " NO ", _digits(house, 1)),
        "desil_nasional": _digits(dice.integers(1, 11, rows), 1),
    }  # fmt: skip


def _pick(dice: np.random.Generator, words: list[str], rows: int) -> Texts:
    return np.array(words)[dice.integers(0, len(words), rows)]


def _digits(numbers: npt.NDArray[np.int64], width: int) -> Texts:
    return np.strings.zfill(numbers.astype("U"), width)


def _joined(*parts: Texts | str) -> Texts:
    joined = np.array(parts[0])
    for part in parts[1:]:
        joined = np.strings.add(joined, np.array(part))
    return joined


def write_csv(path: Path, rows: int, *, quoted: bool = False) -> None:
    """Write a pipe-separated file of ``rows`` members, all its fields in quotes or none."""
    style = "all_valid" if quoted else "none"
    options = pacsv.WriteOptions(delimiter="|", quoting_style=style, quoting_header=style)
    pacsv.write_csv(clean_table(rows), path, options)


def write_xlsx(path: Path, rows: int) -> None:
    """Write a workbook of ``rows`` members, every cell as text."""
    table = clean_table(rows)
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, table.column_names)
        columns = [column.to_pylist() for column in table.columns]
        for place, row in enumerate(zip(*columns, strict=True), start=1):
            sheet.write_row(place, 0, row)
