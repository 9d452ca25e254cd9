"""The code of the three packages as the contracts read it: each file is read and parsed once."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("flows", "reconcile", "geo")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    """Return a source's path as a person names it, such as ``geo/layers.py``."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a source."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return every node of a source, as ast.walk gives them."""
    return tuple(ast.walk(parsed(path)))


def called(call: ast.Call) -> str:
    """Return the last name of what is called: ``write`` for ``file.write(…)`` and ``write(…)``."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))
