"""The report as a whole: what one place hides no other gives away; every figure is somebody's decision."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import pytest
import report_world as world

from reconcile.report.book import Book, share, together
from reconcile.report.cells import parse
from reconcile.report.desk import Desk, Issue, open_desk
from reconcile.report.model import Bars, Figure, Grid, Head, Line, Lines, Section
from reconcile.report.protect import Protected, protect
from reconcile.report.tables import RUN_TABLES
from reconcile.report.themes import KEPT_BACK, THEMES, themed
from reconcile.report.walk import figures_of
from reconcile.vocab import Language

K = 5
ISSUE = Issue(world.PERIOD, world.RUN, world.DAY, K, Language.INDONESIAN, None)
CODES = list(world.KABUPATEN)


def desk_of(change: dict[str, pd.DataFrame] | None = None) -> Desk:
    numbers = {one.name: dict.fromkeys(one.numbers, "float64") for one in RUN_TABLES}
    tables = {**world.made(7).tables, **(change or {})}
    return open_desk(ISSUE, Book({name: table.astype(numbers[name]) for name, table in tables.items()}))


@pytest.fixture(scope="module")
def desk() -> Desk:
    return desk_of()


def kept(desk: Desk, figures: Sequence[Figure]) -> list[bool]:
    """Return which of ``figures`` are kept back where they are the whole report."""
    return [one.hidden for one in figures_of(of(desk, figures).sections)]


def of(desk: Desk, figures: Sequence[Figure]) -> Protected:
    grid = Grid("uji", "Uji", [Head("a")] * len(figures), [list(figures)])
    return protect([Section("uji", "Uji", [grid])], [], desk)


def counts(desk: Desk, column: str) -> list[Figure]:
    return [desk.book.total("indikator", column, tingkat="kabupaten", kode=code) for code in CODES]


def test_a_small_count_is_hidden_in_every_table_that_tells_it(desk: Desk) -> None:
    own = counts(desk, "n_desil1_p3ke")
    least = min(one.value or 0.0 for one in own)
    strict = replace(desk, issue=replace(ISSUE, k=int(least) + 1))
    listed = [desk.book.total("selisih", "keluarga_daftar", kode_kab=code, daftar="p3ke") for code in CODES]
    assert kept(strict, [*listed, *own]) == [one.value == least for one in (*own, *own)]


def test_a_total_takes_a_second_cell_along_and_shares_with_it(desk: Desk) -> None:
    total = desk.book.total("indikator", "n_desil1_p3ke", tingkat="kabupaten")
    lost = desk.book.total("indikator", "n_desil1_p3ke", tingkat="kabupaten", kode=None)
    own = [*counts(desk, "n_desil1_p3ke"), lost]
    own[0] = own[0].kept_back()
    shares = [share(part, total) for part in counts(desk, "n_desil1_p3ke")]
    hidden = kept(desk, [*own, total, *shares])
    assert sum(hidden[:5]) > 1
    assert not hidden[5]
    assert hidden[6:] == hidden[:4]


def test_what_the_last_report_kept_back_this_one_does_not_tell() -> None:
    moved = pd.DataFrame(
        {"kode": CODES, "nama": CODES, "indikator": "n_cocok", "nilai_awal": 40.0, "nilai_akhir": 90.0,
         "besar": 50.0}
    )  # fmt: skip
    base = desk_of()
    desk = open_desk(ISSUE, Book({**base.book.tables, "perubahan": moved}))
    before, after = (
        desk.book.total("perubahan", f"nilai_{end}", kode=CODES[0], indikator="n_cocok")
        for end in ("awal", "akhir")
    )
    figures = [before, after, together([after], [before])]
    grid = Grid("uji", "Uji", [Head("a")], [figures])
    shown, hidden = (
        protect([Section("uji", "Uji", [grid])], [], desk, frozenset(sources))
        for sources in ((), (f"indikator:n_cocok:tingkat=kabupaten;kode={CODES[0]}",))
    )
    assert not any(one.hidden for one in figures_of(shown.sections))
    kept_back = [one.hidden for one in figures_of(hidden.sections)]
    assert kept_back[0]
    assert any(kept_back[1:])


def test_the_proof_tells_how_many_cells_and_the_narrowest_range(desk: Desk) -> None:
    total = desk.book.total("indikator", "n_desil1_p3ke", tingkat="kabupaten")
    proof = of(
        desk, [counts(desk, "n_desil1_p3ke")[0].kept_back(), *counts(desk, "n_desil1_p3ke"), total]
    ).proof
    assert proof.holds
    assert proof.tightest is not None
    assert proof.tightest >= K
    assert proof.hidden == 1


def test_a_figure_of_a_column_that_nobody_declared_is_refused(desk: Desk) -> None:
    book = Book({**desk.book.tables, "baru": pd.DataFrame({"n": [3.0]})})
    with pytest.raises(TypeError, match="baru:n"):
        protect([Section("a", "A", [Bars("B", [("b", book.total("baru", "n"))], 3.0)])], [], desk)


def test_where_every_family_is_poor_the_map_says_nothing() -> None:
    """A share of 100 % tells something about each family."""
    indicators = world.made(7).tables["indikator"].copy()
    theme = next(theme for theme in THEMES if theme.key == "desil1")
    village = indicators[(indicators["tingkat"] == "desa") & (indicators["n_keluarga"] > 50)].iloc[0]["kode"]
    inside = indicators["kode"].isin([village, village[:8], village[:5]])
    poor = indicators["n_desil1_p3ke"] + indicators["n_desil1_bps"] - indicators["n_desil1_keduanya"]
    own = indicators["kode"] == village
    more = int((indicators["n_keluarga"] - poor)[own].iloc[0])
    for side in ("n_desil1_p3ke", "n_desil1_bps", "n_desil1_keduanya"):
        indicators.loc[inside, side] += more
    desk = desk_of({"indikator": indicators})
    before = themed(theme, desk)
    after = protect([], [before], desk)
    kinds = after.themes[0].rows.set_index("kode")["kelas"]
    assert after.proof.holds
    assert kinds[village] == KEPT_BACK
    assert (kinds != KEPT_BACK).any()


def test_a_drawing_keeps_no_trace_of_what_was_hidden(desk: Desk) -> None:
    first, second = counts(desk, "n_desil1_keduanya")[:2]
    line = Line("Paser", [("2025-01-01", Figure("tren_daftar:nilai", 40.0)), ("2026-03-31", first)])
    drawn = [Bars("B", [("a", first), ("b", second)], 9999.0), Lines("L", [line])]
    hiding = Grid("uji", "Uji", [Head("a")], [[first.kept_back()]])
    told = protect([Section("a", "A", [*drawn, hiding])], [], desk).sections[0].blocks
    assert isinstance(told[0], Bars)
    assert told[0].whole == second.value
    assert isinstance(told[1], Lines)
    assert not told[1].lines


SOURCES = [
    ("indikator:n:kode=64.01", ["n"], [], None),
    ("a:x: + b:y:k=1;m= - c:z:", ["x", "y"], ["z"], None),
    ("a:x: / b:y:", ["x"], [], ["y"]),
    ("a:x:opd=Dinas A - Bidang B / C", ["x"], [], None),
    ("manifes:nilai:jalur=m / 1", ["nilai"], [], []),
]


@pytest.mark.parametrize(("source", "add", "less", "whole"), SOURCES, ids=[case[0] for case in SOURCES])
def test_sources_are_read_as_they_are_written(
    source: str, add: list[str], less: list[str], whole: list[str] | None
) -> None:
    told = parse(source)
    assert [atom.column for atom in told.add] == add
    assert [atom.column for atom in told.less] == less
    assert (None if told.whole is None else [atom.column for atom in told.whole.add]) == whole


def test_a_missing_value_is_told_from_an_empty_one() -> None:
    assert parse("a:x:kode=;t=desa").add[0].where == {"kode": None, "t": "desa"}
    assert parse("a:x:opd=Dinas A; BPJS;t=desa").add[0].where == {"opd": "Dinas A; BPJS", "t": "desa"}
