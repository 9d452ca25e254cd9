"""A whole run in the process of the test: every step and file, without Prefect and its server around them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from command import in_office

from flows import pipeline, tasks
from flows.staging import Kept
from flows.states import UNCHANGED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def run_here(folder: Path, *, fresh: bool = False) -> Path:
    """Make the run that ``config.yaml`` in ``folder`` declares, and return the folder that it published.

    `padan run` needs four times as long for a small sample: it starts, and starts Prefect's server.
    """
    steps = {
        name: _plain(step.__wrapped__) for name, step in vars(tasks).items() if hasattr(step, "__wrapped__")
    }
    with in_office(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "tasks", SimpleNamespace(**steps))
        patch.setattr(pipeline, "show", lambda *_: None)
        state = pipeline.reconcile_registries.fn(str(folder / "config.yaml"), fresh=fresh)
    assert state.is_completed(), state.message
    assert state.name != UNCHANGED
    published: Path = state.data
    return published


def _plain(function: Callable[..., Any]) -> Callable[..., Kept[Any]]:
    """Return a step that Prefect knows nothing of."""

    def made(*given: Any) -> Kept[Any]:
        value = function(*(one.value if isinstance(one, Kept) else one for one in given))
        return Kept("", lambda: value)

    return made
