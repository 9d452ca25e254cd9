"""Programmes in config.yaml: every fault with its line, and the files of a run."""

from pathlib import Path

import pandas as pd
import pytest
from finding_world import REGISTER

from flows.config import PipelineConfig, load_config
from flows.deliveries import Sources
from flows.programs import BY_PROGRAM, named_parts
from reconcile.disclosure import NAMED_OUTPUT, PROGRAM_OUTPUTS
from reconcile.errors import ConfigError, Fault
from reconcile.language import describe
from reconcile.programs.columns import columns_of
from reconcile.programs.tables import PEOPLE
from reconcile.programs.targeting import PERSONS
from reconcile.programs.vocab import Outcome, Unit
from reconcile.tables import RECONCILED
from reconcile.vocab import Language

ROOT = Path(__file__).parents[3]
#: What is written of the one programme, line 5 and on; {} is what the case changes.
WHOLE = """\
# the shortest configuration with a programme
language: id
reference_date: 2026-03-31
programs:
  - name: coba
    title: {{id: Coba, en: Try}}
    office: Dinas
    unit: {unit}
    criteria:
      - desil <= 4
      - {criterion}
{more}
"""


def faults(
    folder: Path, *, criterion: str = "punya_lansia", unit: str = "keluarga", more: str = ""
) -> list[Fault]:
    """Return what is wrong with the programme; the files that the configuration lacks are another matter."""
    text = WHOLE.format(unit=unit, criterion=criterion, more=more)
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_config(path)
    return [
        fault for fault in refused.value.faults if dict(fault.details).get("key", "").startswith("programs")
    ]


FAULTS = [
    # what is tried, changes, code, line, a word that helps
    ("an unknown column", {"criterion": "punya_lansi"}, "CRITERIA_COLUMN", 11, "punya_lansia"),
    ("a type mistake", {"criterion": "desil = petani"}, "CRITERIA_TYPE", 11, "desil"),
    ("an unknown value", {"criterion": "status_padan = coco"}, "CRITERIA_VALUE", 11, "cocok"),
    ("no criterion", {"criterion": "desil <="}, "CRITERIA_SYNTAX", 11, "huruf ke-7"),
    ("a call", {"criterion": "__import__('os')"}, "CRITERIA_SYNTAX", 11, "huruf ke-1"),
    ("too long", {"criterion": "desil = 1" + " dan desil = 1" * 200}, "CRITERIA_SIZE", 11, "2000"),
    ("a person's column", {"criterion": "umur >= 60"}, "CRITERIA_UNIT", 11, "umur"),
    ("no text", {"criterion": "[1]"}, "OTHER", 11, "programs"),
    ("unknown exclusion", {"more": "    exclusions: [hamil]"}, "CRITERIA_COLUMN", 12, "program"),
    ("an order by nothing", {"more": "    order: [desil, kaya turun]"}, "CRITERIA_COLUMN", 12, "Yang mirip"),
    ("an order of persons", {"more": "    order: [umur]"}, "CRITERIA_UNIT", 12, "umur"),
    ("an unknown unit", {"unit": "rumah"}, "ENUM", 8, "keluarga"),
    ("an unknown key", {"more": "    kuota: 3"}, "UNKNOWN_KEY", 12, "quota"),
    ("a negative quota", {"more": "    quota: -1"}, "GREATER_THAN_EQUAL", 12, "0"),
    (
        "no column of service",
        {"more": "    served_by: {columns: [terima_uang]}"},
        "NOT_KNOWN",
        12,
        "terima_pkh",
    ),
    ("a profile of families", {"more": "    profile: true"}, "CRITERIA_UNIT", 12, "profile"),
    (
        "a name twice",
        {"more": "  - {name: coba, title: {id: A, en: A}, office: D, unit: orang, criteria: [desil = 1]}"},
        "PROGRAMS_TWICE",
        4,
        "coba",
    ),
    (
        "a name that is no file",
        {"more": '  - {name: "../x", title: {id: A, en: A}, office: D, unit: orang, criteria: [desil = 1]}'},
        "STRING_PATTERN_MISMATCH",
        12,
        "huruf kecil",
    ),
]


@pytest.mark.parametrize(
    ("given", "code", "line", "word"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_every_fault_has_its_line_and_says_what_helps(
    tmp_path: Path, given: dict[str, str], code: str, line: int, word: str
) -> None:
    found = faults(tmp_path, **given)
    assert [(fault.code, fault.row, fault.file) for fault in found] == [
        (f"E_CONFIG_{code}", line, "config.yaml")
    ]
    for language in Language:
        said = describe(found[0], language)
        assert "{" not in said
    assert word in describe(found[0], Language.INDONESIAN)


def test_nothing_of_what_was_written_is_repeated(tmp_path: Path) -> None:
    for criterion in ("nama = rahasiabudi", "rahasiabudi <= 4", "desil <= rahasiabudi", "rahasiabudi !"):
        found = faults(tmp_path, criterion=criterion)
        assert found
        assert not any("rahasiabudi" in describe(fault, Language.INDONESIAN) for fault in found)


def test_the_shipped_programmes_are_five() -> None:
    config = load_config(ROOT / "config.yaml")
    assert [one.name for one in config.programs] == ["pkh", "sembako", "pip", "pbi_jk", "pelatihan"]
    assert all(one.title.id and one.title.en for one in config.programs)


def test_a_programme_without_names_has_an_empty_file() -> None:
    config = load_config(ROOT / "config.yaml")
    nobody = {"reconciled": RECONCILED.empty(), PEOPLE.name: PEOPLE.empty(), PERSONS: pd.DataFrame()}
    parts = list(named_parts(config, Sources((), {}, (), (), (), (), 0), REGISTER, nobody))
    assert [output.path for output, _ in parts] == [f"{BY_PROGRAM}/{one.name}.csv" for one in config.programs]
    assert all(len(rows) == 0 and list(rows.names) == PEOPLE.names for _, rows in parts)


def test_what_is_internal_has_no_column_of_a_person() -> None:
    personal = {"nik", "no_kk", "alamat", "tanggal_lahir", "id_rekon", "mengapa"}
    for output in PROGRAM_OUTPUTS:
        assert not personal & set(output.table.names)
        assert output.disclosure.value == "INTERNAL"
    assert personal < set(NAMED_OUTPUT.table.names)
    assert NAMED_OUTPUT.disclosure.value == "TERBATAS"


def test_programmes_are_optional() -> None:
    assert PipelineConfig.model_fields["programs"].default == ()


def test_the_guide_names_every_column_value_and_outcome() -> None:
    guide = (ROOT / "docs/panduan-analis.md").read_text(encoding="utf-8")
    subjects = columns_of(Unit.PERSON).values()
    names = [name for subject in subjects for name in (subject.name, *subject.words)]
    meant = [outcome.value for outcome in Outcome if outcome is not Outcome.NOT_MEANT]
    assert [name for name in (*names, *meant) if f"`{name}`" not in guide] == []
