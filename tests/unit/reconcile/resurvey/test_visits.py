"""Which families are to be visited again, and what their list says."""

import layer_world
import pandas as pd
import pytest

from reconcile.resurvey import RESURVEY, families_to_visit
from reconcile.tables import FINDINGS


def findings(*rows: tuple[str, str, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["id_rekon", "tingkat", "kode"])
    said = {"judul": "judul " + table["kode"], "tindak_lanjut": "Periksa.", "penanggung_jawab": "Dinsos"}
    said |= {"basis": "A", "versi_aturan": 1, "sidik": "-"}
    return FINDINGS.build(table.assign(kasus=[f"KS-{n}" for n in range(len(table))], penjelasan="-", **said))


CASES = [
    ("a high finding", [("A", "T", "K01")], [("A", "T", 1, "K01")]),
    ("the gravest first", [("A", "T", "K01"), ("A", "K", "G02")], [("A", "K", 2, "G02; K01")]),
    ("a rule twice is named once and counts twice", [("A", "T", "D01")] * 2, [("A", "T", 2, "D01")]),
    ("others stay at home", [("A", "S", "K03"), ("B", "R", "I10"), ("C", "I", "W04")], []),
    ("by id", [("B", "T", "K01"), ("A", "T", "K02")], [("A", "T", 1, "K02"), ("B", "T", 1, "K01")]),
    ("nothing", [], []),
]


@pytest.mark.parametrize(("given", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_families_to_visit(given: list[tuple[str, str, str]], expected: list[tuple[object, ...]]) -> None:
    table = families_to_visit(findings(*given))
    shown = table[["id_rekon", "tingkat_temuan", "n_temuan_mendesak", "aturan"]]
    assert [tuple(row) for row in shown.to_numpy().tolist()] == expected
    assert table.columns.tolist() == RESURVEY.names


def test_the_same_words_are_said_once() -> None:
    table = families_to_visit(findings(("A", "T", "K01"), ("A", "T", "K02")))
    assert table.loc[0, "alasan_survei"] == "judul K01; judul K02"
    assert table.loc[0, "tindak_lanjut"] == "Periksa."


def test_order_of_the_findings_does_not_count() -> None:
    given = layer_world.findings()
    mixed = given.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(families_to_visit(given), families_to_visit(mixed))
