"""A workbook of text cells, a column at a time: a province has millions of cells, and no library is so fast.

Every cell is a text cell of a text format, so nothing in it can run as a formula or become a number, also
after an office has edited it. The same tables give the same parts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import chain, groupby, pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.frames import bounds, day_texts, end_to_end
from reconcile.reports.blocks import Blocks
from reconcile.sources.headings import column_name

#: Some of the bytes of a file.
Piece = bytes | memoryview
#: Rows of one sheet below its heading; a spreadsheet ends at 1,048,576.
MOST_ROWS = 1_000_000
#: A cell holds 32,767 characters.
_MOST_TEXT = 32_000
#: Rows that are made ready at a time, and that are XML at a time.
_BLOCK, _WRITTEN = 20_000, 5_000
#: Rows that the width of a column is measured by.
_MEASURED = 500
#: A column is no wider, in characters; with few columns there is room for whole sentences.
_MOST_WIDE, _FEW = 60, 3
#: Columns together so wide, in characters, are still legible on one sheet of A4 across.
_PRINTED = 260
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: Characters that XML 1.0 cannot hold; Excel refuses the whole file for one of them.
_NO_XML = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
_ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;"))
#: Excel reads _x0041_ as the letter A.
_ESCAPE_OF_EXCEL = "_(x[0-9A-Fa-f]{4}_)"
#: All that a text is changed for before it is XML.
_NOT_AS_IT_IS = f"{_NO_XML}|[&<>\r]|{_ESCAPE_OF_EXCEL}"
#: What stands around the text of a cell, behind the number of its row; and instead, where it has none.
_OPENING, _CLOSING, _EMPTY = (
    '" s="1" t="inlineStr"><is><t xml:space="preserve">',
    "</t></is></c>",
    '" s="1"/>',
)
#: A column with more different texts in so many rows is not made XML once per distinct text.
_LOOKED_AT, _FEW_TEXTS = 200, 100
#: Styles by number: 0 plain, 1 text, 2 heading. 49 is the number format of text.
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_NAMESPACE}">'
    '<fonts count="2"><font><sz val="10"/><name val="Calibri"/></font>'
    '<font><b/><sz val="10"/><name val="Calibri"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFD9E2EC"/></patternFill></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" '
    'applyFill="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def workbook_parts(
    sheets: Mapping[str, Blocks], widths: Sequence[int | None] = (None,)
) -> Iterator[tuple[str, Iterator[tuple[Piece, ...]]]]:
    """Return the parts of an XLSX file, name and UTF-8 of each; a sheet per table of text columns.

    ``widths`` ascend: there is a file for each, which has so many columns of every table, counted from the
    left, None for all; what they share is made once. A table of more than MOST_ROWS rows goes on in further
    sheets. Names of sheets are cut to 31 characters.
    """
    pages = list(_pages(sheets))
    names = [name for name, _ in pages]
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(pages) + 1)]
    books = [[table.columns(table.names[:width]) for _, table in pages] for width in widths]
    fixed = {
        "[Content_Types].xml": [_content_types(len(pages))] * len(books),
        "_rels/.rels": [_relations([("officeDocument", "xl/workbook.xml")])] * len(books),
        "xl/workbook.xml": [_workbook(names, tables) for tables in books],
        "xl/_rels/workbook.xml.rels": [_relations([*targets, ("styles", "styles.xml")])] * len(books),
        "xl/styles.xml": [_STYLES] * len(books),
    }
    for name, texts in fixed.items():
        yield name, iter([_encoded(texts)])
    for number, ((_, table), *parts) in enumerate(zip(pages, *books, strict=True), start=1):
        yield f"xl/worksheets/sheet{number}.xml", _sheet(table, parts)


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Return every column as text, written as the CSV files write it; missing stays missing."""
    # not frame.apply, which leaves a table without rows as it is
    return pd.DataFrame({name: _text_of(frame[name]) for name in frame}, index=frame.index)


