"""What changed between two runs is counted, and what moved farthest comes first."""

import pandas as pd
import report_history as history
import report_world as world

from reconcile.series.areas import Areas, at_level
from reconcile.series.causes import causes
from reconcile.series.moves import LISTS, MOVED, former_counts, moves
from reconcile.series.note import Note

BEFORE, AFTER = history.note_of(history.PREVIOUS), history.note_of(world.RUN)
CODES = history.series_of(history.PREVIOUS).query("tingkat == 'desa'")["kode"].dropna().drop_duplicates()


def at_kabupaten(note: Note, rows: pd.DataFrame) -> pd.DataFrame:
    return at_level(rows, Areas.of(AFTER), "kabupaten", {note.jalan: note.wilayah.edition}, {})


def test_causes_are_counted_in_their_order_and_the_split_is_named() -> None:
    table = causes(BEFORE, AFTER, CODES)
    assert table[["jenis", "nilai"]].to_numpy().tolist() == [
        ["berkas_baru", 1], ["jawaban", 200], ["kode", 2], ["aturan", 1],
    ]  # fmt: skip
    said = table.set_index("jenis")["kata"]
    assert said["kode"] == "Kec. 64.02.01 (64.02.01) → Kec. 64.02.02 (64.02.02)"
    assert said["aturan"] == "I01"
    assert causes(AFTER, AFTER, pd.Series(list(world.villages()["kode"]), dtype="str")).empty


def test_the_farthest_move_comes_first_and_sums_are_those_of_the_villages() -> None:
    was, now = history.series_of(history.PREVIOUS), history.series_now(world.made())
    table = moves(at_kabupaten(BEFORE, was), at_kabupaten(AFTER, now), frozenset())
    assert table["besar"].is_monotonic_decreasing
    assert set(table["indikator"]) == {*MOVED, *LISTS}
    row = table[(table["kode"] == "64.02") & (table["indikator"] == "n_keluarga")].iloc[0]
    families = was[(was["indikator"] == "n_keluarga") & was["kode"].str.startswith("64.02", na=False)]
    assert row["nilai_awal"] == families["nilai"].sum()
    left = moves(at_kabupaten(BEFORE, was), at_kabupaten(AFTER, now), frozenset({"64.02"}))
    assert set(table["kode"]) - set(left["kode"]) == {"64.02"}


def test_the_counts_of_then_are_a_table_with_the_families_without_village() -> None:
    table = former_counts(at_kabupaten(BEFORE, history.series_of(history.PREVIOUS)))
    assert table["kode"].isna().sum() == 1
    assert set(table["kode"].dropna()) == set(world.KABUPATEN)
    parts = ["n_cocok", "n_hanya_p3ke", "n_hanya_bps", "n_tinjau", "n_bagian"]
    assert (table[parts].sum(axis=1) <= table["n_keluarga"]).all()
