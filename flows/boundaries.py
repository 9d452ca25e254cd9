"""Edge module: `padan boundaries check`: what was delivered as village polygons, what was mended and left."""

from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.config import PipelineConfig
from flows.csvfile import write_csv
from flows.reference import SHOWN, columns_of, read_reference, some
from geo.report import BoundaryReport
from geo.schemas import schemas
from geo.seams import Seam
from reconcile.disclosure import BORDERS_MENDED, allowed
from reconcile.language import entries, text
from reconcile.vocab import Language


def check_boundaries(config_path: Path, language: Language, csv: Path | None) -> int:
    """Say what was delivered as village polygons and what was mended; return 0, or 1 where something is left.

    Raises a PadanError where the polygons cannot be used at all.
    """
    read = read_reference(config_path, language, csv)
    report = read.polygons.report
    out = Console(highlight=False)
    out.print(_seams(report, language))
    out.print(_areas(report, language))
    lines = _account(read.config, report, language)
    out.print("\n".join(lines), markup=False, soft_wrap=True)
    if csv is not None:
        write_csv(csv, allowed(BORDERS_MENDED, _features(report, language)))
    return 1 if report.without_polygon or report.without_listing or report.empty or report.left else 0


def _seams(report: BoundaryReport, language: Language) -> Table:
    table = columns_of("seams_title", ("seam", "before", "after"), language)
    for name in vars(report.before):
        values = (getattr(count, name) for count in (report.before, report.after))
        table.add_row(text(f"seam_{name}", language), *(_number(value, language) for value in values))
    return table


def _areas(report: BoundaryReport, language: Language) -> Table:
    columns = ("level_kab", "area_villages", "area_before", "area_after", "area_change")
    table = columns_of("change_title", columns, language)
    for one in report.areas:
        numbers = (one.villages, one.before_km2, one.after_km2, one.change_m2)
        table.add_row(
            Text(f"{one.kode_kab} {one.nama_kab}"), *(_number(value, language) for value in numbers)
        )
    total = [sum(getattr(a, n) for a in report.areas) for n in ("villages", "before_km2", "after_km2")]
    change = round(sum(a.change_m2 for a in report.areas), 1)
    table.add_row(text("total", language), *(_number(value, language) for value in (*total, change)))
    return table


def _number(value: float, language: Language) -> str:
    """Return a number with the marks of the language: 1.234,5 in Indonesian."""
    said = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return said if language is Language.ENGLISH else said.translate(str.maketrans(",.", ".,"))


def _account(config: PipelineConfig, report: BoundaryReport, language: Language) -> list[str]:
    declared = config.boundaries
    said = text(
        "boundary_read",
        language,
        file=report.file,
        layer=report.layer,
        schema=getattr(schemas()[report.schema].title, language),
        crs=report.crs,
        publisher=declared.publisher,
        vintage=declared.vintage,
        features=report.features,
        villages=report.villages,
    )
    moved = {"tolerance": _number(report.tolerance_m, language), "moved": _number(report.moved_m, language)}
    lines = [said, text("boundary_moved", language, **moved)]
    if report.turned:
        lines.append(text("boundary_turned", language))
    if report.flattened:
        lines.append(text("boundary_flattened", language, n=report.flattened))
    for repair in report.repairs:
        change = _number(repair.area_change_m2, language)
        reason = _reason(repair.reason, language)
        lines.append(text("boundary_repair", language, code=repair.kode_desa, reason=reason, change=change))
    for name in ("empty", "outside", "merged", "given_back", "without_polygon", "without_listing"):
        codes = getattr(report, name)
        if codes:
            lines.append(text(f"boundary_{name}", language, n=len(codes), codes=some(codes)))
    lines += [_seam_line(seam, language) for seam in report.left[:SHOWN]]
    return lines


def _reason(geos: str, language: Language) -> str:
    """Return what was invalid in the user's words; a reason of GEOS that has none keeps its own."""
    key = f"invalid_{geos.lower().replace(' ', '_').replace('-', '_')}"
    return text(key, language) if key in entries() else geos


def _seam_line(seam: Seam, language: Language) -> str:
    numbers = {"area": _number(seam.area_m2, language), "width": _number(seam.width_m, language)}
    key = "boundary_overlap_left" if seam.overlap else "boundary_gap_left"
    return text(key, language, villages=", ".join(seam.villages), **numbers)


def _features(report: BoundaryReport, language: Language) -> pd.DataFrame:
    """Return everything that was mended or left, a row each."""
    rows = [(r.kode_desa, "repair", _reason(r.reason, language), r.area_change_m2) for r in report.repairs]
    for name in ("empty", "outside", "merged", "given_back", "without_polygon", "without_listing"):
        rows += [(code, name, "", 0.0) for code in getattr(report, name)]
    rows += [
        (", ".join(s.villages), "overlap_left" if s.overlap else "gap_left", "", s.area_m2)
        for s in report.left
    ]
    rows += [(a.kode_kab, "area_change", a.nama_kab, a.change_m2) for a in report.areas]
    table = pd.DataFrame(rows, columns=["kode", "keadaan", "keterangan", "m2"])
    said = {name: text(f"kind_{name}", language) for name in table["keadaan"].unique()}
    return table.assign(keadaan=table["keadaan"].map(said)).astype({"kode": "str", "keterangan": "str"})
