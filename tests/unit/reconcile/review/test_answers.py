"""Lines of books that came back: found by key, each fault named, the rest taken."""

from datetime import date

import pandas as pd
import pytest
from review_world import RUN, judgements

from reconcile.review.answers import Judged, Page, judged, lines_of
from reconcile.review.tables import JUDGEMENTS

TODAY = date(2026, 5, 1)
HEADINGS = ["No", "Keputusan", "Oleh", "Tanggal", "Alasan", "Kunci pasangan", "Jalan", "Peran"]
PAIRS = pd.DataFrame(
    {"id_pasangan": ["PS-A", "PS-B"], "record_p3ke": ["p1", "p2"], "record_bps": ["b1", "b2"]}, dtype="str"
)
GOOD = {
    "No": "1",
    "Keputusan": "satu keluarga",
    "Oleh": "ANI",
    "Tanggal": "2026-04-01",
    "Alasan": "NIK sama",
    "Kunci pasangan": "PS-A",
    "Jalan": RUN,
    "Peran": "penelaah",
}


def page(*rows: dict[str, str], headings: list[str] = HEADINGS, file: str = "a.xlsx") -> Page:
    cells = [[{**GOOD, **row}.get(name, "") for name in headings] for row in rows]
    return Page(file, "Pasangan", [headings, *cells])


def read(*pages: Page, stored: pd.DataFrame | None = None) -> Judged:
    before = JUDGEMENTS.empty() if stored is None else stored
    return judged(lines_of(pages).table, {RUN: PAIRS}, before, today=TODAY)


def said(found: Judged) -> list[tuple[str, int]]:
    return [(fault.code, fault.row) for fault in found.faults]


FAULTS = [
    # what is wrong, lines, faults with rows, how many are taken
    ("nothing", [{}], [], 1),
    ("an unknown word", [{"Keputusan": "mungkin"}, {"Kunci pasangan": "PS-B"}], [("E_REVIEW_WORD", 2)], 1),
    ("another run", [{"Jalan": "2025-01-01-aaaaaaaaaa"}], [("E_REVIEW_RUN", 2)], 0),
    ("no run", [{"Jalan": ""}], [("E_REVIEW_RUN", 2)], 0),
    ("an unknown key", [{"Kunci pasangan": "PS-Z"}, {}], [("E_REVIEW_KEY", 2)], 1),
    ("no key", [{"Kunci pasangan": ""}], [("E_REVIEW_KEY", 2)], 0),
    ("no reviewer", [{"Oleh": ""}], [("E_REVIEW_BY", 2)], 0),
    ("no such day", [{"Tanggal": "31-02-2026"}], [("E_REVIEW_DATE", 2)], 0),
    ("a day to come", [{"Tanggal": "2026-05-02"}], [("E_REVIEW_DATE", 2)], 0),
    ("no day", [{"Tanggal": ""}], [], 1),
    ("two answers", [{}, {"Keputusan": "beda keluarga"}], [("E_REVIEW_TWICE", 2), ("E_REVIEW_TWICE", 3)], 0),
    (
        "two answers without a day",
        [{"Tanggal": ""}, {"Tanggal": "", "Keputusan": "ragu"}],
        [("E_REVIEW_TWICE", 2), ("E_REVIEW_TWICE", 3)],
        0,
    ),
    ("two answers, two days", [{}, {"Keputusan": "beda keluarga", "Tanggal": "2026-04-02"}], [], 2),
    ("two answers, two people", [{}, {"Keputusan": "beda keluarga", "Oleh": "BUDI"}], [], 2),
    ("one answer twice", [{}, {}], [], 1),
    ("nothing decided", [{"Keputusan": ""}], [], 0),
    (
        "all at once",
        [{"Keputusan": "x", "Kunci pasangan": "PS-B"}, {"Oleh": ""}, {}],
        [("E_REVIEW_WORD", 2), ("E_REVIEW_BY", 3)],
        1,
    ),
]


