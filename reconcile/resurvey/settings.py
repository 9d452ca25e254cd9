"""What an office may set of the re-survey."""

from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field

from reconcile.vocab import Severity, VisitReason

_MONTHS_OF_QUARTER = 3


class ResurveySettings(BaseModel):
    """Whom to visit, in which order, how many per village, and by when.

    ``reasons`` are the reasons in the order of their weight; one that is left out sends nobody anywhere.
    ``severities`` of findings call for a visit. ``period`` names the round (left out: the quarter of the
    reference date); ``due_days`` count from the reference date of the run that asks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    period: str | None = Field(default=None, pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")
    due_days: int = Field(default=45, ge=1)
    reasons: tuple[VisitReason, ...] = tuple(VisitReason)
    severities: tuple[Severity, ...] = (Severity.CRITICAL, Severity.HIGH)
    months_unseen: int = Field(default=24, ge=1)
    budget_per_village: int | None = Field(default=None, ge=1)

    def period_of(self, day: date) -> str:
        """Return the name of the round that ``day`` belongs to, such as 2026-TW2."""
        return self.period or f"{day.year}-TW{(day.month - 1) // _MONTHS_OF_QUARTER + 1}"

    def due(self, day: date) -> date:
        """Return by when an answer to what is asked on ``day`` is due."""
        return day + timedelta(days=self.due_days)
