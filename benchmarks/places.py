"""Points to villages, against geopandas.sjoin in one run: how fast, and the same answers where one is right.

``PADAN_REAL_DATA=... python -m benchmarks.places``: a million points over the bounds of the 1,038 real
villages, and a thousand on vertices of their borders, into the polygons as delivered, with their overlaps and
gaps, and as mended. sjoin runs with ``within``, its fastest predicate, and is timed with building its frames,
for the product is timed from coordinates too. A point of which the answers differ must lie on a border, or
the benchmark fails; every point in several villages is counted. Last, whole households are placed.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.boundaries import read_boundaries
from geo.covering import covering, inner_counts
from geo.locate import locate
from geo.villages import VillageMap, key_villages
from reconcile.regions import Register, build_register
from reconcile.tables import BRIDGING, CODED, RECODES

POINTS = 1_000_000
ON_BORDERS = 1_000
ROUNDS = 3

Reals = npt.NDArray[np.float64]
Polygons = npt.NDArray[np.object_]
Pairs = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]

_SOURCE = {"registry": "acuan", "source": "bridging", "source_file": "crosswalk_64.csv", "source_sheet": ""}
_NAMES = {
    "level": "tingkat",
    "kode_kemendagri_2025": "kode_kemendagri",
    "kode_dagri_bridging": "kode_kemendagri_lama",
}


def register_of(folder: Path) -> Register:
    rows = pd.read_csv(folder / "crosswalk_64.csv", dtype="str").rename(columns=_NAMES)
    known = rows[[column for column in rows.columns if column in BRIDGING.names]]
    return build_register(
        BRIDGING.build(known.assign(**_SOURCE, source_sha256="0" * 64, source_row=1)), RECODES.empty()
    )


def villages_of(folder: Path, register: Register, tolerance_m: float) -> VillageMap:
    path = folder / "desa_kemendagri2025.gpkg"
    boundary = read_boundaries(path, label=path.name, layer=None, schema="kemendagri")
    return key_villages(boundary, register, tolerance_m=tolerance_m)


def places(polygons: Polygons) -> tuple[Reals, Reals]:
    """Return points over the bounds of random polygons, and last those on vertices of borders."""
    random = np.random.default_rng(64)
    west, south, east, north = shapely.bounds(polygons[random.integers(0, len(polygons), POINTS)]).T
    vertices = shapely.get_coordinates(polygons)
    picked = vertices[random.integers(0, len(vertices), ON_BORDERS)]
    x, y = random.uniform(west, east), random.uniform(south, north)
    return np.append(x, picked[:, 0]), np.append(y, picked[:, 1])


def by_sjoin(x: Reals, y: Reals, polygons: Polygons) -> Pairs:
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs="EPSG:4326")
    areas = gpd.GeoDataFrame({"number": np.arange(len(polygons))}, geometry=polygons, crs="EPSG:4326")
    found = gpd.sjoin(points, areas, predicate="within", how="inner")
    return found.index.to_numpy(), found["number"].to_numpy()


def timed(work: Callable[[Reals, Reals, Polygons], Pairs], x: Reals, y: Reals, given: Polygons) -> float:
    """Return the best of several rounds, each with polygons that nobody has prepared."""
    seconds = []
    for _ in range(ROUNDS):
        own = shapely.from_wkb(shapely.to_wkb(given))
        start = time.perf_counter()
        work(x, y, own)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def compared(x: Reals, y: Reals, given: Polygons) -> None:
    own = shapely.from_wkb(shapely.to_wkb(given))
    ours, theirs = covering(x, y, own), by_sjoin(x, y, given)
    inner = inner_counts(x, y, own, ours, len(x))
    covers = np.bincount(ours[0], minlength=len(x))
    ours_set, theirs_set = (
        pd.MultiIndex.from_arrays(pairs).sort_values() for pairs in (ours, (theirs[0], theirs[1]))
    )
    more = ours_set.difference(theirs_set)
    on_border = shapely.distance(
        shapely.points(x[more.get_level_values(0)], y[more.get_level_values(0)]),
        shapely.boundary(given)[more.get_level_values(1)],
    )
    missed = len(theirs_set.difference(ours_set))
    if missed or (on_border > 0).any():
        raise SystemExit(f"answers differ off a border: {missed} missed, {(on_border > 0).sum()} more")
    single = (inner == 1) & (covers == 1)
    print(f"  inside one village, same answer:  {single.sum():>9,}")
    print(f"  inside several (overlap):         {(inner > 1).sum():>9,}")
    print(f"  on a border (sjoin has {len(more):,} less): {(covers > inner).sum():>7,}")
    print(f"  in none:                          {(covers == 0).sum():>9,}")


def households(x: Reals, y: Reals, villages: VillageMap, register: Register) -> None:
    """Place a million coded households with coordinates: the whole step, snapping and evidence included."""
    count = len(x)
    keys = villages.keys.to_numpy()[np.random.default_rng(1).integers(0, len(villages.keys), count)]
    text = {c.name: "x" for c in CODED.columns if c.required and c.kind == "text"}
    whole = {c.name: 1 for c in CODED.columns if c.required and c.kind == "whole"}
    table = pd.DataFrame({"bujur": x, "lintang": y, "desa_kode": keys}).assign(**text, **whole)
    coded = CODED.build(table.assign(status_kode="berlaku"))
    start = time.perf_counter()
    placed = locate(coded, villages, register)
    print(f"locate() of {count:,} coded households: {time.perf_counter() - start:.1f} s")
    print(placed["letak_titik"].value_counts().to_string())


def main() -> None:
    folder = Path(os.environ["PADAN_REAL_DATA"]) / "wilayah"
    register = register_of(folder)
    for name, tolerance_m in (("as delivered", 0.0), ("mended", 20.0)):
        start = time.perf_counter()
        villages = villages_of(folder, register, tolerance_m)
        read = time.perf_counter() - start
        x, y = places(villages.polygons)
        ours, theirs = (timed(work, x, y, villages.polygons) for work in (covering, by_sjoin))
        print(f"{len(villages.keys):,} polygons {name} (read and keyed in {read:.1f} s), {len(x):,} points")
        print(f"  covering: {ours:.2f} s   sjoin within: {theirs:.2f} s   {theirs / ours:.1f} times faster")
        compared(x, y, villages.polygons)
        if ours >= theirs:
            raise SystemExit("slower than sjoin")
    households(x, y, villages, register)


if __name__ == "__main__":
    main()
