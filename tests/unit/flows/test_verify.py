"""`padan verify`: a published set as it was, and every way in which it is not."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.audit import LOG, read_log
from flows.publish import MANIFEST, POINTER, publish, staging_folder
from flows.verify import verify
from reconcile.errors import InputError
from reconcile.vocab import Language

FINDINGS = "temuan/temuan.csv"
#: Hashed only, and not made again.
ONCE = {"rerun": False, "any_version": False}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an output folder with one published run of two files."""

    class Config:
        output_root = tmp_path / "hasil"

    monkeypatch.setattr("flows.verify.load_config", lambda _: Config)
    released(tmp_path / "hasil", "r1", rows=5000)
    return tmp_path / "hasil"


def released(root: Path, name: str, *, rows: int) -> Path:
    with staging_folder(root, name) as staging:
        (staging / "temuan").mkdir()
        (staging / FINDINGS).write_text("".join(f"KS-{n:05};isi\n" for n in range(rows)), encoding="utf-8")
        (staging / "peta.bin").write_bytes(bytes(range(256)))
        return publish(staging, root, name, {"padan": "1"})


def checked(
    capsys: pytest.CaptureFixture[str], run: str | None = None, head: str | None = None
) -> tuple[int, str]:
    code = verify(Path("config.yaml"), Language.ENGLISH, run=run, head=head, **ONCE)
    return code, capsys.readouterr().out


def test_a_set_as_it_was_published(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for run in (None, "r1", str(project / "runs/r1")):
        code, said = checked(capsys, run)
        assert code == 0
        assert "Whole: 3 files of r1" in said
        assert "[E_" not in said


def bytes_changed(path: Path, old: bytes, new: bytes) -> None:
    path.write_bytes(path.read_bytes().replace(old, new))


def swap(name: str, old: bytes, new: bytes) -> Callable[[Path], object]:
    return lambda folder: bytes_changed(folder / name, old, new)


LINE = b"KS-00007;isi\n"
TOUCHED: list[tuple[str, Callable[[Path], object], list[str]]] = [
    ("a byte", swap(FINDINGS, b"KS-04999", b"KS-0499X"), [FINDINGS, "E_VERIFY_CHANGED_AT", "differs by 0"]),
    ("where it is", swap(FINDINGS, b"KS-04999", b"KS-0499X"), ["between bytes 1 and 65000"]),
    ("a line taken out", swap(FINDINGS, LINE, b""), [FINDINGS, "lost 1 lines", "E_VERIFY_LINES_GONE"]),
    ("a line put in", swap(FINDINGS, LINE, LINE * 2), [FINDINGS, "has 1 lines more", "E_VERIFY_LINES_MORE"]),
    ("a file taken away", lambda f: (f / "peta.bin").unlink(), ["peta.bin", "E_VERIFY_MISSING"]),
    ("a file emptied", lambda f: (f / "peta.bin").write_bytes(b""), ["peta.bin", "E_VERIFY_"]),
    ("the manifest", swap(MANIFEST, b'"1"', b'"2"'), [MANIFEST, "E_VERIFY_CHANGED_AT"]),
    ("the log", swap(f"../../{LOG}", b'"versi":"1"', b'"versi":"2"'), ["E_AUDIT_CHANGED"]),
    ("the log is gone", lambda f: (f.parents[1] / LOG).unlink(), ["E_AUDIT_NO_LOG"]),
]


@pytest.mark.parametrize(("touch", "parts"), [t[1:] for t in TOUCHED], ids=[t[0] for t in TOUCHED])
def test_what_was_touched_is_named(
    project: Path, capsys: pytest.CaptureFixture[str], touch: Callable[[Path], object], parts: list[str]
) -> None:
    touch(project / "runs/r1")
    code, said = checked(capsys)
    assert code == 1
    assert "NOT WHOLE" in said
    assert [part for part in parts if part not in said] == []


def test_content_and_manifest_changed_together_are_found_by_the_log(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(project / "runs/r1", project / "runs/palsu")
    with staging_folder(project / "lain", "r1") as staging:
        (staging / "temuan").mkdir()
        (staging / FINDINGS).write_text("forged\n", encoding="utf-8")
        (staging / "peta.bin").write_bytes(bytes(range(256)))
        forged = publish(staging, project / "lain", "r1", {"padan": "1"})
    for name in (FINDINGS, MANIFEST):
        shutil.copy(forged / name, project / "runs/r1" / name)
    code, said = checked(capsys)
    assert code == 1
    assert FINDINGS in said
    assert MANIFEST in said
    code, said = checked(capsys, "palsu")
    assert code == 1
    assert "E_AUDIT_NOT_RELEASED" in said


def test_a_copy_elsewhere_is_held_against_its_manifest(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = shutil.copytree(project / "runs/r1", tmp_path / "stik/r1")
    code, said = checked(capsys, str(copy))
    assert code == 0
    assert "nothing protects the manifest itself" in said
    bytes_changed(copy / FINDINGS, b"KS-00001", b"KS-0000X")
    code, said = checked(capsys, str(copy))
    assert code == 1
    assert "E_VERIFY_CHANGED" in said


def test_an_earlier_run_stays_whole_when_others_follow(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    released(project, "r2", rows=10)
    released(project, "r1", rows=5000)
    assert checked(capsys, "r1")[0] == 0
    assert checked(capsys, "r2")[0] == 0


def test_files_that_were_added_later_are_said_and_no_fault(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "runs/r1/peta").mkdir()
    (project / "runs/r1/peta/provinsi.png").write_bytes(b"x")
    code, said = checked(capsys)
    assert code == 0
    assert "peta/provinsi.png" in said


def test_a_noted_fingerprint_must_still_be_there(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = read_log(project)
    assert log is not None
    noted = log.entries[-1].digest
    released(project, "r2", rows=10)
    assert checked(capsys, head=noted)[0] == 0
    code, said = checked(capsys, head="0" * 64)
    assert code == 1
    assert "E_AUDIT_NOT_THERE" in said


def test_there_is_no_such_run(project: Path) -> None:
    with pytest.raises(InputError) as unknown:
        verify(Path("config.yaml"), Language.ENGLISH, run="r9", head=None, **ONCE)
    assert unknown.value.faults[0].code == "E_VERIFY_RUN_NAME"
    (project / POINTER).unlink()
    with pytest.raises(InputError) as none:
        verify(Path("config.yaml"), Language.ENGLISH, run=None, head=None, **ONCE)
    assert none.value.faults[0].code == "E_VERIFY_NO_RUN"
