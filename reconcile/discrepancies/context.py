"""What a rule may look at."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field


class Tolerances(BaseModel):
    """From when on a difference is a finding."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    members: int = Field(default=2, ge=1, description="difference in family size")
    metres: float = Field(default=250.0, ge=0, description="distance from a point to its stated village")
    deciles: int = Field(default=1, ge=1, description="difference in decile")


@dataclass(frozen=True)
class Context:
    """The reconciled households and what belongs to them.

    ``households`` (PLACED) and ``members`` (MEMBERS) hold both registries; ``flags`` is VALUE_FLAGS and
    ``villages`` the register.
    """

    reconciled: pd.DataFrame
    households: pd.DataFrame
    members: pd.DataFrame
    flags: pd.DataFrame
    villages: pd.DataFrame
    tolerances: Tolerances

    @cached_property
    def row_of(self) -> "pd.Series[int]":
        """Return record_id -> row of the reconciled table."""
        sides = [self.reconciled[f"record_id_{side}"].dropna() for side in ("p3ke", "bps")]
        rows: pd.Series[int] = pd.concat([pd.Series(side.index, index=side.array) for side in sides])
        return rows

    @cached_property
    def flagged(self) -> pd.DataFrame:
        """Return ``record_id``, ``registry``, ``column``, ``code`` of the flags of households and members."""
        place = ["source_file", "source_sheet", "source_row"]
        owners = pd.concat([table[[*place, "record_id"]] for table in (self.households, self.members)])
        found = self.flags.merge(owners.dropna(subset=["record_id"]), on=place)
        return found[["record_id", "registry", "column", "code"]].drop_duplicates()
