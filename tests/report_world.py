"""A made-up published run of four kabupaten, small cells among them, with every table that a report reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from office_world import reported

from flows.csvfile import write_csv
from flows.outputs import AREA_LAYERS
from reconcile.indicators import COUNT_NAMES, INDICATORS
from reconcile.ledger import LEDGER
from reconcile.linkage.quality import Quality
from reconcile.programs.tables import COUNT_NAMES as PROGRAM_COUNTS
from reconcile.programs.tables import COVERAGE
from reconcile.report.tables import RUN_TABLES
from reconcile.reports.case_ages import CASE_AGES
from reconcile.reports.findings import SUMMARY
from reconcile.reports.groups import GROUP_QUALITY
from reconcile.reports.quality import match_quality
from reconcile.reports.readiness import READINESS
from reconcile.reports.settings import ReportSettings
from reconcile.tables import CASES, CHECKS, PROGRESS, TASKS
from reconcile.vocab import Language

if TYPE_CHECKING:
    from pathlib import Path

RUN, DAY, PERIOD = "2026-03-31-abc", "2026-03-31", "2026-TW1"
KABUPATEN = {"64.01": "Paser", "64.02": "Kutai Kartanegara", "64.07": "Kutai Barat", "64.71": "Balikpapan"}
SEVERITIES = ("K", "T", "S", "R", "I")
RULES = {"G02": "K", "K01": "T", "B02": "T", "E04": "R", "I10": "R", "W04": "I", "D06": "S"}
_LEVELS = {"desa": 13, "kecamatan": 8, "kabupaten": 5}


def villages() -> pd.DataFrame:
    """Return 32 villages: kode, nama, and the square that each is."""
    rows = []
    for east, kab in enumerate(KABUPATEN):
        for kec in (1, 2):
            for n in range(4):
                x, y = 116 + east * 0.2 + (n % 2) * 0.1, (kec - 1) * 0.2 + (n // 2) * 0.1
                code = f"{kab}.{kec:02d}.{2001 + n}"
                rows.append((code, f"Desa {east}-{kec}-{n}", shapely.box(x, y, x + 0.1, y + 0.1)))
    return pd.DataFrame(rows, columns=["kode", "nama", "geometry"])


def counts(rng: np.random.Generator, size: int, more: float = 1.0) -> pd.DataFrame:
    """Return COUNT_NAMES per village, parts that are a whole; ``more`` times as many families."""
    table = pd.DataFrame(0, index=range(size), columns=COUNT_NAMES)
    scale = rng.choice([3, 30, 200], size, p=[0.15, 0.35, 0.5]) * more
    parts = {"n_cocok": 1.0, "n_hanya_p3ke": 0.3, "n_hanya_bps": 0.3, "n_tinjau": 0.02, "n_bagian": 0.02}
    for name, share in parts.items():
        table[name] = rng.poisson(scale * share)
    table["n_tinjau"] *= 2
    table["n_keluarga"] = table[list(parts)].sum(axis=1)
    half = table["n_tinjau"] // 2
    table["n_p3ke"] = table["n_cocok"] + table["n_hanya_p3ke"] + half + table["n_bagian"] // 2
    table["n_bps"] = table["n_keluarga"] + table["n_cocok"] - table["n_p3ke"]
    table["n_desil1_keduanya"] = rng.binomial(table["n_cocok"], 0.2)
    for side in ("p3ke", "bps"):
        more = rng.binomial(table[f"n_{side}"] - table["n_desil1_keduanya"], 0.15)
        table[f"n_desil1_{side}"] = table["n_desil1_keduanya"] + more
        table[f"n_lengkap_{side}"] = rng.binomial(table[f"n_{side}"], 0.9)
    union = table["n_desil1_p3ke"] + table["n_desil1_bps"] - table["n_desil1_keduanya"]
    return table.assign(n_keluarga=table["n_keluarga"].clip(lower=union))


def levels(base: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return the counts of villages (kode missing: no village) on every level, with names of areas."""
    named = villages().set_index("kode")["nama"]
    parts = []
    for level, width in _LEVELS.items():
        sums = base.groupby(base["kode"].str.slice(0, width), dropna=False)[names].sum().reset_index()
        code = sums["kode"]
        kab = code.str.slice(0, 5).map(KABUPATEN)
        kec = "Kec. " + code.str.slice(0, 8) if level != "kabupaten" else pd.Series(pd.NA, index=code.index)
        own = {"desa": code.map(named), "kecamatan": kec, "kabupaten": kab}[level]
        parts.append(sums.assign(tingkat=level, nama=own, nama_kec=kec, nama_kab=kab))
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True)
class Made:
    """The tables of the run by the name that sources call them, and the manifest."""

    tables: dict[str, pd.DataFrame]
    manifest: dict[str, Any]


