"""What the report begins and ends with: control sheet, summary's frame, funnel, map, notes on the method."""

from collections.abc import Iterator

from reconcile.report.areas import grid
from reconcile.report.book import share
from reconcile.report.desk import Desk
from reconcile.report.model import Bars, Block, Bullets, Figure, Grid, Head, MapPlace, Sentence, Value
from reconcile.report.plans import POOREST, RECONCILIATION
from reconcile.report.sentences import expected, state_word
from reconcile.report.tables import INPUTS, MANIFEST, SETTINGS
from reconcile.reports.groups import ALL
from reconcile.vocab import CheckState

_HASH_SHOWN = 12


def control(desk: Desk) -> Iterator[Block]:
    """Return what the report is about, from how many files, and of which class."""
    version = desk.book.word(MANIFEST, "teks", jalur="padan")
    told: dict[str, Value] = {"day": desk.issue.day, "run": desk.issue.run, "version": f"padan {version}"}
    small = desk.book.total(SETTINGS, "nilai", nama="small_cells")
    yield Sentence("report_control_about", {**told, "files": desk.book.count(INPUTS)})
    yield Sentence("report_control_class", {"k": small})


def sources(desk: Desk) -> Iterator[Block]:
    """Return what the report is made from, with the hash of every delivery.

    Who sends a file names it as they like, after a person too: its name is not for everybody.
    """
    rows = desk.book.rows(INPUTS)
    heads = [Head(desk.say(f"col_{name}"), "words") for name in ("isi", "edisi", "sha256")]
    lines: list[list[Value]] = [
        [str(one.isi), str(one.edisi), str(one.sha256)[:_HASH_SHOWN]] for one in rows.itertuples()
    ]
    yield Grid("sumber", desk.say("grid_sumber"), heads, lines, (Sentence("report_note_hash"),))


def funnel(desk: Desk) -> Iterator[Block]:
    """Return the way from the records of both lists to families found in both, and of visits to answers."""
    told = desk.filled["rekonsiliasi"].province
    both = {side: desk.filled["kelengkapan"].province[f"n_{side}"] for side in ("p3ke", "bps")}
    steps = [*both.items(), ("keluarga", told["n_keluarga"]), ("cocok", told["n_cocok"])]
    steps += [(name, told[f"n_{name}"]) for name in ("hanya_p3ke", "hanya_bps", "tinjau", "bagian")]
    if "lapangan" in desk.filled:
        visits = desk.filled["lapangan"].province
        steps += [("diminta", visits["n_diminta"]), ("dijawab", visits["n_dijawab"])]
    most = max([figure.value or 0.0 for _, figure in steps])
    named = [(desk.say(f"step_{name}"), figure) for name, figure in steps]
    yield Sentence("report_funnel_about")
    yield Bars(desk.say("chart_corong"), named, most)


def maps(_: Desk) -> Iterator[Block]:
    """Return where the maps stand."""
    yield MapPlace()


def reconciliation(desk: Desk) -> Iterator[Block]:
    """Return the table of the reconciliation, and that of decile 1 of the lists."""
    yield grid(RECONCILIATION, desk.filled["rekonsiliasi"], desk.language)
    yield grid(POOREST, desk.filled["desil1"], desk.language)


def method(desk: Desk) -> Iterator[Block]:
    """Return how the figures came about, what the matching is worth, and where the borders come from."""
    yield Sentence("report_method_match", dict(expected(desk.book)))
    villages = desk.book.total(MANIFEST, "nilai", jalur="boundaries.villages")
    without = desk.book.total(MANIFEST, "nilai", jalur="boundaries.without_polygon")
    words = {
        name: desk.book.word(MANIFEST, "teks", jalur=f"boundaries.{name}")
        for name in ("publisher", "vintage")
    }
    if villages.value is not None:
        yield Sentence("report_method_borders", {"villages": villages, "without": without, **words})
    counted = desk.filled["rekonsiliasi"]
    lost = [n for n, area in enumerate(counted.areas) if area.code is None]
    if lost:
        told: dict[str, Value] = {"count": counted.figures["n_keluarga"][lost[0]]}
        yield Sentence("report_method_unplaced", told)
    limits = [f"limit_{name}" for name in ("units", "lists", "findings", "hidden")]
    said = [*limits, *(f"method_{name}" for name in ("hidden", "trend", "again"))]
    yield Bullets([Sentence(f"report_{name}") for name in said])


