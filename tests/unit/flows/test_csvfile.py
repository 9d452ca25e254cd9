"""CSV for Excel: the dialect, and cells that would run as formulas."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from flows import csvfile
from flows.csvfile import read_csv, write_csv

CELLS = [
    ("=1+1", "'=1+1"),
    ("+62811", "'+62811"),
    ("-", "'-"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("  =cmd|' /C calc'!A0", "'  =cmd|' /C calc'!A0"),
    ("\t=1", "'\t=1"),
    ("＝1+1", "'＝1+1"),
    ("\rx", "'\rx"),
    ("SITI; AMINAH", "SITI; AMINAH"),
    ('JALAN "BARU"', 'JALAN "BARU"'),
    ("baris satu\nbaris dua", "baris satu\nbaris dua"),
    ("6402061708850001", "6402061708850001"),
]


@pytest.mark.parametrize(("cell", "written"), CELLS)
def test_text_never_runs_as_a_formula(tmp_path: Path, cell: str, written: str) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, pd.DataFrame({"isi": pd.Series([cell], dtype="str")}))
    assert read(path)[1] == [written]


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = [*(cell for cell, _ in CELLS), "'kutip", None]
    frame = pd.DataFrame({"isi": pd.Series(text, dtype="str"), "lain": "x"})
    frame["skor"] = [0.5, *[float("nan")] * (len(frame) - 1)]
    write_csv(path, frame)
    pd.testing.assert_frame_equal(read_csv(path, ["skor", "isi"], numbers=["skor"]), frame[["skor", "isi"]])


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def test_dialect_types_and_missing_values(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    frame = pd.DataFrame(
        {
            "teks": pd.Series(["é", None], dtype="str"),
            "bulat": pd.Series([3, None], dtype="Int64"),
            "lintang": pd.Series([-0.5, None], dtype="Float64"),
            "tanggal": pd.to_datetime(pd.Series(["1985-08-17", None])),
            "ya": pd.Series([True, None], dtype="boolean"),
        }
    )
    write_csv(path, frame)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    # a southern latitude is a number and stays one
    assert read(path)[1:] == [["é", "3", "-0.5", "1985-08-17", "true"], ["", "", "", "", ""]]


def test_a_table_without_rows_keeps_its_headings(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, pd.DataFrame({"a": pd.Series(dtype="str"), "b": pd.Series(dtype="Int64")}))
    assert read(path) == [["a", "b"]]


def test_lines_of_a_file_are_a_file_as_it_would_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a window ends within a line, within quotes, between two quotes
    monkeypatch.setattr(csvfile, "_WINDOW", 7)
    text = ["a", "dua\nbaris", '"', '\n"\n', None, "x;y", "", '""\n']
    frame = pd.DataFrame({"isi": pd.Series(text, dtype="str"), "n": range(len(text))})
    write_csv(tmp_path / "a.csv", frame)
    lines = csvfile.Lines.of(tmp_path / "a.csv")
    for number, places in enumerate(([], [0], [1, 2], [3, 4, 7], list(range(len(text))))):
        lines.write(tmp_path / f"{number}.csv", np.array(places, dtype=np.int64))
        write_csv(tmp_path / "b.csv", frame.iloc[places])
        assert (tmp_path / f"{number}.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
