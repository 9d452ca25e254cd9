"""The sheet of a review book: four lines a pair, P3KE over BPS, a sign under each value, then the people.

Values stand above one another, because two numbers of 16 digits are compared digit by digit that way; a sign
in text says what the colour says, for paper without colour. Every line carries the key of its pair: a line
is found by it, never by its row.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.language import text
from reconcile.review.compare import FIELDS, OTHER, differing_digits, people_lines, shown_values, signs
from reconcile.vocab import Language

LINES = ("p3ke", "bps", "tanda", "anggota")
#: Cells that a reviewer fills in, on the first line of a pair.
OPEN = ("keputusan", "oleh", "tanggal", "alasan")
#: What a line is found by; ``jalan`` and ``peran`` are hidden.
KEYS = ("kunci", "jalan", "peran")
#: Shown for a second look only.
SCORES = ("skor", "bobot", "alasan_mesin")
HIDDEN = ("jalan", "peran")


@dataclass(frozen=True, eq=False)
class Sheet:
    """The lines of a book: ``cells`` (text), which of them differ, and which of LINES each row is."""

    cells: pd.DataFrame
    differs: npt.NDArray[np.bool_]
    line: npt.NDArray[np.int64]


def columns(*, scored: bool) -> tuple[str, ...]:
    """Return the columns of a sheet in their order; the scores only for a second look."""
    return ("no", "daftar", *FIELDS, *(SCORES if scored else ()), *OPEN, *KEYS)


def heading(column: str, language: Language) -> str:
    """Return what stands above a column."""
    return text(f"review_col_{column}", language)


def sheet(
    pairs: pd.DataFrame,
    people: pd.DataFrame,
    *,
    run: str,
    role: str,
    by: str,
    language: Language,
    scores: pd.DataFrame | None = None,
) -> Sheet:
    """Return the sheet of REVIEW_PAIRS and REVIEW_PEOPLE, in the order of the pairs.

    ``scores`` (record_p3ke, skor, bobot, alasan_mesin) makes it one for a second look; without them nothing
    of what the matching thinks is in it.
    """
    pairs = pairs.reset_index(drop=True)
    names = columns(scored=scores is not None)
    common: dict[str, pd.Series | str] = {
        "no": pairs["urutan"].astype("str"),
        "kunci": pairs["id_pasangan"],
        "jalan": run,
        "peran": role,
    }
    sign = signs(pairs)
    said = people_lines(people[people["id_pasangan"].isin(pairs["id_pasangan"])], language)
    lines = [
        shown_values(pairs, "p3ke").assign(oleh=by, **_scores(pairs, scores)),
        shown_values(pairs, "bps"),
        _with_digits(sign, differing_digits(pairs, language)),
        pd.DataFrame({"nama": pairs["id_pasangan"].map(said).fillna("")}),
    ]
    blocks = [
        one.assign(
            **common, daftar=text(f"review_line_{name}", language), order=np.arange(len(pairs)), line=place
        )
        for place, (name, one) in enumerate(zip(LINES, lines, strict=True))
    ]
    rows = pd.concat(blocks, ignore_index=True).sort_values(["order", "line"], ignore_index=True)
    cells = rows.reindex(columns=list(names)).astype("str").fillna("")
    return Sheet(cells, _differs(sign, list(names), rows), rows["line"].to_numpy(dtype=np.int64))


def _scores(pairs: pd.DataFrame, scores: pd.DataFrame | None) -> dict[str, pd.Series]:
    if scores is None:
        return {}
    of = scores.set_index("record_p3ke").reindex(pairs["record_p3ke"])
    return {name: of[name].astype("str").fillna("").set_axis(pairs.index) for name in SCORES}


def _with_digits(sign: pd.DataFrame, digits: pd.DataFrame) -> pd.DataFrame:
    told = {str(name): (sign[name] + " " + digits[name]).str.strip() for name in digits}
    return sign.assign(**told)


def _differs(sign: pd.DataFrame, names: list[str], rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which cells to colour: the values that differ, and the sign below them."""
    of_pair = (sign == OTHER).reindex(columns=names, fill_value=False).to_numpy(dtype=np.bool_)
    own: npt.NDArray[np.bool_] = of_pair[rows["order"].to_numpy(dtype=np.int64)]
    own[rows["line"].to_numpy() == LINES.index("anggota")] = False
    return own
