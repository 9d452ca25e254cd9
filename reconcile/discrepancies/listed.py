"""Who of a reference list stands in the registries, and what visits said: for the rules on lists."""

import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.discrepancies.evidence import PLACE, per_family
from reconcile.figures import regency_codes
from reconcile.frames import among
from reconcile.resurvey.answers import latest_answers
from reconcile.tables import ANSWERS, DECREES
from reconcile.text.names import clean_names
from reconcile.vocab import Content, VisitResult

#: What finds a person of a list in a registry.
BY_NIK, BY_NAME = "nik", "nama"


def people_on(context: Context, content: Content) -> pd.DataFrame:
    """Return the people of the registries that stand in the list, one row per person and row of the list.

    Columns: those of the list, ``record_id``, ``registry``, ``by`` (BY_NIK or BY_NAME), ``who`` (identity of
    the person, for the case id only) and ``entry`` (row of the list). A NIK decides; only where one of both
    has none, the same name and birth date do.
    """
    listed = context.listed(content).rename_axis("entry").reset_index()
    held = context.persons[["record_id", "registry", "nik", "nama", "tanggal_lahir"]]
    held = held.dropna(subset=["record_id"]) if len(listed) else held.head(0)
    told = [name for name in listed if name not in {"registry", "nama", "tanggal_lahir", "nik"}]
    by_nik = held.dropna(subset=["nik"]).merge(
        listed.dropna(subset=["nik"])[["nik", *told]], on="nik", how="inner"
    )
    parts = [by_nik.assign(by=BY_NIK, who=by_nik["nik"])]
    keys = ["key", "tanggal_lahir"]
    wanted = listed.assign(key=clean_names(listed["nama"])).dropna(subset=keys)
    # names cost the most: only of those who can meet a row of the list
    named = held[held["tanggal_lahir"].isin(wanted["tanggal_lahir"])]
    named = named.assign(key=clean_names(named["nama"])).dropna(subset=keys)
    by_name = named.merge(wanted[[*keys, *told, "nik"]], on=keys, suffixes=("", "_list"))
    by_name = by_name[by_name["nik"].isna() | by_name["nik_list"].isna()]
    born = by_name["tanggal_lahir"].dt.strftime("%Y-%m-%d").astype("str")
    parts.append(by_name.drop(columns="nik_list").assign(by=BY_NAME, who=by_name["key"] + "|" + born))
    return (
        pd.concat(parts, ignore_index=True)
        .sort_values(["record_id", "who", *PLACE])
        .drop_duplicates(["record_id", "entry"], ignore_index=True)
    )


def words_of(context: Context, found: pd.DataFrame) -> pd.Series:
    """Return by what each person of ``people_on`` was found."""
    words = {by: context.say(f"on_list_{by}") for by in (BY_NIK, BY_NAME)}
    return found["by"].map(words).astype("str")


def on_list(context: Context, content: Content) -> pd.DataFrame:
    """Return one finding per person of a registry that stands in the list."""
    found = people_on(context, content).drop_duplicates(["record_id", "who"])
    return per_family(context, found, words_of(context, found), about=found["who"])


def answers_of(context: Context) -> pd.DataFrame:
    """Return ANSWERS, their place that of the file in which they came back."""
    told = context.references.get(Content.RETURNS, ANSWERS.empty())
    came = {"source_file": "asal_berkas", "source_sheet": "asal_lembar", "source_row": "asal_baris"}
    return told.assign(**{name: told[origin].fillna(told[name]) for name, origin in came.items()})


def visited(context: Context, *results: VisitResult) -> pd.DataFrame:
    """Return one finding per household that the visit which counts reported one of ``results`` of."""
    told = latest_answers(answers_of(context))
    return of_visits(context, told[told["hasil"].isin(results)])


def no_longer_poor(context: Context) -> pd.DataFrame:
    """Return one finding per household that the visit found no longer poor by the criteria."""
    told = latest_answers(answers_of(context))
    return of_visits(context, told[told["masih_miskin"] == "tidak"])


def of_visits(context: Context, told: pd.DataFrame) -> pd.DataFrame:
    """Return one finding per household of ``told``, rows of ANSWERS."""
    rows = pd.Series(context.reconciled.index, index=context.reconciled["id_rekon"])
    told = told[among(told["id_rekon"], rows.index)]
    said = context.say("visit")
    return pd.DataFrame(
        {
            "row": told["id_rekon"].map(rows),
            "side": "keduanya",
            "p3ke": "",
            "bps": "",
            "about": "verval",
            "acuan": said,
            **{name: told[name] for name in PLACE},
        }
    )


def decrees_of(context: Context) -> pd.DataFrame:
    """Return the decrees with ``kode_kab``, the dotted code of their kabupaten."""
    decrees = context.references.get(Content.DECREES, DECREES.empty())
    return decrees.assign(kode_kab=regency_codes(decrees["kode_wilayah"], context.register.villages))
