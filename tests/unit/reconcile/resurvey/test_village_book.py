"""What stands in the workbook of a village, whatever the order of its lines."""

import pandas as pd
import pytest
import resurvey_world as world

from reconcile.reports.forms import FormBook, FormSheet, PaperSheet
from reconcile.resurvey.form import load_form
from reconcile.resurvey.handover import handover_book
from reconcile.resurvey.village_book import (
    LIST_SHEET,
    META_KEYS,
    NEW_SHEET,
    answer_columns,
    differences,
    listed,
    locked_columns,
    locked_digest,
    village_book,
)
from reconcile.resurvey.village_letters import GUIDE_SHEET, MINUTES_SHEET
from reconcile.resurvey.village_paper import PAPER_SHEET
from reconcile.resurvey.village_words import TOLD, ListOf, Round
from reconcile.vocab import Language

SOURCES = ("P3KE, edisi 2023",)


def told(language: Language = Language.INDONESIAN, contact: str = "") -> Round:
    return Round(world.RUN, world.PERIOD, world.ASKED, SOURCES, contact, language)


def lines_in(village: str | None) -> pd.DataFrame:
    lines = world.lines()
    return lines[lines["kode_desa"].fillna("") == (village or "")].head(3 if village else 1)


def book(village: str | None = world.A, *, contact: str = "", lines: pd.DataFrame | None = None) -> FormBook:
    rows = lines_in(village) if lines is None else lines
    return village_book(rows, ListOf.of(rows, told(contact=contact)))


def sheet(of: FormBook, name: str) -> FormSheet | PaperSheet:
    return next(one for one in of.sheets if one.name == name)


def words(of: FormBook, name: str) -> str:
    paper = sheet(of, name)
    assert isinstance(paper, PaperSheet)
    return "\n".join(cell.text for line in paper.lines for cell in line.cells)


def test_the_sheets_stand_in_the_order_of_their_use() -> None:
    names = [one.name for one in book().sheets]
    assert names == [GUIDE_SHEET, LIST_SHEET, PAPER_SHEET, NEW_SHEET, MINUTES_SHEET]


def test_the_list_has_every_family_of_the_village_and_nobody_else() -> None:
    listing = sheet(book(), LIST_SHEET)
    assert isinstance(listing, FormSheet)
    assert listing.rows["nama_p3ke"].tolist() == list(world.PLACES[world.A])
    others = [name for place, names in world.PLACES.items() if place != world.A for name in names]
    everything = words(book(), PAPER_SHEET) + str(listing.rows.to_dict())
    assert not [name for name in (*others, world.LOST, world.NOWHERE) if name in everything]


@pytest.mark.parametrize("language", Language)
def test_every_question_of_the_form_has_a_column_headed_by_its_label(language: Language) -> None:
    columns = {column.key: column for column in answer_columns(language)}
    for name, question in load_form().questions.items():
        if not question.sheet:
            assert name not in columns
            continue
        column = columns[name]
        assert column.title == question.label[language]
        assert column.open
        assert list(column.choices) == (
            list(load_form().labels(name, language).values()) if question.choices else []
        )


@pytest.mark.parametrize("language", Language)
def test_no_two_columns_of_the_list_are_headed_alike(language: Language) -> None:
    titles = [column.title.casefold() for column in (*locked_columns(language), *answer_columns(language))]
    assert len(set(titles)) == len(titles)


def test_a_column_is_asked_after_the_words_that_the_drop_down_offers() -> None:
    columns = {column.key: column for column in answer_columns(Language.INDONESIAN)}
    assert columns["desa_tujuan"].asked_if == {
        "hasil": ("Pindah di dalam kabupaten/kota", "Pindah ke luar kabupaten/kota")
    }
    assert set(columns["desa_tujuan"].asked_if["hasil"]) <= set(columns["hasil"].choices)


def test_new_families_are_asked_what_a_family_is_asked_that_was_found() -> None:
    fresh = sheet(book(), NEW_SHEET)
    assert isinstance(fresh, FormSheet)
    keys = {column.key for column in fresh.columns}
    assert {"hasil", "nama_perbaikan", "nik_perbaikan", "masih_miskin", "alasan_tidak_layak"} <= keys
    assert not keys & {"id_tugas", "ganda_dengan", "desa_tujuan"}


def test_both_lists_stand_side_by_side_as_text() -> None:
    row = listed(lines_in(world.A)).iloc[0]
    assert (row["nik_p3ke"], row["nik_bps"]) == ("6402000101800000", "6402000101800000")
    assert (row["tanggal_lahir_p3ke"], row["rt_rw_p3ke"], row["rt_rw_bps"]) == (
        "1980-01-01",
        "001/001",
        "001/-",
    )
    lonely = listed(lines_in(world.A)).iloc[1]
    assert [lonely[f"{name}_bps"] for name in TOLD] == [""] * len(TOLD)


def test_what_differs_is_marked_where_both_lists_tell_something() -> None:
    marked = differences(listed(lines_in(world.A)))
    assert marked["nama_p3ke"].tolist() == [True, False, True]
    assert marked["nik_bps"].tolist() == [False, False, False]


