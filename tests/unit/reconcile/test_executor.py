import numpy as np
import pyarrow as pa
import pytest
from pydantic import ValidationError

from reconcile.executor import ClusterSettings, Local, Tables, Work, cut


def numbered(number: int) -> Tables:
    return {"n": pa.table({"n": [number]})}


def test_answers_come_in_the_order_of_the_parts_and_parts_are_made_when_they_are_needed() -> None:
    made: list[int] = []

    def parts() -> object:
        for number in range(9):
            made.append(number)
            yield numbered(number)

    def plus(part: Tables, more: int) -> Tables:
        return numbered(part["n"]["n"][0].as_py() + more)

    work = Work("plus", lambda shared: shared["n"]["n"][0].as_py(), plus, at_once=2)
    answers = Local().map(work, parts(), numbered(100))  # type: ignore[arg-type]
    first = next(answers)
    assert first["n"]["n"].to_pylist() == [100]
    assert made == [0, 1, 2]
    assert [one["n"]["n"][0].as_py() for one in answers] == list(range(101, 109))


@pytest.mark.parametrize(
    ("group", "most", "places"),
    [
        ([2, 0, 2, -1, 0, 2], 2, [[1, 4], [0, 2], [5]]),
        ([0, 0, 0], 3, [[0, 1, 2]]),
        ([-1, -1], 3, []),
        ([], 3, []),
    ],
)
def test_groups_are_cut_in_order_and_none_is_larger_than_asked(
    group: list[int], most: int, places: list[list[int]]
) -> None:
    assert [one.tolist() for one in cut(np.array(group, dtype=np.int32), most)] == places


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "dask"},
        {"kind": "local", "address": "tcp://10.0.0.5:8786"},
        {"kind": "dask", "address": "10.0.0.5"},
        {"kind": "dask", "address": "tcp://10.0.0.5:8786", "partitions": 0},
        {"kind": "ray"},
    ],
)
def test_a_cluster_that_cannot_be_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ClusterSettings.model_validate(given)


def test_a_scheduler_is_named_by_its_address() -> None:
    assert ClusterSettings(kind="dask", address="tcp://10.0.0.5:8786").partitions is None
