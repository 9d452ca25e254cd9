"""Programmes with their budget as offices told them, and what became of recommendations.

Rupiah of offices are nobody's data; targets and what was reached count families and people, and small ones
are kept back. What nobody filled in is said to be so, and is never zero.
"""

from collections.abc import Iterator

from reconcile.language import text
from reconcile.office.issues import YES
from reconcile.office.vocab import FillState, FollowState, Strategy
from reconcile.report.book import share
from reconcile.report.desk import Desk
from reconcile.report.model import Absent, Block, Figure, Grid, Head, Sentence, Value

PLANS, FOLLOWED = "matriks", "tindak_lanjut"
#: So many kabupaten are named in a cell, so many recommendations stand on the page.
_MOST_NAMES, _MOST_OPEN = 4, 40
_MONEY = ("anggaran", "realisasi_anggaran", "serapan")
_REACHED = ("target", "realisasi", "capaian")


def budget(desk: Desk) -> Iterator[Block]:
    """Return budget by strategy and office, target by programme, and who has not filled in."""
    rows = desk.book.rows(PLANS, diminta=YES)
    if rows.empty:
        yield Absent(desk.say("table_matriks"), desk.say("absent_programs"))
        return
    yield Sentence("report_office_about")
    if (rows["dihitung"] == YES).any():
        yield _by_strategy(desk)
        yield _by_program(desk)
    else:
        yield Absent(desk.say("table_matriks"), desk.say("absent_office"))
    yield _unfilled(desk)


def _by_strategy(desk: Desk) -> Grid:
    rows = desk.book.rows(PLANS, diminta=YES)
    pairs = rows[["strategi", "opd"]].drop_duplicates()
    order = pairs["strategi"].map({one.value: place for place, one in enumerate(Strategy)})
    pairs = pairs.assign(order=order).sort_values(["order", "opd"]).drop(columns="order")
    heads = [Head(desk.say(f"col_{name}"), "words") for name in ("strategi", "opd")]
    heads += [Head(desk.say(f"col_{name}"), "share" if name == "serapan" else "number") for name in _MONEY]
    lines: list[list[Value]] = []
    for strategy, office in pairs.itertuples(index=False):
        told = strategy if isinstance(strategy, str) else None
        where: dict[str, str | None] = {"strategi": told, "opd": str(office)}
        words = text(f"office_{told}", desk.language) if told else desk.say("strategy_none")
        lines.append([words, str(office), *_money(desk, where)])
    lines.append([desk.say("province"), "", *_money(desk, {})])
    notes = (Sentence("report_note_office"),)
    return Grid("anggaran", desk.say("grid_anggaran"), heads, lines, notes, total=True)


def _money(desk: Desk, where: dict[str, str | None]) -> list[Value]:
    own = {**where, "dihitung": YES}
    planned, spent, of = (
        desk.book.total(PLANS, name, **own)
        for name in ("anggaran", "realisasi_anggaran", "anggaran_dibanding")
    )
    return [_told(desk, one) for one in (planned, spent, share(spent, of))]


def _by_program(desk: Desk) -> Grid:
    rows = desk.book.rows(PLANS, diminta=YES).drop_duplicates("program").sort_values("program")
    heads = [Head(desk.say("col_program"), "words"), Head(desk.say("col_satuan_program"), "words")]
    heads += [Head(desk.say(f"col_{name}"), "share" if name == "capaian" else "number") for name in _REACHED]
    heads += [Head(desk.say(f"col_{name}"), "share" if name == "serapan" else "number") for name in _MONEY]
    lines: list[list[Value]] = []
    for one in rows.itertuples():
        where = {"program": str(one.program)}
        personal = str(one.perorangan) == YES
        lines.append([str(one.judul), str(one.satuan_program), *_reached(desk, where, personal=personal)])
        lines[-1] += _money(desk, dict(where))
    return Grid("program_anggaran", desk.say("grid_program_anggaran"), heads, lines)


def _reached(desk: Desk, where: dict[str, str], *, personal: bool) -> list[Value]:
    target, reached, of = (
        desk.book.total(PLANS, name, **where, dihitung=YES)
        for name in ("target", "realisasi", "target_dibanding")
    )
    if personal:
        target, reached, of = (_kept(one, desk.issue.k) for one in (target, reached, of))
    return [_told(desk, one) for one in (target, reached, share(reached, of))]


