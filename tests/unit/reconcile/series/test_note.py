"""Versions of a reference date, and what a note keeps of a run."""

import pandas as pd
import pytest
import series_world as world
from pydantic import ValidationError

from reconcile.series.note import Note, counts_of, find, former_rows, names_of, newest, settings_of

FIRST = world.note("2025-12-31-aaaa")
SECOND = world.note("2025-12-31-bbbb", versi=2)
LATER = world.note("2026-03-31-cccc")


def test_the_newest_version_of_a_date_counts_and_the_older_stays() -> None:
    assert newest([LATER, SECOND, FIRST]) == [SECOND, LATER]
    assert find([FIRST, LATER, SECOND], "2025-12-31") == SECOND
    assert find([FIRST, LATER, SECOND], "2025-12-31-aaaa") == FIRST
    assert find([FIRST], "2024-01-01") is None


def test_a_note_is_read_back_as_it_was_written() -> None:
    assert Note.model_validate_json(world.note().model_dump_json()) == world.note()
    with pytest.raises(ValidationError):
        Note.model_validate({**world.note().model_dump(), "lain": 1})


def test_settings_are_flat_and_say_what_is_empty() -> None:
    given = {
        "matching": {"match": 0.9, "parameters": None},
        "findings": {"disable": [], "pairs": [["a", "b"], ["c", "d"]]},
    }
    assert settings_of(given) == {
        "findings.disable": "-",
        "findings.pairs": "a+b, c+d",
        "matching.match": "0.9",
        "matching.parameters": "-",
    }


def test_areas_and_dead_codes_come_back() -> None:
    import factory

    register = factory.register()
    names = names_of(register.villages)
    assert (names["64.02"], names["64.02.19"]) == ("Kabupaten Kutai Kartanegara", "Muara Contoh Darat")
    places = world.note().wilayah.model_copy(update={"bekas": former_rows(register.former)})
    pd.testing.assert_frame_equal(places.former(), register.former)
    assert (places.edition, places.model_copy(update={"edisi_kode": "lama"}).edition) == (2025, None)


def test_counts_leave_out_what_is_missing() -> None:
    assert counts_of(pd.Series(["b", None, "a", "b"])) == {"a": 1, "b": 2}
    assert counts_of(pd.Series(dtype="str")) == {}
