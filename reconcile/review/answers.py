"""What came back in review books: lines found by their keys, judged one by one, nothing dropped silently."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import pandas as pd

from reconcile.errors import Fault
from reconcile.language import entries
from reconcile.review.sheet import KEYS, OPEN
from reconcile.review.tables import JUDGEMENTS
from reconcile.review.verdicts import folded, iso_days
from reconcile.review.vocab import ReviewRole
from reconcile.sources.raw import FORMULA_MARK, NUMERIC_MARK
from reconcile.vocab import Language, PairDecision

#: A heading is looked for in so many rows.
_SEARCHED_ROWS = 30
_READ = (*KEYS, *OPEN)
_LINE = [*_READ, "file", "sheet", "row"]
_PLACE = ["file", "sheet", "row"]
#: What makes two lines answers of one person on one day.
_ONE = ["record_p3ke", "record_bps", "who", "tanggal", "peran"]


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook, its rows as text."""

    file: str
    sheet: str
    rows: Sequence[list[str]]


@dataclass(frozen=True, eq=False)
class Lines:
    """The lines of all books, text throughout, with their places; ``faults`` of books without any."""

    table: pd.DataFrame
    faults: tuple[Fault, ...]


@dataclass(frozen=True, eq=False)
class Judged:
    """``taken``: JUDGEMENTS that are new. ``faults`` names each line that is not taken.

    ``books``: per file its pairs, decided ones, new ones, those stored already, refused and open ones.
    """

    taken: pd.DataFrame
    faults: tuple[Fault, ...]
    books: pd.DataFrame


def lines_of(pages: Iterable[Page]) -> Lines:
    """Return the lines of review sheets, in either language and any order of columns and rows.

    A line without reviewer or day has those of its book. ``E_REVIEW_FILE``: a file without a review sheet.
    """
    of_file: dict[str, list[Page]] = {}
    for page in pages:
        of_file.setdefault(page.file, []).append(page)
    tables, faults = [], []
    for file, own in of_file.items():
        book = {name: _label(own, name) for name in ("by", "on")}
        found = [table for table in map(_table, own) if table is not None]
        if not found:
            faults.append(Fault.of("E_REVIEW_FILE", file=file))
        for table in found:
            filled = {"oleh": book["by"], "tanggal": book["on"]}
            tables.append(table.assign(**{n: table[n].mask(table[n] == "", v) for n, v in filled.items()}))
    empty = pd.DataFrame({name: pd.Series(dtype="int64" if name == "row" else "str") for name in _LINE})
    return Lines(pd.concat([empty, *tables], ignore_index=True), tuple(faults))


def _label(pages: list[Page], name: str) -> str:
    """Return what stands beside a label of the instructions."""
    labels = {entries()[f"review_label_{name}"][language].casefold() for language in Language}
    for page in pages:
        for row in page.rows[:_SEARCHED_ROWS]:
            cells = [_plain(cell) for cell in row]
            at = next((n for n, cell in enumerate(cells) if cell.casefold().rstrip(" :") in labels), None)
            if at is not None:
                return next((cell for cell in cells[at + 1 :] if cell), "")
    return ""


def _header(page: Page) -> tuple[int, list[str]] | None:
    """Return the number of the heading row and the column that each of its cells names."""
    for number, row in enumerate(page.rows[:_SEARCHED_ROWS]):
        names = [_names().get(_plain(cell).casefold(), "") for cell in row]
        if {"kunci", "keputusan"} <= set(names):
            return number, names
    return None


def _table(page: Page) -> pd.DataFrame | None:
    """Return the lines of a review sheet, None where it is another sheet."""
    header = _header(page)
    if header is None:
        return None
    number, names = header
    below = page.rows[number + 1 :]
    columns = {
        name: pd.Series(
            [_cell(cells, names.index(name)) if name in names else "" for cells in below], dtype="str"
        )
        for name in _READ
    }
    rows = pd.Series(range(number + 2, number + 2 + len(below)), dtype="int64")
    table = pd.DataFrame(columns).assign(file=page.file, sheet=page.sheet, row=rows)
    return table[(table[list(_READ)] != "").any(axis="columns")]


@cache
def _names() -> dict[str, str]:
    """Return what a heading reads in either language -> the column."""
    return {entries()[f"review_col_{n}"][one].casefold(): n for n in _READ for one in Language}


@cache
def _words() -> dict[str, str]:
    """Return what a decision reads in either language -> PairDecision."""
    own = {one.value: one.value for one in PairDecision}
    return own | {entries()[f"review_word_{word}"][one].casefold(): word for word in own for one in Language}


def _cell(cells: list[str], place: int) -> str:
    return _plain(cells[place]) if place < len(cells) else ""


def _plain(cell: str) -> str:
    return " ".join(cell.strip(f"{NUMERIC_MARK}{FORMULA_MARK}").split())


