"""Edge module: `padan record`: the record of processing of personal data, for the data protection officer.

It is made of the audit log alone, whose chain is held first: a page to print, and the same as CSV.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from rich.console import Console

from flows.audit import Entry, Event, Log, read_log
from flows.config import PipelineConfig, load_config
from flows.csvfile import write_csv
from flows.place import fresh_file, put_file
from flows.processing_lines import GIVEN, Row, rows_of
from flows.processing_settings import ProcessingSettings
from flows.purge_record import write_removals
from reconcile.disclosure import MODES, PROCESSING, Disclosure, allowed
from reconcile.errors import Fault, InputError, PublishError
from reconcile.language import describe, text
from reconcile.vocab import Language

_PAGE, _CSV = "pemrosesan.html", "pemrosesan.csv"
_SHOWN_DIGITS = 16
#: Columns of the tables of the page.
_LINES = ("jejak", "waktu", "akun", "perintah", "kegiatan", "jalan", "rincian")
_INPUTS = ("jalan", "berkas", "baris", "rincian", "sha256")
_OUTPUTS = ("jalan", "kelas", "rincian")
_GIVEN = ("waktu", "akun", "kegiatan", "penerima", "kelas", "baris", "rincian", "sha256")
_REMOVED = ("waktu", "akun", "kegiatan", "jalan", "kelas", "berkas", "rincian")
_REMOVING = frozenset({Event.REMOVAL, Event.PURGE, Event.PURGED})


@dataclass(frozen=True)
class _Part:
    """One table of the page."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Row]


def record(
    config_path: Path,
    language: Language,
    *,
    since: datetime | None,
    until: datetime | None,
    into: Path | None,
) -> int:
    """Write the record of ``since`` to ``until`` (days, both counted) and say where; return 0.

    Return 1 where the chain of the log is broken: it is written all the same, and says so on top. InputError
    where there is no log, PublishError where the folder cannot be written.
    """
    config = load_config(config_path)
    log = read_log(config.output_root)
    if log is None:
        raise InputError([Fault.of("E_RECORD_NO_LOG", file=config.label(config.output_root))])
    period = since.date() if since else None, until.date() if until else None
    entries = [one for one in log.entries if _is_within(one, *period)]
    rows = {one.number: rows_of(one, language) for one in entries}
    folder = into or (config.output_root / PROCESSING.path).parent
    page = _page(config, log, _parts(entries, rows, language), period, language)
    table = pd.DataFrame([asdict(row) for told in rows.values() for row in told])
    whole = table if len(table) else PROCESSING.table.empty()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        _put(folder / _PAGE, lambda path: path.write_text(page, encoding="utf-8", newline="\n"))
        _put(folder / _CSV, partial(write_csv, table=allowed(PROCESSING, whole)))
        write_removals(config)
    except OSError:
        raise PublishError([Fault.of("E_RECORD_FOLDER", file=config.label(folder))]) from None
    out = Console(highlight=False, soft_wrap=True)
    files = {"page": config.label(folder / _PAGE), "csv": config.label(folder / _CSV)}
    out.print(text("record_done", language, n=len(entries), **files), markup=False)
    if log.faults:
        lines = [text("record_broken", language), *(describe(fault, language) for fault in log.faults)]
        out.print("\n".join(lines), markup=False)
    return 1 if log.faults else 0


def _put(path: Path, write: Any) -> None:
    put_file(fresh_file(path, write, MODES[Disclosure.INTERNAL]), path)


def _is_within(entry: Entry, since: date | None, until: date | None) -> bool:
    day = datetime.fromisoformat(entry.time).astimezone().date()
    return (since is None or day >= since) and (until is None or day <= until)


def _parts(entries: Sequence[Entry], rows: dict[int, list[Row]], language: Language) -> Iterator[_Part]:
    """Return the tables of the page: what was done, with what, what came of it, to whom, what is gone."""

    def of(events: frozenset[Event] | set[Event]) -> list[Row]:
        return [row for one in entries if one.event in events for row in rows[one.number]]

    brief = [_brief(rows[one.number], language) for one in entries]
    yield _Part("record_lines", _LINES, brief)
    yield _Part("record_inputs", _INPUTS, of({Event.INPUTS, Event.ANSWERS}))
    yield _Part("record_outputs", _OUTPUTS, list(_by_class(of({Event.OUTPUTS, Event.REPORT}), language)))
    yield _Part("record_given", _GIVEN, of(GIVEN))
    yield _Part("record_removed", _REMOVED, of(_REMOVING))


def _brief(told: Sequence[Row], language: Language) -> Row:
    """Return one row for a line of the log that is about several files."""
    if len(told) == 1:
        return told[0]
    said = text("record_say_files", language, n=len(told))
    return Row(**{**asdict(told[0]), "rincian": said})


def _by_class(rows: Sequence[Row], language: Language) -> Iterator[Row]:
    """Return a row per line of the log and class, with how many files."""
    counts: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        counts.setdefault((row.jejak, row.kelas), []).append(row)
    for together in counts.values():
        first = together[0]
        said = first.rincian or text("record_say_files", language, n=len(together))
        yield Row(**{**asdict(first), "rincian": f"{first.kegiatan}: {said}"})


def _page(
    config: PipelineConfig,
    log: Log,
    parts: Iterator[_Part],
    period: tuple[date | None, date | None],
    language: Language,
) -> str:
    pages = Environment(loader=PackageLoader("flows"), autoescape=True, undefined=StrictUndefined)
    kept = {k: v if v is not None else "-" for k, v in config.retention.purge.model_dump().items()}
    last = log.entries[-1].digest[:_SHOWN_DIGITS] if log.entries else "-"
    first, until = (one.isoformat() if one else None for one in period)
    office = [
        (f"record_{name}", getattr(config.processing, name)) for name in ProcessingSettings.model_fields
    ]
    return pages.get_template("record.html").render(
        language=language.value,
        say=lambda key: text(key, language),
        told=office,
        period=f"{first or text('record_all', language)} - {until or _last_day(log)}",
        kept=text("record_kept", language, **kept),
        faults=[describe(fault, language) for fault in log.faults],
        whole=text("record_whole", language, n=len(log.entries), digest=last),
        parts=list(parts),
    )


def _last_day(log: Log) -> str:
    return log.entries[-1].time[:10] if log.entries else "-"
