"""The tables that travel between the steps: one declaration each, checked where the table is born.

A column's kind fixes its pandas type. ``text`` is ``str`` (missing: NaN), ``whole`` is ``Int64``,
``number`` is ``Float64``, ``date`` is ``datetime64[s]``, ``yesno`` is ``boolean``: yes, no and unknown are
three values everywhere. More than 400 lines, because one list of all tables is what a reader looks for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import pandas as pd
from pandas.api.types import pandas_dtype

Kind = Literal["text", "whole", "number", "date", "yesno"]

DTYPES: Mapping[Kind, Any] = {
    "text": pandas_dtype("str"),
    "whole": pandas_dtype("Int64"),
    "number": pandas_dtype("Float64"),
    "date": pandas_dtype("datetime64[s]"),
    "yesno": pandas_dtype("boolean"),
}


@dataclass(frozen=True)
class Column:
    """One column: its name everywhere, its kind, whether it may be missing, what it means."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False


@dataclass(frozen=True)
class Table:
    """A declared table."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Return the column names in their order."""
        return [column.name for column in self.columns]

    def empty(self) -> pd.DataFrame:
        """Return the table without rows."""
        return _without_rows(self).copy(deep=False)

    def build(self, values: pd.DataFrame) -> pd.DataFrame:
        """Return ``values`` as this table: its columns in order, its types, absent ones missing.

        A column that the table does not declare, or a missing value in a required one, is a TypeError:
        a fault of the program, not of the input.
        """
        unknown = sorted(set(values.columns) - set(self.names))
        if unknown:
            message = f"table {self.name} does not declare {unknown}"
            raise TypeError(message)
        absent: dict[Kind, Any] = {}
        data = {}
        for c in self.columns:
            if c.name in values:
                data[c.name] = _typed(values[c.name], DTYPES[c.kind]).array
            else:
                if c.kind not in absent:
                    absent[c.kind] = _missing(c.kind, len(values))
                data[c.name] = absent[c.kind]
        holes = [c.name for c in self.columns if c.required and data[c.name].isna().any()]
        if holes:
            message = f"table {self.name} has missing values in required {holes}"
            raise TypeError(message)
        # arrays and not columns: a hundred of them need not be aligned with each other
        return pd.DataFrame(data)

    def extend(self, name: str, *columns: Column) -> "Table":
        """Return a wider table with ``columns`` behind these."""
        return Table(name, self.columns + columns)


@cache
def _without_rows(table: Table) -> pd.DataFrame:
    return pd.DataFrame({c.name: pd.Series(dtype=DTYPES[c.kind]) for c in table.columns})


def _typed(column: pd.Series, dtype: Any) -> pd.Series:
    return column if column.dtype == dtype else column.astype(dtype)


def _missing(kind: Kind, rows: int) -> Any:
    """Return ``rows`` missing values of a kind."""
    return pd.Series(pd.NaT if kind == "date" else pd.NA, index=range(rows), dtype=DTYPES[kind]).array


PROVENANCE = (
    Column("registry", "text", "p3ke or bps", required=True),
    Column("source", "text", "name of the source declaration", required=True),
    Column("source_file", "text", "path as configured, below the project folder", required=True),
    Column("source_sha256", "text", "SHA-256 of the file", required=True),
    Column("source_sheet", "text", "sheet, empty text for delimited files", required=True),
    Column("source_row", "whole", "first physical row of the record, counted from 1", required=True),
)

#: Where a row of people stands: the hash and the declaration of a file are that of all its rows, which are
#: millions.
ROW = tuple(column for column in PROVENANCE if column.name not in {"source", "source_sha256"})

PERSON = (
    Column("nik", "text", "16 digits, or missing"),
    Column("nama", "text", "name as written, trimmed"),
    Column("tanggal_lahir", "date", "birth date"),
    Column("jenis_kelamin", "text", "L or P (vocab.Sex)"),
)

