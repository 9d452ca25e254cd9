"""What was delivered as village polygons, what was mended, what does not fit the register."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geo.crs import areas_m2
from geo.repair import Repair
from geo.seams import Seam, SeamCount
from reconcile.regions import Register


@dataclass(frozen=True)
class AreaChange:
    """Area of one kabupaten, as the sum of its village polygons, before and after (EPSG:6933)."""

    kode_kab: str
    nama_kab: str
    villages: int
    before_km2: float
    after_km2: float
    change_m2: float


@dataclass(frozen=True)
class BoundaryReport:
    """The account of one boundary file.

    ``features`` polygons came, ``keyed`` of them stand for ``villages`` villages. ``turned``: the file had
    latitude first and was turned round. ``flattened`` features had a height. ``outside`` are features whose
    middle lies outside the province. ``repairs`` made polygons valid, ``empty`` of them left nothing.
    ``before`` and ``after`` count overlaps and gaps; closing them moved no border by more than ``moved_m``,
    at most ``tolerance_m``; ``given_back`` villages kept their delivered polygon because closing would have
    moved a border farther, and ``left`` are the largest seams that remain. ``merged`` villages came in
    several features. Tuples of text hold village keys; ``outside`` and ``without_listing`` hold codes (or
    names, in a names-only schema) as written.
    """

    label: str
    file: str
    sha256: str
    schema: str
    layer: str
    crs: str
    features: int
    keyed: int
    villages: int
    turned: bool
    flattened: int
    outside: tuple[str, ...]
    repairs: tuple[Repair, ...]
    empty: tuple[str, ...]
    tolerance_m: float
    before: SeamCount
    after: SeamCount
    left: tuple[Seam, ...]
    moved_m: float
    given_back: tuple[str, ...]
    merged: tuple[str, ...]
    without_polygon: tuple[str, ...]
    without_listing: tuple[str, ...]
    areas: tuple[AreaChange, ...]

    @property
    def repaired(self) -> int:
        """Return how many polygons had to be mended."""
        return len(self.repairs)

    @property
    def area_change_m2(self) -> float:
        """Return the sum of absolute area changes of all repairs, square metres (EPSG:6933)."""
        return round(sum(abs(repair.area_change_m2) for repair in self.repairs), 1)


def area_changes(
    delivered: gpd.GeoDataFrame, owner: pd.Series, villages: gpd.GeoDataFrame, register: Register
) -> tuple[AreaChange, ...]:
    """Return the areas per kabupaten: of the ``delivered`` features, and of the ``villages`` made of them.

    ``owner`` is the village key of each feature. Both are sums over villages: an overlap counts twice.
    """
    kab = register.villages.drop_duplicates("kode_kab").set_index("kode_kab")["nama_kab"]
    keys = pd.Series(villages["kode_desa"])
    before, after = _by_kab(delivered, owner), _by_kab(villages, keys)
    count = keys.str.slice(0, 5).value_counts()
    return tuple(
        AreaChange(
            kode_kab=str(code),
            nama_kab=str(name),
            villages=int(count.get(code, 0)),
            before_km2=round(before.get(code, 0.0) / 1e6, 3),
            after_km2=round(after.get(code, 0.0) / 1e6, 3),
            change_m2=round(after.get(code, 0.0) - before.get(code, 0.0), 1) + 0.0,
        )
        for code, name in kab.sort_index().items()
        if code in before.index or code in after.index
    )


def _by_kab(polygons: gpd.GeoDataFrame, keys: pd.Series) -> pd.Series:
    areas = pd.Series(areas_m2(polygons.geometry), index=keys.str.slice(0, 5).array)
    return areas.groupby(level=0).sum()
