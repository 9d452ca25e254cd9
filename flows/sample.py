"""Edge module: writes a sample delivery of both registries, all people invented, with its truth."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely

from flows.sample_files import Sheet, write_csv, write_note, write_piped, write_villages, write_workbook
from geo.coverage import points_inside, village_coverage
from reconcile.errors import Fault, InputError
from reconcile.language import text
from reconcile.sample.columns import Flags, Ints, flags, generator, ints
from reconcile.sample.damage import damage
from reconcile.sample.extract import Extract, observe, subset
from reconcile.sample.figures import invented_figures, reference_figures
from reconcile.sample.layout_bps import Points, dtsen_tables, regsosek_tables
from reconcile.sample.layout_p3ke import EDITION_2022, EDITION_2023, p3ke_tables
from reconcile.sample.lexicon import Lexicon, load_lexicon
from reconcile.sample.places import Places, invented_places, reference_places
from reconcile.sample.population import Population, Side, populate
from reconcile.sample.rates import BPS_RATES, P3KE_RATES
from reconcile.sample.truth import tell_truth
from reconcile.vocab import Language

MOST_FAMILIES = 2_000_000
#: More rows than this are too many for a workbook that someone opens.
MOST_IN_WORKBOOK = 50_000
#: This kecamatan was delivered as a Regsosek workbook, its families are in no DTSEN file.
REGSOSEK_DISTRICT = "64.02.05"
#: This kabupaten was delivered in the layout of 2023.
EDITION_2023_REGENCY = "64.07"
REFERENCE_FILES = (
    "crosswalk_64.csv",
    "kemendagri_64.csv",
    "kemendagri_2020_to_2022_recode_64.csv",
    "poverty_64.csv",
    "desa_kemendagri2025.gpkg",
)
_P3KE, _BPS, _POINTS, _LOT, _LAYOUT = 20, 21, 22, 23, 30

Polygons = npt.NDArray[np.object_]


@dataclass(frozen=True)
class _Land:
    """Villages with one polygon each, and the official figures about them."""

    places: Places
    polygons: Polygons
    figures: pd.DataFrame


@dataclass(frozen=True)
class _Delivery:
    """Everything that is written, and how."""

    land: _Land
    lexicon: Lexicon
    p3ke: Extract
    bps: Extract
    points: Points
    seed: int
    out: Path
    workbooks: bool


def make_sample(language: Language, *, families: int, seed: int, out: Path, reference: Path | None) -> int:
    """Write a sample and say what was written; return 0."""
    for path in write_sample(families=families, seed=seed, out=out, reference=reference):
        click.echo(path)
    click.echo(text("sample_done", language, families=families, out=out))
    return 0


def write_sample(
    *, families: int, seed: int, out: Path, reference: Path | None = None, p3ke: int | None = None
) -> list[Path]:
    """Write a delivery of ``families`` families per registry to ``out`` and return the files.

    Without ``reference`` the places are invented and come along (``wilayah/``, ``batas/``); with it they
    are the real ones of that folder, every registry file is CSV, one per kabupaten, and the place files
    stay where they are. Splits and duplicates come on top of ``families``. P3KE has ``p3ke`` of its families
    only, drawn by lot, where that is given. The same arguments give the same bytes. Raises InputError: a
    wrong number of families, a negative seed, a missing reference file.
    """
    _check(families, seed, reference)
    land = _invented_land(seed) if reference is None else _reference_land(reference)
    lexicon = load_lexicon(seed)
    villages = land.places.villages
    population = populate(count=families, seed=seed, villages=villages, lexicon=lexicon)
    left, bps = _extracts(population, villages, lexicon, seed)
    delivery = _Delivery(
        land=land,
        lexicon=lexicon,
        p3ke=left if p3ke is None else _drawn(left, p3ke, generator(seed, _LOT)),
        bps=bps,
        points=_points(population, bps, land.polygons, seed),
        seed=seed,
        out=out,
        workbooks=reference is None and families <= MOST_IN_WORKBOOK,
    )
    written = [*_write_registries(delivery), *_write_truth(delivery), *_write_land(delivery, reference)]
    return sorted([*written, _write_readme(delivery, families, reference)])


def _check(families: int, seed: int, reference: Path | None) -> None:
    faults = []
    if not 1 <= families <= MOST_FAMILIES:
        faults.append(Fault.of("SAMPLE_FAMILIES", families=families, most=MOST_FAMILIES))
    if seed < 0:
        faults.append(Fault.of("SAMPLE_SEED", seed=seed))
    if reference is not None:
        faults += [
            Fault.of("SAMPLE_REFERENCE", file=name)
            for name in REFERENCE_FILES
            if not (reference / name).is_file()
        ]
    if faults:
        raise InputError(faults)


def _invented_land(seed: int) -> _Land:
    places = invented_places()
    polygons = village_coverage(ints(places.villages["kec"]), seed=seed)
    return _Land(places, np.array(polygons, dtype=object), invented_figures(places.villages, seed))


def _reference_land(reference: Path) -> _Land:
    crosswalk, kemendagri, recode, poverty = (
        pd.read_csv(reference / name, dtype="str", keep_default_na=False) for name in REFERENCE_FILES[:4]
    )
    places = reference_places(crosswalk, kemendagri, recode)
    drawn = pyogrio.read_dataframe(reference / REFERENCE_FILES[4], columns=["kode"])
    polygons = drawn.set_index("kode").geometry.reindex(places.villages["kode"]).to_numpy()
    return _Land(places, shapely.make_valid(polygons), reference_figures(poverty))


def _extracts(
    population: Population, villages: pd.DataFrame, lexicon: Lexicon, seed: int
) -> tuple[Extract, Extract]:
    sides = ((Side.P3KE, P3KE_RATES, _P3KE), (Side.BPS, BPS_RATES, _BPS))
    p3ke, bps = (
        damage(
            observe(population, side, rates, generator(seed, stage, 0)),
            rates,
            lexicon,
            villages,
            generator(seed, stage, 1),
        )
        for side, rates, stage in sides
    )
    return p3ke, bps


def _drawn(extract: Extract, families: int, rng: np.random.Generator) -> Extract:
    """Return so many families of the extract, each with all that was made of it."""
    family = ints(extract.families["keluarga"])
    chosen = rng.permutation(np.unique(family))[:families]
    return subset(extract, np.isin(family, chosen))


def _points(population: Population, bps: Extract, polygons: Polygons, seed: int) -> Points:
    """Return where the families of BPS live; both halves of a split and a duplicate live in one place."""
    rng = generator(seed, _POINTS)
    home = ints(population.families["desa_bps"])
    elsewhere = (home + rng.integers(1, len(polygons), len(home))) % len(polygons)
    family = ints(bps.families["keluarga"])
    own, other = (points_inside(polygons, village, rng)[family] for village in (home, elsewhere))
    return Points(own[:, 1], own[:, 0], other[:, 1], other[:, 0])


def _write_registries(delivery: _Delivery) -> Iterator[Path]:
    villages = delivery.land.places.villages
    regsosek = _regsosek(delivery)
    for number, regency in enumerate(sorted(villages["kode_kab"].unique())):
        inside = flags(villages["kode_kab"] == regency)
        yield from _write_p3ke(delivery, inside, regency, number)
        yield from _write_dtsen(delivery, inside[ints(delivery.bps.families["desa"])] & ~regsosek, regency)
    if regsosek.any():
        yield _write_regsosek(delivery, regsosek)


def _regsosek(delivery: _Delivery) -> Flags:
    """Return the families of BPS that are delivered as a Regsosek workbook."""
    district = flags(delivery.land.places.villages["kode_kec"] == REGSOSEK_DISTRICT)
    return district[ints(delivery.bps.families["desa"])] & delivery.workbooks


def _write_p3ke(delivery: _Delivery, inside: Flags, regency: str, number: int) -> Iterator[Path]:
    invented = not delivery.land.places.bridging.empty
    edition = EDITION_2023 if invented and regency == EDITION_2023_REGENCY else EDITION_2022
    part = subset(delivery.p3ke, inside[ints(delivery.p3ke.families["desa"])])
    rng = generator(delivery.seed, _LAYOUT, number)
    tables = p3ke_tables(part, edition, delivery.land.places.villages, delivery.lexicon, rng)
    year = edition.name.removeprefix("p3ke_")
    for content, table in zip(("keluarga", "individu"), tables, strict=True):
        path = delivery.out / "p3ke" / f"p3ke_{content}_{year}_{regency}"
        if delivery.workbooks and edition is EDITION_2022:
            title = (f"DATA {content.upper()} P3KE {regency}", f"TAHUN {year}")
            sheet = Sheet(content.capitalize(), table, title, heading_row=4)
            yield write_workbook(path.with_name(f"{path.name}.xlsx"), [sheet])
        else:
            yield write_csv(path.with_name(f"{path.name}.csv"), table)


def _write_dtsen(delivery: _Delivery, wanted: Flags, regency: str) -> Iterator[Path]:
    rng = generator(delivery.seed, _LAYOUT, *map(ord, regency))
    tables = dtsen_tables(
        subset(delivery.bps, wanted),
        delivery.points.at(wanted),
        delivery.land.places.villages,
        delivery.lexicon,
        rng,
    )
    for content, table in zip(("keluarga", "anggota_keluarga"), tables, strict=True):
        yield write_piped(delivery.out / "bps" / f"{content}_dtsen_v3_2026_{regency}.csv", table)


def _write_regsosek(delivery: _Delivery, wanted: Flags) -> Path:
    families, members = regsosek_tables(
        subset(delivery.bps, wanted),
        delivery.points.at(wanted),
        delivery.land.places.villages,
        delivery.lexicon,
        generator(delivery.seed, _LAYOUT, 1000),
    )
    path = delivery.out / "bps" / f"regsosek_2022_{REGSOSEK_DISTRICT}.xlsx"
    return write_workbook(path, [Sheet("Keluarga", families), Sheet("Anggota", members)])


def _write_truth(delivery: _Delivery) -> Iterator[Path]:
    truth = tell_truth(
        delivery.p3ke,
        delivery.bps,
        villages=delivery.land.places.villages,
        without_welfare=_regsosek(delivery),
    )
    for name, table in truth.tables.items():
        yield write_csv(delivery.out / "kebenaran" / f"{name}.csv", _text_table(table))


def _write_land(delivery: _Delivery, reference: Path | None) -> Iterator[Path]:
    land, out = delivery.land, delivery.out
    yield write_csv(out / "resmi" / "angka_resmi.csv", _text_table(land.figures))
    if reference is None:
        yield write_csv(out / "wilayah" / "bridging.csv", _text_table(land.places.bridging))
        yield write_csv(out / "wilayah" / "recode.csv", _text_table(land.places.recode))
        villages = land.places.villages
        columns = {"kode": villages["kode"], "nama": villages["nama"], "geometry": land.polygons}
        yield write_villages(out / "batas" / "desa.gpkg", columns)


def _write_readme(delivery: _Delivery, families: int, reference: Path | None) -> Path:
    places = "desa rekaan" if reference is None else "kode dan nama desa dari folder acuan"
    lines = [
        "DATA CONTOH padan: SEMUA ORANG DI SINI REKAAN.",
        "Nama, NIK, nomor KK, alamat, dan titik dibuat oleh program; kecocokan dengan orang nyata adalah",
        "kebetulan. Data ini tidak boleh dipakai untuk keputusan apa pun.",
        "",
        f"Dibuat dengan: padan sample --families {families} --seed {delivery.seed}",
        f"Wilayah: {places}.",
        "",
        "p3ke/       keluarga dan individu P3KE (susunan 2022 dan 2023), kode Kemendagri",
        "bps/        keluarga dan anggota DTSEN V3 dan Regsosek, kode BPS",
        "resmi/      angka kemiskinan resmi",
        "wilayah/    bridging kode dan daftar perubahan kode",
        "batas/      poligon desa (EPSG:4326)",
        "kebenaran/  pasangan yang benar, keluarga di satu daftar saja, dan temuan yang ditanam",
    ]
    return write_note(delivery.out / "BACA_SAYA.txt", lines)


def _text_table(frame: pd.DataFrame) -> pa.Table:
    text: dict[str, Ints | list[str]] = {name: frame[name].astype("str").tolist() for name in frame.columns}
    return pa.table({name: pa.array(values, pa.string()) for name, values in text.items()})