def _kept(figure: Figure, k: int) -> Figure:
    return figure.kept_back() if figure.value is not None and 0 < figure.value < k else figure


def _told(desk: Desk, figure: Figure) -> Value:
    """Return a figure; in words where nobody filled it in."""
    return figure if figure.value is not None or figure.hidden else desk.say("unfilled")


def _unfilled(desk: Desk) -> Grid:
    rows = desk.book.rows(PLANS, diminta=YES)
    heads = [Head(desk.say("col_opd"), "words"), Head(desk.say("col_baris_diminta"))]
    heads += [Head(desk.say(f"col_isian_{state.value}")) for state in FillState]
    heads.append(Head(desk.say("col_belum_di"), "words"))
    lines: list[list[Value]] = []
    for office in sorted(rows["opd"].unique()):
        where = {"diminta": YES, "opd": str(office)}
        own = rows[(rows["opd"] == office) & (rows["keadaan_isian"] == FillState.EMPTY.value)]
        names = list(dict.fromkeys(own.sort_values("kode")["nama"]))
        more = ", …" if len(names) > _MOST_NAMES else ""
        counts = [desk.book.count(PLANS, **where, keadaan_isian=state.value) for state in FillState]
        said = ", ".join(names[:_MOST_NAMES]) + more
        lines.append([str(office), desk.book.count(PLANS, **where), *counts, said])
    notes = (Sentence("report_note_unfilled"),)
    return Grid("isian_opd", desk.say("grid_isian_opd"), heads, lines, notes)


def audits(desk: Desk) -> Iterator[Block]:
    """Return recommendations per office by where they stand, and those that are not settled."""
    rows = desk.book.rows(FOLLOWED)
    if rows.empty:
        yield Absent(desk.say("table_tindak_lanjut"), desk.say("absent_audits"))
        return
    heads = [Head(desk.say("col_opd"), "words"), Head(desk.say("col_rekomendasi"))]
    heads += [Head(desk.say(f"col_tl_{state.value}")) for state in FollowState]
    offices: list[str | None] = [str(one) for one in sorted(rows["opd"].unique())]
    lines: list[list[Value]] = []
    for office in (*offices, None):
        where = {"opd": office} if office is not None else {}
        counts = [desk.book.count(FOLLOWED, **where, keadaan_tl=state.value) for state in FollowState]
        name = office if office is not None else desk.say("all_offices")
        lines.append([name, desk.book.count(FOLLOWED, **where), *counts])
    notes = (Sentence("report_note_audits"),)
    yield Grid("tindak_lanjut", desk.say("grid_tindak_lanjut"), heads, lines, notes, total=True)
    left = rows[rows["keadaan_tl"] != FollowState.SETTLED.value]
    if len(left):
        yield _open(desk)


def _open(desk: Desk) -> Grid:
    rows = desk.book.rows(FOLLOWED)
    rows = rows[rows["keadaan_tl"] != FollowState.SETTLED.value]
    rows = rows.sort_values(["jatuh_tempo", "auditor", "nomor"], na_position="last").head(_MOST_OPEN)
    names = ("nomor_rekomendasi", "pemeriksa", "opd", "batas_waktu", "status_tl", "bukti")
    heads = [Head(desk.say(f"col_{name}"), "words") for name in names]
    heads.append(Head(desk.say("col_hari_lewat")))
    lines: list[list[Value]] = []
    for one in rows.fillna({"jatuh_tempo": "", "status_tl": ""}).itertuples():
        status = (
            text("office_" + str(one.status_tl), desk.language) if one.status_tl else desk.say("unfilled")
        )
        late = desk.book.total(FOLLOWED, "hari_lewat", auditor=str(one.auditor), nomor=str(one.nomor))
        words = [str(one.nomor), text("office_" + str(one.auditor), desk.language), str(one.opd)]
        words += [str(one.jatuh_tempo) or desk.say("unfilled"), status, desk.say(f"evidence_{one.ada_bukti}")]
        lines.append([*words, late])
    return Grid("rekomendasi", desk.say("grid_rekomendasi"), heads, lines)
