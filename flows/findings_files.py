"""Edge module: the files of temuan/ besides the whole: per kabupaten, per rule family, as workbooks."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from flows.xlsxfile import write_xlsx
from reconcile.disclosure import FINDINGS_BOOK as FINDINGS_SHEETS
from reconcile.disclosure import IDENTIFIED_BOOK as IDENTIFIED_SHEETS
from reconcile.disclosure import MODES, Disclosure, Output, allow
from reconcile.discrepancies.rules import RULES
from reconcile.language import text
from reconcile.reports.blocks import Blocks, blocks_of
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
_BOOKS = {FINDINGS_BOOK: FINDINGS_SHEETS, IDENTIFIED_BOOK: IDENTIFIED_SHEETS}


def rule_families() -> list[str]:
    """Return the letters of every rule family, in the order of the rules."""
    return list(dict.fromkeys(family_of(pd.Series([rule.code for rule in RULES], dtype="str"))))


def parts(findings: pd.DataFrame, rows: Blocks, language: Language) -> Iterator[tuple[Output, Blocks]]:
    """Return each part of REPORT with the file that it goes to: per kabupaten, then per rule family."""
    for (code, name), places in by_kabupaten(findings).items():
        called = f"{code}_{file_part(name)}" if code else text("report_no_village", language)
        yield _internal(f"{BY_KABUPATEN}/{called}.csv"), rows.only(places)
    for family, places in by_family(findings, rule_families()).items():
        title = text(f"family_{family}", language)
        yield _internal(f"{BY_FAMILY}/{family}_{file_part(title)}.csv"), rows.only(places)


def _internal(path: str) -> Output:
    return Output(path, Disclosure.INTERNAL, "report", REPORT)


def book_writers(
    folder: Path, findings: pd.DataFrame, tables: Mapping[str, Any], language: Language
) -> list[Callable[[], None]]:
    """Return what writes each of both workbooks below ``folder``: the summary, and a sheet per rule family.

    ``tables`` are report and identified (Blocks of ``findings``) and summary.
    """
    families = by_family(findings, rule_families())

    def write(path: str, disclosure: Disclosure, rows: Blocks) -> None:
        pages = {family_title(name, language): rows.only(places) for name, places in families.items()}
        (folder / path).parent.mkdir(exist_ok=True, parents=True)
        sheets = {text("sheet_summary", language): blocks_of(tables["summary"]), **pages}
        for name, sheet in sheets.items():
            allow(_BOOKS[path], name, sheet.names)
        write_xlsx(folder / path, sheets)
        (folder / path).chmod(MODES[disclosure])

    return [
        partial(
            write, IDENTIFIED_BOOK, Disclosure.RESTRICTED, tables["identified"].columns(IDENTIFIED.names)
        ),
        partial(write, FINDINGS_BOOK, Disclosure.INTERNAL, tables["report"].columns(REPORT.names)),
    ]
