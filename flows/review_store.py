"""Edge module: the file in which `padan review` keeps what people decided; only ever added to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from flows.csvfile import read_csv, write_csv
from flows.place import fresh_file, put_file
from reconcile.disclosure import JUDGEMENT_STORE, MODES, Disclosure, allowed
from reconcile.errors import Fault, InputError, PublishError
from reconcile.review.tables import JUDGEMENTS
from reconcile.review.verdicts import PAIR
from reconcile.tables import DECISIONS

_PATIENCE_SECONDS = 10
_ORDER = [*PAIR, "oleh", "tanggal", "peran", "keputusan", "keterangan"]


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock of the store; PublishError E_REVIEW_STORE where another holds it for long."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_name(f".{path.name}.kunci"), timeout=_PATIENCE_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        raise PublishError([Fault.of("E_REVIEW_STORE", file=path.name)]) from None
    try:
        yield
    finally:
        lock.release()


def stored(path: Path) -> pd.DataFrame:
    """Return JUDGEMENTS of the store, none where there is no file; InputError where it is no such file."""
    if not path.exists():
        return JUDGEMENTS.empty()
    try:
        return JUDGEMENTS.build(read_csv(path, JUDGEMENTS.names))
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError([Fault.of("E_REVIEW_STORE", file=path.name)]) from None


def keep(path: Path, new: pd.DataFrame) -> pd.DataFrame:
    """Add JUDGEMENTS to the store, whole or not at all, and return all of it; call it within ``alone``.

    The rows are sorted, so that the same judgements are the same bytes; nothing new changes nothing.
    """
    before = stored(path)
    if not len(new):
        return before
    every = pd.concat([before, new], ignore_index=True).drop_duplicates()
    every = JUDGEMENTS.build(every.sort_values(_ORDER))
    try:
        put_file(
            fresh_file(
                path,
                lambda fresh: write_csv(fresh, allowed(JUDGEMENT_STORE, every)),
                MODES[Disclosure.RESTRICTED],
            ),
            path,
        )
    except OSError:
        raise PublishError([Fault.of("E_REVIEW_STORE", file=path.name)]) from None
    return every


def as_decisions(judgements: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return DECISIONS of JUDGEMENTS that stand in ``file``, as a run would read them."""
    origin = {"registry": "acuan", "source": "pair_decisions", "source_file": file, "source_sha256": ""}
    rows = range(2, len(judgements) + 2)
    return DECISIONS.build(judgements.assign(**origin, source_sheet="", source_row=rows))
