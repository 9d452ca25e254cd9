"""The GeoPackage of a kabupaten that goes to the field, and what comes back of it."""

import json
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import phone_world
import pyogrio
import pytest
from real_qgis import SCRIPTS, call, missing

from geo.fieldwork import write_qfield
from geo.forms import NULL_VALUE
from reconcile.errors import PublishError
from reconcile.resurvey.form import load_form
from reconcile.sources.headers import Known
from reconcile.sources.spec import load_source
from reconcile.vocab import Language

TABLES = ("kunjungan", "kunjungan_tanpa_titik")


def write(folder: Path, rows: pd.DataFrame | None = None, language: Language = Language.INDONESIAN) -> Path:
    given = phone_world.rows() if rows is None else rows
    names = {"run": phone_world.RUN, "period": phone_world.PERIOD}
    return write_qfield(
        folder / "verval_64.02.gpkg", given, phone_world.polygons(), **names, language=language
    )


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("qfield"))


def read(path: Path, layer: str) -> Any:
    return pyogrio.read_dataframe(path, layer=layer)


def test_every_family_has_one_line_to_fill_in(package: Path) -> None:
    visits, pointless = (read(package, name) for name in TABLES)
    asked = phone_world.rows()
    assert sorted([*visits["id_tugas"], *pointless["id_tugas"]]) == sorted(asked["id_tugas"])
    assert list(read(package, "tugas_verval")["id_tugas"]) == list(asked["id_tugas"])
    assert isinstance(visits, gpd.GeoDataFrame)
    assert visits.geometry.notna().all()
    # a village without polygon, and none at all
    assert list(pointless["nama_desa"].fillna("-")) == ["Enau", "-"]
    assert pd.concat([visits["uuid"], pointless["uuid"]]).is_unique


def test_no_question_is_answered_yet(package: Path) -> None:
    questions = [name for name, one in load_form().questions.items() if one.phone] + ["lintang", "bujur"]
    for name in TABLES:
        assert read(package, name)[questions].isna().all().all()


def test_a_family_without_a_point_stands_inside_its_village_and_says_so(tmp_path: Path) -> None:
    rows = phone_world.rows()
    lost = rows["kode_desa"] == phone_world.B
    rows.loc[lost, ["titik_bujur", "titik_lintang"]] = pd.NA
    rows.loc[lost, "posisi"] = "tanpa_titik"
    visits = read(write(tmp_path, rows), "kunjungan").set_index("id_tugas")
    found = visits.loc["TG-DHJKLMNP"]
    assert phone_world.polygons().geometry.iloc[1].contains(found.geometry)
    assert found["posisi"] == "wakil_desa"
    assert (found["titik_bujur"], found["titik_lintang"]) == (found.geometry.x, found.geometry.y)


def test_villages_are_those_of_the_kabupaten_with_their_families(package: Path) -> None:
    villages = read(package, "desa")
    assert dict(zip(villages["kode"], villages["n_tugas"], strict=True)) == {
        phone_world.A: 2,
        phone_world.B: 1,
        phone_world.E: 1,
    }


def test_only_its_owner_reads_it_and_it_needs_no_side_files(package: Path) -> None:
    assert package.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in package.parent.iterdir()] == [package.name]


def test_no_identity_goes_on_a_phone(package: Path) -> None:
    told = phone_world.told_by(package)
    assert "tg-bhjklmnp" in told
    assert "kemajuan kunjungan" in told
    assert phone_world.found_in([package]) == []


def test_the_same_families_give_the_same_bytes(package: Path, tmp_path: Path) -> None:
    assert write(tmp_path).read_bytes() == package.read_bytes()


def test_nothing_is_written_over(package: Path) -> None:
    with pytest.raises(PublishError, match="GEO_TARGET_EXISTS"):
        write(package.parent)


def test_a_kabupaten_of_families_without_a_village(tmp_path: Path) -> None:
    path = write(tmp_path, phone_world.rows().iloc[-1:])
    assert [len(read(path, name)) for name in TABLES] == [0, 1]
    assert pyogrio.read_info(path, layer="kunjungan")["geometry_type"] == "Point"


def test_families_of_no_kabupaten(tmp_path: Path) -> None:
    lost = phone_world.rows().iloc[-1:].assign(kode_kab=None, nama_kab=None)
    path = write(tmp_path, lost.astype({"kode_kab": "str", "nama_kab": "str"}))
    assert [len(read(path, name)) for name in (*TABLES, "desa")] == [0, 1, 0]


def test_the_reader_of_returns_knows_every_column(package: Path) -> None:
    known = Known(load_source("visit_returns"))
    for name in TABLES:
        assert [c for c in read(package, name).columns if c != "geometry" and not known.knows(c)] == []


