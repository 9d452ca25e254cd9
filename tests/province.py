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


def generate(
    folder: Path,
    families: int,
    regions: Path,
    boundaries: str = "kemendagri",
    *,
    p3ke: int | None = None,
    programs: Path | None = None,
) -> Path:
    """Write deliveries of ``families`` a side and a config.yaml for them; return the folder of their truth.

    ``regions`` is the folder ``wilayah`` of PADAN_REAL_DATA; ``p3ke`` families are in P3KE where it has
    fewer; ``programs`` is a configuration whose programmes are judged too.
    """
    write_sample(families=families, seed=7, out=folder / "raw", reference=regions, p3ke=p3ke)
    path = folder / "config.yaml"
    told = config(regions, boundaries)
    if programs:
        told["programs"] = yaml.safe_load(programs.read_text(encoding="utf-8"))["programs"]
    path.write_text(yaml.safe_dump(told), encoding="utf-8")
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
