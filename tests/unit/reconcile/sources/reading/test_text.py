"""Bytes of delimited text to lines, and which family of readers a content belongs to."""

import pytest

from reconcile.sources.raw import split_line
from reconcile.sources.reading.kinds import foreign, shape
from reconcile.sources.reading.text import Decoded, count_replaced, decode, is_prose, split_lines


@pytest.mark.parametrize(
    ("content", "text", "encoding", "recoded"),
    [
        (b"nik,nama", "nik,nama", "utf-8", 0),
        (b"\xef\xbb\xbfnik", "nik", "utf-8", 0),  # H7
        ("nik\té".encode("utf-16"), "nik\té", "utf-16", 0),  # H8
        (b"\xfe\xff" + "nik".encode("utf-16-be"), "nik", "utf-16", 0),
        ("nik,nama\nA,B".encode("utf-16-le"), "nik,nama\nA,B", "utf-16-le", 0),
        ("nik,nama\nA,B".encode("utf-16-be"), "nik,nama\nA,B", "utf-16-be", 0),
        (b"Ma\x92arif", "Ma’arif", "utf-8/cp1252", 1),  # H9
        ("é\n".encode() + b"\xe9\nC", "é\né\nC", "utf-8/cp1252", 1),  # each line on its own
        (b"A\xe9\r\nB\xe9\rC", "Aé\nBé\nC", "utf-8/cp1252", 2),
        (b"\x81", "\ufffd", "utf-8/cp1252", 1),
        (b"\xef\xbb\xbfMa\x92arif", "Ma’arif", "utf-8/cp1252", 1),
        (b"SI\x00TI,A", "SI\x00TI,A", "utf-8", 0),  # H26: one NUL makes no UTF-16
        (b"", "", "utf-8", 0),
    ],
)
def test_decode(content: bytes, text: str, encoding: str, recoded: int) -> None:
    assert decode(content) == Decoded(text, encoding, recoded)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb", ["a", "b"]),
        ("a\r\nb\r\n", ["a", "b"]),
        ("a\rb\r", ["a", "b"]),  # H28
        ("a\r\nb\nc\rd", ["a", "b", "c", "d"]),
        ("a\n\nb\n\n", ["a", "", "b", ""]),
        ("a\u2028b\x0bc\x85d", ["a\u2028b\x0bc\x85d"]),  # not the line ends of a delimited file
        ("", []),
    ],
)
def test_split_lines(text: str, lines: list[str]) -> None:
    assert split_lines(text) == lines


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a|b", ["a", "b"]),
        ('"a|b"|c', ["a|b", "c"]),
        ('"say ""x"""|c', ['say "x"', "c"]),
        ('GG 5" X|c', ['GG 5" X', "c"]),
        ('"a"b"|c', None),
        ('"open|c', None),
        ('x|"open', None),
        ("", []),
    ],
)
def test_split_line(text: str, cells: list[str] | None) -> None:
    assert split_line(text, "|") == cells


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"nik,nama", "text"),
        (b"", "text"),
        (b"< 7 Tahun,nama", "text"),  # a heading of P3KE begins with the sign
        (b"<b>x", "text"),
        (b"PK\x03\x04", "package"),
        (b"PK\x05\x06", "package"),
        (b"PK,nama", "text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
        (b"\n <TABLE border=1>", "markup"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "markup"),
        ("<html>".encode("utf-16"), "markup"),
        (b"<!-- x --><table>", "markup"),
        (b"<ss:Workbook>", "markup"),
    ],
)
def test_shape(content: bytes, expected: str) -> None:
    assert shape(content) == expected


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"SQLite format 3\x00", "SQLite"),
        (b"\x1f\x8b\x08", "GZIP"),
        (b"nik,nama", ""),
        (b"", ""),
        (b"nik,nama\nSI\x00TI,A\n", ""),  # damage, to be set aside row by row
        ("nik,nama".encode("utf-16"), ""),
        (b"K\x03\x04\x14\x00\x08" + bytes(20), "?"),  # a workbook whose first byte is lost
        (b"PK\x03\x04" + bytes(20), ""),  # its own reader says what it is
    ],
)
def test_foreign(content: bytes, name: str) -> None:
    assert foreign(content) == name


@pytest.mark.parametrize(
    ("lines", "replaced", "prose"),
    [
        (["nik,nama"], 0, False),
        (["Sandi dikirim terpisah.", ""], 0, True),
        (["nik\ufffd|", "\ufffd\ufffd", "a"], 2, False),
    ],
)
def test_what_is_told_of_lines(lines: list[str], replaced: int, prose: bool) -> None:
    assert count_replaced("\n".join(lines), lines) == replaced
    assert is_prose(lines) == prose
