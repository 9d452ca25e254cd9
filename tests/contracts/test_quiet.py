"""What Prefect is handed and keeps: paths and switches, never a table, a pickle or what was printed."""

import ast
import inspect
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from our_code import SOURCES, called, name_of, nodes

from flows.prefect_settings import ALWAYS
from flows.schedule import FLOWS

#: What a flow may be told besides the path of its configuration: Prefect stores it as it is.
PLAIN = {bool, int, date}
PICKLING = {"pickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"}
CALLS = {"to_pickle", "read_pickle", "print"}
#: A hook that Python calls has no other voice than print.
MAY_PRINT = {"flows/redaction.py"}


@pytest.mark.parametrize("flow", list(FLOWS.values()), ids=lambda flow: flow.name)
def test_a_flow_is_told_paths_and_switches_only(flow: object) -> None:
    fn = flow.fn  # type: ignore[attr-defined]
    kinds = {name: one.annotation for name, one in inspect.signature(fn).parameters.items()}
    assert set(kinds.values()) <= {str, *PLAIN}
    assert {name for name, kind in kinds.items() if kind is str} == {"config_path"}


def decorators() -> Iterator[tuple[str, ast.expr]]:
    """Return every @flow and @task of our code, with where it stands."""
    for path in SOURCES:
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for one in node.decorator_list:
                    name = ast.unparse(one.func if isinstance(one, ast.Call) else one)
                    if name in {"flow", "task", "prefect.flow", "prefect.task"}:
                        yield f"{name_of(path)}:{node.lineno} {name}", one


def test_nothing_that_prefect_runs_keeps_results_or_prints() -> None:
    wanted = {"persist_result": "False", "log_prints": "False"}
    for place, made in decorators():
        assert isinstance(made, ast.Call), place
        told = {str(word.arg): ast.unparse(word.value) for word in made.keywords}
        assert wanted.items() <= told.items(), place
        if ast.unparse(made.func).endswith("task"):
            assert told.get("cache_policy") == "NO_CACHE", place


def test_there_are_flows_and_tasks_to_look_at() -> None:
    kinds = [name.split()[-1] for name, _ in decorators()]
    assert kinds.count("flow") == len(FLOWS)
    assert kinds.count("task") >= 3


def test_no_code_of_ours_pickles_or_prints() -> None:
    found = {name_of(path): set(pickled_or_printed(path)) for path in SOURCES}
    assert {name: words for name, words in found.items() if words} == {name: {"print"} for name in MAY_PRINT}


def pickled_or_printed(path: Path) -> Iterator[str]:
    """Return each library of PICKLING that a source imports, and each of CALLS that it calls."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from PICKLING & {one.name.split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            yield from PICKLING & {(node.module or "").split(".")[0]}
        # rich's and click's own consoles have a method of the name print
        elif isinstance(node, ast.Call) and (called(node) != "print" or isinstance(node.func, ast.Name)):
            yield from CALLS & {called(node)}


def test_what_keeps_prefect_quiet_holds_whatever_the_environment_says() -> None:
    assert ALWAYS["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert ALWAYS["PREFECT_RESULTS_PERSIST_BY_DEFAULT"] == "false"
    assert ALWAYS["PREFECT_LOGGING_LOG_PRINTS"] == "false"
    assert ALWAYS["DO_NOT_TRACK"] == "1"
