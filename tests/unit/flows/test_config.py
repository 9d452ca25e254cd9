"""config.yaml: every fault at once, each with its line, and nothing of what was written."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.config import PipelineConfig, load_config
from reconcile.errors import ConfigError
from reconcile.language import describe
from reconcile.vocab import Language

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with the shipped config.yaml, whose files exist but are empty."""
    shutil.copy(ROOT / "config.yaml", tmp_path)
    for path in (ROOT / "data/raw/contoh").rglob("*.*"):
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    return tmp_path


def changed(project: Path, **changes: Any) -> Path:
    path = project / "config.yaml"
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key, value in changes.items():
        *parents, last = key.split("__")
        node = values
        for part in parents:
            node = node[int(part) if part.isdigit() else part]
        node[last] = value
    path.write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")
    return path


def test_the_shipped_config_is_valid_and_comments_every_key(project: Path) -> None:
    config = load_config(project / "config.yaml")
    assert len(config.inputs) == 8
    lines = (ROOT / "config.yaml").read_text(encoding="utf-8").splitlines()
    described, comment = set(), False
    for line in lines:
        if line.strip().startswith("#"):
            comment = True
        elif ":" in line and not line.strip().startswith("-"):
            key = line.strip().split(":")[0]
            if comment:
                described.add(key)
            comment = False
    assert {name for name in PipelineConfig.model_fields if name != "folder"} <= described


LISTED = {"source": "bridging", "path": "data/raw/contoh/wilayah/bridging.csv", "vintage": "2025"}

OFFICE = {
    "name": "kukar",
    "title": "Kabupaten",
    "purpose": "Verifikasi",
    "basis": "BAST 1",
    "expires": "2026-12-31",
    "area": "64.02",
}
LINKED = {"file": "temuan/temuan.csv", "columns": ["sidik"]}
NAMED = {"file": "program/TERBATAS/pkh.csv", "columns": ["nama"]}

FAULTS = [
    # what is changed, code, a word of the sentence
    ({"boundaries__crs": "EPSG:urban"}, "E_CONFIG_NOT_KNOWN", "EPSG:4326"),
    ({"boundaries__tolerance_m": -1}, "E_CONFIG_GREATER_THAN_EQUAL", "0"),
    (
        {"regions__lists": [LISTED]},
        "E_CONFIG_NOT_KNOWN",
        "regions_bps",
    ),
    ({"mathcing": {}}, "E_CONFIG_UNKNOWN_KEY", "matching"),
    ({"matching__macth": 0.9}, "E_CONFIG_UNKNOWN_KEY", "match"),
    ({"inputs__0__sorce": "x"}, "E_CONFIG_UNKNOWN_KEY", "source"),
    ({"matching__match": 1.5}, "E_CONFIG_LESS_THAN_EQUAL", "1"),
    ({"matching__review": 0.95}, "E_CONFIG_THRESHOLDS", "matching"),
    ({"cluster": {"kind": "dask"}}, "E_CONFIG_CLUSTER_ADDRESS", "cluster"),
    ({"cluster": {"kind": "spark"}}, "E_CONFIG_ENUM", "'local', 'dask'"),
    ({"retention": {"days": 10**9}}, "E_CONFIG_LESS_THAN_EQUAL", "36500"),
    ({"matching__match": "tinggi"}, "E_CONFIG_FLOAT_PARSING", "matching.match"),
    ({"language": "jv"}, "E_CONFIG_ENUM", "'id', 'en'"),
    ({"reference_date": "31/03/2026"}, "E_CONFIG_DATE_FROM_DATETIME_PARSING", "2026-03-31"),
    ({"output": ""}, "E_CONFIG_STRING_TOO_SHORT", "output"),
    ({"inputs": []}, "E_CONFIG_TOO_SHORT", "inputs"),
    ({"inputs__0__source": "p3ke_family_2022"}, "E_CONFIG_NOT_KNOWN", "p3ke_families_2022"),
    ({"inputs__0__code_system": "bsp"}, "E_CONFIG_ENUM", "kemendagri"),
    ({"boundaries__format": "gadm"}, "E_CONFIG_NOT_KNOWN", "names"),
    ({"findings__disable": ["Z99"]}, "E_CONFIG_RULES_NOT_KNOWN", "Z99"),
    ({"findings__severity": {"I10": "X"}}, "E_CONFIG_ENUM", "severity"),
    ({"findings__tolerances": {"metres": -1}}, "E_CONFIG_GREATER_THAN_EQUAL", "metres"),
    ({"regions__bridging__source": "recodes"}, "E_CONFIG_NOT_KNOWN", "bridging"),
    ({"inputs__0__source": "official_figures"}, "E_CONFIG_NOT_KNOWN", "dtsen_families_v3"),
    ({"figures__0__source": "p3ke_families_2022"}, "E_CONFIG_NOT_KNOWN", "official_figures"),
    ({"boundaries__path": "data/raw/contoh/*/*.csv"}, "E_BOUNDARY_SEVERAL", "boundaries.path"),
    ({"boundaries__layer": 3}, "E_CONFIG_OTHER", "layer"),
    ({"inputs__1__path": "data/raw/tidak_ada.csv"}, "E_FILE_MISSING", "tidak_ada.csv"),
    ({"boundaries__path": "data/raw/*.shp"}, "E_FILE_MISSING", "*.shp"),
    ({"recipients": [{**OFFICE, "classes": ["TERBATAS"]}]}, "E_CONFIG_RECIPIENT_SEALED", "recipients.0"),
    ({"recipients": [{**OFFICE, "area": "64"}]}, "E_CONFIG_RECIPIENT_AREA", "64.72"),
    ({"recipients": [{**OFFICE, "outputs": [LINKED]}]}, "E_CONFIG_RECIPIENT_LINKED", "sidik"),
    ({"recipients": [{**OFFICE, "outputs": [NAMED]}]}, "E_CONFIG_RECIPIENT_CLASS", "pkh.csv"),
    ({"recipients": [OFFICE, {**OFFICE}]}, "E_CONFIG_RECIPIENTS_TWICE", "kukar"),
    ({"recipients": [{**OFFICE, "purpse": "x"}]}, "E_CONFIG_UNKNOWN_KEY", "purpose"),
    ({"resurvey__contact": "ab" * 32}, "E_KEY_TOLD", "PADAN_KUNCI"),
]


