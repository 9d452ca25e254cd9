"""Coordinate reference systems, the box of the province, and areas."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from pyproj import CRS
from pyproj.exceptions import CRSError

from reconcile.province import EAST, NORTH, SOUTH, WEST

#: What everything is stored in: degrees, longitude first.
STORAGE_CRS = "EPSG:4326"

#: Equal-area (cylindrical); worst village of Kalimantan Timur differs from the ellipsoid by < 0.0001 %.
AREA_CRS = "EPSG:6933"

#: UTM 50N for the whole province, both hemispheres: lengths are right to 0.12 % at its western end.
METRIC_CRS = "EPSG:32650"


@dataclass(frozen=True)
class Box:
    """Bounds in degrees, edges included."""

    west: float
    east: float
    south: float
    north: float

    def holds(self, longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Return for each position whether it lies in the box; a missing one (NaN) does not."""
        x, y = np.asarray(longitude, dtype=float), np.asarray(latitude, dtype=float)
        inside: npt.NDArray[np.bool_] = (
            (x >= self.west) & (x <= self.east) & (y >= self.south) & (y <= self.north)
        )
        return inside


PROVINCE_BOX = Box(west=WEST, east=EAST, south=SOUTH, north=NORTH)


def areas_m2(geometry: Any) -> npt.NDArray[np.float64]:
    """Return areas in square metres (EPSG:6933) of EPSG:4326 geometries; 0 for missing and empty ones."""
    projected = gpd.GeoSeries(np.asarray(geometry), crs=STORAGE_CRS).to_crs(AREA_CRS)
    areas: npt.NDArray[np.float64] = np.nan_to_num(projected.area.to_numpy())
    return areas


def degrees(metres: float) -> float:
    """Return a length in degrees that is nowhere in the province longer than ``metres``.

    A degree of longitude at the equator; one of latitude, and one of longitude to the north and south, is
    shorter by at most 0.7 %.
    """
    return metres / 111_319.5


def is_crs(written: str) -> bool:
    """Return whether ``written`` names a coordinate reference system, such as EPSG:32750."""
    try:
        CRS.from_user_input(written)
    except CRSError:
        return False
    return True


def same_crs(one: str, other: str) -> bool:
    """Return whether both name the same coordinate reference system, whatever their axis order."""
    first, second = CRS.from_user_input(one), CRS.from_user_input(other)
    return bool(first.equals(second, ignore_axis_order=True))
