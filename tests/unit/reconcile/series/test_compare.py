"""Two runs side by side."""

import pandas as pd
import series_world as world

from reconcile.series.areas import at_level
from reconcile.series.compare import compare

EDITIONS = {world.BEFORE: 2020, world.AFTER: 2025}


def at(run: str, counts: world.Counts, level: str = "kecamatan") -> pd.DataFrame:
    return at_level(world.series(run, counts), world.areas(), level, EDITIONS, world.OLD_NAMES)


def line(table: pd.DataFrame, code: str, indicator: str = "n_keluarga") -> "pd.Series[float]":
    found = table[(table["kode"] == code) & (table["indikator"] == indicator)]
    assert len(found) == 1
    return found.iloc[0]


def test_a_change_is_counted_over_a_split() -> None:
    first = at(world.BEFORE, {"64.02.06.1001": 10, "64.02.06.2005": 10})
    table = compare(first, at(world.AFTER, {"64.02.06.1001": 5, "64.02.19.2001": 13}))
    split, rest = line(table, "64.02.19"), line(table, "64.02.06")
    assert (split["nilai_awal"], split["nilai_akhir"], split["selisih"], split["persen_ubah"]) == (
        10,
        13,
        3,
        30,
    )
    assert (rest["selisih"], rest["persen_ubah"]) == (-5, -50)


def test_an_area_without_families_in_one_run_has_none_and_a_share_has_nothing() -> None:
    table = compare(at(world.BEFORE, {"64.02.06.1001": 10}), at(world.AFTER, {"64.07.01.2001": 4}))
    assert (line(table, "64.02.06")["nilai_akhir"], line(table, "64.02.06")["selisih"]) == (0, -10)
    new = line(table, "64.07.01")
    assert (new["nilai_awal"], new["selisih"], pd.isna(new["persen_ubah"])) == (0, 4, True)
    share = line(table, "64.02.06", "persen_cocok")
    assert (share["nilai_awal"], pd.isna(share["nilai_akhir"]), pd.isna(share["selisih"])) == (10, True, True)


def test_a_percentage_changes_by_points_and_has_no_percentage() -> None:
    table = compare(at(world.BEFORE, {"64.02.06.1001": 10}), at(world.AFTER, {"64.02.06.1001": 4}))
    share = line(table, "64.02.06", "persen_cocok")
    assert (share["selisih"], pd.isna(share["persen_ubah"])) == (15, True)


def test_another_computer_of_a_figure_is_marked() -> None:
    def with_figure(run: str, by: str) -> pd.DataFrame:
        own = world.series(run, {"64.02.06.1001": 1})
        figure = own.iloc[:1].assign(
            tingkat="kabupaten", kode="64.02", indikator="persen_miskin_ekstrem", nilai=1.0, penghitung=by
        )
        both = pd.concat([own, figure], ignore_index=True)
        return at_level(both, world.areas(), "kabupaten", EDITIONS, {})

    old = with_figure(world.BEFORE, "BPS")
    changed = compare(old, with_figure(world.AFTER, "Satgas P3KE"))
    assert line(changed, "64.02", "persen_miskin_ekstrem")["ganti_penghitung"]
    assert not line(changed, "64.02")["ganti_penghitung"]
    same = compare(old, with_figure(world.AFTER, "BPS"))
    assert not line(same, "64.02", "persen_miskin_ekstrem")["ganti_penghitung"]


def test_families_without_village_and_only_what_is_asked_for() -> None:
    first, second = at(world.BEFORE, {None: 3}), at(world.AFTER, {None: 1})
    table = compare(first, second, ("n_keluarga",))
    assert table["indikator"].tolist() == ["n_keluarga"]
    assert (table["selisih"].tolist(), table["status"].tolist()) == ([-2], ["kosong"])
