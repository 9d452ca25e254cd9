"""Amounts as offices write them: thousands in dots, and rupiah in front."""

import pandas as pd

from reconcile.sources.parsing.base import Context, Parsed, kept
from reconcile.sources.parsing.numbers import parse_number
from reconcile.sources.raw import NUMERIC_MARK, unmarked

_RUPIAH = r"(?i)^\s*rp\.?\s*|,-\s*$"


def parse_amount(raw: pd.Series, context: Context) -> Parsed:
    """Return amounts: ``Rp 1.500.000,50`` in text, and numeric cells as the spreadsheet stores them.

    A numeric cell 1.125 is no thousand: there a dot is the decimal sign. ``E_NUMBER`` for all else.
    """
    numeric = raw.str.contains(NUMERIC_MARK, regex=False).fillna(value=False).astype(bool)
    text = unmarked(raw).str.replace(_RUPIAH, "", regex=True)
    plain, styled = (parse_number(text, _styled(context, style)) for style in ("plain", "id"))
    data = styled.data.mask(numeric, plain.data)
    codes = styled.codes.mask(numeric, plain.codes)
    return Parsed(data.where(kept(codes)), codes)


def _styled(context: Context, style: str) -> Context:
    return Context(context.reference_date, context.table, style, context.epoch)
