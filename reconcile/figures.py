"""Official figures of poverty beside what the lists count, with who computed each.

A figure of BPS is an estimate of people from a sample survey (Susenas); a list counts families and their
people one by one, by another definition and for another day. The two never agree arithmetically: the gap
says how the list lies to the estimate, and is no error of either.
"""

import pandas as pd

from reconcile.tables import Column, Table
from reconcile.vocab import Registry

#: The decile that the lists hold for extreme poverty (Inpres 4/2022 begins with it).
EXTREME_DECILE = 1
EXTREME = "miskin_ekstrem"

#: Extreme poverty per kabupaten, year and source, with who computed it.
EXTREME_POVERTY = Table(
    "extreme_poverty",
    (
        Column("kode_kab", "text", "dotted Kemendagri code"),
        Column("kode_kab_bps", "text", "BPS code"),
        Column("nama_kab", "text", "official name"),
        Column("tahun", "whole", "year of the figure, or of the list's edition"),
        Column("sumber", "text", "perkiraan (estimate), p3ke or bps (lists)", required=True),
        Column("persen", "number", "percent of people, where the source states it"),
        Column("jiwa", "whole", "people"),
        Column("keluarga", "whole", "families, where the source counts them"),
        Column("penghitung", "text", "who computed it"),
    ),
)

#: The gap between a list and the newest estimate, a row per kabupaten and list.
GAPS = Table(
    "gaps",
    (
        Column("kode_kab", "text", "dotted Kemendagri code", required=True),
        Column("nama_kab", "text", "official name", required=True),
        Column("daftar", "text", "p3ke or bps", required=True),
        Column("keluarga_daftar", "whole", "families of the list in decile 1", required=True),
        Column("jiwa_daftar", "whole", "their people: stated size, else member rows", required=True),
        Column("tahun", "whole", "year of the newest estimate"),
        Column("jiwa_perkiraan", "whole", "people by the estimate"),
        Column("penghitung", "text", "who computed the estimate"),
        Column("selisih_jiwa", "whole", "people of the list less people of the estimate"),
        Column("rasio", "number", "people of the list per person of the estimate"),
        Column("arti", "text", "what the gap means"),
    ),
)

#: Columns of PLACED that a list is counted by.
LISTED = ("registry", "source_file", "kode_desa", "desil", "jumlah_anggota", "jumlah_baris_anggota")


def regency_codes(codes: pd.Series, villages: pd.DataFrame) -> pd.Series:
    """Return the dotted Kemendagri code of each kabupaten code, of BPS or of Kemendagri with its dot."""
    known = villages.drop_duplicates("kode_kab").dropna(subset=["kode_kab"])
    by_bps = known.dropna(subset=["kode_kab_bps"]).set_index("kode_kab_bps")["kode_kab"]
    dotted = codes.where(codes.isin(known["kode_kab"]))
    return dotted.fillna(codes.map(by_bps)).astype("str")


def extreme_poverty(
    figures: pd.DataFrame,
    households: pd.DataFrame,
    villages: pd.DataFrame,
    *,
    years: dict[str, int],
    counted_by: dict[str, str],
) -> pd.DataFrame:
    """Return EXTREME_POVERTY: each estimate of FIGURES, and what each list (PLACED) counts in decile 1.

    ``years`` gives the year of each source file's edition, ``counted_by`` the words for who counted a list.
    """
    told = figures[figures["indikator"] == EXTREME].reset_index(drop=True)
    estimates = pd.DataFrame(
        {
            "kode_kab": regency_codes(told["kode_wilayah"], villages),
            "nama_kab": told["nama_wilayah"],
            "tahun": told["tahun"],
            "sumber": "perkiraan",
            "persen": told["persen"],
            "jiwa": (told["ribu_jiwa"] * 1000).round().astype("Int64"),
            "penghitung": told["penghitung"],
        }
    )
    listed = households.assign(tahun=households["source_file"].map(years).astype("Int64"))
    counts = _counted(listed, ["registry", "kode_kab", "tahun"])
    counts = counts.rename(
        columns={"registry": "sumber", "keluarga_daftar": "keluarga", "jiwa_daftar": "jiwa"}
    )
    counts = counts.assign(penghitung=counts["sumber"].map(counted_by))
    table = pd.concat([estimates, counts], ignore_index=True)
    areas = villages.drop_duplicates("kode_kab").set_index("kode_kab")
    table["kode_kab_bps"] = table["kode_kab"].map(areas["kode_kab_bps"]).astype("str")
    table["nama_kab"] = table["kode_kab"].map(areas["nama_kab"]).fillna(table["nama_kab"]).astype("str")
    order = ["kode_kab", "tahun", "sumber", "penghitung"]
    return EXTREME_POVERTY.build(table.sort_values(order, ignore_index=True))


def gaps(figures: pd.DataFrame, households: pd.DataFrame, villages: pd.DataFrame) -> pd.DataFrame:
    """Return GAPS: for each kabupaten and list, its people in decile 1 beside the newest estimate."""
    told = figures[figures["indikator"] == EXTREME].dropna(subset=["kode_wilayah", "tahun", "ribu_jiwa"])
    told = told.assign(kode_kab=regency_codes(told["kode_wilayah"], villages)).dropna(subset=["kode_kab"])
    newest = told.sort_values(["kode_kab", "tahun", "penghitung"]).drop_duplicates("kode_kab", keep="last")
    newest = newest.set_index("kode_kab")
    areas = villages.drop_duplicates("kode_kab").sort_values("kode_kab")[["kode_kab", "nama_kab"]]
    lists = pd.DataFrame({"daftar": [registry.value for registry in Registry]})
    table = areas.merge(lists, how="cross")
    counts = _counted(households, ["registry", "kode_kab"]).rename(columns={"registry": "daftar"})
    table = table.merge(counts, on=["kode_kab", "daftar"], how="left")
    table = table.fillna({"keluarga_daftar": 0, "jiwa_daftar": 0})
    estimate = (table["kode_kab"].map(newest["ribu_jiwa"]).astype("Float64") * 1000).round()
    table = table.assign(
        tahun=table["kode_kab"].map(newest["tahun"]),
        jiwa_perkiraan=estimate.astype("Int64"),
        penghitung=table["kode_kab"].map(newest["penghitung"]),
        selisih_jiwa=table["jiwa_daftar"].astype("Int64") - estimate.astype("Int64"),
        rasio=(table["jiwa_daftar"].astype("Float64") / estimate.where(estimate > 0)).round(3),
    )
    return GAPS.build(table)


def _counted(households: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return ``keluarga_daftar`` and ``jiwa_daftar`` of decile 1 per group of ``by``."""
    poor = households[(households["desil"] == EXTREME_DECILE).fillna(value=False)]
    poor = poor.dropna(subset=["kode_desa"])
    rows = poor["jumlah_baris_anggota"]
    people = poor["jumlah_anggota"].fillna(rows.where(rows > 0)).fillna(0)
    poor = poor.assign(kode_kab=poor["kode_desa"].str.slice(0, 5), people=people, families=1)
    sums = poor.groupby(by, dropna=False)[["families", "people"]].sum().reset_index()
    return sums.rename(columns={"families": "keluarga_daftar", "people": "jiwa_daftar"})