@cache
def made(seed: int = 7) -> Made:
    """Return the run of a seed, made once; callers must not change it."""
    rng = np.random.default_rng(seed)
    codes = [*villages()["kode"], None]
    base = counts(rng, len(codes)).assign(kode=pd.Series(codes, dtype="str"))
    indicators = INDICATORS.build(levels(base, COUNT_NAMES))
    tables = {
        "indikator": indicators,
        **_findings(rng, base),
        **_visits(rng, base),
        **_official(base),
        "mutu_padanan": match_quality(indicators, Quality(0.99, 0.97, 0.99), Language.INDONESIAN),
        "mutu_kelompok": _groups(indicators),
        "kesiapan": _readiness(),
        "neraca": _ledger(int(base["n_keluarga"].sum())),
        "umur_kasus": _ages(),
        "cakupan": _coverage(rng, base),
        **reported(KABUPATEN, date.fromisoformat(DAY)),
    }
    return Made(tables, _manifest())


def _findings(rng: np.random.Generator, base: pd.DataFrame) -> dict[str, pd.DataFrame]:
    union = base["n_desil1_p3ke"] + base["n_desil1_bps"] - base["n_desil1_keduanya"]
    parts = []
    for code, severity in RULES.items():
        of = union if code == "B02" else base["n_keluarga"]
        counts = rng.binomial(of, {"G02": 0.004, "W04": 0.0005}.get(code, 0.2))
        rows = levels(base[["kode"]].assign(jumlah=counts), ["jumlah"])
        rows = rows.rename(columns={"tingkat": "tingkat_wilayah", "kode": "kode_wilayah"})
        rows = rows[rows["jumlah"] > 0].assign(kode=code, tingkat=severity, judul=f"Judul {code}")
        parts.append(rows.assign(jumlah_keluarga=rows["jumlah"]))
    table = pd.concat(parts, ignore_index=True).rename(columns={"nama": "nama_wilayah"})
    summary = SUMMARY.build(table.drop(columns=["nama_kec", "nama_kab"]))
    top = summary[summary["tingkat_wilayah"] == "kabupaten"].groupby("kode")["jumlah"].sum()
    checks = [
        {
            "kode": code,
            "judul": f"Judul {code}",
            "tingkat": severity,
            "keadaan": "DIUJI",
            "jumlah": top.get(code, 0),
        }
        for code, severity in RULES.items()
    ]
    absent = {"kode": "E01", "judul": "Indikasi meninggal", "tingkat": "K", "keadaan": "TIDAK DIUJI"}
    checks.append({**absent, "sebab": "tidak ada: daftar kematian"})
    changes = [("baru", 40), ("tetap", 100), ("selesai", 3), ("berulang", 0)]
    cases = pd.DataFrame({"perubahan": [name for name, count in changes for _ in range(count)]})
    rest = dict.fromkeys(("pertama_muncul", "terakhir_muncul"), DAY)
    cases = cases.assign(
        kasus="K", kode="G02", tingkat="K", status="baru", jumlah_muncul=1, sidik="-", **rest
    )
    return {
        "ringkasan": summary,
        "pemeriksaan": CHECKS.build(pd.DataFrame(checks).assign(basis="A")),
        "kasus": CASES.build(cases),
    }


