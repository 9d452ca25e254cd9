"""The columns of a sheet become values: each by its parser, then those that only make sense side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from reconcile.identifiers import nik_birth_dates
from reconcile.sources.distinct import over_distinct
from reconcile.sources.headers import Known, Layout, fold_heading
from reconcile.sources.headings import map_columns
from reconcile.sources.parsers import PARSERS
from reconcile.sources.parsing.base import Context, Parsed, nothing
from reconcile.sources.parsing.choices import translate
from reconcile.sources.parsing.coordinates import swapped
from reconcile.sources.spec import FieldSpec
from reconcile.tables import DTYPES
from reconcile.vocab import Reason


@dataclass(frozen=True)
class Origin:
    """Where a field is read from in one sheet: the declaration that applies, and its columns from 0."""

    field: FieldSpec
    places: tuple[int, ...]


def field_origins(layout: Layout, known: Known) -> dict[str, Origin]:
    """Return field -> where it is read from; without a column of its own that is its ``from``, if any."""
    own = map_columns(layout, known)
    folded = [known.fold(heading) for heading in layout.headings]
    found: dict[str, Origin] = {}
    for name, field in known.spec.all_fields.items():
        if name in own:
            found[name] = Origin(field, own[name])
        elif field.source:
            spellings = {fold_heading(heading) for heading in field.source.headings}
            there = [place for place, heading in enumerate(folded) if heading in spellings]
            if there:
                found[name] = Origin(field.source, (there[0],))
    return found


def read_values(written: pd.Series, field: FieldSpec, context: Context) -> Parsed:
    """Return a column of text read as ``field`` declares: its own code table first, then its parser."""
    if (written[:1] == "").all() and (written == "").all():
        return nothing(written.index, DTYPES[PARSERS[field.parse].kind])
    context = replace(context, table=field.table, style=field.style, epoch=field.epoch)

    def read(texts: pd.Series) -> Parsed:
        meant = translate(texts, field.table) if field.table else texts
        return PARSERS[field.parse].parse(meant, context)

    return over_distinct(written, read)


def side_by_side(parsed: Mapping[str, Parsed]) -> dict[str, Parsed]:
    """Return the fields of the same rows with what they say of each other; no value changes.

    ``W_SWAPPED`` on latitude and longitude that lie in the province only the other way round. A birth date
    whose day and month its NIK confirms is no longer ``W_DATE_AMBIGUOUS``.
    """
    told = dict(parsed)
    if {"lintang", "bujur"} <= told.keys():
        turned = swapped(told["lintang"].data, told["bujur"].data)
        for name in ("lintang", "bujur"):
            told[name] = replace(told[name], codes=told[name].codes.mask(turned, Reason.SAID_SWAPPED.value))
    if {"nik", "tanggal_lahir"} <= told.keys():
        dates = told["tanggal_lahir"]
        told["tanggal_lahir"] = replace(dates, codes=_confirmed(dates, told["nik"].data))
    return told


def _confirmed(dates: Parsed, nik: pd.Series) -> pd.Series:
    doubtful = dates.codes == Reason.SAID_DATE_AMBIGUOUS.value
    if not doubtful.any():
        return dates.codes
    born = nik_birth_dates(nik[doubtful])
    days = dates.data[doubtful].dt
    same = (born["hari"] == days.day) & (born["bulan"] == days.month)
    same = same.fillna(value=False).astype(bool)
    return dates.codes.mask(same.reindex(dates.codes.index, fill_value=False))
