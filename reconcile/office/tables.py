"""Tables of the offices' sheets: as they come back, as they stand, and what is wrong with them."""

from reconcile.tables import PROVENANCE, Column, Table

#: Lines of programmes, as offices filled them in.
PLANS = Table(
    "plans",
    (
        *PROVENANCE,
        Column("tahun", "whole", "budget year"),
        Column("triwulan", "text", "1 to 4"),
        Column("strategi", "text", "office.vocab.Strategy"),
        Column("program", "text", "programme, as written"),
        Column("opd", "text", "office, as written"),
        Column("wilayah", "text", "kabupaten, as written: code, name or both"),
        Column("satuan", "text", "unit, as written"),
        Column("target", "number", "target in the unit of the programme"),
        Column("realisasi", "number", "what was reached"),
        Column("anggaran", "number", "budget, rupiah"),
        Column("realisasi_anggaran", "number", "what was spent, rupiah"),
    ),
)

#: Recommendations of audits and meetings, as offices filled them in.
FOLLOW_UPS = Table(
    "follow_up_lines",
    (
        *PROVENANCE,
        Column("nomor", "text", "number of the recommendation"),
        Column("auditor", "text", "office.vocab.Auditor"),
        Column("tahun_rekomendasi", "whole", "year of the report that made it"),
        Column("pokok", "text", "what it is about, as written"),
        Column("opd", "text", "office that has to act, as written"),
        Column("jatuh_tempo", "date", "deadline"),
        Column("status_tl", "text", "office.vocab.FollowUp"),
        Column("tanggal_tl", "date", "day of the last step"),
        Column("no_bukti", "text", "number of the document that proves it"),
    ),
)

_PLACE = tuple(column for column in PROVENANCE if column.name in {"source_file", "source_sheet"})
_ORIGIN = (
    Column("source_file", "text", "file; missing: nobody filled it in"),
    Column("source_sheet", "text", "sheet"),
    Column("source_row", "whole", "row"),
)

#: A row per programme, kabupaten and quarter of the year: what is asked, and what was told of it.
MATRIX = Table(
    "matrix",
    (
        Column("tahun", "whole", "budget year", required=True),
        Column("triwulan", "whole", "quarter, 1 to 4", required=True),
        Column("strategi", "text", "office.vocab.Strategy"),
        Column("program", "text", "programme", required=True),
        Column("judul", "text", "its title", required=True),
        Column("opd", "text", "office that answers for it", required=True),
        Column("kode", "text", "dotted Kemendagri code of the kabupaten", required=True),
        Column("nama", "text", "its name", required=True),
        Column("satuan_program", "text", "unit of target and realisation", required=True),
        Column("perorangan", "text", "ya: the unit is families or people", required=True),
        Column("keadaan_isian", "text", "office.vocab.FillState", required=True),
        Column("diminta", "text", "ya: the quarter has begun, so that numbers are due", required=True),
        Column("dihitung", "text", "ya: its numbers are in the totals of the report", required=True),
        Column("target", "number", "target"),
        Column("realisasi", "number", "what was reached"),
        Column("target_dibanding", "number", "target where what was reached is told"),
        Column("anggaran", "number", "budget, rupiah"),
        Column("realisasi_anggaran", "number", "what was spent, rupiah"),
        Column("anggaran_dibanding", "number", "budget where what was spent is told, rupiah"),
        *_ORIGIN,
    ),
)

#: Every recommendation with where it stands.
STANDING_FOLLOW_UPS = Table(
    "follow_ups",
    (
        *(column for column in FOLLOW_UPS.columns if column not in PROVENANCE),
        Column("keadaan_tl", "text", "office.vocab.FollowState", required=True),
        Column("hari_lewat", "whole", "days since the deadline, where it is overdue"),
        Column("ada_bukti", "text", "ya or tidak: whether a document is named", required=True),
        *_ORIGIN,
    ),
)

#: What is wrong with a line of either sheet; the place of one that nobody sent back is that of its neighbour.
ISSUES = Table(
    "office_issues",
    (
        Column("lembar_isian", "text", "matriks or tindak_lanjut", required=True),
        *_PLACE,
        Column("source_row", "whole", "row", required=True),
        Column("kolom_isian", "text", "column; missing: the line as a whole"),
        Column("kode_masalah", "text", "code of what is wrong", required=True),
        Column("masalah", "text", "the same in words, with what to do", required=True),
        Column("dipakai", "text", "ya: the line counts all the same; tidak: it is held back", required=True),
    ),
)
