"""The schedule of config.yaml: what cannot be served is refused; cron means what it means to Prefect."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from cronsim import CronSim
from prefect._vendor.croniter import croniter
from pydantic import ValidationError

from flows.schedule_settings import ScheduleSettings, is_cron

SHIPPED = yaml.safe_load((Path(__file__).parents[3] / "config.yaml").read_text(encoding="utf-8"))["schedule"]
WITA = ZoneInfo("Asia/Makassar")


def deployment(**changes: Any) -> dict[str, Any]:
    return {"name": "bulanan", "kind": "reconcile", "cron": "0 5 1 * *", **changes}


FAULTS = [
    # what is declared, kind of the error
    ({"timezone": "WITA"}, "not_known"),
    ({"port": 80}, "greater_than_equal"),
    ({"deployments": [deployment(cron="0 25 * * *")]}, "cron"),
    ({"deployments": [deployment(cron="@monthly")]}, "cron"),
    ({"deployments": [deployment(cron=None)]}, "cron_or_interval"),
    ({"deployments": [deployment(interval_seconds=60)]}, "cron_or_interval"),
    ({"deployments": [deployment(cron=None, interval_seconds=1)]}, "greater_than_equal"),
    ({"deployments": [deployment(kind="rekon")]}, "enum"),
    ({"deployments": [deployment(name="Tiap Bulan")]}, "string_pattern_mismatch"),
    ({"deployments": [deployment(), deployment(cron="0 6 1 * *")]}, "deployments_twice"),
    ({"incoming": {"rules": [{"pattern": "a/*.csv", "into": "b"}]}}, "string_pattern_mismatch"),
    ({"notify": {"address_variable": "https://x"}}, "string_pattern_mismatch"),
]


@pytest.mark.parametrize(("declared", "kind"), FAULTS)
def test_what_cannot_be_served_is_refused(declared: dict[str, Any], kind: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ScheduleSettings.model_validate(declared)
    assert [error["type"] for error in refused.value.errors()] == [kind]


CRON = [
    # expression, whether it is one for us: what only one of cronsim and Prefect understands is refused
    ("*/15 1-5 * * MON,fri", True),
    ("0 5 29 2 *", True),
    ("0 5 31 2 *", False),
    ("0 5 * *", False),
    ("0 0 5 * * *", False),
    ("0 5 LW * *", False),
    ("0 5 * * 5L", False),
    ("0 5 * * 5#2", False),
    ("", False),
]


@pytest.mark.parametrize(("written", "is_one"), CRON)
def test_cron_has_five_fields_that_come_true(written: str, is_one: bool) -> None:
    assert is_cron(written) is is_one
    assert not is_one or croniter.is_valid(written)


@pytest.mark.parametrize("written", [one["cron"] for one in SHIPPED["deployments"]] + ["30 1 13 * 5"])
def test_both_readers_of_cron_name_the_same_times(written: str) -> None:
    since = datetime(2026, 1, 31, 12, tzinfo=WITA)
    ours, theirs = CronSim(written, since), croniter(written, since)
    for _ in range(5):
        assert next(ours).astimezone(UTC) == theirs.get_next(datetime).astimezone(UTC)
