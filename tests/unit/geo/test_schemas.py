from typing import Any

import pytest
from pydantic import ValidationError

from geo.schemas import BoundarySchema, fitting, schemas
from reconcile.vocab import CodeSystem

K, B = CodeSystem.KEMENDAGRI, CodeSystem.BPS
HDX = "province_code regency_code district_code village_code province regency district village"
BIG = "NAMOBJ KDPPUM KDCPUM KDEPUM KDEBPS WADMKD WADMKC WADMKK"

FITS = [
    ("kode nama lat lng", "kemendagri", "kode", K, ["kemendagri"]),
    ("code name", "kemendagri", "code", K, ["kemendagri"]),
    (HDX, "hdx", "village_code", B, ["bps", "hdx"]),
    ("ADM2_EN ADM2_PCODE ADM3_EN ADM3_PCODE ADM4_EN ADM4_PCODE", "hdx", "ADM4_PCODE", B, ["hdx"]),
    ("kdprov kddesa iddesa nmkab nmkec nmdesa", "bps", "iddesa", B, ["bps"]),
    # a code in parts is put together
    ("kdprov kdkab kdkec kddesa nmdesa", "bps", "kdprov kdkab kdkec kddesa", B, ["bps"]),
    (BIG, "big", "KDEPUM", K, ["big"]),
    ("KDEBPS NAMOBJ", "big", "KDEBPS", B, ["big"]),
    # a Shapefile's tool may have changed the case
    ("kdepum namobj", "big", "kdepum", K, ["big"]),
    ("COUNTRY NAME_1 NAME_2 NAME_3 NAME_4 CC_4", "names", None, None, ["names"]),
]


@pytest.mark.parametrize(("columns", "schema", "code", "system", "fits"), FITS)
def test_layout_of_real_headings(
    columns: Any, schema: str, code: str | None, system: CodeSystem | None, fits: list[str]
) -> None:
    layout = schemas()[schema].layout(columns.split())
    assert layout is not None
    assert list(layout.code_columns) == (code or "").split()
    assert (layout.code.system if layout.code else None) == system
    assert fitting(columns.split()) == fits


@pytest.mark.parametrize(
    ("columns", "schema"),
    [
        ("KDEPUM NAMOBJ", "bps"),
        ("kode nama", "big"),
        ("NAME_1 NAME_2 NAME_3", "names"),
        ("NAME_2 NAME_3 NAME_4", "kemendagri"),
        # ambiguous: sometimes three digits, sometimes ten
        ("kddesa nmdesa", "bps"),
        ("", "names"),
    ],
)
def test_other_columns_do_not_fit(columns: Any, schema: str) -> None:
    assert schemas()[schema].layout(columns.split()) is None


def test_columns_read_code_first_and_once() -> None:
    layout = schemas()["big"].layout(BIG.split())
    assert layout is not None
    assert layout.columns == ["KDEPUM", "WADMKK", "WADMKC", "WADMKD"]


def test_a_schema_without_codes_needs_every_name() -> None:
    with pytest.raises(ValidationError, match="all three names"):
        BoundarySchema.model_validate(
            {
                "title": {"id": "a", "en": "a"},
                "codes": [],
                "names": {"nama_kabupaten": ["a"], "nama_kecamatan": [], "nama_desa": ["b"]},
            }
        )


def test_every_schema_is_told_in_both_languages() -> None:
    assert all(schema.title.id and schema.title.en for schema in schemas().values())
