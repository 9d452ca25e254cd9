"""How complete the data of each kabupaten are: the readiness score, with what is missing in words.

Parts and weights are those of the compliance part of the fiscal incentive (reports.settings). A part of which
no list was given is TIDAK DIUJI: it costs no points and earns none, and the score says out of how many
points it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from reconcile.figures import regency_codes
from reconcile.language import text
from reconcile.reports.settings import ReadinessWeights
from reconcile.tables import Column, Table
from reconcile.vocab import Content, Language, TaskStatus


class State(StrEnum):
    """State of a decree or report."""

    THERE = "ada"
    MISSING = "belum_ada"
    EXPIRED = "tidak_berlaku"
    NOT_DUE = "belum_waktunya"
    UNTESTED = "tidak_diuji"


#: Half-years end the two quarters whose reports count, by the key of their weight.
_QUARTERS = {"tw1": (1, (3, 31)), "tw2": (2, (6, 30))}
#: States that say something of the kabupaten.
_TESTED = (State.THERE, State.MISSING, State.EXPIRED)

READINESS = Table(
    "readiness",
    (
        Column("kode", "text", "dotted Kemendagri code", required=True),
        Column("nama", "text", "official name", required=True),
        Column("desa_diminta", "whole", "villages with families to visit", required=True),
        Column("desa_kembali", "whole", "of these, villages that answered at least once", required=True),
        Column("persen_desa_kembali", "number", "percent; missing: no village was asked"),
        Column("keluarga_diminta", "whole", "families to visit", required=True),
        Column("keluarga_dikunjungi", "whole", "of these, answered", required=True),
        Column("persen_dikunjungi", "number", "percent; missing: no family was asked"),
        Column("status_sk", "text", "decree of target families, in words", required=True),
        Column("laporan_tw1", "text", "report of the first quarter, in words", required=True),
        Column("laporan_tw2", "text", "report of the second quarter, in words", required=True),
        Column("skor", "number", "points earned", required=True),
        Column("skor_dari", "number", "points that could be earned of what was tested", required=True),
        Column("persen_skor", "number", "points earned in percent of these; missing: nothing was tested"),
        Column("kurang", "text", "what is missing, in words"),
        Column("belum_diuji", "text", "what was not tested or is not due, in words"),
        Column("bobot", "text", "the weights and where they come from", required=True),
    ),
)


@dataclass(frozen=True)
class Handed:
    """What kabupaten handed in: DECREES and REPORTS, None where the office has no such list."""

    decrees: pd.DataFrame | None
    reports: pd.DataFrame | None


def handed_in(references: Mapping[Content, pd.DataFrame]) -> Handed:
    """Return the lists out of those that the office has."""
    return Handed(references.get(Content.DECREES), references.get(Content.REPORTS))


def readiness(
    tasks: pd.DataFrame,
    handed: Handed,
    villages: pd.DataFrame,
    weights: ReadinessWeights,
    *,
    period: str,
    day: date,
    language: Language,
) -> pd.DataFrame:
    """Return READINESS of every kabupaten of VILLAGES on ``day``, of the TASKS of ``period``.

    The weight of verval is earned by the share of families that were visited.
    """
    areas = villages.drop_duplicates("kode_kab").sort_values("kode_kab", ignore_index=True)
    table = pd.DataFrame({"kode": areas["kode_kab"], "nama": areas["nama_kab"]})
    table = table.join(_visits(tasks[tasks["periode"] == period]), on="kode").fillna(
        dict.fromkeys(("desa_diminta", "desa_kembali", "keluarga_diminta", "keluarga_dikunjungi"), 0)
    )
    table["persen_desa_kembali"] = _percent(table["desa_kembali"], table["desa_diminta"])
    table["persen_dikunjungi"] = _percent(table["keluarga_dikunjungi"], table["keluarga_diminta"])
    states = {"sk": _decree(table["kode"], handed.decrees, villages, day)}
    for name, (quarter, last) in _QUARTERS.items():
        over = day > date(day.year, *last)
        period_name = f"{day.year}-TW{quarter}"
        states[name] = _reported(table["kode"], handed.reports, villages, period_name, over=over)
    scored = table.assign(**_score(table["persen_dikunjungi"], states, weights))
    return READINESS.build(_written(scored, states, weights, language)[READINESS.names])


def _visits(tasks: pd.DataFrame) -> pd.DataFrame:
    """Return per kabupaten the villages and families that were asked, and that answered."""
    answered = tasks["status_tugas"] == TaskStatus.ANSWERED
    asked = (tasks["diminta"].notna() | answered) & (tasks["status_tugas"] != TaskStatus.DROPPED)
    rows = tasks[asked].assign(answered=answered[asked]).dropna(subset=["kode_desa"])
    by = rows.groupby("kode_desa")["answered"].agg(["size", "sum"])
    regency = by.index.str.slice(0, 5)
    counts = {
        "desa_diminta": (by["size"] > 0).groupby(regency).sum(),
        "desa_kembali": (by["sum"] > 0).groupby(regency).sum(),
        "keluarga_diminta": by["size"].groupby(regency).sum(),
        "keluarga_dikunjungi": by["sum"].groupby(regency).sum(),
    }
    return pd.DataFrame(counts)


def _percent(part: pd.Series, whole: pd.Series) -> pd.Series:
    over = whole.astype("Float64").where(whole > 0)
    return (part.astype("Float64") / over * 100).round(1)


def _decree(codes: pd.Series, decrees: pd.DataFrame | None, villages: pd.DataFrame, day: date) -> pd.Series:
    if decrees is None:
        return pd.Series(State.UNTESTED.value, index=codes.index, dtype="str")
    on = pd.Timestamp(day)
    regency = regency_codes(decrees["kode_wilayah"], villages)
    begun = decrees["tanggal"].isna() | (decrees["tanggal"] <= on)
    valid = begun & ~(decrees["berlaku_sampai"] < on)
    states = pd.Series(State.MISSING.value, index=codes.index, dtype="str")
    states = states.mask(codes.isin(regency), State.EXPIRED.value)
    return states.mask(codes.isin(regency[valid]), State.THERE.value)


def _reported(
    codes: pd.Series, reports: pd.DataFrame | None, villages: pd.DataFrame, period: str, *, over: bool
) -> pd.Series:
    if reports is None:
        return pd.Series(State.UNTESTED.value, index=codes.index, dtype="str")
    regency = regency_codes(reports["kode_wilayah"], villages)
    written = reports["periode"].str.upper().str.replace(r"\s+", "", regex=True)
    states = pd.Series((State.MISSING if over else State.NOT_DUE).value, index=codes.index, dtype="str")
    return states.mask(codes.isin(regency[written == period]), State.THERE.value)


def _score(
    visited: pd.Series, states: Mapping[str, pd.Series], weights: ReadinessWeights
) -> dict[str, pd.Series]:
    """Return points earned, points that could be, and their percentage."""
    earned = visited.fillna(0) / 100 * weights.verval
    tested = visited.notna() * weights.verval
    for name, state in states.items():
        weight = getattr(weights, name)
        earned = earned + (state == State.THERE) * weight
        tested = tested + state.isin(_TESTED) * weight
    earned, tested = (column.astype("Float64").round(1) for column in (earned, tested))
    return {
        "skor": earned,
        "skor_dari": tested,
        "persen_skor": (earned / tested.where(tested > 0) * 100).round(1),
    }


def _written(
    table: pd.DataFrame, states: Mapping[str, pd.Series], weights: ReadinessWeights, language: Language
) -> pd.DataFrame:
    words = {state.value: text(f"ready_{state.value}", language) for state in State}
    columns = {"sk": "status_sk", "tw1": "laporan_tw1", "tw2": "laporan_tw2"}
    table = table.assign(**{columns[name]: state.map(words) for name, state in states.items()})
    lacks: list[pd.Series] = []
    untested: list[pd.Series] = []
    for name, state in states.items():
        called = text(f"ready_part_{name}", language)
        said = called + ": " + state.map(words)
        lacks.append(said.where(state.isin([State.MISSING, State.EXPIRED])))
        untested.append(said.where(state.isin([State.UNTESTED, State.NOT_DUE])))
    lacks += list(_unvisited(table, language))
    never = pd.Series(text("ready_no_visits", language), index=table.index, dtype="str")
    untested.append(never.where(table["persen_dikunjungi"].isna()))
    shares = {name: f"{getattr(weights, name):g}" for name in type(weights).model_fields}
    return table.assign(
        kurang=_joined(lacks),
        belum_diuji=_joined(untested),
        bobot=text("ready_weights", language, **shares),
    )


def _unvisited(table: pd.DataFrame, language: Language) -> list[pd.Series]:
    """Return how many villages and families have not answered."""
    said = []
    for name, asked, back in (
        ("ready_villages", "desa_diminta", "desa_kembali"),
        ("ready_families", "keluarga_diminta", "keluarga_dikunjungi"),
    ):
        left = (table[asked] - table[back]).astype("int64")
        words = [
            text(name, language, n=n, all=of)
            for n, of in zip(left, table[asked].astype("int64"), strict=True)
        ]
        said.append(pd.Series(words, index=table.index, dtype="str").where(left > 0))
    return said


def _joined(parts: list[pd.Series]) -> pd.Series:
    rows = zip(*(part.fillna("") for part in parts), strict=True)
    joined = pd.Series(["; ".join(one for one in row if one) for row in rows], dtype="str")
    return joined.where(joined != "")
