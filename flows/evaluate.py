"""Edge module: `padan evaluate` holds a published result against a file of true pairs."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.config import load_config
from flows.csvfile import read_csv, write_csv
from flows.curve import draw_curve
from flows.publish import RUNS, newest_run
from flows.reference import columns_of, some
from flows.truthfile import read_truth
from geo.cartography import whole
from reconcile.disclosure import EVALUATION as EVALUATION_OUTPUTS
from reconcile.disclosure import MODES, Disclosure, allowed
from reconcile.errors import Fault, InputError, PublishError
from reconcile.language import entries, text
from reconcile.linkage.evaluate import (
    KEYS,
    NEEDED,
    Judged,
    by_kind,
    calibration,
    curve,
    judge,
    threshold,
)
from reconcile.linkage.mistakes import CAUSES, mistakes
from reconcile.vocab import Language, MatchStatus, Registry

EVALUATION = "evaluasi"
HOUSEHOLDS = "rekonsiliasi/keluarga.csv"
#: Decimals of scores and ratios in the files.
_DECIMALS = 6

#: The tables by the names of their files, and the class of every file.
_OUTPUTS = {output.path.rpartition("/")[2]: output for output in EVALUATION_OUTPUTS}
FILES = {
    **{name: output.disclosure for name, output in _OUTPUTS.items()},
    "kurva.png": Disclosure.INTERNAL,
}


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What was found out of one run."""

    run: str
    judged: Judged
    kinds: pd.DataFrame
    curve: pd.DataFrame
    calibration: pd.DataFrame
    mistakes: pd.DataFrame
    threshold: float

    @classmethod
    def of(cls, run: str, households: pd.DataFrame, truth: pd.DataFrame, match: float) -> "Evaluation":
        """Return the evaluation of a result; ``match`` is the threshold that is configured today."""
        judged = judge(households, truth)
        return cls(
            run,
            judged,
            by_kind(judged),
            curve(judged),
            calibration(judged),
            mistakes(judged, households),
            threshold(judged, match),
        )


def evaluate(
    config_path: Path, language: Language, *, truth: Path, run: str | None, into: Path | None
) -> int:
    """Hold the last run, or the run of that name, against ``truth``; print and write the figures; return 0.

    Writes FILES into ``into``, else into the run. InputError where there is no such run, or the truth cannot
    be used; PublishError where the folder cannot be written.
    """
    config = load_config(config_path)
    folder = _run_folder(config.output_root, run)
    households, true = _households(folder / HOUSEHOLDS), read_truth(truth)
    found = Evaluation.of(folder.name, households, true.pairs, config.matching.match)
    foreign = [side for side, key in _sides() if found.judged.unknown[side] == true.pairs[key].nunique()]
    if foreign:
        raise InputError(
            [Fault.of("E_TRUTH_FOREIGN", file=truth.name, registry=side.value.upper()) for side in foreign]
        )
    target = into or folder / EVALUATION
    try:
        _write(target, _tables(found, config.language), _picture(found, config.language))
    except OSError:
        raise PublishError([Fault.of("E_EVALUATE_FOLDER", file=str(target))]) from None
    shown = target.relative_to(config.folder) if target.is_relative_to(config.folder) else target
    _print(found, true.repeated, shown, language)
    return 0


def _sides() -> Iterable[tuple[Registry, str]]:
    return zip(Registry, KEYS, strict=True)


def _run_folder(root: Path, name: str | None) -> Path:
    """Return the folder of the run of that name, of the last one where none is given."""
    if name is None:
        newest = newest_run(root)
        if newest is None or not newest.is_dir():
            raise InputError([Fault.of("E_EVALUATE_NO_RUN", file=root.name)])
        return newest
    runs = sorted(path.name for path in (root / RUNS).glob("*") if path.is_dir())
    if name not in runs:
        raise InputError([Fault.of("E_EVALUATE_RUN_NAME", name=name, runs=some(runs[::-1]) or "-")])
    return root / RUNS / name


def _households(path: Path) -> pd.DataFrame:
    try:
        return read_csv(path, NEEDED, numbers=["skor"])
    except (OSError, ValueError, KeyError):
        raise InputError(
            [Fault.of("E_EVALUATE_TABLE", file=f"{path.parents[1].name}/{HOUSEHOLDS}")]
        ) from None


def _tables(found: Evaluation, language: Language) -> dict[str, pd.DataFrame]:
    """Return the CSV files by name; codes stay, what they mean stands beside them in words."""
    kinds = found.kinds.assign(keterangan=[_kind(*name, language) for name in _names(found.kinds)])
    said = {cause: text(f"evaluate_{cause}", language) for cause in CAUSES}
    errors = found.mistakes.copy()
    errors.insert(1, "keterangan", errors["sebab"].map(said).astype("str"))
    tables = {
        "jenis.csv": kinds,
        "kurva.csv": found.curve,
        "kalibrasi.csv": found.calibration,
        "kesalahan.csv": errors,
    }
    return {name: table.round(_DECIMALS) for name, table in tables.items()}


