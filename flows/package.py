"""What every CSV file of a run holds: a data dictionary, and the same for programs (Data Package)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.columns import about, alias, words
from reconcile.disclosure import DICTIONARY, Output
from reconcile.language import entries, text
from reconcile.resurvey.form import load_form
from reconcile.tables import Column, Kind
from reconcile.vocab import Language

#: Type of a column's kind in a Data Package.
_TYPES: dict[Kind, str] = {
    "text": "string",
    "whole": "integer",
    "number": "number",
    "date": "date",
    "yesno": "boolean",
}

#: Known, and yet empty in a CSV file: delimited text has no sheets.
_EMPTY_TEXT = frozenset({"source_sheet"})
PACKAGE = "datapackage.json"


@dataclass(frozen=True)
class Written:
    """A CSV file that was written: what it is, its bytes and SHA-256."""

    output: Output
    size: int
    sha256: str


def meaning(rows: str, column: str, language: Language) -> str:
    """Return what a column of the table ``rows`` means: ``field_*``, else as in the layers of a map."""
    asked = _question(rows, column, language)
    if asked:
        return text("field_question", language, question=asked)
    return _own("field", rows, column, language) or about(column, language)


def title(rows: str, column: str, language: Language) -> str:
    """Return the title of a column of the table ``rows``, in the same way."""
    asked = _question(rows, column, language)
    return asked or _own("title", rows, column, language) or alias(column, language)


def _question(rows: str, column: str, language: Language) -> str:
    """Return what the form of a visit asks in the column; nothing where it is no answer."""
    questions = load_form().questions if rows == "answers" else {}
    return questions[column].label[language] if column in questions else ""


def _own(kind: str, rows: str, column: str, language: Language) -> str:
    """Return the words of a column in its table, of the column, or of its stem with the registry behind."""
    for side in ("", "p3ke", "bps"):
        stem = column.removesuffix(f"_{side}") if side else column
        for key in (f"{kind}_{rows}_{stem}", f"{kind}_{stem}"):
            if (stem != column or not side) and key in entries():
                return f"{text(key, language)}{f' ({side.upper()})' if side else ''}"
    return ""


def dictionary(outputs: Sequence[Output], language: Language) -> pd.DataFrame:
    """Return DICTIONARY of the columns of ``outputs``; one of temuan/'s parts stands for its kind."""
    rows = [
        (
            output.path,
            output.disclosure.value,
            place,
            column.name,
            title(output.rows, column.name, language),
            text(f"kind_{column.kind}", language),
            _required(column),
            meaning(output.rows, column.name, language),
            "; ".join(f"{value} = {word}" for value, word in words(column.name, language).items()),
        )
        for output in outputs
        for place, column in enumerate(output.table.columns, start=1)
    ]
    return DICTIONARY.build(pd.DataFrame(rows, columns=DICTIONARY.names))


def data_package(run: str, written: Sequence[Written], language: Language) -> dict[str, Any]:
    """Return the Data Package (version 1) of the CSV files: dialect, types, meanings, bytes and hashes."""
    return {
        "profile": "tabular-data-package",
        "name": run.lower(),
        "title": text("package_title", language),
        "description": text("package_about", language),
        "resources": [_resource(one, language) for one in written],
    }


def _resource(one: Written, language: Language) -> dict[str, Any]:
    output = one.output
    return {
        "profile": "tabular-data-resource",
        "name": output.path.removesuffix(".csv").lower().replace("/", "-").replace("_", "-"),
        "path": output.path,
        "kelas": output.disclosure.value,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ";", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True},
        "bytes": one.size,
        "hash": f"sha256:{one.sha256}",
        "schema": {
            "missingValues": [""],
            "fields": [_field(output, column, language) for column in output.table.columns],
            # elsewhere than first, a case is one that the row is about
            **({"primaryKey": ["kasus"]} if output.table.names[0] == "kasus" else {}),
        },
    }


def _field(output: Output, column: Column, language: Language) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if _required(column) else {}
    known = words(column.name, language)
    if known and column.kind == "text":
        constraints["enum"] = list(known)
    return {
        "name": column.name,
        "type": _TYPES[column.kind],
        "title": title(output.rows, column.name, language),
        "description": meaning(output.rows, column.name, language),
        **({"constraints": constraints} if constraints else {}),
    }


def _required(column: Column) -> bool:
    return column.required and column.name not in _EMPTY_TEXT
