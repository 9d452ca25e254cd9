"""`padan sources new FILE`: a declaration drafted from a file's headings, for a person to finish."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from itertools import islice
from operator import itemgetter

import pandas as pd
from rapidfuzz import fuzz, process

from reconcile.errors import Fault, InputError
from reconcile.sources.headers import Known, Layout, find_header, fold_heading
from reconcile.sources.headings import without_numbers
from reconcile.sources.parsers import PARSERS
from reconcile.sources.parsing.base import Context, blank, kept, squeeze
from reconcile.sources.raw import CellSheet, RawFile, RawSheet, split_line
from reconcile.sources.spec import PEOPLE, UNFILLED, FieldSpec, SourceSpec, Title, load_source, source_names
from reconcile.vocab import Content

_SAMPLE_ROWS = 200
_LEAST_KNOWN = 2
# from the narrowest to the widest: the first that reads nearly all of a column is proposed
_SHAPES = ("nik", "date", "sex", "yes_no", "relationship", "decile", "rt_rw", "whole", "latitude", "number")
_READS = 0.9
# fixed, for the draft of a file must not depend on the clock
_REFERENCE = date(2040, 1, 1)

_TOP = """\
# Draft for {file}, sheet {sheet}, heading on row {row}. Made from headings and shapes, holds no value.
# Fill every {mark} and decide on the columns below that nobody knows; _template.yaml tells what is possible.
name: {name}
title: {{id: {mark}, en: {mark}}}
{registry}content: {mark}       # families, members, figures, bridging or recodes; looks like: {content}
code_system: {mark}   # kemendagri or bps: who issued the region codes. Ask the sender, digits do not tell
fields:
"""
_REGISTRY = """\
registry: {mark}      # p3ke or bps
key_space: {mark}     # files with the same word here share family keys
"""


def draft_source(raw: RawFile, *, name: str) -> str:
    """Return the text of ``name.yaml``: headings known from any shipped source mapped as they are there.

    Unknown headings stand as comments with the nearest known heading and the parser that reads their first
    200 rows. ``parse_source`` refuses it until the marked places are filled. InputError
    ``E_DRAFT_NO_HEADING`` where no line of any sheet holds two known headings: what stands there may be data.
    """
    found = [
        (_vocabulary(content).count(list(layout.headings)), content, sheet, layout)
        for content in Content
        for sheet in raw.sheets
        if (layout := find_header(sheet, _vocabulary(content)))
    ]
    best = max(found, key=itemgetter(0), default=None)
    if best is None or best[0] < _LEAST_KNOWN:
        raise InputError([Fault.of("E_DRAFT_NO_HEADING", file=raw.label)])
    return _text(raw, name, *best[1:])


@cache
def _vocabulary(content: Content) -> Known:
    """Return the headings of all shipped sources of ``content`` as those of one; parts of codes apart."""
    specs = [spec for source in source_names() if (spec := load_source(source)).content is content]
    ignore = tuple(dict.fromkeys(heading for spec in specs for heading in spec.ignore))
    fields = _merged(spec.fields for spec in specs)
    family = _merged(spec.family_fields for spec in specs)
    return Known(
        SourceSpec.model_construct(
            name=content.value,
            title=Title(id="", en=""),
            content=content,
            ignore=ignore,
            fields=fields,
            family_fields=family,
        )
    )


def _merged(declared: Iterable[Mapping[str, FieldSpec]]) -> dict[str, FieldSpec]:
    """Return each field with the spellings of all declarations of it."""
    merged: dict[str, FieldSpec] = {}
    for name, field in ((n, f) for fields in declared for n, f in fields.items() if f.headings):
        known = merged[name].headings if name in merged else ()
        spellings = tuple(dict.fromkeys((*known, *field.headings)))
        merged[name] = field.model_copy(update={"headings": spellings, "source": None})
    return merged


@cache
def _reader(content: Content, name: str, heading: str) -> str:
    """Return the parser that the last shipped source with this spelling of a field's heading declares."""
    declared = [
        field
        for source in source_names()
        if (spec := load_source(source)).content is content
        for field in [spec.all_fields.get(name)]
        if field
    ]
    told = [f.parse for f in declared if heading in map(fold_heading, f.headings)]
    # a code table is a source's own: a person has to say what this one means
    return f"{told[-1]}, values: {UNFILLED}" if told[-1] == "choice" else told[-1]


