"""What an answer from the field does to the cases of its family: the one table of outcomes.

Every case that was asked about comes back with the answer. Where the answer also settles what the case says,
it is confirmed, denied or corrected; where it does not, a person decides.
"""

from dataclasses import dataclass

import pandas as pd

from reconcile.cases import VISITS
from reconcile.resurvey.answers import ANSWERING, OPEN_RESULTS
from reconcile.tables import CASE_STEPS
from reconcile.vocab import CaseStatus, TaskStatus, VisitResult

_FOUND = (VisitResult.FOUND, VisitResult.MOVED_WITHIN)
_GONE = (VisitResult.DEAD, VisitResult.MOVED_OUT, VisitResult.UNKNOWN)


@dataclass(frozen=True)
class Outcome:
    """What becomes of cases of ``rules`` after ``results``; ``answer`` is a question and what it must say.

    An empty value of ``answer`` means: anything at all.
    """

    rules: frozenset[str]
    results: tuple[VisitResult, ...]
    status: CaseStatus
    answer: tuple[str, str] = ("hasil", "")


def _of(codes: str) -> frozenset[str]:
    return frozenset(codes.split())


#: The first that fits counts.
OUTCOMES = (
    Outcome(_of("I01 I02 I03 I04 I06 I07"), _FOUND, CaseStatus.CORRECTED, ("nik_perbaikan", "")),
    Outcome(_of("I08"), _FOUND, CaseStatus.CORRECTED, ("no_kk_perbaikan", "")),
    Outcome(_of("I09 I10"), _FOUND, CaseStatus.CORRECTED, ("nama_perbaikan", "")),
    Outcome(_of("I05 I11"), _FOUND, CaseStatus.CORRECTED, ("tanggal_lahir_perbaikan", "")),
    Outcome(_of("W05 W06 W07"), _FOUND, CaseStatus.CORRECTED, ("lintang", "")),
    Outcome(_of("W05"), (VisitResult.MOVED_WITHIN,), CaseStatus.CORRECTED),
    Outcome(_of("E04"), _FOUND, CaseStatus.CORRECTED, ("jumlah_anggota", "")),
    Outcome(_of("E05"), _FOUND, CaseStatus.CONFIRMED, ("kepala_berganti", "ya")),
    Outcome(_of("E05"), _FOUND, CaseStatus.DENIED, ("kepala_berganti", "tidak")),
    Outcome(_of("E01"), (VisitResult.DEAD,), CaseStatus.CONFIRMED),
    Outcome(_of("E02"), (VisitResult.MOVED_OUT, VisitResult.MOVED_WITHIN), CaseStatus.CONFIRMED),
    Outcome(_of("E01 E02"), _FOUND, CaseStatus.DENIED),
    Outcome(_of("E03"), (VisitResult.UNKNOWN,), CaseStatus.CONFIRMED),
    # which of the lists is right about the family's welfare
    Outcome(_of("D01 D03 D04 D05"), _FOUND, CaseStatus.CORRECTED, ("masih_miskin", "")),
    Outcome(_of("T01"), _FOUND, CaseStatus.CONFIRMED, ("masih_miskin", "tidak")),
    Outcome(_of("T01"), _FOUND, CaseStatus.DENIED, ("masih_miskin", "ya")),
    Outcome(_of("T01"), _GONE, CaseStatus.CONFIRMED),
    Outcome(_of("T02"), _FOUND, CaseStatus.CONFIRMED, ("masih_miskin", "ya")),
    Outcome(_of("T02"), _FOUND, CaseStatus.DENIED, ("masih_miskin", "tidak")),
    Outcome(_of("T02"), _GONE, CaseStatus.DENIED),
    # the family lives there and one list lacks it, or the list that has it is wrong
    Outcome(_of("K01 K02"), (*_FOUND, *_GONE), CaseStatus.CONFIRMED),
    Outcome(_of("K01 K02"), (VisitResult.DUPLICATE,), CaseStatus.CORRECTED),
    Outcome(_of("G01 G03 G05"), (VisitResult.DUPLICATE,), CaseStatus.CONFIRMED),
)


def steps_of_visits(tasks: pd.DataFrame, answers: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Return CASE_STEPS of what was asked (TASKS) and answered (ANSWERS) about CASES of the last run.

    Asked: ``dikirim`` on the day it was asked. Answered: ``kembali`` on the day of the visit, and on the same
    day what OUTCOMES says.
    """
    asked = tasks[tasks["status_tugas"] != TaskStatus.WAITING].dropna(subset=["kasus", "diminta"])
    asked = (
        asked[["id_tugas", "diminta", "kasus"]].assign(kasus=asked["kasus"].str.split(", ")).explode("kasus")
    )
    asked = asked.merge(cases[["kasus", "kode"]], on="kasus")
    told = answers[answers["status_jawaban"].isin(ANSWERING) & ~answers["hasil"].isin(OPEN_RESULTS)]
    back = asked.merge(told, on="id_tugas")
    # a visit before the list was handed out comes back on the day that it was
    begun = pd.to_datetime(back["diminta"]).astype("datetime64[s]")
    back = back.assign(tanggal=back["tanggal"].mask(back["tanggal"] < begun, begun))
    sent = asked.assign(status=CaseStatus.SENT.value, tanggal=pd.to_datetime(asked["diminta"]))
    settled = back.assign(status=_outcomes(back)).dropna(subset=["status"])
    steps = pd.concat([sent, back.assign(status=CaseStatus.RETURNED.value), settled], ignore_index=True)
    return CASE_STEPS.build(
        pd.DataFrame(
            {
                **{name: steps.get(name, "") for name in ("registry", "source_file")},
                "source": VISITS,
                "source_sha256": "",
                "source_sheet": "",
                "source_row": 0,
                "kasus": steps["kasus"],
                "status": steps["status"],
                "tanggal": steps["tanggal"],
                "oleh": "verval",
                "no_bukti": steps.get("no_ba"),
            }
        ).fillna({"registry": "", "source_file": ""})
    )


def _outcomes(back: pd.DataFrame) -> pd.Series:
    status = pd.Series(pd.NA, index=back.index, dtype="str")
    for outcome in OUTCOMES:
        question, value = outcome.answer
        said = back[question].notna() if value == "" else back[question] == value
        fits = back["kode"].isin(outcome.rules) & back["hasil"].isin(outcome.results) & said
        status = status.mask(fits & status.isna(), outcome.status.value)
    return status
