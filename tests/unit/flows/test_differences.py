"""Where two files that should be the same begin to differ, in the terms of their kind."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from flows.differences import differences
from reconcile.language import describe
from reconcile.vocab import Language

DAY = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook knows no zone
TABLE = "\ufeffkasus;nik;nama\nKS-1;6402065705800001;SITI\nKS-2;;BUDI\n"


def written(folder: Path) -> Path:
    folder.mkdir()
    (folder / "temuan.csv").write_text(TABLE, encoding="utf-8")
    (folder / "manifest.json").write_text('{"libraries": {"numpy": "2"}, "inputs": [{"sha256": "a"}]}')
    (folder / "peta.png").write_bytes(bytes(2_000_000))
    with xlsxwriter.Workbook(folder / "temuan.xlsx") as book:
        book.set_properties({"created": DAY})
        book.add_worksheet("Temuan").write_string(0, 0, "SITI")
    return folder


def changed(name: str, old: str, new: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(
        (folder / name).read_text(encoding="utf-8").replace(old, new), encoding="utf-8"
    )


def byte_at(place: int) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        content = bytearray((folder / "peta.png").read_bytes())
        content[place] = 1
        (folder / "peta.png").write_bytes(content)

    return change


def other_book(folder: Path) -> None:
    with xlsxwriter.Workbook(folder / "temuan.xlsx") as book:
        book.set_properties({"created": DAY})
        book.add_worksheet("Temuan").write_string(0, 0, "SITI AMINAH")


CASES: list[tuple[str, Callable[[Path], object], list[str]]] = [
    ("nothing", lambda _: None, []),
    ("a cell", changed("temuan.csv", "BUDI", "BUDY"), ["temuan.csv, row 3, column nama: First cell"]),
    ("an empty cell", changed("temuan.csv", "KS-2;;", "KS-2;1;"), ["temuan.csv, row 3, column nik: First"]),
    ("a heading", changed("temuan.csv", "nama", "name"), ["headings are others"]),
    ("a row more", changed("temuan.csv", "BUDI\n", "BUDI\nKS-3;;\n"), ["with 2 rows, repeated with 3"]),
    ("line ends", changed("temuan.csv", "BUDI\n", "BUDI"), ["temuan.csv: Other from byte"]),
    ("a version", changed("manifest.json", '"2"', '"3"'), ["among them at: libraries.numpy."]),
    ("in a list", changed("manifest.json", '"a"', '"b"'), ["among them at: inputs.1.sha256."]),
    ("a byte", byte_at(1_500_000), ["peta.png: Other from byte 1500001 on."]),
    ("a workbook", other_book, ["Part xl/sharedStrings.xml of the workbook"]),
    ("a file less", lambda f: (f / "peta.png").unlink(), ["peta.png: This file did not come out again"]),
    ("a file more", lambda f: (f / "x.csv").write_text("x"), ["x.csv: This file came out of the repeat"]),
]


@pytest.mark.parametrize(("change", "parts"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_place_is_named_and_never_the_value(
    tmp_path: Path, change: Callable[[Path], object], parts: list[str]
) -> None:
    one, other = written(tmp_path / "satu"), written(tmp_path / "dua")
    change(other)
    names = {path.name for path in one.iterdir()}
    said = [describe(fault, Language.ENGLISH) for fault in differences(one, other, names)]
    assert len(said) == len(parts)
    assert [part for part, line in zip(parts, said, strict=True) if part not in line] == []
    assert not [value for value in ("SITI", "BUD", "6402065705800001") if value in " ".join(said)]