def _visits(rng: np.random.Generator, base: pd.DataFrame) -> dict[str, pd.DataFrame]:
    asked = rng.binomial(base["n_keluarga"], 0.4)
    answered = rng.binomial(asked, 0.6)
    left, counts = answered.copy(), {}
    for name, share in (("n_sesuai", 0.6), ("n_berubah", 0.5), ("n_tidak_ada", 0.8), ("n_menolak", 0.9)):
        counts[name] = rng.binomial(left, share)
        left = left - counts[name]
    counts |= {"n_diminta": asked, "n_dijawab": answered, "n_terlambat": rng.binomial(asked - answered, 0.3)}
    counts["n_tidak_layak"] = rng.binomial(counts["n_sesuai"], 0.1)
    table = base[["kode"]].assign(**counts, n_tugas=asked, n_menunggu=0, n_gugur=0)
    names = [name for name in table if name != "kode"]
    rows = levels(table, names).drop(columns=["nama_kec", "nama_kab"])
    task = {"id_tugas": "T", "periode": PERIOD, "id_rekon": "R", "urutan": 1, "status_tugas": "diminta"}
    words = dict.fromkeys(("alasan_kode", "alasan_dicek", "alasan_urutan"), "-")
    tasks = pd.DataFrame([{**task, **words, "tingkat_temuan": "K", "jatuh_tempo": "2026-05-15"}])
    return {"kemajuan": PROGRESS.build(rows.assign(periode=PERIOD)), "tugas": TASKS.build(tasks)}


def _official(base: pd.DataFrame) -> dict[str, pd.DataFrame]:
    from reconcile.figures import EXTREME_POVERTY, GAPS

    by = {2019: "BPS", 2020: "BPS", 2021: "BPS", 2022: "BPS", 2023: "Satgas"}
    rows = [
        {"kode_kab": kab, "nama_kab": name, "tahun": year, "sumber": "perkiraan", "penghitung": who,
         "persen": round(2.5 - 0.3 * (year - 2019) + 0.01 * n, 2), "jiwa": 9000 - 500 * (year - 2019)}
        for n, (kab, name) in enumerate(KABUPATEN.items())
        for year, who in by.items()
        if not (kab == "64.01" and who == "Satgas")
    ]  # fmt: skip
    sums = base.groupby(base["kode"].str.slice(0, 5))[["n_desil1_p3ke", "n_desil1_bps"]].sum()
    gaps = [
        {"kode_kab": kab, "nama_kab": name, "daftar": side,
         "keluarga_daftar": sums.loc[kab, f"n_desil1_{side}"],
         "jiwa_daftar": 4 * sums.loc[kab, f"n_desil1_{side}"],
         "tahun": 2023, "jiwa_perkiraan": 7000, "penghitung": "Satgas"}
        for kab, name in KABUPATEN.items()
        for side in ("p3ke", "bps")
    ]  # fmt: skip
    return {"resmi": EXTREME_POVERTY.build(pd.DataFrame(rows)), "selisih": GAPS.build(pd.DataFrame(gaps))}


def _groups(indicators: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {"tingkat": "provinsi", "daftar": side, "kelompok": group, "keterangan": words, "keluarga": count,
         "tidak_padan": part, "tanda": marked}
        for side in ("p3ke", "bps")
        for group, words, count, part, marked in (
            ("tanpa_nik", "Kepala keluarga tanpa NIK", 200, 120, True),
            ("keluarga_satu_orang", "Keluarga satu orang", 90, 3, False),
        )
    ]  # fmt: skip
    return GROUP_QUALITY.build(pd.DataFrame(rows))


def _readiness() -> pd.DataFrame:
    rows = [
        {"kode": kab, "nama": name, "desa_diminta": 8, "desa_kembali": 5, "keluarga_diminta": 200,
         "keluarga_dikunjungi": 120, "persen_dikunjungi": 60.0, "skor": 56.0, "skor_dari": 100.0,
         "status_sk": "ada", "laporan_tw1": "ada", "laporan_tw2": "belum", "kurang": "laporan triwulan II",
         "bobot": "Bobot menurut pengaturan"}
        for kab, name in KABUPATEN.items()
    ]  # fmt: skip
    return READINESS.build(pd.DataFrame(rows))


def _ledger(closing: int) -> pd.DataFrame:
    lines = (
        ("awal", "stok", "stok_awal", closing - 27),
        ("masuk", "perubahan_nyata", "keluarga_baru", 40),
        ("keluar", "perubahan_nyata", "meninggal", 3),
        ("keluar", "koreksi_data", "bergabung", 10),
        ("akhir", "stok", "stok_akhir", closing),
        ("masih_terdaftar", "stok", "masih_di_daftar", 0),
    )
    rows = [
        {
            "tingkat": "provinsi",
            "pos": pos,
            "jenis": kind,
            "alasan": why,
            "keterangan": why,
            "jumlah_keluarga": n,
        }
        for pos, kind, why, n in lines
    ]
    return LEDGER.build(pd.DataFrame(rows))


