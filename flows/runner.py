"""Runs the flow for a person: settings, progress, and where each output lies."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from flows.config import PipelineConfig, load_config
from flows.fingerprint import run_fingerprint, standing_run
from flows.key_command import ready_key
from flows.log import Reporter, reporting
from flows.memory import Budget, plan_memory
from flows.outputs import NAMED
from flows.prefect_settings import settle
from flows.publish import MANIFEST, run_lock
from flows.staging import drop_kept
from reconcile.language import entries, text
from reconcile.vocab import Language

if TYPE_CHECKING:  # prefect reads its settings when it is imported
    from prefect.client.schemas.objects import State

STEPS = 13


def run_flow(config_path: Path, language: Language, *, fresh: bool, memory: int | None) -> int:
    """Run the reconciliation as a Prefect flow; return 0, or 1 when rows were set aside.

    Where the last run came from the same files, settings and program, nothing is done but to say so;
    ``fresh`` makes it again, and takes up nothing of a run that did not finish. Raises a PadanError when
    nothing could be published; MemoryNeedError where ``memory``, in bytes, cannot do.
    """
    config = load_config(config_path)
    # taken before Prefect starts, so that a second run learns at once that it is the second
    with run_lock(config.output_root):
        ready_key(config, language)
        standing = None if fresh else standing_run(config, run_fingerprint(config))
        if standing is None:
            budget = plan_memory(config, memory, language)
            return _run(config, config_path, language, fresh=fresh, budget=budget)
        drop_kept(config.output_root)
        out = Console(highlight=False, soft_wrap=True)
        out.print(text("run_unchanged", language, run=standing.name), markup=False)
        return _say(out, standing, config.folder, language)


def _run(
    config: PipelineConfig, config_path: Path, language: Language, *, fresh: bool, budget: Budget
) -> int:
    settle(config.output_root)
    from flows.pipeline import reconcile_registries  # noqa: PLC0415 - prefect reads its settings on import
    from flows.records import open_records, wait_for_records  # noqa: PLC0415 - as above

    reporter = Reporter(language, STEPS)
    reporter.console.print(budget.said(language), markup=False)
    reporter.console.print(text("starting", language), markup=False)
    open_records()
    with reporting(reporter):
        state: State[Any] = reconcile_registries(
            # a whole path: on a server that offices share it tells whose run it is
            str(config_path.resolve()),
            fresh=fresh,
            at_once=budget.at_once,
            return_state=True,
        )
    flow_run = state.state_details.flow_run_id
    recorded = wait_for_records(flow_run, reporter.started) if flow_run else 0
    published: Path = state.result()
    out = Console(highlight=False, soft_wrap=True)
    if recorded < reporter.started:
        out.print(text("records_late", language, recorded=recorded, steps=reporter.started), markup=False)
    return _say(out, published, config.folder, language)


def _say(out: Console, published: Path, folder: Path, language: Language) -> int:
    manifest = json.loads((published / MANIFEST).read_text(encoding="utf-8"))
    counts = manifest["counts"]
    aside = sum(row.get("quarantined", 0) for row in manifest["rows"])
    lines = [text("done_households", language, **counts["households"])]
    statuses = ", ".join(f"{text(name, language)} {n}" for name, n in counts["reconciled"].items())
    lines.append(text("done_reconciled", language, statuses=statuses))
    expected = {name: f"{100 * share:.1f}" for name, share in manifest["matching"]["expected"].items()}
    lines.append(text("done_expected", language, **expected))
    lines.append(text("done_findings", language, n=sum(counts["findings"].values())))
    if aside:
        lines.append(text("done_aside", language, n=aside))
    lines += [text("done_file_aside", language, fault=fault) for fault in manifest["set_aside"]]
    for one in manifest["unused_members"]:
        lines.append(text("done_unused", language, file=one["file"], why=text(one["why"], language)))
    for one in manifest["warnings"]:
        lines.append(text("done_warning", language, warning=one["warning"]))
    lines.append(text("done_outputs", language))
    files = [*NAMED, MANIFEST]
    for file in files:
        lines.append(f"  {text(_out_key(file), language)}: {_shown(published / file, folder)}")
    out.print("\n".join(lines), markup=False)
    return 1 if aside or manifest["set_aside"] else 0


def _out_key(file: str) -> str:
    """Return the key of an output in the catalogue; its kind belongs to it where a folder has its stem."""
    path = Path(file)
    whole = f"out_{path.name.replace('.', '_')}"
    return whole if whole in entries() else f"out_{path.stem}"


def _shown(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
