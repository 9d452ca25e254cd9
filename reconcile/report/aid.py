"""Coverage of programmes: who is eligible, served, left out, and served without being eligible."""

from collections.abc import Iterator

from reconcile.report.areas import Count, Filled, Plan, Share, fill, grid
from reconcile.report.desk import Desk
from reconcile.report.model import Absent, Block, Grid, Head, Sentence, Value

COVERAGE = "cakupan"

_SERVED = ("n_layak_terlayani", "n_layak_belum", "n_layak_layanan_tidak_diketahui")
_NOT_MEANT = (
    "n_terlayani_tidak_layak_keduanya",
    "n_terlayani_tidak_layak",
    "n_terlayani_kelayakan_tidak_diketahui",
)
_JUDGED = ("n_layak", "n_tidak_layak", "n_kelayakan_tidak_diketahui")
#: Columns that stand in the table of all programmes, beside their names.
_SHOWN = (
    "n_layak",
    "n_layak_terlayani",
    "n_layak_belum",
    "persen_belum",
    "n_terlayani",
    "n_terlayani_tidak_layak_keduanya",
    "n_kelayakan_tidak_diketahui",
)


def coverage(desk: Desk) -> Iterator[Block]:
    """Return the programmes side by side, and each programme per kabupaten."""
    rows = desk.book.rows(COVERAGE, tingkat="kabupaten").drop_duplicates("program")
    if rows.empty:
        yield Absent(desk.say("table_cakupan"), desk.say("absent_programs"))
        return
    filled = {}
    for name in rows["program"]:
        plan = _plan(str(name))
        filled[str(name)] = plan, fill(desk.book, [plan], desk.areas, desk.issue.k)[plan.key]
    yield Sentence("report_program_about")
    yield _side_by_side(desk, {name: one for name, (_, one) in filled.items()})
    for name, (plan, one) in filled.items():
        if one.province["n_layak"].value is not None:
            title = desk.say("grid_program", program=_named(desk, name))
            yield grid(plan, one, desk.language, title)


def _plan(program: str) -> Plan:
    """Return the counts of one programme per kabupaten, and what of them adds up."""
    names = dict.fromkeys((*_JUDGED, "n_dinilai", "n_terlayani", *_SERVED, *_NOT_MEANT))
    shown = ("n_layak", "n_layak_terlayani", "n_layak_belum", "n_terlayani_tidak_layak_keduanya")
    counts = [
        Count(
            name, COVERAGE, (name,), where={"program": program}, shown=name in shown, dear=name == "n_layak"
        )
        for name in names
    ]
    sums = (
        ("n_dinilai", _JUDGED),
        ("n_layak", _SERVED),
        ("n_terlayani", ("n_layak_terlayani", *_NOT_MEANT)),
    )
    ordered = sorted(counts, key=lambda count: shown.index(count.name) if count.name in shown else len(shown))
    return Plan(f"program_{program}", (*ordered, Share("persen_belum", "n_layak_belum", "n_layak")), sums)


def _named(desk: Desk, program: str) -> str:
    title, unit, state = (
        desk.book.word(COVERAGE, c, program=program) for c in ("judul", "satuan", "keadaan")
    )
    return desk.say("program_named", title=title, unit=unit, state=state)


def _side_by_side(desk: Desk, filled: dict[str, Filled]) -> Grid:
    heads = [Head(desk.say("col_program"), "words")]
    heads += [
        Head(desk.say(f"col_{name}"), "share" if name == "persen_belum" else "number") for name in _SHOWN
    ]
    lines: list[list[Value]] = [
        [_named(desk, name), *(one.province[column] for column in _SHOWN)] for name, one in filled.items()
    ]
    return Grid("program", desk.say("grid_programs"), heads, lines, (Sentence("report_note_program"),))
