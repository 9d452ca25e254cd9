"""What becomes of each line that comes back from the field: none is lost, each says why it counts or not.

A line finds its family by ``id_tugas``, never by its row. Of several lines for one task the one of the latest
visit counts; two that say different things of one day are held until somebody decides. A visit that is older
than the registries' data still answers the task, and corrects nothing.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.identifiers import dotted_village_code
from reconcile.resurvey.form import load_form
from reconcile.tables import ANSWERS
from reconcile.vocab import AnswerStatus, TaskStatus, VisitResult

Mask = npt.NDArray[np.bool_]

#: What the visit says of itself and not of the family: it makes no two answers different.
_ABOUT_VISIT = frozenset({"petugas", "responden", "foto_rumah", "no_ba", "catatan", "lintang", "bujur"})
#: Nobody was met: the task stays open.
OPEN_RESULTS = (VisitResult.NOT_MET.value,)
#: The family was met, so that what was written down is about it.
MET_RESULTS = (VisitResult.FOUND.value, VisitResult.MOVED_WITHIN.value)
#: Lines that answer their task.
ANSWERING = (AnswerStatus.APPLIED.value, AnswerStatus.OUTDATED.value)
_PLACE = [
    "asal_sha256",
    "asal_berkas",
    "asal_lembar",
    "asal_baris",
    "source_file",
    "source_sheet",
    "source_row",
]


def judge_answers(returns: pd.DataFrame, tasks: pd.DataFrame, newest: pd.Series) -> pd.DataFrame:
    """Return ANSWERS: every line of RETURNS with what becomes of it, in the order of where they came from.

    What was answered to a question that the form does not ask after the line's other answers (a phone may
    keep it when the result is changed) is left out; the store of answers keeps it.

    ``tasks`` is TASKS as the lists were handed out. ``newest`` gives for an id_rekon the day of the newest
    registry row that it is made of; an id that is not in it is never too old.
    """
    lines = returns.sort_values(_PLACE, ignore_index=True)
    # typed by hand, perhaps in small letters
    lines = lines.assign(**{name: lines[name].str.upper() for name in ("id_tugas", "ganda_dengan")})
    known = tasks.drop_duplicates("id_tugas").set_index("id_tugas")
    task = known.reindex(lines["id_tugas"]).reset_index(drop=True)
    questions = [name for name in load_form().questions if name in lines]
    empty = lines[questions].isna().all(axis="columns").to_numpy()
    new_family = (lines["id_tugas"].isna() & lines["nama_perbaikan"].notna()).to_numpy() & ~empty
    fault = _faults(lines, task, known.index)
    sound = ~empty & ~new_family & (fault == "")
    data = newest.astype("datetime64[s]").reindex(task["id_rekon"])
    old = sound & (lines["tanggal"].to_numpy() < data.to_numpy())
    fate, why = _contest(
        asked_only(lines), sound & ~old, [name for name in questions if name not in _ABOUT_VISIT]
    )
    unasked = task["status_tugas"].isin([TaskStatus.WAITING, TaskStatus.DROPPED]).to_numpy()
    why = np.where((fate == AnswerStatus.APPLIED.value) & unasked, "W_ANSWER_UNASKED", why)
    cases = [empty, new_family, fault != "", old]
    status = np.select(
        cases,
        [AnswerStatus.NO_ANSWER, AnswerStatus.PROPOSED, AnswerStatus.HELD, AnswerStatus.OUTDATED],
        default=fate,
    )
    reason = np.select(cases, ["", "W_ANSWER_PROPOSAL", fault, "W_ANSWER_OLD"], default=why)
    told = pd.Series(reason, index=lines.index, dtype="str")
    return ANSWERS.build(
        asked_only(lines).assign(
            id_rekon=task["id_rekon"], status_jawaban=status, sebab=told.where(told != "")
        )
    )


def asked_only(lines: pd.DataFrame) -> pd.DataFrame:
    """Return RETURNS without answers to questions that the form does not ask after the others of their line.

    A line without result keeps all of them, for it is not known what it was asked.
    """
    questions = {name: one for name, one in load_form().questions.items() if one.asked_if and name in lines}
    left: dict[str, pd.Series] = {}
    known = lines["hasil"].notna()
    for name, question in questions.items():
        asked = pd.Series(True, index=lines.index)  # noqa: FBT003 - a column of it
        for other, answers in question.asked_if.items():
            asked &= left.get(other, lines[other]).isin(answers)
        left[name] = lines[name].where(asked | ~known)
    return lines.assign(**left)


def _faults(lines: pd.DataFrame, task: pd.DataFrame, known: pd.Index) -> npt.NDArray[np.str_]:
    """Return the code of why each line cannot be taken, empty where it can."""
    elsewhere = (
        (lines["kode_desa"] != task["kode_desa"]) & lines["kode_desa"].notna() & task["kode_desa"].notna()
    )
    twin = (lines["hasil"] == VisitResult.DUPLICATE) & (
        ~lines["ganda_dengan"].isin(known) | (lines["ganda_dengan"] == lines["id_tugas"])
    )
    target = dotted_village_code(lines["desa_tujuan"]).str.slice(0, 5)
    away = (lines["hasil"] == VisitResult.MOVED_WITHIN) & (target != task["kode_desa"].str.slice(0, 5))
    checks = {
        "E_ANSWER_KEY": lines["id_tugas"].isna(),
        "E_ANSWER_UNKNOWN": ~lines["id_tugas"].isin(known),
        "E_ANSWER_VILLAGE": elsewhere,
        "E_ANSWER_RESULT": lines["hasil"].isna(),
        "E_ANSWER_DATE": lines["tanggal"].isna(),
        "E_ANSWER_TWIN": twin,
        "E_ANSWER_MOVED": away & target.notna() & task["kode_desa"].notna(),
    }
    masks = [mask.fillna(value=False).to_numpy(dtype=bool) for mask in checks.values()]
    return np.select(masks, list(checks), default="")


def _contest(
    lines: pd.DataFrame, running: Mask, compared: list[str]
) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.str_]]:
    """Return status and reason of the ``running`` lines, of which one per task counts."""
    status = np.full(len(lines), AnswerStatus.SUPERSEDED.value, dtype=object)
    reason = np.full(len(lines), "W_ANSWER_LATER", dtype=object)
    own = lines[running]
    said = pd.Series(pd.util.hash_pandas_object(own[compared].astype("str"), index=False), index=own.index)
    own = own.assign(said=said, met=~own["hasil"].isin(OPEN_RESULTS))
    # where nobody was met says less than any other visit
    best = own.groupby("id_tugas")["met"].transform("max") == own["met"]
    last = best & (own["tanggal"] == own["tanggal"].where(best).groupby(own["id_tugas"]).transform("max"))
    final = own[last]
    several = final.groupby("id_tugas")["said"].transform("nunique") > 1
    status[final.index[several]] = AnswerStatus.HELD.value
    reason[final.index[several]] = "E_ANSWER_CONFLICT"
    agreed = final[~several]
    again = agreed.duplicated("id_tugas")
    reason[agreed.index[again]] = "W_ANSWER_SAME"
    status[agreed.index[~again]] = AnswerStatus.APPLIED.value
    reason[agreed.index[~again]] = ""
    return status, reason


def of_tasks(answers: pd.DataFrame, tasks: pd.Series) -> pd.DataFrame:
    """Return the line of ANSWERS that answers each id of ``tasks``, the latest visit; index as ``tasks``."""
    told = answers[answers["status_jawaban"].isin(ANSWERING)]
    told = told.sort_values(["id_tugas", "tanggal"]).drop_duplicates("id_tugas", keep="last")
    return told.set_index("id_tugas").reindex(tasks).set_axis(tasks.index)


def latest_answers(answers: pd.DataFrame) -> pd.DataFrame:
    """Return the one applied line of ANSWERS per household whose people were looked for, the latest visit."""
    applied = answers[
        (answers["status_jawaban"] == AnswerStatus.APPLIED) & ~answers["hasil"].isin(OPEN_RESULTS)
    ]
    ordered = applied.sort_values(["id_rekon", "tanggal", "id_tugas"])
    return ordered.drop_duplicates("id_rekon", keep="last").reset_index(drop=True)
