"""Who may see what: every kind of file that is written, its class, and the columns that it may hold.

TERBATAS holds identities and lies with its owner alone, INTERNAL holds none, PUBLIK counts areas only. A
column that is not listed here cannot be written: whoever writes a table asks ``allowed`` first. A column that
a delivery has more than before reaches no file, until somebody lists it. More than 400 lines, because one
list of all files is what a data-protection officer looks for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

import pandas as pd

from reconcile.bundle.tables import LOOKUP, REGISTER
from reconcile.figures import EXTREME_POVERTY, GAPS
from reconcile.indicators import INDICATORS, UNPLACED
from reconcile.ledger import LEDGER
from reconcile.linkage.mistakes import COLUMNS as MISTAKES
from reconcile.objections import STANDING
from reconcile.office.tables import ISSUES, MATRIX, STANDING_FOLLOW_UPS
from reconcile.programs.tables import COVERAGE, LISTING, PEOPLE, PROFILE
from reconcile.reports.blocks import Blocks, blocks_of
from reconcile.reports.case_ages import CASE_AGES
from reconcile.reports.findings import IDENTIFIED, REPORT, SUMMARY
from reconcile.reports.groups import GROUP_QUALITY
from reconcile.reports.quality import MATCH_QUALITY
from reconcile.reports.readiness import READINESS
from reconcile.resurvey.store import HISTORY as STORE_HISTORY
from reconcile.resurvey.store import STORED
from reconcile.review.tables import CONTESTED, JUDGEMENTS, REVIEW_PAIRS, REVIEW_PEOPLE, THRESHOLDS
from reconcile.series.compare import COMPARISON
from reconcile.series.tidy import SERIES, TIDY
from reconcile.tables import (
    ANSWERS,
    CASES,
    CHECKS,
    HISTORY,
    PROGRESS,
    QUARANTINE,
    RECONCILED,
    RETURNS,
    TASKS,
    VALUE_FLAGS,
    Column,
    Table,
)


class Disclosure(StrEnum):
    """Who may see a file."""

    RESTRICTED = "TERBATAS"
    INTERNAL = "INTERNAL"
    PUBLIC = "PUBLIK"


#: Only the owner reads identities; colleagues of the office read the rest.
MODES = {Disclosure.RESTRICTED: 0o600, Disclosure.INTERNAL: 0o640, Disclosure.PUBLIC: 0o640}

#: A table whose columns were held against the list of the file that it goes to.
Cleared = NewType("Cleared", Blocks)


@dataclass(frozen=True)
class Output:
    """One table as a file: where, who may see it, the name of its rows; ``table`` is its allow-list."""

    path: str
    disclosure: Disclosure
    rows: str
    table: Table


@dataclass(frozen=True)
class Parts:
    """A file of several tables (layers, sheets): by their names what each may hold; "*": any other."""

    path: str
    disclosure: Disclosure
    columns: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Sheet:
    """A file without a table of the run, such as a form or a page; ``why`` no column can slip in."""

    path: str
    disclosure: Disclosure
    why: str


def allowed(output: Output, table: pd.DataFrame | Blocks) -> Cleared:
    """Return ``table`` as it may be written to ``output``.

    TypeError where its columns are not those that are listed: a fault of the program, not of the input.
    """
    blocks = blocks_of(table)
    _refuse(output.path, set(blocks.names) - set(output.table.names))
    lacking = [name for name in output.table.names if name not in set(blocks.names)]
    if lacking:
        message = f"{output.path} lacks {lacking}"
        raise TypeError(message)
    return Cleared(blocks.columns(output.table.names))


def allow(output: Parts, part: str, names: Iterable[str]) -> None:
    """Refuse columns that the part (layer, sheet) of a file must not hold: TypeError names them."""
    listed = output.columns.get(part, output.columns.get("*"))
    if listed is None:
        message = f"{output.path} has no part {part}"
        raise TypeError(message)
    _refuse(f"{output.path}, {part}", set(names) - listed)


def _refuse(where: str, unknown: set[str]) -> None:
    if unknown:
        message = f"{where} must not hold {sorted(unknown)}"
        raise TypeError(message)


def _internal(path: str, table: Table) -> Output:
    return Output(path, Disclosure.INTERNAL, table.name, table)


def _restricted(path: str, table: Table) -> Output:
    return Output(path, Disclosure.RESTRICTED, table.name, table)


def _texts(name: str, columns: Iterable[str]) -> Table:
    """Return a table of text columns that are declared elsewhere."""
    return Table(name, tuple(Column(column, "text", f"see {name}") for column in columns))


# ---- CSV files of a run

PROGRAM_OUTPUTS = (
    _internal("program/program.csv", LISTING),
    _internal("program/cakupan.csv", COVERAGE),
    _internal("program/pelatihan_profil.csv", PROFILE),
)
#: Stands for the file of each programme.
NAMED_OUTPUT = _restricted("program/TERBATAS/<program>.csv", PEOPLE)
OFFICE_OUTPUTS = (
    _internal("program/matriks.csv", MATRIX),
    _internal("program/tindak_lanjut.csv", STANDING_FOLLOW_UPS),
    _internal("program/isian_diperiksa.csv", ISSUES),
)
REVIEW_OUTPUTS = (
    _restricted("tinjauan/pasangan.csv", REVIEW_PAIRS),
    _restricted("tinjauan/orang.csv", REVIEW_PEOPLE),
    _internal("tinjauan/bertentangan.csv", CONTESTED),
    _internal("tinjauan/ambang.csv", THRESHOLDS),
)
#: One row per column of every CSV file of a run.
DICTIONARY = Table(
    "dictionary",
    (
        Column("berkas", "text", "file, below the folder of the run", required=True),
        Column("kelas", "text", "TERBATAS or INTERNAL", required=True),
        Column("urutan", "whole", "place of the column, counted from 1", required=True),
        Column("kolom", "text", "name of the column", required=True),
        Column("judul", "text", "its title", required=True),
        Column("jenis", "text", "kind of its values", required=True),
        Column("wajib", "yesno", "whether it is always filled in", required=True),
        Column("arti", "text", "what it means", required=True),
        Column("nilai", "text", "its values in words, where they are a closed list"),
    ),
)
DICTIONARY_FILE = _internal("kamus_data.csv", DICTIONARY)
CSV_OUTPUTS = (
    _internal("temuan/temuan.csv", REPORT),
    _internal("temuan/ringkasan.csv", SUMMARY),
    _internal("temuan/pemeriksaan.csv", CHECKS),
    _internal("temuan/kasus.csv", CASES),
    _restricted("temuan/TERBATAS/temuan_identitas.csv", IDENTIFIED),
    _internal("temuan/umur_kasus.csv", CASE_AGES),
    _internal("indikator/indikator.csv", INDICATORS),
    _internal("indikator/seri.csv", TIDY),
    _internal("neraca/neraca.csv", LEDGER),
    _internal("mutu/padanan.csv", MATCH_QUALITY),
    _internal("mutu/kelompok.csv", GROUP_QUALITY),
    _internal("kesiapan/kesiapan.csv", READINESS),
    _internal("angka_resmi/kemiskinan_ekstrem.csv", EXTREME_POVERTY),
    _internal("angka_resmi/selisih.csv", GAPS),
    _internal("verval/tugas.csv", TASKS),
    _internal("verval/kemajuan.csv", PROGRESS),
    _restricted("verval/TERBATAS/jawaban.csv", ANSWERS),
    *PROGRAM_OUTPUTS,
    *OFFICE_OUTPUTS,
    *REVIEW_OUTPUTS,
    _restricted("sanggah/sanggah.csv", STANDING),
    _restricted("rekonsiliasi/riwayat_id.csv", HISTORY),
    _restricted("rekonsiliasi/keluarga.csv", RECONCILED),
    _restricted("karantina/baris.csv", QUARANTINE),
    _restricted("karantina/nilai.csv", VALUE_FLAGS),
    DICTIONARY_FILE,
)
#: Stand for the file of each kabupaten and of each family of rules.
FINDING_PARTS = (
    _internal("temuan/kabupaten/<kabupaten>.csv", REPORT),
    _internal("temuan/aturan/<aturan>.csv", REPORT),
)

# ---- layers, Parquet and workbooks of a run

_AREA = frozenset(
    {
        *INDICATORS.names,
        *("area_km2", "ada_poligon", "tanggal_acuan", "geometry"),
        *(f"edisi_{name}" for name in ("p3ke", "bps", "kode", "batas")),
        *(f"kelas_{name}" for name in ("cocok", "beda_desil", "lengkap")),
    }
)
_ABOUT = {
    "tidak_terpetakan": frozenset({*UNPLACED.names, "keterangan"}),
    "asal_data": frozenset({"sumber", "berkas", "sha256", "edisi"}),
    "kamus_data": frozenset({"lapisan", "urutan", "kolom", "judul", "jenis", "arti", "nilai"}),
}
_AREAS = dict.fromkeys(("desa", "kecamatan", "kabupaten"), _AREA)
_VILLAGE = frozenset({"kode_desa", "nama_desa", "nama_kec", "nama_kab"})
AREA_LAYERS = Parts("layers/padan.gpkg", Disclosure.INTERNAL, {**_AREAS, **_ABOUT})
HOUSEHOLD_LAYERS = Parts(
    "layers/keluarga.gpkg",
    Disclosure.RESTRICTED,
    {
        **_AREAS,
        **_ABOUT,
        "keluarga": frozenset({*RECONCILED.names, *_VILLAGE, "kelas_titik", "geometry"}),
        "survei_ulang": frozenset({*TASKS.names, *RECONCILED.names, *_VILLAGE, "kelas_survei", "geometry"}),
    },
)
SERIES_OUTPUT = _internal("indikator/seri.parquet", SERIES)
AREA_PARQUET = Parts("indikator/<tingkat>.parquet", Disclosure.INTERNAL, _AREAS)
FINDINGS_BOOK = Parts(
    "temuan/temuan.xlsx", Disclosure.INTERNAL, {"*": frozenset({*REPORT.names, *SUMMARY.names})}
)
IDENTIFIED_BOOK = Parts(
    "temuan/TERBATAS/temuan_identitas.xlsx",
    Disclosure.RESTRICTED,
    {"*": frozenset({*IDENTIFIED.names, *SUMMARY.names})},
)

# ---- files of other commands

#: What stands on a phone of each family; neither name in full nor number.
_ON_PHONE = (
    *("uuid", "jalan", "formulir", "kode_desa", "titik_bujur", "titik_lintang", "nama_desa", "urutan"),
    *("nama_singkat", "rt_rw", "alamat_singkat", "alasan_dicek", "jatuh_tempo", "posisi", "id_tugas"),
)
WORKLISTS_QFIELD = Parts(
    "verval/<putaran>/<kabupaten>/qfield/*.gpkg",
    Disclosure.RESTRICTED,
    {
        # the questions of a visit are the columns that come back
        "*": frozenset({*_ON_PHONE, *RETURNS.names, "geometry"}),
        "desa": frozenset({"kode", "nama", "nama_kec", "n_tugas", "geometry"}),
    },
)
ANSWER_STORE = _restricted("<jawaban>.csv", _texts("resurvey.store.STORED", STORED))
ANSWER_HISTORY = _restricted("<jawaban>_diganti.csv", _texts("resurvey.store.HISTORY", STORE_HISTORY))
JUDGEMENT_STORE = _restricted("<tinjauan>.csv", JUDGEMENTS)
COMPARED = _internal("<banding>.csv", COMPARISON)
REGIONS_APART = _internal(
    "<wilayah>.csv",
    _texts("flows.regions", ("daftar", "dibandingkan_dengan", "tingkat", "kode", "keadaan")),
)
BORDERS_MENDED = _internal("<batas>.csv", _texts("flows.boundaries", ("kode", "keadaan", "keterangan", "m2")))
#: One row per kept run.
LISTING_OF_RUNS = Table(
    "listing",
    (
        Column("tanggal_acuan", "text", "reference date", required=True),
        Column("versi", "whole", "version of that date, counted from 1", required=True),
        Column("jalan", "text", "run", required=True),
        Column("berlaku", "yesno", "whether it is the version that counts", required=True),
        Column("terbaru", "yesno", "whether it is the run that TERBARU names", required=True),
        Column("n_keluarga", "whole", "families", required=True),
        Column("n_cocok", "whole", "families found in both lists", required=True),
        Column("n_dijawab", "whole", "answers from the field that count", required=True),
        Column("n_temuan", "whole", "findings of families", required=True),
        Column("padan", "text", "version of the program", required=True),
        Column("manifes", "text", "SHA-256 of what the run was made from", required=True),
    ),
)
HISTORY_LIST = _internal("<riwayat>.csv", LISTING_OF_RUNS)
#: One row per place in a file where identities were found, or that could not be opened.
SCAN = Table(
    "scan",
    (
        Column("berkas", "text", "file, below the folder that was named", required=True),
        Column("tempat", "text", "where in it: member, sheet, table or page"),
        Column("kelas", "text", "class that its run declares; empty elsewhere"),
        Column("bentuk", "text", "form of identities, or why it was not opened", required=True),
        Column("jumlah", "whole", "how many; nothing where it was not opened"),
    ),
)
SCANNED = _internal("<pindai>.csv", SCAN)
#: One row per file that `padan purge` removed, or run that `retention` did.
REMOVED = Table(
    "removed",
    (
        Column("waktu", "text", "when, by UTC", required=True),
        Column("akun", "text", "login name of who was at work"),
        Column("berkas", "text", "file", required=True),
        Column("kelas", "text", "TERBATAS, INTERNAL or PUBLIK"),
        Column("jenis", "text", "what it was part of", required=True),
        Column("hari", "text", "day that its age was counted from"),
        Column("sebelum", "text", "day before which it was too old"),
        Column("bytes", "text", "its size"),
        Column("sha256", "text", "SHA-256 of what it was"),
        Column("keadaan", "text", "dihapus, tersisa (could not be removed) or belum_selesai", required=True),
        Column("jejak", "whole", "line of the audit log", required=True),
    ),
)
REMOVALS = _internal("catatan/penghapusan.csv", REMOVED)
#: One row per thing that was done with the data, for the protection officer.
PROCESSED = Table(
    "processed",
    (
        Column("jejak", "whole", "line of the audit log", required=True),
        Column("waktu", "text", "when, by UTC", required=True),
        Column("akun", "text", "login name of who was at work"),
        Column("perintah", "text", "command"),
        Column("kegiatan", "text", "what was done", required=True),
        Column("jalan", "text", "run that it is about"),
        Column("kelas", "text", "classes of what was made or given"),
        Column("penerima", "text", "who got it"),
        Column("berkas", "text", "file, where the row is about one"),
        Column("sha256", "text", "its SHA-256"),
        Column("baris", "text", "its rows that were accepted; rows that were given"),
        Column("rincian", "text", "the rest in words", required=True),
    ),
)
PROCESSING = _internal("catatan/pemrosesan.csv", PROCESSED)
BUNDLE_REGISTER = _internal("bundel/daftar.csv", REGISTER)
BUNDLE_LOOKUP = _restricted("bundel/TERBATAS/<penerima>.csv", LOOKUP)
_RATIOS = ("tepat", "ditemukan", "sebenarnya", "presisi", "recall", "f1")
_BAND = ("dari", "sampai", "pasangan", "benar", "skor_rata", "bagian_benar", "bawah_95", "atas_95")
#: The errors name records and carry family keys, the others only counts.
EVALUATION = (
    _internal("evaluasi/jenis.csv", _texts("linkage.evaluate", ("dasar", "jenis", *_RATIOS, "keterangan"))),
    _internal("evaluasi/kurva.csv", _texts("linkage.evaluate.curve", ("ambang", *_RATIOS))),
    _internal("evaluasi/kalibrasi.csv", _texts("linkage.evaluate.calibration", _BAND)),
    _restricted(
        "evaluasi/kesalahan.csv",
        _texts("linkage.mistakes.COLUMNS", (MISTAKES[0], "keterangan", *MISTAKES[1:])),
    ),
)
#: The list of families beside the form of a phone.
PHONE_LIST = _restricted(
    "verval/<putaran>/<kabupaten>/odk/keluarga.csv",
    _texts(
        "resurvey.xlsform.families",
        ("name", "label", "kode_desa", "nama", "rt_rw", "alamat", "alasan", "jatuh_tempo"),
    ),
)

# ---- files that hold no table of a run as it is

FORMS = (
    Sheet("sanggah/*.xlsx", Disclosure.INTERNAL, "an empty form"),
    Sheet(
        "program/isian_opd.xlsx", Disclosure.INTERNAL, "cells of reconcile.office.book, written one by one"
    ),
    Sheet("karantina/karantina.xlsx", Disclosure.RESTRICTED, "fields that a source declares as correctable"),
    Sheet("tinjauan/*/*.xlsx", Disclosure.RESTRICTED, "cells of reconcile.review.sheet, written one by one"),
    Sheet(
        "verval/**/*.xlsx", Disclosure.RESTRICTED, "cells of reconcile.reports.forms, and the form of a phone"
    ),
    Sheet("bukti_*.xlsx", Disclosure.RESTRICTED, "what one case rests on, for who may see it"),
    Sheet("bundel/*/*/BAST.*", Disclosure.INTERNAL, "names, counts and hashes of the files of a bundle"),
    Sheet("peta/*", Disclosure.INTERNAL, "drawings of area layers"),
    Sheet(
        "laporan/*", Disclosure.PUBLIC, "figures of reconcile.report.cells, proven by reconcile.suppression"
    ),
    Sheet("manifest.json, datapackage.json, parameter.json", Disclosure.INTERNAL, "hashes, counts, weights"),
)

#: Every file that holds tables.
OUTPUTS: tuple[Output | Parts, ...] = (
    *CSV_OUTPUTS,
    NAMED_OUTPUT,
    *FINDING_PARTS,
    AREA_LAYERS,
    HOUSEHOLD_LAYERS,
    SERIES_OUTPUT,
    AREA_PARQUET,
    FINDINGS_BOOK,
    IDENTIFIED_BOOK,
    WORKLISTS_QFIELD,
    PHONE_LIST,
    ANSWER_STORE,
    ANSWER_HISTORY,
    JUDGEMENT_STORE,
    COMPARED,
    HISTORY_LIST,
    REGIONS_APART,
    BORDERS_MENDED,
    SCANNED,
    REMOVALS,
    PROCESSING,
    BUNDLE_REGISTER,
    BUNDLE_LOOKUP,
    *EVALUATION,
)
