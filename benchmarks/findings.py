"""Recall and precision of each rule on the discrepancies that the sample plants.

    python -m benchmarks.findings                     # the committed sample
    python -m benchmarks.findings --families 20000    # generated, on the villages of PADAN_REAL_DATA

Recall counts a planted discrepancy as found where a finding of its rule is about its row; a discrepancy
between two rows counts only where these two were rightly matched, for what was not matched cannot be compared
("not paired"). Precision counts a finding as right where it was planted, or where the fault stands in the
files although nobody planted it as one (see NOT_TOLD): those rules have no precision here.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

from flows.publish import POINTER
from tests.province import OUTPUT, generate

ROOT = Path(__file__).parents[1]
KEYS = ["kunci_p3ke", "kunci_bps"]
READ = {"dtype": "str", "encoding": "utf-8-sig", "keep_default_na": False}
#: Rules of which the truth tells only the head's, or only one cause: more may rightly be found.
NOT_TOLD = {
    "I02": "also members",
    "I03": "also members",
    "I04": "also members",
    "G01": "both rows of a double",
    "G02": "both bearers",
    "G03": "both families",
}
#: Why a planted fault of a rule may rightly, or knowingly, not be found.
UNSEEN = {
    "I04": "a NIK that ends in .0 is read without loss and is no finding",
    "E06": "the truth is of the list's year; by the reference date some are 17",
    "W02": "Regsosek writes no village names",
    "G01": "copies whose NIK and birth date both differ are not joined",
}


def main() -> None:
    """Print one table row per rule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run, truth = published(Path(folder), given.families)
        print(as_markdown(scores(run, truth)))


def published(folder: Path, families: int | None) -> tuple[Path, Path]:
    """Return the folders of the run and of the truth."""
    if families is None:
        shutil.copy(ROOT / "config.yaml", folder)
        shutil.copytree(ROOT / "data/raw/contoh", folder / "data/raw/contoh")
        truth, output = folder / "data/raw/contoh/kebenaran", folder / "data/processed"
    else:
        truth = generate(folder, families, Path(os.environ["PADAN_REAL_DATA"]) / "wilayah")
        output = folder / OUTPUT
    run = [sys.executable, "-c", "from flows.cli import main; main()", "run"]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode > 1:
        raise SystemExit(done.stderr)
    return output / (output / POINTER).read_text().strip(), truth


def scores(run: Path, truth: Path) -> pd.DataFrame:
    """Return per rule: planted, of these not paired, found, missed, recall, findings, right, precision."""
    planted = pd.read_csv(truth / "temuan.csv", **READ).drop_duplicates(["kode", *KEYS])
    households = pd.read_csv(run / "rekonsiliasi/keluarga.csv", sep=";", **READ)
    findings = pd.read_csv(run / "temuan/temuan.csv", sep=";", **READ)
    names = {"family_key_p3ke": "kunci_p3ke", "family_key_bps": "kunci_bps"}
    keyed = households.rename(columns=names)[["id_rekon", "status_padan", *KEYS]]
    found = findings[["kode", "id_rekon"]].merge(keyed, on="id_rekon")
    matched = set(keyed.loc[keyed["status_padan"] == "cocok", KEYS].itertuples(index=False, name=None))
    rows = [
        _of_rule(code, told, found[found["kode"] == code], matched)
        for code, told in planted.groupby("kode", sort=True)
    ]
    return pd.DataFrame(rows)


def _of_rule(
    code: str, told: pd.DataFrame, found: pd.DataFrame, matched: set[tuple[str, str]]
) -> dict[str, object]:
    pairs = told[(told[KEYS] != "").all(axis="columns")]
    unpaired = [pair for pair in pairs[KEYS].itertuples(index=False, name=None) if pair not in matched]
    hit = pd.Series(data=False, index=told.index)
    right = pd.Series(data=False, index=found.index)
    for one, other in ((KEYS, KEYS), (KEYS[:1], KEYS[:1]), (KEYS[1:], KEYS[1:])):
        side = (told[one] != "").all(axis="columns") & ((told[KEYS] != "").sum(axis="columns") == len(one))
        there = pd.MultiIndex.from_frame(found[other])
        wanted = pd.MultiIndex.from_frame(told.loc[side, one])
        hit[side] = wanted.isin(there)
        right |= there.isin(wanted)
    comparable = len(told) - len(unpaired)
    count, good = int(hit.sum()), int(right.sum())
    return {
        "rule": code,
        "planted": len(told),
        "not paired": len(unpaired),
        "found": count,
        "recall": count / comparable if comparable else None,
        "findings": len(found),
        "precision": None if code in NOT_TOLD or not len(found) else good / len(found),
        "note": "; ".join(filter(None, (NOT_TOLD.get(code), UNSEEN.get(code)))),
    }


def as_markdown(table: pd.DataFrame) -> str:
    """Return the table as Markdown."""
    lines = [f"| {' | '.join(table)} |", "|---" * len(table.columns) + "|"]
    for row in table.itertuples(index=False, name=None):
        cells = ("" if pd.isna(c) else f"{c:.4f}" if isinstance(c, float) else str(c) for c in row)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
