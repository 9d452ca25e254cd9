"""The tables of rules in README and guide, made from the register: `python -m benchmarks.rule_table`."""

from reconcile.discrepancies.rules import RULES
from reconcile.language import text
from reconcile.vocab import Language

#: What stands around a generated table; what is between them is replaced.
BEGIN, END = "<!-- rules: generated, python -m benchmarks.rule_table -->", "<!-- rules: end -->"


def guide_table() -> str:
    """Return the auditor's table: every rule with its sentences, in Indonesian."""
    lines = [
        "| kode | judul | tingkat | dasar | mengapa | tindak lanjut | oleh |",
        "|---|---|---|---|---|---|---|",
    ]
    for rule in RULES:
        title, *rest = (
            text(f"rule_{rule.code}{part}", Language.INDONESIAN) for part in ("", "_why", "_do", "_who")
        )
        basis = "/".join(basis.value for basis in rule.basis)
        lines.append(f"| {' | '.join((rule.code, title, rule.severity.value, basis, *rest))} |")
    return "\n".join(lines)


def readme_table() -> str:
    """Return the README's table: one line per family of rules, in English."""
    lines = ["| family | rules (severity) |", "|---|---|"]
    families: dict[str, list[str]] = {}
    for rule in RULES:
        letters = rule.code.rstrip("0123456789")
        families.setdefault(letters, []).append(f"{rule.code} ({rule.severity.value})")
    for letters, codes in families.items():
        lines.append(f"| {letters}: {text(f'family_{letters}', Language.ENGLISH)} | {', '.join(codes)} |")
    return "\n".join(lines)


def placed_in(document: str, table: str) -> str:
    """Return a document with ``table`` between BEGIN and END; ValueError where it has no such place."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        message = "the document has no place for the table of rules"
        raise ValueError(message)
    return f"{before}{BEGIN}\n{table}\n{END}{after}"
