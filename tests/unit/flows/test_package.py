"""The data dictionary and the Data Package say what the CSV files hold, and frictionless agrees."""

import json
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest
from package_check import package_faults

from flows.csvfile import write_csv
from flows.package import Written, data_package, dictionary, meaning, title
from reconcile.disclosure import CSV_OUTPUTS, DICTIONARY, Disclosure, Output
from reconcile.tables import Column, Table
from reconcile.vocab import Language

MIXED = Table(
    "mixed",
    (
        Column("kasus", "text", "case", required=True),
        Column("jumlah", "whole", "count"),
        Column("bobot", "number", "weight"),
        Column("tanggal_lahir_p3ke", "date", "day"),
        Column("diselesaikan", "yesno", "settled"),
        Column("alasan", "text", "why"),
    ),
)
OUTPUT = Output("temuan/x.csv", Disclosure.INTERNAL, "report", MIXED)
ROWS = pd.DataFrame(
    {
        "kasus": ["KS-B", "KS-C", "KS-D"],
        "jumlah": [1, None, -3],
        "bobot": [0.25, -7.5, None],
        "tanggal_lahir_p3ke": [pd.Timestamp("1985-08-17"), None, None],
        "diselesaikan": [True, False, None],
        "alasan": ['=1+1; "x"\ny', None, "é; ü"],
    }
)


def packaged(folder: Path, table: pd.DataFrame) -> Path:
    (folder / "temuan").mkdir(exist_ok=True)
    path = folder / OUTPUT.path
    write_csv(path, table)
    one = Written(OUTPUT, path.stat().st_size, sha256(path.read_bytes()).hexdigest())
    package = data_package("2026-03-31-abc", [one], Language.INDONESIAN)
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return folder / "datapackage.json"


def faults(package: Path) -> set[str]:
    return {kind for kind, _ in package_faults(package)}


def test_every_kind_of_value_is_valid(tmp_path: Path) -> None:
    assert faults(packaged(tmp_path, MIXED.build(ROWS))) == set()
    assert faults(packaged(tmp_path, MIXED.empty())) == set()


SPOILED = [
    ("a changed byte", b"KS-C", b"KS-X", "hash-count"),
    ("a missing required value", b'"KS-C"', b"", "constraint-error"),
    ("text in a number", b"-7.5", b'"x"', "type-error"),
    ("a case twice", b"KS-C", b"KS-B", "primary-key"),
    ("a column that is gone", b'"jumlah";', b"", "missing-label"),
]


@pytest.mark.parametrize(("old", "new", "fault"), [s[1:] for s in SPOILED], ids=[s[0] for s in SPOILED])
def test_what_is_spoiled_is_found(tmp_path: Path, old: bytes, new: bytes, fault: str) -> None:
    package = packaged(tmp_path, MIXED.build(ROWS))
    path = tmp_path / OUTPUT.path
    path.write_bytes(path.read_bytes().replace(old, new))
    found = faults(package)
    assert found & {fault, "sha256-count", "byte-count", "incorrect-label"}
    if fault in {"type-error", "primary-key", "constraint-error"}:
        described = json.loads(package.read_text(encoding="utf-8"))
        for name in ("hash", "bytes"):
            del described["resources"][0][name]
        package.write_text(json.dumps(described), encoding="utf-8")
        assert fault in faults(package)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("output", CSV_OUTPUTS, ids=[o.path for o in CSV_OUTPUTS])
def test_every_column_of_every_file_has_title_and_meaning(output: Output, language: Language) -> None:
    silent = [
        name
        for name in output.table.names
        if not meaning(output.rows, name, language) or title(output.rows, name, language) == name
    ]
    assert silent == []


def test_the_dictionary_has_a_row_per_column_and_says_itself() -> None:
    said = dictionary(CSV_OUTPUTS, Language.INDONESIAN)
    assert list(said.columns) == DICTIONARY.names
    assert len(said) == sum(len(output.table.columns) for output in CSV_OUTPUTS)
    assert not said.duplicated(["berkas", "kolom"]).any()
    assert "kamus_data.csv" in set(said["berkas"])


def test_one_column_name_means_another_thing_in_another_table() -> None:
    assert meaning("report", "kode", Language.ENGLISH) != meaning("indicators", "kode", Language.ENGLISH)
    assert meaning("report", "nilai_bps", Language.ENGLISH).endswith("(BPS)")
