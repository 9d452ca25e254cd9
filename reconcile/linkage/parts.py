"""Comparing pairs part by part: those within one kabupaten first, those across in a second pass.

A level depends on the two rows only, and on how rare values are among all rows, which travels with them. So
the levels are those of reconcile.linkage.compare, however the pairs are cut.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from reconcile.executor import Executor, Places, Tables, Work, cut
from reconcile.linkage.compare import compare
from reconcile.linkage.features import Features
from reconcile.linkage.kinds import Levels
from reconcile.linkage.slices import from_slice, sliced, used_features
from reconcile.linkage.spec import LinkageSpec
from reconcile.linkage.values import MISSING, Codes

#: Pairs of a part at most: bounds the memory of a worker, whatever the size of a kabupaten.
MOST_PAIRS = 500_000


def compare_parts(
    features: Features, spec: LinkageSpec, a: Codes, b: Codes, executor: Executor, *, scattered: bool = False
) -> dict[str, Levels]:
    """Return what ``compare`` returns; the work is done by ``executor``, part by part.

    ``scattered``: the pairs are taken from anywhere, so that kabupaten make no parts worth their name.
    """
    none = np.zeros(len(a), dtype=np.int32)
    places = cut(none if scattered else _group(features, spec, a, b, executor.partitions), MOST_PAIRS)
    levels = {one.name: np.full(len(a), MISSING, dtype=np.int8) for one in spec.comparisons}
    answers = executor.map(COMPARE, _parts(features, spec, a, b, places), spec_table(spec))
    for at, made in zip(places, answers, strict=True):
        for name, level in levels.items():
            level[at] = made["levels"][name].to_numpy()
    return levels


def areas(features: Features, spec: LinkageSpec, partitions: int | None) -> Codes:
    """Return the number of the partition of each row: its kabupaten, or ``partitions`` of these; MISSING."""
    if spec.partition is None:
        return np.full(features.n, MISSING, dtype=np.int32)
    code = features.key(*spec.partition_key)[: features.n]
    if partitions is None:
        return code
    known, back = np.unique(code, return_inverse=True)
    missing = int(len(known) > 0 and known[0] == MISSING)
    return np.where(code == MISSING, MISSING, (back - missing) % partitions).astype(np.int32)


def _group(
    features: Features, spec: LinkageSpec, a: Codes, b: Codes, partitions: int | None
) -> npt.NDArray[np.int32]:
    """Return a number per pair: that of the partition both rows lie in, and one more for those across."""
    area = areas(features, spec, partitions)
    across = int(area.max(initial=MISSING)) + 1
    one, two = area[a], area[b]
    return np.where((one == two) & (one != MISSING), one, across).astype(np.int32)


def _parts(
    features: Features, spec: LinkageSpec, a: Codes, b: Codes, places: list[Places]
) -> Iterator[Tables]:
    names = used_features(spec)
    for at in places:
        rows, back = np.unique(np.concatenate([a[at], b[at]]), return_inverse=True)
        pairs = {"a": pa.array(back[: len(at)], pa.int32()), "b": pa.array(back[len(at) :], pa.int32())}
        yield {**sliced(features, names, rows), "pairs": pa.table(pairs)}


def spec_table(spec: LinkageSpec) -> Tables:
    """Return a linkage as a table of one text, to be read by ``spec_of``."""
    return {"spec": pa.table({"spec": [spec.model_dump_json()]})}


def spec_of(shared: Tables) -> LinkageSpec:
    """Return the linkage that ``spec_table`` wrote."""
    return LinkageSpec.model_validate_json(shared["spec"]["spec"][0].as_py())


def _compared(part: Tables, spec: LinkageSpec) -> Tables:
    a, b = (part["pairs"][side].to_numpy() for side in ("a", "b"))
    return {"levels": pa.table(compare(from_slice(part, spec), spec, a, b))}


COMPARE = Work("compare", spec_of, _compared)
