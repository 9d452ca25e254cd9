"""The tables of kabupaten side by side, and what of them adds up."""

from reconcile.report.areas import Count, Plan, Share
from reconcile.report.model import Sentence
from reconcile.vocab import Severity

_PARTS = ("n_cocok", "n_tinjau", "n_bagian", "n_hanya_p3ke", "n_hanya_bps")

RECONCILIATION = Plan(
    "rekonsiliasi",
    (
        Count("n_keluarga", "indikator", ("n_keluarga",), dear=True),
        *(Count(name, "indikator", (name,), dear=name == "n_cocok") for name in _PARTS),
        Share("persen_cocok", "n_cocok", "n_keluarga"),
    ),
    sums=(("n_keluarga", _PARTS),),
    notes=(Sentence("report_note_parts"),),
)

#: Decile 1 of the lists: in both, in one only; ``desil1`` are the families of either.
POOREST = Plan(
    "desil1",
    (
        Count("desil1_p3ke", "indikator", ("n_desil1_p3ke",)),
        Count("desil1_bps", "indikator", ("n_desil1_bps",)),
        Count("desil1_keduanya", "indikator", ("n_desil1_keduanya",)),
        Count("desil1_hanya_p3ke", "indikator", ("n_desil1_p3ke",), ("n_desil1_keduanya",)),
        Count("desil1_hanya_bps", "indikator", ("n_desil1_bps",), ("n_desil1_keduanya",)),
        Count(
            "desil1",
            "indikator",
            ("n_desil1_p3ke", "n_desil1_bps"),
            ("n_desil1_keduanya",),
            ("n_keluarga",),
            dear=True,
        ),
        Share("persen_desil1_keduanya", "desil1_keduanya", "desil1"),
    ),
    sums=(
        ("desil1_p3ke", ("desil1_keduanya", "desil1_hanya_p3ke")),
        ("desil1_bps", ("desil1_keduanya", "desil1_hanya_bps")),
        ("desil1", ("desil1_keduanya", "desil1_hanya_p3ke", "desil1_hanya_bps")),
    ),
    notes=(Sentence("report_note_deciles"),),
)

COMPLETENESS = Plan(
    "kelengkapan",
    tuple(
        column
        for side in ("p3ke", "bps")
        for column in (
            Count(f"n_{side}", "indikator", (f"n_{side}",)),
            Count(f"n_lengkap_{side}", "indikator", (f"n_lengkap_{side}",), of=(f"n_{side}",)),
            Share(f"persen_lengkap_{side}", f"n_lengkap_{side}", f"n_{side}"),
        )
    ),
    notes=(Sentence("report_note_complete"),),
)

_RESULTS = ("n_sesuai", "n_berubah", "n_tidak_ada", "n_menolak")

FIELD = Plan(
    "lapangan",
    (
        Count("n_diminta", "kemajuan", ("n_diminta",), dear=True),
        Count("n_dijawab", "kemajuan", ("n_dijawab",), dear=True),
        Share("persen_dijawab", "n_dijawab", "n_diminta"),
        *(Count(name, "kemajuan", (name,)) for name in _RESULTS),
        Count("n_lain", "kemajuan", ("n_dijawab",), _RESULTS, shown=False),
        Count("n_tidak_layak", "kemajuan", ("n_tidak_layak",), of=("n_dijawab",)),
        Count("n_belum", "kemajuan", ("n_diminta",), ("n_dijawab",)),
        Count("n_terlambat", "kemajuan", ("n_terlambat",), of=("n_belum",)),
    ),
    sums=(("n_diminta", ("n_dijawab", "n_belum")), ("n_dijawab", (*_RESULTS, "n_lain"))),
    notes=(Sentence("report_note_field"),),
)

_BY_SEVERITY = {one: f"temuan_{one.value}" for one in Severity}

FINDINGS = Plan(
    "temuan",
    (
        Count("temuan", "ringkasan", ("jumlah",), dear=True),
        *(
            Count(name, "ringkasan", ("jumlah",), where={"tingkat": severity.value})
            for severity, name in _BY_SEVERITY.items()
        ),
    ),
    sums=(("temuan", tuple(_BY_SEVERITY.values())),),
    notes=(Sentence("report_note_findings"),),
)

#: Every plan that is filled before a section is written.
PLANS = (RECONCILIATION, POOREST, COMPLETENESS, FIELD, FINDINGS)

#: What ties the tables together: families of a list are matched ones, those of that list only, and the rest,
#: which are doubtful or part of another; the rests of both lists are all of these.
TIES = Plan(
    "ikatan",
    (
        *(
            Count(f"lain_{side}", "indikator", (f"n_{side}",), ("n_cocok", f"n_hanya_{side}"), shown=False)
            for side in ("p3ke", "bps")
        ),
        Count("lain", "indikator", ("n_tinjau", "n_bagian"), shown=False),
    ),
    sums=(
        ("n_p3ke", ("n_cocok", "n_hanya_p3ke", "lain_p3ke")),
        ("n_bps", ("n_cocok", "n_hanya_bps", "lain_bps")),
        ("lain", ("lain_p3ke", "lain_bps")),
        ("lain", ("n_tinjau", "n_bagian")),
    ),
)
