"""What house and savings say against a low decile: the signs of ``assets.yaml``, for rule D03."""

import re
from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, TypeAdapter

from reconcile.resources import read_yaml


class Sign(BaseModel):
    """One field: which of its written values contradict a target decile, and which agree with one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contradicts: re.Pattern[str]
    agrees: re.Pattern[str]

    def judge(self, written: str) -> bool | None:
        """Return whether ``written`` contradicts; None where it says nothing either way."""
        text = written.casefold()
        if self.contradicts.search(text):
            return True
        return False if self.agrees.search(text) else None


@cache
def signs() -> Mapping[str, Sign]:
    """Return the signs by field, in the order of ``assets.yaml``."""
    declared = read_yaml("reconcile.discrepancies", "assets.yaml")
    return TypeAdapter(dict[str, Sign]).validate_python(declared)


def contradictions(table: pd.DataFrame, side: str) -> pd.DataFrame:
    """Return per sign whether ``side`` of each row contradicts; missing where it tells nothing of it."""
    judged = {name: _judged(table[f"{name}_{side}"], sign) for name, sign in signs().items()}
    return pd.DataFrame(judged, index=table.index)


def _judged(written: pd.Series, sign: Sign) -> pd.Series:
    places, distinct = pd.factorize(written)
    said = pd.array([*(sign.judge(text) for text in distinct), None], dtype="boolean")
    # a missing value has place -1, which is the last
    return pd.Series(said.take(np.asarray(places, dtype=np.int64)), index=written.index)
