"""Edge module: `padan returns read`: answers from the field into the store, what must be mended out of it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from flows.audit import Event, append
from flows.config import PipelineConfig, load_config
from flows.csvfile import read_csv, write_csv
from flows.formbook import write_forms
from flows.history import TASKS_FILE
from flows.place import fresh_file, put_file
from flows.publish import MANIFEST, newest_run, run_lock, sha256
from flows.returns_report import Report, say
from flows.worklists import WORKLISTS
from reconcile.disclosure import ANSWER_HISTORY, ANSWER_STORE, MODES, Cleared, Disclosure, allowed
from reconcile.errors import ConservationError, Fault, InputError
from reconcile.resurvey.answers import judge_answers
from reconcile.resurvey.mending import mending_book, to_mend
from reconcile.resurvey.returned import Returned, read_return, unreadable
from reconcile.resurvey.store import HISTORY, KEY, STORED, Store, Taken, no_lines, take
from reconcile.sources.conform import Conformed, conform
from reconcile.sources.parsing.base import kept
from reconcile.sources.readers import open_delivery, read_file
from reconcile.sources.spec import load_source
from reconcile.tables import QUARANTINE, TASKS
from reconcile.vocab import AnswerStatus, Language

SOURCE = "visit_returns"
MENDING = "jawaban_perlu_diperbaiki.xlsx"
HOUSEHOLDS = "rekonsiliasi/keluarga.csv"
_REPLACED = "_digantikan"
#: Files that lie beside answers and are none: photos, what databases and offices leave open.
_BESIDE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, eq=False)
class Asked:
    """What was asked: the newest run, its TASKS, and id_rekon -> day of the newest registry row."""

    run: str
    tasks: pd.DataFrame
    newest: pd.Series


def read_returns(config_path: Path, language: Language, place: Path) -> int:
    """Read every answer at ``place``, a file or a folder with all below it; keep, judge and report them.

    Return 0, 1 when something was held or could not be read, 3 when nothing could be read. Raises
    ConfigError, and InputError where there is no run whose lists could be answered.
    """
    config = load_config(config_path)
    with run_lock(config.output_root):
        asked = _asked(config)
        files, beside = _read(config, place, asked.run)
        store = config.folder / config.resurvey.answers
        before = _stored(store)
        taken = take(before, pd.concat([no_lines(), *(one.lines for one in files)], ignore_index=True))
        told = _written(config, store, taken)
        answers = judge_answers(told.table, asked.tasks, asked.newest)
        flags = _unreadable(told)
        held = answers[answers["status_jawaban"] == AnswerStatus.HELD]
        rows = to_mend(_text_keys(held), flags, taken.store.lines)
        unread = pd.concat([QUARANTINE.empty(), *(one.aside for one in files)], ignore_index=True)
        # a file of the office, in its language, whatever this terminal speaks
        book = _mend(store.with_name(MENDING), rows, unread, asked.run, config.language)
        _log(config, store, files, taken)
    report = Report(tuple(files), taken, answers, flags, unread, beside, config.label(store), book)
    say(report, config, language)
    return report.exit_code


def _asked(config: PipelineConfig) -> Asked:
    folder = newest_run(config.output_root)
    if folder is None or not (folder / TASKS_FILE).is_file():
        raise InputError([Fault.of("E_RETURN_NO_RUN", file=config.output_root.name)])
    try:
        tasks = TASKS.build(read_csv(folder / TASKS_FILE, TASKS.names, numbers=["urutan"]))
        names = ["id_rekon", "source_file_p3ke", "source_file_bps"]
        households = read_csv(folder / HOUSEHOLDS, names)
        inputs = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["inputs"]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError([Fault.of("E_HISTORY", file=f"{folder.name}/{TASKS_FILE}")]) from None
    vintages = {one["file"]: one["vintage"] for one in inputs}
    written = households[names[1:]].apply(lambda files: files.map(vintages).astype("str"))
    newest = written.apply(pd.to_datetime, format="ISO8601", errors="coerce").max(axis="columns")
    return Asked(folder.name, tasks, newest.set_axis(households["id_rekon"]).dropna())


def _read(config: PipelineConfig, place: Path, run: str) -> tuple[list[Returned], int]:
    """Return every file with answers, and how many lie beside them: no tables, or ours as they went out."""
    returned: list[Returned] = []
    seen: dict[str, str] = {}
    beside, ours = 0, _handed_out(config)
    spec, day = load_source(SOURCE), config.reference_date
    for path, label in _files(config, place):
        try:
            container = open_delivery(path, label=label)
        except InputError as error:
            if {fault.code for fault in error.faults} == {"E_TYPE"}:
                beside += 1
            else:
                returned.append(unreadable(label, error.faults))
            continue
        first = seen.setdefault(container.sha256, label)
        if first != label:
            returned.append(unreadable(label, (Fault.of("W_RETURN_TWICE", file=label, first=first),)))
            continue
        beside += len(container.skipped)
        found = [read_return(raw, spec, day=day, run=run) for raw in container.files]
        untouched = container.sha256 in ours and not any(one.form for one in found)
        beside += untouched
        returned += [] if untouched else found
    return returned, beside


def _handed_out(config: PipelineConfig) -> set[str]:
    """Return the SHA-256 of each file of every set of lists: forms for phones, summaries, empty lists."""
    digests: set[str] = set()
    for path in (config.output_root / WORKLISTS).glob(f"*/{MANIFEST}"):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))["berkas"]
            digests |= {sha256(path), *(one["sha256"] for one in told.values())}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return digests


def _files(config: PipelineConfig, place: Path) -> Iterator[tuple[Path, str]]:
    """Return the files at ``place`` with their names below it; what padan itself keeps there is left out."""
    store = config.folder / config.resurvey.answers
    own = {store.resolve(), _replaced(store).resolve()}
    if place.is_file():
        yield place, place.name
        return
    for path in sorted(path for path in place.rglob("*") if path.is_file()):
        name = path.relative_to(place)
        hidden = any(part.startswith((".", "~$")) for part in name.parts)
        if not hidden and not path.name.endswith(_BESIDE) and path.resolve() not in own:
            yield path, name.as_posix()


def _replaced(store: Path) -> Path:
    return store.with_name(f"{store.stem}{_REPLACED}{store.suffix}")


def _stored(store: Path) -> Store:
    tables = []
    for path, names in ((store, STORED), (_replaced(store), HISTORY)):
        try:
            tables.append(
                read_csv(path, names) if path.is_file() else pd.DataFrame(columns=names, dtype="str")
            )
        except (OSError, ValueError, KeyError):
            raise InputError([Fault.of("E_RETURN_STORE", file=path.name)]) from None
    try:
        return Store.of(*tables)
    except ValueError:
        raise InputError([Fault.of("E_RETURN_STORE", file=store.name)]) from None


def _written(config: PipelineConfig, store: Path, taken: Taken) -> Conformed:
    """Write the store, and return it as the next run reads it.

    ConservationError ``E_RETURN_LOST`` where that is not every line; then the old store is untouched.
    """
    store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    tables = {store: taken.store.lines, _replaced(store): taken.store.history}
    cleared = {store: allowed(ANSWER_STORE, taken.store.lines)}
    cleared[_replaced(store)] = allowed(ANSWER_HISTORY, taken.store.history)
    fresh = {path: _fresh(path, partial(_csv, table)) for path, table in cleared.items()}
    try:
        raw = read_file(fresh[store], label=config.label(store))
        told = conform(raw, load_source(SOURCE), reference_date=config.reference_date)
        if len(told.table) != len(taken.store.lines) or len(told.quarantine):
            raise ConservationError([Fault.of("E_RETURN_LOST", file=config.label(store))])
        # before the first answer there is no store
        stays = [path for path, table in tables.items() if len(table) or path.exists()]
        # the history first: a line that stands in both is still in force, one in neither would be lost
        for path in reversed(stays):
            _in_place(fresh[path], path)
    finally:
        for path in fresh.values():
            path.unlink(missing_ok=True)
    return told


def _csv(table: Cleared, path: Path) -> None:
    write_csv(path, table)


def _fresh(path: Path, write: Callable[[Path], None]) -> Path:
    """Write a file beside ``path``, readable for its owner alone."""
    return fresh_file(path, write, MODES[Disclosure.RESTRICTED])


def _in_place(fresh: Path, path: Path) -> None:
    if path.exists() and path.read_bytes() == fresh.read_bytes():
        return
    put_file(fresh, path)


def _unreadable(told: Conformed) -> pd.DataFrame:
    """Return KEY, column and code of each value of the store that is not trusted."""
    refused = told.value_flags[~kept(told.value_flags["code"])]
    keys = told.table.set_index("source_row")[["asal_berkas", *KEY]]
    found = keys.reindex(refused["source_row"]).reset_index(drop=True)
    return _text_keys(found.assign(column=refused["column"].array, code=refused["code"].array))


def _text_keys(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{name: rows[name].astype("str").fillna("") for name in KEY}).reset_index(drop=True)


def _mend(path: Path, rows: pd.DataFrame, unread: pd.DataFrame, run: str, language: Language) -> Path | None:
    """Write the workbook of what must be mended; one that is there and says something else is kept aside.

    Somebody may have filled it in, and not read it yet.
    """
    wanted = len(rows) or len(unread)
    form = mending_book(rows, unread, run=run, language=language)
    fresh = _fresh(path, lambda to: write_forms(to, form, language=language)) if wanted else None
    if path.exists() and (fresh is None or path.read_bytes() != fresh.read_bytes()):
        path.replace(path.with_name(f"{path.stem}_lama_{sha256(path)[:8]}{path.suffix}"))
    if fresh is None:
        return None
    put_file(fresh, path)
    return path


def _log(config: PipelineConfig, store: Path, files: list[Returned], taken: Taken) -> None:
    """Tell the audit log of a reading that changed the store: hashes and counts, no name of anybody."""
    if not (taken.added or taken.mended or taken.withdrawn):
        return
    told = {
        "berkas": config.label(store),
        "sha256": sha256(store),
        "dibaca": len(files),
        "baris_baru": taken.added,
        "baris_diperbaiki": taken.mended,
        "baris_dicabut": taken.withdrawn,
    }
    append(config.output_root, [(Event.ANSWERS, told)])
