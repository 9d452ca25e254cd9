"""The parsers that a source declaration may name: what kind of column each gives, and its function."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconcile.sources.parsing.addresses import parse_rt_address, parse_rw_address
from reconcile.sources.parsing.amounts import parse_amount
from reconcile.sources.parsing.base import Parse, guarded
from reconcile.sources.parsing.choices import (
    parse_choice,
    parse_own_text,
    parse_relationship,
    parse_sex,
    parse_text,
    parse_yes_no,
)
from reconcile.sources.parsing.coordinates import parse_latitude, parse_longitude
from reconcile.sources.parsing.dates import parse_date, parse_visit_date
from reconcile.sources.parsing.identifiers import parse_code, parse_key, parse_kk, parse_nik, parse_sls
from reconcile.sources.parsing.numbers import (
    parse_decile,
    parse_number,
    parse_percentile,
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
    # these two look at the mark of numeric cells themselves
    "nik": Parser("text", guarded(parse_nik, keep_mark=True)),
    "kk": Parser("text", guarded(parse_kk, keep_mark=True)),
    "key": Parser("text", guarded(parse_key)),
    "code": Parser("text", guarded(parse_code)),
    "sls": Parser("text", guarded(parse_sls)),
    "text": Parser("text", guarded(parse_text)),
    "own_text": Parser("text", guarded(parse_own_text)),
    "choice": Parser("text", guarded(parse_choice)),
    "sex": Parser("text", guarded(parse_sex)),
    "relationship": Parser("text", guarded(parse_relationship)),
    "yes_no": Parser("yesno", guarded(parse_yes_no)),
    "date": Parser("date", guarded(parse_date)),
    "visit_date": Parser("date", guarded(parse_visit_date)),
    "whole": Parser("whole", guarded(parse_whole)),
    "decile": Parser("whole", guarded(parse_decile)),
    "percentile": Parser("whole", guarded(parse_percentile)),
    "rt_rw": Parser("whole", guarded(parse_rt_rw)),
    "rt_address": Parser("whole", guarded(parse_rt_address)),
    "rw_address": Parser("whole", guarded(parse_rw_address)),
    "number": Parser("number", guarded(parse_number)),
    "amount": Parser("number", guarded(parse_amount, keep_mark=True)),
    "latitude": Parser("number", guarded(parse_latitude)),
    "longitude": Parser("number", guarded(parse_longitude)),
}
