"""The summary for the governor: five sentences and three decisions, made from the figures."""

from collections.abc import Iterator, Mapping

import numpy as np

from reconcile.language import text
from reconcile.report.book import Book, share
from reconcile.report.desk import Desk
from reconcile.report.model import Block, Bullets, Figure, Sentence, Tiles, Title, Value
from reconcile.report.suppression import Relation, hidden_cells
from reconcile.report.tables import MANIFEST
from reconcile.vocab import CheckState, Language, Severity

#: Severities whose findings call for somebody to act, gravest first.
_GRAVE = (Severity.CRITICAL, Severity.HIGH)
_MOST_DECISIONS = 3


def five(desk: Desk) -> Iterator[Block]:
    """Return the five sentences; one whose table is absent says so instead."""
    yield Tiles(list(_headline(desk)))
    yield Title(desk.say("five_title"))
    makers = (_families, _poorest, _visits, _findings, _quality)
    yield Bullets([maker(desk) for maker in makers], ordered=True)


def _headline(desk: Desk) -> Iterator[tuple[str, Figure, str]]:
    """Return five numbers with their units; of a plan whose tables are absent there is none."""
    told = (
        ("rekonsiliasi", "n_keluarga", "unit_families"),
        ("rekonsiliasi", "persen_cocok", "unit_percent"),
        ("desil1", "desil1_keduanya", "unit_families"),
        ("lapangan", "persen_dijawab", "unit_percent"),
        ("temuan", "temuan_K", "unit_findings"),
    )
    for plan, name, unit in told:
        if plan in desk.filled:
            yield desk.say(f"tile_{name}"), desk.filled[plan].province[name], desk.say(unit)


def _families(desk: Desk) -> Sentence:
    province = desk.filled["rekonsiliasi"].province
    told = {"families": province["n_keluarga"], "matched": province["n_cocok"]}
    return Sentence(
        "report_five_families", {**told, "share": province["persen_cocok"], "day": desk.issue.day}
    )


def _poorest(desk: Desk) -> Sentence:
    province = desk.filled["desil1"].province
    lists = {name: province[f"desil1_{name}"] for name in ("p3ke", "bps", "keduanya")}
    if "selisih" not in desk.book:
        return Sentence("report_five_poorest", lists)
    # both lists lie beside one estimate, so one of them is enough
    estimate = desk.book.total("selisih", "jiwa_perkiraan", daftar="p3ke")
    years = desk.book.rows("selisih")["tahun"].dropna()
    if estimate.value is None or years.empty:
        return Sentence("report_five_poorest", lists)
    first, last = f"{years.min():.0f}", f"{years.max():.0f}"
    when = first if first == last else f"{first}–{last}"
    return Sentence("report_five_official", {**lists, "people": estimate, "years": when})


def _visits(desk: Desk) -> Sentence:
    if "lapangan" not in desk.filled:
        return Sentence("report_five_no_visits")
    province = desk.filled["lapangan"].province
    names = {"asked": "n_diminta", "answered": "n_dijawab", "share": "persen_dijawab", "late": "n_terlambat"}
    return Sentence("report_five_visits", {key: province[name] for key, name in names.items()})


def _findings(desk: Desk) -> Sentence:
    if "temuan" not in desk.filled:
        return Sentence("report_five_no_findings")
    province = desk.filled["temuan"].province
    told = {"count": province["temuan"], "critical": province["temuan_K"], "high": province["temuan_T"]}
    return Sentence("report_five_findings", told)


def _quality(desk: Desk) -> Sentence:
    if "pemeriksaan" not in desk.book:
        return Sentence("report_five_no_checks")
    told = {"untested": untested(desk), "rules": desk.book.count("pemeriksaan")}
    return Sentence("report_five_quality", {**told, **expected(desk.book)})


def untested(desk: Desk) -> Figure:
    """Return how many rules were not tested for want of a list."""
    return desk.book.count("pemeriksaan", keadaan=state_word(desk, CheckState.UNTESTED))


def state_word(desk: Desk, state: CheckState) -> str:
    """Return how the run wrote ``state``: in its language, which need not be that of the report."""
    words = [text(f"state_{state.value}", one) for one in (desk.language, *Language)]
    there = set(desk.book.tables["pemeriksaan"]["keadaan"])
    return next((word for word in words if word in there), words[0])


