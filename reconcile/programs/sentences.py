"""Why somebody is eligible or not, served or not, and at this rank: sentences for whole columns at a time.

Each is made once per combination of values that occurs: there are few, however many families there are.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from reconcile.language import text
from reconcile.programs.columns import Subject
from reconcile.programs.criteria import All, Leaf, Node, Not, terms_of
from reconcile.programs.logic import Mask, Values, evaluate
from reconcile.programs.people import Rows
from reconcile.programs.settings import Program
from reconcile.vocab import Language


@dataclass(frozen=True)
class Part:
    """A part of a sentence: what is said by each code; 0 is nothing."""

    codes: Rows
    say: Callable[[int], str]


def joined(parts: Sequence[Part], rows: int, *, nothing: str = "") -> pd.Categorical:
    """Return for each of ``rows`` what its parts say, ``nothing`` where none says anything."""
    code = np.zeros(rows, dtype=np.int64)
    for part in parts:
        code = pd.factorize(code * (int(part.codes.max(initial=0)) + 1) + part.codes)[0].astype(np.int64)
    _, first = np.unique(code, return_index=True)
    said = ["; ".join(p.say(int(p.codes[row])) for p in parts if p.codes[row]) or nothing for row in first]
    # two combinations may say the same
    places, words = pd.factorize(pd.Index(said, dtype="str"))
    return pd.Categorical.from_codes(places[code], categories=words)


def reasons(
    criteria: Sequence[Node],
    columns: Mapping[str, Values],
    subjects: Mapping[str, Subject],
    wanted: str,
    language: Language,
) -> list[Part]:
    """Return the values that make all of ``criteria`` what is ``wanted``: yes, no or unknown.

    A column that several tests look at is named once.
    """
    spoken: dict[str, Mask] = {}
    for node in criteria:
        truth = evaluate(node, columns)
        for leaf, mask in _support(node, columns, wanted, getattr(truth, wanted)):
            told = spoken.get(leaf.column)
            spoken[leaf.column] = mask if told is None else told | mask
    return [_part(subjects[name], columns[name], mask, language) for name, mask in spoken.items()]


def _support(
    node: Node, columns: Mapping[str, Values], wanted: str, mask: Mask
) -> Iterator[tuple[Leaf, Mask]]:
    """Return the tests that make ``node`` what is wanted, each with the rows of ``mask`` where it does."""
    if isinstance(node, Not):
        turned = {"yes": "no", "no": "yes"}.get(wanted, wanted)
        yield from _support(node.term, columns, turned, mask)
    elif terms := terms_of(node):
        # all terms are so where all must be, else only those that decide
        whole = wanted == ("yes" if isinstance(node, All) else "no")
        for term in terms:
            decides: Mask = getattr(evaluate(term, columns), wanted)
            yield from _support(term, columns, wanted, mask if whole else mask & decides)
    else:
        yield cast("Leaf", node), mask


def _part(subject: Subject, values: Values, mask: Mask, language: Language) -> Part:
    """Return the part that tells the value of a column: code 1 is unknown, 2 and on the values."""
    codes = np.where(mask, np.where(values.known, values.data.astype(np.int64) + 2, 1), 0)
    label = text(f"program_column_{subject.name}", language)

    def say(code: int) -> str:
        if code == 1:
            unknown = "program_unknown_whether" if subject.kind == "yesno" else "program_unknown"
            return text(unknown, language, what=label)
        if subject.kind == "yesno":
            return label if code == 3 else text("program_not", language, what=label)
        if values.words is None:
            return f"{label} {code - 2}"
        word = values.words[code - 2]
        said = word if subject.kind == "area" else text(f"program_value_{word}", language)
        return f"{label}: {said}"

    return Part(codes, say)


def flag_part(mask: Mask, said: str) -> Part:
    """Return a part that says ``said`` where ``mask`` is."""
    return Part(mask.astype(np.int64), lambda _: said)


def order_said(program: Program, language: Language) -> str:
    """Return in words who comes first."""
    said = []
    for name, down in program.ranks:
        label = text(f"program_column_{name}", language)
        said.append(text("program_largest" if down else "program_smallest", language, what=label))
    return text("program_order", language, order=", ".join(said))
