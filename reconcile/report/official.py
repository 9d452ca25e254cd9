"""Official estimates beside the lists, never subtracted, and where the course of both leads.

An estimate counts people by a sample survey, a list counts families one by one. Who computed an estimate
changed over the years: a line is drawn there, and no trend is drawn across it.
"""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from reconcile.report.book import Book
from reconcile.report.desk import Desk
from reconcile.report.model import Block, Dots, Figure, Grid, Head, Line, Lines, Sentence, Value
from reconcile.report.suppression import Relation, hidden_cells
from reconcile.series.trend import Scale, trend
from reconcile.vocab import Language, Registry

#: Families that both lists have in decile 1: what a programme against extreme poverty begins with.
LISTED = "n_desil1_keduanya"
OFFICIAL_TREND, LISTED_TREND = "tren_resmi", "tren_daftar"
_AHEAD_YEARS = 2


def estimates(desk: Desk) -> Iterator[Block]:
    """Return the official estimates per kabupaten and year, a column for each who computed one."""
    rows = desk.book.rows("resmi", sumber="perkiraan")
    columns = rows[["tahun", "penghitung"]].dropna().drop_duplicates().sort_values(["tahun", "penghitung"])
    pairs = [(int(year), str(by)) for year, by in columns.itertuples(index=False)]
    heads = [Head(desk.say("col_area"), "words")]
    before = ""
    for year, by in pairs:
        broken = bool(before) and by != before
        heads.append(Head(desk.say("col_estimate_people", year=year, by=by), broken=broken))
        heads.append(Head(desk.say("col_estimate_share", year=year, by=by)))
        before = by
    lines: list[list[Value]] = []
    for name in rows.sort_values("kode_kab", na_position="last")["nama_kab"].dropna().drop_duplicates():
        line: list[Value] = [str(name)]
        for year, by in pairs:
            where = {"sumber": "perkiraan", "nama_kab": str(name), "tahun": str(year), "penghitung": by}
            line.append(_estimate(desk.book, "jiwa", 0, where))
            line.append(_estimate(desk.book, "persen", 2, where))
        lines.append(line)
    notes = (Sentence("report_note_estimate"), Sentence("report_note_break"))
    yield Grid("perkiraan", desk.say("grid_perkiraan"), heads, lines, notes)


def _estimate(book: Book, column: str, digits: int, where: dict[str, str]) -> Figure:
    return book.total("resmi", column, **where).to(digits)


def beside(desk: Desk) -> Iterator[Block]:
    """Return newest estimate, both lists and verified families per kabupaten, and a plot of the people."""
    areas = [area for area in desk.areas if area.code]
    kept = _lists_hidden(desk, [str(area.code) for area in areas])
    heads = [
        Head(desk.say("col_area"), "words"),
        Head(desk.say("col_newest")),
        Head(desk.say("col_by"), "words"),
    ]
    for side in Registry:
        heads += [Head(desk.say(f"col_{side.value}_families")), Head(desk.say(f"col_{side.value}_people"))]
    heads.append(Head(desk.say("col_verified")))
    lines: list[list[Value]] = []
    dots = []
    for n, area in enumerate(areas):
        code = str(area.code)
        estimate = desk.book.total("selisih", "jiwa_perkiraan", kode_kab=code, daftar="p3ke")
        line: list[Value] = [area.name, estimate, _by(desk, code)]
        people = []
        for side in Registry:
            where = {"kode_kab": code, "daftar": side.value}
            told = [desk.book.total("selisih", f"{unit}_daftar", **where) for unit in ("keluarga", "jiwa")]
            told = [one.kept_back() if kept[side][n] else one for one in told]
            line += told
            people.append(told[1])
        lines.append([*line, _verified(desk, code)])
        dots.append((area.name, [estimate, *people]))
    notes = (Sentence("report_note_beside"),)
    yield Grid("berdampingan", desk.say("grid_berdampingan"), heads, lines, notes)
    most = max([f.value or 0.0 for _, figures in dots for f in figures], default=0.0)
    series = [desk.say(f"series_{name}") for name in ("estimate", *(side.value for side in Registry))]
    yield Dots(desk.say("chart_resmi"), series, dots, most)


