"""Objections (sanggah) over runs: held against their case or figure, shown with their answer, never erased.

An objection is found again by its id: the one that the office gave, else a keyed hash of what it is against,
its document and who objects, so that a row that comes back with an answer is the same objection.
"""

from enum import StrEnum

import pandas as pd

from reconcile.frames import among
from reconcile.identifiers import pseudonyms
from reconcile.indicators import INDICATORS
from reconcile.language import entries, text
from reconcile.tables import OBJECTIONS, Column, Table
from reconcile.vocab import Language

#: Official figures that may be objected to besides the columns of the indicators.
OFFICIAL = ("miskin", "miskin_ekstrem")
_ANSWER = ["jawaban", "putusan", "tanggal_jawaban", "dijawab_oleh"]
_OWN = ["kasus", "kode_wilayah", "angka", "alasan", "no_dokumen", "tanggal", "oleh"]
_PLACE = ["source_file", "source_sheet", "source_row", "source_sha256"]
#: An objection without any of these can only be told by where it stands.
_IDENTITY = ["kasus", "kode_wilayah", "angka", "no_dokumen", "oleh"]
_LONG_NUMBER = r"\d{12,}"


class ObjectionState(StrEnum):
    """How far an objection has come."""

    INCOMPLETE = "perlu_dilengkapi"
    OPEN = "terbuka"
    ANSWERED = "dijawab"
    ACCEPTED = "diterima"
    REJECTED = "ditolak"


#: Every objection there ever was.
STANDING = Table(
    "standing_objections",
    (
        Column("id_sanggah", "text", "objection", required=True),
        Column("status_sanggah", "text", "vocab.ObjectionState", required=True),
        *(column for name in _OWN for column in OBJECTIONS.columns if column.name == name),
        *(column for name in _ANSWER for column in OBJECTIONS.columns if column.name == name),
        Column("sebab", "text", "codes of what is wrong with it, parted by commas"),
        Column("masalah", "text", "the same in words"),
        Column("terakhir_dikirim", "text", "reference date of the last run that it was delivered to"),
        Column("pertama_muncul", "text", "reference date of the first run that had it", required=True),
        *(column for name in _PLACE for column in OBJECTIONS.columns if column.name == name),
    ),
)


def follow_objections(
    delivered: pd.DataFrame,
    before: pd.DataFrame | None,
    cases: pd.Series,
    areas: pd.Series,
    *,
    day: str,
    key: bytes,
    language: Language,
) -> pd.DataFrame:
    """Return STANDING: OBJECTIONS of this run and all that ``before`` (STANDING of the last one) knew.

    ``cases`` are the ids of every case there ever was, ``areas`` the Kemendagri codes of areas with figures.
    What is wrong with an objection is told by codes and keeps nothing out: ``E_OBJECTION_TARGET`` against
    nothing, ``_CASE`` an unknown case, ``_FIGURE`` an unknown area or figure, ``_REASON`` and ``_DOCUMENT``
    missing, ``_ANSWERS`` two rulings on one day.
    """
    rows = delivered.assign(id_sanggah=_ids(delivered, key=key))
    now, unlike = _one_each(rows)
    known = STANDING.empty() if before is None else before
    old = known.set_index("id_sanggah")
    table = now.combine_first(old[[*_OWN, *_ANSWER, *_PLACE]]) if len(old) else now
    table = table.rename_axis("id_sanggah").reset_index()
    first, last = (
        table["id_sanggah"].map(old[name]).astype("str") for name in ("pertama_muncul", "terakhir_dikirim")
    )
    delivered_now = table["id_sanggah"].isin(rows["id_sanggah"])
    table = table.assign(pertama_muncul=first.fillna(day), terakhir_dikirim=last.mask(delivered_now, day))
    codes = _codes(table, cases, areas, unlike)
    words = {code: entries()[code][language] for code in codes.columns}
    table["sebab"] = _joined(codes, {code: code for code in words}, ", ")
    table["masalah"] = _joined(codes, words, " ")
    return STANDING.build(_with_state(table).sort_values("id_sanggah"))