FAMILY = (
    Column("no_kk", "text", "family card number, 16 digits; P3KE has none"),
    Column("alamat", "text", "address as written"),
    Column("rt", "whole", "RT number"),
    Column("rw", "whole", "RW number"),
    Column("kode_wilayah", "text", "village code as written, in the declared code system"),
    Column("nama_kabupaten", "text", "kabupaten as written"),
    Column("nama_kecamatan", "text", "kecamatan as written"),
    Column("nama_desa", "text", "village as written"),
    Column("lintang", "number", "latitude, degrees, EPSG:4326"),
    Column("bujur", "number", "longitude, degrees, EPSG:4326"),
    Column("desil", "whole", "welfare decile, 1 the poorest"),
    Column("jumlah_anggota", "whole", "family size as the source states it"),
    Column("padan_dukcapil", "text", "ya, tidak, kosong: the source's own word on its NIK"),
    Column("terima_pkh", "yesno", "receives PKH"),
    Column("terima_sembako", "yesno", "receives Sembako/BPNT"),
    Column("terima_blt", "yesno", "receives cash aid of the village (BLT desa)"),
    Column("terima_pbi", "yesno", "health insurance paid by the state (PBI-JK)"),
    Column("tahun_mutakhir", "whole", "year that the record was brought up to date"),
    Column("daya_listrik", "text", "installed power, as written or by the source's code table"),
    Column("jenis_lantai", "text", "floor, as written or by the source's code table"),
    Column("jenis_dinding", "text", "walls, as written or by the source's code table"),
    Column("jenis_atap", "text", "roof, as written or by the source's code table"),
    Column("simpanan", "text", "has savings: money, jewellery, livestock; as written"),
)

#: One row per family as one registry tells it. The person columns are those of its head.
HOUSEHOLDS = Table(
    "households",
    (
        *PROVENANCE,
        Column("record_id", "text", "stable id within the registry, whatever the row order", required=True),
        Column("family_key", "text", "the source's own family key; missing when it gave none"),
        Column("code_system", "text", "declared code system of kode_wilayah", required=True),
        *PERSON,
        *FAMILY,
        Column("jumlah_baris_anggota", "whole", "member rows found for the family", required=True),
        Column("jumlah_kepala", "whole", "heads named among the member rows", required=True),
        Column("punya_dewasa", "yesno", "a member is 17 or older at the reference date"),
        Column("kelompok_ganda", "text", "the same for rows of one registry that are one family"),
    ),
)

#: One row per person as one registry tells it; ``record_id`` is the household's, missing for an orphan.
MEMBERS = Table(
    "members",
    (
        *ROW,
        Column("record_id", "text", "household of the person"),
        Column("family_key", "text", "the source's own family key"),
        *PERSON,
        Column("hubungan", "text", "vocab.Relationship"),
        Column("status_kawin", "text", "as written"),
        Column("pekerjaan", "text", "as written"),
        Column("pendidikan", "text", "as written"),
    ),
)

#: A value that could not be trusted: its field is empty in the household, its original stands here. With a
#: ``W_`` code the value was kept, and is only said to be doubtful.
VALUE_FLAGS = Table(
    "value_flags",
    (
        *PROVENANCE,
        Column("column", "text", "field", required=True),
        Column("code", "text", "vocab.Reason", required=True),
        Column("original", "text", "as written"),
        Column("diselesaikan", "yesno", "a returned correction settled it"),
    ),
)

#: A row that could not be trusted as a row, with its raw text.
QUARANTINE = Table(
    "quarantine",
    (
        *PROVENANCE,
        Column("code", "text", "vocab.Reason", required=True),
        Column("raw", "text", "the row as it stood"),
        Column("diselesaikan", "yesno", "a returned correction settled it"),
    ),
)

#: Where every physical line of a file and sheet went.
ACCOUNTS = Table(
    "accounts",
    (
        *(c for c in PROVENANCE if c.name != "source_row"),
        Column("physical", "whole", "lines (delimited) or rows (sheet)", required=True),
        Column("header", "whole", "heading lines", required=True),
        Column("preamble", "whole", "title lines above the heading", required=True),
        Column("blank", "whole", "lines without any value", required=True),
        Column("continuation", "whole", "further lines of a record that spans several", required=True),
        Column("non_data", "whole", "recognised non-data: totals, sep= lines", required=True),
        Column("accepted", "whole", "records taken", required=True),
        Column("quarantined", "whole", "records set aside", required=True),
    ),
)

