"""Counts per desa, kecamatan and kabupaten. Geometry joins later, and only for drawing."""

import pandas as pd

from reconcile.vocab import MatchStatus, Position, Severity

LEVELS = {"desa": "kode_desa", "kecamatan": "kode_kec", "kabupaten": "kode_kab"}
#: The decile that programmes against extreme poverty begin with.
POOREST = 1
URGENT = (Severity.CRITICAL.value, Severity.HIGH.value)


def area_indicators(
    reconciled: pd.DataFrame, findings: pd.DataFrame, villages: pd.DataFrame, figures: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per area and level, and one row per level for the households that have no village.

    Columns: ``tingkat`` (desa, kecamatan, kabupaten), ``kode``, ``kode_bps``, ``nama``, ``nama_kec``,
    ``nama_kab``, then the counts and shares (percent, 0 to 100, missing where there is nothing to share),
    and for kabupaten the newest official figures with their year and who computed them. Every area of the
    register stands in it, so the counts of a level always add up to the whole.
    """
    counted = _flags(reconciled, findings).assign(kode_desa=reconciled["kode_desa"])
    area = villages.set_index("kode_desa")[["kode_kec", "kode_kab"]]
    counted = counted.join(area, on="kode_desa")
    levels = [_level(counted, villages, level) for level in LEVELS]
    levels[-1] = levels[-1].merge(_newest_figures(figures), on="kode_bps", how="left")
    return pd.concat(levels, ignore_index=True)


def _flags(reconciled: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    status = reconciled["status_padan"]
    on_p3ke, on_bps = reconciled["record_id_p3ke"].notna(), reconciled["record_id_bps"].notna()
    poorest = {side: (reconciled[f"desil_{side}"] == POOREST).fillna(value=False) for side in ("p3ke", "bps")}
    per_household = findings.groupby("id_rekon").size()
    urgent = findings[findings["tingkat"].isin(URGENT)].groupby("id_rekon").size()
    return pd.DataFrame(
        {
            "n_keluarga": 1,
            "n_p3ke": on_p3ke,
            "n_bps": on_bps,
            "n_cocok": status == MatchStatus.MATCHED,
            "n_tinjau": status == MatchStatus.REVIEW,
            "n_hanya_p3ke": status == MatchStatus.ONLY_P3KE,
            "n_hanya_bps": status == MatchStatus.ONLY_BPS,
            "n_desil1_p3ke": poorest["p3ke"],
            "n_desil1_bps": poorest["bps"],
            "n_desil1_keduanya": poorest["p3ke"] & poorest["bps"],
            "n_titik_terukur": reconciled["posisi"] == Position.MEASURED,
            "n_temuan": reconciled["id_rekon"].map(per_household).fillna(0),
            "n_temuan_mendesak": reconciled["id_rekon"].map(urgent).fillna(0),
        }
    ).astype("int64")


def _level(counted: pd.DataFrame, villages: pd.DataFrame, level: str) -> pd.DataFrame:
    code = LEVELS[level]
    names = _areas(villages, level)
    counts = (
        counted[[c for c in counted.columns if str(c).startswith("n_")]]
        .groupby(counted[code], dropna=False)
        .sum()
    )
    placed = counts[counts.index.notna()]
    table = names.join(placed, on="kode").fillna(dict.fromkeys(counts.columns, 0))
    if counts.index.hasnans:
        lost = counts[counts.index.isna()].reset_index(drop=True)
        table = pd.concat([table, lost], ignore_index=True)
    table = table.astype(dict.fromkeys(counts.columns, "Int64"))
    share = table["n_cocok"] / table["n_keluarga"].where(table["n_keluarga"] > 0) * 100
    return table.assign(tingkat=level, persen_cocok=share.astype("Float64").round(2))


def _areas(villages: pd.DataFrame, level: str) -> pd.DataFrame:
    short = {"desa": "desa", "kecamatan": "kec", "kabupaten": "kab"}[level]
    areas = villages.drop_duplicates(f"kode_{short}").sort_values(f"kode_{short}", ignore_index=True)
    blank = pd.Series(pd.NA, index=areas.index, dtype="str")
    return pd.DataFrame(
        {
            "tingkat": level,
            "kode": areas[f"kode_{short}"],
            "kode_bps": areas[f"kode_{short}_bps"],
            "nama": areas[f"nama_{short}"],
            "nama_kec": areas["nama_kec"] if level != "kabupaten" else blank,
            "nama_kab": areas["nama_kab"],
        }
    )


def _newest_figures(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the newest figure of each indicator per BPS area code, with its year and who computed it."""
    newest = figures.dropna(subset=["kode_wilayah", "tahun", "indikator"]).sort_values(
        ["kode_wilayah", "tahun", "penghitung"]
    )
    newest = newest.drop_duplicates(["kode_wilayah", "indikator"], keep="last")
    wide = pd.DataFrame({"kode_bps": newest["kode_wilayah"].drop_duplicates()})
    for indicator in ("miskin", "miskin_ekstrem"):
        one = newest[newest["indikator"] == indicator].set_index("kode_wilayah")
        for column, name in (
            ("persen", "persen"),
            ("ribu_jiwa", "ribu_jiwa"),
            ("tahun", "tahun"),
            ("penghitung", "penghitung"),
        ):
            wide[f"{name}_{indicator}"] = wide["kode_bps"].map(one[column])
    return wide
