"""The language of criteria: what an office writes in config.yaml, read into a tree and written back.

    desil <= 4
    umur antara 18 dan 59 dan (pekerjaan termasuk (petani, nelayan) atau pekerjaan tidak diketahui)

Words instead of nested YAML, for whoever answers for a programme knows it as a sentence of its guideline: a
declared structure of ``any_of``/``all_of`` keys is exact, but six lines deep before it says what one line
does. The price is a grammar, and lark pays it: pure Python, no dependency of its own, LALR(1), so that
reading takes time in proportion to the length whatever is written. Nothing is ever run: a criterion becomes
the kinds of ``Node`` below, and ``logic`` knows those only. English words (and, or, not, in, between, is
known) do the same.

What is too long, nests too deep, or has a sign that the grammar does not know (every letter beyond ASCII
among them, but for ≤ ≥ ≠) is refused before it is understood.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput

#: A criterion of a guideline has a few dozen signs; these bounds keep anybody's text from costing time.
MOST_SIGNS = 2000
MOST_DEPTH = 20

_GRAMMAR = r"""
    ?start: any_of
    ?any_of: all_of (_or all_of)*
    ?all_of: clause (_and clause)*
    ?clause: _not clause -> negation
        | "(" any_of ")"
        | NAME -> flag
        | NAME OPERATOR value -> compare
        | NAME OPERATOR _yes -> says_yes
        | NAME OPERATOR _no -> says_no
        | NAME _between NUMBER _and NUMBER -> between
        | NAME _in "(" value ("," value)* ")" -> member
        | NAME _not _in "(" value ("," value)* ")" -> no_member
        | NAME "diketahui"i -> known
        | NAME _not "diketahui"i -> unknown
        | NAME "is"i "known"i -> known
        | NAME "is"i ("unknown"i | _not "known"i) -> unknown
    ?value: NUMBER -> number
        | (NAME | CODE) -> word
    _or: "atau"i | "or"i
    _and: "dan"i | "and"i
    _not: "bukan"i | "tidak"i | "not"i
    _in: "termasuk"i | "in"i
    _between: "antara"i | "between"i
    _yes: "ya"i | "yes"i
    _no: "tidak"i | "no"i
    NAME: /[a-z][a-z0-9_]{0,39}/i
    CODE.2: /[0-9]{2}(\.[0-9]{2}){1,2}(\.[0-9]{4})?/
    NUMBER: /[0-9]{1,9}/
    OPERATOR: "<=" | ">=" | "!=" | "<>" | "=" | "<" | ">" | "≤" | "≥" | "≠"
    %ignore /[ \t\r\n]+/