#: Official figures per area and year, with who computed them.
FIGURES = Table(
    "figures",
    (
        *PROVENANCE,
        Column("kode_wilayah", "text", "area code as written"),
        Column("nama_wilayah", "text", "area name as written"),
        Column("tahun", "whole", "year"),
        Column("indikator", "text", "miskin or miskin_ekstrem"),
        Column("persen", "number", "percent of people"),
        Column("ribu_jiwa", "number", "thousand people"),
        Column("penghitung", "text", "who computed it"),
    ),
)

#: Bridging list of both code systems, one row per area and level.
BRIDGING = Table(
    "bridging",
    (
        *PROVENANCE,
        Column("tingkat", "text", "kab, kec or desa"),
        Column("kode_bps", "text", "BPS code"),
        Column("nama_bps", "text", "BPS name"),
        Column("kode_kemendagri", "text", "Kemendagri code of the current edition"),
        Column("kode_kemendagri_lama", "text", "Kemendagri code that an older bridging gives"),
        Column("nama_kemendagri", "text", "Kemendagri name"),
        Column("jenis", "text", "desa or kelurahan"),
        Column("keterangan", "text", "what the list says of the pair"),
    ),
)

#: Pairs of both code systems for villages, many-to-many.
BRIDGES = Table(
    "bridges",
    (
        Column("kode_desa", "text", "village key; missing where the list has only a BPS code"),
        Column("kode_desa_bps", "text", "BPS code; missing where the list has none"),
        Column("nama_kemendagri", "text", "name beside the Kemendagri code"),
        Column("nama_bps", "text", "name beside the BPS code"),
        Column("status", "text", "vocab.BridgeStatus", required=True),
    ),
)

#: Villages that were given another code.
RECODES = Table(
    "recodes",
    (
        *PROVENANCE,
        Column("kode_lama", "text", "Kemendagri code before"),
        Column("nama_lama", "text", "name before"),
        Column("kode_baru", "text", "Kemendagri code after"),
        Column("nama_baru", "text", "name after"),
        Column("berlaku", "whole", "year from which the new code is valid; missing: not told"),
    ),
)

#: Areas of one code system, all levels.
REGIONS = Table(
    "regions",
    (
        *PROVENANCE,
        Column("kode_wilayah", "text", "area code as written"),
        Column("nama_wilayah", "text", "area name as written"),
    ),
)

#: Dead Kemendagri codes and what they lead to; a code that was split stands in several rows.
FORMER = Table(
    "former",
    (
        Column("kode_lama", "text", "dead village code", required=True),
        Column("sampai", "whole", "year from which it is dead; missing: not told"),
        Column("kode_desa", "text", "code that it leads to at last", required=True),
    ),
)

#: The register of villages: one row per village of the current Kemendagri edition.
VILLAGES = Table(
    "villages",
    (
        Column("kode_desa", "text", "village key: current dotted Kemendagri code", required=True),
        Column("nama_desa", "text", "official name, trimmed", required=True),
        Column("jenis", "text", "desa or kelurahan"),
        Column("kode_kec", "text", "dotted Kemendagri code", required=True),
        Column("nama_kec", "text", "official name", required=True),
        Column("kode_kab", "text", "dotted Kemendagri code", required=True),
        Column("nama_kab", "text", "official name", required=True),
        Column("kode_desa_bps", "text", "BPS code of the village, where bridged"),
        Column("kode_kec_bps", "text", "BPS code of the kecamatan, from the kecamatan's own bridging"),
        Column("kode_kab_bps", "text", "BPS code of the kabupaten"),
    ),
)

#: Households with their codes brought to one village key.
CODED = HOUSEHOLDS.extend(
    "coded",
    Column("desa_kode", "text", "village key that the written code stands for"),
    Column("status_kode", "text", "vocab.CodeStatus", required=True),
)

