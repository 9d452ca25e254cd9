"""Edge module: what a run publishes for the clerical review, and reading it back."""

from pathlib import Path

import pandas as pd

from flows.config import PipelineConfig
from flows.csvfile import read_csv
from flows.deliveries import Sources
from flows.publish import RUNS, newest_run
from reconcile.errors import Fault, InputError
from reconcile.linkage.households import Linkage
from reconcile.review.pairs import contested_pairs, review_pairs, review_people
from reconcile.review.tables import REVIEW_PAIRS, REVIEW_PEOPLE
from reconcile.review.thresholds import threshold_table
from reconcile.tables import Table
from reconcile.vocab import Content, MatchStatus

#: Folder of a run with its review books, and its tables.
REVIEW = "tinjauan"
PAIRS_FILE = f"{REVIEW}/pasangan.csv"
PEOPLE_FILE = f"{REVIEW}/orang.csv"
_HOUSEHOLDS = "rekonsiliasi/keluarga.csv"


def review_tables(
    config: PipelineConfig,
    sources: Sources,
    linkage: Linkage,
    reconciled: pd.DataFrame,
    findings: pd.DataFrame,
    *,
    key: bytes,
) -> dict[str, pd.DataFrame]:
    """Return the tables of disclosure.REVIEW_OUTPUTS by the names of their rows."""
    decisions = sources.reference(Content.DECISIONS)
    pairs = review_pairs(reconciled, findings, decisions, config.review, key=key)
    matching = config.matching
    return {
        "review_pairs": pairs,
        "review_people": review_people(pairs, sources.stacked("members")),
        "contested": contested_pairs(decisions, reconciled, key=key),
        "thresholds": threshold_table(
            linkage.decided,
            match=matching.match,
            review=matching.review,
            wanted=config.review.wanted_share,
            language=config.language,
        ),
    }


def review_run(output_root: Path, name: str | None = None) -> Path:
    """Return the folder of the last run, or of that name; InputError E_REVIEW_RUNS where it has no pairs."""
    folder = newest_run(output_root) if name is None else next(iter(runs_named(output_root, name)), None)
    if folder is None or not (folder / PAIRS_FILE).is_file():
        raise InputError([Fault.of("E_REVIEW_RUNS", file=output_root.name)])
    return folder


def runs_named(output_root: Path, run: str) -> list[Path]:
    """Return the folders of a run: of its name, and of its name and a number."""
    folders = sorted(path for path in (output_root / RUNS).glob("*") if path.is_dir())
    return [path for path in folders if run in (path.name, _base(path.name))]


def _base(folder: str) -> str:
    base, _, number = folder.rpartition("-")
    return base if number.isdigit() else folder


def read_pairs(folder: Path) -> pd.DataFrame:
    """Return REVIEW_PAIRS of the run in ``folder``."""
    return _read(folder, PAIRS_FILE, REVIEW_PAIRS)


def read_people(folder: Path) -> pd.DataFrame:
    """Return REVIEW_PEOPLE of the run in ``folder``."""
    return _read(folder, PEOPLE_FILE, REVIEW_PEOPLE)


def read_scores(folder: Path) -> pd.DataFrame:
    """Return record_p3ke, skor, bobot and alasan_mesin of the doubtful pairs of the run, as text."""
    names = ["record_id_p3ke", "status_padan", "skor", "bobot", "alasan"]
    try:
        rows = read_csv(folder / _HOUSEHOLDS, names, numbers=["skor"])
    except (OSError, ValueError, KeyError):
        raise InputError([Fault.of("E_REVIEW_RUNS", file=folder.name)]) from None
    rows = rows[(rows["status_padan"] == MatchStatus.REVIEW) & rows["record_id_p3ke"].notna()]
    told = rows.assign(skor=rows["skor"].map("{:.3f}".format))
    return told.rename(columns={"record_id_p3ke": "record_p3ke", "alasan": "alasan_mesin"})


def _read(folder: Path, name: str, table: Table) -> pd.DataFrame:
    counts = [column.name for column in table.columns if column.kind == "whole"]
    try:
        return table.build(read_csv(folder / name, table.names, numbers=counts))
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError([Fault.of("E_REVIEW_RUNS", file=folder.name)]) from None