def _ids(rows: pd.DataFrame, *, key: bytes) -> pd.Series:
    """Return the id of each row: as given, else made of what the objection is about."""
    given = rows["id_sanggah"].str.strip().str.upper()
    plain = rows[_IDENTITY].apply(lambda column: column.fillna("").str.split().str.join(" ").str.casefold())
    about = plain.agg("|".join, axis="columns").astype("str") if len(rows) else rows["id_sanggah"]
    nothing = (plain[["kasus", "kode_wilayah", "angka", "no_dokumen"]] == "").all(axis="columns")
    place = rows["source_file"] + "|" + rows["source_sheet"] + "|" + rows["source_row"].astype("str")
    made = "SG-" + pseudonyms(about.mask(nothing, place), key=key, purpose="sanggah")
    return given.where(given.notna() & (given != ""), made)


def _one_each(rows: pd.DataFrame) -> tuple[pd.DataFrame, frozenset[str]]:
    """Return one row per id: each field as first said, the latest answer; and ids with two rulings."""
    ordered = rows.sort_values(["tanggal", *_PLACE[:3]])
    own = ordered.groupby("id_sanggah")[[*_OWN, *_PLACE]].first()
    told = rows[rows[["jawaban", "putusan"]].notna().any(axis="columns")]
    told = told.sort_values(["tanggal_jawaban", *_PLACE[:3]], na_position="first")
    answer = told.drop_duplicates("id_sanggah", keep="last").set_index("id_sanggah")[_ANSWER]
    last = answer["tanggal_jawaban"].reindex(told["id_sanggah"]).set_axis(told.index)
    same_day = told[(told["tanggal_jawaban"] == last) | last.isna()]
    rulings = same_day.groupby("id_sanggah")["putusan"].nunique()
    return own.join(answer), frozenset(rulings[rulings > 1].index)


def _codes(table: pd.DataFrame, cases: pd.Series, areas: pd.Series, unlike: frozenset[str]) -> pd.DataFrame:
    """Return for each code of the catalogue whether it holds of each objection."""
    case = table["kasus"].str.strip().str.upper()
    area = table["kode_wilayah"].str.replace(r"\D", "", regex=True)
    figure = table["angka"].str.strip().str.casefold().str.replace(" ", "_", regex=False)
    about_case, about_figure = case.notna(), area.notna() | figure.notna()
    known_area = area.isin(areas.dropna().str.replace(".", "", regex=False))
    known_figure = figure.isin([*INDICATORS.names, *OFFICIAL])
    return pd.DataFrame(
        {
            "E_OBJECTION_TARGET": ~about_case & ~about_figure,
            "E_OBJECTION_CASE": about_case & ~among(case, cases),
            "E_OBJECTION_FIGURE": ~about_case & about_figure & ~(known_area & known_figure),
            "E_OBJECTION_REASON": table["alasan"].isna(),
            "E_OBJECTION_DOCUMENT": table["no_dokumen"].isna(),
            "E_OBJECTION_ANSWERS": table["id_sanggah"].isin(unlike),
        }
    )


def _joined(codes: pd.DataFrame, words: dict[str, str], between: str) -> pd.Series:
    said = pd.Series("", index=codes.index, dtype="str")
    for code, word in words.items():
        said = said.mask(codes[code], said + between + word)
    said = said.str.removeprefix(between)
    return said.where(said != "")


def _with_state(table: pd.DataFrame) -> pd.DataFrame:
    state = pd.Series(ObjectionState.OPEN.value, index=table.index, dtype="str")
    state = state.mask(table["jawaban"].notna(), ObjectionState.ANSWERED.value)
    state = state.mask(table["putusan"].notna(), table["putusan"])
    settled = table["putusan"].notna() & ~table["sebab"].fillna("").str.contains("ANSWERS", regex=False)
    return table.assign(
        status_sanggah=state.mask(table["sebab"].notna() & ~settled, ObjectionState.INCOMPLETE.value)
    )


def beside_cases(standing: pd.DataFrame, language: Language) -> pd.Series:
    """Return kasus -> number of document and state of each objection to it, parted by semicolons.

    Nothing of the free text, and no long number: both may hold identities.
    """
    words = {one.value: text(f"objection_{one.value}", language) for one in ObjectionState}
    rows = standing.dropna(subset=["kasus"]).sort_values(["tanggal", "id_sanggah"])
    document = rows["no_dokumen"].str.replace(_LONG_NUMBER, "…", regex=True)
    document = document.fillna(text("objection_no_document", language))
    said = document + " (" + rows["status_sanggah"].map(words).astype("str") + ")"
    told: pd.Series = said.groupby(rows["kasus"].str.strip().str.upper()).agg("; ".join).astype("str")
    return told
