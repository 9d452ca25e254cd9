"""The parsers that a source declaration may name: what kind of column each gives, and its function."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconcile.sources.parsing.base import Parse
from reconcile.sources.parsing.choices import (
    parse_choice,
    parse_relationship,
    parse_sex,
    parse_text,
    parse_yes_no,
)
from reconcile.sources.parsing.dates import parse_date
from reconcile.sources.parsing.identifiers import parse_code, parse_key, parse_kk, parse_nik
from reconcile.sources.parsing.numbers import (
    parse_coordinate,
    parse_decile,
    parse_number,
    parse_rt_rw,
    parse_whole,
)
from reconcile.tables import Kind


@dataclass(frozen=True)
class Parser:
    """One parser: the kind of column it gives (tables.Kind) and the function."""

    kind: Kind
    parse: Parse


PARSERS: Mapping[str, Parser] = {
    "nik": Parser("text", parse_nik),
    "kk": Parser("text", parse_kk),
    "key": Parser("text", parse_key),
    "code": Parser("text", parse_code),
    "text": Parser("text", parse_text),
    "choice": Parser("text", parse_choice),
    "sex": Parser("text", parse_sex),
    "relationship": Parser("text", parse_relationship),
    "yes_no": Parser("yesno", parse_yes_no),
    "date": Parser("date", parse_date),
    "whole": Parser("whole", parse_whole),
    "decile": Parser("whole", parse_decile),
    "rt_rw": Parser("whole", parse_rt_rw),
    "number": Parser("number", parse_number),
    "coordinate": Parser("number", parse_coordinate),
}
