"""Seconds to make the progress report of the whole province, and the size of its page.

    PADAN_REAL_DATA=... python -m benchmarks.report [--families 1000000] [--out FOLDER]

Made-up families over the 1,038 real villages, counted into the indicators of a run; the report is made from
the files of that run. The benchmark fails above a minute, or where the page is larger than 5 MB.
"""

import argparse
import json
import os
import tempfile
import time
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from benchmarks.layers import families, findings, visits_of
from benchmarks.places import register_of, villages_of
from flows import report
from flows.csvfile import write_csv
from flows.outputs import AREA_LAYERS
from geo.geopackage import write_geopackage
from geo.layers import Editions, build_layers
from geo.styles import layer_styles
from reconcile.figures import EXTREME_POVERTY, GAPS
from reconcile.indicators import area_indicators, unplaced_families
from reconcile.linkage.quality import Quality
from reconcile.report.tables import RUN_TABLES
from reconcile.reports.findings import summary
from reconcile.reports.quality import match_quality
from reconcile.reports.settings import ReportSettings
from reconcile.resurvey.progress import survey_progress
from reconcile.tables import ANSWERS, CASES, CHECKS, FIGURES
from reconcile.vocab import Language

LIMIT_SECONDS, LIMIT_BYTES = 60.0, 5_000_000
DAY, RUN, LANGUAGE = date(2026, 3, 31), "2026-03-31-ukur", Language.INDONESIAN


def tables(count: int, folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Return the tables of a run of ``count`` families and its layers of areas."""
    register = register_of(folder)
    villages = villages_of(folder, register, 20.0)
    rows = families(count, villages)
    found = findings(rows)
    found["kode_desa"] = found["id_rekon"].map(rows.set_index("id_rekon")["kode_desa"])
    found["kode"] = found["tingkat"].map({"T": "K01", "S": "K03", "R": "I10"})
    visits = visits_of(rows, found)
    indicators = area_indicators(rows, found, visits, register.villages, FIGURES.empty())
    counted = summary(found, indicators, LANGUAGE)
    province = counted[counted["tingkat_wilayah"] == "provinsi"]
    checks = province.groupby(["kode", "judul", "tingkat"], as_index=False)["jumlah"].sum()
    cases = found.assign(
        status="baru", perubahan="baru", pertama_muncul="-", terakhir_muncul="-", jumlah_muncul=1, sidik="-"
    )
    period = str(visits["periode"].max())
    held = {
        "indikator": indicators,
        "ringkasan": counted,
        "pemeriksaan": CHECKS.build(checks.assign(basis="A", keadaan="DIUJI")),
        "kasus": CASES.build(cases[[name for name in CASES.names if name in cases]]),
        "kemajuan": survey_progress(visits, ANSWERS.empty(), register.villages, period=period, day=DAY),
        "tugas": visits,
        "resmi": EXTREME_POVERTY.empty(),
        "selisih": GAPS.empty(),
        "mutu_padanan": match_quality(indicators, Quality(0.99, 0.97, 0.99), LANGUAGE),
    }
    editions = Editions("2022", "2026", "2025", "2025", DAY)
    lost = unplaced_families(rows, found, visits)
    return held, dict(build_layers(indicators, lost, villages, register, editions))


def publish(root: Path, held: dict[str, pd.DataFrame], layers: dict[str, Any]) -> None:
    """Write the files of the run that the report reads."""
    run = root / "runs" / RUN
    for one in RUN_TABLES:
        if one.name in held:
            (run / one.path).parent.mkdir(parents=True, exist_ok=True)
            write_csv(run / one.path, held[one.name])
    (run / AREA_LAYERS).parent.mkdir(parents=True)
    styles = layer_styles(layers, LANGUAGE)
    write_geopackage(run / AREA_LAYERS, layers, styles=styles, reference_date=DAY, language=LANGUAGE)
    told = {
        "padan": "0",
        "reference_date": DAY.isoformat(),
        "inputs": [],
        "history": {"run": None},
        "boundaries": {"publisher": "-", "vintage": "2025", "villages": 1038, "without_polygon": []},
        "matching": {"expected": {"precision": 0.99, "recall": 0.97}},
    }
    (run / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    (root / "TERBARU").write_text(f"runs/{RUN}\n", encoding="utf-8")


def main() -> None:
    """Print seconds and the sizes of the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root = given.out or Path(name)
        publish(root, *tables(given.families, Path(os.environ["PADAN_REAL_DATA"]) / "wilayah"))
        settings = SimpleNamespace(
            output_root=root, language=LANGUAGE, report=ReportSettings(), label=lambda path: path.name
        )
        report.load_config = lambda _: settings  # type: ignore[assignment,return-value]
        start = time.perf_counter()
        report.write_report(Path("config.yaml"), LANGUAGE, period=None, run=None)
        seconds = time.perf_counter() - start
        sizes = {path.name: path.stat().st_size for path in sorted((root / "laporan").glob("*/*"))}
    print(f"{given.families:,} families, report in {seconds:.1f} s")
    for file, size in sizes.items():
        print(f"{file:<20} {size / 1e6:6.2f} MB")
    if seconds > LIMIT_SECONDS or sizes["laporan.html"] > LIMIT_BYTES:
        raise SystemExit("slower than a minute, or larger than 5 MB")


if __name__ == "__main__":
    main()
