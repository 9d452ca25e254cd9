"""What an office may set of the tables behind the progress report."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from reconcile.report.period import Cadence


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReadinessWeights(_Declared):
    """Points of each part of the readiness score, 100 together.

    The defaults are the compliance part of the fiscal incentive as a kabupaten secretary explained it: SK 35,
    annex and verval data 35, reports of the first and the second quarter 15 each (PMK 97/2023 art. 3 scores
    compliance in using and verifying the data). They are configuration because such rules change.
    """

    sk: float = Field(default=35, ge=0, le=100)
    verval: float = Field(default=35, ge=0, le=100)
    tw1: float = Field(default=15, ge=0, le=100)
    tw2: float = Field(default=15, ge=0, le=100)

    @model_validator(mode="after")
    def _hundred(self) -> Self:
        total = self.sk + self.verval + self.tw1 + self.tw2
        if abs(total - 100) > 1e-9:
            raise PydanticCustomError("weights", "{total}", {"total": f"{total:g}"})
        return self


class ReportSettings(_Declared):
    """Weights and limits of the report's tables.

    A group is marked where its share of unmatched families is more than ``group_ratio`` times that of all and
    it has at least ``group_least`` families. ``remote_kecamatan`` are codes; left empty, a kecamatan
    without any measured point is remote. A published count of 1 to ``small_cells`` - 1 is kept back, and what
    would let it be reckoned. ``cadence`` is how often a progress report is due.
    """

    weights: ReadinessWeights = ReadinessWeights()
    group_ratio: float = Field(default=1.5, gt=1)
    group_least: int = Field(default=30, ge=1)
    remote_kecamatan: tuple[str, ...] = ()
    small_cells: int = Field(default=5, ge=2, le=100)
    cadence: Cadence = Cadence.QUARTER
