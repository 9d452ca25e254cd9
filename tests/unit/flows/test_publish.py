"""A set of files is published whole or not at all."""

import errno
import json
import os
import stat
import tempfile
from functools import partial
from pathlib import Path

import pytest

from flows import place
from flows import publish as publish_module
from flows.audit import HEAD, LOG, Event, read_log
from flows.disk import LEAST_BYTES
from flows.publish import MANIFEST, POINTER, RUNS, newest_run, publish, run_lock, sha256, staging_folder
from flows.retention import RetentionSettings
from reconcile.errors import PublishError, StepError


def published(
    root: Path, text: str, run: str = "2026-03-31-abc", past: str | None = None, **keep: int
) -> Path:
    with staging_folder(root, run) as staging:
        (staging / "temuan").mkdir()
        (staging / "temuan/temuan.csv").write_text(text, encoding="utf-8")
        manifest = {"padan": "1", "history": {"run": past}}
        return publish(staging, root, run, manifest, retention=RetentionSettings(**keep))


def kept(root: Path) -> set[str]:
    return {path.name for path in (root / RUNS).iterdir()}


def code_of(refused: pytest.ExceptionInfo[PublishError]) -> str:
    return refused.value.faults[0].code


def test_a_published_set_has_its_manifest_and_is_pointed_to(tmp_path: Path) -> None:
    run = published(tmp_path, "a")
    assert newest_run(tmp_path) == run
    manifest = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["outputs"] == {"temuan/temuan.csv": sha256(run / "temuan/temuan.csv")}
    assert stat.S_IMODE(run.stat().st_mode) == 0o700


def test_the_same_set_again_stays_and_another_gets_a_number(tmp_path: Path) -> None:
    first = published(tmp_path, "a")
    before = (first / "temuan/temuan.csv").stat().st_mtime_ns
    assert published(tmp_path, "a") == first
    assert (first / "temuan/temuan.csv").stat().st_mtime_ns == before
    second = published(tmp_path, "b")
    assert second.name == f"{first.name}-2"
    assert newest_run(tmp_path) == second
    assert published(tmp_path, "a") == first == newest_run(tmp_path)


@pytest.mark.parametrize("harm", [Path.unlink, partial(Path.write_text, data="b")], ids=["gone", "changed"])
def test_a_set_that_lost_a_file_is_not_taken_for_the_same(tmp_path: Path, harm: partial[object]) -> None:
    first = published(tmp_path, "a")
    harm(first / "temuan/temuan.csv")
    assert published(tmp_path, "a").name == f"{first.name}-2"


def test_a_failed_run_leaves_the_last_set_and_no_leftovers(tmp_path: Path) -> None:
    first = published(tmp_path, "a")

    class Broken(Exception):
        pass

    with pytest.raises(Broken), staging_folder(tmp_path, "neu") as staging:
        (staging / "half.csv").write_text("half", encoding="utf-8")
        raise Broken
    assert newest_run(tmp_path) == first
    left = {p.name for p in tmp_path.iterdir() if not p.name.startswith(".kunci")}
    assert left == {"runs", "TERBARU", LOG, HEAD}


def test_temporary_files_of_libraries_lie_in_the_output_folder_meanwhile(tmp_path: Path) -> None:
    before, variable = tempfile.gettempdir(), os.environ.get("TMPDIR")
    with staging_folder(tmp_path, "a") as staging, tempfile.TemporaryFile(dir=None):
        place_of = Path(tempfile.gettempdir())
        assert place_of.parent == staging.parent
        assert stat.S_IMODE(place_of.stat().st_mode) == 0o700
        assert Path(os.environ["TMPDIR"]) == place_of
    assert (tempfile.gettempdir(), os.environ.get("TMPDIR")) == (before, variable)
    assert not place_of.exists()


LEFT = (
    ".sedang-ditulis-lama/half.csv",
    ".sedang-ditulis-sementara-lama/half",
    ".sedang-ditulis-TERBARU",
    "TERBARU.baru",
    "riwayat/2026-03-31/.sedang-ditulis-r1.json",
    "riwayat/2026-03-31/.r1.json.baru",
    "verval/.sedang-ditulis-r1/half.csv",
    "verval/.lama-r2/old.csv",
    ".dibuang-r0/half.csv",
)


