"""How good a linkage is, where the truth is known: one table of all pairs that are true or were found."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.vocab import MatchStatus, Registry

KEYS = ["kunci_p3ke", "kunci_bps"]
#: Columns of a truth: family keys of both registries as their files have them, and the kind of the pair.
TRUTH = [*KEYS, "jenis"]
#: Columns of RECONCILED that an evaluation needs.
NEEDED = (
    *("id_rekon", "status_padan", "skor", "alasan", "id_tinjau", "relasi", "id_keluarga_utama"),
    *(f"{name}_{side.value}" for name in ("record_id", "family_key", "nik") for side in Registry),
)
#: What counts as found; a doubtful pair does not until a person decided it.
ACCEPTED = (MatchStatus.MATCHED.value, MatchStatus.PART.value)

#: Kind of a found pair of which the truth knows neither family.
NO_KIND = "tanpa_pasangan"
#: Kinds that padan computes: heads without NIK on one side, on both sides.
WITHOUT_NIK = ("tanpa_nik_satu_sisi", "tanpa_nik_dua_sisi")

#: Bands of the score, each from its first value up to the next one.
BANDS = (0.0, 0.2, 0.5, 0.9, 0.95, 0.99)
#: Thresholds of the curve; most scores lie close to 1.
THRESHOLDS = np.array([*(n / 100 for n in range(100)), 0.995, 0.999, 0.9999, 1.0])
#: Normal deviate of a two-sided interval of 95 percent.
_Z = 1.96


@dataclass(frozen=True)
class Accuracy:
    """Counts over pairs; the ratios are 0 where they are not defined."""

    right: int
    found: int
    true: int

    @property
    def precision(self) -> float:
        """Return the share of found pairs that are true."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Return the share of true pairs that were found."""
        return self.right / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        total = self.found + self.true
        return 2 * self.right / total if total else 0.0


@dataclass(frozen=True, eq=False)
class Judged:
    """Every pair that is true or was found, once, and what could not be judged.

    ``pairs``: KEYS, ``jenis`` (also of wrong pairs: that of their families), ``benar``, ``ditemukan``,
    ``status_padan``, ``skor``, ``relasi``, ``alasan``, ``tanpa_nik`` (sides without NIK; missing where the
    result lacks a family). ``unknown``: by registry, how many keys of the truth the result lacks.
    ``keyless``: pairs of the result without a family key on one side, which no truth can name.
    """

    pairs: pd.DataFrame
    unknown: dict[Registry, int]
    keyless: int

    def accuracy(self) -> Accuracy:
        """Return the accuracy over all pairs."""
        return count(self.pairs)


def accuracy(found: pd.DataFrame, truth: pd.DataFrame) -> Accuracy:
    """Return the accuracy of ``found`` against ``truth``; both have two columns of keys in the same order."""
    a = found.drop_duplicates().set_axis(["left", "right"], axis="columns")
    b = truth.drop_duplicates().set_axis(["left", "right"], axis="columns")
    return Accuracy(right=len(a.merge(b)), found=len(a), true=len(b))


def count(pairs: pd.DataFrame) -> Accuracy:
    """Return the accuracy over rows of ``Judged.pairs``."""
    right = int((pairs["benar"] & pairs["ditemukan"]).sum())
    return Accuracy(right, int(pairs["ditemukan"].sum()), int(pairs["benar"].sum()))


def result_pairs(households: pd.DataFrame) -> pd.DataFrame:
    """Return KEYS, status, score, relation and reason of each pair of a result (columns NEEDED).

    Matched rows, rows that are part of a matched family, each with the other side of that family and its
    score, and doubtful pairs. A key is missing where the source gave none.
    """
    status = households["status_padan"]
    matched = households[status == MatchStatus.MATCHED]
    parts = _with_partner(households, status == MatchStatus.PART, "id_keluarga_utama")
    in_doubt = (status == MatchStatus.REVIEW) & households["record_id_p3ke"].notna()
    doubtful = _with_partner(households, in_doubt, "id_tinjau")
    rows = pd.concat([matched, parts, doubtful], ignore_index=True)
    rows = rows.rename(columns={f"family_key_{side.value}": f"kunci_{side.value}" for side in Registry})
    rows["skor"] = rows["skor"].astype("float64")
    return rows[[*KEYS, "status_padan", "skor", "relasi", "alasan"]]


