"""What a run reads of the last published one, and what it does where it cannot."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from flows.csvfile import write_csv
from flows.history import CASES_FILE, HISTORY_FILE, OBJECTIONS_FILE, read_past
from flows.publish import MANIFEST, POINTER
from reconcile.errors import InputError
from reconcile.language import describe
from reconcile.objections import STANDING
from reconcile.tables import CASES, HISTORY, Table
from reconcile.vocab import Language

if TYPE_CHECKING:
    from pathlib import Path


def _row(table: Table) -> pd.DataFrame:
    values = {"text": "=x", "whole": 3, "number": 0.5}
    row = {column.name: [values[column.kind]] for column in table.columns if column.required}
    return table.build(pd.DataFrame(row))


def publish(root: Path, name: str, before: str | None = None) -> Path:
    run = root / "runs" / name
    for file, table in ((CASES_FILE, CASES), (HISTORY_FILE, HISTORY)):
        (run / file).parent.mkdir(parents=True, exist_ok=True)
        write_csv(run / file, _row(table))
    manifest = {"history": {"run": before}, "inputs": [{"file": "a.csv", "sha256": "1" * 64}]}
    (run / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    (root / POINTER).write_text(f"runs/{name}\n", encoding="utf-8")
    return run


def test_the_first_run_knows_nothing(tmp_path: Path) -> None:
    past = read_past(tmp_path, "2026-03-31-aaaa")
    assert (past.run, past.cases, past.history, past.files) == (None, None, None, None)


def test_the_last_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    publish(tmp_path, "2026-03-31-aaaa")
    past = read_past(tmp_path, "2026-04-30-bbbb")
    assert past.run == "2026-03-31-aaaa"
    assert past.files == {"a.csv": "1" * 64}
    assert past.cases is not None
    assert past.history is not None
    pd.testing.assert_frame_equal(past.cases, _row(CASES))
    pd.testing.assert_frame_equal(past.history, _row(HISTORY))


def test_objections_are_read_where_the_last_run_had_any(tmp_path: Path) -> None:
    run = publish(tmp_path, "2026-03-31-aaaa")
    assert read_past(tmp_path, "2026-04-30-bbbb").objections.empty
    (run / OBJECTIONS_FILE).parent.mkdir()
    table = STANDING.build(_row(STANDING).assign(tanggal=pd.Timestamp("2026-02-01"), source_row=3))
    write_csv(run / OBJECTIONS_FILE, table)
    pd.testing.assert_frame_equal(read_past(tmp_path, "2026-04-30-bbbb").objections, table)


@pytest.mark.parametrize("folder", ["2026-04-30-bbbb", "2026-04-30-bbbb-2"])
def test_the_same_run_made_again_is_held_against_what_it_was_held_against(
    tmp_path: Path, folder: str
) -> None:
    publish(tmp_path, "2026-03-31-aaaa")
    publish(tmp_path, folder, before="2026-03-31-aaaa")
    assert read_past(tmp_path, "2026-04-30-bbbb").run == "2026-03-31-aaaa"


def test_the_first_run_made_again_knows_nothing(tmp_path: Path) -> None:
    publish(tmp_path, "2026-03-31-aaaa")
    assert read_past(tmp_path, "2026-03-31-aaaa").run is None


@pytest.mark.parametrize("name", ["2026-04-30-bbbb", "2026-05-31-cccc"])
@pytest.mark.parametrize("gone", ["2026-03-31-aaaa", "2026-04-30-bbbb"])
def test_a_history_that_was_deleted_does_not_begin_anew(tmp_path: Path, gone: str, name: str) -> None:
    publish(tmp_path, "2026-03-31-aaaa")
    publish(tmp_path, "2026-04-30-bbbb", before="2026-03-31-aaaa")
    shutil.rmtree(tmp_path / "runs" / gone)
    if (gone, name) == ("2026-03-31-aaaa", "2026-05-31-cccc"):
        assert read_past(tmp_path, name).run == "2026-04-30-bbbb"
        return
    with pytest.raises(InputError, match="E_HISTORY"):
        read_past(tmp_path, name)


def test_a_run_of_an_older_program_has_no_history(tmp_path: Path) -> None:
    (publish(tmp_path, "2026-03-31-aaaa") / CASES_FILE).unlink()
    assert read_past(tmp_path, "2026-04-30-bbbb").run is None


@pytest.mark.parametrize("file", [CASES_FILE, HISTORY_FILE, MANIFEST])
@pytest.mark.parametrize("content", ["", "{", "a;b\n1;2\n"])
def test_a_history_that_cannot_be_read_stops_the_run(tmp_path: Path, file: str, content: str) -> None:
    (publish(tmp_path, "2026-03-31-aaaa") / file).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_past(tmp_path, "2026-04-30-bbbb")
    assert [fault.code for fault in caught.value.faults] == ["E_HISTORY"]
    assert all(describe(fault, language) for fault in caught.value.faults for language in Language)
