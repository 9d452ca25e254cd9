"""What the levels of a linkage are worth, as learnt once and used again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from reconcile.linkage.spec import LinkageSpec

Shares = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Parameters:
    """``m`` and ``u`` per comparison, a share per level; ``odds`` that two rows at random are one family.

    ``slope`` and ``shift`` make probabilities of evidence (calibration.calibrated_line).
    """

    odds: float
    m: Mapping[str, tuple[float, ...]]
    u: Mapping[str, tuple[float, ...]]
    slope: float = 1.0
    shift: float = 0.0

    def to_json(self) -> str:
        """Return the parameters as text that ``from_json`` reads."""
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str, spec: LinkageSpec) -> "Parameters":
        """Return parameters that ``to_json`` wrote; ValueError where they are not those of ``spec``."""
        values = json.loads(text)
        m, u = ({k: tuple(v) for k, v in values[name].items()} for name in "mu")
        read = cls(float(values["odds"]), m, u, float(values["slope"]), float(values["shift"]))
        wanted = {one.name: len(one.m) for one in spec.comparisons}
        if any({k: len(v) for k, v in shares.items()} != wanted for shares in (read.m, read.u)):
            raise ValueError("parameters of another linkage")
        return read

    def bits(self, name: str) -> Shares:
        """Return the evidence of each level of a comparison in bits, log2(m / u)."""
        bits: Shares = np.log2(np.array(self.m[name]) / np.array(self.u[name]))
        return bits
