"""Edge module: `padan history`: every kept run, two of them side by side, and what moved the numbers."""

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rapidfuzz import process
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as Shown
from rich.text import Text

from flows.config import PipelineConfig, load_config
from flows.csvfile import write_csv
from flows.history import read_ids
from flows.publish import newest_run
from flows.reference import some
from flows.series import read_notes, read_series
from geo.columns import alias
from reconcile.disclosure import COMPARED, HISTORY_LIST, Output, allowed
from reconcile.errors import ConfigError, Fault, InputError
from reconcile.language import text
from reconcile.series.areas import Areas, at_level
from reconcile.series.compare import COMPARISON, MAIN, compare
from reconcile.series.events import events_between
from reconcile.series.explain import Part, explain
from reconcile.series.note import Note, find, newest
from reconcile.vocab import AnswerStatus, CodeStatus, Language

#: One row per kept run.
LISTING = HISTORY_LIST.table
_LISTED = ("tanggal_acuan", "versi", "jalan", "n_keluarga", "n_cocok", "n_dijawab", "n_temuan")
_COMPARED = ("nama", "indikator", "nilai_awal", "nilai_akhir", "selisih", "persen_ubah")


def list_history(config_path: Path, language: Language, *, csv: Path | None) -> int:
    """Show every kept run, by reference date and version; return 0. With ``csv`` write it there as well."""
    config = load_config(config_path)
    table = listing(config)
    if table.empty:
        _out().print(text("history_none", language), markup=False)
        return 0
    # narrow enough for 80 columns: only the note wraps
    shown = Shown(title=text("history_title", language), box=SIMPLE, padding=0, pad_edge=False)
    for name in _LISTED:
        number = name.startswith("n_") or name == "versi"
        shown.add_column(
            text(f"history_{name}", language), justify="right" if number else "left", no_wrap=True
        )
    shown.add_column(text("history_keterangan", language), min_width=8)
    for row in table.to_dict("records"):
        marks = ", ".join(text(f"history_{name}", language) for name in ("berlaku", "terbaru") if row[name])
        shown.add_row(*(Text(_cell(row[name], language)) for name in _LISTED), Text(marks))
    _out().print(shown)
    _written(csv, HISTORY_LIST, table[LISTING.names])
    return 0


def listing(config: PipelineConfig) -> pd.DataFrame:
    """Return LISTING of the output folder of ``config``."""
    notes = read_notes(config.output_root)
    counting = {note.jalan for note in newest(notes)}
    current = newest_run(config.output_root)
    rows: list[dict[str, Any]] = [
        {
            "tanggal_acuan": note.tanggal_acuan.isoformat(),
            "versi": note.versi,
            "jalan": note.jalan,
            "berlaku": note.jalan in counting,
            "terbaru": current is not None and current.name == note.jalan,
            **{name: note.total[name] for name in ("n_keluarga", "n_cocok", "n_temuan")},
            "n_dijawab": note.jawaban.get(AnswerStatus.APPLIED.value, 0),
            "padan": note.padan,
            "manifes": note.manifes,
        }
        for note in notes
    ]
    return LISTING.build(pd.DataFrame(rows, columns=LISTING.names))


def compare_runs(
    config_path: Path,
    language: Language,
    *,
    first: str,
    second: str,
    level: str,
    indicator: Sequence[str],
    csv: Path | None,
) -> int:
    """Show two runs side by side on the areas of the newest run; return 0.

    ``first`` and ``second`` are reference dates (the version that counts) or names of runs. InputError
    where there is no such run or indicator.
    """
    config = load_config(config_path)
    notes = read_notes(config.output_root)
    one, two = (_asked(notes, wanted) for wanted in (first, second))
    table = _compared(config, notes, (one, two), level, tuple(indicator))
    shown = Shown(title=text("history_compared", language, first=one.jalan, second=two.jalan), box=SIMPLE)
    for name in _COMPARED:
        shown.add_column(
            text(f"history_{name}", language),
            justify="left" if name in _COMPARED[:2] else "right",
            overflow="fold",
        )
    for row in table.to_dict("records"):
        shown.add_row(*_line(row, language))
    out = _out()
    out.print(shown)
    out.print("\n".join(_remarks(table, level, language)), markup=False)
    _written(csv, COMPARED, table)
    return 0


