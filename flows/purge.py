"""`padan purge`: what is older than it may be kept is shown, and removed when that is asked for."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

from rich.console import Console

from flows.audit import read_log
from flows.config import PipelineConfig, load_config
from flows.disk import plainly
from flows.incoming import alone as incoming_alone
from flows.lock import held
from flows.purge_plan import Limits, Plan, Unit, planned
from flows.purge_record import end_begun, remove, unfinished
from flows.redaction import without_numbers
from flows.reference import some
from geo.cartography import whole
from reconcile.disclosure import REMOVALS, Disclosure
from reconcile.errors import Fault, InputError
from reconcile.language import text
from reconcile.vocab import Language

_DAYS = re.compile(r"(\d{1,5})\s*(?:d|h|hari|days?)?")
_KIB = 1024


def purge(
    config_path: Path, language: Language, *, older_than: str | None, kind: str | None, yes: bool
) -> int:
    """Say what is older than asked, and with ``yes`` remove it; return 0, or 1 where something was left.

    ``older_than`` is a number of days (90d) or a day (2026-01-01), for all classes or for ``kind``; without
    it, config.yaml says how many days each class is kept. InputError where neither says anything;
    PublishError where another command holds the output folder or the log cannot be written.
    """
    config = load_config(config_path)
    today = datetime.now().astimezone().date()
    limits = limits_of(config, older_than, kind, today)
    out = Console(highlight=False, soft_wrap=True)
    if not config.output_root.is_dir():
        raise InputError([Fault.of("E_PURGE_NO_OUTPUT", file=config.label(config.output_root))])
    if not yes:
        plan = planned(config, limits)
        _show(out, config, plan, today, language)
        if plan.units:
            out.print(text("purge_ask", language), markup=False)
        return 0
    root = config.output_root
    with held(root), incoming_alone(root), plainly(root, writes=False):
        done = end_begun(config)
        plan = planned(config, limits)
        _show(out, config, plan, today, language)
        done = done.and_then(remove(config, plan.units, limits))
    if done.files:
        file = config.label(config.output_root / REMOVALS.path)
        said = text("purge_done", language, n=done.files, size=_size(done.size, language), file=file)
        out.print(said, markup=False)
    if done.left:
        left = text("purge_left", language, n=len(done.left), files=some(sorted(done.left)))
        out.print(left, markup=False)
    return 1 if done.left else 0


def limits_of(config: PipelineConfig, older_than: str | None, kind: str | None, today: date) -> Limits:
    """Return class -> the day before which its files go; InputError where nothing says how old."""
    classes = [Disclosure(kind)] if kind else list(Disclosure)
    if older_than is not None:
        return dict.fromkeys(classes, _day(older_than, today))
    kept = config.retention.purge.model_dump()
    days = {one: kept[one.value] for one in classes if kept[one.value] is not None}
    if not days:
        raise InputError([Fault.of("E_PURGE_NO_AGE")])
    return {one: today - timedelta(days=n) for one, n in days.items()}


def _day(written: str, today: date) -> date:
    days = _DAYS.fullmatch(written.strip().lower())
    try:
        if days and int(days[1]) > 0:
            return today - timedelta(days=int(days[1]))
        return date.fromisoformat(written.strip())
    except (ValueError, OverflowError):
        raise InputError([Fault.of("E_PURGE_AGE")]) from None


def _show(out: Console, config: PipelineConfig, plan: Plan, today: date, language: Language) -> None:
    log = read_log(config.output_root)
    if log is not None and log.faults:
        out.print(text("purge_log", language), markup=False)
    if begun := len(unfinished(log)):
        out.print(text("purge_begun", language, n=begun), markup=False)
    for unit in plan.units:
        out.print(_line(unit, config, today, language), markup=False)
    for why in sorted({one.why for one in plan.stays}):
        stays = sorted({without_numbers(config.label(one.path)) for one in plan.stays if one.why is why})
        out.print(text(f"purge_stays_{why}", language, n=len(stays), files=some(stays)), markup=False)
    files = sum(len(unit.files) for unit in plan.units)
    size = sum(path.stat().st_size for unit in plan.units for path in unit.files)
    key = "purge_would" if files else "purge_nothing"
    out.print(text(key, language, n=files, size=_size(size, language)), markup=False)


def _line(unit: Unit, config: PipelineConfig, today: date, language: Language) -> str:
    return text(
        "purge_line",
        language,
        place=without_numbers(config.label(unit.folder)),
        kind=text(f"purge_kind_{unit.kind}", language),
        disclosure=unit.disclosure.value,
        day=unit.day.isoformat(),
        age=(today - unit.day).days,
        n=whole(len(unit.files), language),
        size=_size(sum(path.stat().st_size for path in unit.files), language),
    )


def _size(size: int, language: Language) -> str:
    return f"{whole(-(-size // _KIB), language)} KB"
