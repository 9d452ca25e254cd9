"""RT and RW out of an address, for sources that have no column of their own for them."""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.sources.parsing.base import Context, Parsed, no_codes

# \b keeps KARTINI and ART out; RE2 reads these, so a long address costs no more than its length
_LABEL_RT, _LABEL_RW = r"\bR\.? ?T\.?", r"\bR\.? ?W\.?"
_BOTH = rf"(?i){_LABEL_RT} ?/ ?{_LABEL_RW}[ .:]*"
_ANY, _NUMBER = "[0-9]{1,3}", "(?P<number>[0-9]{1,3})"
_RT = rf"(?i){_LABEL_RT}[ .:\-]*{_NUMBER}\b"
_RW = rf"(?i){_LABEL_RW}[ .:\-]*{_NUMBER}\b"
_RT_OF_BOTH = rf"{_BOTH}{_NUMBER} ?[/-] ?{_ANY}\b"
_RW_OF_BOTH = rf"{_BOTH}{_ANY} ?[/-] ?{_NUMBER}\b"
_RW_BEHIND_RT = rf"(?i){_LABEL_RT}[ .:\-]*{_ANY} ?/ ?{_NUMBER}\b"


def parse_rt_address(raw: pd.Series, _context: Context) -> Parsed:
    """Return the RT in ``RT.001 RW.002``, ``RT 04 / RW 02``, ``Rt3``, ``RT/RW 004/002``, ``RT 04/02``.

    Missing, without a code, where the address names none or names 000. Source: formats.md 5.4.
    """
    return _first(raw, _RT_OF_BOTH, _RT)


def parse_rw_address(raw: pd.Series, _context: Context) -> Parsed:
    """Return the RW of an address as ``parse_rt_address`` does the RT."""
    return _first(raw, _RW_OF_BOTH, _RW, _RW_BEHIND_RT)


def _first(raw: pd.Series, *patterns: str) -> Parsed:
    texts = pa.array(raw.str.replace("_", " ", regex=False), pa.large_string())
    found = pa.nulls(len(texts), pa.large_string())
    for pattern in patterns:
        numbers = pc.struct_field(pc.extract_regex(texts, pattern), "number")
        found = pc.coalesce(found, numbers)
    numbers = pc.cast(found, pa.int64()).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    numbers = numbers.set_axis(raw.index)
    return Parsed(numbers.where(numbers > 0), no_codes(raw.index))
