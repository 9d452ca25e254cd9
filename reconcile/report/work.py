"""What is being done: readiness, ledger, findings, programmes, visits."""

from collections.abc import Iterator

import numpy as np

from reconcile.ledger import Entry
from reconcile.report.areas import grid
from reconcile.report.desk import Desk
from reconcile.report.model import Block, Bullets, Figure, Grid, Head, Sentence, Stack, Value
from reconcile.report.plans import COMPLETENESS, FIELD, FINDINGS
from reconcile.report.sentences import gravest, level_kept, rule_figures
from reconcile.report.suppression import Mask, Relation, Values, hidden_cells
from reconcile.vocab import Severity, TaskStatus

_TOP = 5
_STOCKS = (Entry.OPENING.value, Entry.CLOSING.value, Entry.LISTED.value)


def completeness(desk: Desk) -> Iterator[Block]:
    """Return how complete the records of each list are."""
    yield grid(COMPLETENESS, desk.filled["kelengkapan"], desk.language)


def readiness(desk: Desk) -> Iterator[Block]:
    """Return the readiness score of each kabupaten, what it was made of, and what lacks."""
    numbers = (
        ("desa_kembali", "number"),
        ("desa_diminta", "number"),
        ("persen_dikunjungi", "share"),
        ("skor", "number"),
        ("skor_dari", "number"),
    )
    # what lacks is also told in sentences there, whose counts have no source and may be small
    words = ("status_sk", "laporan_tw1", "laporan_tw2")
    heads = [Head(desk.say("col_area"), "words")]
    heads += [Head(desk.say(f"col_{name}"), kind) for name, kind in numbers]
    heads += [Head(desk.say(f"col_{name}"), "words") for name in words]
    field = desk.filled.get("lapangan")
    kept = field.hidden("n_diminta", "n_dijawab") if field else frozenset()
    lines: list[list[Value]] = []
    for area in (one for one in desk.areas if one.code):
        line: list[Value] = [area.name]
        for name, kind in numbers:
            digits = 1 if kind == "share" or name == "skor" else 0
            figure = desk.book.total("kesiapan", name, kode=area.code).to(digits)
            # the score tells the share of visits again
            told = name not in {"persen_dikunjungi", "skor"} or area.code not in kept
            line.append(figure if told else figure.kept_back())
        lines.append([*line, *(desk.book.word("kesiapan", name, kode=area.code) for name in words)])
    said = desk.book.word("kesiapan", "bobot")
    notes = (Sentence("report_note_said", {"said": said}),)
    yield Grid("kesiapan", desk.say("grid_kesiapan"), heads, lines, notes)


def ledger(desk: Desk) -> Iterator[Block]:
    """Return the ledger of the province by reason, real change and correction of data apart."""
    rows = desk.book.rows("neraca", tingkat="provinsi")
    heads = [Head(desk.say(f"col_{name}"), "words") for name in ("pos", "jenis", "alasan")]
    heads.append(Head(desk.say("col_jumlah_keluarga")))
    figures = [
        desk.book.total(
            "neraca", "jumlah_keluarga", tingkat="provinsi", pos=str(one.pos), alasan=str(one.alasan)
        )
        for one in rows.itertuples()
    ]
    hidden = _ledger_hidden([str(one) for one in rows["pos"]], figures, desk.issue.k)
    lines: list[list[Value]] = [
        [
            desk.say(f"pos_{one.pos}"),
            desk.say(f"kind_{one.jenis}"),
            str(one.keterangan),
            figure.kept_back() if kept else figure,
        ]
        for one, figure, kept in zip(rows.itertuples(), figures, hidden, strict=True)
    ]
    if desk.issue.previous is None:
        yield Sentence("report_ledger_first")
    yield Grid("neraca", desk.say("grid_neraca"), heads, lines, (Sentence("report_note_ledger"),))


def _ledger_hidden(entries: list[str], figures: list[Figure], k: int) -> list[bool]:
    """Return which lines are kept back: closing and what went out are opening and what came in."""
    values = np.array([figure.value or 0.0 for figure in figures])
    at = {entry: [n for n, one in enumerate(entries) if one == entry] for entry in Entry}
    before = (*at[Entry.OPENING], *at[Entry.IN])
    after = (*at[Entry.CLOSING], *at[Entry.OUT])
    # both sides are one sum that nobody shows; the larger stock stands in for it
    cells = np.append(values, values[list(before)].sum())
    relations = [Relation(len(values), before), Relation(len(values), after)]
    return [bool(one) for one in hidden_cells(cells, relations, k)[:-1]]


