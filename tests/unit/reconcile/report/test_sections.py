"""The sections of a made-up run: what they say, what is absent, what is kept back."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
import report_history as history
import report_world as world

from reconcile.indicators import LEVELS
from reconcile.language import text
from reconcile.report.book import Book
from reconcile.report.changes import three
from reconcile.report.desk import Desk, Issue, open_desk
from reconcile.report.model import Absent, Bullets, Figure, Grid, Section, Sentence, spoken
from reconcile.report.official import courses, official_points
from reconcile.report.sections import SECTIONS, sections
from reconcile.report.tables import RUN_TABLES
from reconcile.report.themes import KEPT_BACK, THEMES, themed, unavailable
from reconcile.series.areas import Areas, at_level
from reconcile.series.causes import causes
from reconcile.series.moves import former_counts, moves
from reconcile.vocab import Language

K = 5
ISSUE = Issue(world.PERIOD, world.RUN, world.DAY, K, Language.INDONESIAN, "2025-12-31-def")


def book(*without: str, seed: int = 7) -> Book:
    tables = world.made(seed).tables
    numbers = {one.name: dict.fromkeys(one.numbers, "float64") for one in RUN_TABLES}
    read = {name: table.astype(numbers[name]) for name, table in tables.items() if name not in without}
    manifest = pd.DataFrame(
        {"jalur": ["matching.expected.precision", "matching.expected.recall", "padan"],
         "nilai": [0.99, 0.97, np.nan], "teks": [None, None, "0.1.0"]}
    )  # fmt: skip
    inputs = pd.DataFrame([("a.csv", "isi", "2026", "ab")], columns=["berkas", "isi", "edisi", "sha256"])
    settings = pd.DataFrame({"nama": ["small_cells"], "nilai": [5.0]})
    made = courses(read, date.fromisoformat(world.DAY), Language.INDONESIAN)
    made |= changes()
    return Book({**read, **made, "manifes": manifest, "masukan": inputs, "setelan": settings})


def changes() -> dict[str, pd.DataFrame]:
    """Return what moved since the previous run, as flows.report_files reads it."""
    notes = [history.note_of(run) for run in (history.PREVIOUS, world.RUN)]
    areas = Areas.of(notes[1])
    before = history.series_of(history.PREVIOUS)
    first, second = (
        at_level(rows, areas, "kabupaten", {note.jalan: note.wilayah.edition}, {})
        for note, rows in zip(notes, (before, history.series_now(world.made())), strict=True)
    )
    codes = before.loc[before["tingkat"] == "desa", "kode"].dropna().drop_duplicates()
    return {
        "perubahan": moves(first, second, frozenset()),
        "sebab": causes(notes[0], notes[1], codes),
        "indikator_lalu": former_counts(first),
    }


@pytest.fixture(scope="module")
def desk() -> Desk:
    return open_desk(ISSUE, book())


@pytest.fixture(scope="module", params=range(2))
def seeded(request: pytest.FixtureRequest) -> Desk:
    """Return the desk of another run, by its seed."""
    return open_desk(ISSUE, book(seed=request.param))


@pytest.fixture(scope="module")
def told(desk: Desk) -> dict[str, Section]:
    return {section.key: section for section in sections(desk)}


def said(section: Section) -> str:
    """Return every sentence of a section."""
    lines = [block for block in section.blocks if isinstance(block, Sentence)]
    lines += [item for block in section.blocks if isinstance(block, Bullets) for item in block.items]
    return "\n".join(spoken(line, Language.INDONESIAN) for line in lines)


def test_every_section_has_a_title_in_both_languages() -> None:
    for kind in SECTIONS:
        for language in Language:
            assert text(f"report_section_{kind.key}", language)


def test_the_summary_has_five_sentences_three_changes_and_what_to_decide(told: dict[str, Section]) -> None:
    blocks = told["ringkasan"].blocks
    five, moved, between, decisions = [block for block in blocks if isinstance(block, Bullets)]
    assert [len(block.items) for block in (five, moved, between, decisions)] == [5, 3, 4, 3]
    words = said(told["ringkasan"])
    assert "6.229 keluarga tercatat di P3KE atau data BPS" in words
    assert "40 baru, ✱ selesai, 0 berulang" in words
    assert "Minta daftar pendukung" in words


def test_the_first_publication_has_no_changes(desk: Desk) -> None:
    summary = sections(replace(desk, issue=replace(ISSUE, previous=None)))[1]
    assert any(isinstance(block, Absent) and "terbitan pertama" in block.why for block in summary.blocks)


def test_what_is_not_in_the_run_is_said_to_be_absent() -> None:
    names = [one.name for one in RUN_TABLES if one.name != "indikator"]
    blocks = [block for section in sections(open_desk(ISSUE, book(*names))) for block in section.blocks]
    lines = "\n".join(block.why for block in blocks if isinstance(block, Absent))
    for name in names:
        assert text(f"report_table_{name}", Language.INDONESIAN) in lines


def grids(sections_of: dict[str, Section]) -> list[Grid]:
    return [block for one in sections_of.values() for block in one.blocks if isinstance(block, Grid)]


COUNTED = {"indikator", "kemajuan", "ringkasan", "umur_kasus", "neraca", "cakupan", "pemeriksaan", "selisih"}


def test_no_table_shows_a_small_count(seeded: Desk) -> None:
    shown = {section.key: section for section in sections(seeded)}
    figures = [cell for grid in grids(shown) for row in grid.rows for cell in row if isinstance(cell, Figure)]
    counts = [f for f in figures if "/" not in f.source and f.source.split(":")[0] in COUNTED]
    assert len(counts) > 100
    assert not [f for f in counts if f.value is not None and 0 < f.value < K]
    assert any(f.hidden for f in counts)


def test_no_map_shows_a_small_count_nor_its_rest(seeded: Desk) -> None:
    for theme in THEMES:
        assert not unavailable(theme, seeded)
        rows = themed(theme, seeded).rows
        for count in (rows["part"], rows["whole"], rows["whole"] - rows["part"]):
            assert not ((count > 0) & (count < K)).any()
        assert rows.loc[rows["kelas"] == KEPT_BACK, ["part", "whole"]].isna().all(axis=None)
        assert (rows["kelas"] != KEPT_BACK).sum() > len(rows) / 4


def test_a_map_keeps_back_what_the_table_beside_it_keeps_back(desk: Desk) -> None:
    kept = desk.filled["rekonsiliasi"].hidden("n_cocok", "n_keluarga") - {"-"}
    rows = themed(THEMES[0], desk).rows.set_index("kode")
    assert kept
    assert (rows.loc[sorted(kept), "kelas"] == KEPT_BACK).all()
    assert set(rows["tingkat"]) == set(LEVELS)


def test_parts_of_a_row_add_up_where_all_are_shown(desk: Desk) -> None:
    figures = desk.filled["rekonsiliasi"].figures
    for n in range(len(desk.areas) + 1):
        parts = [figures[f"n_{name}"][n] for name in ("cocok", "tinjau", "bagian", "hanya_p3ke", "hanya_bps")]
        whole = figures["n_keluarga"][n]
        if not any(figure.hidden for figure in (*parts, whole)):
            assert sum(figure.value or 0 for figure in parts) == whole.value


def test_programmes_that_were_not_tested_show_no_zero(told: dict[str, Section]) -> None:
    rows = next(grid for grid in grids(told) if grid.key == "program").rows
    untested = next(row for row in rows if "PIP" in str(row[0]))
    assert all(isinstance(cell, Figure) and cell.value is None for cell in untested[1:])


def test_a_trend_never_goes_on_across_who_computed_the_figures(desk: Desk) -> None:
    points = official_points(desk.book.tables["resmi"])
    assert points.groupby("kode").size().to_dict() == {"64.01": 4, "64.02": 1, "64.07": 1, "64.71": 1}


def test_the_report_is_english_by_option(desk: Desk) -> None:
    english = sections(replace(desk, issue=replace(ISSUE, language=Language.ENGLISH)))
    assert english[1].title == "Summary for the Governor"
    # the run was written in Indonesian: its untested rules are still known as such
    five = next(block for block in english[1].blocks if isinstance(block, Bullets))
    assert "1 of 8 rules were not tested" in spoken(five.items[4], Language.ENGLISH)


def test_a_change_is_told_only_where_both_reports_show_its_ends(desk: Desk) -> None:
    rows = desk.book.rows("perubahan")
    told = next(b for b in changes_of(desk) if isinstance(b, Bullets)).items
    names = {str(dict(sentence.values)["what"]) for sentence in told}
    assert len(names) == len(told) == 3
    hidden = {(a.code, n) for n in ("n_keluarga", "n_cocok") for a in desk.areas if a.code in
              desk.filled["rekonsiliasi"].hidden(n)}  # fmt: skip
    for sentence in told:
        source = dict(sentence.values)["before"].source  # type: ignore[union-attr]
        kode, indicator = (pair.split("=")[1] for pair in source.split(":")[2].split(";"))
        assert (kode, indicator) not in hidden
        row = rows[(rows["kode"] == kode) & (rows["indikator"] == indicator)].iloc[0]
        assert row["besar"] >= K
    # where nothing may be told, that is said
    small = rows.assign(besar=K - 1.0)
    quiet = replace(desk, book=Book({**desk.book.tables, "perubahan": small}))
    assert "report_changes_none" in {b.key for b in changes_of(quiet) if isinstance(b, Sentence)}


def changes_of(desk: Desk) -> list[object]:
    return list(three(desk))


def test_names_that_senders_gave_their_files_are_told_to_nobody(told: dict[str, Section]) -> None:
    grids = [block for section in told.values() for block in section.blocks if isinstance(block, Grid)]
    words = [cell for grid in grids for row in grid.rows for cell in row if isinstance(cell, str)]
    assert "ab" in words  # the print of the only file
    assert "a.csv" not in words


def test_small_numbers_of_people_are_kept_back_and_rupiah_are_not(told: dict[str, Section]) -> None:
    grids = {block.key: block for block in told["anggaran"].blocks if isinstance(block, Grid)}
    shown = {row[0]: list(row[2:]) for row in grids["program_anggaran"].rows}
    training, road = shown["Pelatihan"], shown["Jalan desa"]
    assert [getattr(one, "hidden", None) for one in training] == [False, True, True, False, False, False]
    # three kilometres are nobody's data
    assert road[0].value == 3  # type: ignore[union-attr]
    assert road[1] == "belum diisi"


def test_who_has_not_filled_in_is_named_and_adds_up(told: dict[str, Section]) -> None:
    grid = next(b for b in told["anggaran"].blocks if isinstance(b, Grid) and b.key == "isian_opd")
    for row in grid.rows:
        asked, *states = [one.value for one in row[1:6]]  # type: ignore[union-attr]
        assert asked == sum(states)
    office = {row[0]: row[-1] for row in grid.rows}
    assert office == {
        "Dinas PU": "Paser, Kutai Barat, Balikpapan", "Dinas Sosial": "",
        "Disnaker": "Kutai Kartanegara, Kutai Barat",
    }  # fmt: skip


def test_recommendations_that_are_not_settled_are_listed_earliest_first(told: dict[str, Section]) -> None:
    grids = [block for block in told["audit"].blocks if isinstance(block, Grid)]
    assert [figure.value for figure in grids[0].rows[-1][1:]] == [3, 1, 0, 1, 1]  # type: ignore[union-attr]
    assert [row[0] for row in grids[1].rows] == ["1.a/LHP/05/2026", "3/LHP/2025"]
    # what an office wrote in words of its own is not in the report
    assert "Perbaiki daftar" not in str(told["audit"])


def test_a_run_whose_offices_told_nothing_says_so(desk: Desk) -> None:
    tables = desk.book.tables
    matrix = tables["matriks"].assign(dihitung="tidak", keadaan_isian="belum_diisi")
    followed = tables["tindak_lanjut"].iloc[:0]
    desk = open_desk(ISSUE, Book({**tables, "matriks": matrix, "tindak_lanjut": followed}))
    blocks = [b for s in sections(desk) if s.key in {"anggaran", "audit"} for b in s.blocks]
    assert sum(isinstance(b, Absent) and "bukan nol" in b.why for b in blocks) == 2
