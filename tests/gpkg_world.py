"""A small GeoPackage with every kind of column, for tests of what writing keeps and loses."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from layer_world import DAY

from geo.geopackage import write_geopackage
from geo.styles import layer_styles
from reconcile.vocab import Language

SQUARE = shapely.box(117.0, -0.5, 117.1, -0.4)


def tables() -> dict[str, pd.DataFrame]:
    desa = pd.DataFrame(
        {"kode": ["64.02.05.2001", "64.02.05.2002"], "kelas_cocok": ["0-20", "tidak_ada_data"]}, dtype="str"
    )
    desa["n_keluarga"] = pd.array([7, None], dtype="Int64")
    desa["persen_cocok"] = pd.array([12.5, None], dtype="Float64")
    desa["ada_poligon"] = pd.array([True, None], dtype="boolean")
    keluarga = pd.DataFrame({"id_rekon": ["R1", "R2"], "nik_bps": ["0000000000000001", None]}, dtype="str")
    keluarga["kelas_titik"] = pd.Series(["cocok terukur", "tanpa_titik"], dtype="str")
    keluarga["tanggal_lahir_bps"] = pd.Series(["1980-01-02", None], dtype="datetime64[s]")
    moments = pd.Series(pd.to_datetime(["2026-03-31T07:30:00+08:00", None]))
    return {
        "desa": gpd.GeoDataFrame(desa, geometry=[SQUARE, None], crs="EPSG:4326"),
        "keluarga": gpd.GeoDataFrame(keluarga, geometry=[shapely.Point(117, 0), None], crs="EPSG:4326"),
        "asal_data": pd.DataFrame({"berkas": ["a.csv", "b.csv"]}, dtype="str").assign(edisi=moments),
    }


def write(path: Path, given: dict[str, pd.DataFrame] | None = None) -> Path:
    made = tables() if given is None else given
    # of the sound tables: what a spoiled one looks like does not matter
    sound = {**made, **tables()}
    layers = {name: sound[name] for name, table in made.items() if isinstance(table, gpd.GeoDataFrame)}
    styles = layer_styles(layers, Language.INDONESIAN)
    write_geopackage(path, made, styles=styles, reference_date=DAY, language=Language.INDONESIAN)
    return path