@pytest.mark.parametrize(("changes", "code", "word"), FAULTS)
def test_a_fault_is_named_with_its_line(project: Path, changes: dict[str, Any], code: str, word: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config(changed(project, **changes))
    (fault,) = refused.value.faults
    assert fault.code == code
    for language in Language:
        assert word in describe(fault, language)
    assert fault.row > 0


def test_all_faults_come_together(project: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config(changed(project, mathcing={}, matching__match=7, language="jv"))
    assert len(refused.value.faults) == 3


def test_a_missing_key_is_named(project: Path) -> None:
    path = project / "config.yaml"
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    del values["boundaries"]["vintage"]
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_config(path)
    assert [(f.code, dict(f.details)["key"]) for f in refused.value.faults] == [
        ("E_CONFIG_MISSING", "boundaries.vintage")
    ]


NO_CONFIG = [
    (b"", "E_CONFIG_EMPTY"),
    (b"# only a comment", "E_CONFIG_EMPTY"),
    (b"language: [", "E_CONFIG_YAML"),
    (b"- a\n- b", "E_CONFIG_YAML"),
    (b"42", "E_CONFIG_YAML"),
    (b"language: id\n\tx: y", "E_CONFIG_YAML"),
    ("language: id".encode("utf-16"), "E_CONFIG_ENCODING"),
    (b"language: caf\xe9", "E_CONFIG_ENCODING"),
    (b"reference_date: 2026-13-45", "E_CONFIG_DATE"),
]


@pytest.mark.parametrize(("content", "code"), NO_CONFIG)
def test_what_is_no_config_at_all(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        load_config(path)
    assert refused.value.faults[0].code == code


def test_a_key_that_stands_twice_is_named_at_its_second_line(project: Path) -> None:
    path = project / "config.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, "matching: {match: 0.5, review: 0.1}"]) + "\n", encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_config(path)
    assert [(f.code, f.row) for f in refused.value.faults] == [("E_CONFIG_TWICE", len(lines) + 1)]


def test_missing_files_come_with_all_other_faults(project: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config(
            changed(project, language="jv", inputs__1__path="tidak_ada.csv", figures__0__path="[/**x/")
        )
    codes = sorted(fault.code for fault in refused.value.faults)
    assert codes == ["E_CONFIG_ENUM", "E_FILE_MISSING", "E_FILE_MISSING"]


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path / "config.yaml")
    assert refused.value.faults[0].code == "E_CONFIG_FILE"


def test_patterns_find_files_in_order_and_leave_out_lock_files(project: Path) -> None:
    folder = project / "data/raw/contoh/bps"
    (folder / "~$keluarga_dtsen_v3_2026_64.02.csv").touch()
    (folder / ".keluarga_dtsen_v3_2026_64.02.csv").touch()
    config = load_config(project / "config.yaml")
    found = config.files("data/raw/contoh/bps/*keluarga_dtsen*.csv")
    assert [path.name for path in found] == sorted(path.name for path in found)
    assert len(found) == 4
    assert config.label(found[0]).startswith("data/raw/contoh/bps/")
    assert config.label(Path("/lain/berkas.csv")) == "berkas.csv"
