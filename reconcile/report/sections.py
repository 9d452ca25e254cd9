"""The sections of the report in their order, each with the tables that its parts cannot do without.

The order is that of the proposed "Laporan Kemajuan Data dan Penanganan Kemiskinan Ekstrem": control sheet,
summary, funnel and maps, official estimates, readiness, reconciliation, ledger, findings, programmes, their
budget, field, follow-up of audits, trend, method.
"""

from reconcile.report import aid, changes, office, official, overview, sentences, work
from reconcile.report.desk import Desk, Part, SectionKind
from reconcile.report.model import Section
from reconcile.report.tables import INPUTS, MANIFEST

SECTIONS = (
    SectionKind("kendali", (Part((INPUTS, MANIFEST), overview.control),)),
    SectionKind(
        "ringkasan",
        (
            Part(("indikator", MANIFEST), sentences.five),
            Part((), changes.three),
            Part(("kasus",), changes.cases),
            Part((), sentences.decisions),
        ),
    ),
    SectionKind("corong", (Part(("indikator",), overview.funnel),)),
    SectionKind("peta", (Part(("indikator",), overview.maps),)),
    SectionKind("resmi", (Part(("selisih",), official.beside), Part(("resmi",), official.estimates))),
    SectionKind("kesiapan", (Part(("kesiapan",), work.readiness), Part(("indikator",), work.completeness))),
    SectionKind(
        "rekonsiliasi",
        (
            Part(("indikator",), overview.reconciliation),
            Part(("mutu_padanan",), overview.ranges),
            Part(("mutu_kelompok",), overview.groups),
        ),
    ),
    SectionKind("neraca", (Part(("neraca",), work.ledger),)),
    SectionKind(
        "temuan",
        (
            Part(("ringkasan", "pemeriksaan"), work.findings),
            Part(("pemeriksaan",), work.rules),
            Part(("umur_kasus",), work.ages),
        ),
    ),
    SectionKind("program", (Part((aid.COVERAGE,), aid.coverage),)),
    SectionKind("anggaran", (Part((office.PLANS,), office.budget),)),
    SectionKind("lapangan", (Part(("kemajuan", "tugas"), work.visits),)),
    SectionKind("audit", (Part((office.FOLLOWED,), office.audits),)),
    SectionKind(
        "tren",
        (
            Part(("resmi",), official.official_trend),
            Part(("seri",), official.listed_trend),
        ),
    ),
    SectionKind(
        "catatan",
        (
            Part((INPUTS,), overview.sources),
            Part((MANIFEST,), overview.method),
            Part(("pemeriksaan",), overview.untested),
        ),
    ),
)


def sections(desk: Desk) -> list[Section]:
    """Return every section of a report."""
    return [kind.section(desk) for kind in SECTIONS]