def _ages() -> pd.DataFrame:
    rows = [
        {"penanggung_jawab": "Dinsos", "tingkat_temuan": severity, "keadaan_kasus": state, "umur": age,
         "jumlah_kasus": count, "umur_tertua": oldest}
        for severity in ("K", "T")
        for state, age, count, oldest in (
            ("baru", "0-30", 40, 5), ("tetap", "31-90", 2, 60),
            ("tetap", "0-30", 70, 20), ("selesai", "0-30", 9, 9),
        )
    ]  # fmt: skip
    return CASE_AGES.build(pd.DataFrame(rows))


def _coverage(rng: np.random.Generator, base: pd.DataFrame) -> pd.DataFrame:
    judged = base["n_keluarga"].to_numpy()
    eligible = rng.binomial(judged, 0.2)
    unknown = rng.binomial(judged - eligible, 0.05)
    served = rng.binomial(eligible, 0.6)
    untold = rng.binomial(eligible - served, 0.1)
    wrong = rng.binomial(judged - eligible - unknown, 0.02)
    counts = {
        "n_dinilai": judged,
        "n_layak": eligible,
        "n_kelayakan_tidak_diketahui": unknown,
        "n_tidak_layak": judged - eligible - unknown,
        "n_layak_terlayani": served,
        "n_layak_layanan_tidak_diketahui": untold,
        "n_layak_belum": eligible - served - untold,
        "n_terlayani_tidak_layak_keduanya": wrong,
        "n_terlayani": served + wrong,
    }
    table = base[["kode"]].assign(**dict.fromkeys(PROGRAM_COUNTS, 0)).assign(**counts)
    rows = levels(table, PROGRAM_COUNTS).assign(
        program="pkh", judul="PKH", satuan="keluarga", keadaan="DIUJI"
    )
    untested = rows.assign(
        program="pip", judul="PIP", satuan="orang", keadaan="TIDAK DIUJI", **dict.fromkeys(PROGRAM_COUNTS)
    )
    return COVERAGE.build(pd.concat([rows, untested], ignore_index=True))


def _manifest() -> dict[str, Any]:
    delivered = {
        "file": "keluarga.csv",
        "sha256": "ab" * 32,
        "source": "p3ke_families_2022",
        "vintage": "2022",
    }
    return {
        "padan": "0.1.0",
        "reference_date": DAY,
        "inputs": [delivered],
        "history": {"run": "2025-12-31-def"},
        "boundaries": {"publisher": "uji", "vintage": "2025", "villages": 32, "without_polygon": []},
        "matching": {"expected": {"precision": 0.99, "recall": 0.97, "blocking": 0.99}},
    }


def published(root: Path, what: Made | None = None, *, without: tuple[str, ...] = ()) -> Path:
    """Write the run below ``root``, its pointer among it, and return its folder."""
    what = what or made()
    run = root / "runs" / RUN
    for one in RUN_TABLES:
        if one.name not in without:
            (run / one.path).parent.mkdir(parents=True, exist_ok=True)
            write_csv(run / one.path, what.tables[one.name][one.table.names])
    (run / AREA_LAYERS).parent.mkdir(parents=True, exist_ok=True)
    layer = gpd.GeoDataFrame(villages(), geometry="geometry", crs="EPSG:4326")
    layer.to_file(run / AREA_LAYERS, layer="desa", driver="GPKG")
    (run / "manifest.json").write_text(json.dumps(what.manifest), encoding="utf-8")
    (root / "TERBARU").write_text(f"runs/{RUN}\n", encoding="utf-8")
    return run


def settings(root: Path, language: Language = Language.INDONESIAN) -> SimpleNamespace:
    """Return what the command reads of config.yaml."""
    return SimpleNamespace(
        output_root=root,
        language=language,
        report=ReportSettings(),
        label=lambda path: path.relative_to(root.parent).as_posix(),
    )
