"""The loop of quarantine: what is written, what an office fills in, what the next run makes of it."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from openpyxl import load_workbook

from reconcile.errors import InputError
from reconcile.language import describe
from reconcile.sources.conform import Conformed, conform
from reconcile.sources.corrections import Corrections, apply_corrections, unmatched_corrections
from reconcile.sources.gather import gather
from reconcile.sources.quarantine_files import read_corrections, write_quarantine
from reconcile.sources.raw import RawFile, TextSheet
from reconcile.sources.spec import load_source
from reconcile.vocab import CodeSystem, Language, Registry

DAY = date(2024, 6, 30)
NIK, OTHER = "6400001708850001", "6400005708900002"
HEAD = "ID Keluarga P3KE;Kode Kemdagri;Kepala Keluarga;NIK;Tanggal Lahir;Desil Kesejahteraan;Jenis Kelamin"
LINES = [
    HEAD,
    f"111;6402052003;BUDI;{NIK};17/08/1985;1;L",
    "112;6402052003;SITI;6.4E+15;03/04/1990;99;P",
    "113;6402052003;RUSAK;JL A; RT 3;x",
    ";;;;;;",
]


def delivered(*lines: str, name: str = "p3ke.csv") -> Conformed:
    content = "\n".join(lines or LINES)
    digest = sha256(content.encode()).hexdigest()
    raw = RawFile(name, digest, len(content), "csv", "utf-8", (TextSheet(content.split("\n")),))
    return conform(raw, load_source("p3ke_families_2022"), code_system=CodeSystem.BPS, reference_date=DAY)


def written(path: Path, done: Conformed, language: Language = Language.INDONESIAN) -> Path:
    return write_quarantine(path, done.quarantine, done.value_flags, language=language)


def filled(path: Path, answers: dict[str, dict[int, dict[str, str]]], out: Path | None = None) -> Path:
    """Fill in sheet -> row of the workbook -> heading -> text, as an office would."""
    book = load_workbook(path)
    for sheet, rows in answers.items():
        headings = [cell.value for cell in book[sheet][1]]
        for row, cells in rows.items():
            for heading, text in cells.items():
                book[sheet].cell(row, headings.index(heading) + 1, text)
    book.save(out or path)
    return out or path


def sheet(path: Path, name: str) -> pd.DataFrame:
    return pd.read_excel(path, sheet_name=name, dtype=str, keep_default_na=False, engine="calamine")


def answered(tmp_path: Path, done: Conformed, answers: dict[str, dict[int, dict[str, str]]]) -> Corrections:
    return read_corrections([filled(written(tmp_path / "k.xlsx", done), answers)])


def test_the_workbook_says_what_and_what_to_do(tmp_path: Path) -> None:
    path = written(tmp_path / "k.xlsx", delivered())
    values, rows = sheet(path, "Nilai"), sheet(path, "Baris")
    assert list(zip(values["Baris ke"], values["Kolom"], values["Kode"], strict=True)) == [
        ("3", "desil", "E_VALUE"),
        ("3", "nik", "E_NIK_SCI"),
    ]
    assert values["Nilai seperti tertulis"].tolist() == ["99", "6.4E+15"]
    assert rows["Kode"].tolist() == ["E_FIELD_COUNT"]
    assert {"family_key", "nik", "nama", "tanggal_lahir", "kode_wilayah"} <= set(rows.columns)
    assert rows["Baris seperti tertulis"].tolist() == ["113;6402052003;RUSAK;JL A; RT 3;x"]
    assert all(values["Alasan"]) and all(values["Yang perlu dilakukan"])  # noqa: PT018


def test_keys_are_protected_and_answers_are_not(tmp_path: Path) -> None:
    book = load_workbook(written(tmp_path / "k.xlsx", delivered()))
    for name, free in (("Nilai", {"Perbaikan", "Selesai"}), ("Baris", {"nik", "nama", "Selesai"})):
        page = book[name]
        assert page.protection.sheet
        groups = [dim for dim in page.column_dimensions.values() if not dim.protection.locked]
        places = {place for dim in groups for place in range(dim.min, dim.max + 1)}
        unlocked = {cell.value for cell in page[1] if cell.column in places}
        assert free <= unlocked
        assert not unlocked & {"Berkas", "Baris ke", "Kode", "Sidik berkas"}
        assert page.data_validations.dataValidation
        assert any(dim.hidden for dim in page.column_dimensions.values())


def test_same_tables_same_bytes(tmp_path: Path) -> None:
    done = delivered()
    shuffled = done.value_flags.iloc[::-1]
    one = written(tmp_path / "a.xlsx", done).read_bytes()
    two = write_quarantine(tmp_path / "b.xlsx", done.quarantine, shuffled, language=Language.INDONESIAN)
    assert one == two.read_bytes()


def test_nothing_to_correct_is_a_workbook_too(tmp_path: Path) -> None:
    done = delivered(*LINES[:2])
    back = read_corrections([written(tmp_path / "k.xlsx", done)])
    assert (len(back.cells), len(back.rows), back.open) == (0, 0, 0)
    assert apply_corrections(done, back, reference_date=DAY) is done


@pytest.mark.parametrize("language", Language)
def test_either_language_comes_back(tmp_path: Path, language: Language) -> None:
    path = written(tmp_path / "k.xlsx", delivered(), language)
    page, fix, done = (
        ("Nilai", "Perbaikan", "Selesai") if language == "id" else ("Values", "Correction", "Done")
    )
    back = read_corrections(
        [filled(path, {page: {3: {fix: OTHER, done: "ya" if language == "id" else "yes"}}})]
    )
    assert back.cells[["source_row", "column", "correction"]].to_numpy().tolist() == [[3, "nik", OTHER]]
    assert back.open == 2


def test_a_corrected_value_is_taken_in_and_settled(tmp_path: Path) -> None:
    done = delivered()
    back = answered(tmp_path, done, {"Nilai": {3: {"Perbaikan": f"'{OTHER}", "Selesai": "ya"}}})
    result = apply_corrections(done, back, reference_date=DAY)
    assert result.table["nik"].tolist() == [NIK, OTHER]
    settled = result.value_flags.set_index("column")["diselesaikan"]
    assert settled.fillna(value=False).to_dict() == {"nik": True, "desil": False}
    assert done.table["nik"].isna().tolist() == [False, True]
    again = sheet(written(tmp_path / "next.xlsx", result), "Nilai")
    assert again["Kolom"].tolist() == ["desil"]


def test_a_correction_that_is_none_is_said_anew(tmp_path: Path) -> None:
    done = delivered()
    back = answered(tmp_path, done, {"Nilai": {3: {"Perbaikan": "640000", "Selesai": "ya"}}})
    flags = apply_corrections(done, back, reference_date=DAY).value_flags
    nik = flags[flags["column"] == "nik"]
    assert nik["code"].tolist() == ["E_NIK_SCI", "E_NIK_LEN"]
    assert nik["diselesaikan"].fillna(value=False).tolist() == [True, False]
    assert nik["original"].tolist() == ["6.4E+15", "640000"]


def test_nothing_is_there_is_an_answer(tmp_path: Path) -> None:
    done = delivered()
    back = answered(tmp_path, done, {"Nilai": {2: {"Selesai": "ya"}, 3: {"Perbaikan": OTHER}}})
    result = apply_corrections(done, back, reference_date=DAY)
    assert result.value_flags["diselesaikan"].fillna(value=False).tolist() == [True, False]  # desil, not nik
    assert result.table["nik"].isna().tolist() == [False, True]  # filled in, but not said to be done
    assert back.open == 2


ROW = {"family_key": "113", "nama": "TONO", "nik": OTHER, "kode_wilayah": "6402052003", "desil": "3"}
ROWS = [
    ("taken in", {**ROW, "Selesai": "ya"}, [111, 112, 113], (1, 0, 0)),
    ("no data", {"Selesai": "bukan data"}, [111, 112], (0, 1, 0)),
    ("not decided", ROW, [111, 112], (0, 0, 1)),
    ("with a bad value", {**ROW, "nik": "12", "Selesai": "ya"}, [111, 112, 113], (1, 0, 0)),
]


@pytest.mark.parametrize(
    ("cells", "keys", "fates"), [case[1:] for case in ROWS], ids=[case[0] for case in ROWS]
)
def test_a_row_goes_where_it_was_decided_to(
    tmp_path: Path, cells: dict[str, str], keys: list[int], fates: tuple[int, int, int]
) -> None:
    done = delivered(*LINES[:4])
    back = answered(tmp_path, done, {"Baris": {2: cells}})
    result = apply_corrections(done, back, reference_date=DAY)
    assert result.table["family_key"].astype(int).tolist() == keys
    before, after = done.accounts.iloc[0], result.accounts.iloc[0]
    moved = (after["accepted"] - before["accepted"], after["non_data"], after["quarantined"])
    assert moved == fates
    assert after["physical"] == sum(after[["header", "preamble", "blank", "continuation", "non_data"]]) + sum(
        after[["accepted", "quarantined"]]
    )
    assert len(result.quarantine) == 1
    assert result.table.dtypes.equals(done.table.dtypes)
    assert set(result.table["code_system"]) == {"bps"}
    assert gather([result], Registry.P3KE, DAY).grouped.accepted == len(keys)


def test_a_bad_value_of_a_corrected_row_is_flagged(tmp_path: Path) -> None:
    done = delivered(*LINES[:4])
    back = answered(tmp_path, done, {"Baris": {2: {**ROW, "nik": "12", "Selesai": "ya"}}})
    flags = apply_corrections(done, back, reference_date=DAY).value_flags
    assert flags.loc[flags["source_row"] == 4, ["column", "code"]].to_numpy().tolist() == [
        ["nik", "E_NIK_LEN"]
    ]


def test_a_bad_value_of_a_corrected_row_is_corrected_in_turn(tmp_path: Path) -> None:
    done = delivered(*LINES[:4])
    rows = answered(tmp_path, done, {"Baris": {2: {**ROW, "nik": "12", "Selesai": "ya"}}})
    once = apply_corrections(done, rows, reference_date=DAY)
    cells = answered(tmp_path, once, {"Nilai": {4: {"Perbaikan": OTHER, "Selesai": "ya"}}})
    both = Corrections(cells.cells, rows.rows)
    twice = apply_corrections(done, both, reference_date=DAY)
    assert twice.table["nik"].tolist()[2] == OTHER
    assert unmatched_corrections(both, [twice]) == ()


def test_one_cell_of_two_fields_is_corrected_in_both(tmp_path: Path) -> None:
    content = ["no_kk|nama_kk|kode_desa", "0|A|6403050012", "6400000101150001|B|6403050012"]
    raw = RawFile("d.csv", "d" * 64, 1, "csv", "utf-8", (TextSheet(content),))
    done = conform(raw, load_source("dtsen_families_v3"), reference_date=DAY)
    back = answered(tmp_path, done, {"Nilai": {2: {"Perbaikan": "6400000101150002", "Selesai": "ya"}}})
    result = apply_corrections(done, back, reference_date=DAY)
    assert result.table["no_kk"].tolist() == result.table["family_key"].tolist()
    assert result.table["no_kk"].tolist() == ["6400000101150002", "6400000101150001"]


def test_what_fits_nothing_is_named_without_its_value(tmp_path: Path) -> None:
    back = answered(tmp_path, delivered(), {"Nilai": {3: {"Perbaikan": OTHER, "Selesai": "ya"}}})
    moved = Corrections(back.cells.assign(source_row=pd.array([77], dtype="Int64")), back.rows)
    (fault,) = unmatched_corrections(moved, [delivered()])
    assert (fault.code, fault.file, fault.row, fault.column) == (
        "E_CORRECTION_UNMATCHED",
        "p3ke.csv",
        77,
        "nik",
    )
    assert unmatched_corrections(back, [delivered()]) == ()
    (stale,) = unmatched_corrections(back, [delivered(*LINES, "")])
    assert (stale.code, dict(stale.details)) == ("E_CORRECTION_STALE", {"count": "1"})
    assert not any(OTHER in describe(f, language) for f in (fault, stale) for language in Language)


def test_corrections_of_another_file_leave_this_one_alone(tmp_path: Path) -> None:
    other = delivered(*LINES, "114;6402052003;X;1;;1;L", name="lain.csv")
    back = answered(tmp_path, other, {"Nilai": {3: {"Perbaikan": OTHER, "Selesai": "ya"}}})
    done = delivered()
    assert apply_corrections(done, back, reference_date=DAY) is done


BROKEN = [
    ("a word nobody knows", {"Nilai": {2: {"Selesai": "beres"}}}, ["E_CORRECTION_DECISION"], 2),
    ("values are never no data", {"Nilai": {2: {"Selesai": "bukan data"}}}, ["E_CORRECTION_DECISION"], 2),
    ("the key was changed", {"Nilai": {3: {"Baris ke": "tiga", "Selesai": "ya"}}}, ["E_CORRECTION_KEY"], 3),
    ("a row with nothing in it", {"Baris": {2: {"Selesai": "ya"}}}, ["E_CORRECTION_EMPTY"], 2),
    ("a heading is gone", {"Nilai": {1: {"Sidik berkas": "x"}}}, ["E_CORRECTION_FILE"], 0),
]


@pytest.mark.parametrize(
    ("answers", "codes", "row"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_a_broken_return_is_refused_with_its_place(
    tmp_path: Path, answers: dict[str, dict[int, dict[str, str]]], codes: list[str], row: int
) -> None:
    with pytest.raises(InputError) as caught:
        answered(tmp_path, delivered(), answers)
    assert [(fault.code, fault.row) for fault in caught.value.faults] == [(code, row) for code in codes]
    assert all(fault.file == "k.xlsx" for fault in caught.value.faults)
    assert all(describe(fault, language) for fault in caught.value.faults for language in Language)


def test_two_answers_for_one_place_are_refused_and_the_same_twice_is_one(tmp_path: Path) -> None:
    path = written(tmp_path / "k.xlsx", delivered())
    answer = {"Nilai": {3: {"Perbaikan": OTHER, "Selesai": "ya"}}}
    one, two = filled(path, answer, tmp_path / "1.xlsx"), filled(path, answer, tmp_path / "2.xlsx")
    assert len(read_corrections([one, two]).cells) == 1
    three = filled(path, {"Nilai": {3: {"Perbaikan": NIK, "Selesai": "ya"}}}, tmp_path / "3.xlsx")
    with pytest.raises(InputError) as caught:
        read_corrections([three, one])
    assert [(f.code, f.file, f.row) for f in caught.value.faults] == [("E_CORRECTION_TWICE", "3.xlsx", 3)]


def test_a_file_that_is_no_workbook_of_ours_is_refused(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        book.add_worksheet("Lain").write_string(0, 0, "nik")
    with pytest.raises(InputError) as caught:
        read_corrections([tmp_path / "x.xlsx", tmp_path / "none.xlsx"])
    assert [fault.code for fault in caught.value.faults] == ["E_FILE_MISSING"]
    with pytest.raises(InputError) as caught:
        read_corrections([tmp_path / "x.xlsx"])
    assert [fault.code for fault in caught.value.faults] == ["E_CORRECTION_FILE"]
