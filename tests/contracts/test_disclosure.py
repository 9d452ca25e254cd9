"""Every writer asks the list of reconcile.disclosure first; the list names each file's class and columns."""

import ast
import re
from pathlib import Path

import pandas as pd
import pytest
from our_code import ROOT, SOURCES, called, name_of, nodes, parsed

from flows.outputs import NAMED
from reconcile.disclosure import CSV_OUTPUTS, FORMS, MODES, OUTPUTS, Disclosure, Output, Parts, allow, allowed
from reconcile.tables import CASES, Column, Table

#: Calls that put a table into a file, by the name that is called.
WRITERS = {
    *("write_csv", "to_csv", "to_parquet", "to_excel", "to_file", "write_table", "write_dataframe"),
    *("write_geopackage", "write_xlsx", "write_books", "Workbook", "CSVWriter"),
}
#: Functions that write without asking, and why nothing can slip in.
EXEMPT = {
    "flows/csvfile.py:write_csv": "takes Cleared only, which mypy holds every caller to",
    "flows/xlsxfile.py:write_xlsx": "its callers ask",
    "flows/phone_forms.py:_write_media": "its one caller asks",
    "flows/phone_forms.py:write_odk": "sheets of questions; the families beside them are asked for",
    "flows/explain.py:_keep": "what one case rests on, TERBATAS",
    "flows/returns.py:_csv": "takes Cleared only",
    "geo/geopackage.py:_write": "writes what write_geopackage was given",
    "flows/staging.py:": "steps of a run, for nobody else (0700), gone with it",
    "flows/handover.py:put_tables": "parts of a run, for nobody else (0700), gone with it",
    "flows/doctor_machine.py:": "one invented point in memory",
    "flows/sample.py:": "invented families",
    "flows/sample_files.py:": "invented families",
    "flows/formbook.py:write_forms": "FormBook names its columns one by one",
    "flows/objection_form.py:": "an empty form",
    "flows/review_books.py:_write": "review.sheet names its columns one by one",
    "flows/report_book.py:write_book": "figures of the report, proven by reconcile.suppression",
    "reconcile/sources/quarantine_files.py:write_quarantine": "columns of declared tables and sources",
}


def writers(path: Path) -> list[tuple[str, set[str]]]:
    """Return each outermost function of a module that calls a writer, and every name that it calls."""
    found = []
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef):
            calls = {called(one) for one in ast.walk(node) if isinstance(one, ast.Call)}
            if calls & WRITERS:
                found.append((f"{name_of(path)}:{node.name}", calls))
    return found


def test_who_writes_a_table_asks_what_it_may_hold() -> None:
    silent = [
        function
        for path in SOURCES
        for function, calls in writers(path)
        if not calls & {"allow", "allowed"} and not any(function.startswith(name) for name in EXEMPT)
    ]
    assert silent == []


def test_no_exception_outlives_its_writer() -> None:
    there = [function for path in SOURCES for function, _ in writers(path)]
    assert all(any(function.startswith(name) for function in there) for name in EXEMPT)


def test_csv_takes_nothing_but_what_was_let_through() -> None:
    """Mypy --strict refuses any other table, all over the three packages."""
    module = parsed(ROOT / "flows/csvfile.py")
    (write,) = [n for n in module.body if isinstance(n, ast.FunctionDef) and n.name == "write_csv"]
    assert ast.unparse(write.args.args[1].annotation or write) == "Cleared"
    made = [name_of(path) for path in SOURCES if re.search(r"\bCleared\(", path.read_text(encoding="utf-8"))]
    assert made == ["reconcile/disclosure.py"]


OUT = Output(
    "a.csv", Disclosure.INTERNAL, "a", Table("a", (Column("x", "text", ""), Column("y", "text", "")))
)


@pytest.mark.parametrize("columns", [["x", "y", "nik"], ["x"]], ids=["one too many", "one too few"])
def test_other_columns_are_refused(columns: list[str]) -> None:
    with pytest.raises(TypeError, match=r"a\.csv"):
        allowed(OUT, pd.DataFrame(columns=columns))


def test_columns_leave_in_the_order_of_the_list() -> None:
    assert list(allowed(OUT, pd.DataFrame({"y": ["2"], "x": ["1"]})).whole()) == ["x", "y"]


def test_parts_of_a_file_are_told_apart() -> None:
    book = Parts("b.gpkg", Disclosure.INTERNAL, {"desa": frozenset({"kode"})})
    allow(book, "desa", ["kode"])
    for part, columns in (("desa", ["nik"]), ("keluarga", ["kode"])):
        with pytest.raises(TypeError):
            allow(book, part, columns)


#: Who a person is. A case and a household have ids of their own.
IDENTITIES = {"nik", "no_kk", "nama_kepala", "tanggal_lahir", "alamat", "record_id_p3ke", "record_id_bps"}


@pytest.mark.parametrize(
    "output", [o for o in OUTPUTS if o.disclosure is not Disclosure.RESTRICTED], ids=lambda o: o.path
)
def test_only_restricted_files_may_hold_identities(output: Output | Parts) -> None:
    names = set(output.table.names) if isinstance(output, Output) else set().union(*output.columns.values())
    assert not {re.sub("_(p3ke|bps)$", "", name) for name in names} & IDENTITIES


def test_what_lies_in_a_restricted_folder_is_restricted() -> None:
    inside = [one for one in (*OUTPUTS, *FORMS) if "TERBATAS" in one.path]
    assert len(inside) > 3
    assert {one.disclosure for one in inside} == {Disclosure.RESTRICTED}
    assert MODES[Disclosure.RESTRICTED] == 0o600


def test_every_file_that_a_run_names_is_on_the_list() -> None:
    listed = [one.path for one in (*OUTPUTS, *FORMS)]
    for name in NAMED:
        patterns = [re.sub(r"<\w+>|\\\*", ".*", re.escape(path).replace(r"\*", ".*")) for path in listed]
        assert any(
            re.fullmatch(p, name) or p.startswith(re.escape(name) + "/") for p in patterns
        ) or name in {
            "datapackage.json",
            "rekonsiliasi/parameter.json",
        }, name


def test_no_output_is_listed_twice() -> None:
    paths = [one.path for one in (*OUTPUTS, *FORMS)]
    assert len(paths) == len(set(paths))
    assert CASES.name in {output.rows for output in CSV_OUTPUTS}