#: Households with a place.
PLACED = CODED.extend(
    "placed",
    Column("desa_titik", "text", "village key of the polygon that the coordinate falls in"),
    Column("desa_nama", "text", "village key that the written names stand for"),
    Column("cara_nama", "text", "vocab.NameMatch: how the names led there"),
    Column("kode_desa", "text", "village key that the household is counted in; missing: not placed"),
    Column("cara_lokasi", "text", "vocab.Placement", required=True),
    Column("kepastian", "text", "vocab.Certainty", required=True),
    Column("kesepakatan", "text", "vocab.Agreement of coordinate, code and names", required=True),
    Column("sebab_lokasi", "text", "why it is not placed: each vocab.Unplaced, parted by commas"),
    Column("baca_titik", "text", "vocab.PointReading", required=True),
    Column("letak_titik", "text", "vocab.PointFall; missing without a usable coordinate"),
    Column("jarak_titik_m", "number", "metres from the coordinate to desa_titik, 0 inside"),
    Column("jarak_m", "number", "metres from the coordinate to the village of code or names, 0 inside"),
    Column("posisi", "text", "vocab.Position", required=True),
    Column("titik_bujur", "number", "longitude of the drawn point"),
    Column("titik_lintang", "number", "latitude of the drawn point"),
)

#: Pairs of records that may be one family, one-to-one, with why.
PAIRS = Table(
    "pairs",
    (
        Column("record_p3ke", "text", "record_id in P3KE", required=True),
        Column("record_bps", "text", "record_id in BPS", required=True),
        Column("skor", "number", "probability that both are one family, 0 to 1", required=True),
        Column("bobot", "number", "evidence in bits, log2 of the odds", required=True),
        Column("status_padan", "text", "cocok or tinjau", required=True),
        Column("jalur", "text", "blocking passes that found the pair", required=True),
        Column("alasan", "text", "levels of agreement, as keys of the catalogue", required=True),
    ),
)

#: Rows without a partner of their own whose people stand in a matched row of the other registry.
RELATIONS = Table(
    "relations",
    (
        Column("record_p3ke", "text", "record_id in P3KE", required=True),
        Column("record_bps", "text", "record_id in BPS", required=True),
        Column("relasi", "text", "vocab.FamilyPart of the row without partner", required=True),
        Column("anggota_sama", "whole", "persons in common", required=True),
    ),
)

#: What people decided of pairs; it outranks the matching.
DECISIONS = Table(
    "decisions",
    (
        *PROVENANCE,
        Column("record_p3ke", "text", "record_id in P3KE"),
        Column("record_bps", "text", "record_id in BPS"),
        Column("keputusan", "text", "vocab.PairDecision"),
        Column("oleh", "text", "who decided"),
        Column("tanggal", "text", "when, as written"),
        Column("keterangan", "text", "why"),
        Column("peran", "text", "penelaah, or penengah, whose word ends a disagreement"),
    ),
)

#: People on a list of another office: deaths, moves, civil servants, exclusions, exits, recipients.
LISTED = Table(
    "listed",
    (
        *PROVENANCE,
        Column("nik", "text", "16 digits, or missing"),
        Column("no_kk", "text", "family card number"),
        Column("nama", "text", "name as written"),
        Column("tanggal_lahir", "date", "birth date"),
        Column("kode_wilayah", "text", "village code as written"),
        Column("program", "text", "programme, as written"),
        Column("periode", "text", "period of the payment, as written"),
        Column("jumlah_rp", "number", "amount in rupiah"),
        Column("tanggal", "date", "day of the event or payment"),
        Column("nomor", "text", "number of the deed or minutes"),
        Column("keterangan", "text", "criterion or note, as written"),
    ),
)

#: Decrees (SK) of target families, one row per area.
DECREES = Table(
    "decrees",
    (
        *PROVENANCE,
        Column("kode_wilayah", "text", "kabupaten code"),
        Column("nomor", "text", "number of the decree"),
        Column("tanggal", "date", "day of the decree"),
        Column("berlaku_sampai", "date", "last day that it is valid"),
        Column("jumlah_keluarga", "whole", "families in its annex"),
    ),
)

