"""A generated province on the real villages, for the integration test and the benchmark of the whole flow."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml

from flows.sample import write_sample

PATTERNS = {
    "p3ke_families_2022": "p3ke/p3ke_keluarga_*.csv",
    "p3ke_members_2022": "p3ke/p3ke_individu_*.csv",
    "dtsen_families_v3": "bps/keluarga_*.csv",
    "dtsen_members_v3": "bps/anggota_*.csv",
}
OUTPUT = "hasil"


def generate(folder: Path, families: int, regions: Path, boundaries: str = "kemendagri") -> Path:
    """Write deliveries of ``families`` a side and a config.yaml for them; return the folder of their truth.

    ``regions`` is the folder ``wilayah`` of PADAN_REAL_DATA.
    """
    write_sample(families=families, seed=7, out=folder / "raw", reference=regions)
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config(regions, boundaries)), encoding="utf-8")
    return folder / "raw/kebenaran"


def config(regions: Path, boundaries: str) -> dict[str, Any]:
    """Return the configuration, with village polygons in the schema ``boundaries``."""
    polygons = {
        "kemendagri": "desa_kemendagri2025.gpkg",
        "bps": "desa_bps2020.gpkg",
        "big": "desa_skema_big.gpkg",
        "names": "desa_skema_gadm.gpkg",
    }
    return {
        "reference_date": date(2026, 3, 31),
        "output": OUTPUT,
        "regions": {
            "bridging": {"source": "bridging", "path": str(regions / "crosswalk_64.csv"), "vintage": "2025"},
            "recodes": {"source": "recodes", "path": str(next(regions.glob("*recode*"))), "vintage": "2022"},
        },
        "boundaries": {
            "path": str(regions / polygons[boundaries]),
            "format": boundaries,
            "vintage": "2025",
            "publisher": "uji",
        },
        "inputs": [{"source": s, "path": f"raw/{p}", "vintage": "2026"} for s, p in PATTERNS.items()],
    }
