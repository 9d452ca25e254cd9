"""What ties the published counts: sums within a row, over areas, and from one table to another.

This is what a reader is taken to know. A tie that does not hold in the run's own numbers tells nothing and is
left out; one between tables must hold for every area, so that no chance agreement counts as one.
"""

from collections.abc import Callable, Iterable, Sequence

from reconcile.ledger import Entry
from reconcile.report.areas import KABUPATEN
from reconcile.report.cells import Cells
from reconcile.reports.groups import ALL
from reconcile.vocab import CaseChange, Registry, Severity

_PARTS = ("n_cocok", "n_tinjau", "n_bagian", "n_hanya_p3ke", "n_hanya_bps")
_SIDES = tuple(side.value for side in Registry)
#: Within a row of indicators: a whole and a part of it, and whether the part is something about a person.
_RESTS = (
    ("n_keluarga", "n_desil1_p3ke", True),
    ("n_keluarga", "n_desil1_bps", True),
    *((f"n_{side}", f"n_lengkap_{side}", False) for side in _SIDES),
    *((f"n_{side}", f"n_desil1_{side}", True) for side in _SIDES),
    *((f"n_desil1_{side}", "n_desil1_keduanya", False) for side in _SIDES),
)
_RESULTS = ("n_sesuai", "n_berubah", "n_tidak_ada", "n_menolak")
_SERVED = ("n_layak_terlayani", "n_layak_belum", "n_layak_layanan_tidak_diketahui")
_NOT_MEANT = (
    "n_terlayani_tidak_layak_keduanya",
    "n_terlayani_tidak_layak",
    "n_terlayani_kelayakan_tidak_diketahui",
)
_JUDGED = ("n_layak", "n_tidak_layak", "n_kelayakan_tidak_diketahui")


def tie(cells: Cells) -> None:
    """Put every tie between the tables of the run into ``cells``."""
    areas = _areas(cells)
    steps: Sequence[tuple[str, Callable[[Cells, Sequence[str | None]], None]]] = (
        ("indikator", _indicators),
        ("kemajuan", _visits),
        ("cakupan", _programs),
        ("ringkasan", _findings),
        ("mutu_padanan", _matching),
        ("mutu_kelompok", _groups),
        ("neraca", _ledger),
        ("selisih", _gaps),
        ("perubahan", _moves),
    )
    for table, step in steps:
        if table in cells.book:
            step(cells, areas)
    if "umur_kasus" in cells.book:
        _cases(cells)


def _areas(cells: Cells) -> list[str | None]:
    """Return the codes of the kabupaten, "" where families have no village, None for the province."""
    codes = cells.book.rows("indikator", tingkat=KABUPATEN)["kode"].fillna("")
    return [*sorted({str(code) for code in codes}), None]


def _indicators(cells: Cells, areas: Sequence[str | None]) -> None:
    for area in areas:
        at = {name: cells.at("indikator", name, area) for name in cells.book.tables["indikator"].columns
              if name.startswith("n_")}  # fmt: skip
        _sum(cells, at["n_keluarga"], [at[name] for name in _PARTS])
        doubtful = _together(cells, [at["n_tinjau"], at["n_bagian"]])
        left = [_left(cells, at[f"n_{side}"], [at["n_cocok"], at[f"n_hanya_{side}"]]) for side in _SIDES]
        _sum(cells, doubtful, left)
        for whole, part, attribute in _RESTS:
            within(cells, at[whole], at[part], attribute=attribute)
        poorest = _together(cells, [at[f"n_desil1_{side}"] for side in _SIDES], [at["n_desil1_keduanya"]])
        within(cells, at["n_keluarga"], poorest, attribute=True)
        within(cells, at["n_cocok"], at["n_desil1_keduanya"])


def _visits(cells: Cells, areas: Sequence[str | None]) -> None:
    for area in areas:
        at = {name: cells.at("kemajuan", name, area)
              for name in ("n_diminta", "n_dijawab", "n_terlambat", "n_tidak_layak", *_RESULTS)}  # fmt: skip
        _left(cells, at["n_dijawab"], [at[name] for name in _RESULTS])
        within(cells, at["n_dijawab"], at["n_tidak_layak"], attribute=True)
        waiting = _left(cells, at["n_diminta"], [at["n_dijawab"]])
        within(cells, waiting, at["n_terlambat"])
        found = _together(cells, [at["n_sesuai"], at["n_berubah"]])
        within(cells, found, at["n_tidak_layak"], attribute=True)
        within(cells, cells.at("indikator", "n_keluarga", area), at["n_diminta"], personal=False)