@pytest.fixture(scope="module")
def filled(package: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """Return what QGIS met and the file that it filled in, sent on in a folder with a blank in its name."""
    folder = tmp_path_factory.mktemp("kiriman") / "kiriman balik"
    folder.mkdir()
    path = folder / package.name
    shutil.copyfile(package, path)
    done = call(SCRIPTS / "visited.py", path, "TG-BHJKLMNP")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found, path


@pytest.mark.qgis
@pytest.mark.skipif(missing(), reason="no Python with QGIS on this machine")
class TestInQgis:
    def test_the_project_opens_and_protects_what_is_not_filled_in(
        self, filled: tuple[dict[str, Any], Path]
    ) -> None:
        met, _ = filled
        assert met["opened"]
        assert met["read_only"] == ["desa", "tugas_verval"]
        # a tap on the map must not find the village instead of the family
        assert met["tapped"] == ["kunjungan"]
        assert met["form"]["kept"]["QFieldSync/is_feature_deletion_locked"] == "true"
        assert "DCIM/" in json.loads(met["form"]["kept"]["QFieldSync/attachment_naming"])["foto_rumah"]

    @pytest.mark.parametrize("layer", ["form", "pointless"])
    def test_the_form_is_read_as_it_was_meant(self, filled: tuple[dict[str, Any], Path], layer: str) -> None:
        form = filled[0][layer]
        groups = [words[Language.INDONESIAN] for words in load_form().groups.values()]
        assert [tab["name"] for tab in form["tabs"]] == ["Keluarga", *groups]
        assert form["widgets"]["hasil"] == "ValueMap"
        assert form["words"]["hasil"][:2] == ["Ditemukan", "Pindah di dalam kabupaten/kota"]
        assert form["titles"]["nik_perbaikan"] == "NIK yang benar"
        opened = [box for tab in form["tabs"] for box in tab["holds"] if box.get("if")]
        assert len(opened) >= 8
        assert "nama_singkat" in form["called"]

    def test_bad_answers_are_refused(self, filled: tuple[dict[str, Any], Path]) -> None:
        met, _ = filled
        assert met["refused"] == ["nik_perbaikan", "jumlah_anggota", "rt_perbaikan", "tanggal"]
        # QGIS: 1 hard, 2 soft
        assert met["strength"] == {"nik_perbaikan": 1, "jumlah_anggota": 2}

    def test_answers_come_back_as_the_values_of_the_form(self, filled: tuple[dict[str, Any], Path]) -> None:
        met, path = filled
        assert met["committed"]
        visits = read(path, "kunjungan").set_index("id_tugas")
        found = visits.loc["TG-BHJKLMNP"]
        said = {"hasil": "ditemukan", "masih_miskin": "ya", "nik_perbaikan": "6402050101800099"}
        assert {name: found[name] for name in said} == said
        assert (found["rt_perbaikan"], found["jumlah_anggota"]) == (4, 3)
        assert found["foto_rumah"] == "DCIM/a.jpg"
        # the day writes itself
        assert pd.notna(found["tanggal"])
        values = pd.concat([visits[name].dropna() for name in visits if visits[name].dtype == "str"])
        assert NULL_VALUE not in set(values)

    def test_where_the_house_is_comes_from_the_moved_point_or_from_the_phone(
        self, filled: tuple[dict[str, Any], Path]
    ) -> None:
        met, path = filled
        visits = read(path, "kunjungan").set_index("id_tugas")
        moved = visits.loc["TG-BHJKLMNP"]
        assert (moved["lintang"], moved["bujur"]) == pytest.approx((-0.4512, 117.0512))
        assert met["committed_pointless"]
        pointless = read(path, "kunjungan_tanpa_titik").set_index("id_tugas").loc[met["pointless_task"]]
        assert (pointless["lintang"], pointless["bujur"]) == pytest.approx((-0.25, 117.5))
        # who was not visited has no place, though its point is drawn
        assert visits.loc["TG-CHJKLMNP", ["lintang", "bujur"]].isna().all()

    def test_a_new_family_is_a_new_point_without_a_task(self, filled: tuple[dict[str, Any], Path]) -> None:
        met, path = filled
        assert met["added"] == {
            "jalan": phone_world.RUN,
            "formulir": "qfield",
            "kode_desa": phone_world.B,
            "posisi": "terukur",
        }
        visits = read(path, "kunjungan")
        new = visits[visits["id_tugas"].isna()]
        assert list(new["nama_perbaikan"]) == ["KELUARGA BARU"]
        assert (new["lintang"].iloc[0], new["bujur"].iloc[0]) == pytest.approx((-0.42, 117.15))
        assert new["uuid"].notna().all()
