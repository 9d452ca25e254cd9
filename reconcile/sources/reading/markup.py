"""Workbooks that are really HTML tables or XML Spreadsheet 2003 (hazards.md H37)."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from reconcile.sources.raw import Merge
from reconcile.sources.reading.cells import Row, StoredSheet, cell_text, heading_merges
from reconcile.sources.reading.limits import RefusedError
from reconcile.sources.reading.text import decode
from reconcile.sources.reading.workbook import filled
from reconcile.sources.reading.xmlsheet import read_xml_workbook
from reconcile.vocab import FileKind

#: A page that says more would make us remember a place for each cell that it does not have.
_MOST_SPAN = 1_000
_SILENT = frozenset({"script", "style", "head", "title"})


def read_markup(content: bytes) -> tuple[FileKind, list[StoredSheet]]:
    """Return the tables of an HTML page, or the sheets of an XML Spreadsheet 2003.

    RefusedError ``E_TYPE`` for any other XML, and for a page without tables.
    """
    text = decode(content).text
    if tables := read_xml_workbook(text):
        return FileKind.XML, tables
    pages = read_html(text)
    if not pages:
        raise RefusedError("E_TYPE", kind="HTML/XML")
    return FileKind.HTML, pages


def read_html(text: str) -> list[StoredSheet]:
    """Return every table of a page that holds any text, named ``Tabel 1`` and so on."""
    page = _Page()
    page.feed(text)
    page.close()
    return [grid.table(f"Tabel {n}") for n, grid in enumerate(page.written(), start=1)]


@dataclass
class _Grid:
    """Rows of one table; ``held`` are places that a cell of a row above reaches down into."""

    rows: list[dict[int, str]] = field(default_factory=list)
    held: set[tuple[int, int]] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    cell: list[str] | None = None
    place: tuple[int, int, dict[str, str | None]] | None = None

    def begin_row(self) -> None:
        self.end_cell()
        self.rows.append({})

    def begin_cell(self, attributes: dict[str, str | None]) -> None:
        self.end_cell()
        if not self.rows:
            self.rows.append({})
        row = len(self.rows) - 1
        column = 0
        while column in self.rows[row] or (row, column) in self.held:
            column += 1
        down, right = _span(attributes, "rowspan"), _span(attributes, "colspan")
        if down > 1 or right > 1:
            self.merges.append(Merge(row, column, row + down - 1, column + right - 1))
            self.held |= {
                (row + y, column + x) for y in range(min(down, 1_000)) for x in range(min(right, 500))
            }
        self.cell, self.place = [], (row, column, attributes)

    def end_cell(self) -> None:
        if self.cell is None or self.place is None:
            return
        row, column, attributes = self.place
        self.rows[row][column] = _stored(" ".join("".join(self.cell).split()), attributes)
        self.cell = None

    def written(self) -> bool:
        self.end_cell()
        return any(text for row in self.rows for text in row.values())

    def table(self, name: str) -> StoredSheet:
        width = max((column for row in self.rows for column in row), default=-1) + 1
        rows: list[Row] = [[row.get(column, "") for column in range(width)] for row in self.rows]
        tall = [merge for merge in self.merges if merge.bottom > merge.top]
        across = heading_merges(self.merges)
        return StoredSheet(name, width, filled(iter(rows), tall), merges=across, merged=tuple(self.merges))


def _span(attributes: dict[str, str | None], name: str) -> int:
    text = (attributes.get(name) or "1").strip()
    return min(int(text), _MOST_SPAN) if text.isascii() and text.isdigit() and int(text) else 1


def _stored(text: str, attributes: dict[str, str | None]) -> str:
    """Return the number that Excel keeps beside a shown one (``x:num``): of a NIK it shows 6,47E+15."""
    number = attributes.get("x:num") or ""
    try:
        return cell_text(float(number)) if number.strip() else text
    except ValueError:
        return text


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.grids: list[_Grid] = []
        self.open: list[_Grid] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in _SILENT
        if tag == "table":
            grid = _Grid()
            self.grids.append(grid)
            self.open.append(grid)
        elif self.open and tag == "tr":
            self.open[-1].begin_row()
        elif self.open and tag in {"td", "th"}:
            self.open[-1].begin_cell(dict(attrs))
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        if not self.open or tag not in {"table", "tr", "td", "th"}:
            return
        self.open[-1].end_cell()
        if tag == "table":
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and not self.silent and self.open[-1].cell is not None:
            self.open[-1].cell.append(data)

    def written(self) -> list[_Grid]:
        return [grid for grid in self.grids if grid.written()]
