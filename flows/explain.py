"""Edge module: `padan explain`: all that led to a finding or a pair, from the raw rows to the decision."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows import steps
from flows.audit import Event, Fingerprint, append
from flows.config import PipelineConfig, load_config
from flows.csvfile import read_csv
from flows.deliveries import Sources, read_sources
from flows.evidence import Asked, Evidence, gathered
from flows.history import past_of
from flows.key import load_key
from flows.log import Reporter, reported, reporting
from flows.outputs import PARAMETERS
from flows.publish import MANIFEST, published_runs, run_folder
from flows.reference import some
from flows.xlsxfile import write_xlsx
from reconcile.disclosure import MODES, Disclosure
from reconcile.errors import ConfigError, Fault, InputError, PublishError
from reconcile.identifiers import pseudonyms
from reconcile.language import text
from reconcile.reports.findings import REPORT
from reconcile.vocab import Language, Registry

FINDINGS = "temuan/temuan.csv"
HOUSEHOLDS = "rekonsiliasi/keluarga.csv"
STEPS = 6
_HOUSEHOLD = (
    "id_rekon", "status_padan", "skor", "bobot", "id_tinjau", "relasi", "id_keluarga_utama",
    "record_id_p3ke", "record_id_bps",
)  # fmt: skip


@dataclass(frozen=True)
class _Published:
    """What a published run says of the asked: the finding (none for a pair) and the households."""

    folder: Path
    manifest: Mapping[str, object]
    finding: pd.Series | None
    households: pd.DataFrame


def explain(
    config_path: Path,
    language: Language,
    *,
    case: str | None,
    pair: tuple[str, str] | None,
    run: str | None,
    into: Path | None,
) -> int:
    """Show what led to ``case`` or to ``pair`` (record ids of both registries) in a published run; return 0.

    With ``into`` all of it is also written there as one workbook, TERBATAS, and the audit log tells so. The
    files of the run are read again and the pair is weighed again with what the run had learnt. InputError
    where there is no such run, case or row, or where a file is no longer what the run had read.
    """
    if (case is None) == (pair is None):
        raise ConfigError([Fault.of("E_EXPLAIN_WHAT")])
    if into is not None and not into.is_dir():
        raise ConfigError([Fault.of("E_EXPLAIN_FOLDER", file=str(into))])
    config = load_config(config_path)
    published = _published(config, case, run)
    evidence = _evidence(config, published, pair, language)
    Console(highlight=False).print(text("explain_restricted", language), markup=False)
    _show(evidence, language)
    if into is not None:
        path = _keep(config, published, evidence, pair, into, language)
        Console(highlight=False, soft_wrap=True).print(
            text("explain_kept", language, file=path), markup=False
        )
    return 0


def _published(config: PipelineConfig, case: str | None, run: str | None) -> _Published:
    folder = _run_folder(config.output_root, run)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        households = read_csv(folder / HOUSEHOLDS, _HOUSEHOLD)
        found = read_csv(folder / FINDINGS, REPORT.names) if case else None
    except (OSError, ValueError, KeyError):
        raise InputError([Fault.of("E_EXPLAIN_TABLES", file=folder.name)]) from None
    if found is None:
        return _Published(folder, manifest, None, households)
    wanted = found[found["kasus"] == str(case).strip().upper()]
    if not len(wanted):
        raise InputError([Fault.of("E_EXPLAIN_CASE", file=folder.name)])
    return _Published(folder, manifest, wanted.iloc[0], households)


def _run_folder(root: Path, run: str | None) -> Path:
    folder = run_folder(root, run)
    if folder is None:
        names = [path.name for path in published_runs(root)]
        raise InputError([Fault.of("E_EXPLAIN_RUN", runs=some(names) or "-")])
    return folder


def _evidence(
    config: PipelineConfig, published: _Published, pair: tuple[str, str] | None, language: Language
) -> Evidence:
    """Read and weigh again what the run was made from."""
    learnt = str(published.folder / PARAMETERS)
    matching = config.matching.model_copy(update={"parameters": learnt})
    again = config.model_copy(update={"matching": matching})
    with reporting(Reporter(language, STEPS)):
        with reported("read"):
            sources = read_sources(config)
        _unchanged(sources, published.manifest)
        with reported("register"):
            register = steps.village_register(sources)
        with reported("boundaries"):
            polygons = steps.village_map(config, register)
        with reported("place"):
            placed = steps.place_households(sources, register, polygons)
        with reported("receive"):
            past = past_of(config.output_root, published.folder)
            field = steps.receive_answers(sources, register, polygons, placed, past)
        with reported("match"):
            return gathered(
                again,
                sources,
                field,
                Asked(published.finding, _rows(published, placed, pair), published.households),
                published.manifest,
                language,
            )


def _unchanged(sources: Sources, manifest: Mapping[str, object]) -> None:
    """Refuse to explain from files that are not those of the run."""
    told = manifest.get("inputs")
    was = {one["file"]: one["sha256"] for one in told} if isinstance(told, list) else {}
    now = {delivery.label: delivery.sha256 for delivery in sources.deliveries}
    other = sorted(name for name in {*was, *now} if was.get(name) != now.get(name))
    if other:
        raise InputError([Fault.of("E_EXPLAIN_INPUT", file=name) for name in other])


def _rows(
    published: _Published, placed: steps.Frames, pair: tuple[str, str] | None
) -> dict[Registry, str | None]:
    """Return the record of each registry that is to be weighed; None where a finding has no row there."""
    if pair is not None:
        known = {side: set(placed[side]["record_id"]) for side in Registry}
        for one, two in (pair, pair[::-1]):
            if one in known[Registry.P3KE] and two in known[Registry.BPS]:
                return {Registry.P3KE: one, Registry.BPS: two}
        raise InputError([Fault.of("E_EXPLAIN_PAIR", file=published.folder.name)])
    households = published.households.set_index("id_rekon")
    finding = published.finding
    if finding is None or finding["id_rekon"] not in households.index:
        return dict.fromkeys(Registry)
    row = households.loc[finding["id_rekon"]]
    others = [
        households.loc[i] for i in (row["id_tinjau"], row["id_keluarga_utama"]) if i in households.index
    ]
    records: dict[Registry, str | None] = {}
    for side in Registry:
        found = [one[f"record_id_{side}"] for one in (row, *others)]
        records[side] = next((str(one) for one in found if isinstance(one, str)), None)
    return records


def _show(evidence: Evidence, language: Language) -> None:
    out = Console(highlight=False)
    shown = {**evidence.sections}
    if "baris" in shown:
        shown["baris"] = _in_lines(shown["baris"])
    for name, section in shown.items():
        table = Table(title=text(f"explain_{name}", language), box=SIMPLE, title_justify="left")
        for column in section.columns:
            table.add_column(text(f"explain_column_{column}", language), overflow="fold")
        for row in section.itertuples(index=False, name=None):
            table.add_row(*(Text("" if pd.isna(cell) else str(cell)) for cell in row))
        out.print(table)
    for line in evidence.notes:
        out.print(line, markup=False, soft_wrap=True)


def _in_lines(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of each row in one line, empty ones left out: a terminal is narrow."""
    filled = cells[cells["isi"].str.strip() != ""]
    lines = (filled["judul"] + ": " + filled["isi"]).groupby(filled["no"].astype("int64")).agg(" · ".join)
    return pd.DataFrame({"no": lines.index.astype("str"), "isi": lines.array})