def untested(desk: Desk) -> Iterator[Block]:
    """Return every rule that was not tested in full, with what lacks."""
    rows = desk.book.rows("pemeriksaan")
    rows = rows[rows["keadaan"] != state_word(desk, CheckState.TESTED)].fillna({"sebab": ""})
    heads = [Head(desk.say(f"col_{name}"), "words") for name in ("kode", "judul", "keadaan", "sebab")]
    lines: list[list[Value]] = [
        [str(one.kode), str(one.judul), str(one.keadaan), str(one.sebab)] for one in rows.itertuples()
    ]
    yield Grid("tidak_diuji", desk.say("grid_tidak_diuji"), heads, lines, (Sentence("report_note_untested"),))


def ranges(desk: Desk) -> Iterator[Block]:
    """Return the counts of the matching with the range that its expected errors leave open."""
    counted = desk.filled["rekonsiliasi"]
    heads = [Head(desk.say("col_area"), "words")]
    for name in ("cocok", "hanya_p3ke", "hanya_bps"):
        heads += [Head(desk.say(f"col_{name}")), Head(desk.say("col_rendah")), Head(desk.say("col_tinggi"))]
    rows: list[list[Value]] = []
    for n, area in enumerate([*counted.areas, None]):
        where: dict[str, str | None] = (
            {"tingkat": "provinsi"} if area is None else {"tingkat": "kabupaten", "kode": area.code}
        )
        line: list[Value] = [desk.say("province") if area is None else area.name]
        # the ends of each range tell how many families were matched
        closed = counted.figures["n_cocok"][n].hidden
        for name in ("cocok", "hanya_p3ke", "hanya_bps"):
            hidden = counted.figures[f"n_{name}"][n].hidden
            for end in ("", "_rendah", "_tinggi"):
                figure = desk.book.total("mutu_padanan", f"{name}{end}", **where)
                line.append(figure.kept_back() if hidden or (end and closed) else figure)
        rows.append(line)
    said = desk.book.word("mutu_padanan", "anggapan")
    notes = (Sentence("report_note_said", {"said": said}),)
    yield Grid("rentang", desk.say("grid_rentang"), heads, rows, notes, total=True)


def groups(desk: Desk) -> Iterator[Block]:
    """Return the share of unmatched families by group, and whom the matching leaves behind."""
    rows = desk.book.rows("mutu_kelompok", tingkat="provinsi")
    names = ("daftar", "kelompok", "keluarga", "tidak_padan", "persen_tidak_padan", "tanda")
    kinds = ("words", "words", "number", "number", "share", "words")
    heads = [Head(desk.say(f"col_{name}"), kind) for name, kind in zip(names, kinds, strict=True)]
    lines: list[list[Value]] = []
    for one in rows.itertuples():
        where = {"tingkat": "provinsi", "daftar": str(one.daftar), "kelompok": str(one.kelompok)}
        part, whole = (desk.book.total("mutu_kelompok", c, **where) for c in ("tidak_padan", "keluarga"))
        whole, part = _apart(part, whole, desk.issue.k)
        if one.kelompok == ALL and _tells_rest(desk, str(one.daftar), part):
            part = part.kept_back()
        marked = desk.say("group_marked") if str(one.tanda).lower() in {"true", "1"} else ""
        lines.append([str(one.daftar).upper(), str(one.keterangan), whole, part, share(part, whole), marked])
    yield Grid("kelompok", desk.say("grid_kelompok"), heads, lines, (Sentence("report_note_groups"),))


def _tells_rest(desk: Desk, side: str, part: Figure) -> bool:
    """Return whether all unmatched families less those of one list only are a small count."""
    alone = desk.filled["rekonsiliasi"].province[f"n_hanya_{side}"]
    return 0 < (part.value or 0.0) - (alone.value or 0.0) < desk.issue.k


def _apart(part: Figure, whole: Figure, k: int) -> tuple[Figure, Figure]:
    """Return whole and part, the part kept back where it or the rest is small, both where the whole is."""
    values = (whole.value or 0.0, part.value or 0.0)
    small = [0 < value < k for value in (*values, values[0] - values[1])]
    return (
        whole.kept_back() if small[0] else whole,
        part.kept_back() if any(small) else part,
    )
