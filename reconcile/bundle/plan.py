"""Which files a bundle may be cut from, by which column an area is told, and which columns never leave."""

import re
from dataclasses import dataclass

from reconcile.disclosure import CSV_OUTPUTS, NAMED_OUTPUT, Disclosure, Output
from reconcile.tables import Table

#: By file: the columns that hold the area of a row. A row with several is of an area when all are.
AREA_COLUMNS: dict[str, tuple[str, ...]] = {
    "temuan/temuan.csv": ("kode_desa",),
    "temuan/ringkasan.csv": ("kode_wilayah",),
    "temuan/kasus.csv": ("kode_desa",),
    "temuan/TERBATAS/temuan_identitas.csv": ("kode_desa",),
    "indikator/indikator.csv": ("kode",),
    "neraca/neraca.csv": ("kode",),
    "mutu/padanan.csv": ("kode",),
    "mutu/kelompok.csv": ("kode",),
    "kesiapan/kesiapan.csv": ("kode",),
    "angka_resmi/kemiskinan_ekstrem.csv": ("kode_kab",),
    "angka_resmi/selisih.csv": ("kode_kab",),
    "verval/tugas.csv": ("kode_desa",),
    "verval/kemajuan.csv": ("kode",),
    "program/cakupan.csv": ("kode",),
    "program/pelatihan_profil.csv": ("kode_desa",),
    "rekonsiliasi/keluarga.csv": ("kode_desa",),
}
#: Pairs to review, of a kabupaten only where both sides are, with the people of these pairs.
PAIRS, PEOPLE_OF_PAIRS = "tinjauan/pasangan.csv", "tinjauan/orang.csv"
_PAIR_AREAS = ("kode_desa_p3ke", "kode_desa_bps")
_NAMED_FOLDER = NAMED_OUTPUT.path.rpartition("/")[0]
_NAMED = re.compile(re.escape(_NAMED_FOLDER) + r"/[a-z][a-z0-9_]{0,30}\.csv")
_KINDS = {output.path: output for output in CSV_OUTPUTS}
#: Ids of the registries and places in their files: two offices could join their files by them.
_LINKING = re.compile(
    r"(record_id|record|family_key|kelompok_ganda|source_row|source_sha256|baris|sha256|sidik)(_.*)?"
)
#: What an area's own ids are read from: each row of these is of the area.
OWN_IDS = frozenset({"kasus", "id_rekon", "id_tugas", "id_pasangan", "sidik"})
#: Ids of records of the registries that may be somebody else's.
OTHER_RECORDS = {"kelompok_ganda_p3ke": "record_id_p3ke", "kelompok_ganda_bps": "record_id_bps"}


@dataclass(frozen=True)
class Cut:
    """A file of a bundle: from which file of the run, with which columns of it, and where the area stands."""

    output: Output
    areas: tuple[str, ...]


def kind_of(file: str) -> Output | None:
    """Return what a file of a run is, with its class and columns; None where a bundle cannot hold it."""
    if _NAMED.fullmatch(file):
        return Output(file, NAMED_OUTPUT.disclosure, NAMED_OUTPUT.rows, NAMED_OUTPUT.table)
    return _KINDS.get(file) if file in AREA_COLUMNS else None


def never_shared(column: str) -> bool:
    """Return whether a column would let two offices join their files: it goes to no agency."""
    return _LINKING.fullmatch(column) is not None


def cut_of(file: str, columns: tuple[str, ...]) -> Cut:
    """Return the cut of a file with some of its columns, in its order; KeyError for no such file."""
    output = kind_of(file)
    if output is None:
        raise KeyError(file)
    table = Table(output.table.name, tuple(c for c in output.table.columns if c.name in columns))
    return Cut(Output(file, output.disclosure, output.rows, table), areas_of(file))


def areas_of(file: str) -> tuple[str, ...]:
    """Return the columns that hold the area of a row of a file."""
    return AREA_COLUMNS.get(file, ("kode_desa",))


def kabupaten_cuts(programs: tuple[str, ...], *, restricted: bool) -> tuple[Cut, ...]:
    """Return what a kabupaten or kota gets of a run, with the files of the ``programs`` there."""
    files = (*AREA_COLUMNS, *programs)
    cuts = [Cut(output, areas_of(file)) for file in files if (output := kind_of(file)) is not None]
    cuts.append(Cut(_KINDS[PAIRS], _PAIR_AREAS))
    cuts.append(Cut(_KINDS[PEOPLE_OF_PAIRS], ()))
    return tuple(cut for cut in cuts if restricted or cut.output.disclosure is Disclosure.INTERNAL)