def test_leftovers_of_killed_runs_are_swept_when_the_next_begins(tmp_path: Path) -> None:
    first = published(tmp_path, "a")
    for name in (*LEFT, "verval/r2/new.csv", "verval/.lama-r3/only.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    with run_lock(tmp_path):
        assert not [name for name in LEFT if (tmp_path / name).exists()]
    assert (tmp_path / "verval/r2/new.csv").exists()
    # stopped between its two moves: what was taken aside is put back
    assert (tmp_path / "verval/r3/only.csv").exists()
    assert newest_run(tmp_path) == first
    log = read_log(tmp_path)
    assert log
    assert (log.faults, log.entries[-1].event, log.entries[-1].content) == (
        (),
        Event.REMOVAL,
        {"jalan": "r0"},
    )


def test_a_set_in_place_that_was_never_pointed_to_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = published(tmp_path, "a", "r1")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("flows.publish._point", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        published(tmp_path, "b", "r2")
    assert (newest_run(tmp_path), kept(tmp_path)) == (first, {"r1", "r2"})
    with run_lock(tmp_path):
        assert published(tmp_path, "b", "r2").name == "r2"


def test_nothing_published_yet(tmp_path: Path) -> None:
    assert newest_run(tmp_path) is None


@pytest.mark.parametrize("torn", [b"", b"\xff\xfe", bytes(20)])
def test_a_torn_pointer_names_a_run_that_is_not_there(tmp_path: Path, torn: bytes) -> None:
    published(tmp_path, "a")
    (tmp_path / POINTER).write_bytes(torn)
    assert newest_run(tmp_path) is not None
    assert publish_module.run_folder(tmp_path, None) is None


def test_old_runs_go_but_never_the_newest_and_what_it_was_held_against(tmp_path: Path) -> None:
    for number in range(1, 5):
        published(tmp_path, "a", f"r{number}")
    assert kept(tmp_path) == {"r1", "r2", "r3", "r4"}
    published(tmp_path, "a", "r5", past="r2", runs=2)
    assert kept(tmp_path) == {"r2", "r4", "r5"}
    # published again, an old one is the newest
    assert published(tmp_path, "a", "r2", runs=1) == newest_run(tmp_path)
    assert kept(tmp_path) == {"r2"}
    log = read_log(tmp_path)
    assert log
    told = [one.content for one in log.entries if one.event == Event.REMOVAL]
    assert [one["jalan"] for one in told] == ["r1", "r3", "r4", "r5"]
    assert told[-1]["simpan"] == {"runs": 1, "days": None}
    assert not log.faults


def test_what_either_limit_keeps_stays(tmp_path: Path) -> None:
    for number in range(1, 4):
        published(tmp_path, "a", f"r{number}", days=1)
    (tmp_path / RUNS / "2026-01-31-0123456789").mkdir()
    theirs = "2026-01-31-0123456789 - Copy"
    (tmp_path / RUNS / theirs).mkdir()
    published(tmp_path, "a", "r4", runs=1, days=1)
    # of today all stay; what was never published is older than all, and what people put there is theirs
    assert kept(tmp_path) == {"r1", "r2", "r3", "r4", theirs}


def refuse(monkeypatch: pytest.MonkeyPatch, name: str, fits: str, error: OSError) -> None:
    """Let the method ``name`` of Path fail wherever ``fits`` stands in the path or where it goes."""
    real = getattr(Path, name)

    def method(path: Path, *args: object, **settings: object) -> object:
        if any(fits in str(one) for one in (path, *args)):
            raise error
        return real(path, *args, **settings)

    monkeypatch.setattr(Path, name, method)
    monkeypatch.setattr(place, "PAUSE_SECONDS", 0)


LOCKED = PermissionError(errno.EACCES, "open in another program")


def test_a_run_whose_files_are_open_is_removed_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(tmp_path, "a", "r1")
    with monkeypatch.context() as patch:
        refuse(patch, "rename", ".dibuang-r1", LOCKED)
        assert published(tmp_path, "a", "r2", runs=1) == newest_run(tmp_path)
    assert kept(tmp_path) == {"r1", "r2"}
    published(tmp_path, "a", "r3", runs=1)
    assert kept(tmp_path) == {"r3"}


def test_a_full_disk_during_removal_does_not_undo_the_new_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path, "a", "r1")
    refuse(monkeypatch, "rename", ".dibuang-r1", OSError(errno.EIO, "EIO"))
    assert published(tmp_path, "a", "r2", runs=1) == newest_run(tmp_path)


def test_a_damaged_log_does_not_undo_the_new_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object) -> None:
        raise ValueError

    published(tmp_path, "a", "r1")
    monkeypatch.setattr(publish_module, "remove_old", damaged)
    assert published(tmp_path, "a", "r2", runs=1) == newest_run(tmp_path)


