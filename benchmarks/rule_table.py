"""Writes the tables of rules into README and guide; a contract test holds them to the register.

python -m benchmarks.rule_table
"""

from pathlib import Path

from reconcile.discrepancies.rule_table import guide_table, placed_in, readme_table

ROOT = Path(__file__).parents[1]
DOCUMENTS = {"README.md": readme_table, "docs/panduan-auditor.md": guide_table}


def main() -> None:
    """Write both documents anew where they differ."""
    for name, table in DOCUMENTS.items():
        path = ROOT / name
        path.write_text(placed_in(path.read_text(encoding="utf-8"), table()), encoding="utf-8")


if __name__ == "__main__":
    main()
