"""The second net: whatever a library says of somebody, nothing of it is seen; where it was said, is."""

import asyncio
import logging
import subprocess
import sys

import pytest

from flows.redaction import HIDDEN, install, masked, only_codes, place_of
from reconcile.errors import Fault, InputError, StepError

NIK, NAME = "6472014505880002", "SITI RAHMAWATI"
NUMBERS = [
    NIK,
    f"'{NIK}'",
    "647201.450588.0002",
    "6472 0145 0588 0002",
    "64-72-01-45-05-88-0002",
    "6472********0002",
    "6.47201450588E+15",
    "6.472014505880002E15",
    "６４７２０１４５０５８８０００２",
    "647201450588000",
]
HARMLESS = ["2026-03-31-bd44195ddf", "64.72.01.1001", "2026-11-29 14:22:18,123", "1.5e-3", "300000 rows"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_hidden_however_it_is_written(number: str) -> None:
    assert masked(f"row {number} of a file") == f"row {HIDDEN} of a file".replace(
        HIDDEN, f"'{HIDDEN}'" if number.startswith("'") else HIDDEN
    )


@pytest.mark.parametrize("said", HARMLESS)
def test_what_is_nobodys_stays(said: str) -> None:
    assert masked(said) == said


#: Ways in which a text leaves a program; each is given the text of somebody as WHO.
WAYS = {
    "uncaught": "raise ValueError(WHO)",
    "chained": "\ntry:\n    {}[WHO]\nexcept KeyError:\n    raise RuntimeError('x')",
    "thread": "import threading; t = threading.Thread(target=lambda: {}[WHO]); t.start(); t.join()",
    "unraisable": "\nclass A:\n    def __del__(self): raise ValueError(WHO)\nA()",
    "warning": "import warnings; warnings.warn(WHO)",
    "log of a library": "import logging; logging.getLogger('pyogrio.core').warning('value %s', WHO)",
    "log with an error": (
        "import logging\ntry:\n    {}[WHO]\nexcept KeyError:\n    logging.exception('oh ' + WHO)"
    ),
    "log with a stack": "import logging; logging.getLogger('pandas').error(WHO, stack_info=True)",
    "log that cannot be put together": "import logging; logging.getLogger('x').warning('%d', WHO)",
    "prefect's error": "import logging; logging.getLogger('prefect.flow_runs').error(WHO)",
    "handler of its own": (
        "import logging, sys; a = logging.getLogger('fiona'); a.propagate = False\n"
        "a.addHandler(logging.StreamHandler(sys.stdout)); a.error(WHO)"
    ),
    "task that nobody waited for": (
        "import asyncio\nasync def f():\n    {}[WHO]\n"
        "async def g():\n    asyncio.ensure_future(f()); await asyncio.sleep(0)\n"
        "asyncio.run(g()); import gc; gc.collect()"
    ),
}


@pytest.mark.parametrize("way", list(WAYS.values()), ids=list(WAYS))
def test_nothing_of_a_person_leaves_a_program_that_fails(way: str) -> None:
    told = f"from flows.redaction import install; install(); WHO = 'NIK {NIK} {NAME}'\n{way}"
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, timeout=60, check=False
    )
    said = done.stdout + done.stderr
    assert NIK not in said
    assert NAME not in said
    assert "Traceback" not in said
    assert "W_LIBRARY" in said or "E_STEP" in said


def test_prefects_own_lines_are_read_without_numbers() -> None:
    install()
    made = logging.getLogRecordFactory()
    given = (
        "prefect.flow_runs",
        logging.INFO,
        __file__,
        1,
        "Finished in state %s",
        (f"Completed({NIK})",),
        None,
    )
    assert made(*given).getMessage() == f"Finished in state Completed({HIDDEN})"


def test_only_codes_leave_a_block() -> None:
    with pytest.raises(StepError) as failed, only_codes("baca"):
        raise ValueError(f"{NIK} {NAME}")
    (fault,) = failed.value.faults
    assert fault.code == "E_STEP"
    assert dict(fault.details)["kind"] == "ValueError"
    assert NAME not in str(failed.value)
    with pytest.raises(InputError), only_codes("baca"):
        raise InputError([Fault.of("E_COUNTS", equation="a")])


def test_the_place_is_in_our_code_where_our_code_was_at_work() -> None:
    with pytest.raises(TypeError) as ours:
        masked(None)  # type: ignore[arg-type]
    assert place_of(ours.value.__traceback__).startswith("flows/redaction.py:")
    with pytest.raises(ValueError, match="coroutine") as theirs:
        asyncio.run(None)  # type: ignore[arg-type]
    assert place_of(theirs.value.__traceback__.tb_next).startswith("asyncio/")  # type: ignore[union-attr]
    assert place_of(None) == ""