def _by(desk: Desk, code: str) -> str:
    year = desk.book.rows("selisih", kode_kab=code)["tahun"].dropna()
    by = desk.book.word("selisih", "penghitung", kode_kab=code)
    return f"{by}, {year.iloc[0]:.0f}" if len(year) else by


def _verified(desk: Desk, code: str) -> Figure | str:
    """Return the families that a visit found and still called poor, as the table of visits has them."""
    if "lapangan" not in desk.filled:
        return desk.say("none_sign")
    filled = desk.filled["lapangan"]
    n = [area.code for area in filled.areas].index(code)
    parts = [filled.figures[name][n] for name in ("n_sesuai", "n_berubah", "n_tidak_layak")]
    source = f"{parts[0].source} + {parts[1].source} - {parts[2].source}"
    values = [one.value for one in parts]
    if any(one.hidden for one in parts):
        return Figure(source, hidden=True)
    total = float(values[0] or 0) + float(values[1] or 0) - float(values[2] or 0)
    return (
        Figure(source, total, hidden=False) if not 0 < total < desk.issue.k else Figure(source, hidden=True)
    )


def _lists_hidden(desk: Desk, codes: list[str]) -> dict[Registry, list[bool]]:
    """Return per list which kabupaten are kept back; the sum over them is taken as known."""
    kept = {}
    for side in Registry:
        counts = [
            desk.book.total("selisih", "keluarga_daftar", kode_kab=code, daftar=side.value).value or 0.0
            for code in codes
        ]
        values = np.array([*counts, sum(counts)])
        relation = Relation(len(codes), tuple(range(len(codes))))
        mask = hidden_cells(values, [relation], desk.issue.k)[:-1]
        # the table of decile 1 counts the same families as they were reconciled
        closed = desk.filled["desil1"].hidden(f"desil1_{side.value}")
        kept[side] = [bool(one) or code in closed for one, code in zip(mask, codes, strict=True)]
    return kept


def courses(tables: dict[str, pd.DataFrame], day: date, language: Language) -> dict[str, pd.DataFrame]:
    """Return the trends (TREND) of the official percentages and of the families in decile 1 of both lists.

    ``tables`` may hold ``resmi`` (EXTREME_POVERTY) and ``seri`` (indicators of runs on today's areas). Of the
    estimates only those count that the last to compute one computed.
    """
    until = date(day.year + _AHEAD_YEARS, 12, 31)
    found = {}
    if "resmi" in tables:
        points = official_points(tables["resmi"])
        found[OFFICIAL_TREND] = trend(points, Scale.LOGIT, until=until, language=language)
    if "seri" in tables:
        points = listed_points(tables["seri"])
        found[LISTED_TREND] = trend(points, Scale.LOG, until=until, language=language)
    return found


def official_points(resmi: pd.DataFrame) -> pd.DataFrame:
    """Return kode, tanggal_acuan, nilai of the estimates of whoever computed the newest of a kabupaten."""
    rows = resmi[resmi["sumber"] == "perkiraan"].dropna(subset=["kode_kab", "tahun", "persen"])
    rows = rows.sort_values(["kode_kab", "tahun", "penghitung"])
    newest = rows.drop_duplicates("kode_kab", keep="last").set_index("kode_kab")["penghitung"]
    rows = rows[rows["penghitung"] == rows["kode_kab"].map(newest)]
    # the survey of a year is taken in March
    days = pd.to_datetime(rows["tahun"].astype("int64").astype(str) + "-03-31", format="%Y-%m-%d")
    table = pd.DataFrame({"kode": rows["kode_kab"], "tanggal_acuan": days, "nilai": rows["persen"]})
    return table.drop_duplicates(["kode", "tanggal_acuan"], keep="last")


