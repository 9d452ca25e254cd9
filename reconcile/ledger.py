"""The ledger of families: opening + in - out = closing, per kabupaten, real change and correction apart.

A family is in the stock while its id stands in a list and no visit in force found it dead, moved out or
listed twice. Such a family often stands on its list for a while: it is counted beside the closing
(``masih_terdaftar``), and both together are the families of the indicators. What nothing explains is said to
be unexplained: it is neither put down to real change nor to a correction.
"""

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from reconcile.errors import ConservationError, Fault
from reconcile.language import text
from reconcile.resurvey.answers import latest_answers
from reconcile.series.areas import Areas, carry
from reconcile.series.events import among, living
from reconcile.tables import HISTORY, Column, Table
from reconcile.vocab import IdEvent, Language, VisitResult

KABUPATEN, PROVINCE = "kabupaten", "provinsi"
_SIDES = ("p3ke", "bps")
#: The index of what has no kabupaten.
_NOWHERE = ""
#: Missing stock of an id.
_OUT = "-"


class Entry(StrEnum):
    """Where a line of the ledger stands."""

    OPENING = "awal"
    IN = "masuk"
    OUT = "keluar"
    CLOSING = "akhir"
    LISTED = "masih_terdaftar"


class Kind(StrEnum):
    """Whether something happened to families, or only to the data on them."""

    REAL = "perubahan_nyata"
    DATA = "koreksi_data"
    UNEXPLAINED = "belum_jelas"
    FIRST = "pencatatan_awal"
    STOCK = "stok"


class Why(StrEnum):
    """Why a family came into a stock or left it."""

    FIRST = "jalan_pertama"
    NEW = "keluarga_baru"
    MOVED_IN = "pindah_masuk"
    NEW_LIST = "daftar_baru"
    PARTED = "berpisah"
    RETURNED = "kembali"
    VISIT_WITHDRAWN = "kunjungan_tidak_berlaku"
    DEAD = "meninggal"
    MOVED_OUT = "pindah_keluar"
    DUPLICATE = "ganda"
    LEFT_PROVEN = "keluar_berbukti"
    LEFT = "keluar_tanpa_catatan"
    LIST_GONE = "daftar_tidak_dikirim"
    REPLACED = "bergabung"
    MOVED = "pindah_kabupaten"
    PLACE = "tempat_dikoreksi"
    OPENING = "stok_awal"
    CLOSING = "stok_akhir"
    LISTED = "masih_di_daftar"


_KINDS = {
    Kind.REAL: {Why.NEW, Why.MOVED_IN, Why.DEAD, Why.MOVED_OUT, Why.LEFT_PROVEN, Why.MOVED},
    Kind.DATA: {
        *{Why.NEW_LIST, Why.PARTED, Why.RETURNED, Why.VISIT_WITHDRAWN, Why.DUPLICATE},
        *{Why.LIST_GONE, Why.REPLACED, Why.PLACE},
    },
    Kind.UNEXPLAINED: {Why.LEFT},
    Kind.FIRST: {Why.FIRST},
    Kind.STOCK: {Why.OPENING, Why.CLOSING, Why.LISTED},
}
#: Kind of each reason.
KIND_OF = {why: kind for kind, reasons in _KINDS.items() for why in reasons}
_VISITS = {
    VisitResult.DEAD.value: Why.DEAD.value,
    VisitResult.MOVED_OUT.value: Why.MOVED_OUT.value,
    VisitResult.DUPLICATE.value: Why.DUPLICATE.value,
}

#: What visits in force found.
VISITS = Table(
    "visits",
    (
        Column("id_rekon", "text", "household", required=True),
        Column("hasil", "text", "vocab.VisitResult", required=True),
        Column("kembaran", "text", "household that it is listed twice with"),
    ),
)

LEDGER = Table(
    "ledger",
    (
        Column("tingkat", "text", "kabupaten or provinsi", required=True),
        Column("kode", "text", "dotted Kemendagri code; missing: families without village, or the province"),
        Column("nama", "text", "official name"),
        Column("pos", "text", "ledger.Entry", required=True),
        Column("jenis", "text", "ledger.Kind", required=True),
        Column("alasan", "text", "ledger.Why", required=True),
        Column("keterangan", "text", "the reason in words", required=True),
        Column("jumlah_keluarga", "whole", "families", required=True),
    ),
)


