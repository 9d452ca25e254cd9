"""`padan review`: books out, decisions back, and one pair at a time in the terminal."""

import os
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner, Result
from review_world import RUN, World, make_review_world

from flows.cli import build
from flows.config import load_config
from flows.csvfile import write_csv
from flows.publish import POINTER
from flows.review_books import read_review_books, write_review_books
from flows.review_run import PAIRS_FILE, PEOPLE_FILE
from flows.review_store import stored
from reconcile.errors import PadanError
from reconcile.language import describe
from reconcile.review.settings import ReviewSettings
from reconcile.sources.conform import conform
from reconcile.sources.readers import read_file
from reconcile.sources.spec import load_source
from reconcile.vocab import Language

SOFFICE = shutil.which("soffice")
SHEET = "Pasangan"
STORE = "data/raw/tinjauan/keputusan.csv"


@pytest.fixture(scope="module")
def world() -> World:
    return make_review_world(60)


@pytest.fixture
def project(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project folder whose last run handed out the pairs of the world."""
    run = tmp_path / "hasil/runs" / RUN
    for folder in ("tinjauan", "rekonsiliasi"):
        (run / folder).mkdir(parents=True)
    write_csv(run / PAIRS_FILE, world.pairs)
    write_csv(run / PEOPLE_FILE, world.people)
    write_csv(run / "rekonsiliasi/keluarga.csv", world.reconciled)
    (tmp_path / "hasil" / POINTER).write_text(f"runs/{RUN}\n", encoding="utf-8")
    source = Path(__file__).parents[3]
    config = yaml.safe_load((source / "config.yaml").read_text(encoding="utf-8"))
    (tmp_path / "data/raw").mkdir(parents=True)
    shutil.copytree(source / "data/raw/contoh", tmp_path / "data/raw/contoh")
    config = {**config, "output": "hasil", "review": {"per_book": 20}}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def padan(*arguments: str, typed: str = "") -> Result:
    done = CliRunner().invoke(build(Language.INDONESIAN), list(arguments), input=typed, standalone_mode=False)
    if isinstance(done.exception, PadanError):
        said = "\n".join(describe(fault, Language.INDONESIAN) for fault in done.exception.faults)
        return Result(done.runner, said.encode(), b"", said.encode(), None, done.exception.exit_code, None)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def code(done: Result) -> int:
    """Return what the command ends with: `padan` itself makes an exit code of it."""
    return done.exit_code or int(done.return_value or 0)


def written(folder: Path, world: World, **given: Any) -> list[Path]:
    settings = ReviewSettings(per_book=15)
    return write_review_books(
        folder, world.pairs, world.people, settings, run=RUN, language=Language.INDONESIAN, **given
    )


def fill(path: Path, **cells: dict[int, str] | str) -> None:
    """Fill in a book: column -> pair (counted from 0) -> text, or one text for all pairs."""
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    headings = {cell.value: cell.column for cell in sheet[1]}
    for column, told in cells.items():
        pairs = range((sheet.max_row - 1) // 4)
        for pair, text in (told if isinstance(told, dict) else dict.fromkeys(pairs, told)).items():
            sheet.cell(2 + 4 * pair, headings[column.replace("_", " ")], text)
    book.save(path)


def texts(path: Path) -> str:
    """Return everything that a workbook holds, properties and all."""
    with zipfile.ZipFile(path) as book:
        return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


def test_each_reviewer_has_books_of_the_declared_size(tmp_path: Path, world: World) -> None:
    books = written(tmp_path, world)
    for part in "AB":
        own = [path for path in books if path.parent.name == part]
        keys = [openpyxl.load_workbook(path)[SHEET] for path in own]
        counts = [(sheet.max_row - 1) // 4 for sheet in keys]
        mine = world.pairs["penelaah"].str.contains(part)
        assert sum(counts) == mine.sum()
        assert counts == [15] * (len(counts) - 1) + [counts[-1]]
        assert all(path.stat().st_mode & 0o777 == 0o600 for path in own)


def test_without_pairs_there_is_no_book(tmp_path: Path, world: World) -> None:
    nobody = world.pairs.head(0), world.people.head(0)
    settings = ReviewSettings()
    assert write_review_books(tmp_path, *nobody, settings, run=RUN, language=Language.INDONESIAN) == []


def test_the_same_pairs_are_the_same_bytes(tmp_path: Path, world: World) -> None:
    one, two = (written(tmp_path / name, world) for name in ("x", "y"))
    assert [a.read_bytes() for a in one] == [b.read_bytes() for b in two]
    shuffled = world.people.sample(frac=1, random_state=4)
    again = write_review_books(
        tmp_path / "z",
        world.pairs,
        shuffled,
        ReviewSettings(per_book=15),
        run=RUN,
        language=Language.INDONESIAN,
    )
    assert [a.read_bytes() for a in one] == [b.read_bytes() for b in again]


def test_a_blind_book_holds_no_score_anywhere(tmp_path: Path, world: World) -> None:
    rows = world.reconciled.dropna(subset=["skor"])
    marks = {f"{score:.4f}"[1:] for score in rows["skor"]} | {str(score)[1:] for score in rows["skor"]}
    marks |= {str(bits) for bits in rows["bobot"].astype("str") if len(str(bits)) > 4}
    marks = {mark for mark in marks if len(mark) > 4}
    marks |= {reason for reason in rows["alasan"] if reason}
    for path in written(tmp_path / "blind", world):
        content = texts(path)
        assert not [mark for mark in marks if mark in content]
        for word in ("Skor</t>", "Bobot", "alasan_mesin", "Alasan hitungan", "jalur"):
            assert word not in content
    scores = world.reconciled.rename(columns={"record_id_p3ke": "record_p3ke", "alasan": "alasan_mesin"})
    second = texts(written(tmp_path / "second", world, scores=scores.dropna(subset=["record_p3ke"]))[0])
    assert "Alasan hitungan" in second
    assert [mark for mark in marks if mark in second]


def test_every_cell_is_text_and_only_decisions_may_be_changed(tmp_path: Path, world: World) -> None:
    path = written(tmp_path, world)[0]
    sheet = openpyxl.load_workbook(path)[SHEET]
    headings = [cell.value for cell in sheet[1]]
    free = {
        headings[cell.column - 1]
        for row in sheet.iter_rows(min_row=2)
        for cell in row
        if not cell.protection.locked
    }
    assert free == {"Keputusan", "Oleh", "Tanggal", "Alasan"}
    assert sheet.protection.sheet
    filled = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in filled} == {"s"}
    niks = [sheet.cell(row, 1 + headings.index("NIK kepala")).value for row in range(2, sheet.max_row, 4)]
    assert [nik for nik in niks if nik and (len(nik) != 16 or not nik.isdigit())] == []
    assert [one.formula1 for one in sheet.data_validations.dataValidation] == [
        '"satu keluarga,beda keluarga,tidak dapat dipastikan"'
    ]


def test_books_come_back_twice_and_are_stored_once(project: Path, world: World) -> None:
    assert code(padan("review", "write", "--out", "buku")) == 0
    one, two = Path("buku/A/tinjauan_A_001.xlsx"), Path("buku/B/tinjauan_B_001.xlsx")
    fill(one, Keputusan="satu keluarga", Oleh="ANI", Tanggal="2026-04-01")
    fill(two, Keputusan="beda keluarga", Oleh="BUDI", Tanggal="2026-04-02", Alasan="lain orang")
    done = padan("review", "read", "buku")
    assert code(done) == 0, done.output
    store = project / STORE
    content = store.read_bytes()
    assert store.stat().st_mode & 0o777 == 0o600
    kept = stored(store)
    assert len(kept) == 40
    assert kept["keterangan"].dropna().unique().tolist() == ["lain orang"]
    assert set(kept["record_p3ke"]) <= set(world.pairs["record_p3ke"])
    assert "kappa" in done.output
    assert "bertentangan" in done.output
    report = (store.parent / "laporan_tinjauan.txt").read_text(encoding="utf-8")
    assert "kappa" in report
    assert "ANI" not in report + done.output
    again = padan("review", "read", "buku")
    assert code(again) == 0
    assert "0 keputusan baru" in again.output
    assert store.read_bytes() == content


def test_a_run_reads_the_store_as_a_delivery(project: Path, world: World) -> None:
    def sources() -> list[str]:
        return [entry.source for entry in load_config(project / "config.yaml").all_inputs()]

    assert "pair_decisions" not in sources()
    padan("review", "--by", "ANI", typed="s\n=1+1\nr\n\nq\n")
    assert sources().count("pair_decisions") == 1
    raw = read_file(project / STORE, label=STORE)
    told = conform(raw, load_source("pair_decisions"), reference_date=date(2026, 3, 31)).table
    names = ["record_p3ke", "record_bps", "keputusan", "oleh", "tanggal", "peran"]
    pd.testing.assert_frame_equal(told[names], stored(project / STORE)[names])
    assert set(told["record_p3ke"]) == set(world.pairs["record_p3ke"].head(2))


def test_what_cannot_be_taken_is_named_and_the_rest_is_taken(project: Path) -> None:
    padan("review", "write", "--out", "buku")
    path = Path("buku/A/tinjauan_A_001.xlsx")
    fill(path, Keputusan={0: "satu keluarga", 1: "mungkin", 2: "beda keluarga", 3: "beda keluarga"},
         Oleh={0: "ANI", 1: "ANI", 3: "ANI"}, Kunci_pasangan={3: "PS-ZZZZZ"})  # fmt: skip
    Path("buku/rusak.xlsx").write_bytes(b"PK\x03\x04 rusak")
    Path("buku/catatan.txt").write_text("x", encoding="utf-8")
    other = openpyxl.Workbook()
    other.active["A1"] = "Daftar hadir"
    other.save("buku/lain.xlsx")
    done = padan("review", "read", "buku")
    assert code(done) == 1
    for fault in ("E_REVIEW_WORD", "E_REVIEW_BY", "E_REVIEW_KEY", "E_REVIEW_FILE"):
        assert f"[{fault}]" in done.output
    assert "tinjauan_A_001.xlsx, lembar Pasangan, baris 6" in done.output
    assert "catatan.txt" in done.output
    assert "rusak.xlsx" in done.output
    assert len(stored(project / STORE)) == 1


def test_a_book_of_a_run_that_is_gone_is_named(project: Path) -> None:
    padan("review", "write", "--out", "buku")
    fill(Path("buku/A/tinjauan_A_001.xlsx"), Keputusan={0: "satu keluarga"}, Oleh={0: "ANI"})
    (project / "hasil/runs" / RUN).rename(project / "hasil/runs/2026-06-30-1234567890")
    done = padan("review", "read", "buku")
    assert (code(done), "[E_REVIEW_RUN]" in done.output) == (1, True)
    assert not (project / STORE).exists()


REFUSED = [
    (["review"], "E_REVIEW_NAME"),
    (["review", "--by", "  "], "E_REVIEW_NAME"),
    (["review", "--by", "ANI", "--run", "lain"], "E_REVIEW_RUNS"),
    (["review", "write", "--out", "x", "--run", "lain"], "E_REVIEW_RUNS"),
    (["review", "read", "data"], "E_REVIEW_FOLDER"),
]


@pytest.mark.parametrize(("arguments", "fault"), REFUSED)
def test_refused(project: Path, arguments: list[str], fault: str) -> None:
    shutil.rmtree(project / "data/raw/contoh/p3ke", ignore_errors=True)
    shutil.copytree(Path(__file__).parents[3] / "data/raw/contoh/p3ke", project / "data/raw/contoh/p3ke")
    for path in project.glob("data/**/*.xlsx"):
        if arguments == ["review", "read", "data"]:
            path.rename(path.with_suffix(".bak"))
    config = yaml.safe_load((project / "config.yaml").read_text(encoding="utf-8"))
    if arguments == ["review", "read", "data"]:
        config["inputs"] = [one for one in config["inputs"] if not one["path"].endswith(".xlsx")]
        (project / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    done = padan(*arguments)
    assert (code(done), f"[{fault}]" in done.output) == (2, True)


def test_a_store_that_is_none_is_refused(project: Path) -> None:
    (project / STORE).parent.mkdir(parents=True)
    (project / STORE).write_text("bukan;keputusan\n1;2\n", encoding="utf-8")
    done = padan("review", "--by", "ANI", typed="q\n")
    assert "[E_REVIEW_STORE]" in done.output


def test_in_the_terminal_each_decision_is_stored_and_the_next_goes_on(project: Path, world: World) -> None:
    done = padan("review", "--by", "ANI", typed="s\nNIK sama\nx\nb\n\nq\n")
    assert code(done) == 0, done.output
    assert "Pasangan 1 dari" in done.output
    assert "Ketik s, b, r, atau q" in done.output
    kept = stored(project / STORE)
    first = world.pairs.head(2).set_index("record_p3ke")
    assert sorted(kept["record_p3ke"]) == sorted(first.index)
    assert kept.set_index("record_p3ke").loc[first.index, "keputusan"].tolist() == ["sama", "beda"]
    assert set(kept["peran"]) == {"penelaah"}
    third = world.pairs.iloc[2]
    again = padan("review", "--by", "ani", typed="q\n")
    assert str(third["nama_p3ke"]) in again.output
    assert f"dari {len(world.pairs) - 2}" in again.output


def test_the_terminal_is_blind_unless_it_is_asked(project: Path) -> None:
    blind = padan("review", "--by", "ANI", typed="q\n").output
    second = padan("review", "--by", "ANI", "--show-score", typed="q\n").output
    assert "Skor" not in blind
    assert "bobot" not in blind
    assert "Skor 0." in second


def test_an_input_that_ends_loses_nothing(project: Path) -> None:
    padan_end = CliRunner().invoke(build(Language.INDONESIAN), ["review", "--by", "ANI"], input="s\n\n")
    assert padan_end.exit_code == 1
    assert len(stored(project / STORE)) == 1


def test_an_arbiter_ends_a_disagreement(project: Path, world: World) -> None:
    double = world.pairs[world.pairs["penelaah"] == "AB"].iloc[0]
    rows = [
        [double["record_p3ke"], double["record_bps"], word, by, "2026-04-01", None, "penelaah"]
        for word, by in (("sama", "ANI"), ("beda", "BUDI"))
    ]
    names = ["record_p3ke", "record_bps", "keputusan", "oleh", "tanggal", "keterangan", "peran"]
    (project / STORE).parent.mkdir(parents=True)
    write_csv(project / STORE, pd.DataFrame(rows, columns=names).astype("str"))
    none = padan("review", "--by", "ANI", "--role", "penengah", typed="q\n").output
    assert "0 pasangan diputuskan, 0 masih menunggu" in none
    done = padan("review", "--by", "CICI", "--role", "penengah", typed="s\nKK ditunjukkan\n").output
    assert "1 pasangan diputuskan, 0 masih menunggu" in done
    assert stored(project / STORE)["peran"].tolist().count("penengah") == 1


@pytest.mark.office
@pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice (soffice on the PATH)")
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_book_saved_again_by_libreoffice_reads_the_same(project: Path, tmp_path: Path, kind: str) -> None:
    padan("review", "write", "--out", "buku")
    path = Path("buku/A/tinjauan_A_001.xlsx")
    fill(path, Keputusan={0: "satu keluarga", 3: "tidak dapat dipastikan"}, Oleh="ANI", Tanggal="2026-04-01")
    before, _, _ = read_review_books(path.parent)
    profile = tmp_path / "profil"
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    subprocess.run(
        [
            str(SOFFICE), f"-env:UserInstallation={profile.as_uri()}", "--headless",
            "--convert-to", kind, "--outdir", "kembali", str(path),
        ],
        check=True, capture_output=True, timeout=120, env=environment,
    )  # fmt: skip
    after, faults, _ = read_review_books(Path("kembali"))
    assert faults == []
    lines = {page.sheet: [[cell for cell in row if cell] for row in page.rows] for page in after}
    own = {
        page.sheet: [[cell for cell in row if cell] for row in page.rows]
        for page in before
        if page.file == path.name
    }
    assert lines[SHEET] == own[SHEET]
    done = padan("review", "read", "kembali")
    assert code(done) == 0, done.output
    assert sorted(stored(project / STORE)["keputusan"]) == ["ragu", "sama"]