def _text_of(column: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(column):
        return day_texts(column)
    if pd.api.types.is_string_dtype(column):
        return column.astype("str")
    written = pc.cast(pa.array(column, from_pandas=True), pa.large_string())
    texts: pd.Series = pd.Series(pd.array(written, dtype="str"), index=column.index)
    return texts


def _encoded(texts: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(text.encode() for text in texts)


def _pages(sheets: Mapping[str, Blocks]) -> Iterator[tuple[str, Blocks]]:
    for name, table in sheets.items():
        for number, start in enumerate(range(0, max(1, len(table)), MOST_ROWS), start=1):
            ending = f" {number}" if number > 1 else ""
            yield f"{name[: 31 - len(ending)]}{ending}", table.only(slice(start, start + MOST_ROWS))


def _sheet(table: Blocks, parts: Sequence[Blocks]) -> Iterator[tuple[Piece, ...]]:
    """Return the sheet of each of ``parts``, which are columns of ``table`` from the left."""
    blocks = table.cut(_BLOCK)
    first = next(blocks)
    yield _encoded("".join(_before_rows(part, first.iloc[:_MEASURED])) for part in parts)
    number, ends = 2, [len(part.names) for part in parts]
    for block in chain([first], blocks):
        for start in range(0, len(block), _WRITTEN):
            yield _rows(block.iloc[start : start + _WRITTEN], ends, first=number + start)
        number += len(block)
    yield _encoded(map(_after_rows, parts))


def _after_rows(table: Blocks) -> str:
    span = _span(table)
    return (
        f'</sheetData><autoFilter ref="{span}"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        f'<ignoredErrors><ignoredError sqref="{span}" '
        'numberStoredAsText="1"/></ignoredErrors></worksheet>'
    )


def _span(table: Blocks) -> str:
    return f"A1:{column_name(len(table.names) - 1)}{len(table) + 1}"


def _before_rows(table: Blocks, head: pd.DataFrame) -> Iterator[str]:
    """Return the begin of a sheet up to its heading; ``head`` is what its columns are measured by."""
    most = _MOST_WIDE if len(table.names) > _FEW else _MOST_WIDE * 3
    wide = [_width(name, head[name], most) for name in table.names]
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{width}" style="1" customWidth="1"/>'
        for n, width in enumerate(wide, start=1)
    )
    fitted = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>' if sum(wide) <= _PRINTED else ""
    yield (
        f'{_HEAD}<worksheet xmlns="{_NAMESPACE}">{fitted}<dimension ref="{_span(table)}"/><sheetViews>'
        '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
        f'state="frozen"/></sheetView></sheetViews><cols>{widths}</cols><sheetData><row r="1">'
    )
    for number, name in enumerate(table.names):
        yield f'<c r="{column_name(number)}1" s="2" t="inlineStr"><is><t>{escape(name)}</t></is></c>'
    yield "</row>"


def _rows(block: pd.DataFrame, ends: Sequence[int], *, first: int) -> tuple[Piece, ...]:
    """Return the XML of rows, up to each of ``ends``; ``first`` is the number of the first one, from 1."""
    numbers = pc.cast(pa.array(range(first, first + len(block)), pa.int64()), pa.large_string())
    row: list[str | pa.Array] = ['<row r="', numbers, '">']
    made = []
    for start, end in pairwise([0, *ends]):
        for place in range(start, end):
            row += [f'<c r="{column_name(place)}', numbers, *_cells(block.iloc[:, place])]
        row = [_joined(*row)]
        made.append(end_to_end(_joined(*row, "</row>")))
    return tuple(made)


def _cells(column: pd.Series) -> list[str | pa.Array]:
    """Return what stands behind the number of the row in the cells of a column, in parts to be joined.

    Where few texts come again and again, XML is made once per distinct text.
    """
    texts = pa.array(column, pa.large_string(), from_pandas=True)
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if texts.null_count == len(texts):
        return [_EMPTY]
    if len(pc.unique(texts[:_LOOKED_AT])) <= _FEW_TEXTS:
        encoded = texts.dictionary_encode()
        xml = _joined(_OPENING, _in_xml(encoded.dictionary), _CLOSING)
        if len(xml) == 1 and not texts.null_count:
            return [xml[0].as_py()]
        return [pc.fill_null(xml.take(encoded.indices), _EMPTY)]
    xml = _in_xml(texts)
    if not texts.null_count:
        return [_OPENING, xml, _CLOSING]
    return [pc.fill_null(_joined(_OPENING, xml, _CLOSING), _EMPTY)]


def _joined(*parts: str | pa.Array) -> pa.Array:
    """Return the parts joined row by row."""
    texts: list[pa.Scalar | pa.Array] = []
    for constant, group in groupby(parts, lambda part: isinstance(part, str)):
        one = list(group)
        texts += [pa.scalar("".join(one), pa.large_string())] if constant else one
    return pc.binary_join_element_wise(*texts, pa.scalar("", pa.large_string()))


def _in_xml(texts: pa.Array) -> pa.Array:
    if _is_xml(texts):
        return texts
    kept = pc.utf8_slice_codeunits(texts, 0, _MOST_TEXT)
    kept = pc.replace_substring_regex(kept, _NO_XML, "\ufffd")
    for sign, entity in _ENTITIES:
        kept = pc.replace_substring(kept, sign, entity)
    return pc.replace_substring_regex(kept, _ESCAPE_OF_EXCEL, r"_x005F_\1")


def _is_xml(texts: pa.Array) -> bool:
    """Return whether no text need be changed, as most are: looked at as one text, which is sooner done."""
    ends = pa.py_buffer(np.array(bounds(texts), dtype=np.int64))
    one = pa.LargeStringArray.from_buffers(1, ends, texts.buffers()[2])
    longest = pc.max(pc.binary_length(texts)).as_py() or 0
    return longest <= _MOST_TEXT and not pc.match_substring_regex(one, _NOT_AS_IT_IS)[0].as_py()


def _width(name: str, values: pd.Series, most: int) -> int:
    longest = values.str.len().max()
    letters = 0 if pd.isna(longest) else int(longest)
    return min(most, max(len(name) + 4, 8, letters + 2 + letters // 6))


def _workbook(names: list[str], tables: list[Blocks]) -> str:
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, start=1)
    )
    # the heading is filtered by, and printed on every page
    filters = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{n}" hidden="1">'
        f"{_quoted(name)}!$A$1:${column_name(len(table.names) - 1)}${len(table) + 1}</definedName>"
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{n}">{_quoted(name)}!$1:$1</definedName>'
        for n, (name, table) in enumerate(zip(names, tables, strict=True))
    )
    return (
        f'{_HEAD}<workbook xmlns="{_NAMESPACE}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets>'
        f"<definedNames>{filters}</definedNames></workbook>"
    )


def _quoted(name: str) -> str:
    return escape("'" + name.replace("'", "''") + "'", quote=False)


def _relations(targets: list[tuple[str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


def _content_types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = [("workbook", "sheet.main"), ("styles", "styles")]
    parts += [(f"worksheets/sheet{n}", "worksheet") for n in range(1, sheets + 1)]
    overrides = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{kind}.{ending}+xml"/>' for name, ending in parts
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
