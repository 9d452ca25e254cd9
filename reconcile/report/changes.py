"""Three changes since the previous run: counts of kabupaten that moved farthest, and what changed between.

A change is told only where its value of then and of now are both shown in the reports of then and now: else
the difference would give a small cell away.
"""

from collections.abc import Iterator

from reconcile.report.areas import UNPLACED, areas_of, fill
from reconcile.report.book import Book, together
from reconcile.report.desk import Desk
from reconcile.report.model import Absent, Block, Bullets, Figure, Sentence, Title, Value
from reconcile.report.plans import COMPLETENESS, POOREST, RECONCILIATION, TIES
from reconcile.series.causes import Cause
from reconcile.series.moves import LISTS, MOVED
from reconcile.vocab import CaseChange

MOVES_TABLE, CAUSES_TABLE, FORMER_TABLE = "perubahan", "sebab", "indikator_lalu"
_MOST = 3
#: Where each count stands among the figures of the report: its plan, and its column there.
_SHOWN_IN = {
    **{name: ("rekonsiliasi", name) for name in MOVED if name != "n_desil1_keduanya"},
    "n_desil1_keduanya": ("desil1", "desil1_keduanya"),
    **{name: ("kelengkapan", name) for name in LISTS},
}
_CASES = (CaseChange.NEW, CaseChange.SETTLED, CaseChange.REPEATED)


def three(desk: Desk) -> Iterator[Block]:
    """Return the three largest changes, and what changed between both runs."""
    yield Title(desk.say("changes"))
    if desk.issue.previous is None:
        yield Absent(desk.say("changes"), desk.say("absent_previous"))
        return
    if MOVES_TABLE in desk.book:
        yield from _moved(desk)
    else:
        yield Absent(desk.say("changes"), desk.say("absent_former"))


def _moved(desk: Desk) -> Iterator[Block]:
    told = _largest(desk)
    if told:
        yield Sentence("report_changes_intro", {"run": str(desk.issue.previous)})
        yield Bullets(told, ordered=True)
    else:
        yield Sentence("report_changes_none", {"run": str(desk.issue.previous)})
    reasons = [_cause(desk, cause) for cause in Cause if len(desk.book.rows(CAUSES_TABLE, jenis=cause.value))]
    if reasons:
        yield Sentence("report_causes_intro")
        yield Bullets(reasons)
    else:
        yield Sentence("report_causes_none")


def _largest(desk: Desk) -> list[Sentence]:
    """Return the farthest moves that may be told, one per count; the table has them in their order."""
    then = _hidden_then(desk)
    told: dict[str, Sentence] = {}
    for row in desk.book.rows(MOVES_TABLE).itertuples():
        name, code = str(row.indikator), str(row.kode)
        if name not in MOVED or name in told or float(str(row.besar)) < desk.issue.k:
            continue
        if _may_tell(desk, name, code, then):
            told[name] = _move(desk, name, code, str(row.nama), then)
        if len(told) == _MOST:
            break
    return list(told.values())


def _hidden_then(desk: Desk) -> dict[str, frozenset[str]]:
    """Return per count the kabupaten that the report of the previous run kept back."""
    former = Book({"indikator": desk.book.tables[FORMER_TABLE]})
    plans = [RECONCILIATION, POOREST, COMPLETENESS]
    filled = fill(former, plans, areas_of(former, desk.language), desk.issue.k, TIES)
    return {name: filled[plan].hidden(column) for name, (plan, column) in _SHOWN_IN.items()}


def _may_tell(desk: Desk, name: str, code: str, then: dict[str, frozenset[str]]) -> bool:
    plan, column = _SHOWN_IN[name]
    filled = desk.filled[plan]
    there = {area.code or UNPLACED for area in filled.areas}
    return code in there and code not in then[name] and code not in filled.hidden(column)


def _move(desk: Desk, name: str, code: str, area: str, then: dict[str, frozenset[str]]) -> Sentence:
    before, after = _ends(desk, name, code)
    up = (after.value or 0.0) > (before.value or 0.0)
    change = together([after], [before]) if up else together([before], [after])
    told: dict[str, Value] = {"what": desk.say(f"moved_{name}"), "area": area}
    told |= {"change": change, "before": before, "after": after}
    shown = [side for side in LISTS if _may_tell(desk, side, code, then)]
    for side in LISTS if shown else ():
        first, last = _ends(desk, side, code)
        told[f"{side}_before"] = first if side in shown else first.kept_back()
        told[f"{side}_after"] = last if side in shown else last.kept_back()
    return Sentence(f"report_change_{'up' if up else 'down'}{'_lists' if shown else ''}", told)


def _ends(desk: Desk, name: str, code: str) -> tuple[Figure, Figure]:
    where = {"kode": code, "indikator": name}
    first, last = (desk.book.total(MOVES_TABLE, f"nilai_{end}", **where) for end in ("awal", "akhir"))
    return first, last


def _cause(desk: Desk, cause: Cause) -> Sentence:
    count = desk.book.total(CAUSES_TABLE, "nilai", jenis=cause.value)
    which = desk.book.word(CAUSES_TABLE, "kata", jenis=cause.value)
    return Sentence(f"report_cause_{cause.value}", {"count": count, "which": which})


def cases(desk: Desk) -> Iterator[Block]:
    """Return how many cases are new, settled and repeated since the previous run; small counts kept back."""
    if desk.issue.previous is None:
        return
    counts = {change: desk.book.count("kasus", perubahan=change.value) for change in _CASES}
    small = {change: 0 < (figure.value or 0) < desk.issue.k for change, figure in counts.items()}
    told: dict[str, Value] = {
        change.value: figure.kept_back() if small[change] else figure for change, figure in counts.items()
    }
    yield Sentence("report_changes_cases", {"run": str(desk.issue.previous), **told})
