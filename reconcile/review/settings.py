"""What an office may set of the clerical review."""

from pydantic import BaseModel, ConfigDict, Field


class ReviewSettings(BaseModel):
    """How doubtful pairs are handed out, and how sure the thresholds are meant to be.

    ``double_share`` of the pairs goes to both reviewers, so that their agreement can be measured.
    ``reviewers`` are the names of reviewers A and B: named, they stand in their books already, and nobody is
    offered a pair again that they have judged. ``wanted_share`` is the share of right pairs that the table of
    thresholds looks for, with 95 % confidence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    double_share: float = Field(default=0.2, ge=0, le=1)
    per_book: int = Field(default=100, ge=1, le=1000)
    reviewers: tuple[str, str] = ("", "")
    wanted_share: float = Field(default=0.95, gt=0.5, lt=1)