@dataclass(frozen=True)
class Stand:
    """What a run knows of families: HISTORY after it, and VISITS in force."""

    history: pd.DataFrame
    visits: pd.DataFrame


def visits_of(answers: pd.DataFrame, tasks: pd.DataFrame) -> pd.DataFrame:
    """Return VISITS: the visit in force of each household.

    ``answers`` is ANSWERS, ``tasks`` TASKS of the same run. The answer for a family of which no record is
    left keeps the id that it was asked under.
    """
    asked = tasks.drop_duplicates("id_tugas").set_index("id_tugas")["id_rekon"]
    ids = answers["id_rekon"].fillna(answers["id_tugas"].map(asked))
    latest = latest_answers(answers.assign(id_rekon=ids).dropna(subset=["id_rekon"]))
    now = answers.dropna(subset=["id_rekon"]).drop_duplicates("id_tugas").set_index("id_tugas")["id_rekon"]
    twin = latest["ganda_dengan"].map(now).fillna(latest["ganda_dengan"].map(asked))
    return VISITS.build(latest[["id_rekon", "hasil"]].assign(kembaran=twin.astype("str")))


@dataclass(frozen=True)
class Records:
    """Records of other offices that explain why families come and go.

    ``exits`` are the id_rekon of families with an exit record, ``arrivals`` those whose head stands on the
    list of moves.
    """

    exits: frozenset[str] = frozenset()
    arrivals: frozenset[str] = frozenset()


def family_ledger(
    before: Stand | None, after: Stand, areas: Areas, records: Records, language: Language
) -> pd.DataFrame:
    """Return LEDGER of every kabupaten of ``areas``, of the families without village, and of the province.

    ``before`` is None at the first run: everything is entered then. Moves between kabupaten are an out and an
    in; for the province they are none. ConservationError where a line does not balance.
    """
    was, now = _held(before, areas), _held(after, areas)
    told = _stock(was, now)
    first = pd.Series(Why.FIRST.value, index=told.index, dtype="str")
    told = told.assign(why=first if before is None else _reasons(told, was, now, after, records))
    regencies = sorted(code for code in areas.names if len(code) == 5)
    codes = [*regencies, *({_NOWHERE, *told["was"].unique(), *told["now"].unique()} - {_OUT, *regencies})]
    parts = [
        _sums(told, "was", Entry.OPENING, Why.OPENING),
        _flows(told[told["was"] != told["now"]], across=True),
        _sums(told, "now", Entry.CLOSING, Why.CLOSING),
        _sums(told[told["now"] == _OUT], "listed", Entry.LISTED, Why.LISTED),
    ]
    lines = pd.concat(parts, ignore_index=True)
    stocks = lines["pos"].isin([Entry.OPENING, Entry.CLOSING, Entry.LISTED])
    lines = pd.concat([_filled(lines[stocks], codes), lines[~stocks]], ignore_index=True)
    whole = _whole(told)
    table = pd.concat([lines.assign(tingkat=KABUPATEN), whole.assign(tingkat=PROVINCE)], ignore_index=True)
    return _written(table, areas, language)