def _programs(cells: Cells, areas: Sequence[str | None]) -> None:
    """Tie each programme, and those of one unit among each other: all judge the same families or people."""
    rows = cells.book.rows("cakupan", tingkat=KABUPATEN).drop_duplicates("program")
    told = list(zip(rows["program"].astype(str), rows["satuan"].astype(str), strict=True))
    for program, _ in told:
        for area in areas:
            names = dict.fromkeys((*_JUDGED, "n_dinilai", "n_terlayani", *_SERVED, *_NOT_MEANT))
            at = {name: cells.at("cakupan", name, area, program=program) for name in names}
            _sum(cells, at["n_dinilai"], [at[name] for name in _JUDGED])
            _sum(cells, at["n_layak"], [at[name] for name in _SERVED])
            _sum(cells, at["n_terlayani"], [at["n_layak_terlayani"], *(at[name] for name in _NOT_MEANT)])
            within(cells, at["n_dinilai"], at["n_layak"], attribute=True)
    first: dict[str, str] = {}
    for program, unit in told:
        other = first.setdefault(unit, program)
        own = [cells.at("cakupan", "n_dinilai", area, program=program) for area in areas]
        families = [cells.at("indikator", "n_keluarga", area) for area in areas]
        _same_everywhere(cells, own, families)
        if other != program:
            judged = [cells.at("cakupan", "n_dinilai", area, program=other) for area in areas]
            _same_everywhere(cells, own, judged)


def _findings(cells: Cells, areas: Sequence[str | None]) -> None:
    """Tie the findings of an area by rule to those of the area, and those of a rule to the checked rules."""
    for area in areas:
        whole = cells.at("indikator", "n_temuan", area)
        _sum(cells, whole, [cells.at("ringkasan", "jumlah", area)])
        by_severity = [cells.at("ringkasan", "jumlah", area, tingkat=one.value) for one in Severity]
        _sum(cells, cells.at("ringkasan", "jumlah", area), by_severity)
    if "pemeriksaan" not in cells.book:
        return
    for code in cells.book.rows("pemeriksaan")["kode"].astype(str):
        checked = cells.atom("pemeriksaan", "jumlah", kode=code)
        _sum(cells, checked, [cells.at("ringkasan", "jumlah", None, kode=code)])
    for one in Severity:
        checked = cells.atom("pemeriksaan", "jumlah", tingkat=one.value)
        _sum(cells, checked, [cells.at("ringkasan", "jumlah", None, tingkat=one.value)])


def _matching(cells: Cells, areas: Sequence[str | None]) -> None:
    for name in ("cocok", "hanya_p3ke", "hanya_bps"):
        own = [
            cells.atom("mutu_padanan", name, tingkat="provinsi")
            if area is None
            else cells.atom("mutu_padanan", name, tingkat=KABUPATEN, kode=area or None)
            for area in areas
        ]
        _same_everywhere(cells, own, [cells.at("indikator", f"n_{name}", area) for area in areas])


def _groups(cells: Cells, _: Sequence[str | None]) -> None:
    for side in _SIDES:
        where = {"tingkat": "provinsi", "daftar": side}
        names = cells.book.rows("mutu_kelompok", **where)["kelompok"].astype(str)
        whole, lost = (
            cells.atom("mutu_kelompok", column, **where, kelompok=ALL)
            for column in ("keluarga", "tidak_padan")
        )
        _sum(cells, whole, [cells.at("indikator", f"n_{side}", None)])
        matched = cells.at("indikator", "n_cocok", None)
        within(cells, whole, matched)
        _left(cells, lost, [cells.at("indikator", f"n_hanya_{side}", None)])
        for name in names:
            own = [
                cells.atom("mutu_kelompok", column, **where, kelompok=name)
                for column in ("keluarga", "tidak_padan")
            ]
            within(cells, own[0], own[1])
            if name != ALL:
                within(cells, whole, own[0])
                within(cells, lost, own[1])


