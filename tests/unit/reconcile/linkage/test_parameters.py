"""Parameters as a file: what was learnt comes back whole, and those of another linkage are refused."""

import json

import pytest
from linkage_world import make_lists

from reconcile.linkage.parameters import Parameters
from reconcile.linkage.spec import household_spec

SPEC = household_spec()


@pytest.fixture(scope="module")
def learnt() -> Parameters:
    return make_lists(200).linked().parameters


def test_they_come_back_as_they_were(learnt: Parameters) -> None:
    written = learnt.to_json()
    read = Parameters.from_json(written, SPEC)
    assert read == learnt
    assert read.to_json() == written
    assert written.endswith("}\n")


def test_evidence_is_the_logarithm_of_m_by_u() -> None:
    one = Parameters(odds=0.5, m={"nama": (0.8, 0.2)}, u={"nama": (0.1, 0.8)})
    assert one.bits("nama").tolist() == [3.0, -2.0]


def changed(learnt: Parameters, change: str) -> str:
    values = json.loads(learnt.to_json())
    if change == "a comparison too few":
        del values["m"]["nik"]
    if change == "a comparison too many":
        values["u"]["surat"] = [0.5, 0.5]
    if change == "a level too few":
        values["m"]["nik"].pop()
    if change == "a level too many in u":
        values["u"]["nama"].append(0.1)
    return json.dumps(values)


CHANGES = ["a comparison too few", "a comparison too many", "a level too few", "a level too many in u"]


@pytest.mark.parametrize("change", CHANGES)
def test_those_of_another_linkage_are_refused(learnt: Parameters, change: str) -> None:
    with pytest.raises(ValueError, match="another linkage"):
        Parameters.from_json(changed(learnt, change), SPEC)
    assert Parameters.from_json(changed(learnt, "nothing"), SPEC) == learnt
