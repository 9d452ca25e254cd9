"""A step of the flow as a Prefect task: what it depends on, what of it is kept, and what may leave it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Any, TypeVar, get_type_hints

import pandas as pd
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.config import PipelineConfig
from flows.fingerprint import digest, secret, settings, software, view
from flows.log import reported
from flows.memory import give_back
from flows.redaction import fault_of
from flows.staging import Kept, current
from reconcile.errors import PadanError, StepError

R = TypeVar("R")
Reads = Callable[[PipelineConfig], str]
#: What a step is given: results of other steps, the configuration, ids.
Given = Kept[Any] | PipelineConfig | str


def step(
    *uses: str, reads: Reads | None = None, keep: bool = True
) -> Callable[[Callable[..., R]], Callable[..., Kept[R]]]:
    """Return a decorator: the function becomes a task that takes and gives kept results.

    ``uses`` names the sections of the configuration that the step looks at, and it sees no other; ``reads``
    gives the hash of the files that it reads. Both, the program, its libraries, the secret and the results
    that it is given are what its own result depends on: where all are as they were, it is taken up instead
    of made.

    Prefect is handed references only. The text of a library's exception may hold a person's data, and Prefect
    stores it: what leaves a step is its name, the kind of error and where in our code it arose.
    """

    def task_of(function: Callable[..., R]) -> Callable[..., Kept[R]]:
        name, kind = function.__name__, get_type_hints(function)["return"]

        @task(name=name, cache_policy=NO_CACHE, persist_result=False, log_prints=False)
        def run(given: tuple[Given, ...]) -> State[Kept[R]]:
            try:
                with reported(name) as told:
                    seen = tuple(view(one, uses) if isinstance(one, PipelineConfig) else one for one in given)
                    key = _key(name, given, uses, reads)
                    kept, counts = _found(name, key, kind) if keep else None, ""
                    if kept is None:
                        made = function(*(one.value if isinstance(one, Kept) else one for one in seen))
                        counts = _counts(made)
                        kept = _kept(name, key, made, kind) if keep else _held(key, made)
                        del made
                    told.reused = kept.reused
                    give_back()
                return _concluded(kept, counts)
            except PadanError:
                raise
            except Exception as error:  # noqa: BLE001 - its text must not reach Prefect's database
                raise StepError([fault_of(name, error)]) from None

        @wraps(function)
        def call(*given: Given) -> Kept[R]:
            state: State[Any] = run(given, return_state=True)
            kept: Kept[R] = state.result()
            return kept

        return call

    return task_of


def _key(name: str, given: Iterable[Given], uses: Iterable[str], reads: Reads | None) -> str:
    """Return the hash of all that the result of a step depends on."""
    parts = [name, software()]
    for one in given:
        if isinstance(one, PipelineConfig):
            parts += [settings(one, {*uses}), secret(one), reads(one) if reads else ""]
        else:
            parts.append(one.key if isinstance(one, Kept) else one)
    return digest(parts)


def _found(name: str, key: str, kind: Any) -> Kept[Any] | None:
    staging = current()
    return staging.find(name, key, kind) if staging else None


def _kept(name: str, key: str, made: R, kind: Any) -> Kept[R]:
    staging = current()
    return staging.keep(name, key, made, kind) if staging else _held(key, made)


def _held(key: str, made: R) -> Kept[R]:
    return Kept(key, lambda: made)


def _concluded(kept: Kept[R], counts: str) -> State[Kept[R]]:
    """Return the state that Prefect shows: how much there is of the result, or that it was taken up."""
    if kept.reused:
        return Completed(name="Cached", message="taken up from an earlier run that did not finish", data=kept)
    return Completed(message=counts, data=kept)


def _counts(made: object) -> str:
    tables = list(_tables(made))
    return f"{len(tables)} tables, {sum(map(len, tables))} rows" if tables else ""


def _tables(value: object) -> Iterator[pd.DataFrame]:
    """Return every table that a result holds."""
    if isinstance(value, pd.DataFrame):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _tables(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _tables(getattr(value, field.name))