def test_a_pointer_that_is_open_for_a_moment_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path, "a", "r1")
    tries = iter([LOCKED, LOCKED])
    real = Path.replace

    def replace(path: Path, target: Path) -> Path:
        if target.name == POINTER and (error := next(tries, None)):
            raise error
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(place, "PAUSE_SECONDS", 0)
    assert published(tmp_path, "b", "r2") == newest_run(tmp_path)


def test_a_pointer_that_stays_open_names_the_old_set_and_the_new_one_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = published(tmp_path, "a", "r1")
    with monkeypatch.context() as patch, pytest.raises(PublishError) as refused:
        refuse(patch, "replace", POINTER, LOCKED)
        published(tmp_path, "b", "r2")
    assert (code_of(refused), newest_run(tmp_path)) == ("E_POINTER", first)
    assert published(tmp_path, "b", "r2") == newest_run(tmp_path)


REFUSED = [
    (OSError(errno.ENOSPC, "x"), "E_DISK_FULL"),
    (OSError(errno.EDQUOT, "x"), "E_DISK_FULL"),
    (OSError(errno.EROFS, "x"), "E_DISK_READ_ONLY"),
    (OSError(errno.EIO, "x"), "E_DISK_BROKEN"),
    (OSError(errno.EFBIG, "x"), "E_DISK_FILE_SIZE"),
    (PermissionError(errno.EACCES, "x"), "E_DISK_DENIED"),
    (OSError(errno.EINVAL, "x"), "E_DISK_OTHER"),
]


@pytest.mark.parametrize(("error", "code"), REFUSED, ids=[code for _, code in REFUSED])
def test_what_the_disk_refuses_is_said_plainly(tmp_path: Path, error: OSError, code: str) -> None:
    first = published(tmp_path, "a")
    with pytest.raises(PublishError) as refused, staging_folder(tmp_path, "neu") as staging:
        (staging / "half.csv").write_text("half", encoding="utf-8")
        raise error
    assert (code_of(refused), refused.value.faults[0].file) == (code, "half.csv")
    assert newest_run(tmp_path) == first
    assert not list(tmp_path.glob(".sedang*"))


def room(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(free))


class Usage:
    def __init__(self, free: int) -> None:
        self.free = free


def test_nothing_is_begun_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room(monkeypatch, LEAST_BYTES - 1)
    with pytest.raises(PublishError) as refused, run_lock(tmp_path):
        pytest.fail("begun")
    assert code_of(refused) == "E_DISK_FULL"


def test_whatever_fails_on_a_full_disk_failed_for_want_of_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PublishError) as refused, run_lock(tmp_path):
        room(monkeypatch, 0)
        raise StepError([])
    assert code_of(refused) == "E_DISK_FULL"


def test_other_errors_of_a_run_are_not_blamed_on_the_disk(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), run_lock(tmp_path):
        (tmp_path / "masukan.csv").read_bytes()


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "hasil").touch()
    with pytest.raises(PublishError) as refused, run_lock(tmp_path / "hasil/padan"):
        pytest.fail("begun")
    assert code_of(refused) == "E_LOCK"


def test_a_lock_that_cannot_be_written_is_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused_open(*_: object, **__: object) -> int:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr("os.open", refused_open)
    with pytest.raises(PublishError) as refused, run_lock(tmp_path):
        pytest.fail("begun")
    assert code_of(refused) == "E_LOCK"


def test_a_run_is_found_by_name_or_as_the_newest_and_only_with_its_manifest(tmp_path: Path) -> None:
    assert publish_module.run_folder(tmp_path, None) is None
    for name in ("2026-01-31-aaaa", "2026-02-28-bbbb", "2026-03-31-cccc"):
        (tmp_path / "runs" / name).mkdir(parents=True)
    for name in ("2026-01-31-aaaa", "2026-02-28-bbbb"):
        (tmp_path / "runs" / name / "manifest.json").write_text("{}", encoding="utf-8")
    (tmp_path / "TERBARU").write_text("runs/2026-01-31-aaaa\n", encoding="utf-8")
    newest, named = (publish_module.run_folder(tmp_path, run) for run in (None, "2026-02-28-bbbb"))
    assert [one.name for one in (newest, named) if one] == ["2026-01-31-aaaa", "2026-02-28-bbbb"]
    for strange in ("2026-03-31-cccc", "../runs/2026-01-31-aaaa", "-"):
        assert publish_module.run_folder(tmp_path, strange) is None
    assert [one.name for one in publish_module.published_runs(tmp_path)] == [
        "2026-02-28-bbbb",
        "2026-01-31-aaaa",
    ]
