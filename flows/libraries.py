"""The versions of all that may change a byte of the outputs."""

import platform
import zlib
from importlib.metadata import version

import pyogrio
import pyproj
import shapely

#: Libraries whose version may change a byte of the outputs.
LIBRARIES = (
    "geopandas",
    "lark",
    "numpy",
    "pandas",
    "pyarrow",
    "pyogrio",
    "pyproj",
    "python-calamine",
    "rapidfuzz",
    "scipy",
    "shapely",
    "xlsxwriter",
)


def libraries() -> dict[str, str]:
    """Return the version of all that may change a byte: Python, libraries, what is compiled in them."""
    compiled = {
        "GDAL": pyogrio.__gdal_version_string__,
        "GEOS": shapely.geos_version_string,
        "PROJ": pyproj.proj_version_str,
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}, **compiled}
