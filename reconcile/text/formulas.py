"""Text that a spreadsheet would run as a formula, and the apostrophe that keeps it from doing so."""

import re

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

#: Signs that a spreadsheet skips in front of a formula: blanks of all kinds, invisible signs, controls.
_SKIPPED = "\x01-\x20\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff"
#: What a spreadsheet takes for the begin of a formula: plain, full-width and small forms, the minus sign. An
#: apostrophe in front counts as skipped, so that one that was added can be told from one that was there.
_SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫−"
_FORMULA = f"^['{_SKIPPED}]*[{_SIGNS}]|^[\t\r\n]"
#: What all such text begins with.
_BEGIN = re.compile(f"['{_SKIPPED}{_SIGNS}]")


def shielded(text: pd.Series) -> pd.Series:
    """Return a text column, an apostrophe in front of what a spreadsheet would run."""
    # looking at first signs takes a tenth of the time, and names and numbers begin with none of these
    first = pc.unique(pc.utf8_slice_codeunits(pa.array(text, pa.large_string(), from_pandas=True), 0, 1))
    if not any(_BEGIN.match(sign or "") for sign in first.to_pylist()):
        return text
    risky = text.str.contains(_FORMULA, regex=True, na=False)
    # hardly ever is anything
    return pd.Series(text.mask(risky, "'" + text)) if risky.any() else text


def unshielded(text: pd.Series) -> pd.Series:
    """Return what ``shielded`` was given."""
    bare = text.str.removeprefix("'")
    return text.mask(text.str.startswith("'", na=False) & bare.str.contains(_FORMULA, na=False), bare)
