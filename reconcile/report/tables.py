"""The files of a run that a report reads, by the name that sources of figures call them."""

from dataclasses import dataclass

from reconcile.figures import EXTREME_POVERTY, GAPS
from reconcile.indicators import INDICATORS
from reconcile.ledger import LEDGER
from reconcile.office.tables import MATRIX, STANDING_FOLLOW_UPS
from reconcile.programs.tables import COVERAGE
from reconcile.reports.case_ages import CASE_AGES
from reconcile.reports.findings import SUMMARY
from reconcile.reports.groups import GROUP_QUALITY
from reconcile.reports.quality import MATCH_QUALITY
from reconcile.reports.readiness import READINESS
from reconcile.tables import CASES, CHECKS, PROGRESS, TASKS, Table


@dataclass(frozen=True)
class RunTable:
    """A table of a published run: its name here, its file, its declaration, the columns that are read."""

    name: str
    path: str
    table: Table
    columns: tuple[str, ...]

    @property
    def numbers(self) -> list[str]:
        """Return the columns that are numbers."""
        kinds = {column.name: column.kind for column in self.table.columns}
        return [name for name in self.columns if kinds[name] in {"whole", "number"}]


def _whole(name: str, path: str, table: Table) -> RunTable:
    return RunTable(name, path, table, tuple(table.names))


#: What an office wrote in words of its own stays out of the report: the number tells which it is.
_FOLLOWED = (
    *("nomor", "auditor", "tahun_rekomendasi", "opd", "jatuh_tempo", "status_tl", "keadaan_tl"),
    *("hari_lewat", "ada_bukti"),
)

#: INTERNAL files only: nothing that names a person is opened for a report.
RUN_TABLES = (
    _whole("indikator", "indikator/indikator.csv", INDICATORS),
    _whole("ringkasan", "temuan/ringkasan.csv", SUMMARY),
    _whole("pemeriksaan", "temuan/pemeriksaan.csv", CHECKS),
    RunTable("kasus", "temuan/kasus.csv", CASES, ("tingkat", "status", "perubahan")),
    _whole("kemajuan", "verval/kemajuan.csv", PROGRESS),
    RunTable("tugas", "verval/tugas.csv", TASKS, ("status_tugas", "jatuh_tempo")),
    _whole("resmi", "angka_resmi/kemiskinan_ekstrem.csv", EXTREME_POVERTY),
    _whole("selisih", "angka_resmi/selisih.csv", GAPS),
    _whole("kesiapan", "kesiapan/kesiapan.csv", READINESS),
    _whole("neraca", "neraca/neraca.csv", LEDGER),
    _whole("mutu_padanan", "mutu/padanan.csv", MATCH_QUALITY),
    _whole("mutu_kelompok", "mutu/kelompok.csv", GROUP_QUALITY),
    _whole("cakupan", "program/cakupan.csv", COVERAGE),
    _whole("umur_kasus", "temuan/umur_kasus.csv", CASE_AGES),
    _whole("matriks", "program/matriks.csv", MATRIX),
    RunTable("tindak_lanjut", "program/tindak_lanjut.csv", STANDING_FOLLOW_UPS, _FOLLOWED),
)

#: What is taken from the manifest, one row per number and one per delivered file; and what config.yaml sets.
MANIFEST, INPUTS, SETTINGS = "manifes", "masukan", "setelan"
