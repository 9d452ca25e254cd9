"""Every rule, in one place: a module per family of codes, and the register of them all.

A new rule: a function and a line in RULES of its family's module, its sentences in the catalogue
(rules.yaml), a hit and a miss in tests/finding_cases.py. A rule returns evidence: ``row`` (of the reconciled
table; missing where it is about none), ``side``, ``p3ke`` and ``bps`` (what each side says, never an
identity), ``acuan`` (what a list, an earlier run or a file says), and ``about`` where one household can have
several findings of a rule. Its docstring says what the finding is. Codes never change meaning; a retired one
is not used again. The table in docs/panduan-auditor.md is made from here (`python -m benchmarks.rule_table`).
"""

from reconcile.discrepancies.rule import Rule
from reconcile.discrepancies.rules import (
    aid,
    doubles,
    family,
    files,
    identity,
    official,
    places,
    presence,
    process,
    welfare,
)

RULES: tuple[Rule, ...] = (
    *identity.RULES,
    *doubles.RULES,
    *presence.RULES,
    *places.RULES,
    *family.RULES,
    *welfare.RULES,
    *aid.RULES,
    *process.RULES,
    *files.RULES,
    *official.RULES,
)
