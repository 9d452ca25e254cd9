"""Who does the work on the parts of a table: this process, part after part, or a cluster (flows/cluster.py).

What is worked on is cut in parts here and nowhere else, and every part is worked on by the same function
wherever that happens; answers come back in the order of the parts. So where the work is done changes nothing.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

#: What goes to a worker and comes back: named Arrow tables, which a cluster passes on as Parquet files.
Tables = Mapping[str, pa.Table]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Work:
    """A kind of work by ``name``: ``opened`` makes once, of what all parts share, what ``done`` takes.

    ``at_once``: parts that one process works on at a time. More than one only where the work is a few long
    calls: threads that take turns in thousands of short ones are twenty times slower than one alone.
    """

    name: str
    opened: Callable[[Tables], Any]
    done: Callable[[Tables, Any], Tables]
    at_once: int = 1


class Executor(Protocol):
    """Works on parts; ``partitions`` is in how many areas are put together, None for each on its own."""

    @property
    def partitions(self) -> int | None:
        """Return into how many partitions the areas are put together."""

    def map(self, work: Work, parts: Iterable[Tables], shared: Tables) -> Iterator[Tables]:
        """Return the answer for each part, in their order; parts are asked for as they are needed."""


@dataclass(frozen=True)
class Local:
    """Works in this process, on as many parts at a time as the work says: memory holds no more of them."""

    partitions: int | None = None

    def map(self, work: Work, parts: Iterable[Tables], shared: Tables) -> Iterator[Tables]:
        """Return the answer for each part, in their order."""
        opened = work.opened(shared)
        waiting: deque[Future[Tables]] = deque()
        with ThreadPoolExecutor(work.at_once) as pool:
            for part in parts:
                waiting.append(pool.submit(work.done, part, opened))
                if len(waiting) > work.at_once:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()


#: The executor where none is given.
LOCAL = Local()


class ClusterSettings(BaseModel):
    """Where linking and placing are worked on: ``local``, or ``dask`` at the ``address`` of a scheduler.

    ``partitions``: kabupaten/kota are put together into so many, None for each on its own. ``folder``: where
    parts are handed over, the same path on every machine; None for a hidden folder of the output.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["local", "dask"] = "local"
    address: str | None = Field(default=None, pattern=r"^(tcp|tls)://[^/\s]+:\d+$")
    partitions: int | None = Field(default=None, ge=1, le=10_000)
    folder: str | None = None

    @model_validator(mode="after")
    def _reachable(self) -> "ClusterSettings":
        if (self.kind == "dask") != (self.address is not None):
            raise PydanticCustomError("cluster_address", "dask needs an address, local has none")
        return self


def cut(group: npt.NDArray[np.integer], most: int) -> list[Places]:
    """Return the places of each group, by number and in order, none of more than ``most``; -1 is left out."""
    order = np.argsort(group, kind="stable")
    order = order[np.searchsorted(group[order], 0) :]
    bounds = np.flatnonzero(np.diff(group[order])) + 1
    pieces = np.split(order, bounds) if len(order) else []
    return [piece[at : at + most] for piece in pieces for at in range(0, len(piece), most)]
