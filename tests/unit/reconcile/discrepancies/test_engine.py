"""How findings are written: ids that stay, settings that hold, words in both languages."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import factory
import pandas as pd
import pytest
from finding_world import KEY, RULE, Case, context_of
from pydantic import ValidationError

from flows.csvfile import write_csv
from reconcile.cases import follow_cases
from reconcile.discrepancies.context import Context, Tolerances
from reconcile.discrepancies.engine import (
    FindingSettings,
    check_table,
    find_discrepancies,
    untested_rules,
)
from reconcile.discrepancies.rules import RULES
from reconcile.language import text
from reconcile.reports.findings import report
from reconcile.tables import CASE_STEPS, FINDINGS, LISTED
from reconcile.vocab import Content, Language, Severity

CHILD = {"nama": "DODI SAPUTRA", "nik": "6402064201100001"}
OTHER = {"nama": "RUSDIANA", "nik": "6402065203850002", "tanggal_lahir": "1985-03-12"}
#: Families with findings of many rules, several of one rule for one family among them.
TROUBLE = (
    Case(
        "",
        "a pair that differs in everything",
        p3ke=(
            {
                "nik": "6402065705800009",
                "nama": "SITI AMINA",
                "tanggal_lahir": "1980-06-17",
                "kode_desa": "64.02.19.2001",
                "kode_wilayah": "64.02.06.2005",
                "status_kode": "kode_lama",
                "jarak_m": 900.0,
                "jumlah_anggota": 5,
                "desil": 3,
                "terima_pkh": True,
                "terima_sembako": True,
            },
            {"nik": None, "cara_lokasi": "tidak_terpetakan", "kode_desa": None},
        ),
        bps=({"terima_pkh": False, "terima_sembako": False}, OTHER),
        members=(("bps", 1, CHILD), ("bps", 2, CHILD)),
        flags=(("p3ke", "k1", "lintang", "E_COORD"), ("bps", "k1", "nik", "E_NIK_LEN")),
    ),
    Case("", "a doubtful one", p3ke=({"nik": "6402061203780001", "nama": "BUDI SANTOSO"},), status="tinjau"),
)
UNRELATED = Case(
    "", "elsewhere", p3ke=({**OTHER, "nik": "1802065203850007", "nama": "MADE SUKARTA"},), bps=()
)
OF_SETTINGS = FindingSettings()


def only(*codes: str, **given: Any) -> FindingSettings:
    return FindingSettings.model_validate({"disable": [code for code in RULE if code not in codes], **given})


def found(
    context: Context, settings: FindingSettings = OF_SETTINGS, language: Language = Language.INDONESIAN
) -> pd.DataFrame:
    return find_discrepancies(replace(context, language=language), settings, key=KEY)


@pytest.fixture(scope="module")
def context() -> Context:
    return context_of(*TROUBLE)


@pytest.fixture(scope="module")
def findings(context: Context) -> pd.DataFrame:
    return found(context)


@pytest.fixture(scope="module")
def english(context: Context) -> pd.DataFrame:
    return found(context, language=Language.ENGLISH)


@pytest.fixture(scope="module")
def alone() -> Context:
    """Return the first pair of the trouble, without any list."""
    return context_of(TROUBLE[0])


@pytest.fixture(scope="module")
def listed() -> Context:
    """Return the same with lists of other offices."""
    return context_of(WITH_LISTS)


@pytest.fixture(scope="module")
def found_listed(listed: Context) -> pd.DataFrame:
    return found(listed)


def test_there_is_trouble_enough_to_look_at(findings: pd.DataFrame) -> None:
    assert findings["kode"].nunique() >= 16
    assert findings.duplicated(["kode", "id_rekon"]).any()


def test_case_ids_are_unique_and_no_numbers(findings: pd.DataFrame) -> None:
    assert findings["kasus"].is_unique
    assert findings["kasus"].str.fullmatch(r"KS(-[B-Z]{5}){3}").all()


def test_row_order_of_what_comes_in_changes_nothing(context: Context, findings: pd.DataFrame) -> None:
    tables = ("households", "members", "flags")
    shuffled = {name: getattr(context, name).sample(frac=1, random_state=3) for name in tables}
    pd.testing.assert_frame_equal(found(replace(context, **shuffled)), findings)


def test_a_family_elsewhere_changes_no_case(findings: pd.DataFrame) -> None:
    wider = found(context_of(*TROUBLE, UNRELATED))
    new = wider[~wider["kasus"].isin(findings["kasus"])]
    assert set(findings["kasus"]) < set(wider["kasus"])
    assert new["kode"].tolist() == ["K01"]


def test_case_ids_depend_on_the_key_and_not_on_words_or_severity(
    context: Context, findings: pd.DataFrame
) -> None:
    grave = only("D01", "B04", severity={"D01": Severity.INFO})
    same = findings[findings["kode"].isin(["D01", "B04"])]
    assert set(found(context, grave, Language.ENGLISH)["kasus"]) == set(same["kasus"])
    other = find_discrepancies(context, grave, key=KEY[::-1])
    assert not set(other["kasus"]) & set(findings["kasus"])


def test_findings_come_by_rule_and_village(findings: pd.DataFrame) -> None:
    ordered = findings.sort_values(["kode", "kode_desa", "kasus"], ignore_index=True)
    pd.testing.assert_frame_equal(findings, ordered)


def written(
    context: Context, findings: pd.DataFrame, language: Language = Language.INDONESIAN
) -> pd.DataFrame:
    """Return the findings as an auditor reads them."""
    return report(findings, context.reconciled, context.register.villages, language, run="jalan").whole()


def test_a_finding_says_where_its_rows_came_from(context: Context, findings: pd.DataFrame) -> None:
    findings = written(context, findings)
    of_pair = findings[findings["kode"] == "D01"].iloc[0]
    assert of_pair[["berkas_p3ke", "baris_p3ke", "berkas_bps", "baris_bps"]].tolist() == [
        "0.p3ke.csv",
        1,
        "0.bps.csv",
        1,
    ]
    alone = findings[(findings["kode"] == "K02") & (findings["berkas_bps"] == "0.bps.csv")].iloc[0]
    assert alone["baris_bps"] == 2
    assert alone[["berkas_p3ke", "baris_p3ke", "skor"]].isna().all()


def test_a_finding_names_its_area_in_both_systems(context: Context, findings: pd.DataFrame) -> None:
    by_code = written(context, findings).set_index("kode")
    area = ["kode_desa", "kode_desa_bps", "desa_kel", "kecamatan", "kab_kota"]
    assert by_code.loc["D01", area].tolist() == [
        "64.02.06.1001",
        "6403010001",
        "Sungai Meranti Ulu",
        "Muara Contoh",
        "Kabupaten Kutai Kartanegara",
    ]
    assert by_code.loc[["W08"], area].isna().all(axis=None)


def test_no_column_holds_a_person(context: Context, findings: pd.DataFrame) -> None:
    hashes = ["kasus", "id_rekon", "sha256_p3ke", "sha256_bps"]
    shown = written(context, findings).drop(columns=hashes).to_csv(index=False).upper()
    names = " ".join(pd.concat([context.households["nama"], context.members["nama"]]).dropna()).split()
    assert not set(names) & set(re.findall(r"\w+", shown))
    assert not re.search(r"\d{11}|\d{4}-\d\d-\d\d", shown)


SETTINGS = [
    # key of findings: in config.yaml, value, rule, findings of it in the trouble above
    ("disable", ["D01"], "D01", 0),
    ("tolerances", {"deciles": 3}, "D01", 0),
    ("tolerances", {"deciles": 2}, "D01", 1),
    ("tolerances", {"members": 3}, "E04", 0),
    ("tolerances", {"members": 2}, "E04", 1),
    ("tolerances", {"metres": 900.0}, "W06", 0),
    ("tolerances", {"metres": 899.0}, "W06", 1),
]


@pytest.mark.parametrize(("key", "value", "code", "count"), SETTINGS)
def test_settings_hold(key: str, value: Any, code: str, count: int, context: Context) -> None:
    settings = (
        FindingSettings.model_validate({key: value}) if key == "disable" else only(code, **{key: value})
    )
    table = found(replace(context, tolerances=settings.tolerances), settings)
    assert (table["kode"] == code).sum() == count


def test_severity_is_the_rules_own(findings: pd.DataFrame) -> None:
    assert findings["tingkat"].tolist() == [RULE[code].severity.value for code in findings["kode"]]


def test_the_config_may_say_another_severity(context: Context) -> None:
    graves = found(context, only("D01", "E04", severity={"D01": "I"})).set_index("kode")["tingkat"]
    assert graves.to_dict() == {"D01": "I", "E04": RULE["E04"].severity.value}


REFUSED = [
    {"disable": ["X99"]},
    {"severity": {"X99": "K"}},
    {"severity": {"D01": "berat"}},
    {"tolerances": {"members": 0}},
    {"tolerances": {"metres": -1}},
    {"tolerances": {"deciles": 0}},
    {"tolerances": {"weeks": 1}},
    {"unknown": 1},
]


@pytest.mark.parametrize("given", REFUSED, ids=str)
def test_settings_that_mean_nothing_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FindingSettings.model_validate(given)


def test_an_unknown_rule_is_named() -> None:
    with pytest.raises(ValidationError, match=r"X98, X99"):
        FindingSettings(disable=("X99", "D01", "X98"))


def test_findings_speak_the_language(context: Context, findings: pd.DataFrame, english: pd.DataFrame) -> None:
    words = ["judul", "penjelasan", "tindak_lanjut", "penanggung_jawab"]
    for language, table in ((Language.INDONESIAN, findings), (Language.ENGLISH, english)):
        said = written(context, table.drop_duplicates("kode", ignore_index=True), language)
        for code, row in said.set_index("kode")[words].iterrows():
            parts = ("", "_why", "_do", "_who")
            assert row.tolist() == [text(f"rule_{code}{part}", language) for part in parts]


@pytest.mark.parametrize(
    "nothing",
    [Case("", "none", p3ke=(), bps=()), Case("", "clean")],
    ids=["no household", "no fault"],
)
def test_nothing_to_find_is_an_empty_table(nothing: Case) -> None:
    pd.testing.assert_frame_equal(found(context_of(nothing)), FINDINGS.empty())


def test_everything_disabled_is_an_empty_table(context: Context) -> None:
    pd.testing.assert_frame_equal(found(context, FindingSettings(disable=tuple(RULE))), FINDINGS.empty())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_says_what_why_what_to_do_and_who(rule: Any) -> None:
    assert rule.find.__doc__.endswith(".")
    for language in Language:
        for part in ("", "_why", "_do", "_who"):
            assert text(f"rule_{rule.code}{part}", language).strip()
        assert text(f"rule_{rule.code}_why", language).endswith(".")
        assert text(f"rule_{rule.code}_do", language).endswith(".")


def test_codes_and_titles_stand_once() -> None:
    assert len(RULE) == len(RULES)
    for language in Language:
        assert len({text(f"rule_{code}", language) for code in RULE}) == len(RULES)


def test_default_tolerances_let_nothing_smaller_than_one_be_a_finding() -> None:
    small = Tolerances().model_dump(include={"members", "metres", "deciles"})
    assert small == {"members": 1, "metres": 250.0, "deciles": 1}


def test_flags_of_a_person_belong_to_his_family(alone: Context) -> None:
    rows = alone.flagged.set_index("code")
    assert rows.loc["E_COORD", ["record_id", "registry", "head"]].tolist() == ["0.p3ke:1", "p3ke", True]
    assert factory.ORIGIN["source_sheet"] == ""


def test_a_one_sided_finding_keeps_its_case_when_its_household_finds_a_partner() -> None:
    lonely = Case("I01", "known to one registry", p3ke=({"nik": None},), status=None)
    cases = [found(context_of(replace(lonely, status=status)), only("I01")) for status in (None, "cocok")]
    assert cases[0]["kasus"].tolist() == cases[1]["kasus"].tolist() != []
    assert cases[0]["id_rekon"].tolist() != cases[1]["id_rekon"].tolist()


LISTS = {
    "deaths": ({"nik": "6402065705800001", "nama": "SITI AMINAH"},),
    "recipients": (
        {"nik": "6402061212700007", "nama": "BUKAN SIAPA", "program": "PKH", "jumlah_rp": 600000},
        {"nik": "6402061212700007", "nama": "BUKAN SIAPA", "program": "PKH", "jumlah_rp": 600000},
    ),
}
WITH_LISTS = replace(TROUBLE[0], lists=LISTS, quarantine=({"code": "E_QUOTE", "raw": "a"},) * 2)


def csv_bytes(context: Context, folder: Path, name: str) -> bytes:
    followed = follow_cases(found(context), None, CASE_STEPS.empty(), **RUN)
    write_csv(folder / name, written(context, followed.findings))
    return (folder / name).read_bytes()


RUN: dict[str, Any] = {"untested": frozenset(), "day": "2026-03-31"}


def test_shuffled_rows_and_columns_give_the_same_bytes(tmp_path: Path) -> None:
    context = context_of(WITH_LISTS, *TROUBLE)
    plain = csv_bytes(context, tmp_path, "a.csv")
    for seed in range(2):
        tables = ("households", "members", "flags", "quarantine", "files", "figures")
        turned = {name: shuffled(getattr(context, name), seed) for name in tables}
        lists = {name: shuffled(table, seed) for name, table in context.references.items()}
        other = replace(context, **turned, references=lists)
        assert csv_bytes(other, tmp_path, "b.csv") == plain


def shuffled(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    rows = table.sample(frac=1, random_state=seed).reset_index(drop=True)
    return rows.sample(frac=1, axis="columns", random_state=seed)


def test_a_list_that_is_absent_is_not_tested_and_never_zero(
    listed: Context, found_listed: pd.DataFrame, alone: Context
) -> None:
    for context, findings, state, count in (
        (listed, found_listed, "DIUJI SEBAGIAN", 1),
        (alone, found(alone), "TIDAK DIUJI", None),
    ):
        table = check_table(context, OF_SETTINGS, findings).set_index("kode")
        assert table.loc["E01", "keadaan"] == state
        assert (table.loc["E01", "jumlah"] if count else None) == count
    assert table.index.tolist() == list(RULE)
    assert table.loc[table["keadaan"] == "TIDAK DIUJI", "jumlah"].isna().all()
    assert table.loc[table["keadaan"] != "DIUJI", "sebab"].notna().all()
    assert table.loc[["K04", "D04"], "sebab"].eq("tidak ada: jalan sebelumnya").any()


def test_a_list_that_is_empty_is_tested(alone: Context) -> None:
    context = replace(alone, references={Content.DEATHS: LISTED.empty()})
    found_there = found(context, only("E01"))
    row = check_table(context, OF_SETTINGS, found_there).set_index("kode").loc["E01"]
    assert (row["keadaan"], row["jumlah"]) == ("DIUJI SEBAGIAN", 0)


def test_a_disabled_rule_says_so(context: Context, findings: pd.DataFrame) -> None:
    settings = FindingSettings(disable=("D01",))
    rest = findings[findings["kode"] != "D01"]
    pd.testing.assert_frame_equal(found(context, settings), rest.reset_index(drop=True))
    checks = check_table(context, settings, rest)
    assert "D01" in untested_rules(checks)
    row = checks.set_index("kode").loc["D01"]
    assert row["keadaan"] == "DIMATIKAN"
    assert pd.isna(row["jumlah"])


def test_a_finding_about_no_household_names_the_row_of_the_list(found_listed: pd.DataFrame) -> None:
    row = found_listed.set_index("kode").loc["B06"]
    assert pd.isna(row["id_rekon"])
    assert row[["berkas_acuan", "baris_acuan"]].tolist() == ["a.csv", 2]
    assert row["nilai_acuan"] == "PKH: 2 kali"


def test_the_state_of_a_case_is_the_same_in_both_languages(
    findings: pd.DataFrame, english: pd.DataFrame
) -> None:
    assert english["sidik"].tolist() == findings["sidik"].tolist()


def test_other_values_are_another_state_of_the_same_case() -> None:
    cases = [Case("I06", "x", p3ke=({"nik": nik},)) for nik in ("6402065705800002", "6402065705800003")]
    one, two = (found(context_of(case), only("I06")) for case in cases)
    assert one["nilai_p3ke"].tolist() == two["nilai_p3ke"].tolist() != []
    assert one["kasus"].tolist() == two["kasus"].tolist()
    assert one["sidik"].tolist() != two["sidik"].tolist()