#: Quarterly reports that kabupaten handed in, one row per area and quarter.
REPORTS = Table(
    "reports",
    (
        *PROVENANCE,
        Column("kode_wilayah", "text", "kabupaten code"),
        Column("periode", "text", "quarter that it reports on, such as 2026-TW1"),
        Column("tanggal", "date", "day on which it was handed in"),
        Column("nomor", "text", "number of the cover letter"),
    ),
)

#: Lines that came back from the field, as answered; the questions are those of resurvey/form.yaml.
RETURNS = Table(
    "returns",
    (
        *PROVENANCE,
        Column("id_tugas", "text", "task that the line answers"),
        Column("formulir", "text", "vocab.FieldForm that it came back in"),
        Column("jalan", "text", "run whose list it stood on"),
        Column("kode_desa", "text", "village of the list that it came back with"),
        Column("hasil", "text", "vocab.VisitResult; missing: not answered"),
        Column("tanggal", "date", "day of the visit"),
        Column("petugas", "text", "enumerator"),
        Column("responden", "text", "person interviewed"),
        Column("desa_tujuan", "text", "village moved to, code or name"),
        Column("ganda_dengan", "text", "task of the same family"),
        Column("nama_perbaikan", "text", "right name of the head"),
        Column("nik_perbaikan", "text", "right NIK of the head"),
        Column("no_kk_perbaikan", "text", "right number of the family card"),
        Column("tanggal_lahir_perbaikan", "date", "right birth date of the head"),
        Column("alamat_perbaikan", "text", "right address"),
        Column("rt_perbaikan", "whole", "RT"),
        Column("rw_perbaikan", "whole", "RW"),
        Column("kepala_berganti", "text", "ya or tidak"),
        Column("jumlah_anggota", "whole", "members now"),
        Column("anggota_meninggal", "whole", "members who died"),
        Column("anggota_pindah", "whole", "members who moved away"),
        Column("anggota_baru", "whole", "new members"),
        Column("status_rumah", "text", "ownership of the house"),
        Column("jenis_atap", "text", "roof"),
        Column("jenis_dinding", "text", "walls"),
        Column("jenis_lantai", "text", "floor"),
        Column("daya_listrik", "text", "installed power"),
        Column("sumber_air", "text", "drinking water"),
        Column("fasilitas_bab", "text", "toilet"),
        Column("bahan_bakar", "text", "cooking fuel"),
        Column("pekerjaan_kepala", "text", "occupation of the head"),
        Column("terima_bantuan", "text", "ya or tidak"),
        Column("masih_miskin", "text", "ya or tidak: still poor by the criteria"),
        Column("alasan_tidak_layak", "text", "why not eligible"),
        Column("lintang", "number", "latitude, degrees, EPSG:4326"),
        Column("bujur", "number", "longitude, degrees, EPSG:4326"),
        Column("foto_rumah", "text", "name of the photo"),
        Column("no_ba", "text", "number of the signed minutes"),
        Column("catatan", "text", "note"),
        # the office's own file, where the line has since been taken into the store of answers
        Column("asal_berkas", "text", "file that it came back in"),
        Column("asal_sha256", "text", "its SHA-256"),
        Column("asal_lembar", "text", "its sheet, table or layer"),
        Column("asal_baris", "whole", "its row"),
    ),
)

_ON_LIST: tuple[tuple[str, Kind, str], ...] = (
    ("nama", "text", "name of the head"),
    ("nik", "text", "NIK of the head"),
    ("no_kk", "text", "family card number"),
    ("tanggal_lahir", "date", "birth date of the head"),
    ("alamat", "text", "address"),
    ("rt", "whole", "RT"),
    ("rw", "whole", "RW"),
    ("jumlah_anggota", "whole", "members"),
    ("desil", "whole", "welfare decile"),
)

