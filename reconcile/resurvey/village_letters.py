"""The sheets of a village's workbook that are read or signed: the instructions and the minutes."""

from collections.abc import Iterable, Iterator
from math import ceil

from reconcile.language import text
from reconcile.reports.forms import Cell, FormSheet, Line, PaperSheet, Style
from reconcile.resurvey.form import load_form
from reconcile.resurvey.village_words import ListOf
from reconcile.sources.headings import column_name
from reconcile.vocab import Language

GUIDE_SHEET, MINUTES_SHEET = "PETUNJUK", "BERITA_ACARA"
#: Characters of the columns: together the width of A4.
_GUIDE_WIDTHS = (26.0, 68.0)
_MINUTES_WIDTHS = (32.0, 30.0, 32.0)


def guide(of: ListOf) -> PaperSheet:
    """Return the instructions: what the list is, how to fill it in, where to send it, where it comes from."""
    language, told = of.language, of.round
    labels = load_form().labels("hasil", language)
    back = "guide_back_2" if told.contact else "guide_back_blank"
    sources = [text("guide_sources_1", language, run=told.run, day=told.day), *told.sources]
    lines = [
        _wide(f"{text('guide_title', language)}: {of.title('list_title')}", Style.TITLE),
        *_section("guide_what", language, *(text(f"guide_what_{n}", language) for n in (1, 2, 3))),
        *_section("guide_fill", language, *(text(f"guide_fill_{n}", language) for n in range(1, 8))),
        *_section("guide_results", language),
        *(_pair(word, text(f"guide_result_{value}", language)) for value, word in labels.items()),
        *_section(
            "guide_back",
            language,
            text("guide_back_1", language, due=of.due),
            text(back, language, contact=told.contact),
        ),
        *_section("guide_sources", language, *sources),
    ]
    return PaperSheet(GUIDE_SHEET, _GUIDE_WIDTHS, tuple(lines), footer=of.footer)


def _section(key: str, language: Language, *sentences: str) -> Iterator[Line]:
    yield Line((), 6)
    yield _wide(text(key, language), Style.STRONG)
    for sentence in sentences:
        yield _wide(sentence)


def _wide(said: str, style: Style = Style.PLAIN) -> Line:
    return Line((Cell(said, len(_GUIDE_WIDTHS), style),), _high(said, sum(_GUIDE_WIDTHS), style))


def _pair(word: str, said: str) -> Line:
    return Line((Cell(word, 1, Style.ROW), Cell(said, 1, Style.ROW)), _high(said, _GUIDE_WIDTHS[1]))


def _high(said: str, width: float, style: Style = Style.PLAIN) -> float:
    """Return the height of a text in a cell of ``width`` characters."""
    big = style is Style.TITLE
    return (18 if big else 13.5) * ceil(len(said) * (1.25 if big else 0.92) / width)


def minutes(of: ListOf, digest: str, *, list_sheet: FormSheet, new_sheet: FormSheet) -> PaperSheet:
    """Return the minutes to be signed; counts work themselves out of the two sheets that are filled in.

    ``digest`` is the SHA-256 of what is locked.
    """
    language = of.language
    known = {
        "minutes_area": of.area,
        "minutes_period": of.round.period,
        "minutes_run": of.round.run,
        "minutes_due": of.due,
        "minutes_digest": digest,
    }
    lines = [
        Line((Cell(text("minutes_title", language), 3, Style.CENTRED),), 20),
        Line((Cell(text("minutes_number", language), 3),), 22),
        Line((Cell(text("minutes_opening", language), 3),), 45),
        *(
            Line(
                (Cell(text(key, language), 1, Style.ROW), Cell(value, 2, Style.ROW)), _high(value, 62.0) + 1.5
            )
            for key, value in known.items()
        ),
        Line((), 10),
        *_counted(of, list_sheet, new_sheet),
        Line((), 10),
        Line((Cell(text("minutes_closing", language), 3),), 28),
        *_signatures(of),
    ]
    return PaperSheet(MINUTES_SHEET, _MINUTES_WIDTHS, tuple(lines), footer=of.footer)


def _counted(of: ListOf, list_sheet: FormSheet, new_sheet: FormSheet) -> Iterator[Line]:
    language = of.language
    results, new = _cells(list_sheet, "hasil"), _cells(new_sheet, "nama_perbaikan")
    labels = load_form().labels("hasil", language).values()
    heads = (text("minutes_matter", language), text("minutes_count", language))
    yield Line((Cell(heads[0], 2, Style.ROW), Cell(heads[1], 1, Style.ROW)), 15)
    yield _count(text("minutes_asked", language), str(of.count))
    # a list that was filled in on paper has no counts: they are written by hand
    filled = f'=IF(COUNTA({results})=0,"",{{}})'
    yield _count(text("minutes_visited", language), formula=filled.format(f"COUNTA({results})"))
    for one in labels:
        counted = filled.format(f'COUNTIF({results},"{one}")')
        yield _count(text("minutes_result", language, result=one), formula=counted)
    yield _count(text("minutes_open", language), formula=filled.format(f"{of.count}-COUNTA({results})"))
    added = f'=IF(COUNTA({results})+COUNTA({new})=0,"",COUNTA({new}))'
    yield _count(text("minutes_new", language), formula=added)


def _count(said: str, value: str = "", *, formula: str = "") -> Line:
    return Line((Cell(said, 2, Style.ROW), Cell(value, 1, Style.COUNT, formula)), 15)


def _cells(sheet: FormSheet, key: str) -> str:
    """Return where the answers to a question stand, as a spreadsheet writes it."""
    letter = column_name([column.key for column in sheet.columns].index(key))
    first = sheet.heading + 2
    return f"{sheet.name}!${letter}${first}:${letter}${sheet.heading + 1 + sheet.lines}"


def _signatures(of: ListOf) -> Iterable[Line]:
    who = ("minutes_enumerator", "minutes_village", "minutes_district")
    roles = who if of.village else ("minutes_enumerator", "minutes_regency")
    for words, height in (
        ([text(role, of.language) for role in roles], 15.0),
        ([""] * len(roles), 58.0),
        ([text("minutes_signed", of.language)] * len(roles), 15.0),
        ([text("minutes_nip", of.language)] * len(roles), 15.0),
    ):
        yield Line(tuple(Cell(word) for word in words), height)
