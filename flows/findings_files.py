"""Edge module: the files of temuan/ besides the whole: per kabupaten, per rule family, as workbooks."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from flows.xlsxfile import write_books
from reconcile.disclosure import FINDINGS_BOOK as FINDINGS_SHEETS
from reconcile.disclosure import IDENTIFIED_BOOK as IDENTIFIED_SHEETS
from reconcile.disclosure import MODES, Disclosure, Output, allow
from reconcile.discrepancies.rules import RULES
from reconcile.language import text
from reconcile.reports.blocks import Blocks, Places, blocks_of
from reconcile.reports.findings import (
    IDENTIFIED,
    REPORT,
    by_family,
    by_kabupaten,
    family_of,
    family_title,
    file_part,
)
from reconcile.vocab import Language

FINDINGS_BOOK, IDENTIFIED_BOOK = FINDINGS_SHEETS.path, IDENTIFIED_SHEETS.path
BY_KABUPATEN = "temuan/kabupaten"
BY_FAMILY = "temuan/aturan"
#: How many columns of the findings each book has: IDENTIFIED begins with REPORT.
_BOOKS = ((FINDINGS_SHEETS, len(REPORT.names)), (IDENTIFIED_SHEETS, len(IDENTIFIED.names)))


def rule_families() -> list[str]:
    """Return the letters of every rule family, in the order of the rules."""
    return list(dict.fromkeys(family_of(pd.Series([rule.code for rule in RULES], dtype="str"))))


def parts(
    findings: pd.DataFrame, villages: pd.DataFrame, language: Language
) -> Iterator[tuple[Output, Places]]:
    """Return where the rows of each part of REPORT stand, with its file: per kabupaten, then per family."""
    for (code, name), places in by_kabupaten(findings, villages).items():
        called = f"{code}_{file_part(name)}" if code else text("report_no_village", language)
        yield _internal(f"{BY_KABUPATEN}/{called}.csv"), places
    for family, places in by_family(findings, rule_families()).items():
        title = text(f"family_{family}", language)
        yield _internal(f"{BY_FAMILY}/{family}_{file_part(title)}.csv"), places


def _internal(path: str) -> Output:
    return Output(path, Disclosure.INTERNAL, "report", REPORT)


def write_findings_books(
    folder: Path, findings: pd.DataFrame, tables: Mapping[str, Any], language: Language
) -> None:
    """Write both workbooks below ``folder``: the summary, and a sheet per rule family.

    ``tables`` are summary and identified (Blocks of ``findings``), which the book that names nobody has the
    first columns of.
    """
    families = by_family(findings, rule_families())
    rows: Blocks = tables["identified"]
    pages = {family_title(name, language): rows.only(places) for name, places in families.items()}
    sheets = {text("sheet_summary", language): blocks_of(tables["summary"]), **pages}
    for book, width in _BOOKS:
        (folder / book.path).parent.mkdir(exist_ok=True, parents=True)
        for name, sheet in sheets.items():
            allow(book, name, sheet.names[:width])
    write_books({folder / book.path: width for book, width in _BOOKS}, sheets)
    for book, _ in _BOOKS:
        (folder / book.path).chmod(MODES[book.disclosure])