#: Families to visit, one row each; what was asked once stays, with what became of it.
TASKS = Table(
    "tasks",
    (
        Column("id_tugas", "text", "task, stable for a family and period", required=True),
        Column("periode", "text", "period of the re-survey", required=True),
        Column("id_rekon", "text", "reconciled household", required=True),
        Column("kode_desa", "text", "village key; missing: the family is not placed"),
        Column("urutan", "whole", "rank within the village, 1 first", required=True),
        Column("status_tugas", "text", "vocab.TaskStatus", required=True),
        Column(
            "alasan_kode",
            "text",
            "each vocab.VisitReason, parted by commas, first the weightiest",
            required=True,
        ),
        Column("alasan_dicek", "text", "why, in plain sentences for the village", required=True),
        Column("alasan_urutan", "text", "why it stands at this rank", required=True),
        Column("tingkat_temuan", "text", "gravest severity among the reasons, vocab.Severity", required=True),
        Column("aturan", "text", "rules of its findings, parted by commas"),
        Column("kasus", "text", "cases that the answer settles, parted by commas"),
        Column("diminta", "text", "reference date of the first run that asked for it"),
        Column("jatuh_tempo", "text", "day that the answer is due"),
        Column("dijawab", "text", "day of the visit that was taken"),
        Column("hasil", "text", "vocab.VisitResult of it"),
    ),
)

#: One line of a village's list: the task, and what each registry says of the family (class TERBATAS).
WORKLIST = Table(
    "worklist",
    (
        Column("id_tugas", "text", "task", required=True),
        Column("urutan", "whole", "rank within the village, 1 first", required=True),
        Column("alasan_dicek", "text", "why, in plain sentences", required=True),
        Column("alasan_kode", "text", "each vocab.VisitReason, parted by commas", required=True),
        Column("jatuh_tempo", "text", "day that the answer is due", required=True),
        Column("kode_desa", "text", "village key; missing: the family is not placed"),
        Column("nama_desa", "text", "official name"),
        Column("kode_kec", "text", "dotted Kemendagri code"),
        Column("nama_kec", "text", "official name"),
        Column("kode_kab", "text", "dotted Kemendagri code; of an unplaced family that of its lists"),
        Column("nama_kab", "text", "official name"),
        *(
            Column(f"{name}_{side}", kind, f"{meaning} ({side})")
            for name, kind, meaning in _ON_LIST
            for side in ("p3ke", "bps")
        ),
        Column("titik_bujur", "number", "longitude of the drawn point"),
        Column("titik_lintang", "number", "latitude of the drawn point"),
        Column("posisi", "text", "vocab.Position of the point", required=True),
    ),
)

#: Every line that came back and what became of it.
ANSWERS = RETURNS.extend(
    "answers",
    Column("id_rekon", "text", "reconciled household that it is about now"),
    Column("status_jawaban", "text", "vocab.AnswerStatus", required=True),
    Column("sebab", "text", "code of why it was held, of the catalogue"),
)

#: Visits asked and answered per area; the areas of one level and the unplaced families are all tasks.
PROGRESS = Table(
    "progress",
    (
        Column("periode", "text", "period of the re-survey", required=True),
        Column("tingkat", "text", "desa, kecamatan, kabupaten or provinsi", required=True),
        Column("kode", "text", "area; missing: families that are not placed"),
        Column("nama", "text", "its name"),
        Column("n_tugas", "whole", "families to visit", required=True),
        Column("n_menunggu", "whole", "beyond the budget of their village", required=True),
        Column("n_gugur", "whole", "no longer called for", required=True),
        Column("n_diminta", "whole", "asked, answered ones included", required=True),
        Column("n_dijawab", "whole", "answered", required=True),
        Column("n_sesuai", "whole", "found as listed", required=True),
        Column("n_berubah", "whole", "found, with corrections or moved", required=True),
        Column("n_tidak_ada", "whole", "deceased, moved out, listed twice or not known", required=True),
        Column("n_menolak", "whole", "refused", required=True),
        Column("n_terlambat", "whole", "not answered, and past the due day", required=True),
        Column("n_tidak_layak", "whole", "answered, no longer poor by the criteria", required=True),
        Column("persen_dijawab", "number", "answered of those asked, percent"),
    ),
)

