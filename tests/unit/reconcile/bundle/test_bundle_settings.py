"""Who is declared in config.yaml: what is refused, and with which kind of error."""

import bundle_world as world
import pytest
from pydantic import TypeAdapter, ValidationError

from reconcile.bundle.plan import AREA_COLUMNS, kind_of
from reconcile.bundle.settings import Recipients

AGE = "age1" + "q" * 58
LINKED = {"file": "temuan/temuan.csv", "columns": ["sidik"]}
SHARE = {"file": "program/cakupan.csv", "columns": ["program", "n_layak"]}


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"classes": ["TERBATAS"]}, "recipient_sealed"),
        ({"public_key": AGE, "password_variable": "SANDI"}, "recipient_sealed"),
        ({"public_key": "age1pendek"}, "string_pattern_mismatch"),
        ({"classes": ["INTERNAL"], "area": "64"}, "recipient_area"),
        ({"classes": ["PUBLIK"]}, "recipient_class"),
        (
            {"classes": ["INTERNAL"], "outputs": [{"file": world.PKH, "columns": ["nama"]}]},
            "recipient_class",
        ),
        ({"classes": ["INTERNAL"], "outputs": [{**SHARE, "file": "karantina/baris.csv"}]}, "not_known"),
        ({"classes": ["INTERNAL"], "outputs": [{**SHARE, "columns": ["nik"]}]}, "not_known"),
        ({"classes": ["INTERNAL"], "outputs": [{**SHARE, "rows": {"nik": ["1"]}}]}, "not_known"),
        ({"classes": ["INTERNAL"], "outputs": [{**SHARE, "columns": []}]}, "too_short"),
        ({"classes": ["INTERNAL"], "outputs": [SHARE, SHARE]}, "recipients_twice"),
        ({"classes": ["INTERNAL"], "outputs": [LINKED]}, "recipient_linked"),
        ({"purpose": ""}, "string_too_short"),
        ({"name": "../keluar"}, "string_pattern_mismatch"),
    ],
)  # fmt: skip
def test_a_declaration_is_refused(given: dict[str, object], kind: str) -> None:
    with pytest.raises(ValidationError) as refused:
        world.recipient(**given)
    assert kind in {error["type"] for error in refused.value.errors()}


def test_no_two_recipients_have_one_name() -> None:
    one = world.recipient(classes=["INTERNAL"])
    with pytest.raises(ValidationError):
        TypeAdapter(Recipients).validate_python([one, one])


def test_every_file_that_can_be_cut_has_its_columns_of_areas() -> None:
    for file, areas in AREA_COLUMNS.items():
        output = kind_of(file)
        assert output
        assert set(areas) <= set(output.table.names), file
