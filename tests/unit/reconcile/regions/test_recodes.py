"""Dead codes over any number of recodes, with and without dates; pairs of codes of any kind."""

from typing import Any

import factory
import pandas as pd
import pytest

from reconcile.errors import InputError
from reconcile.regions import build_register, code_households, match_names, resolve_codes
from reconcile.vocab import CodeSystem

KEM, BPS = CodeSystem.KEMENDAGRI, CodeSystem.BPS
ULU, ILIR, ONE, TWO = "64.02.06.1001", "64.02.06.2002", "64.02.19.2001", "64.02.19.2002"
X, Y = "64.02.03.2001", "64.02.03.2002"


def recodes(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Return RECODES of (old, new, year) with names alike."""
    table = factory.recodes().iloc[[0] * len(rows)].reset_index(drop=True)
    for column, values in zip(("kode_lama", "kode_baru", "berlaku"), zip(*rows, strict=True), strict=True):
        table[column] = pd.Series(values, dtype=table[column].dtype)
    return table.assign(nama_lama="Tua", nama_baru="Muda").astype({"nama_lama": "str", "nama_baru": "str"})


CHAINS = [
    # recodes (old, new, year), code, edition of its file, village, status
    (((X, Y, 2010), (Y, ONE, 2022)), X, None, ONE, "kode_lama"),
    (((X, Y, 2010), (Y, ONE, 2022)), Y, 2015, ONE, "kode_lama"),
    # given back: the code that it had in 2010 is its code again
    (((ULU, X, 2010), (X, ULU, 2015)), X, None, ULU, "kode_lama"),
    (((ULU, X, 2010), (X, ULU, 2015)), ULU, None, ULU, "berlaku"),
    # a current code that another village bore until 2010: only the file's edition tells
    (((ULU, ONE, 2010),), ULU, None, ULU, "berlaku"),
    (((ULU, ONE, 2010),), ULU, 2024, ULU, "berlaku"),
    (((ULU, ONE, 2010),), ULU, 2008, ONE, "kode_lama"),
    # twice: each edition has its own village
    (((X, ONE, 2010), (X, TWO, 2020)), X, 2005, ONE, "kode_lama"),
    (((X, ONE, 2010), (X, TWO, 2020)), X, 2015, TWO, "kode_lama"),
    (((X, ONE, 2010), (X, TWO, 2020)), X, None, None, "bercabang"),
    # split: the code alone leads to neither
    (((X, ONE, 2010), (X, TWO, 2010)), X, None, None, "bercabang"),
    (((X, ONE, 2010), (X, TWO, 2010)), X, 2000, None, "bercabang"),
    (((X, ONE, None), (X, TWO, None)), X, None, None, "bercabang"),
    # a new name is no new code
    (((ULU, ULU, 2010),), ULU, None, ULU, "berlaku"),
]


@pytest.mark.parametrize(("rows", "code", "edition", "village", "status"), CHAINS)
def test_chains(
    rows: tuple[tuple[Any, ...], ...], code: str, edition: int | None, village: str | None, status: str
) -> None:
    register = build_register(factory.bridging(), recodes(*rows))
    answer = resolve_codes(pd.Series([code], dtype="str"), KEM, register, edition=edition).iloc[0]
    assert (None if pd.isna(answer["desa_kode"]) else answer["desa_kode"]) == village
    assert answer["status_kode"] == status


def test_undated_recodes_in_a_circle_are_refused_dated_ones_are_not() -> None:
    with pytest.raises(InputError, match="E_RECODE_CIRCLE"):
        build_register(factory.bridging(), recodes((X, Y, None), (Y, X, None)))
    build_register(factory.bridging(), recodes((X, Y, 2010), (Y, X, 2015)))


def test_the_edition_of_each_file_decides() -> None:
    register = build_register(factory.bridging(), recodes((ULU, ONE, 2010)))
    rows = [{"kode_wilayah": ULU, "source_file": name} for name in ("tua.csv", "baru.csv", "lain.csv")]
    coded = code_households(factory.households("p3ke", *rows), register, {"tua.csv": 2009, "baru.csv": 2024})
    assert coded["desa_kode"].tolist() == [ONE, ULU, ULU]


def test_former_names_find_the_village_of_today() -> None:
    rows = recodes((ULU, ULU, 2023)).assign(nama_lama="Karya Utama", nama_baru="Sungai Meranti Ulu")
    register = build_register(factory.bridging(), rows)
    asked = pd.DataFrame(
        [("Kutai Kartanegara", "Muara Contoh", "Karya Utama")],
        columns=["nama_kabupaten", "nama_kecamatan", "nama_desa"],
        dtype="str",
    )
    assert match_names(asked, register)["desa_nama"].tolist() == [ULU]


#: further village rows (BPS, BPS name, Kemendagri, older code, name) and the pairs of these codes
BRIDGES = [
    ((), ("6403010001", ULU), "langsung"),
    ((), ("6403010003", ONE), "kode_lama"),
    ((("6403010009", "SEBERANG", ULU, None, "Sungai Meranti Ulu"),), ("6403010009", ULU), "beberapa_bps"),
    ((("6403010009", "SEBERANG", ULU, None, "Sungai Meranti Ulu"),), ("6403010001", ULU), "beberapa_bps"),
    ((("6403010001", "SEI", X, None, "Baru"),), ("6403010001", X), "beberapa_kemendagri"),
    ((("6403010009", "BARU", None, None, None),), ("6403010009", None), "tanpa_kemendagri"),
    (((None, None, X, None, "Baru"),), (None, X), "tanpa_bps"),
]


@pytest.mark.parametrize(("more", "pair", "status"), BRIDGES)
def test_every_pair_says_what_it_is(
    more: tuple[tuple[str | None, ...], ...], pair: tuple[str | None, str | None], status: str
) -> None:
    parent = (("kec", "6403003", "TUA", "64.02.03", None, "Tua"),)
    areas = (*factory.AREAS, *parent, *(("desa", *row) for row in more))
    register = build_register(factory.bridging(areas), factory.recodes())
    pairs = {
        tuple(None if pd.isna(code) else code for code in (bps, key)): kind
        for bps, key, kind in register.bridges[["kode_desa_bps", "kode_desa", "status"]].itertuples(
            index=False
        )
    }
    assert pairs[pair] == status
    # every further village and every further code stands in exactly one pair more
    assert len(pairs) == 6 + len(more)


def test_codes_of_several_villages_lead_to_none_and_several_codes_to_one() -> None:
    areas = (
        *factory.AREAS,
        ("desa", "6403010009", "SEBERANG", ULU, None, "Sungai Meranti Ulu"),
        ("desa", "6403010002", "SEI MERANTI ILIR", TWO, None, "Bukit Jati II"),
    )
    register = build_register(factory.bridging(areas), factory.recodes())
    asked = pd.Series(["6403010001", "6403010009", "6403010002"], dtype="str")
    answer = resolve_codes(asked, BPS, register)
    assert answer["desa_kode"].fillna("-").tolist() == [ULU, ULU, "-"]
    assert answer["status_kode"].tolist() == ["berlaku", "berlaku", "bercabang"]
    villages = register.villages.set_index("kode_desa")
    assert villages.loc[ULU, "kode_desa_bps"] == "6403010001, 6403010009"


def test_a_doubted_pair_is_a_candidate() -> None:
    rows = factory.bridging()
    rows.loc[rows["kode_bps"] == "6403010001", "keterangan"] = "Kandidat: belum ada di daftar"
    status = build_register(rows, factory.recodes()).bridges.set_index("kode_desa")["status"]
    assert status[ULU] == "kandidat"
    assert status[ILIR] == "langsung"
