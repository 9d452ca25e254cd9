"""Edge module: the files of temuan/ besides the whole: per kabupaten, per rule family, as workbooks."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from flows.disclosure import MODES, Disclosure, Output
from flows.xlsxfile import write_xlsx
from reconcile.discrepancies.rules import RULES
from reconcile.language import text
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

FINDINGS_BOOK = "temuan/temuan.xlsx"
IDENTIFIED_BOOK = "temuan/TERBATAS/temuan_identitas.xlsx"
BY_KABUPATEN = "temuan/kabupaten"
BY_FAMILY = "temuan/aturan"


def rule_families() -> list[str]:
    """Return the letters of every rule family, in the order of the rules."""
    return list(dict.fromkeys(family_of(pd.Series([rule.code for rule in RULES], dtype="str"))))


def parts(rows: pd.DataFrame, language: Language) -> Iterator[tuple[Output, pd.DataFrame]]:
    """Return each part of REPORT with the file that it goes to: per kabupaten, then per rule family."""
    for (code, name), part in by_kabupaten(rows).items():
        called = f"{code}_{file_part(name)}" if code else text("report_no_village", language)
        yield _internal(f"{BY_KABUPATEN}/{called}.csv"), part
    for family, part in by_family(rows, rule_families()).items():
        title = text(f"family_{family}", language)
        yield _internal(f"{BY_FAMILY}/{family}_{file_part(title)}.csv"), part


def _internal(path: str) -> Output:
    return Output(path, Disclosure.INTERNAL, "report", REPORT)


def write_books(folder: Path, tables: Mapping[str, pd.DataFrame], language: Language) -> None:
    """Write both workbooks below ``folder``: the summary, and a sheet per rule family.

    ``tables`` are report, identified and summary.
    """
    books = (
        (FINDINGS_BOOK, Disclosure.INTERNAL, tables["report"][REPORT.names]),
        (IDENTIFIED_BOOK, Disclosure.RESTRICTED, tables["identified"][IDENTIFIED.names]),
    )

    def write(path: str, disclosure: Disclosure, rows: pd.DataFrame) -> None:
        families = by_family(rows, rule_families())
        pages = {family_title(name, language): part for name, part in families.items()}
        write_xlsx(folder / path, {text("sheet_summary", language): tables["summary"], **pages})
        (folder / path).chmod(MODES[disclosure])

    # most of the time goes into compression, which leaves the other processor free
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, *zip(*books, strict=True)))
