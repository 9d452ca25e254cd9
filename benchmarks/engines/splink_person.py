"""Splink 5 on persons: ``python -m benchmarks.engines.splink_person KIND FOLDER OUT``.

The settings are our own; m and u are learnt without labels. Rules of blocking and rounds of training were
chosen with the truth of these files in view, in the peer's favour, so its figures are not out of sample.
"""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import SettingsCreator, block_on

from benchmarks.engines.common import Job, Links, Stopwatch, read_pair, run_engine
from benchmarks.engines.household_columns import kept_in_lists
from benchmarks.engines.splink_run import Training, comparison, link_tables, missing, settings

#: Words in names of h50k that say rank, not who.
_RANKS = "^(.?|sir|lord|lady|dame|the|of|baron|baroness|baronet|earl|viscount|duke|[0-9]+(st|nd|rd|th))$"


def frequent(name: str, *cutoffs: float) -> Any:
    """Return a comparison of a text by Jaro-Winkler; an equal rare text weighs more than a common one."""
    return comparison(
        name,
        cll.NullLevel(name),
        cll.ExactMatchLevel(name, term_frequency_adjustments=True),
        *(cll.JaroWinklerLevel(name, cutoff) for cutoff in cutoffs),
        cll.ElseLevel(),
    )


def febrl4() -> tuple[SettingsCreator, Training]:
    """Return model and training for FEBRL4: every field, given name and surname also the other way round."""
    names = comparison(
        "names",
        missing("given_name_l is null or given_name_r is null or surname_l is null or surname_r is null"),
        cll.ExactMatchLevel("both_names", term_frequency_adjustments=True),
        cll.ColumnsReversedLevel("given_name", "surname", symmetrical=True),
        cll.And(cll.JaroWinklerLevel("given_name", 0.88), cll.JaroWinklerLevel("surname", 0.88)),
        cll.ExactMatchLevel("surname"),
        cll.ExactMatchLevel("given_name"),
        cll.Or(cll.JaroWinklerLevel("given_name", 0.88), cll.JaroWinklerLevel("surname", 0.88)),
        cll.ElseLevel(),
    )
    comparisons = [
        names,
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
        cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
        cl.LevenshteinAtThresholds("street_number", [1]),
        cl.JaroWinklerAtThresholds("address_1", [0.92, 0.8]),
        cl.JaroWinklerAtThresholds("address_2", [0.92, 0.8]),
        frequent("suburb", 0.92, 0.8),
        cl.ExactMatch("state"),
    ]
    blocking = [
        block_on("soc_sec_id"),
        block_on("date_of_birth"),
        block_on("given_name", "surname"),
        block_on("surname", "postcode"),
        block_on("given_name", "postcode"),
        block_on("address_1", "street_number"),
        block_on("suburb", "street_number"),
    ]
    certain = [block_on("soc_sec_id"), block_on("date_of_birth", "given_name", "surname")]
    rounds = [block_on("soc_sec_id"), block_on("date_of_birth")]
    return settings(comparisons, blocking), Training(certain, 0.9, rounds)


def h50k() -> tuple[SettingsCreator, Training]:
    """Return model and training for historical_50k; any word of a name may be what both files kept."""
    day = comparison(
        "dob",
        cll.NullLevel("dob"),
        cll.ExactMatchLevel("dob", term_frequency_adjustments=True),
        cll.DamerauLevenshteinLevel("dob", 1),
        cll.ExactMatchLevel("year"),
        cll.DamerauLevenshteinLevel("dob", 2),
        cll.ElseLevel(),
    )
    place = comparison(
        "postcode",
        cll.NullLevel("postcode_fake"),
        cll.ExactMatchLevel("postcode_fake"),
        cll.LevenshteinLevel("postcode_fake", 1),
        cll.ExactMatchLevel("district"),
        cll.LevenshteinLevel("postcode_fake", 2),
        cll.ElseLevel(),
    )
    comparisons = [
        _h50k_names(),
        day,
        place,
        frequent("birth_place", 0.92),
        frequent("occupation"),
        cl.ExactMatch("gender"),
    ]
    blocking = [
        block_on("postcode_fake"),
        block_on("dob"),
        block_on("surname"),
        block_on("words", arrays_to_explode=["words"]),
        block_on("substr(surname, 1, 4)"),
        block_on("birth_place", "district"),
        block_on("birth_place", "year"),
        block_on("birth_place", "occupation"),
        block_on("year", "district"),
        block_on("substr(first_name, 1, 3)", "year"),
        block_on("substr(first_name, 1, 1)", "substr(surname, 1, 3)"),
    ]
    certain = [block_on("first_name", "surname", "dob"), block_on("postcode_fake", "surname"),
               block_on("full_name", "birth_place")]  # fmt: skip
    rounds = [block_on("surname"), block_on("dob"), block_on("postcode_fake")]
    return settings(comparisons, blocking), Training(certain, 0.6, rounds)


def _h50k_names() -> Any:
    return comparison(
        "names",
        cll.NullLevel("full_name"),
        cll.ExactMatchLevel("full_name", term_frequency_adjustments=True),
        cll.ExactMatchLevel("first_and_surname", term_frequency_adjustments=True),
        cll.JaroWinklerLevel("full_name", 0.93),
        cll.ArrayIntersectLevel("words", 2),
        cll.And(cll.JaroWinklerLevel("surname", 0.9), cll.JaroWinklerLevel("first_name", 0.85)),
        cll.ExactMatchLevel("surname", term_frequency_adjustments=True),
        cll.JaroWinklerLevel("surname", 0.88),
        cll.ArrayIntersectLevel("words", 1),
        cll.JaroWinklerLevel("full_name", 0.8),
        cll.ElseLevel(),
    )


def clean(kind: str, table: pa.Table) -> pa.Table:
    """Return the table with the columns that the settings ask for."""
    if kind == "febrl4":
        both = pc.binary_join_element_wise(table["given_name"], table["surname"], " ")
        return table.append_column("both_names", both)
    words = pc.split_pattern_regex(table["full_name"].combine_chunks(), "[^a-z0-9]+")
    year = pc.utf8_slice_codeunits(table["dob"], 0, 4)
    district = pc.replace_substring_regex(table["postcode_fake"], " .*", "")
    kept = kept_in_lists(words, pc.invert(pc.match_substring_regex(words.values, _RANKS)))
    table = table.append_column("words", kept)
    return table.append_column("year", year).append_column("district", district)


def link(job: Job, watch: Stopwatch) -> tuple[pa.Table, pa.Table, Links]:
    """Read, clean and link the two files of ``job``."""
    left, right = read_pair(job)
    watch.lap("read")
    model, training = {"febrl4": febrl4, "h50k": h50k}[job.kind]()
    clean_left, clean_right = (clean(job.kind, table) for table in (left, right))
    watch.cleaned()
    return left, right, link_tables(clean_left, clean_right, model, training, watch)


if __name__ == "__main__":
    run_engine("splink_person", link)
