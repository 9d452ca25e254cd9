"""A project with a published run that asked for visits, and the same answers in each form of theirs."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import resurvey_world as world

from flows.csvfile import write_csv
from flows.formbook import write_forms
from reconcile.resurvey.form import load_form
from reconcile.resurvey.village_book import village_book
from reconcile.resurvey.village_words import ListOf, Round
from reconcile.vocab import Language

ROOT = Path(__file__).parents[1]
#: What enumerators found in village A, in the order of its list.
ANSWERS: tuple[dict[str, Any], ...] = (
    {
        "hasil": "ditemukan",
        "tanggal": "2026-04-10",
        "petugas": "=Sari",
        "nama_perbaikan": "SITI AMINAH BINTI ALI",
        "nik_perbaikan": "6402054101800001",
        "rt_perbaikan": "7",
        "jumlah_anggota": "3",
        "jenis_atap": "asbes_seng",
        "terima_bantuan": "tidak",
        "masih_miskin": "ya",
        "lintang": "-0.4521",
        "bujur": "117.0521",
        "catatan": 'rumah "biru"; dekat masjid, RT 007',
    },
    {"hasil": "pindah_keluar", "tanggal": "2026-04-11", "petugas": "Sari", "desa_tujuan": "Samarinda"},
    {"hasil": "belum_ditemui", "tanggal": "2026-04-11", "petugas": "Sari"},
)
NEW = {"hasil": "ditemukan", "tanggal": "2026-04-12", "petugas": "Sari", "nama_perbaikan": "KELUARGA BARU"}


def project(folder: Path) -> Path:
    """Return the config.yaml of a project in ``folder`` whose only run asked for every family."""
    shutil.copy(ROOT / "config.yaml", folder)
    for path in (ROOT / "data/raw/contoh").rglob("*.*"):
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    run = folder / "data/processed/runs" / world.RUN
    for name, table in (
        ("verval/tugas.csv", world.tasks()),
        ("rekonsiliasi/keluarga.csv", world.reconciled()),
    ):
        (run / name).parent.mkdir(parents=True)
        write_csv(run / name, table)
    (run / "manifest.json").write_text(json.dumps({"inputs": []}), encoding="utf-8")
    (folder / "data/processed/TERBARU").write_text(f"runs/{world.RUN}\n", encoding="utf-8")
    return folder / "config.yaml"


def ids(village: str = world.A) -> list[str]:
    """Return the task ids of a village in the order of its list."""
    rows = world.lines()
    return rows.loc[rows["kode_desa"] == village].sort_values("urutan")["id_tugas"].tolist()


def book(
    path: Path, *, village: str = world.A, run: str = world.RUN, language: Language = Language.INDONESIAN
) -> Path:
    """Write the empty workbook of a village."""
    rows = world.lines()
    round_ = Round(run, world.PERIOD, world.ASKED, (), "", language)
    rows = rows[rows["kode_desa"] == village]
    write_forms(path, village_book(rows, ListOf.of(rows, round_)), language=language)
    return path


class Filled:
    """A workbook that a village opens, fills in and saves."""

    def __init__(self, path: Path, language: Language = Language.INDONESIAN) -> None:
        self.path, self.language = path, language
        self.workbook = openpyxl.load_workbook(path)
        self.listing, self.new = self.workbook["DAFTAR"], self.workbook["KELUARGA_BARU"]

    def heading(self, sheet: Any) -> int:
        """Return the row of the headings of a sheet, from 1."""
        label = load_form().questions["tanggal"].label[self.language]
        return next(r for r in range(1, 12) if label in [c.value for c in sheet[r]])

    def cell(self, sheet: Any, line: int, question: str) -> Any:
        """Return the cell of a question on the n-th line, from 1; ``id_tugas`` too."""
        row = self.heading(sheet)
        titles = {"id_tugas": ("Id tugas", "Task id")}
        wanted = titles.get(question) or (load_form().questions[question].label[self.language],)
        column = next(c.column for c in sheet[row] if c.value in wanted)
        return sheet.cell(row + line, column)

    def answer(self, *answers: dict[str, Any], sheet: Any = None) -> Filled:
        """Fill in the first lines of the list, choices by their labels."""
        sheet = sheet or self.listing
        for line, answer in enumerate(answers, start=1):
            for question, value in answer.items():
                asked = load_form().questions[question]
                said = load_form().labels(question, self.language)[value] if asked.choices else value
                self.cell(sheet, line, question).value = said
                self.cell(sheet, line, question).data_type = "s"
        return self

    def save(self) -> Path:
        self.workbook.save(self.path)
        return self.path


def filled_book(path: Path, *, run: str = world.RUN, language: Language = Language.INDONESIAN) -> Path:
    """Write the workbook of village A with ANSWERS and a new family in it."""
    path.write_bytes(_filled(run, language))
    return path


@cache
def _filled(run: str, language: Language) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        made = Filled(book(Path(folder) / "desa.xlsx", run=run, language=language), language)
        return made.answer(*ANSWERS).answer(NEW, sheet=made.new).save().read_bytes()


def odk_rows(group_sign: str = "/") -> list[dict[str, Any]]:
    """Return ANSWERS and the new family as an export of Kobo has them, value by value."""
    form = load_form()
    rows = []
    for number, (task, answer) in enumerate(zip([*ids(), ""], [*ANSWERS, NEW], strict=True), start=1):
        row: dict[str, Any] = {
            "start": "2026-04-10T08:00:00.000+08:00",
            f"pilih{group_sign}pilih_isian": "daftar" if task else "baru",
            f"pilih{group_sign}pilih_desa": world.A,
            f"pilih{group_sign}pilih_keluarga": task,
            "id_tugas": task,
            "kode_desa": world.A,
            "jalan": world.RUN,
            "formulir": "odk",
            "info_nama": "S..i",
        }
        asked = {n: q for n, q in form.questions.items() if q.phone or n in {"lintang", "bujur"}}
        row |= {
            f"{question.group}{group_sign}{name}": answer.get(name, "") for name, question in asked.items()
        }
        row |= {f"_bukti{group_sign}lokasi_latitude": answer.get("lintang", "")}
        row |= {"__version__": "v1", "_id": number, "_uuid": f"u{number}", "_index": number}
        row |= {"_submission_time": "2026-04-12T09:00:00", "_validation_status": ""}
        rows.append(row)
    return rows


def odk_csv(path: Path, rows: list[dict[str, Any]], *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """Write rows as delimited text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def qfield(path: Path, polygons: Any) -> Path:
    """Write the GeoPackage of kabupaten 64.02 with ANSWERS filled in, and the new family as a new point."""
    from geo.fieldwork import write_qfield

    rows = world.lines()
    rows = rows[rows["kode_kab"] == "64.02"]
    write_qfield(path, rows, polygons, run=world.RUN, period=world.PERIOD, language=Language.INDONESIAN)
    with sqlite3.connect(path) as database:
        for trigger in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{trigger[0]}"')
        for task, answer in zip(ids(), ANSWERS, strict=True):
            columns = ", ".join(f'"{name}" = ?' for name in answer)
            database.execute(f"UPDATE kunjungan SET {columns} WHERE id_tugas = ?", [*answer.values(), task])  # noqa: S608
        row = {**NEW, "kode_desa": world.A, "jalan": world.RUN, "formulir": "qfield"}
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        database.execute(f"INSERT INTO kunjungan ({names}) VALUES ({marks})", list(row.values()))  # noqa: S608
    database.close()
    return path