def listed_points(seri: pd.DataFrame) -> pd.DataFrame:
    """Return kode, tanggal_acuan, nilai of LISTED per kabupaten."""
    rows = seri[(seri["indikator"] == LISTED) & (seri["tingkat"] == "kabupaten")].dropna(subset=["kode"])
    return rows[["kode", "tanggal_acuan", "nilai"]]


def official_trend(desk: Desk) -> Iterator[Block]:
    """Return the course of the official percentages and where it leads."""
    points = official_points(desk.book.tables["resmi"])
    yield from _trend(desk, OFFICIAL_TREND, points, "persen", frozenset())


def listed_trend(desk: Desk) -> Iterator[Block]:
    """Return the course of the families in decile 1 of both lists."""
    points = listed_points(desk.book.tables["seri"])
    kept = desk.filled["desil1"].hidden("desil1_keduanya")
    yield from _trend(desk, LISTED_TREND, points, "keluarga", kept)


def _trend(desk: Desk, table: str, points: pd.DataFrame, unit: str, kept: frozenset[str]) -> Iterator[Block]:
    """Return the table and the lines of a trend; an area of ``kept`` shows nothing but its name."""
    rows = desk.book.rows(table)
    digits = 2 if unit == "persen" else 0
    small = points.loc[(points["nilai"] > 0) & (points["nilai"] < desk.issue.k), "kode"]
    kept |= frozenset(small) if unit == "keluarga" else frozenset()
    names = {area.code: area.name for area in desk.areas}
    heads = [Head(desk.say("col_area"), "words"), Head(desk.say("col_n_titik"))]
    heads += [
        Head(desk.say(f"col_{name}_{unit}")) for name in ("nilai_akhir", "proyeksi_rendah", "proyeksi_tinggi")
    ]
    heads += [Head(desk.say(f"col_{name}"), "words") for name in ("capai", "keadaan_tren")]
    lines: list[list[Value]] = []
    drawn = []
    for one in rows.itertuples():
        code = str(one.kode)
        figures = [
            desk.book.total(table, name, kode=code).to(digits)
            for name in ("nilai_akhir", "proyeksi_rendah", "proyeksi_tinggi")
        ]
        figures = [figure.kept_back() if code in kept else figure for figure in figures]
        count = desk.book.total(table, "n_titik", kode=code)
        reach = desk.say("none_sign") if code in kept or not one.cukup else _reach(desk, one)
        said = desk.say("trend_enough" if one.cukup else "trend_few")
        lines.append([names.get(code, code), count, *figures, reach, said])
        if one.cukup and code not in kept:
            day = pd.Timestamp(str(one.tanggal_proyeksi)).date().isoformat()
            own = points[points["kode"] == code].sort_values("tanggal_acuan")
            days = own["tanggal_acuan"].dt.strftime("%Y-%m-%d")
            past = [
                (str(when), Figure(f"{table}:nilai", value, digits))
                for when, value in zip(days, own["nilai"].astype("float64").tolist(), strict=True)
            ]
            # the last point is the figure of the table, and is labelled
            past[-1] = (past[-1][0], figures[0])
            drawn.append(Line(names.get(code, code), past, [(day, figures[1], figures[2])]))
    said = next((str(text) for text, ok in zip(rows["anggapan"], rows["cukup"], strict=True) if ok), "")
    notes = (Sentence("report_note_said", {"said": said}),) if said else (Sentence("report_note_trend"),)
    yield Grid(table, desk.say(f"grid_{table}"), heads, lines, notes)
    if drawn:
        yield Lines(desk.say(f"chart_{table}"), drawn)


def _reach(desk: Desk, row: object) -> str:
    """Return when the target is met, from the quickest to the slowest that the range allows."""
    ends = [getattr(row, name) for name in ("capai_cepat", "capai_lambat")]
    years = [desk.say("never") if pd.isna(one) else str(pd.Timestamp(one).year) for one in ends]
    return years[0] if years[0] == years[1] else f"{years[0]} – {years[1]}"
