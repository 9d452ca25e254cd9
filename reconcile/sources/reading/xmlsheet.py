"""XML Spreadsheet 2003, the XML that Excel 2003 saved and many exports still write as ``.xls``."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, fromstring

from reconcile.sources.raw import FORMULA_MARK, Merge
from reconcile.sources.reading.cells import Row, StoredSheet, cell_text, heading_merges, refuse_size
from reconcile.sources.reading.limits import RefusedError
from reconcile.sources.reading.workbook import filled

_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_SS = f"{{{_SPREADSHEET}}}"
_MOST_ROWS = 1_048_576
_MOST_COLUMNS = 16_384


def read_xml_workbook(text: str) -> list[StoredSheet]:
    """Return the sheets, or nothing where ``text`` is no XML Spreadsheet.

    RefusedError ``E_WORKBOOK`` when it is one and damaged, or declares entities: those can be made to swell.
    """
    if _SPREADSHEET not in text[:4096]:
        return []
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise RefusedError("E_WORKBOOK")
    try:
        root = fromstring(text.lstrip())  # noqa: S314  # in the reading process, without declarations
        return [_table(sheet) for sheet in root.iter(f"{_SS}Worksheet")]
    except (ParseError, ValueError):
        raise RefusedError("E_WORKBOOK") from None


def _table(sheet: Element) -> StoredSheet:
    rows: dict[int, dict[int, str]] = {}
    merges: list[Merge] = []
    hidden: list[int] = []
    for place, row in _placed(sheet.iterfind(f"{_SS}Table/{_SS}Row"), _MOST_ROWS):
        cells = rows.setdefault(place, {})
        if row.get(f"{_SS}Hidden") == "1":
            hidden.append(place + 1)
        for column, cell in _placed(row.iterfind(f"{_SS}Cell"), _MOST_COLUMNS):
            cells[column] = _text(cell)
            down, right = int(cell.get(f"{_SS}MergeDown", "0")), int(cell.get(f"{_SS}MergeAcross", "0"))
            if down > 0 or right > 0:
                merges.append(Merge(place, column, place + down, column + right))
    written = [place for place, cells in rows.items() if any(cells.values())]
    width = max((column for cells in rows.values() for column in cells), default=-1) + 1
    refuse_size(max(written, default=-1) + 1, width)
    grid: Iterator[Row] = (
        [rows.get(place, {}).get(column, "") for column in range(width)]
        for place in range(max(written, default=-1) + 1)
    )
    return StoredSheet(
        sheet.get(f"{_SS}Name", ""),
        width,
        filled(grid, [merge for merge in merges if merge.bottom > merge.top]),
        hidden_rows=tuple(hidden),
        merges=heading_merges(merges),
        merged=tuple(merges),
    )


def _placed(elements: Iterator[Element], most: int) -> Iterator[tuple[int, Element]]:
    """Return elements with their places from 0; ``ss:Index`` leaps, a merge to the right takes places."""
    place = 0
    for element in elements:
        place = int(element.get(f"{_SS}Index", place + 1)) - 1
        if not 0 <= place < most:
            raise ValueError
        yield place, element
        place += 1 + max(0, int(element.get(f"{_SS}MergeAcross", "0")))


def _text(cell: Element) -> str:
    data = cell.find(f"{_SS}Data")
    formula = cell.get(f"{_SS}Formula")
    if data is None:
        return f"{FORMULA_MARK}{formula}" if formula else ""
    text = "".join(data.itertext())
    match data.get(f"{_SS}Type"):
        case "Number":
            return cell_text(float(text)) if text.strip() else ""
        case "Boolean":
            return cell_text(text.strip() == "1")
        case "DateTime":
            return text.strip().removesuffix(".000").replace("T", " ").removesuffix(" 00:00:00")
    return text
