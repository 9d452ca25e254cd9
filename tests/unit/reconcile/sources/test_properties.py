"""What must hold of every file: nobody is lost, lines add up, and the fast way answers as the careful one."""

from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from damaged_csv import FOOTER, HEADINGS, SPEC, damaged_file, judge, same_records
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.sources.blocks import read_clean
from reconcile.sources.conform import conform
from reconcile.sources.distinct import over_distinct
from reconcile.sources.headers import Layout
from reconcile.sources.lines import Lines, decoded_lines
from reconcile.sources.parsers import PARSERS
from reconcile.sources.parsing.base import Context
from reconcile.sources.raw import CellRows, CellSheet, RawFile, TextSheet
from reconcile.sources.readers import split_lines
from reconcile.sources.records import Records, split_records
from reconcile.vocab import FileKind

DAY = date(2024, 1, 1)
LAYOUT = Layout("|", 0, 1, HEADINGS)
HEAD = "|".join(HEADINGS)
WIDTH = len(HEADINGS)

TEXT = st.text(st.sampled_from("AB1 .,;\"\t'\u00a0\u2028\u00e9\ufeff\x0b\x1c\x85\u200b-"), max_size=6)
PLAIN = st.text(st.sampled_from("ABC 0123\u00e9"), min_size=1, max_size=6)


def joined(cells: list[str]) -> str:
    return "|".join(cells)


def quoted(cells: list[str]) -> str:
    return joined([f'"{cell}"' for cell in cells])


ROW = st.lists(PLAIN, min_size=WIDTH, max_size=WIDTH)
#: Lines of every kind that offices send; most are good ones, so that clean blocks come about.
LINE = st.one_of(
    ROW.map(joined),
    ROW.map(joined),
    ROW.map(quoted),
    ROW.map(lambda cells: quoted([*cells[:-1], "A|B"])),
    ROW.map(lambda cells: joined(cells) + "|"),
    st.lists(TEXT, min_size=WIDTH, max_size=WIDTH).map(joined),
    st.lists(TEXT, min_size=1, max_size=WIDTH + 2).map(joined),
    st.sampled_from(
        [
            HEAD,
            joined([str(number) for number in range(1, WIDTH + 1)]),
            joined(["JUMLAH", *"123456"]),
            joined(["1", "total: 3", *"12345"]),
            joined(["1", "TOTALINDO", *"12345"]),
            "|" * (WIDTH - 1),
            joined([" \u00a0", *[""] * (WIDTH - 1)]),
            "",
            '"A|B',
            'C"|1|2|3|4|5|6',
            '"A"B|1|2|3|4|5|6',
            '"A""B"|1|2|3|4|5|6',
            "A\0|1|2|3|4|5|6",
            "\ufeffA|1|2|3|4|5|6",
        ]
    ),
)


def both_ways(lines: list[str], block: int, wanted: list[int] | None = None) -> tuple[Records, Records]:
    text = "\n".join([HEAD, *lines, ""])
    fast = split_records(TextSheet(Lines(text, block=block)), LAYOUT, FOOTER, wanted)
    return fast, split_records(TextSheet([HEAD, *lines]), LAYOUT, FOOTER, wanted)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINE, max_size=12), st.integers(1, 200), st.sampled_from([None, [1, 2], [5], [0, 6]]))
def test_the_fast_way_answers_as_the_careful_one(
    lines: list[str], block: int, wanted: list[int] | None
) -> None:
    fast, careful = both_ways(lines, block, wanted)
    assert same_records(fast, careful)
    counted = sum(count for fate, count in fast.lost.items() if fate != "physical")
    assert fast.lost["physical"] == len(lines) + 1 == counted + len(fast.rows) + len(fast.aside)


GOOD = joined(["F", "N", "A B", "1", "Anak", "", "2"])
CLEAN = {
    "plain": ([GOOD, GOOD], True),
    "all in quotes": ([quoted(GOOD.split("|"))], True),
    "delimiter in quotes": ([GOOD.replace("A B", '"A|B"')], True),
    "trailing delimiters": ([GOOD + "||"] * 2, True),
    "beyond ASCII": ([GOOD.replace("A B", "\u00c9\u2028")], True),
    "quote within a field": ([GOOD.replace("A B", 'A "B"')], False),
    "doubled quote": ([GOOD.replace("A B", '"A""B"')], False),
    "text behind a quote": ([GOOD.replace("A B", '"A"B')], False),
    "line break in quotes": ([GOOD.replace("A B", '"A\nB"')], False),
    "open quote": ([GOOD.replace("A B", '"A')], False),
    "NUL": ([GOOD.replace("A B", "\0")], False),
    "byte order mark": (["\ufeff" + GOOD], False),
    "short row": ([GOOD, "F|N"], False),
    "long row": ([GOOD, GOOD + "|"], False),
    "something in a surplus field": ([GOOD + "|x"], False),
    "blank line": ([GOOD, ""], False),
    "a field longer than the csv module reads": ([GOOD.replace("A B", "A" * 140_000)], False),
}


