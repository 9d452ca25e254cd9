"""Whom a programme is for, reaches or may be for, and why: places and codes (``written`` has the names)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from reconcile.frames import in_order
from reconcile.language import text
from reconcile.programs.columns import columns_of
from reconcile.programs.eligible import Assessment, columns_for
from reconcile.programs.logic import Truth, Values
from reconcile.programs.people import Rows
from reconcile.programs.sentences import Part, flag_part, joined, reasons
from reconcile.programs.values import Columns
from reconcile.programs.vocab import Outcome, Unit, View
from reconcile.vocab import Registry

#: Of a person, as the values in force have it; and what criteria may ask too.
_IDENTITY = ("nama", "nik", "tanggal_lahir", "jenis_kelamin")
_PERSONAL = ("umur", "pendidikan", "pekerjaan")
PERSON = (*_IDENTITY, *_PERSONAL)


def named(assessed: Assessment, columns: Columns, places: Rows) -> pd.DataFrame:
    """Return everybody but those who are neither meant nor served, by village, outcome, rank and ``places``.

    It is what a row of PEOPLE tells that nothing else does. There are millions, so that names, addresses and
    sentences stand once and this says where: ``keluarga`` is the row of the reconciled table, ``orang`` the
    person (-1: the family itself), ``penerima`` the row of the list of recipients (-1: none); sentences are
    categories. ``urutan`` is 0 who is not ranked, ``dari`` how many are ranked there.
    """
    rows = _rows(assessed, columns, places)
    person = assessed.program.unit is Unit.PERSON
    ranking, served = assessed.ranking, assessed.served
    inside = pd.Series(ranking.inside[rows], dtype="boolean").mask(~ranking.limited[rows])
    # the last entry stands for those whom no list has
    entries = np.array([*served.paid["entry"], -1], dtype=np.int32)
    return pd.DataFrame(
        {
            "program": pd.Categorical([assessed.program.name]).repeat(len(rows)),
            "hasil_program": assessed.outcome[rows],
            "keluarga": assessed.family[rows].astype(np.int32),
            "orang": (assessed.units[rows] if person else np.full(len(rows), -1)).astype(np.int32),
            "urutan": ranking.rank[rows].astype(np.int32),
            "dari": ranking.of[rows].astype(np.int32),
            "dalam_kuota": inside,
            "mengapa": _why(assessed, columns, rows),
            "layanan": _service(assessed, columns, rows),
            "terlayani_ganda": served.twice[rows],
            "layak_p3ke": _three(assessed.by_side[View.P3KE], rows),
            "layak_bps": _three(assessed.by_side[View.BPS], rows),
            "pengecualian_belum_diuji": assessed.untested_exclusion[rows],
            "penerima": entries[served.entry[rows]],
        }
    )


def together(parts: Sequence[pd.DataFrame], columns: Columns) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ``named`` of all programmes, and PERSON of those whom it speaks of; ``orang`` is their row."""
    table = pd.DataFrame({name: _joined([part[name] for part in parts]) for name in parts[0]})
    orang = table["orang"].to_numpy()
    spoken = np.zeros(len(columns.people.family), dtype=np.bool_)
    spoken[orang[orang >= 0]] = True
    persons = np.flatnonzero(spoken)
    # the last place stands for the family itself
    place = np.full(len(spoken) + 1, -1, dtype=np.int32)
    place[persons] = np.arange(len(persons))
    return table.assign(orang=place[orang]), _persons(persons, columns)


def _joined(parts: list[pd.Series]) -> pd.Series:
    if isinstance(parts[0].dtype, pd.CategoricalDtype):
        return pd.Series(pd.api.types.union_categoricals(parts, sort_categories=True))
    return pd.concat(parts, ignore_index=True)


def by_identity(unit: Unit, columns: Columns) -> Rows:
    """Return where each family stands by its id, or each person by that, NIK, name and birth date."""
    families = _turned(in_order(columns.context.reconciled, ["id_rekon"]))
    if unit is Unit.FAMILY:
        return families
    told = columns.people.told.assign(family=families[columns.people.family])
    return _turned(in_order(told, ["family", "nik", "nama", "tanggal_lahir"]))


