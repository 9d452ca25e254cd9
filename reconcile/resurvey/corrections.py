"""What answers from the field say of the registries' rows: a third witness, beside them and never over them.

Matching works with the values in force, so that a NIK that was corrected in the field finds its partner. The
registries' own values stay in their columns.
"""

from collections.abc import Mapping

import pandas as pd

from reconcile.frames import among
from reconcile.identifiers import dotted_village_code
from reconcile.resurvey.answers import MET_RESULTS, latest_answers
from reconcile.tables import ANSWERS, DECISIONS, HOUSEHOLDS
from reconcile.vocab import CodeSystem, IdEvent, PairDecision, Registry, ValueOrigin, VisitResult

#: Field of a household -> question whose answer is newer.
CORRECTED = {
    "nama": "nama_perbaikan",
    "nik": "nik_perbaikan",
    "no_kk": "no_kk_perbaikan",
    "tanggal_lahir": "tanggal_lahir_perbaikan",
    "alamat": "alamat_perbaikan",
    "rt": "rt_perbaikan",
    "rw": "rw_perbaikan",
    "jumlah_anggota": "jumlah_anggota",
}
#: Values in force that stand in the reconciled table, each with where it comes from.
IN_FORCE = ("nama", "nik", "no_kk", "tanggal_lahir", "alamat", "jumlah_anggota")
_PLACE = ("kode_desa", "cara_lokasi", "posisi", "titik_bujur", "titik_lintang")
_SIDES = ("p3ke", "bps")
_PAIR = ["record_p3ke", "record_bps"]
_BY = "verval"


def newest_rows(
    history: pd.DataFrame, placed: Mapping[Registry, pd.DataFrame], days: Mapping[str, pd.Timestamp]
) -> pd.Series:
    """Return id_rekon -> the day of the newest registry row that it was made of, where that is known.

    ``days`` gives the day that the data of a file stand for.
    """
    parts = []
    for side in _SIDES:
        rows = placed[Registry(side)]
        told = rows["source_file"].map(days).astype("datetime64[s]")
        day = pd.Series(told.to_numpy(), index=rows["record_id"].array)
        held = history.dropna(subset=[f"record_id_{side}"])
        told = day[~day.index.duplicated()].reindex(held[f"record_id_{side}"])
        parts.append(pd.Series(told.to_numpy(), index=held["id_rekon"].array))
    both = pd.concat(parts).astype("datetime64[s]").dropna()
    newest: pd.Series = both.groupby(level=0).max()
    return newest


def current_ids(answers: pd.DataFrame, history: pd.DataFrame) -> pd.Series:
    """Return the id that the household of each answer has now, missing where no record of it is left.

    ``history`` is HISTORY after this run: an id that was replaced leads to the one that has its records.
    """
    past = history["peristiwa"].isin([IdEvent.GONE.value, IdEvent.REPLACED.value])
    now, old = history[~past], history[past].set_index("id_rekon")
    ids = answers["id_rekon"].where(among(answers["id_rekon"], now["id_rekon"]))
    for side in _SIDES:
        held = now.dropna(subset=[f"record_id_{side}"]).set_index(f"record_id_{side}")["id_rekon"]
        ids = ids.fillna(answers["id_rekon"].map(old[f"record_id_{side}"]).map(held))
    return ids.astype("str")


