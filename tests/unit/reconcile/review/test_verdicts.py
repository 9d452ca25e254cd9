"""What stands of many words on one pair."""

import pandas as pd
import pytest
from review_world import decisions

from reconcile.review.verdicts import contested_warnings, iso_days, latest_words, verdicts

P, B = "p3ke:1", "bps:1"

STANDS = [
    # what is told, words as (decision, by, day, part), verdict, counts of sama, beda, ragu
    ("one reviewer", [("sama", "ANI")], "sama", (1, 0, 0)),
    ("two who agree", [("beda", "ANI"), ("beda", "BUDI")], "beda", (0, 2, 0)),
    ("one who cannot tell", [("ragu", "ANI")], "ragu", (0, 0, 1)),
    ("one of two cannot tell", [("ragu", "ANI"), ("sama", "BUDI")], "sama", (1, 0, 1)),
    ("two who disagree", [("sama", "ANI"), ("beda", "BUDI")], "bertentangan", (1, 1, 0)),
    ("two against one", [("sama", "ANI"), ("beda", "BUDI"), ("sama", "CICI")], "bertentangan", (2, 1, 0)),
    (
        "one who changes his mind",
        [("sama", "ANI", "2026-04-01"), ("beda", "ANI", "2026-04-03")],
        "beda",
        (0, 1, 0),
    ),
    (
        "the change stands first",
        [("beda", "ANI", "03/04/2026"), ("sama", "ANI", "2026-04-01")],
        "beda",
        (0, 1, 0),
    ),
    ("a day counts more than none", [("sama", "ANI", ""), ("beda", "ANI", "2026-04-03")], "beda", (0, 1, 0)),
    ("to cannot tell", [("sama", "ANI", "2026-04-01"), ("ragu", "ANI", "2026-04-03")], "ragu", (0, 0, 1)),
    ("one name, written in two ways", [("sama", "Ani"), ("sama", " ANI ")], "sama", (1, 0, 0)),
    (
        "an arbiter ends it",
        [("sama", "ANI"), ("beda", "BUDI"), ("beda", "CICI", "2026-04-02", "penengah")],
        "beda",
        (1, 1, 0),
    ),
    (
        "an arbiter over two who agree",
        [("sama", "ANI"), ("sama", "BUDI"), ("beda", "CICI", "2026-04-02", "penengah")],
        "beda",
        (2, 0, 0),
    ),
    (
        "an arbiter who cannot tell ends nothing",
        [("sama", "ANI"), ("beda", "BUDI"), ("ragu", "CICI", "2026-04-02", "penengah")],
        "bertentangan",
        (1, 1, 0),
    ),
    (
        "the later arbiter",
        [("sama", "CICI", "2026-04-02", "penengah"), ("beda", "DEDI", "2026-04-05", "penengah")],
        "beda",
        (0, 0, 0),
    ),
]


def of_one_pair(words: list[tuple[str, ...]]) -> pd.DataFrame:
    return decisions(*((P, B, *word) for word in words))


@pytest.mark.parametrize(("words", "verdict", "counts"), [s[1:] for s in STANDS], ids=[s[0] for s in STANDS])
def test_what_stands(words: list[tuple[str, ...]], verdict: str, counts: tuple[int, int, int]) -> None:
    rows = of_one_pair(words)
    found = verdicts(rows)
    assert found.faults == ()
    row = found.table.iloc[0]
    assert row["putusan"] == verdict
    assert tuple(row[["n_sama", "n_beda", "n_ragu"]]) == counts
    assert row["letak"].startswith("keputusan.csv:")
    assert len(contested_warnings(rows)) == (verdict == "bertentangan")
    pd.testing.assert_frame_equal(verdicts(rows[::-1]).table, found.table)


CONTRADICTIONS = [
    ("one person, one day", [("sama", "ANI"), ("beda", "ANI")], [2, 3]),
    ("one person, no day", [("sama", "ANI", ""), ("beda", "ani", "")], [2, 3]),
    ("nobody's name", [("sama", "", ""), ("ragu", "", "")], [2, 3]),
    (
        "two arbiters, one day",
        [("sama", "CICI", "2026-04-02", "penengah"), ("beda", "DEDI", "2026-04-02", "penengah")],
        [2, 3],
    ),
]


@pytest.mark.parametrize(
    ("words", "rows"), [c[1:] for c in CONTRADICTIONS], ids=[c[0] for c in CONTRADICTIONS]
)
def test_who_contradicts_himself_is_named(words: list[tuple[str, ...]], rows: list[int]) -> None:
    faults = verdicts(of_one_pair(words)).faults
    assert [(fault.code, fault.row) for fault in faults] == [("E_DECISION_BOTH", row) for row in rows]


def test_an_unknown_word_is_named_and_the_others_stand() -> None:
    found = verdicts(decisions((P, B, "mungkin"), (P, "bps:2", "sama")))
    assert [(fault.code, fault.row) for fault in found.faults] == [("E_DECISION_WORD", 2)]
    assert found.table["record_bps"].tolist() == ["bps:2"]
    assert found.table["source_row"].tolist() == [3]


def test_of_nobody_nothing_stands() -> None:
    assert verdicts(decisions()).table.empty
    assert latest_words(decisions()).empty


DAYS = [("2026-04-03", "2026-04-03"), ("03/04/2026", "2026-04-03"), ("3-4-2026", "2026-04-03"),
        ("2026-04-03 00:00:00", "2026-04-03"), ("kemarin", None), ("2026-13-01", None)]  # fmt: skip


@pytest.mark.parametrize(("written", "day"), DAYS)
def test_days_as_people_write_them(written: str, day: str | None) -> None:
    read = iso_days(pd.Series([written], dtype="str")).iloc[0]
    assert (None if pd.isna(read) else read) == day