def _with_partner(households: pd.DataFrame, chosen: pd.Series, link: str) -> pd.DataFrame:
    """Return the chosen rows; the side and the score that they lack are those of the row ``link`` names."""
    rows = households[chosen]
    partner = households.set_index("id_rekon").reindex(rows[link]).set_index(rows.index)
    lacks = {side: rows[f"record_id_{side.value}"].isna() for side in Registry}
    keys = {f"family_key_{side.value}": lacks[side] for side in Registry}
    filled = {name: rows[name].mask(lacking, partner[name]) for name, lacking in keys.items()}
    return rows.assign(**filled, skor=rows["skor"].fillna(partner["skor"]))


def judge(households: pd.DataFrame, truth: pd.DataFrame) -> Judged:
    """Return every pair of a result (columns NEEDED) and of a complete truth (TRUTH, each pair once)."""
    found = result_pairs(households)
    keyless = found[KEYS].isna().any(axis="columns")
    found = found[~keyless].assign(ditemukan=lambda t: t["status_padan"].isin(ACCEPTED))
    # a family that stands twice under one key makes one pair
    found = found.sort_values(["ditemukan", "skor"], ascending=False, kind="stable").drop_duplicates(KEYS)
    pairs = found.merge(truth, on=KEYS, how="outer")
    pairs = pairs.assign(
        benar=pairs["jenis"].notna(),
        ditemukan=pairs["status_padan"].isin(ACCEPTED),
        jenis=_kinds(pairs, truth),
        tanpa_nik=_without_nik(pairs, households),
    )
    unknown = {
        side: len(pd.Index(truth[key].unique()).difference(households[f"family_key_{side.value}"].unique()))
        for side, key in zip(Registry, KEYS, strict=True)
    }
    return Judged(pairs.sort_values(KEYS, ignore_index=True), unknown, int(keyless.sum()))


def _kinds(pairs: pd.DataFrame, truth: pd.DataFrame) -> pd.Series:
    """Return the kind of each pair; a wrong one has that of its P3KE family, else of its BPS family."""
    kinds = pairs["jenis"]
    for key in KEYS:
        of_family = truth.sort_values(TRUTH).drop_duplicates(key).set_index(key)["jenis"]
        kinds = kinds.fillna(pairs[key].map(of_family))
    return kinds.fillna(NO_KIND)


def _without_nik(pairs: pd.DataFrame, households: pd.DataFrame) -> pd.Series:
    """Return how many sides have no NIK of their head; missing where the result lacks one of the families."""
    lacking = pd.Series(0.0, index=pairs.index)
    for side, key in zip(Registry, KEYS, strict=True):
        rows = households.dropna(subset=[f"family_key_{side.value}"])
        named = rows[f"nik_{side.value}"].notna().groupby(rows[f"family_key_{side.value}"]).any()
        lacking += 1 - pairs[key].map(named.astype("float64"))
    return lacking.astype("Int64")


def by_kind(judged: Judged) -> pd.DataFrame:
    """Return ``dasar``, ``jenis``, counts and ratios: of all pairs, per kind of the truth, per computed kind.

    Each pair stands in one kind of the truth, so these add up to all; the computed kinds cut across them.
    A ratio is missing where it is not defined.
    """
    pairs = judged.pairs
    of = {("semua", "semua"): pairs}
    of |= {("kebenaran", str(kind)): rows for kind, rows in pairs.groupby("jenis")}
    of |= {("padan", kind): pairs[pairs["tanpa_nik"] == n] for n, kind in enumerate(WITHOUT_NIK, start=1)}
    rows = [(*name, *vars(count(subset)).values()) for name, subset in of.items()]
    table = pd.DataFrame(rows, columns=["dasar", "jenis", "tepat", "ditemukan", "sebenarnya"])
    table = table[(table[["ditemukan", "sebenarnya"]] > 0).any(axis="columns") | (table["dasar"] == "semua")]
    place = table["dasar"].map({"semua": 0, "kebenaran": 1, "padan": 2})
    table = table.assign(place=place, last=table["jenis"] == NO_KIND)
    table = table.sort_values(["place", "last", "sebenarnya", "jenis"], ascending=[True, True, False, True])
    return with_ratios(table.drop(columns=["place", "last"]).reset_index(drop=True))