def _turned(order: Rows) -> Rows:
    """Return the place of each row in ``order``."""
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places


def _rows(assessed: Assessment, columns: Columns, places: Rows) -> Rows:
    """Return which of the judged are named, in their order."""
    if not assessed.tested:
        return np.empty(0, dtype=np.int64)
    rows = np.flatnonzero(assessed.outcome != Outcome.NOT_MEANT)
    village = columns.areas["kode_desa"].take(assessed.family[rows])
    # of one outcome are all ranked or none; the last key of lexsort weighs the most
    unplaced, outcomes = ~village.known, assessed.outcome.codes[rows]
    by = (places[assessed.units[rows]], assessed.ranking.rank[rows], outcomes, village.data, unplaced)
    return rows[np.lexsort(by)]


def _three(truth: Truth, rows: Rows) -> pd.Series:
    said = pd.Series(truth.yes[rows], dtype="boolean")
    return said.mask(truth.unknown[rows])


def _persons(persons: Rows, columns: Columns) -> pd.DataFrame:
    """Return who the persons are, by the values in force."""
    told = columns.people.told
    identity = {name: told[name].array.take(persons) for name in _IDENTITY}
    values = {n: columns.get(n, View.IN_FORCE, Unit.PERSON).take(persons) for n in _PERSONAL}
    return pd.DataFrame({**identity, **{name: plain(one) for name, one in values.items()}})


def plain(values: Values) -> pd.Series:
    """Return the values as a column of numbers, or of words as categories; missing where unknown."""
    if values.words is None:
        return pd.Series(values.data, dtype="Int64").mask(~values.known)
    words = pd.Index(values.words, dtype="str")
    return pd.Series(pd.Categorical.from_codes(np.where(values.known, values.data, -1), categories=words))


def _why(assessed: Assessment, columns: Columns, rows: Rows) -> pd.Categorical:
    """Return why each is eligible, is not, or why that is unknown."""
    program, language = assessed.program, columns.context.language
    told = columns_for(program, columns, View.IN_FORCE, assessed.units[rows])
    subjects = columns_of(program.unit)
    codes = np.full(len(rows), -1, dtype=np.int32)
    said: list[str] = []
    for wanted in ("yes", "no", "unknown"):
        places = np.flatnonzero(getattr(assessed.eligible, wanted)[rows])
        some = {name: values.take(places) for name, values in told.items()}
        parts = reasons(program.needed, some, subjects, wanted, language)
        if wanted == "no":
            # an exclusion takes out where it is met
            parts = [*parts, *reasons(program.barred, some, subjects, "yes", language)]
        sentence = joined(parts, len(places))
        codes[places] = sentence.codes.astype(np.int32) + len(said)
        begin = text(f"program_why_{wanted}", language)
        said += [f"{begin} {words}" for words in sentence.categories]
    return pd.Categorical.from_codes(codes, categories=pd.Index(said, dtype="str"))


def _service(assessed: Assessment, columns: Columns, rows: Rows) -> pd.Categorical:
    """Return what says that each is served or not."""
    language, served = columns.context.language, assessed.served
    covered, on_list = served.covered[rows], served.entry[rows] >= 0
    parts = [
        flag_part(covered & on_list, text("program_on_list", language)),
        flag_part(covered & ~on_list, text("program_off_list", language)),
    ]
    by = assessed.program.served_by
    for name in by.columns if by else ():
        for registry in Registry:
            view = View(registry.value)
            values = columns.get(name, view, assessed.program.unit).take(assessed.units[rows])
            codes = np.where(values.known & ~covered, values.data + 1, 0).astype(np.int64)
            words = [
                text(f"program_flag_{yes}", language, registry=registry.upper()) for yes in ("no", "yes")
            ]
            parts.append(Part(codes, lambda code, words=words: words[code - 1]))  # type: ignore[misc]
    return joined(parts, len(rows), nothing=text("program_service_unknown", language))