@pytest.mark.parametrize(("lines", "clean"), CLEAN.values(), ids=CLEAN)
def test_what_proves_clean(lines: list[str], clean: bool) -> None:
    block = "\n".join([*lines, ""]).encode()
    columns = read_clean(block, "|", WIDTH, [0, 2, 5])
    assert (columns is not None) is clean
    if columns is not None:
        fast, careful = both_ways(lines, 10**6, [0, 2, 5])
        assert [column.to_pylist() for column in columns] == [careful.cells[p].tolist() for p in (0, 2, 5)]
        assert same_records(fast, careful)


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("a\r\n\u2028\x0b\x85\u00e9"), max_size=30), st.integers(1, 9))
def test_lines_are_those_between_line_ends(text: str, block: int) -> None:
    lines, expected = Lines(text, block=block), split_lines(text)
    assert list(lines) == expected == [lines[place] for place in range(len(lines))]
    assert lines[1:3] == expected[1:3]
    assert [one for _, part in lines.blocks(1) for one in decoded_lines(part)] == expected[1:]
    assert [first for first, _ in lines.blocks(0)] == sorted({first for first, _ in lines.blocks(0)})


def test_far_lines_and_negative_places_are_lines_too() -> None:
    lines = Lines("\n".join(str(number) for number in range(200)))
    assert (lines[150], lines[-1], lines[198:]) == ("150", "199", ["198", "199"])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(TEXT, min_size=WIDTH + 1, max_size=WIDTH + 1), min_size=1, max_size=8))
def test_cells_answer_alike_as_table_and_as_lists(rows: list[list[str]]) -> None:
    table = pd.DataFrame([[*HEADINGS, ""], *rows], dtype="str")
    table.columns = [str(place) for place in table.columns]
    fast = CellSheet("S", CellRows(pa.Table.from_pandas(table, preserve_index=False)))
    layout = Layout("", 0, 1, HEADINGS)
    careful = CellSheet("S", [[*HEADINGS, ""], *rows])
    assert same_records(split_records(fast, layout, FOOTER), split_records(careful, layout, FOOTER))


SPELLINGS = ("6400001708850001", "'6400001708850010", "6.4E+15", "17/08/1985", "03/04/1985", "1.250", "-0,5")
SPELLINGS += (
    "Ya",
    "Desil 1",
    "RT 003",
    "",
    "-",
    "KOSONG",
    "#REF!",
    "laki-laki",
    "anak",
    "6403050012",
    "0 30'S",
)
WRITTEN = st.one_of(st.text(max_size=8), st.sampled_from(SPELLINGS))


@pytest.mark.parametrize("name", sorted(PARSERS))
@settings(max_examples=25, deadline=None)
@given(st.lists(WRITTEN, min_size=1, max_size=8))
def test_a_column_reads_as_its_distinct_texts(name: str, texts: list[str]) -> None:
    context = Context(DAY, {"1": "Ya", "2": "Tidak"})
    column = pd.Series(texts * 3, dtype="str")
    plain = PARSERS[name].parse(column, context)
    quick = over_distinct(column, lambda once: PARSERS[name].parse(once, context))
    pd.testing.assert_series_equal(plain.data, quick.data, check_names=False)
    pd.testing.assert_series_equal(plain.codes, quick.codes, check_names=False)


@settings(max_examples=12, deadline=None)
@given(st.lists(LINE, max_size=10))
def test_accounts_of_a_file_add_up(lines: list[str]) -> None:
    text = "\n".join([HEAD, *lines, ""])
    raw = RawFile("x.csv", "0" * 64, len(text), FileKind.CSV, "utf-8", (TextSheet(Lines(text)),))
    result = conform(raw, SPEC, reference_date=DAY)
    account = result.accounts.iloc[0]
    fates = ["header", "preamble", "blank", "continuation", "non_data", "accepted", "quarantined"]
    assert account["physical"] == len(lines) + 1 == sum(account[fate] for fate in fates)
    assert (len(result.table), len(result.quarantine)) == (account["accepted"], account["quarantined"])


def wrong_of(numbers: range, folder: Path) -> list[tuple[int, str]]:
    """Return the damaged files that were not read as they must be, and how."""
    path = folder / f"{numbers.start}.csv"
    wrong = []
    for number in numbers:
        verdict = judge(damaged_file(number), path, both=number % 5 == 0)
        if verdict.lost or not verdict.adds_up or not verdict.same_both_ways:
            wrong.append((number, "lost" if verdict.lost else "counts" if not verdict.adds_up else "ways"))
    return wrong


def test_ten_thousand_damaged_files_lose_nobody(tmp_path: Path) -> None:
    parts = [range(start, start + 500) for start in range(0, 10_000, 500)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        wrong = list(pool.map(wrong_of, parts, [tmp_path] * len(parts), timeout=300))
    assert [one for part in wrong for one in part] == []
