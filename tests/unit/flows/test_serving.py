"""What the watch of `padan serve` does about a run that failed, beside what tests/integration shows."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from prefect.states import Failed

from flows.schedule_settings import NotifySettings, ScheduleSettings
from flows.serving import Watch, mark_crashed
from reconcile.language import text
from reconcile.vocab import Language

OURS = Path("/kantor/config.yaml")
NOTE = "catatan/gagal.txt"


@pytest.mark.parametrize("blocked", [False, True])
def test_a_note_that_cannot_be_written_does_not_end_the_watch(tmp_path: Path, blocked: bool) -> None:
    if blocked:
        (tmp_path / "catatan").write_text("no folder", encoding="utf-8")
    said: list[str] = []
    schedule = ScheduleSettings(notify=NotifySettings(file=NOTE))
    config: Any = SimpleNamespace(folder=tmp_path, schedule=schedule)
    run: Any = SimpleNamespace(id=uuid4(), end_time=datetime(2026, 4, 1, tzinfo=UTC))
    watch = Watch(config, tmp_path / "config.yaml", Language.INDONESIAN, said.append, lambda: True)
    watch._tell(run, Failed(), "malam")
    failed = text("serve_note_failed", Language.INDONESIAN, file=NOTE)
    assert (failed in said) is blocked
    if not blocked:
        assert (tmp_path / NOTE).read_text(encoding="utf-8").splitlines() == said


def test_only_runs_of_this_configuration_are_marked_as_crashed() -> None:
    paths = (str(OURS), "/dinas/config.yaml", "config.yaml")
    runs = [SimpleNamespace(id=uuid4(), parameters={"config_path": path}) for path in paths]
    marked = []
    client: Any = SimpleNamespace(
        read_flow_runs=lambda **_: runs, set_flow_run_state=lambda run, *_, **__: marked.append(run)
    )
    assert mark_crashed(client, OURS) == runs[:1]
    assert marked == [runs[0].id]
