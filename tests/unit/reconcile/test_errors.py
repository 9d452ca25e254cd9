"""Faults and errors: what they print, how they travel."""

import pickle

import pytest

from reconcile import errors
from reconcile.errors import ConfigError, Fault, InputError, PadanError, PublishError

NIK = "6402065705800001"

PRINTED = [
    (Fault.of("E_X"), "E_X"),
    (Fault.of("E_X", file="a.csv"), "E_X (a.csv)"),
    (
        Fault.of("E_X", file="a.xlsx", sheet="Keluarga", row=7, column="nik"),
        "E_X (a.xlsx, Keluarga, row 7, nik)",
    ),
    (Fault.of("E_X", row=7), "E_X (row 7)"),
    (Fault.of("E_X", column="nik"), "E_X (nik)"),
    # details never stand in a log, whatever is in them
    (Fault.of("E_X", file="a.csv", heading="NIK", given=NIK), "E_X (a.csv)"),
]


@pytest.mark.parametrize(("fault", "printed"), PRINTED)
def test_a_fault_prints_code_and_place_only(fault: Fault, printed: str) -> None:
    assert str(fault) == printed
    assert str(InputError([fault])) == printed


def test_details_are_text_whatever_order_they_are_given_in() -> None:
    fault = Fault.of("E_X", rows=3, area="64.02")
    assert fault == Fault.of("E_X", area="64.02", rows="3")
    assert fault.details == (("area", "64.02"), ("rows", "3"))


def test_an_error_keeps_every_fault_and_prints_each() -> None:
    error = InputError(Fault.of("E_X", row=row) for row in (1, 2))
    assert [fault.row for fault in error.faults] == [1, 2]
    assert str(error) == "E_X (row 1); E_X (row 2)"


def test_faults_sort_by_code_and_place() -> None:
    faults = [
        Fault.of("E_B"),
        Fault.of("E_A", file="b"),
        Fault.of("E_A", file="a", row=9),
        Fault.of("E_A", file="a"),
    ]
    assert [str(fault) for fault in sorted(faults)] == ["E_A (a)", "E_A (a, row 9)", "E_A (b)", "E_B"]


KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PadanError)]


@pytest.mark.parametrize("kind", KINDS)
def test_errors_travel_between_processes_whole(kind: type[PadanError]) -> None:
    error = kind([Fault.of("E_X", file="a.csv", row=2, theirs=3), Fault.of("E_Y")])
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 # its own bytes, as Prefect keeps them
    assert type(back) is kind
    assert back.faults == error.faults
    assert (str(back), back.exit_code) == (str(error), error.exit_code)


@pytest.mark.parametrize(
    ("kind", "code"), [(ConfigError, 2), (InputError, 2), (PublishError, 3), (PadanError, 3)]
)
def test_exit_codes_tell_wrong_use_from_failure(kind: type[PadanError], code: int) -> None:
    assert kind([]).exit_code == code