"""

_SAME = {"≤": "<=", "≥": ">=", "≠": "!=", "<>": "!="}

Value = int | str


class CriterionError(ValueError):
    """What is wrong with a criterion: kind of fault, and what may be said of it (never the text)."""

    def __init__(self, fault: str, **details: object) -> None:
        self.fault = fault
        self.details: Mapping[str, str] = {name: str(value) for name, value in details.items()}
        super().__init__(fault)


@dataclass(frozen=True)
class Flag:
    """A yes-or-no column that must say yes."""

    column: str


@dataclass(frozen=True)
class Compare:
    """A column held against one value; ``operator`` is one of = != < <= > >=."""

    column: str
    operator: str
    value: Value


@dataclass(frozen=True)
class Between:
    """A column between two numbers, both included."""

    column: str
    low: int
    high: int


@dataclass(frozen=True)
class Member:
    """A column that has one of several values."""

    column: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Known:
    """A column that has a value at all; never unknown itself."""

    column: str


@dataclass(frozen=True)
class Not:
    """The opposite of ``term``; of what is unknown, unknown."""

    term: "Node"


@dataclass(frozen=True)
class All:
    """All of two terms or more."""

    terms: tuple["Node", ...]


@dataclass(frozen=True)
class Either:
    """One at least of two terms or more."""

    terms: tuple["Node", ...]


Leaf = Flag | Compare | Between | Member | Known
Node = Leaf | Not | All | Either


@v_args(inline=True)
class _Tree(Transformer[Token, Node]):
    """Makes a Node of each rule of the grammar, the innermost first."""

    def flag(self, name: Token) -> Node:
        return Flag(name.lower())

    def compare(self, name: Token, operator: Token, value: Value) -> Node:
        return Compare(name.lower(), _sign(operator), value)

    def says_yes(self, name: Token, operator: Token) -> Node:
        return Flag(name.lower()) if _only_equal(operator) else Not(Flag(name.lower()))

    def says_no(self, name: Token, operator: Token) -> Node:
        return Not(Flag(name.lower())) if _only_equal(operator) else Flag(name.lower())

    def between(self, name: Token, low: Token, high: Token) -> Node:
        return Between(name.lower(), int(low), int(high))

    def member(self, name: Token, *values: Value) -> Node:
        return Member(name.lower(), values)

    def no_member(self, name: Token, *values: Value) -> Node:
        return Not(Member(name.lower(), values))

    def known(self, name: Token) -> Node:
        return Known(name.lower())

    def unknown(self, name: Token) -> Node:
        return Not(Known(name.lower()))

    def negation(self, term: Node) -> Node:
        return Not(term)

    def all_of(self, *terms: Node) -> Node:
        return All(terms)

    def any_of(self, *terms: Node) -> Node:
        return Either(terms)

    def number(self, value: Token) -> Value:
        return int(value)

    def word(self, value: Token) -> Value:
        return value.lower()


def _sign(operator: Token) -> str:
    return _SAME.get(str(operator), str(operator))


def _only_equal(operator: Token) -> bool:
    """Return whether the operator is =, not !=; a yes or no is neither smaller nor larger than another."""
    if _sign(operator) not in {"=", "!="}:
        raise CriterionError("criteria_syntax", at=(operator.start_pos or 0) + 1)
    return _sign(operator) == "="


@cache
def _parser() -> Lark:
    # the transformer is applied while reading: no tree whose depth somebody else chose is walked recursively
    return Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_Tree(), maybe_placeholders=False)


def parse(text: str) -> Node:
    """Return what ``text`` says; CriterionError criteria_syntax (``at``: sign from 1) or criteria_size."""
    if len(text) > MOST_SIGNS:
        raise CriterionError("criteria_size", most=MOST_SIGNS)
    try:
        # with a transformer it is what that makes of the text, not a tree
        node = cast("Node", _parser().parse(text))
    except UnexpectedInput as error:
        # at the end, or without a place, there is no sign left to point at
        place = cast("int | None", error.pos_in_stream)
        at = len(text) if place is None or place < 0 else min(place + 1, len(text))
        raise CriterionError("criteria_syntax", at=at) from None
    if _depth(node) > MOST_DEPTH:
        raise CriterionError("criteria_size", most=MOST_SIGNS)
    return node


def terms_of(node: Node) -> tuple[Node, ...]:
    """Return the nodes right below ``node``; none below a leaf."""
    if isinstance(node, Not):
        return (node.term,)
    return node.terms if isinstance(node, All | Either) else ()


def leaves(node: Node) -> Iterator[Leaf]:
    """Return every test of the criterion, from left to right."""
    if isinstance(node, Not | All | Either):
        for term in terms_of(node):
            yield from leaves(term)
    else:
        yield node


def _depth(node: Node) -> int:
    depth, layer = 0, [node]
    while layer:
        depth, layer = depth + 1, [term for one in layer for term in terms_of(one)]
    return depth


def show(node: Node) -> str:
    """Return the criterion as an office writes it; ``parse`` of it is the same node."""
    match node:
        case Not(Member(column, values)):
            return f"{column} tidak termasuk ({_list(values)})"
        case Not(Known(column)):
            return f"{column} tidak diketahui"
        case Not(term):
            return f"bukan {_inside(term)}"
        case All(terms):
            return " dan ".join(_inside(term) for term in terms)
        case Either(terms):
            return " atau ".join(_inside(term) for term in terms)
        case _:
            return _shown_leaf(node)


def _shown_leaf(node: Leaf) -> str:
    match node:
        case Flag(column):
            return column
        case Compare(column, operator, value):
            return f"{column} {operator} {value}"
        case Between(column, low, high):
            return f"{column} antara {low} dan {high}"
        case Member(column, values):
            return f"{column} termasuk ({_list(values)})"
        case Known(column):
            return f"{column} diketahui"


def _inside(node: Node) -> str:
    return f"({show(node)})" if isinstance(node, All | Either) else show(node)


def _list(values: tuple[Value, ...]) -> str:
    return ", ".join(str(value) for value in values)