def expected(book: Book) -> dict[str, Figure]:
    """Return the expected precision and recall of the matching, percent."""
    one = Figure("1", 1.0)
    return {
        name: share(book.total(MANIFEST, "nilai", jalur=f"matching.expected.{name}"), one)
        for name in ("precision", "recall")
    }


def decisions(desk: Desk) -> Iterator[Block]:
    """Return what needs a decision, gravest first: overdue visits, grave findings, lists that are absent."""
    yield Title(desk.say("decisions"))
    asked = [*_overdue(desk), *_grave(desk), *_lists(desk)][:_MOST_DECISIONS]
    if asked:
        yield Bullets(asked, ordered=True)
    else:
        yield Sentence("report_decide_nothing")


def _overdue(desk: Desk) -> Iterator[Sentence]:
    if "lapangan" not in desk.filled:
        return
    filled = desk.filled["lapangan"]
    late, left = filled.figures["n_terlambat"], filled.figures["n_belum"]
    worst = max(range(len(filled.areas)), key=lambda n: (late[n].value or 0, -n), default=None)
    if worst is not None and late[worst].value:
        told: dict[str, Value] = {"area": filled.areas[worst].name, "count": late[worst], "whole": late[-1]}
        yield Sentence("report_decide_late", told)
    elif left[-1].value:
        yield Sentence("report_decide_visits", {"count": left[-1]})


def _grave(desk: Desk) -> Iterator[Sentence]:
    for code, figure in gravest(desk)[:1]:
        words = {part: desk.rule(code, part) for part in ("", "_do", "_who")}
        told: dict[str, Value] = {"rule": words[""], "do": words["_do"], "who": words["_who"]}
        yield Sentence("report_decide_finding", {**told, "code": code, "count": figure})


def rule_figures(desk: Desk) -> dict[str, Figure]:
    """Return the findings of every tested rule that has any; so many are kept back that none follows.

    The findings of a severity together are a total of the table of kabupaten; where that is kept back, so are
    all its rules.
    """
    rows = desk.book.rows("pemeriksaan")
    rows = rows[rows["jumlah"].fillna(0) > 0]
    codes, severity = rows["kode"].tolist(), rows["tingkat"].tolist()
    figures = [desk.book.total("pemeriksaan", "jumlah", kode=str(code)) for code in codes]
    values = np.array([figure.value or 0.0 for figure in figures])
    members = [tuple(n for n, one in enumerate(severity) if one == level) for level in Severity]
    totals = [values[list(own)].sum() for own in members]
    relations = [Relation(len(codes) + n, own) for n, own in enumerate(members)]
    mask = hidden_cells(np.array([*values, *totals]), relations, desk.issue.k)
    province = desk.filled["temuan"].province if "temuan" in desk.filled else {}
    closed = {level.value for level in Severity if level_kept(province, level)}
    return {
        str(code): figure.kept_back() if mask[n] or severity[n] in closed else figure
        for n, (code, figure) in enumerate(zip(codes, figures, strict=True))
    }


def level_kept(province: Mapping[str, Figure], level: Severity) -> bool:
    """Return whether the findings of a severity are kept back for the whole province."""
    name = f"temuan_{level.value}"
    return name in province and province[name].hidden


def gravest(desk: Desk) -> list[tuple[str, Figure]]:
    """Return the rules of grave findings with their count, gravest and most first; none that is kept back."""
    if "pemeriksaan" not in desk.book:
        return []
    severity = desk.book.tables["pemeriksaan"].set_index("kode")["tingkat"]
    order = {one.value: n for n, one in enumerate(_GRAVE)}
    told = [
        (order[severity[code]], -figure.value, code, figure)
        for code, figure in rule_figures(desk).items()
        if figure.value is not None and severity[code] in order
    ]
    return [(code, figure) for _, _, code, figure in sorted(told, key=lambda one: one[:3])]


def _lists(desk: Desk) -> Iterator[Sentence]:
    if "pemeriksaan" in desk.book and untested(desk).value:
        yield Sentence("report_decide_lists", {"count": untested(desk)})