def _keep(
    config: PipelineConfig,
    published: _Published,
    evidence: Evidence,
    pair: tuple[str, str] | None,
    into: Path,
    language: Language,
) -> Path:
    """Write the evidence as one workbook that only its owner can read, and tell the audit log."""
    finding = published.finding
    if finding is not None:
        called = str(finding["kasus"])
    else:
        # a record id may hold a family card number: the name of a file must not
        ids = pd.Series(["|".join(sorted(pair or ()))], dtype="str")
        called = "PS-" + str(pseudonyms(ids, key=load_key(config.output_root), purpose="pasangan").iloc[0])
    path = into / f"bukti_{called}.xlsx"
    notes = pd.DataFrame({"catatan": pd.Series(evidence.notes, dtype="str")})
    pages = {**evidence.sections, "catatan": notes}
    try:
        path.touch(mode=MODES[Disclosure.RESTRICTED])
        path.chmod(MODES[Disclosure.RESTRICTED])
        write_xlsx(path, {text(f"explain_{name}", language): page for name, page in pages.items()})
    except OSError:
        raise PublishError([Fault.of("E_EXPLAIN_FOLDER", file=str(into))]) from None
    told = {"jalan": published.folder.name, "kasus": called, "sha256": Fingerprint.of(path).sha256}
    append(config.output_root, [(Event.EVIDENCE, told)])
    return path
