"""The people of a programme by name: who, why, by what evidence (class TERBATAS)."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from reconcile.discrepancies.evidence import PLACE
from reconcile.language import text
from reconcile.programs.columns import columns_of
from reconcile.programs.eligible import Assessment, columns_for
from reconcile.programs.logic import Truth, Values
from reconcile.programs.people import Rows
from reconcile.programs.sentences import Part, flag_part, joined, reasons
from reconcile.programs.tables import PEOPLE
from reconcile.programs.values import SIDES, Columns
from reconcile.programs.vocab import Outcome, Unit, View
from reconcile.vocab import Language, Registry
from reconcile.wording import text_each

_PERSONAL = ("umur", "pendidikan", "pekerjaan")
_AREA = ("nama_desa", "nama_kec", "nama_kab")


def named(assessed: Assessment, columns: Columns) -> pd.DataFrame:
    """Return PEOPLE: everybody but those who are neither meant nor served, by village, outcome and rank."""
    rows = np.flatnonzero(assessed.outcome != Outcome.NOT_MEANT) if assessed.tested else np.empty(0, np.int64)
    language = columns.context.language
    table = pd.DataFrame(
        {
            "program": assessed.program.name,
            "hasil_program": assessed.outcome[rows],
            **_who(assessed, columns, rows),
            **_family(assessed, columns, rows),
            **_rank(assessed, rows, language, columns),
            "mengapa": _why(assessed, columns, rows),
            "layanan": _service(assessed, columns, rows),
            "terlayani_ganda": assessed.served.twice[rows],
            "layak_p3ke": _three(assessed.by_side[View.P3KE], rows),
            "layak_bps": _three(assessed.by_side[View.BPS], rows),
            "pengecualian_belum_diuji": assessed.untested_exclusion[rows],
            **_paid(assessed, rows),
        }
    )
    place = {outcome.value: number for number, outcome in enumerate(Outcome)}
    table["_place"] = table["hasil_program"].map(place)
    by = ["kode_desa", "_place", "urutan", "id_rekon", "nik", "nama", "tanggal_lahir"]
    return PEOPLE.build(table.sort_values(by, kind="stable", ignore_index=True).drop(columns="_place"))


def _three(truth: Truth, rows: Rows) -> pd.Series:
    said = pd.Series(truth.yes[rows], dtype="boolean")
    return said.mask(truth.unknown[rows])


def _who(assessed: Assessment, columns: Columns, rows: Rows) -> Mapping[str, pd.Series]:
    """Return the person, or the head of the family as the values in force have it."""
    if assessed.program.unit is Unit.FAMILY:
        return _of_families(columns, ("nama", "nik", "tanggal_lahir"), assessed.family[rows])
    units = assessed.units[rows]
    told = columns.people.told.iloc[units].reset_index(drop=True)
    values = {n: columns.get(n, View.IN_FORCE, Unit.PERSON).take(units) for n in _PERSONAL}
    identity = {name: told[name] for name in ("nama", "nik", "tanggal_lahir", "jenis_kelamin")}
    return {**identity, **{name: plain(one) for name, one in values.items()}}


def _of_families(columns: Columns, names: Sequence[str], rows: Rows) -> dict[str, pd.Series]:
    """Return columns of the reconciled table at ``rows``; the table is wide, and they are a few."""
    table = columns.context.reconciled
    return {name: table[name].iloc[rows].reset_index(drop=True) for name in names}


def plain(values: Values) -> pd.Series:
    """Return the values as a column of words or numbers, missing where unknown."""
    if values.words is None:
        return pd.Series(values.data, dtype="Int64").mask(~values.known)
    words = pd.Series(pd.array([*values.words, None], dtype="str"))
    return words.iloc[np.where(values.known, values.data, -1)].reset_index(drop=True)


def _family(assessed: Assessment, columns: Columns, rows: Rows) -> Mapping[str, pd.Series]:
    kept = ("no_kk", "alamat", "kode_desa", "status_padan", "id_rekon")
    place = {"berkas": "source_file", "lembar": "source_sheet", "baris": "source_row"}
    origin = {f"{name}_{s}": f"{own}_{s}" for s in SIDES for own, name in place.items()}
    told = _of_families(columns, [*kept, *origin], assessed.family[rows])
    villages = columns.context.register.villages.set_index("kode_desa")[list(_AREA)]
    area = villages.reindex(told["kode_desa"]).reset_index(drop=True)
    return {**{origin.get(name, name): one for name, one in told.items()}, **{n: area[n] for n in _AREA}}


def _rank(assessed: Assessment, rows: Rows, language: Language, columns: Columns) -> Mapping[str, pd.Series]:
    ranking = assessed.ranking
    rank = pd.Series(ranking.rank[rows], dtype="Int64")
    ranked = rank > 0
    inside = pd.Series(ranking.inside[rows], dtype="boolean").mask(~ranking.limited[rows])
    regencies = columns.context.register.villages.drop_duplicates("kode_kab").set_index("kode_kab")[
        "nama_kab"
    ]
    everywhere = text("program_province", language)
    area = ranking.area.iloc[rows].reset_index(drop=True).map(regencies).astype("str").fillna(everywhere)
    order = pd.Series(order_said(assessed, language), index=rank.index, dtype="str")
    of = pd.Series(ranking.of[rows])
    said = text_each("program_rank", language, rank=rank, of=of, area=area, order=order)
    places = pd.Series(ranking.places[rows])
    said = said + text_each("program_places", language, places=places)
    limited = pd.Series(ranking.limited[rows])
    return {"urutan": rank.mask(~ranked), "dalam_kuota": inside, "alasan_urutan": said.where(limited)}


def order_said(assessed: Assessment, language: Language) -> str:
    """Return in words who comes first."""
    said = []
    for name, down in assessed.program.ranks:
        label = text(f"program_column_{name}", language)
        said.append(text("program_largest" if down else "program_smallest", language, what=label))
    return text("program_order", language, order=", ".join(said))


def _why(assessed: Assessment, columns: Columns, rows: Rows) -> pd.Series:
    """Return why each is eligible, is not, or why that is unknown."""
    program, language = assessed.program, columns.context.language
    told = columns_for(program, columns, View.IN_FORCE, assessed.units[rows])
    subjects = columns_of(program.unit)
    barred = np.flatnonzero(assessed.eligible.no[rows])
    said = pd.Series(pd.NA, index=range(len(rows)), dtype="str")
    cases = (
        ("yes", assessed.eligible.yes),
        ("no", assessed.eligible.no),
        ("unknown", assessed.eligible.unknown),
    )
    for wanted, where in cases:
        places = barred if wanted == "no" else np.flatnonzero(where[rows])
        some = {name: values.take(places) for name, values in told.items()}
        parts = reasons(program.needed, some, subjects, wanted, language)
        if wanted == "no":
            # an exclusion takes out where it is met
            parts = [*parts, *reasons(program.barred, some, subjects, "yes", language)]
        sentence = joined(parts, len(places))
        begin = text(f"program_why_{wanted}", language)
        said.iloc[places] = (begin + " " + sentence).to_numpy()
    return said


def _service(assessed: Assessment, columns: Columns, rows: Rows) -> pd.Series:
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
            codes = np.where(values.known & ~covered, values.data + 1, 0)
            words = [
                text(f"program_flag_{yes}", language, registry=registry.upper()) for yes in ("no", "yes")
            ]
            parts.append(Part(codes, lambda code, words=words: words[code - 1]))  # type: ignore[misc]
    said = joined(parts, len(rows))
    return said.mask(said == "", text("program_service_unknown", language))


def _paid(assessed: Assessment, rows: Rows) -> Mapping[str, pd.Series]:
    entry = pd.Series(assessed.served.entry[rows])
    own = dict(zip(PLACE, ("berkas_penerima", "lembar_penerima", "baris_penerima"), strict=True))
    paid = assessed.served.paid
    return {new: entry.map(paid[name]) for name, new in own.items()}
