"""Edge module: what `padan doctor` looks at of the machine: Python, libraries, letters, maps, paper."""

import os
import platform
import re
import struct
import sys
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import geopandas as gpd
import pyogrio
import pyproj
from shapely import Point

from flows.doctor_line import Line
from flows.reference import some
from flows.report_paper import as_pdf
from reconcile.errors import Fault, PublishError

_OLDEST = (3, 11)
#: What is to be installed, to the version; a project without the source keeps a copy.
LOCK = "requirements.lock"
_PINNED = re.compile(r"([A-Za-z0-9._-]+)==([^\s;\\]+)\s*(;)?")
#: Of Kalimantan Timur, and its distance from UTC.
ZONE, _OFFSET = "Asia/Makassar", timedelta(hours=8)
#: A point of the province, and where it lies in UTM 50 north (metres).
_DEGREES, _METRES, _NEAR = (117.0, 0.0), (500_000.0, 0.0), 1.0
#: A file of GDAL's own that no disk has.
_IN_MEMORY = "/vsimem/padan-doctor.gpkg"
#: Variables by which other programs lead GDAL and PROJ to their own files.
_LED_ASTRAY = ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH")


def python() -> Line:
    """Return whether this Python is new enough and of 64 bits."""
    bits = struct.calcsize("P") * 8
    told: dict[str, Any] = {"version": platform.python_version(), "bits": bits}
    if sys.version_info[:2] < _OLDEST or bits != 64:
        return Line("python", (Fault.of("E_DOCTOR_PYTHON", **told),))
    return Line("python", fields=told)


def libraries(folder: Path) -> Line:
    """Return whether the libraries are those of the lock file, which lies in ``folder`` or by the source."""
    places = (folder / LOCK, Path(__file__).parents[1] / LOCK)
    lock = next((place for place in places if place.is_file()), None)
    if lock is None:
        return Line("libraries", (Fault.of("W_DOCTOR_NO_LOCK", file=LOCK),))
    wanted: dict[str, set[str]] = {}
    optional: set[str] = set()
    for name, pinned, condition in _PINNED.findall(lock.read_text(encoding="utf-8")):
        wanted.setdefault(name, set()).add(pinned)
        if condition:
            optional.add(name)
    here = {name: _installed(name) for name in wanted}
    gone = sorted(name for name, found in here.items() if found is None and name not in optional)
    other = sorted(f"{name} {found}" for name, found in here.items() if found and found not in wanted[name])
    faults = [Fault.of("E_DOCTOR_LIBRARY", names=some(gone), n=len(gone))] if gone else []
    if other:
        faults.append(Fault.of("W_DOCTOR_VERSIONS", names=some(other), n=len(other)))
    return Line("libraries", tuple(faults), {"n": len([one for one in here.values() if one])})


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def letters() -> Line:
    """Return whether text is UTF-8 by default, in file names and on the screen."""
    told: dict[str, Any] = {"files": sys.getfilesystemencoding(), "screen": sys.stdout.encoding or "-"}
    if told["files"].lower().replace("-", "") != "utf8":
        return Line("letters", (Fault.of("E_DOCTOR_LETTERS", **told),))
    if told["screen"].lower().replace("-", "") != "utf8":
        return Line("letters", (Fault.of("W_DOCTOR_SCREEN", **told),))
    return Line("letters", fields=told)


def zone() -> Line:
    """Return whether the clock of the machine goes by the time of the province, and time zones are known."""
    try:
        ZoneInfo(ZONE)
    except ZoneInfoNotFoundError:
        return Line("zone", (Fault.of("E_DOCTOR_ZONES", zone=ZONE),))
    now = datetime.now().astimezone()
    told: dict[str, Any] = {"zone": now.strftime("UTC%z"), "time": now.strftime("%H:%M")}
    if now.utcoffset() != _OFFSET:
        return Line("zone", (Fault.of("W_DOCTOR_ZONE", wanted=ZONE, **told),))
    return Line("zone", fields=told)


def maps() -> Line:
    """Return whether GDAL and PROJ find their files: a point is projected, a GeoPackage written and read."""
    told: dict[str, Any] = {"gdal": pyogrio.__gdal_version_string__, "proj": pyproj.proj_version_str}
    led = ", ".join(name for name in _LED_ASTRAY if name in os.environ) or "-"
    try:
        found = pyproj.Transformer.from_crs(4326, 32650, always_xy=True).transform(*_DEGREES)
        right = all(abs(one - other) < _NEAR for one, other in zip(found, _METRES, strict=True))
        layer = gpd.GeoDataFrame({"n": [1]}, geometry=[Point(_DEGREES)], crs=4326)
        pyogrio.write_dataframe(layer, _IN_MEMORY, layer="titik")
        right = right and pyogrio.read_dataframe(_IN_MEMORY).crs == layer.crs
        pyogrio.vsi_unlink(_IN_MEMORY)
    except Exception:  # noqa: BLE001 - GDAL and PROJ raise of many kinds
        right = False
    return Line("maps", () if right else (Fault.of("E_DOCTOR_MAPS", variables=led, **told),), told)


def paper() -> Line:
    """Return whether a PDF can be laid out: Pango is a library of the system."""
    try:
        as_pdf("<p>padan</p>")
    except PublishError:
        return Line("paper", (Fault.of("W_DOCTOR_PANGO"),))
    return Line("paper")
