"""The audit log: a chain that only grows, and what becomes of it when somebody touches it."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.audit import BLOCK, HEAD, LOG, NOTHING_BEFORE, Event, Fingerprint, append, publication, read_log

Lines = list[bytes]


def write(root: Path, count: int) -> Lines:
    for number in range(1, count + 1):
        append(root, [(Event.RUN, {"jalan": f"r{number}"})])
    return (root / LOG).read_bytes().split(b"\n")[:-1]


def said(root: Path) -> list[tuple[str, dict[str, str]]]:
    log = read_log(root)
    assert log is not None
    return [(fault.code, dict(fault.details)) for fault in log.faults]


def test_each_line_has_the_hash_of_the_one_before(tmp_path: Path) -> None:
    write(tmp_path, 3)
    log = read_log(tmp_path)
    assert log is not None
    assert log.faults == ()
    assert [entry.number for entry in log.entries] == [1, 2, 3]
    told = [json.loads(line) for line in (tmp_path / LOG).read_text(encoding="utf-8").splitlines()]
    assert [one["sebelum"] for one in told] == [NOTHING_BEFORE, *(entry.digest for entry in log.entries[:2])]


def test_nothing_that_was_written_is_written_again(tmp_path: Path) -> None:
    before = write(tmp_path, 2)
    append(tmp_path, [(Event.INPUTS, {"jalan": "x"}), (Event.RELEASE, {"jalan": "x"})])
    after = (tmp_path / LOG).read_bytes().split(b"\n")[:-1]
    assert after[:2] == before
    assert len(after) == 4
    assert stat.S_IMODE((tmp_path / LOG).stat().st_mode) == 0o640


def test_no_log_yet(tmp_path: Path) -> None:
    assert read_log(tmp_path) is None


def changed(number: str) -> list[tuple[str, dict[str, str]]]:
    return [("E_AUDIT_CHANGED", {"number": number})]


def removed(first: str, last: str) -> list[tuple[str, dict[str, str]]]:
    return [("E_AUDIT_REMOVED", {"first": first, "last": last})]


TOUCHED: list[tuple[str, Callable[[Lines], Lines], list[tuple[str, dict[str, str]]]]] = [
    ("a byte in the middle", lambda t: [t[0], t[1].replace(b"r2", b"rX"), *t[2:]], changed("2")),
    ("a byte of the first line", lambda t: [t[0].replace(b"r1", b"rX"), *t[1:]], changed("1")),
    ("a byte of the last line", lambda t: [*t[:4], t[4].replace(b"r5", b"rX")], changed("5")),
    ("a line taken out", lambda t: [*t[:1], *t[2:]], removed("2", "2")),
    ("two lines taken out", lambda t: [*t[:1], *t[3:]], removed("2", "3")),
    ("the first line taken out", lambda t: t[1:], removed("1", "1")),
    ("the last two taken out", lambda t: t[:3], removed("4", "5")),
    ("all taken out", lambda t: t[:0], removed("1", "5")),
    ("a line twice", lambda t: [*t[:2], t[1], *t[2:]], [("E_AUDIT_ADDED", {"number": "2"})]),
    ("a line spoiled", lambda t: [*t[:1], b"{", *t[2:]], [("E_AUDIT_BROKEN", {})]),
    ("a line put in", lambda t: [*t[:1], b"x", *t[1:]], [("E_AUDIT_BROKEN", {})]),
]


@pytest.mark.parametrize(("touch", "faults"), [t[1:] for t in TOUCHED], ids=[t[0] for t in TOUCHED])
def test_what_was_touched_is_named(
    tmp_path: Path, touch: Callable[[Lines], Lines], faults: list[tuple[str, dict[str, str]]]
) -> None:
    lines = touch(write(tmp_path, 5))
    (tmp_path / LOG).write_bytes(b"".join(line + b"\n" for line in lines))
    assert said(tmp_path) == faults


@pytest.mark.parametrize("content", [None, "", "{}", "nonsense"], ids=["gone", "empty", "bare", "spoiled"])
def test_the_end_is_guarded_by_a_file_of_its_own(tmp_path: Path, content: str | None) -> None:
    write(tmp_path, 2)
    if content is None:
        (tmp_path / HEAD).unlink()
    else:
        (tmp_path / HEAD).write_text(content, encoding="utf-8")
    assert [code for code, _ in said(tmp_path)] == ["E_AUDIT_HEAD"]


def test_a_writing_that_was_cut_short_is_told_and_breaks_nothing(tmp_path: Path) -> None:
    write(tmp_path, 2)
    with (tmp_path / LOG).open("ab") as file:
        file.write(b'{"n":3,"waktu":"20')
    log = read_log(tmp_path)
    assert log is not None
    assert (log.interrupted, log.faults) == (1, ())
    append(tmp_path, [(Event.RUN, {"jalan": "r3"})])
    log = read_log(tmp_path)
    assert log is not None
    assert (log.interrupted, log.faults, log.entries[-1].number) == (1, (), 3)


def test_a_log_that_was_written_before_its_end_was_noted_is_whole(tmp_path: Path) -> None:
    write(tmp_path, 1)
    earlier = (tmp_path / HEAD).read_bytes()
    append(tmp_path, [(Event.RUN, {"jalan": "r2"})])
    (tmp_path / HEAD).write_bytes(earlier)
    assert said(tmp_path) == []


@pytest.mark.parametrize("kept", [0, 2])
def test_a_log_that_was_taken_away_or_cut_off_is_not_begun_anew(tmp_path: Path, kept: int) -> None:
    lines = write(tmp_path, 4)
    (tmp_path / LOG).write_bytes(b"".join(line + b"\n" for line in lines[:kept]))
    append(tmp_path, [(Event.RUN, {"jalan": "r5"})])
    assert said(tmp_path) == removed(str(kept + 1), "4")


def test_fingerprints_place_a_change(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x\n" * BLOCK)
    before = Fingerprint.of(path)
    assert (before.size, before.lines, len(before.parts)) == (2 * BLOCK, BLOCK, 2)
    path.write_bytes(b"x\n" * (BLOCK - 5) + b"y\n" * 5)
    assert before.first_difference(Fingerprint.of(path)) == 1
    path.write_bytes(b"x\n" * BLOCK + b"z")
    assert before.first_difference(Fingerprint.of(path)) == 2


def test_a_publication_tells_run_inputs_decisions_outputs_release(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    print_of = Fingerprint.of(tmp_path / "a")
    given = {"file": "f.csv", "sha256": "aa", "bytes": 1, "source": "pair_decisions", "vintage": "2026"}
    manifest = {"padan": "1", "inputs": [{**given, "encoding": "utf-8"}]}
    events = dict(publication("r", manifest, {"temuan/temuan.csv": print_of}, print_of))
    assert list(events) == [Event.RUN, Event.INPUTS, Event.DECISIONS, Event.OUTPUTS, Event.RELEASE]
    assert events[Event.INPUTS]["berkas"] == events[Event.DECISIONS]["berkas"] == [given]
    assert events[Event.OUTPUTS]["berkas"]["temuan/temuan.csv"]["sha256"] == print_of.sha256
