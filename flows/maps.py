"""Edge module: `padan map` draws the printable maps of the last published run."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pyogrio
from rich.console import Console

from flows.config import load_config
from flows.outputs import AREA_LAYERS
from flows.publish import newest_run
from geo.layers import LEVELS, UNPLACED_TABLE
from geo.maps import Areas, Sheet, draw
from geo.themes import THEMES, Theme
from reconcile.disclosure import MODES, Disclosure
from reconcile.errors import Fault, InputError, PublishError
from reconcile.language import text
from reconcile.vocab import Language

MAPS = "peta"
PROVINCE = "provinsi"


def draw_maps(config_path: Path, language: Language, *, into: Path | None, paper: str, theme: str) -> int:
    """Draw province and every kabupaten as PNG and PDF into ``into``, else into the last run; return 0.

    Areas only, never a household. The files appear all together, each one whole. InputError where nothing
    has been published, PublishError where ``into`` cannot be written.
    """
    config = load_config(config_path)
    run = newest_run(config.output_root)
    if run is None or not run.is_dir():
        raise InputError([Fault.of("E_MAP_NO_RUN", file=config_path.name)])
    areas = _areas(run / AREA_LAYERS)
    target = into or run / MAPS
    chosen = next(one for one in THEMES if one.name == theme)
    try:
        count = _write(target, areas, chosen, paper, config.language)
    except OSError:
        raise PublishError([Fault.of("E_MAP_FOLDER", file=str(target))]) from None
    shown = target.relative_to(config.folder) if target.is_relative_to(config.folder) else target
    Console(highlight=False, soft_wrap=True).print(
        text("map_done", language, count=count, folder=shown), markup=False
    )
    return 0


def _areas(path: Path) -> Areas:
    """Return the layers of areas of a published GeoPackage."""
    try:
        layers = {
            level.layer: gpd.GeoDataFrame(pyogrio.read_dataframe(path, layer=level.layer, use_arrow=True))
            for level in LEVELS
        }
        unplaced = pyogrio.read_dataframe(path, layer=UNPLACED_TABLE, use_arrow=True)
        return Areas.of(layers, int(unplaced["n_keluarga"].sum()))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, KeyError):
        raise InputError([Fault.of("E_MAP_LAYERS", file=path.name)]) from None


def _write(target: Path, areas: Areas, theme: Theme, paper: str, language: Language) -> int:
    """Draw beside the target and move each file in place, so that no reader meets half a map."""
    target.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".sedang-digambar-", dir=target))
    try:
        files = [_put(aside / name, content) for name, content in _drawn(areas, theme, paper, language)]
        for file in files:
            file.replace(target / file.name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return len(files)


def _put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(MODES[Disclosure.INTERNAL])
    return path


def _drawn(areas: Areas, theme: Theme, paper: str, language: Language) -> Iterator[tuple[str, bytes]]:
    """Return file names and contents of the province's map and of every kabupaten that has a polygon."""
    there = areas.kabupaten[areas.kabupaten["ada_poligon"]]
    subjects = {"": PROVINCE, **dict(zip(there["kode"], there["nama"].map(_plain), strict=True))}
    for code, name in subjects.items():
        for kind, content in draw(areas, Sheet(code, theme, paper, language)).items():
            yield f"{'_'.join(filter(None, (code, name, theme.name, paper)))}.{kind}", content


def _plain(name: str) -> str:
    """Return a name of an area as part of a file name."""
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
