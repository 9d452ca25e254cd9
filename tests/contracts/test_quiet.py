"""What Prefect is handed and keeps: paths and switches, never a table, a pickle or what was printed."""

import ast
import inspect
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows.prefect_settings import ALWAYS
from flows.schedule import FLOWS

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for package in ("flows", "geo", "reconcile") for path in (ROOT / package).rglob("*.py"))
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
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for one in node.decorator_list:
                    name = ast.unparse(one.func if isinstance(one, ast.Call) else one)
                    if name in {"flow", "task", "prefect.flow", "prefect.task"}:
                        yield f"{path.relative_to(ROOT)}:{node.lineno} {name}", one


@pytest.mark.parametrize("found", list(decorators()), ids=lambda found: found[0])
def test_nothing_that_prefect_runs_keeps_results_or_prints(found: tuple[str, ast.expr]) -> None:
    _, made = found
    assert isinstance(made, ast.Call)
    told = {word.arg: ast.unparse(word.value) for word in made.keywords}
    assert (told.get("persist_result"), told.get("log_prints")) == ("False", "False")
    if ast.unparse(made.func).endswith("task"):
        assert told.get("cache_policy") == "NO_CACHE"


def test_there_are_flows_and_tasks_to_look_at() -> None:
    kinds = [name.split()[-1] for name, _ in decorators()]
    assert kinds.count("flow") == len(FLOWS)
    assert kinds.count("task") >= 3


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_of_ours_pickles_or_prints(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert not PICKLING & {one.name.split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in PICKLING
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            allowed = {"print"} if path.relative_to(ROOT).as_posix() in MAY_PRINT else set()
            # rich's and click's own consoles have a method of that name
            if name != "print" or isinstance(node.func, ast.Name):
                assert name not in CALLS - allowed


def test_what_keeps_prefect_quiet_holds_whatever_the_environment_says() -> None:
    assert ALWAYS["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert ALWAYS["PREFECT_RESULTS_PERSIST_BY_DEFAULT"] == "false"
    assert ALWAYS["PREFECT_LOGGING_LOG_PRINTS"] == "false"
    assert ALWAYS["DO_NOT_TRACK"] == "1"