def with_ratios(table: pd.DataFrame) -> pd.DataFrame:
    """Return ``presisi``, ``recall`` and ``f1`` beside ``tepat``, ``ditemukan`` and ``sebenarnya``."""
    right, found, true = (table[name].astype("float64") for name in ("tepat", "ditemukan", "sebenarnya"))
    # 0/0 is missing: nothing was found, or there is nothing to find
    return table.assign(presisi=right / found, recall=right / true, f1=2 * right / (found + true))


def curve(judged: Judged) -> pd.DataFrame:
    """Return ``ambang``, counts and ratios as they would be were every pair from that score on accepted.

    Pairs below the review threshold are in no result: the first row has every pair that there is.
    """
    scored = judged.pairs.dropna(subset=["skor"])
    scores = {
        "ditemukan": np.sort(scored["skor"].to_numpy()),
        "tepat": np.sort(scored.loc[scored["benar"], "skor"].to_numpy()),
    }
    lowest = scored["skor"].min() if len(scored) else 1.0
    thresholds = THRESHOLDS[max(0, np.searchsorted(THRESHOLDS, lowest, side="right") - 1) :]
    counts = {name: len(of) - np.searchsorted(of, thresholds) for name, of in scores.items()}
    table = pd.DataFrame({"ambang": thresholds, "tepat": counts["tepat"], "ditemukan": counts["ditemukan"]})
    return with_ratios(table.assign(sebenarnya=int(judged.pairs["benar"].sum())))


def threshold(judged: Judged, match: float) -> float:
    """Return the threshold of the run: ``match`` if its scores fit it, else the lowest accepted score."""
    scores = judged.pairs.groupby("status_padan")["skor"]
    lowest = float(scores.min().get(MatchStatus.MATCHED.value, match))
    doubted = float(scores.max().get(MatchStatus.REVIEW.value, 0.0))
    return match if doubted < match <= lowest else lowest


def wilson(
    right: npt.NDArray[np.float64], size: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the 95 % interval of the share ``right`` of ``size``, NaN where size is 0. Wilson (1927)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = right / size
        middle = (share + _Z**2 / (2 * size)) / (1 + _Z**2 / size)
        half = _Z / (1 + _Z**2 / size) * np.sqrt(share * (1 - share) / size + _Z**2 / (4 * size**2))
    return middle - half, middle + half


def calibration(judged: Judged) -> pd.DataFrame:
    """Return per band of the score: pairs, their mean score, the share that is true and its 95 % interval.

    Parts of families have no score of their own and are left out. Interval: ``wilson``.
    """
    own = judged.pairs["status_padan"].isin([MatchStatus.MATCHED, MatchStatus.REVIEW])
    pairs = judged.pairs[own].dropna(subset=["skor"])
    band = np.searchsorted(BANDS, pairs["skor"].to_numpy(), side="right") - 1
    size = np.bincount(band, minlength=len(BANDS)).astype("float64")
    right = np.bincount(band, pairs["benar"], minlength=len(BANDS))
    total = np.bincount(band, pairs["skor"], minlength=len(BANDS))
    with np.errstate(invalid="ignore", divide="ignore"):
        share, mean = right / size, total / size
    low, high = wilson(right.astype("float64"), size)
    table = pd.DataFrame(
        {
            "dari": BANDS,
            "sampai": [*BANDS[1:], 1.0],
            "pasangan": size.astype("int64"),
            "benar": right.astype("int64"),
            "skor_rata": mean,
            "bagian_benar": share,
            "bawah_95": low,
            "atas_95": high,
        }
    )
    # no result of the usual settings has pairs in the first band
    return table[(table.index > 0) | (table["pasangan"] > 0)].reset_index(drop=True)