def _ledger(cells: Cells, _: Sequence[str | None]) -> None:
    """Say that opening and what came in are closing and what went out; closing are the families of today."""

    def sums(entry: Entry) -> int | None:
        return cells.atom("neraca", "jumlah_keluarga", tingkat="provinsi", pos=entry.value)

    before = [one for one in (sums(Entry.OPENING), sums(Entry.IN)) if one is not None]
    gone = [one for one in (sums(Entry.OUT),) if one is not None]
    closing = sums(Entry.CLOSING)
    if closing is not None:
        cells.sheet.total(closing, before, gone)
        _sum(cells, closing, [cells.at("indikator", "n_keluarga", None)])


def _gaps(cells: Cells, areas: Sequence[str | None]) -> None:
    for side in _SIDES:
        codes = [area for area in areas if area]
        own = [cells.atom("selisih", "keluarga_daftar", kode_kab=code, daftar=side) for code in codes]
        listed = [cells.at("indikator", f"n_desil1_{side}", code) for code in codes]
        _same_everywhere(cells, own, listed)


def _moves(cells: Cells, areas: Sequence[str | None]) -> None:
    for name in cells.book.rows("perubahan")["indikator"].drop_duplicates().astype(str):
        for area in (one for one in areas if one):
            now = cells.atom("perubahan", "nilai_akhir", kode=area, indikator=name)
            _sum(cells, now, [cells.at("indikator", name, area)])


def _cases(cells: Cells) -> None:
    """Tie cases by state, age and severity; the open ones of a severity are its findings."""
    states = cells.book.rows("umur_kasus")["keadaan_kasus"].drop_duplicates().astype(str)
    still_open = [one for one in states if not one.startswith("selesai")]
    for severity in Severity:
        own = [
            cells.atom("umur_kasus", "jumlah_kasus", keadaan_kasus=one, tingkat_temuan=severity.value)
            for one in still_open
        ]
        for ages in states:
            cells.atom("umur_kasus", "jumlah_kasus", keadaan_kasus=ages)
        if "ringkasan" in cells.book:
            _sum(cells, cells.at("ringkasan", "jumlah", None, tingkat=severity.value), own)
    if "kasus" in cells.book:
        for change in (CaseChange.NEW, CaseChange.REPEATED, CaseChange.SETTLED):
            counted = cells.atom("kasus", "#", perubahan=change.value)
            _sum(cells, counted, [cells.atom("umur_kasus", "jumlah_kasus", keadaan_kasus=change.value)])


def _sum(cells: Cells, total: int | None, parts: Iterable[int | None]) -> None:
    there = [one for one in parts if one is not None]
    if total is not None and there and there != [total]:
        cells.sheet.total(total, there)


def within(
    cells: Cells, whole: int | None, part: int | None, *, attribute: bool = False, personal: bool = True
) -> None:
    """Say that ``part`` lies in ``whole``, where it does in the numbers.

    ``attribute``: to be a part is something about a person; ``personal``: a small rest is sensitive.
    """
    if whole is None or part is None or whole == part:
        return
    key = ("rest", whole, part)
    if key not in cells.places and cells.sheet.amounts[whole] >= cells.sheet.amounts[part]:
        name = f"{cells.sheet.names[whole]} - {cells.sheet.names[part]}"
        cells.places[key] = cells.sheet.rest(name, whole, part, attribute=attribute, personal=personal)


def _left(cells: Cells, whole: int | None, parts: Sequence[int | None]) -> int | None:
    """Return the cell of what of ``whole`` is none of ``parts``, where these lie in it."""
    there = [one for one in parts if one is not None]
    if whole is None or sum(cells.sheet.amounts[n] for n in there) > cells.sheet.amounts[whole]:
        return None
    return cells.sum_of(("left", whole, *there), [whole], there)


def _together(cells: Cells, add: Sequence[int | None], less: Sequence[int | None] = ()) -> int | None:
    plus, minus = ([one for one in part if one is not None] for part in (add, less))
    if len(plus) < 1:
        return None
    if len(plus) == 1 and not minus:
        return plus[0]
    return cells.sum_of((tuple(sorted(plus)), tuple(sorted(minus))), plus, minus)


def _same_everywhere(cells: Cells, one: Sequence[int | None], other: Sequence[int | None]) -> None:
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    if all(cells.sheet.amounts[a] == cells.sheet.amounts[b] for a, b in pairs):
        for a, b in pairs:
            _sum(cells, a, [b])
