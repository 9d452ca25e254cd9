"""`padan review`: one doubtful pair at a time in the terminal; every decision is stored at once."""

from dataclasses import dataclass
from pathlib import Path

import click
import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.config import load_config
from flows.review import today
from flows.review_run import read_pairs, read_people, read_scores, review_run
from flows.review_store import alone, as_decisions, keep, stored
from reconcile.errors import ConfigError, Fault
from reconcile.language import text
from reconcile.review.compare import FIELDS, OTHER, differing_digits, people_lines, shown_values, signs
from reconcile.review.pairs import waiting
from reconcile.review.tables import JUDGEMENTS
from reconcile.review.vocab import ReviewRole
from reconcile.vocab import Language, PairDecision

_KEYS = {"s": PairDecision.SAME, "b": PairDecision.OTHER, "r": PairDecision.UNSURE}
_STOP = "q"


@dataclass(frozen=True, eq=False)
class _Shown:
    """The pairs as they are shown: values of both sides, signs, people, and scores for a second look."""

    pairs: pd.DataFrame
    told: dict[str, pd.DataFrame]
    signs: pd.DataFrame
    digits: pd.DataFrame
    people: pd.Series
    scores: pd.DataFrame | None


def review(
    config_path: Path, language: Language, *, by: str | None, role: str, run: str | None, show_score: bool
) -> int:
    """Show each pair that waits for ``by`` and ask for a decision, until all are decided or ``q``; return 0.

    Nobody is shown a pair again that they judged, so the same command goes on where it stopped. ConfigError
    E_REVIEW_NAME without a name, InputError where there is no run with pairs.
    """
    name = " ".join((by or "").split())
    if not name:
        raise ConfigError([Fault.of("E_REVIEW_NAME")])
    config = load_config(config_path)
    folder = review_run(config.output_root, run)
    store = config.folder / config.review.decisions
    pairs = waiting(
        read_pairs(folder), as_decisions(stored(store), store.name), by=name, role=ReviewRole(role)
    )
    shown = _shown(pairs, folder, language, show_score=show_score)
    out = Console(highlight=False)
    out.print(text("review_terminal_hint", language), markup=False)
    done = 0
    for place in range(len(pairs)):
        _show(out, shown, place, language)
        word = _ask(out, language)
        if word is None:
            break
        why = click.prompt(text("review_ask_why", language), default="", show_default=False)
        _store(store, pairs.iloc[place], word, name, why, role)
        done += 1
    out.print(text("review_stopped", language, done=done, left=len(pairs) - done), markup=False)
    return 0


def _shown(pairs: pd.DataFrame, folder: Path, language: Language, *, show_score: bool) -> _Shown:
    people = read_people(folder)
    people = people[people["id_pasangan"].isin(pairs["id_pasangan"])]
    return _Shown(
        pairs,
        {side: shown_values(pairs, side) for side in ("p3ke", "bps")},
        signs(pairs),
        differing_digits(pairs, language),
        people_lines(people, language),
        read_scores(folder).set_index("record_p3ke") if show_score else None,
    )


def _show(out: Console, shown: _Shown, place: int, language: Language) -> None:
    total = len(shown.pairs)
    title = text("review_pair_title", language, number=place + 1, total=total)
    table = Table(title=title, box=SIMPLE_HEAD, title_justify="left")
    for heading in ("", "P3KE", "BPS", ""):
        table.add_column(heading, overflow="fold")
    for name in FIELDS:
        sign = shown.signs[name].iloc[place]
        style = "bold reverse" if sign == OTHER else ""
        digits = shown.digits[name].iloc[place] if name in shown.digits else ""
        cells = [Text(shown.told[side][name].iloc[place], style=style) for side in ("p3ke", "bps")]
        heading = text(f"review_col_{name}", language)
        table.add_row(Text(heading), *cells, Text(f"{sign} {digits}".strip()))
    out.print(table)
    pair = shown.pairs.iloc[place]
    out.print(Text(str(shown.people.get(pair["id_pasangan"], ""))))
    if shown.scores is not None and pair["record_p3ke"] in shown.scores.index:
        told = shown.scores.loc[pair["record_p3ke"]]
        said = {"skor": told["skor"], "bobot": told["bobot"], "alasan": told["alasan_mesin"]}
        out.print(text("review_score_line", language, **said), markup=False)


def _ask(out: Console, language: Language) -> PairDecision | None:
    """Return the decision, None to stop; asked again until one of the keys is typed."""
    while True:
        answer = click.prompt(text("review_ask", language), default="", show_default=False)
        key = answer.strip().lower()[:1]
        if key == _STOP:
            return None
        if key in _KEYS:
            return _KEYS[key]
        out.print(text("review_ask_again", language), markup=False)


def _store(store: Path, pair: pd.Series, word: PairDecision, by: str, why: str, role: str) -> None:
    row = {
        "record_p3ke": pair["record_p3ke"],
        "record_bps": pair["record_bps"],
        "keputusan": word.value,
        "oleh": by,
        "tanggal": today().isoformat(),
        "keterangan": " ".join(why.split()) or pd.NA,
        "peran": role,
    }
    with alone(store):
        keep(store, JUDGEMENTS.build(pd.DataFrame([row])))
