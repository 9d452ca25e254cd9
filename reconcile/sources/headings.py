"""Which column of a sheet is which of our fields, and every fault of the headings at once."""

import re
from collections import defaultdict
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import partial

from rapidfuzz import fuzz, process

from reconcile.errors import Fault
from reconcile.sources.headers import SIXTEEN_DIGITS, Known, Layout, find_header, fold_heading
from reconcile.sources.raw import NUMERIC_MARK, CellSheet, RawFile, RawSheet, TextSheet
from reconcile.sources.spec import SourceSpec

_DIGIT_RUN = re.compile(r"\d{6,}")


@dataclass(frozen=True)
class UnusedSheet:
    """A sheet that was not read, with a catalogue key of the reason."""

    name: str
    rows: int
    why: str


@dataclass(frozen=True)
class Plan:
    """What will be read of a file: its sheets with their heading lines, what will not, and every fault."""

    used: tuple[tuple[RawSheet, Layout], ...]
    unused: tuple[UnusedSheet, ...]
    faults: tuple[Fault, ...]


def check_headings(raw: RawFile, spec: SourceSpec) -> tuple[Fault, ...]:
    """Return every fault of sheets and headings, so that a caller can gather those of all its files first.

    ``E_SHEET_MISSING``, ``E_HEADER_NOT_FOUND``, ``E_HEADING_UNKNOWN``, ``E_HEADING_MISSING``,
    ``E_HEADING_TWICE``, ``E_HEADING_BLANK``.
    """
    return plan_sheets(raw, spec).faults


def plan_sheets(raw: RawFile, spec: SourceSpec) -> Plan:
    """Return which sheets of ``raw`` hold what ``spec`` declares, and where their headings stand."""
    known = Known(spec)
    used, unused, faults = [], [], []
    for sheet in raw.sheets:
        layout = find_header(sheet, known) if _declared(sheet, spec) else None
        if layout:
            used.append((sheet, layout))
            faults += heading_faults(raw.label, sheet, layout, known)
        elif _must_be_read(sheet, spec, alone=len(raw.sheets) == 1):
            faults.append(
                Fault.of("E_HEADER_NOT_FOUND", file=raw.label, sheet=sheet.name, needed=known.needed)
            )
        else:
            unused.append(UnusedSheet(sheet.name, len(sheet), _why(sheet, spec)))
    if not used and not faults:
        faults.append(Fault.of("E_SHEET_MISSING", file=raw.label, sheets=", ".join(spec.sheets) or "*"))
    return Plan(tuple(used), tuple(unused), tuple(faults))


def _declared(sheet: RawSheet, spec: SourceSpec) -> bool:
    if isinstance(sheet, TextSheet):
        return True
    return not _named(sheet, spec.ignore_sheets) and (not spec.sheets or _named(sheet, spec.sheets))


def _named(sheet: RawSheet, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(sheet.name.strip().casefold(), pattern.casefold()) for pattern in patterns)


def _must_be_read(sheet: RawSheet, spec: SourceSpec, *, alone: bool) -> bool:
    """Return whether a sheet without heading is a fault: it was declared, is alone, or holds people."""
    if not _declared(sheet, spec):
        return False
    return alone or bool(spec.sheets) or _holds_people(sheet)


def _holds_people(sheet: RawSheet) -> bool:
    return isinstance(sheet, CellSheet) and any(
        SIXTEEN_DIGITS.fullmatch(cell.strip(f" '{NUMERIC_MARK}"))
        for row in sheet.rows
        for cell in row
        if len(cell) >= 16
    )


def _why(sheet: RawSheet, spec: SourceSpec) -> str:
    if _named(sheet, spec.ignore_sheets):
        return "sheet_no_data"
    if not _declared(sheet, spec):
        return "sheet_not_declared"
    return "sheet_without_heading" if len(sheet) else "sheet_blank"


def map_columns(layout: Layout, known: Known) -> dict[str, tuple[int, ...]]:
    """Return field -> its columns, one or one per part; of two columns for one field the first."""
    places = _places(layout, known)
    return {
        name: tuple(places[name, part][0] for part in range(len(field.columns)))
        for name, field in known.spec.all_fields.items()
        if all((name, part) in places for part in range(len(field.columns)))
    }


def _places(layout: Layout, known: Known) -> dict[tuple[str, int], list[int]]:
    places: dict[tuple[str, int], list[int]] = defaultdict(list)
    for column, heading in enumerate(layout.headings):
        for target in known.targets.get(known.fold(heading), ()):
            places[target].append(column)
    return dict(places)


def heading_faults(file: str, sheet: RawSheet, layout: Layout, known: Known) -> list[Fault]:
    """Return the faults of one heading line: unknown, missing, twice, blank above values."""
    faults = []
    for column, heading in enumerate(layout.headings):
        folded = known.fold(heading)
        at = partial(Fault.of, file=file, sheet=sheet.name, row=layout.start + 1, column=column_name(column))
        if not folded and not _blank_column(sheet, layout, column):
            faults.append(at("E_HEADING_BLANK"))
        elif folded and folded not in known.targets and not known.ignores(folded):
            faults.append(at("E_HEADING_UNKNOWN", heading=_shown(heading), near=_near(folded, known)))
    return faults + _field_faults(file, sheet, layout, known)


def _field_faults(file: str, sheet: RawSheet, layout: Layout, known: Known) -> list[Fault]:
    faults = []
    places = _places(layout, known)
    at = partial(Fault.of, file=file, sheet=sheet.name, row=layout.start + 1)
    for name, field in known.spec.all_fields.items():
        found = [places.get((name, part), []) for part in range(len(field.columns))]
        faults += [
            at("E_HEADING_MISSING", field=name, headings=" / ".join(spellings))
            for spellings, columns in zip(field.columns, found, strict=True)
            if not columns and (field.required or any(found))
        ]
        faults += [
            at("E_HEADING_TWICE", field=name, columns=", ".join(map(column_name, columns)))
            for columns in found
            if len(columns) > 1 and not field.first_of_many
        ]
    return faults


def column_name(column: int) -> str:
    """Return the letters of a column, counted from 0, as a spreadsheet shows them: A, Z, AA."""
    letters = ""
    column += 1
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(65 + place) + letters
    return letters


def without_numbers(heading: str) -> str:
    """Return a heading without runs of six digits or more, which may be a person's."""
    return _DIGIT_RUN.sub("…", heading)


def _shown(heading: str) -> str:
    """Return a heading that may stand in a message: short, nothing of a person in it."""
    return without_numbers(" ".join(heading.split()))[:60]


def _near(folded: str, known: Known) -> str:
    spelled = {fold_heading(h): h for f in known.spec.all_fields.values() for c in f.columns for h in c}
    spelled |= {fold_heading(heading): heading for heading in known.spec.ignore if "*" not in heading}
    found = process.extract(folded, sorted(spelled), scorer=fuzz.ratio, limit=3)
    return ", ".join(spelled[match[0]] for match in found)


def _blank_column(sheet: RawSheet, layout: Layout, column: int) -> bool:
    """Return whether nothing stands below a blank heading; in text such a column is never taken for empty."""
    if isinstance(sheet, TextSheet):
        return False
    return not any(row[column].strip() for row in sheet.rows[layout.end :] if column < len(row))
