"""`padan worklists` from a published run: what is written, for whom, whole or not at all, the same again."""

import json
import shutil
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
import resurvey_world as world
from click.testing import CliRunner
from office import needs_office, resaved

from flows import worklists
from flows.audit import read_log
from flows.cli import build
from flows.csvfile import write_csv
from flows.publish import MANIFEST
from flows.worklist_files import read_lists
from reconcile.errors import InputError, PublishError
from reconcile.resurvey.village_book import LIST_SHEET
from reconcile.sources.raw import CellSheet
from reconcile.sources.readers import read_file
from reconcile.vocab import FieldForm, Language

KUKAR, KUBAR = "64.02_kutai-kartanegara", "64.07_kutai-barat"
ULU = f"{KUKAR}/64.02.05_muara-kaman/64.02.05.2001_muara-kaman-ulu.xlsx"
BOOKS = {
    ULU,
    f"{KUKAR}/64.02.05_muara-kaman/64.02.05.2002_muara-kaman-ilir.xlsx",
    f"{KUKAR}/tanpa_desa.xlsx",
    f"{KUKAR}/rekap.xlsx",
    f"{KUBAR}/64.07.01_long-apari/64.07.01.2001_long-bagun.xlsx",
    f"{KUBAR}/rekap.xlsx",
    "tanpa_kabupaten.xlsx",
}
ONLY_BOOKS = (FieldForm.WORKBOOK,)
#: The kabupaten with the fewest files, where any will do.
SMALL = ("64.07",)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project folder with a published run."""
    root = tmp_path / "hasil"
    settings = SimpleNamespace(
        output_root=root,
        language=Language.INDONESIAN,
        resurvey=SimpleNamespace(contact="Bappeda"),
        label=lambda path: path.relative_to(tmp_path).as_posix(),
    )
    monkeypatch.setattr(worklists, "load_config", lambda _: settings)
    world.published(root)
    return tmp_path


def ask(
    project: Path, *, run: str | None = None, kab: Sequence[str] = (), forms: Sequence[FieldForm] = ONLY_BOOKS
) -> int:
    return worklists.publish_worklists(
        project / "config.yaml", Language.INDONESIAN, run=run, kab=kab, forms=forms
    )


def folder(project: Path) -> Path:
    return project / "hasil/verval" / world.RUN


def files(project: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of the set besides its manifest."""
    root = folder(project)
    return {
        path.relative_to(root).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def listed(path: Path) -> list[str]:
    """Return the ids on the list of a workbook."""
    sheet = openpyxl.load_workbook(path)[LIST_SHEET]
    return [str(cell.value) for cell in sheet["B"] if str(cell.value).startswith("TG-")]


def test_the_command_takes_kabupaten_and_forms(project: Path) -> None:
    given = ["worklists", "--kab", "64.07", "--kab", "64.02", "--form", "xlsx", "--run", world.RUN]
    done = CliRunner().invoke(build(Language.INDONESIAN), given)
    assert done.exit_code == 0, done.output
    assert set(files(project)) == {name for name in BOOKS if "/" in name}


def test_each_village_has_a_book_and_nobody_is_left_out(project: Path) -> None:
    assert ask(project) == 0
    assert set(files(project)) == BOOKS
    ids = [one for name in BOOKS if not name.endswith("rekap.xlsx") for one in listed(folder(project) / name)]
    assert sorted(ids) == sorted(world.tasks()["id_tugas"])


def test_a_book_holds_only_the_families_of_its_village(project: Path) -> None:
    ask(project)
    with_names = {
        name: {
            cell
            for sheet in openpyxl.load_workbook(folder(project) / name)
            for row in sheet.values
            for cell in row
        }
        for name in BOOKS
    }
    for place, names in world.PLACES.items():
        for name in names:
            held = {path for path, cells in with_names.items() if name in cells}
            assert {path for path in held if f"/{place}_" not in path} == set()
            assert len(held) == 1


def test_all_forms_are_written_and_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask(project, forms=())
    made = json.loads((folder(project) / MANIFEST).read_text(encoding="utf-8"))
    assert {path: one["sha256"] for path, one in made["berkas"].items()} == files(project)
    assert {one["bentuk"] for one in made["berkas"].values()} == {form.value for form in FieldForm}
    said = capsys.readouterr().out
    assert "8 keluarga" in said
    assert f"hasil/verval/{world.RUN}" in said
    (event,) = read_log(project / "hasil").entries
    assert event.event == "daftar_kunjungan"
    assert event.content["berkas"] == len(made["berkas"])
    for path in folder(project).rglob("*"):
        assert path.is_dir() or path.stat().st_mode & 0o077 == 0


def test_a_second_call_writes_nothing_and_says_so(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask(project, kab=SMALL)
    before = files(project)
    ask(project, kab=SMALL)
    assert files(project) == before
    assert "sudah sama persis" in capsys.readouterr().out
    assert len(read_log(project / "hasil").entries) == 1


def test_made_again_it_is_the_same_to_the_byte(project: Path) -> None:
    ask(project, kab=SMALL)
    before = files(project)
    shutil.rmtree(folder(project))
    ask(project, kab=SMALL)
    assert files(project) == before


@pytest.mark.parametrize("code", ["64.07", "6407"])
def test_one_kabupaten_alone_and_then_the_others(project: Path, code: str) -> None:
    ask(project, kab=[code])
    assert {name.split("/")[0] for name in files(project)} == {KUBAR}
    ask(project, kab=["64.02"])
    assert {name.split("/")[0] for name in files(project)} == {KUBAR, KUKAR}
    ask(project)
    assert set(files(project)) == BOOKS


@pytest.mark.parametrize("again", [{"kab": SMALL}, {"kab": ("64.02",)}], ids=["same part", "another part"])
def test_what_was_filled_in_where_it_lies_is_never_replaced(
    project: Path, capsys: pytest.CaptureFixture[str], again: dict[str, Sequence[str]]
) -> None:
    ask(project, kab=SMALL)
    path = next(folder(project).rglob("*long-bagun.xlsx"))
    book = openpyxl.load_workbook(path)
    book[LIST_SHEET].cell(6, 30, "Ditemukan")
    book.save(path)
    shutil.copy(path, path.with_name("salinan.xlsx"))
    before = files(project)
    ask(project, **again)
    assert files(project) | before == files(project)
    assert "2 berkas di sana sudah diisi" in capsys.readouterr().out


def test_a_file_that_was_taken_away_is_written_again(project: Path) -> None:
    ask(project, kab=SMALL)
    before = files(project)
    next(folder(project).rglob("*long-bagun.xlsx")).unlink()
    ask(project, kab=SMALL)
    assert files(project) == before


def test_a_folder_whose_manifest_is_damaged_is_left_alone(project: Path) -> None:
    ask(project, kab=SMALL)
    (folder(project) / MANIFEST).write_text("{", encoding="utf-8")
    before = files(project)
    with pytest.raises(PublishError, match="E_WORKLIST_FOLDER"):
        ask(project, kab=["64.02"])
    assert files(project) == before


def test_a_call_that_fails_leaves_what_was_there(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(project, kab=SMALL)
    before = files(project)

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(worklists, "write_form", broken)
    with pytest.raises(RuntimeError):
        ask(project, forms=(), kab=SMALL)
    assert files(project) == before
    assert [path.name for path in folder(project).parent.iterdir()] == [world.RUN]


def test_a_call_that_was_killed_between_two_moves_is_mended(project: Path) -> None:
    ask(project, kab=SMALL)
    before = files(project)
    folder(project).rename(folder(project).with_name(f".lama-{world.RUN}"))
    ask(project, kab=SMALL)
    assert files(project) == before
    assert [path.name for path in folder(project).parent.iterdir()] == [world.RUN]


@pytest.mark.parametrize(
    ("given", "code"),
    [({"run": "tidak-ada"}, "E_WORKLIST_RUN"), ({"kab": ["64.99"]}, "E_WORKLIST_KAB")],
    ids=["run", "kabupaten"],
)
def test_what_is_not_there_is_named(project: Path, given: dict[str, object], code: str) -> None:
    with pytest.raises(InputError, match=code):
        ask(project, **given)
    assert not folder(project).exists()


@pytest.mark.parametrize(
    "name", ["verval/tugas.csv", "rekonsiliasi/keluarga.csv", "layers/padan.gpkg", MANIFEST]
)
def test_a_run_with_a_file_that_cannot_be_read(project: Path, name: str) -> None:
    (project / "hasil/runs" / world.RUN / name).write_bytes(b"rusak")
    with pytest.raises(InputError, match="E_WORKLIST_FILES"):
        ask(project)


def test_nobody_to_visit_is_said(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_csv(
        project / "hasil/runs" / world.RUN / "verval/tugas.csv", world.tasks().assign(status_tugas="menunggu")
    )
    assert ask(project) == 0
    assert "tidak meminta kunjungan" in capsys.readouterr().out
    assert not folder(project).exists()


def test_the_sources_are_told_with_their_editions(project: Path) -> None:
    lists = read_lists(project / "hasil/runs" / world.RUN, Language.INDONESIAN, "")
    assert len(lists.round.sources) == 2
    assert all("edisi 202" in said for said in lists.round.sources)
    assert (lists.round.period, lists.round.day) == (world.PERIOD, world.ASKED)


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
@needs_office
def test_libreoffice_keeps_ids_and_nik(project: Path, tmp_path: Path, kind: str) -> None:
    ask(project)
    path = folder(project) / ULU
    before, after = (_cells(one) for one in (path, resaved(path, tmp_path, kind=kind)))
    assert after == before
    niks = [cell for row in before for cell in row if cell.isdigit() and len(cell) == 16]
    assert "6402000101800000" in niks


def _cells(path: Path) -> list[list[str]]:
    """Return the locked cells of the list, as the reader of deliveries reads them."""
    sheet = next(one for one in read_file(path, label="buku").sheets if one.name == LIST_SHEET)
    assert isinstance(sheet, CellSheet)
    return [row[:18] for row in sheet.rows if str(row[1]).startswith("TG-")]
