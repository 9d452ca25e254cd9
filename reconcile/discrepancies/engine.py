"""Runs the rules and writes each finding as an auditor needs it."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from reconcile.discrepancies.context import Context, Tolerances
from reconcile.discrepancies.evidence import BOTH, PLACE, SIDES
from reconcile.discrepancies.rule import LAST_RUN, Rule
from reconcile.discrepancies.rules import RULES
from reconcile.identifiers import pseudonyms
from reconcile.language import text
from reconcile.tables import CHECKS, FINDINGS
from reconcile.vocab import CheckState, Content, Language, Severity

#: Columns of the reconciled table that a finding is made of.
ORIGIN = ("id_rekon", "kode_desa", *(f"record_id_{side}" for side in SIDES))

KNOWN = frozenset(rule.code for rule in RULES)


class FindingSettings(BaseModel):
    """Which rules run, how grave each is, and from when on a difference counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    disable: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = Field(default_factory=dict)
    tolerances: Tolerances = Tolerances()

    @field_validator("disable", "severity")
    @classmethod
    def _known(
        cls, value: tuple[str, ...] | Mapping[str, Severity]
    ) -> tuple[str, ...] | Mapping[str, Severity]:
        strange = sorted(set(value) - KNOWN)
        if strange:
            raise PydanticCustomError("rules_not_known", "{rules}", {"rules": ", ".join(strange)})
        return value


def find_discrepancies(
    context: Context, settings: FindingSettings, *, key: bytes, at_once: int = 1
) -> pd.DataFrame:
    """Return FINDINGS of every rule that is tested, ``at_once`` at a time, ordered by rule, village and case.

    The case id is a keyed hash of rule, records and what it is about: the same finding keeps it in every run.
    ``sidik`` is one of what the finding says, in any language the same: another one is another state.
    """
    tested = [rule for rule in RULES if rule.code not in settings.disable and not rule.missing(context)]
    origin = context.reconciled[list(ORIGIN)]

    def written(rule: Rule) -> pd.DataFrame:
        part = _written(context, rule, settings.severity.get(rule.code, rule.severity), origin)
        part["kasus"] = "KS-" + pseudonyms(part.pop("identity"), key=key, purpose="kasus")
        part["sidik"] = pseudonyms(part.pop("state"), key=key, purpose="sidik")
        # all findings of a province at once are too wide to be put in order
        return part.sort_values(["kode_desa", "kasus"])

    # most of a rule is taking rows, which Arrow does beside other work
    with ThreadPoolExecutor(at_once) as pool:
        made = pool.map(written, sorted(tested, key=lambda rule: rule.code))
        parts = [part for part in made if len(part)]
    if not parts:
        return FINDINGS.empty()
    found = FINDINGS.build(pd.concat(parts, ignore_index=True))
    if found["kasus"].nunique() != sum(part["kasus"].nunique() for part in parts):
        message = "two findings share one case id"
        raise ValueError(message)
    return found


def check_table(context: Context, settings: FindingSettings, findings: pd.DataFrame) -> pd.DataFrame:
    """Return CHECKS: of every rule whether it was tested; what was not tested has no count, never zero."""
    language, counts = context.language, findings["kode"].value_counts()
    rows = []
    for rule in RULES:
        lacking = rule.missing(context)
        partly = rule.partly_missing(context)
        state = CheckState.TESTED
        if rule.code in settings.disable:
            state, why = CheckState.DISABLED, []
        elif lacking:
            state, why = CheckState.UNTESTED, lacking
        else:
            state, why = (CheckState.PARTLY if partly else CheckState.TESTED), partly
        tested = state in {CheckState.TESTED, CheckState.PARTLY}
        rows.append(
            {
                "kode": rule.code,
                "judul": text(f"rule_{rule.code}", language),
                "tingkat": settings.severity.get(rule.code, rule.severity).value,
                "basis": rule.looks_at,
                "keadaan": text(f"state_{state.value}", language),
                "sebab": "; ".join(_lack(need, language) for need in why) or None,
                "jumlah": int(counts.get(rule.code, 0)) if tested else None,
            }
        )
    return CHECKS.build(pd.DataFrame(rows))


def untested_rules(checks: pd.DataFrame) -> frozenset[str]:
    """Return the codes of rules whose silence says nothing of their cases: CHECKS has no count of them."""
    return frozenset(checks.loc[checks["jumlah"].isna(), "kode"])


def _lack(need: str, language: Language) -> str:
    known = need == LAST_RUN or need in set(Content)
    return text(f"lack_{need}", language) if known else text("lack_field", language, field=need)


def _written(context: Context, rule: Rule, severity: Severity, origin: pd.DataFrame) -> pd.DataFrame:
    """Return what a rule finds as rows of FINDINGS; ``origin`` is ORIGIN of RECONCILED."""
    found = _completed(rule.find(context))
    rows = found["row"].astype("Int64")
    about = origin.reindex(rows.fillna(-1).astype("int64")).reset_index(drop=True)
    village = found["kode_desa"].fillna(about["kode_desa"]).astype("str")
    concerned = [
        about[f"record_id_{side}"].fillna("").where(found["side"].isin([side, BOTH]), "") for side in SIDES
    ]
    identity = rule.code + "|" + concerned[0] + "|" + concerned[1]
    state = _state(context, rule, found)
    return pd.DataFrame(
        {
            "identity": identity + "|" + found["about"],
            "state": rule.code + "|" + state,
            "kode": rule.code,
            "tingkat": severity.value,
            "id_rekon": about["id_rekon"],
            "kode_desa": village,
            "kode_kab": found["kode_kab"],
            "nilai_p3ke": found["p3ke"],
            "nilai_bps": found["bps"],
            "nilai_acuan": found["acuan"].where(found["acuan"] != ""),
            "berkas_acuan": found["source_file"],
            "lembar_acuan": found["source_sheet"],
            "baris_acuan": found["source_row"].astype("Int64"),
        }
    )


def _completed(found: pd.DataFrame) -> pd.DataFrame:
    """Return evidence with every column that a rule may leave out."""
    found = found.reset_index(drop=True)
    for column in ("acuan", "values"):
        given = found[column] if column in found else pd.Series("", index=found.index)
        found[column] = given.astype("str").fillna("")
    for column in ("kode_desa", "kode_kab", *PLACE):
        if column not in found:
            found[column] = pd.Series(pd.NA, index=found.index, dtype="object")
    return found.astype({"kode_desa": "str", "kode_kab": "str", "source_file": "str", "source_sheet": "str"})


def _state(context: Context, rule: Rule, found: pd.DataFrame) -> pd.Series:
    """Return what the finding says, in Indonesian whatever the language of the office."""
    if context.language is not Language.INDONESIAN:
        found = _completed(rule.find(replace(context, language=Language.INDONESIAN)))
    said = [found[name].astype("str").fillna("") for name in ("p3ke", "bps", "acuan", "values")]
    return said[0] + "|" + said[1] + "|" + said[2] + "|" + said[3]
