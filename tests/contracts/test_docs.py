"""What the documents say is what the code does."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.rule_table import DOCUMENTS
from flows.cli import build
from flows.outputs import AREA_LAYERS, HOUSEHOLD_LAYERS
from reconcile.disclosure import CSV_OUTPUTS
from reconcile.discrepancies.rule_table import placed_in
from reconcile.vocab import Language

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = sorted((ROOT / "docs").glob("*.md"))

EVALUATE = "padan evaluate data/raw/contoh/kebenaran/pasangan.csv"
EXPLAIN = "padan explain KS-BCDFG-HJKLM-NPQRT"
#: Commands that other tests run whole: the flow itself, and the tests themselves.
ELSEWHERE = {
    "padan run",
    "padan map",
    EVALUATE,
    EXPLAIN,
    "padan verify",
    "padan verify --rerun",
    "padan doctor",
    "padan incoming",
    "padan serve",
    "padan server",
    "padan scan",
    "padan release --class PUBLIK --by ANI",
    "padan release --class PUBLIK --approve BUDI",
    "padan bundle --for kukar",
    "padan bundle open TERBATAS.zip.age --identity kantor.key",
    "padan key",
    "padan purge --older-than 90d",
    "padan record",
    "padan history",
    "padan history compare 2025-12-31 2026-03-31",
    "padan history explain 2025-12-31 2026-03-31",
    "padan report",
    "padan worklists",
    "padan review --by ANI",
    "padan review write --out data/raw/tinjauan/buku",
    "padan review read data/raw/tinjauan/masuk",
    "padan returns read data/raw/verval/masuk",
    "padan check",
    "make run",
    "make test",
}


def commands() -> list[str]:
    """Return every command of the README's shell blocks, without its comment."""
    blocks = re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_the_readme_names_its_two_commands_and_the_makefile_has_them() -> None:
    assert commands()[:2] == ["make run", "make test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("run", "test", "lint", "bench"):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)
    assert "make test" in (ROOT / ".ci/run").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", [c for c in commands() if c not in ELSEWHERE])
def test_every_readme_command_runs(command: str, tmp_path: Path) -> None:
    program, *arguments = shlex.split(command.replace("/tmp/contoh", str(tmp_path / "contoh")))  # noqa: S108 - a README's example
    assert program == "padan"
    done = CliRunner().invoke(build(Language.INDONESIAN), arguments)
    assert done.exit_code == 0, done.output


def test_the_commands_that_other_tests_run_are_real() -> None:
    assert set(commands()) >= ELSEWHERE
    assert {"run", "check"} <= set(build(Language.INDONESIAN).commands)


def test_the_readme_names_every_output_and_command() -> None:
    for path in (AREA_LAYERS, HOUSEHOLD_LAYERS, *(o.path for o in CSV_OUTPUTS if "karantina" not in o.path)):
        assert f"`{path}`" in README
    for name in build(Language.INDONESIAN).commands:
        assert f"padan {name}" in README


def test_every_guide_exists_and_is_linked() -> None:
    assert len(GUIDES) >= 3
    for guide in GUIDES:
        assert f"docs/{guide.name}" in README


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_table_of_rules_is_that_of_the_code(name: str) -> None:
    document = (ROOT / name).read_text(encoding="utf-8")
    assert placed_in(document, DOCUMENTS[name]()) == document, "python -m benchmarks.rule_table"


def test_no_document_keeps_a_placeholder() -> None:
    for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", *GUIDES):
        assert not re.search(r"\b[A-Z]+_TABLE\b", path.read_text(encoding="utf-8")), path.name