def findings(desk: Desk) -> Iterator[Block]:
    """Return findings by severity per kabupaten, the gravest rules with who must act, and every rule."""
    filled = desk.filled["temuan"]
    names = [f"temuan_{one.value}" for one in Severity]
    yield grid(FINDINGS, filled, desk.language)
    labels = [desk.say(f"col_{name}") for name in names]
    rows = [(a.name, [filled.figures[name][n] for name in names]) for n, a in enumerate(filled.areas)]
    yield Stack(desk.say("chart_temuan"), labels, rows)
    top = gravest(desk)[:_TOP]
    if top:
        yield Sentence("report_top_about")
        yield Bullets([_acts(desk, code, figure) for code, figure in top], ordered=True)


def _acts(desk: Desk, code: str, figure: Figure) -> Sentence:
    told: dict[str, Value] = {"code": code, "count": figure, "rule": desk.rule(code)}
    return Sentence("report_top_rule", {**told, "do": desk.rule(code, "_do"), "who": desk.rule(code, "_who")})


def rules(desk: Desk) -> Iterator[Block]:
    """Return every tested rule with its findings, and who must act."""
    names = (("kode", "words"), ("judul", "words"), ("tingkat", "words"), ("jumlah", "number"))
    heads = [Head(desk.say(f"col_{name}"), kind) for name, kind in names]
    heads.append(Head(desk.say("col_penanggung_jawab"), "words"))
    said = desk.book.tables["pemeriksaan"].set_index("kode")
    lines: list[list[Value]] = []
    for code, figure in rule_figures(desk).items():
        title, severity = str(said.loc[code, "judul"]), str(said.loc[code, "tingkat"])
        words = [code, title, desk.say(f"col_temuan_{severity}")]
        lines.append([*words, figure, desk.rule(code, "_who")])
    yield Grid("aturan", desk.say("grid_aturan"), heads, lines)


def ages(desk: Desk) -> Iterator[Block]:
    """Return the cases by state and severity, and the open ones by age."""
    for key, column in (("keadaan", "keadaan_kasus"), ("umur", "umur")):
        yield _cases(desk, key, column)


def _cases(desk: Desk, key: str, column: str) -> Grid:
    table = desk.book.rows("umur_kasus")
    if key == "umur":
        table = table[~table["keadaan_kasus"].str.startswith("selesai")]
    severities = [one.value for one in Severity]
    values = list(dict.fromkeys(table.sort_values("umur_tertua")[column])) if len(table) else []
    cells = [
        [
            _none_is_zero(
                desk.book.total("umur_kasus", "jumlah_kasus", **{column: value, "tingkat_temuan": one})
            )
            for one in severities
        ]
        for value in values
    ]
    numbers = np.array([[f.value or 0.0 for f in row] for row in cells]).reshape(len(values), len(severities))
    kept = _cases_hidden(numbers, [not value.startswith("selesai") for value in values], desk.issue.k)
    province = desk.filled["temuan"].province if "temuan" in desk.filled else {}
    kept |= np.array([level_kept(province, one) for one in Severity], dtype=np.bool_)
    heads = [Head(desk.say(f"col_{column}"), "words")]
    heads += [Head(desk.say(f"col_temuan_{one}")) for one in severities]
    lines: list[list[Value]] = [
        [_state(desk, key, value), *(f.kept_back() if kept[n][m] else f for m, f in enumerate(row))]
        for n, (value, row) in enumerate(zip(values, cells, strict=True))
    ]
    return Grid(f"kasus_{key}", desk.say(f"grid_kasus_{key}"), heads, lines)


def _cases_hidden(numbers: Values, still_open: list[bool], k: int) -> Mask:
    """Return which cells are kept back: the open cases of a severity are its findings, shown elsewhere."""
    height, width = numbers.shape
    rows = [n for n, one in enumerate(still_open) if one]
    totals = numbers[rows].sum(axis=0)
    relations = [Relation(height * width + m, tuple(n * width + m for n in rows)) for m in range(width)]
    mask = hidden_cells(np.append(numbers.ravel(), totals), relations, k)
    return mask[: height * width].reshape(height, width)


def _none_is_zero(figure: Figure) -> Figure:
    """Return the cases of a class that the table does not name: it names every case, so there are none."""
    return figure if figure.value is not None else Figure(figure.source, 0.0)


def _state(desk: Desk, key: str, value: str) -> str:
    return desk.say(f"case_{value}") if key == "keadaan" else value


def visits(desk: Desk) -> Iterator[Block]:
    """Return how far the visits have come, with the day that answers are due."""
    asked = desk.book.rows("tugas", status_tugas=TaskStatus.ASKED.value)["jatuh_tempo"].dropna()
    if len(asked):
        first, last = str(asked.min()), str(asked.max())
        when = first if first == last else f"{first} – {last}"
        yield Sentence("report_field_due", {"day": when, "today": desk.issue.day})
    yield grid(FIELD, desk.filled["lapangan"], desk.language)