def test_the_order_of_the_lines_does_not_count() -> None:
    one, other = book(), book(lines=lines_in(world.A).iloc[::-1])
    assert one.meta == other.meta
    for first, second in zip(one.sheets, other.sheets, strict=True):
        if isinstance(first, FormSheet):
            assert isinstance(second, FormSheet)
            pd.testing.assert_frame_equal(first.rows, second.rows)
        else:
            assert first == second


def test_meta_tells_a_program_which_list_it_is() -> None:
    meta = book().meta
    assert tuple(meta) == META_KEYS
    assert (meta["jalan"], meta["periode"], meta["kode_desa"]) == (world.RUN, world.PERIOD, world.A)
    assert (meta["jatuh_tempo"], meta["jumlah_baris"]) == (world.DUE, "3")


@pytest.mark.parametrize("column", ["id_tugas", "nama_bps", "alasan_dicek", "rt_rw_p3ke", "jatuh_tempo"])
def test_the_fingerprint_tells_a_change_of_any_locked_cell(column: str) -> None:
    lines = listed(lines_in(world.A))
    changed = lines.assign(**{column: lines[column].where(lines.index != 1, "LAIN")})
    assert locked_digest(lines) == locked_digest(lines.iloc[::-1])
    assert locked_digest(changed) != locked_digest(lines)


def test_every_line_of_the_paper_says_why_and_has_both_lists_and_room_for_every_answer() -> None:
    said = words(book(), PAPER_SHEET)
    lines = listed(lines_in(world.A))
    for cell in (*lines["id_tugas"], *lines["alasan_dicek"], *lines["nik_p3ke"], *lines["alamat_bps"]):
        assert cell in said
    under = {"jumlah_anggota", "rt_perbaikan", "rw_perbaikan", "lintang", "bujur"}
    for name, question in load_form().questions.items():
        if question.sheet and name not in under and not name.endswith("_perbaikan"):
            assert question.label[Language.INDONESIAN] in said


def test_no_block_of_the_paper_is_parted_by_the_end_of_a_page() -> None:
    many = world.many_lines(villages=1, families=23)
    paper = sheet(book(lines=many), PAPER_SHEET)
    assert isinstance(paper, PaperSheet)
    tops = [
        number for number, line in enumerate(paper.lines) if line.cells and line.cells[0].style == "strip"
    ]
    assert set(paper.breaks) <= {*tops, *range(tops[-1] + 1, len(paper.lines))}
    pages = zip((paper.repeated, *paper.breaks), (*paper.breaks, len(paper.lines)), strict=True)
    head = sum(line.height for line in paper.lines[: paper.repeated])
    assert all(head + sum(line.height for line in paper.lines[a:b]) <= 530 for a, b in pages)
    # paper is dear in a village: five families a page
    assert len(paper.breaks) <= 6


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        ("Ibu Rina, Bappeda, 0812 0000 0000", "Pertanyaan: Ibu Rina, Bappeda, 0812 0000 0000"),
        ("", "hubungi ____"),
    ],
    ids=["named", "nobody named"],
)
def test_the_instructions_say_whom_to_ask_by_when_and_where_it_comes_from(contact: str, said: str) -> None:
    guide = words(book(contact=contact), GUIDE_SHEET)
    assert said in guide
    assert world.DUE in guide
    assert SOURCES[0] in guide
    assert "tidak menyatakan siapa pun miskin" in guide


def test_the_minutes_hold_counts_fingerprint_and_room_to_sign() -> None:
    of = book()
    said = words(of, MINUTES_SHEET)
    for expected in (of.meta["sidik"], world.RUN, "Petugas kunjungan", "Kepala Desa/Lurah", "Camat"):
        assert expected in said
    minutes = sheet(of, MINUTES_SHEET)
    assert isinstance(minutes, PaperSheet)
    formulas = [cell.formula for line in minutes.lines for cell in line.cells if cell.formula]
    assert len(formulas) == 3 + len(load_form().labels("hasil", Language.INDONESIAN))


@pytest.mark.parametrize(
    ("name", "area"),
    [
        (world.LOST, "Kabupaten/Kota Kutai Kartanegara, desa belum diketahui"),
        (world.NOWHERE, "Kabupaten/kota dan desa belum diketahui"),
    ],
)
def test_a_list_without_village_says_so(name: str, area: str) -> None:
    lines = world.lines()
    lines = lines[lines["nama_p3ke"] == name]
    of = ListOf.of(lines, told())
    assert of.area == area
    assert village_book(lines, of).meta["kode_desa"] == ""


def test_the_hand_over_names_every_list_of_the_kabupaten() -> None:
    files = {"64.02.05_x/a.xlsx": lines_in(world.A), "tanpa_desa.xlsx": lines_in(None)}
    (page,) = handover_book("Kutai Kartanegara", files, told()).sheets
    assert isinstance(page, FormSheet)
    assert page.rows["berkas"].tolist() == list(files)
    assert page.rows["jumlah"].tolist() == ["3", "1"]
    assert page.rows["desa"].tolist() == ["Muara Kaman Ulu", "(desa belum diketahui)"]
    assert "2 daftar, 4 keluarga" in page.titles[1]