#: Objections of offices to a finding or a figure, with what was answered; never erased.
OBJECTIONS = Table(
    "objections",
    (
        *PROVENANCE,
        Column("id_sanggah", "text", "objection"),
        Column("kasus", "text", "case that it is against"),
        Column("kode_wilayah", "text", "area whose figure it is against"),
        Column("angka", "text", "figure that it is against: column of the indicators"),
        Column("alasan", "text", "why, as written"),
        Column("no_dokumen", "text", "number of the document"),
        Column("tanggal", "date", "day of the objection"),
        Column("oleh", "text", "office that objects"),
        Column("jawaban", "text", "what was answered, as written"),
        Column("putusan", "text", "diterima, ditolak; missing: open"),
        Column("tanggal_jawaban", "date", "day of the answer"),
        Column("dijawab_oleh", "text", "who answered"),
    ),
)

#: Steps that people took with cases.
CASE_STEPS = Table(
    "case_steps",
    (
        *PROVENANCE,
        Column("kasus", "text", "case"),
        Column("status", "text", "vocab.CaseStatus that it was brought to"),
        Column("tanggal", "date", "day of the step"),
        Column("oleh", "text", "who"),
        Column("no_bukti", "text", "number of the minutes or letter"),
        Column("keterangan", "text", "note"),
    ),
)

#: What was found in each file, for the rules on files.
FILES = Table(
    "files",
    (
        Column("source_file", "text", "file", required=True),
        Column("source_sha256", "text", "its SHA-256", required=True),
        Column("fisik", "whole", "rows in it", required=True),
        Column("dikenali", "whole", "rows whose fate is known", required=True),
        Column("diterima", "whole", "records taken", required=True),
        Column("menurut_bast", "whole", "records that the minutes of delivery state"),
        Column("kolom_hilang", "text", "expected fields that the file has no column for"),
        Column("kolom_kurang", "text", "expected fields that are emptier than expected"),
        Column("dikirim_sebagai", "text", "other names that the same content was delivered under"),
        Column("sha256_lalu", "text", "SHA-256 of the file of this name in the last run"),
    ),
)

#: Every id of a reconciled household there ever was, with what it stood for last.
HISTORY = Table(
    "history",
    (
        Column("id_rekon", "text", "id", required=True),
        Column("record_id_p3ke", "text", "its P3KE record"),
        Column("record_id_bps", "text", "its BPS record"),
        Column("kode_desa", "text", "village key that it was counted in"),
        Column("desil_p3ke", "whole", "decile in P3KE"),
        Column("desil_bps", "whole", "decile in BPS"),
        Column("peristiwa", "text", "vocab.IdEvent of the last run", required=True),
        Column("asal", "text", "ids that its records had before, parted by commas"),
        Column("pertama_muncul", "text", "reference date of the first run that had it", required=True),
        Column("terakhir_muncul", "text", "reference date of the last run that had it", required=True),
    ),
)

_BOTH_SIDES = tuple(
    Column(f"{column.name}_{registry}", column.kind, f"{column.meaning} ({registry})")
    for registry in ("p3ke", "bps")
    for column in PLACED.columns
    if column.name != "registry"
)

#: What a visit found, and the values in force: the visit's where it is newer than both registries.
_VISIT = (
    Column("id_tugas", "text", "task of the visit that was taken"),
    Column("hasil_kunjungan", "text", "vocab.VisitResult"),
    Column("tanggal_kunjungan", "date", "day of the visit"),
    Column("masih_miskin", "text", "ya or tidak: still poor by the criteria, as the visit says"),
    Column("berkas_kunjungan", "text", "file of the answer"),
    Column("lembar_kunjungan", "text", "its sheet, table or layer"),
    Column("baris_kunjungan", "whole", "its row"),
    *(
        column
        for name, kind, meaning in (*_ON_LIST[:5], _ON_LIST[7])
        for column in (
            Column(name, kind, f"{meaning}, in force"),
            Column(f"asal_{name}", "text", f"vocab.ValueOrigin of {name}"),
        )
    ),
    Column("asal_lokasi", "text", "returns where a visit measured the place"),
)

