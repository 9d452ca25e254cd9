"""Closed vocabularies of the review."""

from enum import StrEnum


class Verdict(StrEnum):
    """What stands of all that people decided of one pair."""

    SAME = "sama"
    OTHER = "beda"
    UNSURE = "ragu"
    CONTESTED = "bertentangan"


class ReviewRole(StrEnum):
    """In what part somebody judges a pair; the arbiter's word ends a disagreement of reviewers."""

    REVIEWER = "penelaah"
    ARBITER = "penengah"
