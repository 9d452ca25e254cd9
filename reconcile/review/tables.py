"""The tables of the review: pairs to judge, their people, what was judged, thresholds."""

from reconcile.tables import PROVENANCE, Column, Kind, Table

SIDES = ("p3ke", "bps")

#: What is shown of each family; the names are those of RECONCILED without the side.
SHOWN: tuple[tuple[str, Kind, str], ...] = (
    ("nama", "text", "name of the head as written"),
    ("nik", "text", "NIK of the head"),
    ("no_kk", "text", "family card number"),
    ("tanggal_lahir", "date", "birth date of the head"),
    ("jenis_kelamin", "text", "sex of the head"),
    ("alamat", "text", "address as written"),
    ("rt", "whole", "RT"),
    ("rw", "whole", "RW"),
    ("kode_desa", "text", "village key"),
    ("nama_desa", "text", "village as written"),
    ("nama_kecamatan", "text", "kecamatan as written"),
    ("jumlah_anggota", "whole", "family size as the source states it"),
)

#: Doubtful pairs, in the order in which they are worth judging; no score, so that a reviewer stays blind.
REVIEW_PAIRS = Table(
    "review_pairs",
    (
        Column("id_pasangan", "text", "pair, the same from run to run", required=True),
        Column("urutan", "whole", "rank, 1 first", required=True),
        Column("penelaah", "text", "who gets it: A, B, AB (both), or penengah", required=True),
        Column("record_p3ke", "text", "record_id in P3KE", required=True),
        Column("record_bps", "text", "record_id in BPS", required=True),
        *(
            Column(f"{name}_{side}", kind, f"{meaning} ({side})")
            for name, kind, meaning in SHOWN
            for side in SIDES
        ),
    ),
)

#: The people of both families of each pair of REVIEW_PAIRS.
REVIEW_PEOPLE = Table(
    "review_people",
    (
        Column("id_pasangan", "text", "pair", required=True),
        Column("sisi", "text", "p3ke or bps", required=True),
        Column("nama", "text", "name as written"),
        Column("nik", "text", "NIK"),
        Column("tanggal_lahir", "date", "birth date"),
        Column("jenis_kelamin", "text", "sex"),
        Column("hubungan", "text", "vocab.Relationship"),
    ),
)

#: Pairs of which reviewers disagree and no arbiter has spoken; nobody's name.
CONTESTED = Table(
    "contested",
    (
        Column("id_pasangan", "text", "pair", required=True),
        Column("id_rekon_p3ke", "text", "reconciled household of the P3KE record"),
        Column("id_rekon_bps", "text", "reconciled household of the BPS record"),
        Column("kode_desa", "text", "village key of the P3KE household"),
        Column("n_sama", "whole", "reviewers who say one family", required=True),
        Column("n_beda", "whole", "reviewers who say two families", required=True),
        Column("n_ragu", "whole", "reviewers who cannot tell", required=True),
        Column("terakhir", "text", "day of the last word"),
        Column("letak", "text", "file and row of each word", required=True),
    ),
)

#: What the model would say of the pairs that people judged.
DECIDED = Table(
    "decided",
    (
        Column("record_p3ke", "text", "record_id in P3KE", required=True),
        Column("record_bps", "text", "record_id in BPS", required=True),
        Column("putusan", "text", "vocab.Verdict", required=True),
        Column("skor", "number", "probability without the decisions; missing: no pass finds the pair"),
    ),
)

#: Judged pairs per band of the score, and where the thresholds would have to lie.
THRESHOLDS = Table(
    "thresholds",
    (
        Column("jenis", "text", "pita, tanpa_skor, ambang_cocok or ambang_tinjau", required=True),
        Column("dari", "number", "score from"),
        Column("sampai", "number", "score up to"),
        Column("n_sama", "whole", "pairs judged to be one family", required=True),
        Column("n_beda", "whole", "pairs judged to be two", required=True),
        Column("n_ragu", "whole", "pairs that cannot be told", required=True),
        Column("n_bertentangan", "whole", "pairs of which reviewers disagree", required=True),
        Column("bagian_sama", "number", "share of one family among those judged, 0 to 1"),
        Column("bawah_95", "number", "lower end of its 95 percent interval (Wilson)"),
        Column("atas_95", "number", "upper end"),
        Column("ambang_dipakai", "number", "threshold that is configured"),
        Column("arti", "text", "what the line says", required=True),
    ),
)

#: Judgements as they are stored: the headings of the source pair_decisions.
JUDGEMENTS = Table(
    "judgements",
    (
        Column("record_p3ke", "text", "record_id in P3KE", required=True),
        Column("record_bps", "text", "record_id in BPS", required=True),
        Column("keputusan", "text", "vocab.PairDecision", required=True),
        Column("oleh", "text", "who", required=True),
        Column("tanggal", "text", "day, yyyy-mm-dd; missing: not told"),
        Column("keterangan", "text", "why"),
        Column("peran", "text", "vocab.ReviewRole", required=True),
    ),
)

#: One judgement each, with the pair and where it stands.
VERDICTS = Table(
    "verdicts",
    (
        Column("record_p3ke", "text", "record_id in P3KE", required=True),
        Column("record_bps", "text", "record_id in BPS", required=True),
        Column("putusan", "text", "vocab.Verdict", required=True),
        Column("n_sama", "whole", "reviewers who say one family", required=True),
        Column("n_beda", "whole", "reviewers who say two families", required=True),
        Column("n_ragu", "whole", "reviewers who cannot tell", required=True),
        Column("terakhir", "text", "day of the last word"),
        Column("letak", "text", "file and row of each word", required=True),
        *(column for column in PROVENANCE if column.name in {"source_file", "source_sheet", "source_row"}),
    ),
)
