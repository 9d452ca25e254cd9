"""Every command leads to a function that takes just its options."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from flows.commands import Way, ways
from reconcile.vocab import Language

if TYPE_CHECKING:
    from collections.abc import Iterator


def every(of: tuple[Way, ...]) -> Iterator[Way]:
    for way in of:
        yield way
        yield from every(way.ways)


DOING = [way for way in every(ways(Language.INDONESIAN)) if way.does]


@pytest.mark.parametrize("way", DOING, ids=lambda way: way.does)
def test_a_function_takes_what_its_command_gives(way: Way) -> None:
    module, _, name = way.does.partition(":")
    taken = list(inspect.signature(getattr(import_module(module), name)).parameters)
    given = [str(param.name) for param in way.params]
    place = ["config_path"] if "config" in given else []
    assert taken[: len(place) + 1] == [*place, "language"]
    assert set(taken[len(place) + 1 :]) == set(given) - {"config"}


def test_every_command_does_something_or_leads_on() -> None:
    assert all(way.does or way.ways for way in every(ways(Language.ENGLISH)))
