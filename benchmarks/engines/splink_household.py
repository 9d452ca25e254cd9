"""Splink 5 on households, the model that its documentation leads to: nine rules, a comparison per field.

python -m benchmarks.engines.splink_household gen_id FOLDER OUT
"""

from typing import Any

import pyarrow as pa
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import SettingsCreator, block_on

from benchmarks.engines.common import Job, Links, Stopwatch, read_pair, run_engine
from benchmarks.engines.household_columns import clean_households
from benchmarks.engines.splink_run import Training, comparison, link_tables, missing, settings

CERTAIN = (
    block_on("nik"),
    block_on("kk", "tgl_lahir"),
    block_on("name", "tgl_lahir", "kode_desa"),
)
BLOCKING = (
    block_on("nik"),
    block_on("kk"),
    block_on("tgl_lahir", "kode_desa"),
    block_on("name", "kode_desa"),
    block_on("name", "tgl_lahir"),
    block_on("substr(name, 1, 3)", "year", "kode_desa"),
    block_on("tgl_lahir", "substr(name, 1, 2)", "kec"),
    block_on("name", "kec", "year"),
    block_on("kode_desa", "rt", "rw", "substr(name, 1, 2)"),
)
ROUNDS = (block_on("name", "tgl_lahir"), block_on("nik"))


def family() -> list[Any]:
    """Return the comparisons that speak of the family, not of persons."""
    village = comparison(
        "village",
        cll.NullLevel("kode_desa"),
        cll.ExactMatchLevel("kode_desa"),
        cll.ExactMatchLevel("kec"),
        cll.ElseLevel(),
    )
    neighbourhood = comparison(
        "neighbourhood",
        missing("rt_l is null or rt_r is null or rw_l is null or rw_r is null"),
        cll.And(cll.ExactMatchLevel("rt"), cll.ExactMatchLevel("rw")),
        cll.Or(cll.ExactMatchLevel("rt"), cll.ExactMatchLevel("rw")),
        cll.ElseLevel(),
    )
    size = comparison(
        "size",
        cll.NullLevel("jml"),
        cll.ExactMatchLevel("jml"),
        cll.AbsoluteDifferenceLevel("jml", 1),
        cll.ElseLevel(),
    )
    return [cl.DamerauLevenshteinAtThresholds("kk", [1, 2]), village, neighbourhood, size]


def model() -> SettingsCreator:
    """Return the settings: the head's number, name, birth date and sex, members' names, and `family`."""
    name = comparison(
        "name",
        cll.NullLevel("name"),
        cll.ExactMatchLevel("name", term_frequency_adjustments=True),
        *(cll.JaroWinklerLevel("name", cutoff) for cutoff in (0.92, 0.85, 0.75)),
        cll.ElseLevel(),
    )
    head = [
        cl.DamerauLevenshteinAtThresholds("nik", [1, 2]),
        name,
        cl.DateOfBirthComparison("tgl_lahir", input_is_string=True),
        cl.ExactMatch("jk"),
    ]
    members = comparison(
        "shared_members",
        missing("len(members_l) = 0 or len(members_r) = 0"),
        *(cll.ArrayIntersectLevel("members", shared) for shared in (3, 2, 1)),
        cll.ElseLevel(),
    )
    return settings([*head, *family(), members], BLOCKING)


def link_households(
    job: Job, watch: Stopwatch, model: SettingsCreator, training: Training
) -> tuple[pa.Table, pa.Table, Links]:
    """Read, clean and link the two files of ``job``."""
    left, right = read_pair(job)
    watch.lap("read")
    clean_left, clean_right = clean_households(left, right)
    watch.cleaned()
    return left, right, link_tables(clean_left, clean_right, model, training, watch)


def link(job: Job, watch: Stopwatch) -> tuple[pa.Table, pa.Table, Links]:
    """Link two files of households by the plain model."""
    return link_households(job, watch, model(), Training(CERTAIN, 0.85, ROUNDS))


if __name__ == "__main__":
    run_engine("splink_household", link)
