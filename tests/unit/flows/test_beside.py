"""What `padan verify` says of reports, lists of visits and kept series beside the runs."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from series_world import AFTER, note

from flows.audit import Event, Fingerprint, append
from flows.beside import Beside, look_beside
from flows.publish import MANIFEST, publish, sha256, staging_folder
from flows.published import published_set
from flows.series import KEPT, SERIES_FILE, keep_series

REPORT, LISTS = f"laporan/2026-TW1_{AFTER}", f"verval/{AFTER}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return an output folder with a run, its kept series, a report and a set of lists."""
    with staging_folder(tmp_path, AFTER) as staging:
        (staging / "indikator").mkdir()
        (staging / SERIES_FILE).write_bytes(b"PAR1")
        publish(staging, tmp_path, AFTER, {"padan": "1"}, lambda at: keep_series(tmp_path, note(AFTER), at))
    noted(tmp_path, REPORT, Event.REPORT, {"laporan.html": "<p>"})
    noted(tmp_path, LISTS, Event.WORKLISTS, {"64.02/desa.xlsx": "x", "64.07/desa.xlsx": "y"})
    return tmp_path


def noted(root: Path, folder: str, event: Event, files: dict[str, str]) -> None:
    """Write files with a manifest as both commands do, and tell the log of it."""
    hashes: dict[str, object] = {}
    for name, content in files.items():
        path = root / folder / name
        path.parent.mkdir(parents=True)
        path.write_text(content)
        hashes[name] = sha256(path) if event is Event.REPORT else {"sha256": sha256(path)}
    manifest = root / folder / MANIFEST
    manifest.write_text(json.dumps({"jalan": AFTER, "periode": "2026-TW1", "berkas": hashes}))
    told = {"jalan": AFTER, "periode": "2026-TW1", "manifes": vars(Fingerprint.of(manifest))}
    append(root, [(event, told)])


def looked(root: Path) -> Beside:
    return look_beside(published_set(root / "runs" / AFTER))


def test_all_is_as_it_was_written(root: Path) -> None:
    assert looked(root) == Beside(counts={"reports": 1, "lists": 1, "series": 1})


def series(root: Path, ending: str) -> Path:
    return next((root / KEPT).rglob(f"*.{ending}"))


def renoted(root: Path) -> None:
    """Change a kept series and its note together, so that they agree with each other."""
    series(root, "parquet").write_bytes(b"PAR2")
    path = series(root, "json")
    path.write_text(json.dumps({**json.loads(path.read_text()), "seri": sha256(series(root, "parquet"))}))


TOUCHED: list[tuple[str, Callable[[Path], object], set[tuple[str, str]]]] = [
    ("a report", lambda r: (r / REPORT / "laporan.html").write_text("x"), {("E_VERIFY_CHANGED", ".html")}),
    ("a report gone", lambda r: (r / REPORT / "laporan.html").unlink(), {("E_VERIFY_MISSING", ".html")}),
    (
        "a report's manifest",
        lambda r: (r / REPORT / MANIFEST).write_text('{"berkas": {}}'),
        {("E_VERIFY_NOTE", ".json")},
    ),
    ("the lists' manifest", lambda r: (r / LISTS / MANIFEST).write_text("{"), {("E_VERIFY_NOTE", ".json")}),
    ("a series", lambda r: series(r, "parquet").write_bytes(b"x"), {("E_VERIFY_CHANGED", ".parquet")}),
    ("a series gone", lambda r: series(r, "parquet").unlink(), {("E_VERIFY_MISSING", ".parquet")}),
    ("a note", lambda r: series(r, "json").write_text("{}"), {("E_VERIFY_NOTE", ".json")}),
    ("both", renoted, {("E_VERIFY_NOTE", ".json"), ("E_VERIFY_CHANGED", ".parquet")}),
]


@pytest.mark.parametrize(("touch", "wanted"), [t[1:] for t in TOUCHED], ids=[t[0] for t in TOUCHED])
def test_what_was_touched_is_named(
    root: Path, touch: Callable[[Path], object], wanted: set[tuple[str, str]]
) -> None:
    touch(root)
    assert {(fault.code, Path(fault.file).suffix) for fault in looked(root).faults} == wanted


def test_a_list_that_was_filled_in_is_no_fault(root: Path) -> None:
    (root / LISTS / "64.02/desa.xlsx").write_text("jawaban")
    (root / LISTS / "64.07/desa.xlsx").unlink()
    found = looked(root)
    assert found.faults == ()
    assert found.filled == (f"{LISTS}/64.02/desa.xlsx", f"{LISTS}/64.07/desa.xlsx")