def _text(raw: RawFile, name: str, content: Content, sheet: RawSheet, layout: Layout) -> str:
    known, cells = _vocabulary(content), _sample(sheet, layout)
    top = _TOP.format(
        file=raw.label,
        sheet=sheet.name or "-",
        row=layout.start + 1,
        name=name,
        mark=UNFILLED,
        content=content.value,
        registry=_REGISTRY.format(mark=UNFILLED) if content in PEOPLE else "",
    )
    unknown = [line for place in _unknown(layout, known) for line in _proposal(layout, known, cells, place)]
    ignored = [h for h in layout.headings if not _targets(h, known) and known.ignores(fold_heading(h))]
    family = list(_fields(layout, known, known.spec.family_fields))
    lines = [*_fields(layout, known, known.spec.fields), *unknown]
    lines += ["family_fields:", *family] if family else []
    lines += ["ignore:", *(f"  - {_quoted(h)}" for h in ignored)] if ignored else ["ignore: []"]
    return top + "\n".join(lines) + "\n"


def _targets(heading: str, known: Known) -> list[str]:
    return [name for name, _ in known.targets.get(fold_heading(heading), ())]


def _fields(layout: Layout, known: Known, fields: Mapping[str, FieldSpec]) -> Iterator[str]:
    """Return a line per field: the first heading that is known for it, further ones as comments."""
    taken: set[str] = set()
    for heading in layout.headings:
        for name in (name for name in _targets(heading, known) if name in fields):
            parse = _reader(known.spec.content, name, fold_heading(heading))
            again = "# a second column for it: " if name in taken else ""
            yield f"  {again}{name}: {{headings: [{_quoted(heading)}], parse: {parse}}}"
            taken.add(name)


def _unknown(layout: Layout, known: Known) -> list[int]:
    return [
        place
        for place, heading in enumerate(layout.headings)
        if heading.strip() and not _targets(heading, known) and not known.ignores(fold_heading(heading))
    ]


def _proposal(layout: Layout, known: Known, cells: Mapping[int, pd.Series], place: int) -> list[str]:
    """Return comment lines for a heading that nobody knows; similarity is only ever a proposal."""
    heading = layout.headings[place]
    spelled = {spelling: name for spelling in known.targets for name, _ in known.targets[spelling][:1]}
    near = process.extract(fold_heading(heading), sorted(spelled), scorer=fuzz.ratio, limit=3)
    told = ", ".join(f"{match[0]} ({spelled[match[0]]})" for match in near)
    return [
        f"  # nobody knows this column; nearest: {told}",
        f"  # {UNFILLED}: {{headings: [{_quoted(heading)}], parse: {propose_parser(cells[place])}}}",
    ]


def propose_parser(written: pd.Series) -> str:
    """Return the narrowest parser that reads nine of ten distinct filled cells, ``text`` where none does."""
    filled = written[~blank(squeeze(written))].drop_duplicates()
    if filled.empty:
        return "text"
    if squeeze(filled).str.fullmatch(r"[0-9]{10}|[0-9]{2}(\.[0-9]{2,4}){1,3}").mean() >= _READS:
        return "code"
    context = Context(_REFERENCE)
    read = (name for name in _SHAPES if _share(name, filled, context) >= _READS)
    return next(read, "text")


def _share(parser: str, filled: pd.Series, context: Context) -> float:
    parsed = PARSERS[parser].parse(filled, context)
    return float((kept(parsed.codes) & parsed.data.notna()).mean())


def _sample(sheet: RawSheet, layout: Layout) -> dict[int, pd.Series]:
    rows = list(islice(_rows(sheet, layout), _SAMPLE_ROWS))
    return {
        place: pd.Series([row[place] if place < len(row) else "" for row in rows], dtype="str")
        for place in range(len(layout.headings))
    }


def _rows(sheet: RawSheet, layout: Layout) -> Iterator[list[str]]:
    if isinstance(sheet, CellSheet):
        yield from sheet.rows[layout.end : layout.end + _SAMPLE_ROWS]
        return
    for line in sheet.lines[layout.end : layout.end + _SAMPLE_ROWS]:
        if (cells := split_line(line, layout.delimiter)) is not None:
            yield cells


def _quoted(heading: str) -> str:
    """Return a heading as YAML reads it back, nothing of a person in it."""
    return json.dumps(without_numbers(heading.strip()), ensure_ascii=False)
