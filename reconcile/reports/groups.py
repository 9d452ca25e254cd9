"""Linkage quality by group, to see whether families of one kind are left unmatched more often than all.

Each list is looked at by its own rows and its own values: what a family lacks there is not filled in by the
other list, so that being matched does not decide which group a family is in.
"""

from collections.abc import Collection, Iterator

import pandas as pd

from reconcile.language import text
from reconcile.reports.settings import ReportSettings
from reconcile.tables import Column, Table
from reconcile.vocab import Language, MatchStatus, Registry, Sex

ALL = "semua"
#: Groups, in the order of the table.
GROUPS = (
    ALL,
    "tanpa_nik",
    "kepala_perempuan",
    "nama_satu_kata",
    "kecamatan_terpencil",
    "sendiri",
    "nik_luar",
)
#: Families whose partner is known: a pair of their own, or their people stand in one.
_LINKED = (MatchStatus.MATCHED.value, MatchStatus.PART.value)

GROUP_QUALITY = Table(
    "group_quality",
    (
        Column("tingkat", "text", "kabupaten or provinsi", required=True),
        Column("kode", "text", "dotted Kemendagri code; missing: families without village, or the province"),
        Column("nama", "text", "official name"),
        Column("daftar", "text", "p3ke or bps", required=True),
        Column("kelompok", "text", "group: one of GROUPS", required=True),
        Column("keterangan", "text", "the group in words", required=True),
        Column("keluarga", "whole", "families of the list in the group", required=True),
        Column("tidak_padan", "whole", "of these, without a sure partner", required=True),
        Column("persen_tidak_padan", "number", "percent of them; missing: nobody is in the group"),
        Column("rasio", "number", "that percentage by that of all families of the area and list"),
        Column("tanda", "yesno", "whether the group is left behind", required=True),
    ),
)


def remote_districts(indicators: pd.DataFrame, settings: ReportSettings) -> frozenset[str]:
    """Return the kecamatan that count as remote: as set, else those without any measured point."""
    if settings.remote_kecamatan:
        return frozenset(settings.remote_kecamatan)
    areas = indicators[(indicators["tingkat"] == "kecamatan") & indicators["kode"].notna()]
    return frozenset(areas.loc[(areas["n_titik_terukur"] == 0) & (areas["n_keluarga"] > 0), "kode"])


def group_quality(
    reconciled: pd.DataFrame, indicators: pd.DataFrame, settings: ReportSettings, language: Language
) -> pd.DataFrame:
    """Return GROUP_QUALITY of RECONCILED, per kabupaten and for the province; INDICATORS gives the areas.

    A group is marked where it has at least ``group_least`` families and more than ``group_ratio`` times the
    share of all.
    """
    areas = indicators[(indicators["tingkat"] == "kabupaten") & indicators["kode"].notna()]
    remote = remote_districts(indicators, settings)
    province = str(areas["kode"].iloc[0])[:2] if len(areas) else ""
    parts = []
    for registry in Registry:
        rows = _members(reconciled, registry.value, remote, province)
        for code, level in ((rows["kode"], "kabupaten"), (pd.Series("", rows.index), "provinsi")):
            parts.append(_counted(rows, code, settings).assign(tingkat=level, daftar=registry.value))
    table = pd.concat(parts, ignore_index=True)
    names = areas.set_index("kode")["nama"]
    nowhere = (table["kode"] == "") & (table["tingkat"] == "kabupaten")
    name = table["kode"].map(names).astype("str").mask(nowhere, text("ledger_nowhere", language))
    table = table.assign(
        nama=name.mask(table["tingkat"] == "provinsi", text("ledger_province", language)),
        keterangan=table["kelompok"].map({one: text(f"group_{one}", language) for one in GROUPS}),
        kode=table["kode"].where(table["kode"] != ""),
        order=table["kelompok"].map({one: place for place, one in enumerate(GROUPS)}),
    )
    return GROUP_QUALITY.build(
        table.sort_values(["tingkat", "kode", "daftar", "order"], ascending=[False, True, False, True])[
            GROUP_QUALITY.names
        ]
    )


def _members(reconciled: pd.DataFrame, side: str, remote: Collection[str], province: str) -> pd.DataFrame:
    """Return of each family of a list its kabupaten, whether it is unmatched, and its groups."""
    own = ("nik", "nama", "jenis_kelamin", "jumlah_anggota", "jumlah_baris_anggota")
    held = reconciled[f"record_id_{side}"].notna()
    rows = reconciled.loc[held, ["kode_desa", "status_padan", *(f"{name}_{side}" for name in own)]]
    village, nik = rows["kode_desa"], rows[f"nik_{side}"]
    listed = rows[f"jumlah_baris_anggota_{side}"]
    people = rows[f"jumlah_anggota_{side}"].fillna(listed.where(listed > 0))
    table = {
        ALL: pd.Series(True, index=rows.index),  # noqa: FBT003 - a column of it
        "tanpa_nik": nik.isna(),
        "kepala_perempuan": rows[f"jenis_kelamin_{side}"] == Sex.FEMALE,
        "nama_satu_kata": rows[f"nama_{side}"].str.strip().str.match(r"^\S+$"),
        "kecamatan_terpencil": village.str.slice(0, 8).isin(remote),
        "sendiri": people == 1,
        # a NIK keeps the province in which its bearer was first registered
        "nik_luar": nik.notna() & (nik.str.slice(0, 2) != province),
    }
    flags = pd.DataFrame({name: flag.fillna(value=False).astype(bool) for name, flag in table.items()})
    return flags.assign(
        kode=village.str.slice(0, 5).fillna(""), unmatched=~rows["status_padan"].isin(_LINKED)
    )


def _counted(rows: pd.DataFrame, code: pd.Series, settings: ReportSettings) -> pd.DataFrame:
    table = pd.concat(list(_groups(rows, code)), ignore_index=True)
    share = table["tidak_padan"] / table["keluarga"].where(table["keluarga"] > 0) * 100
    whole = table[table["kelompok"] == ALL].set_index("kode")
    of_all = table["kode"].map(whole["tidak_padan"] / whole["keluarga"].where(whole["keluarga"] > 0) * 100)
    ratio = share / of_all.where(of_all > 0)
    behind = (ratio > settings.group_ratio) & (table["keluarga"] >= settings.group_least)
    return table.assign(persen_tidak_padan=share.round(2), rasio=ratio.round(2), tanda=behind)


def _groups(rows: pd.DataFrame, code: pd.Series) -> Iterator[pd.DataFrame]:
    codes = sorted(code.unique())
    for group in GROUPS:
        inside = rows[group]
        unmatched = (inside & rows["unmatched"]).groupby(code).sum()
        table = pd.DataFrame({"keluarga": inside.groupby(code).sum(), "tidak_padan": unmatched})
        yield table.reindex(codes).rename_axis("kode").reset_index().assign(kelompok=group)