def _stock(was: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return of each id that either run has ``was`` and ``now``, _OUT outside the stock, and ``listed``."""
    ids = was.index.union(now.index).rename("id_rekon")
    table = pd.DataFrame(index=ids)
    for name, side in (("was", was), ("now", now)):
        table[name] = side["listed"].mask(side["visit"].notna(), _OUT).reindex(ids).fillna(_OUT)
    table["listed"] = now["listed"].reindex(ids)
    return table


def _held(stand: Stand | None, areas: Areas) -> pd.DataFrame:
    """Return by id of a run: ``listed``, its kabupaten of today, ``visit``, why it is out of stock.

    ``p3ke`` and ``bps`` say which lists it stands on.
    """
    rows = living(HISTORY.empty() if stand is None else stand.history).set_index("id_rekon")
    # a code that was split between kabupaten leads to none of them
    regency = carry(rows["kode_desa"], areas, None).set_index("kode_lama")["kode_kab"]
    table = pd.DataFrame({"listed": rows["kode_desa"].map(regency).astype("str").fillna(_NOWHERE)})
    why = pd.Series(dtype="str") if stand is None else _gone(stand.visits, rows.index)
    table["visit"] = why.reindex(rows.index).astype("str")
    return table.assign(**{side: rows[f"record_id_{side}"].notna() for side in _SIDES})


def _gone(visits: pd.DataFrame, alive: pd.Index) -> pd.Series:
    """Return by id Why a visit took it out of stock.

    Listed twice is out only beside its twin: where both were joined, or the twin is gone, one family is left.
    Of two that name each other the first id stays.
    """
    told = visits.set_index("id_rekon")
    twin = told["kembaran"]
    named = set(told.index[told["hasil"] == VisitResult.DUPLICATE])
    beside = among(twin, alive) & (twin != told.index)
    beside &= ~twin.isin(named) | (twin < told.index.to_series())
    why = told["hasil"].map(_VISITS)
    return why.mask((told["hasil"] == VisitResult.DUPLICATE) & ~beside).astype("str")


def _reasons(
    told: pd.DataFrame, was: pd.DataFrame, now: pd.DataFrame, after: Stand, records: Records
) -> pd.Series:
    """Return Why of every id that came, left or changed its kabupaten; later ones outrank earlier ones."""
    came, left = told["was"] == _OUT, told["now"] == _OUT
    new = came & ~among(told.index, was.index)
    history = after.history.set_index("id_rekon").reindex(told.index)
    event = history["peristiwa"]
    results = after.visits.set_index("id_rekon")["hasil"].reindex(told.index)
    # of a family that is on no list any more, what its last visit said
    visit = now["visit"].reindex(told.index).fillna(results.map(_VISITS))
    cases = {
        Why.PLACE: ~came & ~left,
        Why.MOVED: ~came & ~left & (results == VisitResult.MOVED_WITHIN),
        Why.VISIT_WITHDRAWN: came & ~new,
        Why.NEW: new,
        Why.MOVED_IN: new & told.index.isin(records.arrivals),
        Why.NEW_LIST: new & ~_delivered(now, was, told.index),
        Why.PARTED: new & history["asal"].notna(),
        Why.RETURNED: new & (event == IdEvent.RETURNED),
        Why.LEFT: left,
        Why.LIST_GONE: left & ~_delivered(was, now, told.index),
        Why.LEFT_PROVEN: left & told.index.isin(records.exits),
        Why.REPLACED: left & (event == IdEvent.REPLACED),
    }
    why = pd.Series(Why.PLACE.value, index=told.index, dtype="str")
    for reason, holds in cases.items():
        why = why.mask(holds.to_numpy(dtype=bool), reason.value)
    return why.mask(left & visit.notna(), visit)


def _delivered(own: pd.DataFrame, other: pd.DataFrame, ids: pd.Index) -> "pd.Series[bool]":
    """Return whether the other run has families of the same list in the same kabupaten.

    Where it has none, a whole list came or went, and that says nothing of any family.
    """
    there = pd.Series(False, index=own.index)  # noqa: FBT003 - a column of it
    for side in _SIDES:
        known = other.loc[other[side], "listed"].unique()
        there |= own[side] & (own["listed"].isin(known) | (own["listed"] == _NOWHERE))
    return there.reindex(ids, fill_value=False)


def _sums(told: pd.DataFrame, column: str, entry: Entry, why: Why) -> pd.DataFrame:
    rows = told[told[column] != _OUT].dropna(subset=[column])
    counts = rows.groupby(column).size().rename("jumlah_keluarga").rename_axis("kode").reset_index()
    return counts.assign(pos=entry.value, why=why.value)


def _flows(changed: pd.DataFrame, *, across: bool) -> pd.DataFrame:
    """Return what went out of each kabupaten and came into each; with ``across`` also from one to another."""
    parts = []
    for entry, column, other in ((Entry.OUT, "was", "now"), (Entry.IN, "now", "was")):
        rows = changed[changed[column] != _OUT]
        rows = rows if across else rows[rows[other] == _OUT]
        counts = rows.groupby([column, "why"]).size().rename("jumlah_keluarga")
        parts.append(counts.rename_axis(["kode", "why"]).reset_index().assign(pos=entry.value))
    return pd.concat(parts, ignore_index=True)


def _filled(stocks: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    """Return a line of each stock for every kabupaten, 0 where it has none."""
    whys = {Entry.OPENING: Why.OPENING, Entry.CLOSING: Why.CLOSING, Entry.LISTED: Why.LISTED}
    parts = []
    for entry, why in whys.items():
        own = stocks[stocks["pos"] == entry].set_index("kode")["jumlah_keluarga"]
        counts = own.reindex(codes, fill_value=0).rename_axis("kode").reset_index()
        parts.append(counts.assign(pos=entry.value, why=why.value))
    return pd.concat(parts, ignore_index=True)


def _whole(told: pd.DataFrame) -> pd.DataFrame:
    """Return the lines of the province."""
    inside = told.assign(**{name: told[name].where(told[name] == _OUT, _NOWHERE) for name in ("was", "now")})
    listed = (told["now"] == _OUT) & told["listed"].notna()
    stocks = pd.DataFrame(
        {
            "kode": _NOWHERE,
            "pos": [Entry.OPENING.value, Entry.CLOSING.value, Entry.LISTED.value],
            "why": [Why.OPENING.value, Why.CLOSING.value, Why.LISTED.value],
            "jumlah_keluarga": [(told["was"] != _OUT).sum(), (told["now"] != _OUT).sum(), listed.sum()],
        }
    )
    changed = inside[inside["was"] != inside["now"]]
    return pd.concat([stocks, _flows(changed, across=False)], ignore_index=True)


def _written(lines: pd.DataFrame, areas: Areas, language: Language) -> pd.DataFrame:
    order = {entry.value: place for place, entry in enumerate(Entry)}
    kinds = {why.value: kind.value for why, kind in KIND_OF.items()}
    words = {why.value: text(f"ledger_{why.value}", language) for why in Why}
    table = lines.assign(
        jenis=lines["why"].map(kinds),
        alasan=lines["why"],
        keterangan=lines["why"].map(words),
        nama=lines["kode"].map(areas.names),
        order=lines["pos"].map(order),
    )
    nowhere = (table["kode"] == _NOWHERE) & (table["tingkat"] == KABUPATEN)
    table["nama"] = table["nama"].astype("str").mask(nowhere, text("ledger_nowhere", language))
    # the families without village stand behind every kabupaten
    table["kode"] = table["kode"].where(table["kode"] != _NOWHERE)
    table = table.sort_values(["tingkat", "kode", "order", "jenis", "alasan"])
    built = LEDGER.build(table[LEDGER.names])
    _balance(built)
    return built


def _balance(ledger: pd.DataFrame) -> None:
    """Refuse a ledger of which a line of areas, or the sum of them, does not balance."""
    sign = {Entry.OPENING.value: 1, Entry.IN.value: 1, Entry.OUT.value: -1, Entry.CLOSING.value: -1}
    counted = ledger["jumlah_keluarga"] * ledger["pos"].map(sign).fillna(0).astype("Int64")
    sums = counted.groupby([ledger["tingkat"], ledger["kode"].fillna("-")]).sum()
    faults = [Fault.of("E_LEDGER", area=f"{level} {code}") for level, code in sums.index[sums != 0]]
    stocks = ledger[ledger["pos"].isin([Entry.OPENING, Entry.CLOSING, Entry.LISTED])]
    levels = stocks.pivot_table(index="pos", columns="tingkat", values="jumlah_keluarga", aggfunc="sum")
    wrong = levels.index[levels[KABUPATEN] != levels[PROVINCE]]
    faults += [Fault.of("E_LEDGER", area=str(entry)) for entry in wrong]
    if faults:
        raise ConservationError(faults)


def check_ledger(ledger: pd.DataFrame, indicators: pd.DataFrame) -> None:
    """Refuse a ledger whose closing and still listed families are not those of INDICATORS."""
    held = ledger[(ledger["tingkat"] == KABUPATEN) & ledger["pos"].isin([Entry.CLOSING, Entry.LISTED])]
    counts = held.groupby(held["kode"].fillna("-"))["jumlah_keluarga"].sum()
    areas = indicators[indicators["tingkat"] == KABUPATEN]
    families = areas.groupby(areas["kode"].fillna("-"))["n_keluarga"].sum()
    both = pd.DataFrame({"ledger": counts, "families": families}).fillna(0)
    wrong = both.index[both["ledger"] != both["families"]]
    if len(wrong):
        raise ConservationError([Fault.of("E_LEDGER", area=f"{KABUPATEN} {code}") for code in wrong])
