"""Recall and precision of each rule on the discrepancies that the sample plants.

    python -m benchmarks.findings                     # the committed sample
    python -m benchmarks.findings --families 20000    # generated, on the villages of PADAN_REAL_DATA

Recall counts a planted discrepancy as found where a finding of its rule is about its row. "Apart" stand those
that no rule can find, and they count neither as found nor as missed: a discrepancy between two rows that were
not rightly matched, for what was not matched cannot be compared; and a family of one registry that the
matching holds for doubtful, which is a finding of K03 until a person decides. Precision counts a finding as
right where it was planted; the truth tells nothing of families whose family row is missing, so that what is
rightly found of them counts as wrong.
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
from reconcile.vocab import MatchStatus
from tests.province import OUTPUT, generate

ROOT = Path(__file__).parents[1]
KEYS = ["kunci_p3ke", "kunci_bps"]
READ = {"dtype": "str", "encoding": "utf-8-sig", "keep_default_na": False}
#: What is planted on one registry's family that has no partner.
ALONE = ("K01", "K02")
#: Why a planted discrepancy may knowingly not be found, or a finding be right that was not planted.
NOTES = {
    "G01": "copies with other NIKs and another birth date or name are not joined",
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
    """Return per rule: planted, of these apart, found, recall, findings, precision, note."""
    planted = pd.read_csv(truth / "temuan.csv", **READ).drop_duplicates(["kode", *KEYS])
    households = pd.read_csv(run / "rekonsiliasi/keluarga.csv", sep=";", **READ)
    findings = pd.read_csv(run / "temuan/temuan.csv", sep=";", **READ)
    names = {"family_key_p3ke": "kunci_p3ke", "family_key_bps": "kunci_bps"}
    keyed = households.rename(columns=names)[["id_rekon", "status_padan", *KEYS]]
    found = findings[["kode", "id_rekon"]].merge(keyed, on="id_rekon")
    apart = _apart(planted, keyed)
    rows = [
        _of_rule(code, told, apart[told.index], found[found["kode"] == code])
        for code, told in planted.groupby("kode", sort=True)
    ]
    return pd.DataFrame(rows)


def _apart(planted: pd.DataFrame, keyed: pd.DataFrame) -> pd.Series:
    """Return which planted discrepancies no rule can find, for what the matching did."""
    pairs = (planted[KEYS] != "").all(axis="columns")
    matched = keyed[keyed["status_padan"] == MatchStatus.MATCHED]
    doubtful = keyed[keyed["status_padan"] == MatchStatus.REVIEW]
    unmatched = pairs & ~_stands_in(planted[KEYS], matched[KEYS])
    in_doubt = pd.Series(data=False, index=planted.index)
    for key in KEYS:
        alone = planted["kode"].isin(ALONE) & (planted[key] != "")
        in_doubt |= alone & planted[key].isin(doubtful[key])
    return unmatched | in_doubt


def _of_rule(code: str, told: pd.DataFrame, apart: pd.Series, found: pd.DataFrame) -> dict[str, object]:
    hit = pd.Series(data=False, index=told.index)
    right = pd.Series(data=False, index=found.index)
    for keys in (KEYS, KEYS[:1], KEYS[1:]):
        about = (told[KEYS] != "").eq([key in keys for key in KEYS]).all(axis="columns")
        hit |= about & _stands_in(told[keys], found[keys])
        right |= _stands_in(found[keys], told.loc[about, keys])
    comparable, count = int((~apart).sum()), int((hit & ~apart).sum())
    return {
        "rule": code,
        "planted": len(told),
        "apart": int(apart.sum()),
        "found": count,
        "recall": count / comparable if comparable else None,
        "findings": len(found),
        "precision": int(right.sum()) / len(found) if len(found) else None,
        "note": NOTES.get(code, ""),
    }


def _stands_in(rows: pd.DataFrame, among: pd.DataFrame) -> pd.Series:
    """Return which rows have the values of a row of ``among``."""
    there = pd.MultiIndex.from_frame(rows).isin(pd.MultiIndex.from_frame(among))
    return pd.Series(there, index=rows.index)


def as_markdown(table: pd.DataFrame) -> str:
    """Return the table as Markdown."""
    lines = [f"| {' | '.join(table)} |", "|---" * len(table.columns) + "|"]
    for row in table.itertuples(index=False, name=None):
        cells = ("" if pd.isna(c) else f"{c:.4f}" if isinstance(c, float) else str(c) for c in row)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
