"""What an office may set of `padan serve`: which runs, when, the incoming folder, whom to tell."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self
from zoneinfo import available_timezones

from cronsim import CronSim, CronSimError
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

#: Minute, hour, day of month, month, day of week: no seconds, no @daily.
_CRON_FIELDS = 5
#: What cronsim and Prefect's croniter both understand: numbers, signs and names such as MON, no L, W or #.
_CRON_FIELD = re.compile(r"(?:[\d*,/-]|[A-Za-z]{3})+")
#: From when on an expression is tried.
_SOME_DAY = datetime(2024, 1, 1, tzinfo=UTC)


class ScheduleKind(StrEnum):
    """What a deployment does when it is due."""

    RECONCILE = "reconcile"
    CHECK = "check"
    REPORT = "report"


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DeploymentSettings(_Declared):
    """One scheduled run: by ``cron`` in the time zone of the schedule, or every ``interval_seconds``.

    An inactive one stands in Prefect, to be started by hand, and never starts by itself.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    kind: ScheduleKind
    cron: str | None = None
    interval_seconds: int | None = Field(default=None, ge=5, le=366 * 86_400)
    active: bool = True

    @field_validator("cron")
    @classmethod
    def _cron(cls, value: str | None) -> str | None:
        if value is not None and not is_cron(value):
            raise PydanticCustomError("cron", "no cron expression")
        return value

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.cron is None) == (self.interval_seconds is None):
            raise PydanticCustomError("cron_or_interval", "either or")
        return self


def is_cron(value: str) -> bool:
    """Return whether ``value`` is a cron expression of five fields that comes true at some time."""
    fields = value.split()
    if len(fields) != _CRON_FIELDS or not all(map(_CRON_FIELD.fullmatch, fields)):
        return False
    try:
        next(CronSim(value, _SOME_DAY))
    except (CronSimError, StopIteration):
        return False
    return True


class IncomingRule(_Declared):
    """Files whose name fits ``pattern`` (capitals do not matter) belong in the folder ``into``."""

    pattern: str = Field(min_length=1, pattern=r"^[^/\\]+$")
    into: str = Field(min_length=1)


class IncomingSettings(_Declared):
    """The folder that offices put deliveries in.

    A delivery is complete when nothing of it changed for ``stable_seconds``, or at once when a file
    ``<name>.selesai`` lies beside it. The first of ``rules`` that fits says where it belongs.
    """

    folder: str = Field(default="data/raw/masuk", min_length=1)
    stable_seconds: int = Field(default=300, ge=0, le=86_400)
    rules: tuple[IncomingRule, ...] = ()


class NotifySettings(_Declared):
    """Whom to tell that a scheduled run failed; nobody where nothing is set.

    ``address_variable`` names the environment variable that holds an address: ``https://...`` of a chat, or
    ``mailto://...``; Prefect tells it. ``file`` gets a line per failure from `padan serve`, offline too.
    """

    address_variable: str | None = Field(default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    file: str | None = Field(default=None, min_length=1)


class ScheduleSettings(_Declared):
    """The schedule as a whole; ``port`` is that of the server on this machine (127.0.0.1 only)."""

    timezone: str = "Asia/Makassar"
    port: int = Field(default=4200, ge=1024, le=65_535)
    deployments: tuple[DeploymentSettings, ...] = ()
    incoming: IncomingSettings = IncomingSettings()
    notify: NotifySettings = NotifySettings()

    @field_validator("timezone")
    @classmethod
    def _timezone(cls, value: str) -> str:
        if value not in available_timezones():
            nearest = "Asia/Makassar, Asia/Jakarta, Asia/Jayapura"
            raise PydanticCustomError("not_known", "{nearest}", {"nearest": nearest})
        return value

    @field_validator("deployments")
    @classmethod
    def _names(cls, value: tuple[DeploymentSettings, ...]) -> tuple[DeploymentSettings, ...]:
        if len({one.name for one in value}) < len(value):
            raise PydanticCustomError("deployments_twice", "name stands twice")
        return value
