"""How long the workbooks of a whole province take: every village has families to visit.

    python -m benchmarks.worklists                                # 1,038 villages of 40 families
    python -m benchmarks.worklists --villages 100 --families 10

Seconds are those of the workbooks alone, made-up lines being ready; MB is what they take on disk.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from flows.worklist_files import Lists, regencies, write_form
from reconcile.resurvey.village_words import Round
from reconcile.vocab import FieldForm, Language

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import resurvey_world as world

PROVINCE, PER_VILLAGE = 1_038, 40


def main() -> None:
    """Print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--villages", type=int, default=PROVINCE)
    parser.add_argument("--families", type=int, default=PER_VILLAGE)
    given = parser.parse_args()
    lines = world.many_lines(villages=given.villages, families=given.families)
    told = Round(world.RUN, world.PERIOD, world.ASKED, (), "", Language.INDONESIAN)
    lists = Lists(told, lines, world.villages(), world.polygons())
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        written = write_form(FieldForm.WORKBOOK, Path(folder), list(regencies(lines)), lists)
        seconds = time.perf_counter() - start
        size = sum(path.stat().st_size for _, path in written) / 1e6
    print(
        f"{given.villages} villages x {given.families} families: {len(written)} files, {size:.1f} MB, "
        f"{seconds:.1f} s, {seconds / len(written) * 1e3:.0f} ms a file"
    )


if __name__ == "__main__":
    main()