def by_record(answers: pd.DataFrame, history: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return for each registry the latest answer of its records, ``record_id`` the index.

    ``history`` (HISTORY of the last run) tells which records an id stands for: an answer follows its id, and
    where a run splits a household, it is that of both halves.
    """
    told = latest_answers(answers).merge(
        history[["id_rekon", "record_id_p3ke", "record_id_bps"]], on="id_rekon", how="left"
    )
    found = {}
    for side in _SIDES:
        own = told.dropna(subset=[f"record_id_{side}"]).sort_values(["tanggal", "id_tugas"])
        own = own.drop_duplicates(f"record_id_{side}", keep="last")
        found[side] = own.set_index(f"record_id_{side}").sort_index()[ANSWERS.names]
    return found


def corrected_rows(rows: pd.DataFrame, told: pd.DataFrame, located: pd.DataFrame) -> pd.DataFrame:
    """Return PLACED rows of one registry with the values in force, for matching only.

    ``told`` is what ``by_record`` gives of the registry, ``located`` the PLACED rows of the answers by
    ``id_tugas``.
    """
    met = told[told["hasil"].isin(MET_RESULTS)]
    if met.empty:
        return rows
    answer = met.reindex(rows["record_id"])
    new = {
        field: rows[field].mask(answer[question].notna().to_numpy(), answer[question].to_numpy())
        for field, question in CORRECTED.items()
    }
    village = answer["id_tugas"].map(located["kode_desa"])
    new["kode_desa"] = rows["kode_desa"].mask(village.notna().to_numpy(), village.to_numpy())
    return rows.assign(**{name: column.astype(rows[name].dtype) for name, column in new.items()})


def answered_places(answers: pd.DataFrame, tasks: pd.DataFrame, villages: pd.DataFrame) -> pd.DataFrame:
    """Return HOUSEHOLDS of the latest answers that tell a place: a measured point, or the village moved to.

    ``record_id`` is the id_tugas. The village is that of the task unless the family moved within; a village
    that was moved to is looked for by code, else by its name in the kabupaten of the task.
    """
    told = latest_answers(answers)
    moved = told["hasil"] == VisitResult.MOVED_WITHIN
    told = told[told["hasil"].isin(MET_RESULTS) & (told["lintang"].notna() | told["bujur"].notna() | moved)]
    moved = moved[told.index]
    village = told["id_tugas"].map(tasks.drop_duplicates("id_tugas").set_index("id_tugas")["kode_desa"])
    regency = village.map(villages.set_index("kode_desa")["nama_kab"])
    code = dotted_village_code(told["desa_tujuan"]).where(moved, village).astype("str")
    kept = ["registry", "source", "source_file", "source_sha256", "source_sheet", "source_row"]
    rows = told[[*kept, "lintang", "bujur"]].assign(
        registry=ValueOrigin.RETURNS.value,
        record_id=told["id_tugas"],
        code_system=CodeSystem.KEMENDAGRI.value,
        kode_wilayah=code,
        nama_kabupaten=regency.where(moved),
        nama_desa=told["desa_tujuan"].where(moved & code.isna()),
        jumlah_baris_anggota=0,
        jumlah_kepala=0,
    )
    return HOUSEHOLDS.build(rows)


def twin_records(answers: pd.DataFrame, tasks: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Return the ANSWERS that found a family on two lists, with ``record_p3ke`` and ``record_bps``.

    ``tasks`` is TASKS (the other line need not be answered), ``history`` HISTORY of the last run. Both lines
    together must stand for one record of each registry: before the records are one household, and after.
    """
    told = latest_answers(answers)
    told = told[told["hasil"] == VisitResult.DUPLICATE].reset_index(drop=True)
    ids = tasks.drop_duplicates("id_tugas").set_index("id_tugas")["id_rekon"]
    other = told["ganda_dengan"].map(ids).astype("str")
    records = history.set_index("id_rekon")[["record_id_p3ke", "record_id_bps"]]
    one, two = (records.reindex(lines).reset_index(drop=True) for lines in (told["id_rekon"], other))
    pair = one.fillna(two)
    agreed = (two.isna() | (two == pair)).all(axis="columns") & pair.notna().all(axis="columns")
    known = one.notna().any(axis="columns") & two.notna().any(axis="columns") & (told["id_rekon"] != other)
    found = told.assign(record_p3ke=pair["record_id_p3ke"], record_bps=pair["record_id_bps"])
    return found[agreed & known].reset_index(drop=True)


def field_decisions(
    twins: pd.DataFrame, decided: pd.DataFrame, placed: Mapping[Registry, pd.DataFrame]
) -> pd.DataFrame:
    """Return DECISIONS of ``twins`` (of ``twin_records``).

    A pair or record that ``decided`` (DECISIONS of reviewers) speaks of is left to them; one that is no
    longer in PLACED is nobody's.
    """
    found = twins
    for side in _SIDES:
        record = f"record_{side}"
        there = found[record].isin(placed[Registry(side)]["record_id"])
        found = found[there & ~found[record].isin(decided[record])].drop_duplicates(record)
    kept = ["registry", "source", "source_file", "source_sha256", "source_sheet", "source_row", *_PAIR]
    return DECISIONS.build(found[kept].assign(keputusan=PairDecision.SAME.value, oleh=_BY))


def without_twins(answers: pd.DataFrame, twins: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """Return ANSWERS without those that say "listed twice" of what DECISIONS make one household.

    They speak of a line of a list; the household that both lines are now is no duplicate of any other.
    """
    one = twins.merge(
        decisions.loc[decisions["keputusan"] == PairDecision.SAME, _PAIR].drop_duplicates(), on=_PAIR
    )
    settled = answers["id_tugas"].isin(one["id_tugas"]) & (answers["hasil"] == VisitResult.DUPLICATE)
    return answers[~settled]


def with_answers(
    reconciled: pd.DataFrame,
    told: Mapping[str, pd.DataFrame],
    located: pd.DataFrame,
    days: Mapping[str, pd.Timestamp],
) -> pd.DataFrame:
    """Return RECONCILED with what the visit found, the values in force, and where each of them comes from.

    In force is the answer of a visit that is newer than both registries, else the registry whose file is the
    newer of those that tell a value, BPS where both are as new.
    """
    answer = _answer_of(reconciled, told)
    met = answer["hasil"].isin(MET_RESULTS)
    rows = reconciled.assign(
        id_tugas=answer["id_tugas"],
        hasil_kunjungan=answer["hasil"],
        tanggal_kunjungan=answer["tanggal"],
        masih_miskin=answer["masih_miskin"],
        berkas_kunjungan=answer["asal_berkas"].fillna(answer["source_file"]),
        lembar_kunjungan=answer["asal_lembar"].fillna(answer["source_sheet"]),
        baris_kunjungan=answer["asal_baris"].fillna(answer["source_row"]),
    )
    day = {side: rows[f"source_file_{side}"].map(days).astype("datetime64[s]") for side in _SIDES}
    p3ke_newer = (day["p3ke"] > day["bps"]).fillna(value=False)
    for name in IN_FORCE:
        rows[name], rows[f"asal_{name}"] = _in_force(
            rows, name, answer[CORRECTED[name]].where(met), p3ke_newer
        )
    return _with_place(rows, answer, located)


def _answer_of(rows: pd.DataFrame, told: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the answer about each reconciled household, of its two records' the later one."""
    own = {side: told[side].reindex(rows[f"record_id_{side}"]).set_axis(rows.index) for side in _SIDES}
    later = own["bps"]["tanggal"].isna() | (own["p3ke"]["tanggal"] > own["bps"]["tanggal"])
    taken = {name: own["bps"][name].mask(later, own["p3ke"][name]) for name in own["bps"]}
    return pd.DataFrame(taken, index=rows.index)


def _in_force(
    rows: pd.DataFrame, name: str, answer: pd.Series, p3ke_newer: "pd.Series[bool]"
) -> tuple[pd.Series, pd.Series]:
    p3ke, bps = rows[f"{name}_p3ke"], rows[f"{name}_bps"]
    by_p3ke = (p3ke_newer & p3ke.notna()) | bps.isna()
    value = bps.mask(by_p3ke, p3ke)
    origin = pd.Series(ValueOrigin.BPS.value, index=rows.index, dtype="str").mask(
        by_p3ke, ValueOrigin.P3KE.value
    )
    value = value.mask(answer.notna(), answer.astype(value.dtype))
    origin = origin.mask(answer.notna(), ValueOrigin.RETURNS.value)
    return value, origin.where(value.notna())


def _with_place(rows: pd.DataFrame, answer: pd.DataFrame, located: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the place that the visit found; a point that is in no village is none."""
    by_point = located.reindex(answer["id_tugas"]).set_axis(rows.index)
    went = answer["hasil"] == VisitResult.MOVED_WITHIN
    there = by_point["kode_desa"].notna() & (by_point["desa_titik"].notna() | went)
    moved = {name: rows[name].mask(there, by_point[name]) for name in _PLACE}
    origin = pd.Series(ValueOrigin.RETURNS.value, index=rows.index, dtype="str").where(there)
    return rows.assign(**moved, asal_lokasi=origin)
