"""Counts per desa, kecamatan and kabupaten. Geometry joins later, and only for drawing.

Every ``n_`` column counts and adds up over areas; every ``persen_`` column is a share of two of them, so that
a share of a larger area is never a mean of shares.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from reconcile.frames import among, places_in
from reconcile.tables import Column, Kind, Table
from reconcile.vocab import MatchStatus, Position, Severity, TaskStatus

LEVELS = {"desa": "kode_desa", "kecamatan": "kode_kec", "kabupaten": "kode_kab"}
#: Findings of these severities are urgent.
SURVEYED = (Severity.CRITICAL, Severity.HIGH)
#: The decile that programmes against extreme poverty begin with.
POOREST = 1

#: Findings of each severity have a column of their own.
SEVERITY_COLUMNS = {
    Severity.CRITICAL: "n_temuan_kritis",
    Severity.HIGH: "n_temuan_tinggi",
    Severity.MEDIUM: "n_temuan_sedang",
    Severity.LOW: "n_temuan_rendah",
    Severity.INFO: "n_temuan_info",
}

#: A record is complete when all of these and its number of people are known: what a family is found, matched
#: and targeted by.
CORE_FIELDS = ("nik", "nama", "tanggal_lahir", "kode_wilayah", "desil")

#: Share: the counts it is a part of, and the counts that are the whole (percent).
SHARES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "persen_cocok": (("n_cocok",), ("n_keluarga",)),
    "persen_beda_desil": (("n_desil_beda",), ("n_desil_dibanding",)),
    "persen_lengkap": (("n_lengkap_p3ke", "n_lengkap_bps"), ("n_p3ke", "n_bps")),
}

AREA = (
    Column("tingkat", "text", "desa, kecamatan or kabupaten", required=True),
    Column("kode", "text", "dotted Kemendagri code; missing: families that have no village"),
    Column("kode_bps", "text", "BPS code, where bridged"),
    Column("nama", "text", "official name"),
    Column("nama_kec", "text", "official name of the kecamatan"),
    Column("nama_kab", "text", "official name of the kabupaten"),
)

COUNTS = (
    Column("n_keluarga", "whole", "families of either registry, matched ones once", required=True),
    Column("n_p3ke", "whole", "families of P3KE", required=True),
    Column("n_bps", "whole", "families of BPS", required=True),
    Column("n_cocok", "whole", "families found in both", required=True),
    Column("n_tinjau", "whole", "families with a doubtful partner", required=True),
    Column("n_bagian", "whole", "rows whose people stand in another, matched family", required=True),
    Column("n_hanya_p3ke", "whole", "families found in P3KE only", required=True),
    Column("n_hanya_bps", "whole", "families found in BPS only", required=True),
    Column("n_jiwa_p3ke", "whole", "people of P3KE families: stated size, else member rows", required=True),
    Column("n_jiwa_bps", "whole", "people of BPS families: stated size, else member rows", required=True),
    Column("n_tanpa_jiwa_p3ke", "whole", "P3KE families whose size nothing tells", required=True),
    Column("n_tanpa_jiwa_bps", "whole", "BPS families whose size nothing tells", required=True),
    Column("n_desil1_p3ke", "whole", "families in decile 1 of P3KE", required=True),
    Column("n_desil1_bps", "whole", "families in decile 1 of BPS", required=True),
    Column("n_desil1_keduanya", "whole", "families in decile 1 of both", required=True),
    Column("n_desil_dibanding", "whole", "matched families with a decile in both", required=True),
    Column("n_desil_beda", "whole", "of these, those whose deciles differ", required=True),
    Column("n_desil_p3ke_lebih_miskin", "whole", "of these, P3KE says poorer", required=True),
    Column("n_desil_bps_lebih_miskin", "whole", "of these, BPS says poorer", required=True),
    Column("n_lengkap_p3ke", "whole", "P3KE families with CORE_FIELDS and size", required=True),
    Column("n_lengkap_bps", "whole", "BPS families with CORE_FIELDS and size", required=True),
    Column("n_titik_terukur", "whole", "families with a measured point", required=True),
    Column("n_temuan", "whole", "findings", required=True),
    *(
        Column(name, "whole", f"findings of severity {s}", required=True)
        for s, name in SEVERITY_COLUMNS.items()
    ),
    Column("n_temuan_mendesak", "whole", "urgent findings (K, T)", required=True),
    Column("n_survei_ulang", "whole", "families that a visit is asked of", required=True),
)
COUNT_NAMES = [column.name for column in COUNTS]

_FIGURE: tuple[tuple[str, Kind, str], ...] = (
    ("persen", "number", "official figure, percent of people"),
    ("ribu_jiwa", "number", "official figure, thousand people"),
    ("tahun", "whole", "its year"),
    ("penghitung", "text", "who computed it"),
)
OFFICIAL = tuple(
    Column(f"{name}_{indicator}", kind, meaning)
    for indicator in ("miskin", "miskin_ekstrem")
    for name, kind, meaning in _FIGURE
)

#: One row per area and level, and one per level for the families that have no village.
INDICATORS = Table(
    "indicators",
    (
        *AREA,
        *COUNTS,
        *(Column(name, "number", "percent, 0 to 100; missing: nothing to share") for name in SHARES),
        *OFFICIAL,
    ),
)

#: The families that have no village, by the reason.
UNPLACED = Table(
    "unplaced",
    (Column("sebab", "text", "each vocab.Unplaced, parted by commas", required=True), *COUNTS),
)


def area_indicators(
    reconciled: pd.DataFrame,
    findings: pd.DataFrame,
    tasks: pd.DataFrame,
    villages: pd.DataFrame,
    figures: pd.DataFrame,
) -> pd.DataFrame:
    """Return INDICATORS: counts and shares of every area, and for kabupaten the newest official figures.

    Takes RECONCILED, FINDINGS and TASKS of it, VILLAGES and FIGURES. Every area of the register stands in it,
    and one row per level without code holds the families that have no village, so the counts of a level
    always add up to the whole.
    """
    counted = _measures(reconciled, findings, tasks).assign(kode_desa=reconciled["kode_desa"])
    area = villages.set_index("kode_desa")[["kode_kec", "kode_kab"]]
    counted = counted.join(area, on="kode_desa")
    levels = [_level(counted, villages, level) for level in LEVELS]
    levels[-1] = levels[-1].merge(_newest_figures(figures), on="kode_bps", how="left")
    return INDICATORS.build(pd.concat(levels, ignore_index=True))


def unplaced_families(reconciled: pd.DataFrame, findings: pd.DataFrame, tasks: pd.DataFrame) -> pd.DataFrame:
    """Return UNPLACED: the families that have no village, counted by the reason; none gives no row.

    The reason is that of the BPS row where there is one, else of the P3KE row.
    """
    lost = reconciled[reconciled["kode_desa"].isna()]
    why = lost["sebab_lokasi_bps"].fillna(lost["sebab_lokasi_p3ke"]).rename("sebab")
    counted = _measures(lost, findings[among(findings["id_rekon"], lost["id_rekon"])], tasks)
    return UNPLACED.build(counted.groupby(why, dropna=False, sort=True).sum().reset_index())


def _measures(reconciled: pd.DataFrame, findings: pd.DataFrame, tasks: pd.DataFrame) -> pd.DataFrame:
    """Return COUNT_NAMES per household, in its order."""
    measures = {"n_keluarga": 1, **_states(reconciled), **_deciles(reconciled)}
    for side in ("p3ke", "bps"):
        measures |= _of_side(reconciled, side)
    measures["n_titik_terukur"] = reconciled["posisi"] == Position.MEASURED
    asked = tasks.loc[tasks["status_tugas"] == TaskStatus.ASKED, "id_rekon"]
    measures["n_survei_ulang"] = among(reconciled["id_rekon"], asked)
    table = pd.DataFrame(measures, index=reconciled.index).join(_findings(reconciled["id_rekon"], findings))
    return table[COUNT_NAMES].astype("int64")


def _states(reconciled: pd.DataFrame) -> dict[str, pd.Series]:
    status = reconciled["status_padan"]
    return {
        "n_cocok": status == MatchStatus.MATCHED,
        "n_tinjau": status == MatchStatus.REVIEW,
        "n_bagian": status == MatchStatus.PART,
        "n_hanya_p3ke": status == MatchStatus.ONLY_P3KE,
        "n_hanya_bps": status == MatchStatus.ONLY_BPS,
    }


def _deciles(reconciled: pd.DataFrame) -> dict[str, pd.Series]:
    p3ke, bps = (reconciled[f"desil_{side}"].fillna(0).astype("int64") for side in ("p3ke", "bps"))
    both = (p3ke > 0) & (bps > 0)
    return {
        "n_desil1_p3ke": p3ke == POOREST,
        "n_desil1_bps": bps == POOREST,
        "n_desil1_keduanya": (p3ke == POOREST) & (bps == POOREST),
        "n_desil_dibanding": both,
        "n_desil_beda": both & (p3ke != bps),
        "n_desil_p3ke_lebih_miskin": both & (p3ke < bps),
        "n_desil_bps_lebih_miskin": both & (bps < p3ke),
    }


def _of_side(reconciled: pd.DataFrame, side: str) -> dict[str, pd.Series]:
    held = reconciled[f"record_id_{side}"].notna()
    listed = reconciled[f"jumlah_baris_anggota_{side}"]
    people = reconciled[f"jumlah_anggota_{side}"].fillna(listed.where(listed > 0))
    complete = reconciled[[f"{field}_{side}" for field in CORE_FIELDS]].notna().all(axis="columns")
    return {
        f"n_{side}": held,
        f"n_jiwa_{side}": people.fillna(0),
        f"n_tanpa_jiwa_{side}": held & people.isna(),
        f"n_lengkap_{side}": held & complete & people.notna(),
    }


def _findings(households: pd.Series, findings: pd.DataFrame) -> pd.DataFrame:
    """Return the findings of each household by severity; a finding belongs to one household."""
    place = places_in(findings["id_rekon"], households)
    held = place >= 0
    table = pd.DataFrame(
        {
            severity.value: np.bincount(
                place[held & (findings["tingkat"] == severity).to_numpy()], minlength=len(households)
            )
            for severity in SEVERITY_COLUMNS
        },
        index=households.index,
    )
    urgent = table[[severity.value for severity in SURVEYED]].sum(axis="columns")
    counts = table.set_axis(list(SEVERITY_COLUMNS.values()), axis="columns")
    return counts.assign(n_temuan=counts.sum(axis="columns"), n_temuan_mendesak=urgent)


def _level(counted: pd.DataFrame, villages: pd.DataFrame, level: str) -> pd.DataFrame:
    counts = counted[COUNT_NAMES].groupby(counted[LEVELS[level]], dropna=False).sum()
    placed = counts[counts.index.notna()]
    table = areas_of(villages, level).join(placed, on="kode").fillna(dict.fromkeys(COUNT_NAMES, 0))
    if counts.index.hasnans:
        lost = counts[counts.index.isna()].reset_index(drop=True)
        table = pd.concat([table, lost], ignore_index=True)
    return table.assign(tingkat=level, **{name: _share(table, *of) for name, of in SHARES.items()})


def _share(table: pd.DataFrame, part: tuple[str, ...], whole: tuple[str, ...]) -> pd.Series:
    over = table[list(whole)].sum(axis="columns")
    share = table[list(part)].sum(axis="columns") / over.where(over > 0) * 100
    return share.astype("Float64").round(2)


def areas_of(villages: pd.DataFrame, level: str) -> pd.DataFrame:
    """Return the AREA columns of every area of a level, in the order of their codes."""
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
        for column, *_ in _FIGURE:
            wide[f"{column}_{indicator}"] = wide["kode_bps"].map(one[column])
    return wide