def judged(
    lines: pd.DataFrame, known: Mapping[str, pd.DataFrame], stored: pd.DataFrame, *, today: date
) -> Judged:
    """Return the judgements of ``lines`` that ``stored`` (JUDGEMENTS) does not have yet.

    ``known``: the pairs of each run (REVIEW_PAIRS). Faults of a line that is decided, the first that holds:
    ``E_REVIEW_WORD``, ``E_REVIEW_RUN``, ``E_REVIEW_KEY``, ``E_REVIEW_BY``, ``E_REVIEW_DATE``; and
    ``E_REVIEW_TWICE``, two answers of one person on one day: neither is taken.
    """
    table = _resolved(lines, known)
    decided = table["keputusan"] != ""
    code = _codes(table, known, today).where(decided)
    good = table[decided & code.isna()]
    good = good.assign(
        keputusan=good["said"], tanggal=good["day"], who=folded(good["oleh"]), peran=_roles(good["peran"])
    )
    before = stored.assign(who=folded(stored["oleh"]))
    code = code.fillna(_twice(good, before).reindex(table.index))
    good = good[code[good.index].isna()].drop_duplicates([*_ONE, "keputusan"])
    same = [*_ONE, "keputusan"]
    again = pd.MultiIndex.from_frame(good[same].fillna("")).isin(
        pd.MultiIndex.from_frame(before[same].fillna(""))
    )
    new = good[~again].rename(columns={"alasan": "keterangan"})
    refused = table[code.notna()]
    faults = [
        Fault.of(str(said), file=file, sheet=sheet, row=int(row))
        for said, (file, sheet, row) in zip(
            code[code.notna()], refused[_PLACE].itertuples(index=False), strict=True
        )
    ]
    books = _books(table, refused, new, good[again])
    return Judged(JUDGEMENTS.build(new[JUDGEMENTS.names].replace("", pd.NA)), tuple(faults), books)


def _resolved(lines: pd.DataFrame, known: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the lines with the records of their pairs, the decision as PairDecision, the day as ISO."""
    pairs = pd.concat(
        [pd.DataFrame(columns=["jalan", "id_pasangan", "record_p3ke", "record_bps"], dtype="str")]
        + [t[["id_pasangan", "record_p3ke", "record_bps"]].assign(jalan=run) for run, t in known.items()]
    )
    pairs = pairs.drop_duplicates(["jalan", "id_pasangan"]).rename(columns={"id_pasangan": "kunci"})
    table = lines.merge(pairs, on=["jalan", "kunci"], how="left", validate="many_to_one")
    said = table["keputusan"].str.casefold().map(_words()).astype("str")
    return table.assign(said=said, day=iso_days(table["tanggal"]))


def _codes(table: pd.DataFrame, known: Mapping[str, pd.DataFrame], today: date) -> pd.Series:
    """Return the first fault of each line; missing where there is none."""
    late = table["day"].fillna("") > today.isoformat()
    checks = {
        "E_REVIEW_WORD": table["said"].isna(),
        "E_REVIEW_RUN": ~table["jalan"].isin(list(known)),
        "E_REVIEW_KEY": table["record_p3ke"].isna(),
        "E_REVIEW_BY": table["oleh"] == "",
        "E_REVIEW_DATE": ((table["tanggal"] != "") & table["day"].isna()) | late,
    }
    codes = pd.Series(pd.NA, index=table.index, dtype="str")
    for code, holds in checks.items():
        codes = codes.mask(holds & codes.isna(), code)
    return codes


def _roles(written: pd.Series) -> pd.Series:
    arbiter = written.str.casefold() == ReviewRole.ARBITER
    return pd.Series(ReviewRole.REVIEWER.value, index=written.index, dtype="str").mask(
        arbiter, ReviewRole.ARBITER.value
    )


def _twice(good: pd.DataFrame, before: pd.DataFrame) -> pd.Series:
    """Return E_REVIEW_TWICE of the lines whose person says otherwise elsewhere on that day."""
    both = pd.concat([good[[*_ONE, "keputusan"]], before[[*_ONE, "keputusan"]]], keys=["new", "old"])
    both["tanggal"] = both["tanggal"].fillna("")
    unlike = both.groupby(_ONE)["keputusan"].transform("nunique") > 1
    codes = pd.Series(pd.NA, index=both.index, dtype="str").mask(unlike, "E_REVIEW_TWICE")
    return codes.loc["new"] if len(good) else pd.Series(dtype="str")


def _books(
    table: pd.DataFrame, refused: pd.DataFrame, new: pd.DataFrame, again: pd.DataFrame
) -> pd.DataFrame:
    decided = table[table["keputusan"] != ""]
    books = pd.DataFrame(
        {
            "pairs": table.groupby("file")["kunci"].nunique(),
            "decided": decided.groupby("file")["kunci"].nunique(),
            "new": new.groupby("file").size(),
            "known": again.groupby("file").size(),
            "refused": refused.groupby("file").size(),
        }
    )
    books = books.reindex(sorted(table["file"].unique())).fillna(0).astype("int64")
    return books.assign(open=books["pairs"] - books["decided"]).rename_axis("file").reset_index()
