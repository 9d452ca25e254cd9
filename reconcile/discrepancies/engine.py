"""Runs the rules and writes each finding as an auditor needs it."""

from collections.abc import Mapping

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from reconcile.discrepancies.context import Context, Tolerances
from reconcile.discrepancies.evidence import BOTH, SIDES
from reconcile.discrepancies.rules import RULES, Rule
from reconcile.identifiers import pseudonyms
from reconcile.language import text
from reconcile.tables import FINDINGS
from reconcile.vocab import Severity

#: Columns of the reconciled table that a written finding is made of.
ORIGIN = (
    "id_rekon",
    "kode_desa",
    "skor",
    *(
        f"{column}_{side}"
        for column in ("record_id", "source_file", "source_sheet", "source_row")
        for side in SIDES
    ),
)

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


def find_discrepancies(context: Context, settings: FindingSettings, *, key: bytes) -> pd.DataFrame:
    """Return FINDINGS of every rule that is not disabled, ordered by rule, village and case.

    The case id is a keyed hash of rule, records and what it is about: the same finding keeps it in every run.
    """
    parts = [
        _written(context, rule, settings.severity.get(rule.code, rule.severity))
        for rule in RULES
        if rule.code not in settings.disable
    ]
    if not parts:
        return FINDINGS.empty()
    found = pd.concat(parts, ignore_index=True)
    found["kasus"] = "KS-" + pseudonyms(found.pop("identity"), key=key, purpose="kasus")
    found = found.sort_values(["kode", "kode_desa", "kasus"], ignore_index=True)
    return FINDINGS.build(found)


def _written(context: Context, rule: Rule, severity: Severity) -> pd.DataFrame:
    language = context.language
    found = rule.find(context).reset_index(drop=True)
    about = context.reconciled[list(ORIGIN)].loc[found["row"].astype("int64")].reset_index(drop=True)
    area = context.register.villages.set_index("kode_desa").reindex(about["kode_desa"]).reset_index()
    concerned = [
        about[f"record_id_{side}"].fillna("").where(found["side"].isin([side, BOTH]), "") for side in SIDES
    ]
    identity = rule.code + "|" + concerned[0] + "|" + concerned[1]
    return pd.DataFrame(
        {
            "identity": identity + "|" + found["about"],
            "kode": rule.code,
            "judul": text(f"rule_{rule.code}", language),
            "tingkat": severity.value,
            "id_rekon": about["id_rekon"],
            "kode_desa": about["kode_desa"],
            "kode_desa_bps": area["kode_desa_bps"],
            "kab_kota": area["nama_kab"],
            "kecamatan": area["nama_kec"],
            "desa_kel": area["nama_desa"],
            "nilai_p3ke": found["p3ke"],
            "nilai_bps": found["bps"],
            "penjelasan": text(f"rule_{rule.code}_why", language),
            "tindak_lanjut": text(f"rule_{rule.code}_do", language),
            "penanggung_jawab": text(f"rule_{rule.code}_who", language),
            "berkas_p3ke": about["source_file_p3ke"],
            "lembar_p3ke": about["source_sheet_p3ke"],
            "baris_p3ke": about["source_row_p3ke"],
            "berkas_bps": about["source_file_bps"],
            "lembar_bps": about["source_sheet_bps"],
            "baris_bps": about["source_row_bps"],
            "skor": about["skor"],
        }
    )
