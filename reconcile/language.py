"""One catalogue for every sentence that a user reads (reconcile/catalogue/*.yaml, a file per room)."""

from functools import cache

from reconcile.errors import Fault
from reconcile.resources import read_yaml, yaml_names
from reconcile.vocab import Language

CATALOGUE = "reconcile.catalogue"


@cache
def entries() -> dict[str, dict[str, str]]:
    """Return key -> {id, en, and for faults fix_id, fix_en}; a key that stands in two files is an error."""
    merged: dict[str, dict[str, str]] = {}
    for name in yaml_names(CATALOGUE):
        for key, entry in read_yaml(CATALOGUE, name).items():
            if key in merged:
                message = f"catalogue key {key} stands twice, again in {name}"
                raise ValueError(message)
            merged[key] = entry
    return merged


def text(key: str, language: Language, **fields: object) -> str:
    """Return the sentence of ``key`` with its fields filled in; an unknown key is a KeyError."""
    return entries()[key][language].format(**fields)


def describe(fault: Fault, language: Language) -> str:
    """Return where, what and what to do, as one sentence each, for a fault."""
    entry = entries()[fault.code]
    fields = {"file": fault.file, "sheet": fault.sheet, "row": fault.row, "column": fault.column}
    fields |= dict(fault.details)
    where = [fault.file] if fault.file else []
    for key, value in (("sheet", fault.sheet), ("row", fault.row), ("column", fault.column)):
        if value:
            where.append(text(f"at_{key}", language, value=value))
    said = entry[language].format(**fields)
    remedy = entry.get(f"fix_{language}", "").format(**fields)
    return (
        ": ".join(part for part in (", ".join(where), f"{said} {remedy}".strip()) if part)
        + f" [{fault.code}]"
    )