@pytest.mark.parametrize(("rows", "faults", "taken"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_faults(rows: list[dict[str, str]], faults: list[tuple[str, int]], taken: int) -> None:
    found = read(page(*rows))
    assert said(found) == faults
    assert len(found.taken) == taken
    book = found.books.iloc[0]
    # every line is accounted for
    assert book["refused"] == len(faults)
    assert book["new"] == taken


WRITTEN = [
    ("beda keluarga", "beda"), ("Beda Keluarga ", "beda"), ("two families", "beda"), ("SAMA", "sama"),
    ("one family", "sama"), ("tidak dapat dipastikan", "ragu"), ("cannot tell", "ragu"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "word"), WRITTEN)
def test_words_of_both_languages(written: str, word: str) -> None:
    assert read(page({"Keputusan": written})).taken["keputusan"].tolist() == [word]


def test_a_judgement_has_all_that_was_written() -> None:
    row = read(page({"Oleh": "  Ani  Siti", "Tanggal": "03/04/2026", "Peran": "penengah"})).taken.iloc[0]
    assert row.tolist() == ["p1", "b1", "sama", "Ani Siti", "2026-04-03", "NIK sama", "penengah"]


def test_columns_and_rows_in_any_order_and_language() -> None:
    rows = [{}, {"Kunci pasangan": "PS-B", "Keputusan": "beda keluarga"}]
    expected = read(page(*rows)).taken
    turned = page(*rows[::-1], headings=HEADINGS[::-1])
    pd.testing.assert_frame_equal(read(turned).taken.sort_values("record_p3ke", ignore_index=True), expected)
    english = ["No", "Decision", "By", "On", "Why", "Key of the pair", "Run", "Part"]
    cells = [english, *list(page(*rows).rows[1:])]
    pd.testing.assert_frame_equal(read(Page("a.xlsx", "Pairs", cells)).taken, expected)
    titled = Page("a.xlsx", "Pasangan", [["Tinjauan"], [], *page(*rows).rows])
    pd.testing.assert_frame_equal(read(titled).taken, expected)


def test_reviewer_and_day_of_the_book_hold_where_a_line_has_none() -> None:
    guide = Page("a.xlsx", "Petunjuk", [["Penelaah buku ini:", "", "BUDI"], ["Tanggal telaah", "2026-04-09"]])
    found = read(guide, page({"Oleh": "", "Tanggal": ""}, {"Kunci pasangan": "PS-B"}))
    assert found.taken[["oleh", "tanggal"]].to_numpy().tolist() == [
        ["BUDI", "2026-04-09"],
        ["ANI", "2026-04-01"],
    ]
    # another book is another reviewer's
    assert said(read(guide, page({"Oleh": ""}, file="b.xlsx"))) == [("E_REVIEW_BY", 2)]


def test_a_file_without_a_review_sheet_is_named() -> None:
    lines = lines_of([Page("a.xlsx", "Lembar", [["Nama", "NIK"], ["x", "y"]])])
    assert [(fault.code, fault.file) for fault in lines.faults] == [("E_REVIEW_FILE", "a.xlsx")]
    assert lines.table.empty
    assert read().taken.empty


def test_what_is_stored_already_is_not_new() -> None:
    stored = judgements(("p1", "b1", "sama", "ani", "2026-04-01"))
    found = read(page({}, {"Kunci pasangan": "PS-B"}), stored=stored)
    assert found.taken["record_p3ke"].tolist() == ["p2"]
    assert found.books[["new", "known", "refused"]].to_numpy().tolist() == [[1, 1, 0]]
    against = judgements(("p1", "b1", "beda", "ani", "2026-04-01"))
    assert said(read(page({}), stored=against)) == [("E_REVIEW_TWICE", 2)]
    later = judgements(("p1", "b1", "beda", "ani", "2026-03-01"))
    assert len(read(page({}), stored=later).taken) == 1
