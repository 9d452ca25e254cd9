"""Reads a page of the report as a careful reader would: every number, and what its source says by itself.

Sources are reckoned here from the CSV files with the csv module, apart from the code that wrote the page.
"""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from reconcile.report.tables import RUN_TABLES

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = re.compile(r"(?<![\w.,])\d[\d.,]*")
_VOID = {"meta", "br", "rect", "path", "circle", "use", "link", "input", "img"}


class Page(HTMLParser):
    """``figures``: source, value, text of every figure; ``bare``: text with digits that has no source."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.figures: list[tuple[str, str | None, str]] = []
        self.bare: list[str] = []
        self.said: list[str] = []
        self.json: dict[str, Any] = {}
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self._open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself holds nothing."""

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, given = self._open[-1] if self._open else ("", {})
        if given.get("id") == "peta-isi":
            self.json = json.loads(data)
        elif tag in {"script", "style", "title"} or not data.strip():
            return
        elif "data-sumber" in given:
            self.figures.append((str(given["data-sumber"]), given.get("value"), data))
        elif any("data-teks" in one for _, one in self._open):
            self.said.append(data)
        elif NUMBER.search(data):
            self.bare.append(data)


class Files:
    """The tables of a run, read with the csv module, and what else sources may name."""

    def __init__(self, run: Path, further: dict[str, list[dict[str, str]]]) -> None:
        self.tables = dict(further)
        for one in RUN_TABLES:
            if (run / one.path).exists():
                with (run / one.path).open(encoding="utf-8-sig", newline="") as file:
                    self.tables[one.name] = list(csv.DictReader(file, delimiter=";"))

    def reckon(self, source: str) -> float | None:
        """Return what a source comes to; None where a value of it is missing."""
        part, slash, whole = source.partition(" / ")
        if slash:
            over = self.reckon(whole)
            of = self.reckon(part)
            return None if of is None or not over else 100 * of / over
        total = 0.0
        sign = 1
        for piece in re.split(r" ([+-]) ", source):
            if piece in "+-":
                sign = 1 if piece == "+" else -1
                continue
            value = self._atom(piece)
            if value is None:
                return None
            total += sign * value
        return total

    def _atom(self, atom: str) -> float | None:
        if re.fullmatch(r"\d+", atom):
            return float(atom)
        table, column, keys = atom.split(":", 2)
        where = [pair.split("=", 1) for pair in keys.split(";")] if keys else []
        rows = [row for row in self.tables[table] if all(_same(row[name], value) for name, value in where)]
        if column == "#":
            return float(len(rows))
        values = [float(row[column]) for row in rows if row[column]]
        # a table that names every area with a count has none of what it does not name
        return sum(values) if values or not rows else None


def _same(written: str, wanted: str) -> bool:
    if written == wanted:
        return True
    try:
        return float(written) == float(wanted)
    except ValueError:
        return False