def _picture(found: Evaluation, language: Language) -> bytes:
    title = text("evaluate_curve_title", language, run=found.run)
    return draw_curve(found.curve, found.kinds.iloc[0], found.threshold, title, language)


def _names(kinds: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(kinds["dasar"], kinds["jenis"], strict=True))


def _kind(basis: str, kind: str, language: Language) -> str:
    """Return a kind in words; a kind that only the truth file knows keeps its own."""
    key = f"evaluate_kind_{kind}"
    said = text(key, language) if key in entries() else kind
    return text("evaluate_computed", language, kind=said) if basis == "padan" else said


def _write(target: Path, tables: Mapping[str, pd.DataFrame], picture: bytes) -> None:
    """Write beside the target and move each file in place, so that no reader meets half a file."""
    target.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".sedang-ditulis-", dir=target))
    try:
        for name, table in tables.items():
            write_csv(aside / name, allowed(_OUTPUTS[name], table))
        (aside / "kurva.png").write_bytes(picture)
        for name, disclosure in FILES.items():
            (aside / name).chmod(MODES[disclosure])
            (aside / name).replace(target / name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _print(found: Evaluation, repeated: int, folder: Path, language: Language) -> None:
    out = Console(highlight=False)
    for table in (_accuracy(found, language), _bands(found, language), _mistakes(found, language)):
        out.print(table)
    out.print("\n".join(_account(found, repeated, folder, language)), markup=False, soft_wrap=True)


def _accuracy(found: Evaluation, language: Language) -> Table:
    counts, ratios = ("sebenarnya", "ditemukan", "tepat"), ("presisi", "recall", "f1")
    columns = [f"evaluate_{name}" for name in ("jenis", *counts, *ratios)]
    table = columns_of("evaluate_title", columns, language)
    for row in found.kinds.to_dict("records"):
        numbers = [whole(row[name], language) for name in counts]
        shares = [_percent(row[name], language) for name in ratios]
        table.add_row(Text(_kind(row["dasar"], row["jenis"], language)), *numbers, *shares)
        if row["dasar"] == "semua":
            table.add_section()
    return table


def _bands(found: Evaluation, language: Language) -> Table:
    names = ("band", "pasangan", "skor_rata", "bagian_benar", "interval")
    table = columns_of("evaluate_bands_title", [f"evaluate_{name}" for name in names], language)
    for row in found.calibration.to_dict("records"):
        low, high = (_percent(row[name], language) for name in ("bawah_95", "atas_95"))
        shares = [_percent(row[name], language) for name in ("skor_rata", "bagian_benar")]
        band = _decimals(f"{row['dari']:g} – {row['sampai']:g}", language)
        table.add_row(
            band, whole(row["pasangan"], language), *shares, f"{low} – {high}" if row["pasangan"] else "–"
        )
    return table


def _mistakes(found: Evaluation, language: Language) -> Table:
    table = columns_of("evaluate_mistakes_title", ["evaluate_sebab", "evaluate_pasangan"], language)
    counts = Counter(found.mistakes["sebab"])
    for cause in CAUSES:
        table.add_row(text(f"evaluate_{cause}", language), whole(counts[cause], language))
    return table


def _account(found: Evaluation, repeated: int, folder: Path, language: Language) -> list[str]:
    """Return what must be known to read the figures: what is not in them, and where the files lie."""
    judged, lines = found.judged, []
    doubtful = int((judged.pairs["status_padan"] == MatchStatus.REVIEW).sum())
    lines.append(text("evaluate_run", language, run=found.run, doubtful=whole(doubtful, language)))
    for side, count in judged.unknown.items():
        if count:
            lines.append(
                text("evaluate_unknown", language, registry=side.value.upper(), n=whole(count, language))
            )
    if judged.keyless:
        lines.append(text("evaluate_keyless", language, n=whole(judged.keyless, language)))
    if repeated:
        lines.append(text("evaluate_repeated", language, n=whole(repeated, language)))
    lines.append(text("evaluate_done", language, folder=folder, files=", ".join(FILES)))
    return lines


def _percent(share: float, language: Language) -> str:
    return _decimals(f"{100 * share:.2f}", language) if pd.notna(share) else "–"


def _decimals(written: str, language: Language) -> str:
    return written.replace(".", ",") if language is Language.INDONESIAN else written