def _compared(
    config: PipelineConfig, notes: list[Note], both: tuple[Note, Note], level: str, wanted: tuple[str, ...]
) -> pd.DataFrame:
    areas = Areas.of(notes[-1])
    names = {**both[0].wilayah.nama, **both[1].wilayah.nama}
    sides = []
    for note in both:
        series = read_series(config.output_root, [note])
        sides.append(at_level(series, areas, level, {note.jalan: note.wilayah.edition}, names))
    known = sorted({*sides[0]["indikator"], *sides[1]["indikator"]})
    strange = [name for name in wanted if name not in known]
    if strange:
        raise InputError([_no_indicator(name, known) for name in strange])
    asked = wanted or MAIN
    table = compare(sides[0], sides[1], asked)[COMPARISON.names]
    order = table["indikator"].map({name: place for place, name in enumerate(asked)})
    # in the order in which they were asked for, families without village last
    return table.assign(order=order).sort_values(["kode", "status", "order"]).drop(columns="order")


def _no_indicator(name: str, known: list[str]) -> Fault:
    nearest = ", ".join(str(one) for one, *_ in process.extract(name, known, limit=3))
    return Fault.of("E_SERIES_INDICATOR", name=name, nearest=nearest)


def _line(row: dict[Hashable, Any], language: Language) -> list[Text]:
    area = row["nama"] if isinstance(row["nama"], str) else text("history_whole", language)
    if row["status"] == CodeStatus.MISSING:
        area = text("ledger_nowhere", language)
    elif row["status"] != CodeStatus.CURRENT:
        area = f"{area} ({row['kode']}, {text('code_status_' + str(row['status']), language)})"
    mark = " ≠" if row["ganti_penghitung"] else ""
    words = [str(area), alias(str(row["indikator"]), language) + mark]
    return [Text(word) for word in (*words, *(_cell(row[name], language) for name in _COMPARED[2:]))]


def _remarks(table: pd.DataFrame, level: str, language: Language) -> list[str]:
    lines = [text("history_today", language)]
    if (table["status"] == CodeStatus.AMBIGUOUS).any():
        lines.append(text("history_branched", language, level=level))
    if table["ganti_penghitung"].any():
        lines.append(text("history_break", language))
    return lines


def explain_runs(config_path: Path, language: Language, *, first: str, second: str) -> int:
    """Say what moved the numbers between two runs, counted causes and named ones apart; return 0.

    Raises InputError where there is no such run.
    """
    config = load_config(config_path)
    notes = read_notes(config.output_root)
    one, two = (_asked(notes, wanted) for wanted in (first, second))
    ids = [read_ids(config.output_root, note.jalan) for note in (one, two)]
    events = None if ids[0] is None or ids[1] is None else events_between(ids[0], ids[1])
    series = read_series(config.output_root, [one])
    counts = series[(series["indikator"] == "n_keluarga") & series["kode"].notna()]
    families = counts.set_index("kode")["nilai"].astype("int64")
    said = explain(one, two, events, families, language)
    out = _out()
    for part in Part:
        sentences = [each.sentence for each in said if each.part is part]
        title = text(f"history_part_{part.value}", language, first=one.jalan, second=two.jalan)
        out.print(title, markup=False, style="bold")
        lines = sentences or [text("history_nothing", language)]
        out.print("\n".join(f"  - {line}" for line in lines), markup=False)
    return 0


def _asked(notes: list[Note], wanted: str) -> Note:
    note = find(notes, wanted)
    if note is None:
        known = some([one.jalan for one in reversed(notes)]) or "-"
        raise InputError([Fault.of("E_SERIES_UNKNOWN", name=wanted, runs=known)])
    return note


def _cell(value: object, language: Language) -> str:
    """Return a value as a person reads it; missing ones as a dash."""
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 - NaN is what differs from itself
        return "–"
    if isinstance(value, int | float):
        said = f"{value:,.2f}".removesuffix(".00") if isinstance(value, float) else f"{value:,}"
        return said if language is Language.ENGLISH else said.translate(str.maketrans(",.", ".,"))
    return str(value)


def _written(csv: Path | None, output: Output, table: pd.DataFrame) -> None:
    if csv is None:
        return
    if not csv.parent.is_dir():
        raise ConfigError([Fault.of("E_CSV_FOLDER", file=str(csv))])
    write_csv(csv, allowed(output, table))


def _out() -> Console:
    return Console(highlight=False, soft_wrap=True)