#: One row per real household, both registries' values side by side.
RECONCILED = Table(
    "reconciled",
    (
        Column("id_rekon", "text", "id of the reconciled household", required=True),
        Column("status_padan", "text", "vocab.MatchStatus", required=True),
        Column("skor", "number", "probability that the pair is one family, 0 to 1"),
        Column("bobot", "number", "evidence of the pair in bits, log2 of the odds"),
        Column("jalur", "text", "blocking passes that found the pair"),
        Column("alasan", "text", "levels of agreement"),
        Column("id_tinjau", "text", "id_rekon of the doubtful partner"),
        Column("relasi", "text", "vocab.FamilyPart, where the row is part of a matched family"),
        Column("id_keluarga_utama", "text", "id_rekon of that family"),
        Column("kode_desa", "text", "village key that it is counted in"),
        Column("cara_lokasi", "text", "vocab.Placement", required=True),
        Column("posisi", "text", "vocab.Position", required=True),
        Column("titik_bujur", "number", "longitude of the drawn point"),
        Column("titik_lintang", "number", "latitude of the drawn point"),
        *_VISIT,
        *_BOTH_SIDES,
    ),
)

#: One row per finding: what nothing else tells. The words of its rule, of its area and of its household come
#: to it where it is written (reports.findings.REPORT).
FINDINGS = Table(
    "findings",
    (
        Column("kasus", "text", "case id, stable across runs", required=True),
        Column("kode", "text", "rule", required=True),
        Column("tingkat", "text", "vocab.Severity", required=True),
        Column("status", "text", "vocab.CaseStatus"),
        Column("perubahan", "text", "vocab.CaseChange against the last published run"),
        Column("pertama_muncul", "text", "reference date of the first run that had the case"),
        Column("terakhir_muncul", "text", "reference date of the last run that had it"),
        Column("jumlah_muncul", "whole", "runs that had it"),
        Column("id_rekon", "text", "reconciled household"),
        Column("kode_desa", "text", "village key"),
        Column("kode_kab", "text", "kabupaten of a finding that has no village"),
        Column("nilai_p3ke", "text", "evidence on the P3KE side, without identity"),
        Column("nilai_bps", "text", "evidence on the BPS side, without identity"),
        Column("nilai_acuan", "text", "what a reference list, an earlier run or a file says"),
        Column("berkas_acuan", "text", "file of the reference row, or the file that the finding is about"),
        Column("lembar_acuan", "text", "its sheet"),
        Column("baris_acuan", "whole", "its row"),
        Column(
            "sidik", "text", "keyed hash of the values: another one, and the case has changed", required=True
        ),
    ),
)

#: One row per rule: whether it was tested, and what it found.
CHECKS = Table(
    "checks",
    (
        Column("kode", "text", "rule", required=True),
        Column("judul", "text", "what the rule says", required=True),
        Column("tingkat", "text", "vocab.Severity", required=True),
        Column("basis", "text", "what the rule looks at", required=True),
        Column("keadaan", "text", "TIDAK DIUJI and the like", required=True),
        Column("sebab", "text", "what is missing, where it was not tested in full"),
        Column("jumlah", "whole", "findings; missing where it was not tested"),
    ),
)

#: Every case there ever was.
CASES = Table(
    "cases",
    (
        Column("kasus", "text", "case id", required=True),
        Column("kode", "text", "rule", required=True),
        Column("tingkat", "text", "vocab.Severity", required=True),
        Column("id_rekon", "text", "reconciled household"),
        Column("kode_desa", "text", "village key"),
        Column("status", "text", "vocab.CaseStatus", required=True),
        Column("perubahan", "text", "vocab.CaseChange of the last run", required=True),
        Column("pertama_muncul", "text", "reference date of the first run that had it", required=True),
        Column("terakhir_muncul", "text", "reference date of the last run that had it", required=True),
        Column("jumlah_muncul", "whole", "runs that had it", required=True),
        Column("langkah_terakhir", "text", "day and status of the last step that was taken in"),
        Column("oleh", "text", "who took it"),
        Column("no_bukti", "text", "number of the minutes or letter"),
        Column("sidik", "text", "keyed hash of the values", required=True),
    ),
)
