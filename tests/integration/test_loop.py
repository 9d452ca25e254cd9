"""The whole loop: a run asks, enumerators answer in three forms and err, the next run knows it."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import returns_world as w
from command import padan, padan_here, table
from whole_run import run_here

from flows.sample import write_sample
from reconcile.resurvey.form import load_form

ROOT = Path(__file__).parents[2]
DAY = "2026-04-10"
FOUND = {"hasil": "ditemukan", "tanggal": DAY, "petugas": "Sari", "jumlah_anggota": "4", "masih_miskin": "ya"}
NIK = "6402050101800001"


class Loop:
    """A project after one whole round, and what its enumerators wrote down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.first = run_here(folder)
        self.tasks = table(self.first / "verval/tugas.csv").set_index("id_tugas", drop=False)
        self.households = table(self.first / "rekonsiliasi/keluarga.csv").set_index("id_rekon")
        done = padan_here(folder, "worklists")
        assert done.returncode == 0, done.stderr
        self.lists = folder / "data/processed/verval" / self.first.name
        self.inbox = folder / "masuk"
        self.inbox.mkdir()
        self.answers = self.planned()
        self.written = self.fill()
        self.read = padan(folder, "returns", "read", "masuk")
        self.store = (folder / "data/raw/verval/jawaban.csv").read_bytes()
        self.review()
        self.second = run_here(folder)

    def of_status(self, status: str, kab: str) -> pd.DataFrame:
        """Return the tasks of households of one status in one kabupaten."""
        kind = self.tasks["id_rekon"].map(self.households["status_padan"])
        return self.tasks[(kind == status) & self.tasks["kode_desa"].str.startswith(kab)]

    def planned(self) -> dict[str, dict[str, Any]]:
        """Return task -> answer: most found as listed, some corrected, gone or listed twice."""
        asked = self.tasks[self.tasks["kode_desa"] != ""]
        answers: dict[str, dict[str, Any]] = {task: dict(FOUND) for task in asked["id_tugas"][::2]}
        for number, task in enumerate(answers):
            if number % 10 == 1:
                answers[task] = {"hasil": "meninggal", "tanggal": DAY, "petugas": "Sari"}
            if number % 10 == 2:
                answers[task] |= {"nama_perbaikan": "NAMA YANG BENAR", "masih_miskin": "tidak"}
        only_p3ke, only_bps = (self.of_status(status, "64.02") for status in ("hanya_p3ke", "hanya_bps"))
        self.twin = only_p3ke["id_tugas"].iloc[0], only_bps["id_tugas"].iloc[0]
        twice = {"hasil": "ganda", "tanggal": DAY, "petugas": "Sari", "ganda_dengan": self.twin[1]}
        answers[self.twin[0]], answers[self.twin[1]] = twice, dict(FOUND)
        # one family whose papers lead to its line on the other list
        self.found = only_p3ke["id_tugas"].iloc[1], only_bps["id_tugas"].iloc[1]
        other = self.households.loc[self.tasks.loc[self.found[1], "id_rekon"]]
        papers = {
            "nik_perbaikan": other["nik_bps"] or NIK,
            "nama_perbaikan": other["nama_bps"],
            "tanggal_lahir_perbaikan": other["tanggal_lahir_bps"],
        }
        answers[self.found[0]] = FOUND | papers
        answers.pop(self.found[1], None)
        self.judged = only_p3ke["id_tugas"].iloc[2], only_bps["id_tugas"].iloc[2]
        for task in self.judged:
            answers.pop(task, None)
        return answers

    def fill(self) -> int:
        """Fill in kabupaten 64.02 on paper and 64.07 on phones, err five times, and count the lines."""
        lines = 0
        for path in sorted(self.lists.rglob("64.02.*/*.xlsx")):
            book = w.Filled(path)
            sheet, row = book.listing, 0
            while task := book.cell(sheet, row + 1, "id_tugas").value:
                row += 1
                if task in self.answers:
                    self.answer(book, row, self.answers[task])
                    lines += 1
            book.path = self.inbox / path.name
            book.save()
        lines += self.on_phones()
        lines += self.in_qfield()
        return lines

    @staticmethod
    def answer(book: w.Filled, line: int, answer: dict[str, Any]) -> None:
        form = load_form()
        for question, value in answer.items():
            said = form.labels(question, book.language)[value] if form.questions[question].choices else value
            book.cell(book.listing, line, question).value = said

    def review(self) -> None:
        """Judge a pair as one family, and an accepted one as two."""
        records = self.households.loc[self.tasks.loc[list(self.judged), "id_rekon"]]
        same = records["record_id_p3ke"].iloc[0], records["record_id_bps"].iloc[1]
        matched = self.households[self.households["status_padan"] == "cocok"].iloc[0]
        other = matched["record_id_p3ke"], matched["record_id_bps"]
        self.decided = {"sama": same, "beda": other}
        rows = "".join(f"{p3ke};{bps};{said};Ani;2026-04-11\n" for said, (p3ke, bps) in self.decided.items())
        path = self.folder / "data/raw/tinjauan/keputusan.csv"
        path.parent.mkdir()
        path.write_text(f"record_p3ke;record_bps;keputusan;oleh;tanggal\n{rows}", encoding="utf-8")

    def on_phones(self) -> int:
        """Write the answers of 64.07 as an export of Kobo, with the errors of a bad day."""
        form = load_form()
        own = [task for task in self.answers if self.tasks.loc[task, "kode_desa"].startswith("64.07")]
        self.on_phone, self.by_map = own[::2], own[1::2]
        rows = [self.phone_row(task, self.answers[task]) for task in self.on_phone]
        self.conflict, self.undated = self.on_phone[0], self.on_phone[1]
        rows[1][f"{form.questions['tanggal'].group}/tanggal"] = ""
        rows.append(self.phone_row(self.conflict, {"hasil": "menolak", "tanggal": DAY, "petugas": "Budi"}))
        rows.append(self.phone_row("TG-SALAH", FOUND))
        rows.append(self.phone_row("", FOUND | {"nama_perbaikan": "KELUARGA BARU"}))
        with (self.inbox / "kobo.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return len(rows)

    def phone_row(self, task: str, answer: dict[str, Any]) -> dict[str, Any]:
        village = self.tasks["kode_desa"].get(task, "")
        row = {"id_tugas": task, "kode_desa": village, "jalan": self.first.name, "formulir": "odk"}
        asked = load_form().questions.items()
        return row | {f"{question.group}/{name}": answer.get(name, "") for name, question in asked}

    def in_qfield(self) -> int:
        """Fill in the GeoPackage of 64.07, in place as QField does."""
        (path,) = self.lists.rglob("qfield/verval_64.07.gpkg")
        target = self.inbox / path.name
        shutil.copy(path, target)
        with sqlite3.connect(target) as database:
            for (trigger,) in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall():
                database.execute(f'DROP TRIGGER "{trigger}"')
            changed = 0
            for task in self.by_map:
                answer = self.answers[task]
                columns = ", ".join(f'"{name}" = ?' for name in answer)
                for layer in ("kunjungan", "kunjungan_tanpa_titik"):
                    statement = f"UPDATE {layer} SET {columns} WHERE id_tugas = ?"  # noqa: S608
                    changed += database.execute(statement, [*answer.values(), task]).rowcount
        database.close()
        assert changed == len(self.by_map)
        return changed


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Loop:
    folder = tmp_path_factory.mktemp("putaran")
    shutil.copy(ROOT / "config.yaml", folder)
    write_sample(families=160, seed=5, out=folder / "data/raw/contoh")
    return Loop(folder)


def test_what_cannot_be_taken_is_named_and_the_rest_is_taken(loop: Loop) -> None:
    assert loop.read.returncode == 1, loop.read.stderr + loop.read.stdout
    for code in ("E_ANSWER_UNKNOWN", "E_ANSWER_CONFLICT", "E_ANSWER_DATE"):
        assert code in loop.read.stdout
    assert "NAMA YANG BENAR" not in loop.read.stdout + loop.read.stderr


def test_no_line_is_lost(loop: Loop) -> None:
    answers = table(loop.second / "verval/TERBATAS/jawaban.csv")
    assert len(answers) == loop.written
    # two of a conflict, one without date, one whose key was changed
    held = answers[answers["status_jawaban"] == "ditahan"]
    assert sorted(held["sebab"]) == [
        "E_ANSWER_CONFLICT",
        "E_ANSWER_CONFLICT",
        "E_ANSWER_DATE",
        "E_ANSWER_UNKNOWN",
    ]
    assert (answers["status_jawaban"] == "usulan").sum() == 1
    assert set(answers["formulir"]) == {"xlsx", "odk", "qfield"}
    assert set(answers["asal_berkas"].str.rpartition(".")[2]) == {"xlsx", "csv", "gpkg"}


def test_answered_families_are_not_asked_again(loop: Loop) -> None:
    tasks = table(loop.second / "verval/tugas.csv").set_index("id_tugas")
    answered = set(loop.answers) - {loop.conflict, loop.undated}
    assert set(tasks.index[tasks["status_tugas"] == "dijawab"]) == answered
    assert set(loop.tasks.index) <= set(tasks.index)
    assert tasks.loc[[loop.conflict, loop.undated], "status_tugas"].tolist() == ["diminta", "diminta"]


def test_cases_settle(loop: Loop) -> None:
    cases = table(loop.second / "temuan/kasus.csv").set_index("kasus")
    answered = loop.tasks.loc[[t for t in loop.answers if t not in (loop.conflict, loop.undated)]]
    asked = answered["kasus"].str.split(", ").explode()
    asked = asked[asked != ""]
    assert len(asked) > 50
    moved = cases.loc[asked, "status"]
    assert set(moved) <= {"kembali", "dikonfirmasi", "dibantah", "diperbaiki"}
    assert {"dikonfirmasi", "diperbaiki"} <= set(moved)
    waiting = loop.tasks.loc[~loop.tasks.index.isin(loop.answers), "kasus"].str.split(", ").explode()
    assert set(cases.loc[waiting[waiting != ""], "status"]) == {"dikirim"}
    findings = table(loop.second / "temuan/temuan.csv")
    assert {"P02", "E01", "T01", "P04"} <= set(findings["kode"])


def test_matches_change(loop: Loop) -> None:
    households = table(loop.second / "rekonsiliasi/keluarga.csv")
    matched = households[households["status_padan"] == "cocok"]
    for one, two in (loop.twin, loop.found):
        records = [loop.households.loc[loop.tasks.loc[task, "id_rekon"]] for task in (one, two)]
        p3ke, bps = records[0]["record_id_p3ke"], records[1]["record_id_bps"]
        pair = matched[(matched["record_id_p3ke"] == p3ke) & (matched["record_id_bps"] == bps)]
        assert len(pair) == 1, (one, two)
    pairs = set(zip(matched["record_id_p3ke"], matched["record_id_bps"], strict=True))
    assert loop.decided["sama"] in pairs
    assert loop.decided["beda"] not in pairs
    corrected = households[households["asal_nama"] == "returns"]
    assert (corrected["nama"] == "NAMA YANG BENAR").sum() > 3
    # what the registries say stays as it is
    own = corrected[["nama_p3ke", "nama_bps"]]
    assert not (own == "NAMA YANG BENAR").any(axis=None)


def test_counts_add_up(loop: Loop) -> None:
    progress = table(loop.second / "verval/kemajuan.csv")
    counts = [name for name in progress if name.startswith("n_")]
    sums = (
        progress.assign(**{name: progress[name].astype(int) for name in counts})
        .groupby("tingkat")[counts]
        .sum()
    )
    assert (sums == sums.loc["provinsi"]).all(axis=None)
    tasks = table(loop.second / "verval/tugas.csv")
    assert sums.loc["provinsi", "n_tugas"] == len(tasks)
    assert sums.loc["provinsi", "n_dijawab"] == (tasks["status_tugas"] == "dijawab").sum()
    manifest = json.loads((loop.second / "manifest.json").read_text(encoding="utf-8"))
    households = table(loop.second / "rekonsiliasi/keluarga.csv")
    for registry, count in manifest["counts"]["households"].items():
        assert (households[f"record_id_{registry}"] != "").sum() == count


def test_read_again_the_store_is_the_same(loop: Loop) -> None:
    again = padan_here(loop.folder, "returns", "read", "masuk")
    assert again.returncode == 1
    assert (loop.folder / "data/raw/verval/jawaban.csv").read_bytes() == loop.store


def test_internal_files_of_the_survey_hold_no_identity(loop: Loop) -> None:
    niks = {nik for side in ("p3ke", "bps") for nik in loop.households[f"nik_{side}"] if nik}
    for name in ("verval/tugas.csv", "verval/kemajuan.csv", "temuan/temuan.csv", "temuan/kasus.csv"):
        text = (loop.second / name).read_text(encoding="utf-8-sig")
        assert "NAMA YANG BENAR" not in text
        assert not [nik for nik in niks if nik in text]
