"""The series of runs on disk: the same bytes, kept for good, a new version and never another content."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
import series_world as world
import shapely

from flows import place
from flows.series import (
    AREA_FILES,
    KEPT,
    SERIES_FILE,
    keep_series,
    read_notes,
    read_series,
    write_areas,
    write_series,
)
from reconcile.errors import InputError, PublishError
from reconcile.language import describe
from reconcile.series.note import Note, newest
from reconcile.vocab import Language

COUNTS = {"64.02.06.1001": 3, "64.07.01.2001": 4, None: 1}


def published(root: Path, run: str, counts: world.Counts = COUNTS) -> Path:
    folder = root / "runs" / run
    (folder / "indikator").mkdir(parents=True, exist_ok=True)
    write_series(folder / SERIES_FILE, world.series(run, counts))
    return folder


def keep(root: Path, run: str, counts: world.Counts = COUNTS, **changes: object) -> Note:
    return keep_series(root, world.note(run, **changes), published(root, run, counts))


def everything(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in (root / KEPT).rglob("*") if p.is_file()}


def test_a_series_comes_back_as_it_was_and_its_bytes_do_not_change(tmp_path: Path) -> None:
    table = world.series(world.AFTER, COUNTS)
    write_series(tmp_path / "a.parquet", table)
    write_series(tmp_path / "b.parquet", table.copy())
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert (tmp_path / "a.parquet").stat().st_mode & 0o777 == 0o640
    note = keep(tmp_path, world.AFTER)
    pd.testing.assert_frame_equal(read_series(tmp_path, [note]), table)
    kept = pq.read_metadata(tmp_path / "a.parquet")
    assert kept.row_group(0).column(0).compression == "ZSTD"
    assert b"pandas" not in (kept.metadata or {})


def test_a_second_run_of_a_date_is_its_second_version_and_nothing_is_overwritten(tmp_path: Path) -> None:
    first = keep(tmp_path, "2025-12-31-aaaa")
    before = everything(tmp_path)
    second = keep(tmp_path, "2025-12-31-bbbb", {"64.02.06.1001": 9})
    other = keep(tmp_path, "2026-03-31-cccc")
    assert (first.versi, second.versi, other.versi) == (1, 2, 1)
    assert before.items() <= everything(tmp_path).items()
    assert read_notes(tmp_path) == [first, second, other]
    assert newest(read_notes(tmp_path)) == [second, other]
    assert world.by_code(read_series(tmp_path, [second])) == {"64.02.06.1001": 9}


def test_the_same_run_published_again_stays_as_it_is(tmp_path: Path) -> None:
    one = keep(tmp_path, world.AFTER)
    before = everything(tmp_path)
    assert keep(tmp_path, world.AFTER) == one
    assert everything(tmp_path) == before


@pytest.mark.parametrize(("counts", "changes"), [({"64.02.06.1001": 5}, {}), (COUNTS, {"manifes": "9" * 64})])
def test_another_content_under_the_same_name_is_refused(
    tmp_path: Path, counts: world.Counts, changes: dict[str, object]
) -> None:
    keep(tmp_path, world.AFTER)
    before = everything(tmp_path)
    with pytest.raises(PublishError) as caught:
        keep(tmp_path, world.AFTER, counts, **changes)
    assert all(describe(fault, Language.INDONESIAN) for fault in caught.value.faults)
    assert everything(tmp_path) == before


@pytest.mark.parametrize("at", [1, 3])
def test_a_run_that_was_stopped_while_keeping_is_completed(
    tmp_path: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while the table (1) or the note (3) is written: nothing half is left, and again it is whole."""
    calls: list[Path] = []
    whole = place.flush

    def stopping(path: Path) -> None:
        calls.append(path)
        if len(calls) == at:
            raise KeyboardInterrupt
        whole(path)

    monkeypatch.setattr(place, "flush", stopping)
    with pytest.raises(KeyboardInterrupt):
        keep(tmp_path, world.AFTER)
    assert read_notes(tmp_path) == []
    monkeypatch.setattr(place, "flush", whole)
    note = keep(tmp_path, world.AFTER)
    assert note.versi == 1
    assert len(read_series(tmp_path, [note])) == 6
    assert sorted(everything(tmp_path)) == [
        f"{KEPT}/2026-03-31/{world.AFTER}.json",
        f"{KEPT}/2026-03-31/{world.AFTER}.parquet",
    ]


@pytest.mark.parametrize("what", ["gone", "changed", "note"])
def test_a_history_that_was_tampered_with_is_named(tmp_path: Path, what: str) -> None:
    note = keep(tmp_path, world.AFTER)
    folder = tmp_path / KEPT / "2026-03-31"
    table, told = folder / f"{world.AFTER}.parquet", folder / f"{world.AFTER}.json"
    if what == "gone":
        table.unlink()
    elif what == "changed":
        table.write_bytes(table.read_bytes()[:-1] + b"x")
    else:
        told.write_text(told.read_text("utf-8").replace('"versi"', '"versie"'), "utf-8")
    with pytest.raises(InputError) as caught:
        read_series(tmp_path, [note]) if what != "note" else read_notes(tmp_path)
    assert [fault.code for fault in caught.value.faults] == ["E_SERIES_BROKEN"]


def test_a_run_published_under_another_number_keeps_its_own_name(tmp_path: Path) -> None:
    folder = published(tmp_path, world.AFTER)
    other = folder.rename(folder.with_name(f"{world.AFTER}-2"))
    note = keep_series(tmp_path, world.note(world.AFTER), other)
    assert note.jalan == f"{world.AFTER}-2"
    assert set(read_series(tmp_path, [note])["jalan"]) == {f"{world.AFTER}-2"}


def test_without_any_run_there_is_no_history(tmp_path: Path) -> None:
    assert read_notes(tmp_path) == []
    assert read_series(tmp_path, []).empty


def test_areas_are_geoparquet_with_their_crs(tmp_path: Path) -> None:
    shape = [shapely.box(116, 0, 117, 1), None]
    layer = gpd.GeoDataFrame({"kode": ["a", "b"], "n_keluarga": [1, 2]}, geometry=shape, crs="EPSG:4326")
    (tmp_path / "indikator").mkdir()
    for _ in range(2):
        write_areas(tmp_path, dict.fromkeys(AREA_FILES, layer))
        files = [(tmp_path / file).read_bytes() for file in AREA_FILES.values()]
    assert len(set(files)) == 1
    write_areas(tmp_path, dict.fromkeys(AREA_FILES, layer.copy()))
    assert [(tmp_path / file).read_bytes() for file in AREA_FILES.values()] == files
    read = gpd.read_parquet(tmp_path / AREA_FILES["desa"])
    assert read.crs.to_epsg() == 4326
    assert read.geometry.isna().tolist() == [False, True]
    assert (tmp_path / AREA_FILES["desa"]).stat().st_mode & 0o777 == 0o640
