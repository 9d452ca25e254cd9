"""What moved the numbers between two runs, in sentences.

Some causes are counted: families whose id is new or gone, answers, decisions, villages with another code. Of
others only that they changed is known: a delivery, a rule, a threshold, the program. They are named, and no
part of a difference is put down to them: that would be a guess.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from reconcile.language import text
from reconcile.series.areas import WIDTH, Areas, carry
from reconcile.series.causes import file_changes
from reconcile.series.note import Note
from reconcile.vocab import AnswerStatus, CodeStatus, IdEvent, Language, VisitResult

#: So many names stand in one sentence.
SHOWN = 8
#: Totals of the province that the explanation begins with.
TOTALS = ("n_keluarga", "n_p3ke", "n_bps", "n_cocok", "n_hanya_p3ke", "n_hanya_bps", "n_temuan")


class Part(StrEnum):
    """What a sentence is: how a number moved, a counted cause, or one that is only named."""

    MOVED = "angka"
    COUNTED = "dihitung"
    NAMED = "disebut"


@dataclass(frozen=True)
class Said:
    """One sentence of the explanation."""

    part: Part
    sentence: str


@dataclass(frozen=True)
class _Words:
    language: Language

    def __call__(self, part: Part, sentence: str, /, **fields: object) -> Said:
        """Return the sentence (in the catalogue behind ``moved_``) with its fields."""
        shown = {name: self.number(v) if isinstance(v, int) else v for name, v in fields.items()}
        return Said(part, text(f"moved_{sentence}", self.language, **shown))

    def number(self, value: int) -> str:
        """Return a number with the thousands mark of the language."""
        said = f"{value:,}"
        return said if self.language is Language.ENGLISH else said.replace(",", ".")

    def change(self, value: int) -> str:
        """Return a difference with its sign."""
        return f"{'+' if value > 0 else ''}{self.number(value)}"


def explain(
    before: Note, after: Note, events: Mapping[str, int] | None, families: pd.Series, language: Language
) -> list[Said]:
    """Return what moved between two runs.

    ``events`` counts IdEvent between both (events.events_between), None where the ids of one are no longer
    kept. ``families`` is kode -> families of the first run, to tell how many a carried code concerns.
    """
    words = _Words(language)
    return [
        *_totals(before, after, words),
        *_events(before, after, events, words),
        *_people(before, after, words),
        *_codes(before, after, families, words),
        *_deliveries(before, after, words),
        *_rules(before, after, words),
        *_settings(before, after, words),
        *_program(before, after, words),
    ]


def _totals(before: Note, after: Note, words: _Words) -> Iterator[Said]:
    for name in TOTALS:
        was, now = before.total.get(name), after.total.get(name)
        if was is None or now is None:
            continue
        called = text(f"moved_{name}", words.language)
        key = "same" if was == now else "total"
        yield words(Part.MOVED, key, name=called, before=was, after=now, change=words.change(now - was))


def _events(before: Note, after: Note, events: Mapping[str, int] | None, words: _Words) -> Iterator[Said]:
    if events is None:
        yield words(Part.COUNTED, "ids_gone", runs=f"{before.jalan}, {after.jalan}")
        return
    told = [event for event in IdEvent if event is not IdEvent.SAME and events.get(event.value)]
    if not told:
        yield words(Part.COUNTED, "ids_same")
    for event in told:
        yield words(Part.COUNTED, f"id_{event.value}", n=int(events[event.value]))


def _people(before: Note, after: Note, words: _Words) -> Iterator[Said]:
    """Return how many answers and decisions are more or fewer, by what they say."""
    results = [one.value for one in (*VisitResult, *AnswerStatus)]
    for name in results:
        more = after.jawaban.get(name, 0) - before.jawaban.get(name, 0)
        if more:
            called = text(f"moved_answer_{name}", words.language)
            yield words(Part.COUNTED, "answers", name=called, change=words.change(more))
    for name in sorted({*before.keputusan, *after.keputusan}):
        more = after.keputusan.get(name, 0) - before.keputusan.get(name, 0)
        if more:
            called = text(f"moved_decision_{name}", words.language)
            yield words(Part.COUNTED, "decisions", name=called, change=words.change(more))


def _codes(before: Note, after: Note, families: pd.Series, words: _Words) -> Iterator[Said]:
    areas = Areas.of(after)
    told = carry(pd.Series(families.index, dtype="str"), areas, before.wilayah.edition)
    told = told.assign(n=told["kode_lama"].map(families).fillna(0).astype("int64"))
    old_names = before.wilayah.nama
    moved = told[told["status"] == CodeStatus.OUTDATED]
    moved = moved.assign(old_kec=moved["kode_lama"].str.slice(0, WIDTH["kecamatan"]))
    for (old, new), rows in moved.groupby(["old_kec", "kode_kec"], sort=True):
        key = "renumbered" if old == new else "split" if old in areas.names else "replaced"
        yield words(
            Part.COUNTED,
            key,
            old=_area(str(old), old_names, areas.names),
            new=_area(str(new), areas.names, old_names),
            n=len(rows),
            villages=_villages(rows, areas),
            families=int(rows["n"].sum()),
        )
    for status, key in ((CodeStatus.AMBIGUOUS, "branched"), (CodeStatus.UNKNOWN, "unknown")):
        for row in told[told["status"] == status].itertuples():
            to = str(row.menjadi) if status is CodeStatus.AMBIGUOUS else ""
            village = _area(str(row.kode_lama), old_names, areas.names)
            yield words(Part.COUNTED, key, village=village, to=to, families=int(str(row.n)))


def _area(code: str, names: Mapping[str, str], others: Mapping[str, str]) -> str:
    name = names.get(code) or others.get(code)
    return f"{name} ({code})" if name else code


def _villages(rows: pd.DataFrame, areas: Areas) -> str:
    return _some([areas.names.get(str(code), str(code)) for code in rows["kode_desa"]])


def _some(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")


def _deliveries(before: Note, after: Note, words: _Words) -> Iterator[Said]:
    for key, files in file_changes(before, after).items():
        if files:
            called = _some(sorted(f"{one.berkas} ({one.sumber}, {one.edisi})" for one in files))
            yield words(Part.NAMED, f"file_{key}", n=len(files), files=called)


def _rules(before: Note, after: Note, words: _Words) -> Iterator[Said]:
    was, now = before.aturan, after.aturan
    both = sorted(was.keys() & now.keys())
    lists = {
        "rule_new": sorted(now.keys() - was.keys()),
        "rule_gone": sorted(was.keys() - now.keys()),
        "rule_version": [code for code in both if was[code].versi != now[code].versi],
    }
    for key, codes in lists.items():
        if codes:
            yield words(Part.NAMED, key, rules=", ".join(codes))
    for code in both:
        for name in ("tingkat", "keadaan"):
            one, other = getattr(was[code], name), getattr(now[code], name)
            if one != other:
                yield words(Part.NAMED, f"rule_{name}", rule=code, before=one, after=other)


def _settings(before: Note, after: Note, words: _Words) -> Iterator[Said]:
    for key in sorted({*before.pengaturan, *after.pengaturan}):
        was, now = before.pengaturan.get(key, "-"), after.pengaturan.get(key, "-")
        if was != now:
            yield words(Part.NAMED, "setting", name=key, before=was, after=now)


def _program(before: Note, after: Note, words: _Words) -> Iterator[Said]:
    said = {
        "program": (before.padan, after.padan),
        "codes": (before.wilayah.edisi_kode, after.wilayah.edisi_kode),
        "boundaries": (before.wilayah.edisi_batas, after.wilayah.edisi_batas),
    }
    for key, (was, now) in said.items():
        if was != now:
            yield words(Part.NAMED, key, before=was, after=now)
    if before.wilayah.sha256_batas != after.wilayah.sha256_batas:
        yield words(Part.NAMED, "boundary_file")
    changed = [
        n for n in sorted({*before.pustaka, *after.pustaka}) if before.pustaka.get(n) != after.pustaka.get(n)
    ]
    if changed:
        yield words(Part.NAMED, "libraries", names=", ".join(changed))
