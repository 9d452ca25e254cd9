"""What moved the numbers: every cause is said, counted ones with their counts, others by name only."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import series_world as world

from reconcile.language import entries
from reconcile.series.explain import Part, explain
from reconcile.series.note import Given, Note, Ruled
from reconcile.vocab import AnswerStatus, IdEvent, Language, VisitResult

FAMILIES = pd.Series({"64.02.06.2005": 7, "64.02.06.2006": 5, "64.02.06.1001": 1000})
NO_EVENTS = dict.fromkeys(IdEvent, 0)


def old(**changes: Any) -> Note:
    return world.note(world.BEFORE, **changes)


def said(before: Note, after: Note, part: Part, language: Language = Language.INDONESIAN) -> list[str]:
    told = explain(before, after, NO_EVENTS, FAMILIES, language)
    return [one.sentence for one in told if one.part is part]


def test_a_split_kecamatan_is_named_with_its_villages_and_families() -> None:
    sentences = said(old(wilayah=world.old_places()), world.note(), Part.COUNTED)
    split = next(one for one in sentences if "dipecah" in one)
    for word in ("Muara Contoh (64.02.06)", "Muara Contoh Darat (64.02.19)", "Bukit Jati I, Bukit Jati II"):
        assert word in split
    assert "2 desa" in split
    assert "12 keluarga" in split


def test_a_split_village_and_an_unknown_code_are_named() -> None:
    places = world.old_places()
    after = world.note()
    rows = (("64.02.06.2005", 2022, "64.02.19.2001"), ("64.02.06.2005", 2022, "64.02.19.2002"))
    after = after.model_copy(update={"wilayah": after.wilayah.model_copy(update={"bekas": rows})})
    sentences = " ".join(said(old(wilayah=places), after, Part.COUNTED))
    assert "Bukit Jati I (64.02.06.2005) kini beberapa desa (64.02.19.2001, 64.02.19.2002)" in sentences
    assert "Bukit Jati II (64.02.06.2006) tidak ada lagi" in sentences


def file(name: str, digest: str) -> Given:
    return Given(berkas=name, sha256=digest * 64, sumber="s", edisi="2026")


def rule(code: str, version: int = 1, severity: str = "T", state: str = "DIUJI") -> dict[str, Any]:
    return {"aturan": {code: Ruled(versi=version, tingkat=severity, keadaan=state)}}


CAUSES: list[tuple[str, dict[str, Any], str]] = [
    (
        "a new file",
        {"masukan": (*world.note().masukan, file("b.csv", "9"))},
        "1 berkas baru: b.csv (s, 2026).",
    ),
    ("a changed file", {"masukan": (file("a.csv", "9"),)}, "1 berkas berubah isinya: a.csv (s, 2026)."),
    (
        "a renamed file",
        {"masukan": (file("z.csv", "1"),)},
        "1 berkas yang sama dengan nama lain: z.csv (s, 2026).",
    ),
    ("no file", {"masukan": ()}, "1 berkas tidak dipakai lagi: a.csv (p3ke_families_2022, 2022)."),
    ("a threshold", {"pengaturan": {"matching.match": "0.8"}}, "Pengaturan matching.match: 0.9 menjadi 0.8."),
    ("a severity", rule("I01", severity="K"), "Aturan I01: tingkat T menjadi K."),
    ("a rule not tested", rule("I01", state="TIDAK DIUJI"), "Aturan I01: DIUJI menjadi TIDAK DIUJI."),
    ("a rule's version", rule("I01", version=2), "Aturan yang diubah: I01."),
    ("a new rule", rule("I02"), "Aturan baru: I02."),
    ("a rule that is gone", rule("I02"), "Aturan dihapus: I01."),
    ("the program", {"padan": "0.2.0"}, "Program padan: versi 0.1.0 menjadi 0.2.0."),
    ("a library", {"pustaka": {"pandas": "3.1"}}, "Pustaka program berganti versi: pandas."),
]


@pytest.mark.parametrize(("what", "changes", "wanted"), CAUSES, ids=[c[0] for c in CAUSES])
def test_what_changed_is_named_and_no_number_is_put_down_to_it(
    what: str, changes: dict[str, Any], wanted: str
) -> None:
    assert wanted in said(old(), world.note(**changes), Part.NAMED)
    # and it is said of nothing else
    counted = said(old(), world.note(**changes), Part.COUNTED)
    assert counted == said(old(), world.note(), Part.COUNTED)


def test_answers_and_decisions_are_counted() -> None:
    after = world.note(jawaban={"diterapkan": 1200, "meninggal": 3}, keputusan={"sama": 2})
    sentences = said(old(jawaban={"diterapkan": 100}), after, Part.COUNTED)
    assert "Jawaban lapangan yang diterapkan (semuanya): +1.100." in sentences
    assert "Jawaban lapangan meninggal: +3." in sentences
    assert 'Keputusan penelaah "satu keluarga": +2.' in sentences


def test_events_of_ids_are_counted_or_said_not_to_be() -> None:
    events = {event.value: 2 for event in IdEvent}
    told = explain(old(), world.note(), events, FAMILIES, Language.INDONESIAN)
    counted = [one.sentence for one in told if one.part is Part.COUNTED and one.sentence.startswith("2 ")]
    # what stays the same moves nothing
    assert len(counted) == len(IdEvent) - 1
    gone = explain(old(), world.note(), None, FAMILIES, Language.INDONESIAN)
    assert any("tidak dihitung" in one.sentence for one in gone)


def test_totals_come_first_with_their_difference() -> None:
    after = world.note(total={"n_keluarga": 1012, "n_cocok": 4})
    assert said(old(), after, Part.MOVED) == [
        "Keluarga: 10 menjadi 1.012 (+1.002).",
        "Keluarga cocok: tetap 4.",
    ]
    assert said(old(), after, Part.MOVED, Language.ENGLISH)[0] == "Families: 10 to 1,012 (+1,002)."


@pytest.mark.parametrize("value", [*VisitResult, *AnswerStatus])
def test_every_answer_has_words(value: str) -> None:
    assert f"moved_answer_{value}" in entries()
