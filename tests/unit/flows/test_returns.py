"""`padan returns read`: spoiled files end in a clear message and lose nothing; three forms say the same.

More than 400 lines: the ways in which a return is spoiled stand in one table with what becomes of each.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import delivered
import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import resurvey_world as world
import returns_world as w
import shapely

from flows.csvfile import read_csv, write_csv
from flows.returns import MENDING, SOURCE, read_returns
from reconcile.errors import InputError
from reconcile.resurvey.answers import judge_answers
from reconcile.resurvey.form import load_form
from reconcile.resurvey.store import HISTORY, STORED, questions
from reconcile.sources.conform import conform
from reconcile.sources.readers import read_file
from reconcile.sources.spec import load_source
from reconcile.vocab import Language

STORE = "data/raw/verval/jawaban.csv"
SOFFICE = shutil.which("soffice")
NIK = w.ANSWERS[0]["nik_perbaikan"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "masuk").mkdir()
    return w.project(tmp_path)


def inbox(config: Path) -> Path:
    return config.parent / "masuk"


def stored(config: Path) -> pd.DataFrame:
    return read_csv(config.parent / STORE, STORED).astype("str")


def polygons() -> gpd.GeoDataFrame:
    villages = world.villages()
    squares = [shapely.box(116.5, -0.2, 116.7, 0), shapely.box(116.7, -0.2, 116.8, 0), None]
    names = {"kode_desa": "kode", "nama_desa": "nama"}
    table = villages[["kode_desa", "nama_desa", "nama_kec", "nama_kab"]].rename(columns=names)
    table = table.assign(n_keluarga=7, tanggal_acuan=pd.Timestamp("2026-03-31").as_unit("s"))
    return gpd.GeoDataFrame(table, geometry=squares, crs="EPSG:4326")


# Each spoils the filled workbook of village A, or writes something else in its place.
Spoil = Callable[[Path], None]


def changed(change: Callable[[w.Filled], None]) -> Spoil:
    def spoil(folder: Path) -> None:
        made = w.Filled(w.filled_book(folder / "desa.xlsx"))
        change(made)
        made.save()

    return spoil


def without_column(made: w.Filled, question: str) -> None:
    made.listing.delete_cols(made.cell(made.listing, 1, question).column)


def sorted_backwards(made: w.Filled) -> None:
    first = made.heading(made.listing) + 1
    rows = [[cell.value for cell in row] for row in made.listing.iter_rows(first, first + 2)]
    for number, row in enumerate(reversed(rows)):
        for place, value in enumerate(row, start=1):
            cell = made.listing.cell(first + number, place, value)
            cell.data_type = "s"  # a name such as =Sari is no formula


def other_key(made: w.Filled) -> None:
    made.cell(made.listing, 1, "id_tugas").value = "TG-SALAH"


def merged(made: w.Filled) -> None:
    cell = made.cell(made.listing, 2, "hasil")
    rows = {"start_row": cell.row, "end_row": cell.row + 1}
    made.listing.merge_cells(**rows, start_column=cell.column, end_column=cell.column)


def two_lists(made: w.Filled) -> None:
    copy = made.workbook.copy_worksheet(made.listing)
    copy.title = "DAFTAR (2)"
    made.cell(copy, 2, "desa_tujuan").value = "Bontang"


def rounded(made: w.Filled) -> None:
    made.cell(made.listing, 1, "nik_perbaikan").value = 6402054101800000


def scientific(made: w.Filled) -> None:
    made.cell(made.listing, 1, "nik_perbaikan").value = "6,40205E+15"


def unknown_word(made: w.Filled) -> None:
    made.cell(made.listing, 2, "hasil").value = "Pergi"


def lines_gone(made: w.Filled) -> None:
    made.listing.delete_rows(made.heading(made.listing) + 3)


def one_more_column(made: w.Filled) -> None:
    row = made.heading(made.listing)
    made.listing.cell(row, made.listing.max_column + 1).value = "Paraf RT"


def signed_below(made: w.Filled) -> None:
    made.listing.cell(made.listing.max_row + 2, 3).value = "Mengetahui, Kepala Desa"


def old_version(folder: Path) -> None:
    w.filled_book(folder / "desa.xlsx", run="2025-12-31-aaaaaaaaaa")


def wrong_village(folder: Path) -> None:
    other = w.Filled(w.book(folder / "desa.xlsx", village=world.B))
    for line, (task, answer) in enumerate(zip(w.ids(), w.ANSWERS, strict=True), start=1):
        other.answer(*[{}] * (line - 1), answer)
        other.cell(other.listing, line, "id_tugas").value = task
    other.save()


def duplicates(folder: Path) -> None:
    w.filled_book(folder / "desa.xlsx")
    made = w.Filled(w.filled_book(folder / "lagi.xlsx"))
    made.cell(made.listing, 2, "desa_tujuan").value = "Bontang"
    made.save()


def same_twice(folder: Path) -> None:
    shutil.copy(w.filled_book(folder / "desa.xlsx"), folder / "salinan.xlsx")


def empty_file(folder: Path) -> None:
    w.filled_book(folder / "desa.xlsx")
    (folder / "kosong.xlsx").write_bytes(b"")


def locked(folder: Path) -> None:
    w.filled_book(folder / "desa.xlsx")
    content = (folder / "desa.xlsx").read_bytes()
    (folder / "sandi.xlsx").write_bytes(delivered.locked_xlsx(content, "rahasia"))


def cells(folder: Path) -> list[list[str]]:
    """Return the sheet DAFTAR of the filled workbook as a spreadsheet saves it to text."""
    sheet = openpyxl.load_workbook(w.filled_book(folder / "desa.xlsx"))["DAFTAR"]
    return [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows()]


def indonesian_csv(folder: Path) -> None:
    rows = cells(folder)
    (folder / "desa.xlsx").unlink()
    quoted = [
        [f'"{c.replace(chr(34), 2 * chr(34))}"' if set(c) & set(';"') else c for c in row] for row in rows
    ]
    text = "\r\n".join(";".join(row) for row in quoted)
    (folder / "daftar.csv").write_bytes(text.replace("Sari", "Sarí").encode("cp1252"))


def kobo_through_excel(folder: Path) -> None:
    rows = w.odk_rows()
    for row in rows:
        year, month, day = row["kunjungan/tanggal"].split("-")
        row["kunjungan/tanggal"] = f"{day}/{month}/{year}"
        row["bukti/lintang"] = row["bukti/lintang"].replace(".", ",")
        row["bukti/bujur"] = row["bukti/bujur"].replace(".", ",")
    w.odk_csv(folder / "kobo.csv", rows, delimiter=";", encoding="cp1252")


def central(folder: Path) -> None:
    rows = [
        {"SubmissionDate": "2026-04-12T01:00:00.000Z", **row, "meta-instanceID": "uuid:1", "KEY": "uuid:1"}
        for row in w.odk_rows("-")
    ]
    w.odk_csv(folder / "central.csv", rows)


def kobo_with_labels(folder: Path) -> None:
    form, rows = load_form(), []
    for row in w.odk_rows():
        told = {}
        for heading, value in row.items():
            group, _, name = heading.rpartition("/")
            if name not in form.questions or not group:
                told[heading] = value
                continue
            asked = form.questions[name]
            labels = form.labels(name, Language.ENGLISH) if asked.choices else {}
            words = form.groups[group][Language.ENGLISH], asked.label[Language.ENGLISH]
            told["/".join(words)] = labels.get(value, value)
        rows.append(told)
    w.odk_csv(folder / "label.csv", rows)


def kobo_workbook(folder: Path) -> None:
    rows = w.odk_rows()
    table = [list(rows[0]), *(list(row.values()) for row in rows)]
    repeats = [["_index", "_parent_table_name", "nama"], [1, "verval", "x"]]
    (folder / "kobo.xlsx").write_bytes(delivered.sheets(verval=table, ulangan=repeats))


def unclosed(folder: Path) -> None:
    content = bytearray(w.qfield(folder / "q.gpkg", polygons()).read_bytes())
    content[18:20] = b"\2\2"
    (folder / "q.gpkg").write_bytes(content)


#: name: what comes back, exit code, codes that are said, lines in the store, of them applied
SPOILED: dict[str, tuple[Spoil, int, set[str], int, int]] = {
    "the key column deleted": (changed(lambda m: without_column(m, "id_tugas")), 1, {"E_RETURN_KEY"}, 1, 0),
    "the column of results deleted": (
        changed(lambda m: without_column(m, "hasil")),
        1,
        {"W_RETURN_COLUMN", "E_ANSWER_RESULT"},
        4,
        0,
    ),
    "rows sorted": (changed(sorted_backwards), 0, set(), 4, 3),
    "a key edited": (changed(other_key), 1, {"E_ANSWER_UNKNOWN", "W_RETURN_LOCKED"}, 4, 2),
    "merged cells": (changed(merged), 1, {"W_RETURN_MERGED", "E_ANSWER_RESULT"}, 4, 2),
    "two sheets": (changed(two_lists), 1, {"W_RETURN_LISTS", "E_ANSWER_CONFLICT"}, 7, 2),
    "an old version of the list": (old_version, 0, {"W_RETURN_RUN"}, 4, 3),
    "a NIK rounded by Excel": (changed(rounded), 1, {"E_NIK_15DIGIT"}, 4, 3),
    "a NIK in scientific notation": (changed(scientific), 1, {"E_NIK_SCI"}, 4, 3),
    "wrong village": (wrong_village, 1, {"E_ANSWER_VILLAGE", "W_RETURN_LOCKED"}, 3, 0),
    "duplicate answers": (duplicates, 1, {"E_ANSWER_CONFLICT"}, 8, 2),
    "the same file twice": (same_twice, 0, {"W_RETURN_TWICE"}, 4, 3),
    "an empty file": (empty_file, 1, {"E_EMPTY_FILE"}, 4, 3),
    "a password": (locked, 1, {"E_RETURN_PASSWORD"}, 4, 3),
    "a word that is no answer": (changed(unknown_word), 1, {"E_VALUE", "E_ANSWER_RESULT"}, 4, 2),
    "a line deleted": (changed(lines_gone), 0, {"W_RETURN_ROWS"}, 3, 2),
    "a column added": (changed(one_more_column), 0, {"W_RETURN_HEADING"}, 4, 3),
    "a signature below the list": (changed(signed_below), 0, set(), 4, 3),
    "the list saved as CSV by an Indonesian Excel": (indonesian_csv, 0, set(), 3, 3),
    "an export of Kobo saved by Excel": (kobo_through_excel, 0, {"W_DATE_AMBIGUOUS"}, 4, 3),
    "an export of ODK Central": (central, 0, set(), 4, 3),
    "an export of Kobo with labels": (kobo_with_labels, 0, set(), 4, 3),
    "a workbook of Kobo with a repeat": (kobo_workbook, 0, set(), 4, 3),
    "a GeoPackage that was not closed": (unclosed, 0, {"W_RETURN_UNCLOSED"}, 4, 3),
}


@pytest.mark.parametrize("name", SPOILED)
def test_what_comes_back(name: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil, code, said, lines, applied = SPOILED[name]
    spoil(inbox(project))
    assert read_returns(project, Language.INDONESIAN, inbox(project)) == code
    out = capsys.readouterr().out
    assert {word for word in said if f"[{word}]" not in out} == set()
    assert {line.rpartition("[")[2].rstrip("]") for line in out.splitlines() if line.endswith("]")} <= said
    kept = stored(project)
    assert len(kept) == lines
    assert _applied(project) == applied
    assert not [one for one in (NIK, "SITI", "KELUARGA BARU", "Sari") if one in out]
    assert (project.parent / "data/raw/verval" / MENDING).exists() == bool(
        {one for one in said if one.startswith(("E_ANSWER", "E_NIK", "E_VALUE"))}
    )


@pytest.mark.parametrize(
    "name", ["a key edited", "two sheets", "a NIK rounded by Excel", "an export of ODK Central"]
)
def test_the_same_files_again_change_no_byte(name: str, project: Path) -> None:
    spoil, code, *_ = SPOILED[name]
    spoil(inbox(project))
    kept = (project.parent / STORE).parent
    read_returns(project, Language.INDONESIAN, inbox(project))
    before = {p.name: p.read_bytes() for p in kept.iterdir()}
    assert read_returns(project, Language.ENGLISH, inbox(project)) == code
    assert {p.name: p.read_bytes() for p in kept.iterdir()} == before


def _applied(project: Path) -> int:
    """Return how many lines the next run will take."""
    raw = read_file(project.parent / STORE, label=STORE)
    table = conform(raw, load_source(SOURCE), reference_date=date.fromisoformat(world.ASKED)).table
    judged = judge_answers(table, world.tasks(), pd.Series(dtype="datetime64[s]"))
    return int((judged["status_jawaban"] == "diterapkan").sum())


def test_three_forms_with_the_same_answers_are_the_same_lines(project: Path) -> None:
    w.filled_book(inbox(project) / "desa.xlsx", language=Language.ENGLISH)
    w.odk_csv(inbox(project) / "kobo.csv", w.odk_rows())
    (inbox(project) / "qfield/DCIM").mkdir(parents=True)
    w.qfield(inbox(project) / "qfield/64.02.gpkg", polygons())
    (inbox(project) / "qfield/DCIM/rumah.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(200))
    assert read_returns(project, Language.INDONESIAN, inbox(project)) == 0
    lines = stored(project).sort_values(["id_tugas"])
    said = ["id_tugas", "jalan", "kode_desa", *questions()]
    by_form = {form: rows[said].reset_index(drop=True) for form, rows in lines.groupby("formulir")}
    assert set(by_form) == {"xlsx", "odk", "qfield"}
    pd.testing.assert_frame_equal(by_form["xlsx"], by_form["odk"])
    pd.testing.assert_frame_equal(by_form["xlsx"], by_form["qfield"])
    told = by_form["xlsx"].set_index("id_tugas").loc[w.ids()[0]]
    assert {name: told[name] for name in w.ANSWERS[0]} == w.ANSWERS[0]
    modes = {path.name: path.stat().st_mode & 0o777 for path in (project.parent / STORE).parent.iterdir()}
    assert modes == {"jawaban.csv": 0o600}


def mending(project: Path) -> tuple[Path, openpyxl.Workbook, dict[str, int]]:
    """Return the workbook of what was held, opened, and the column of each heading on its first sheet."""
    path = project.parent / "data/raw/verval" / MENDING
    assert path.stat().st_mode & 0o777 == 0o600
    book = openpyxl.load_workbook(path)
    sheet = book["PERBAIKAN"]
    return path, book, {cell.value: cell.column for cell in sheet[5]}


def test_what_an_office_mends_takes_the_place_of_what_was_held(project: Path) -> None:
    duplicates(inbox(project))
    assert read_returns(project, Language.INDONESIAN, inbox(project)) == 1
    _, book, column = mending(project)
    sheet = book["PERBAIKAN"]
    assert [sheet.cell(row, column["Desa atau kota tujuan"]).value for row in (6, 7)] == [
        "Samarinda",
        "Bontang",
    ]
    assert [sheet.cell(6, column[name]).value for name in ("Berkas asal", "Lembar asal", "Baris asal")] == [
        "desa.xlsx",
        "DAFTAR",
        "7",
    ]
    assert sheet.cell(6, column["Hasil kunjungan"]).value == "Pindah ke luar kabupaten/kota"
    sheet.cell(7, column["Desa atau kota tujuan"]).value = "Samarinda"
    book.save(inbox(project) / "diperbaiki.xlsx")
    assert read_returns(project, Language.INDONESIAN, inbox(project)) == 0
    assert _applied(project) == 3
    replaced = read_csv(project.parent / "data/raw/verval/jawaban_digantikan.csv", HISTORY)
    assert replaced["desa_tujuan"].tolist() == ["Bontang"]
    assert replaced["diganti_lembar"].tolist() == ["PERBAIKAN"]
    assert len(stored(project)) == 8


def test_an_emptied_line_withdraws_an_answer(project: Path) -> None:
    changed(other_key)(inbox(project))
    read_returns(project, Language.INDONESIAN, inbox(project))
    path, book, column = mending(project)
    sheet = book["PERBAIKAN"]
    for place in range(column["Hasil kunjungan"], column["Catatan"] + 1):
        sheet.cell(6, place).value = None
    book.save(path)
    # read where it lies, beside the store, which is no answer
    assert read_returns(project, Language.INDONESIAN, path.parent) == 0
    assert len(stored(project)) == 3
    assert [p.name.rpartition("_")[0] for p in path.parent.glob("*_lama_*")] == [
        "jawaban_perlu_diperbaiki_lama"
    ]
    before = (project.parent / STORE).read_bytes()
    assert read_returns(project, Language.INDONESIAN, inbox(project)) == 0
    assert (project.parent / STORE).read_bytes() == before


def test_a_workbook_that_nobody_read_is_not_written_over(project: Path) -> None:
    changed(other_key)(inbox(project))
    read_returns(project, Language.INDONESIAN, inbox(project))
    path, book, column = mending(project)
    book["PERBAIKAN"].cell(6, column["id_tugas"]).value = w.ids()[0]
    book.save(path)
    filled = path.read_bytes()
    assert read_returns(project, Language.INDONESIAN, inbox(project)) == 1
    assert filled in [one.read_bytes() for one in path.parent.glob("*_lama_*")]


def test_a_broken_row_is_told_and_stands_in_the_workbook(project: Path) -> None:
    text = w.odk_csv(inbox(project) / "kobo.csv", w.odk_rows()).read_text(encoding="utf-8")
    (inbox(project) / "kobo.csv").write_text(text + f"satu,dua,{NIK}\n", encoding="utf-8")
    assert read_returns(project, Language.INDONESIAN, inbox(project)) == 1
    _, book, _ = mending(project)
    assert NIK in str(book["TIDAK_TERBACA"].cell(5, 5).value)
    assert len(stored(project)) == 4


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "E_EMPTY_FILE"), (b"nama;umur\nA;3\n", "E_RETURN_NONE"), (b"PK\3\4x", "E_WORKBOOK")],
)
def test_nothing_to_read_is_a_failure(
    content: bytes, code: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (inbox(project) / "x.xlsx").write_bytes(content)
    assert read_returns(project, Language.INDONESIAN, inbox(project) / "x.xlsx") == 3
    assert f"[{code}]" in capsys.readouterr().out
    assert not (project.parent / STORE).exists()


def test_without_a_run_nobody_was_asked(project: Path) -> None:
    (project.parent / "data/processed/TERBARU").unlink()
    with pytest.raises(InputError, match="E_RETURN_NO_RUN"):
        read_returns(project, Language.INDONESIAN, inbox(project))


def test_a_visit_older_than_the_newest_row_is_kept_and_corrects_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = project.parent / "data/processed/runs" / world.RUN
    write_csv(run / "rekonsiliasi/keluarga.csv", world.reconciled().assign(source_file_p3ke="p3ke.csv"))
    told = {"inputs": [{"file": "p3ke.csv", "vintage": "2026-05"}]}
    (run / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    w.filled_book(inbox(project) / "desa.xlsx")
    assert read_returns(project, Language.INDONESIAN, inbox(project)) == 0
    assert "lebih tua daripada data 3" in capsys.readouterr().out


@pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice (soffice on the PATH)")
@pytest.mark.office
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_saved_by_libreoffice(ending: str, project: Path, tmp_path: Path) -> None:
    source = w.filled_book(tmp_path / "desa.xlsx")
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    subprocess.run(
        [
            str(SOFFICE), f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}", "--headless",
            "--convert-to", ending, "--outdir", inbox(project), source,
        ],
        check=True, capture_output=True, timeout=120, env=environment,
    )  # fmt: skip
    assert read_returns(project, Language.INDONESIAN, inbox(project)) == 0
    assert _applied(project) == 3
    assert stored(project)["nik_perbaikan"].dropna().tolist() == [NIK]
    assert set(stored(project)["id_tugas"].dropna()) == set(w.ids())
