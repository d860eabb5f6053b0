"""The catalogue: the seed is sound, a wrong one does not load, and a wrong record is refused without being quoted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from idverify.domain.errors import DomainError, Reason
from idverify.records.catalogue import LARGEST_RECORD, LiveCatalogue, load_catalogue
from idverify.records.files import CatalogueError

ADDRESS = {"province": "Bắc Ninh", "commune": "Kinh Bắc"}
PARCEL = {
    "certificate_number": "BA 123456",
    "sheet": 12,
    "parcel": 34,
    "area_m2": 75.5,
    "purpose": "ODT",
    "address": ADDRESS,
}
VALID: dict[str, dict[str, Any]] = {
    "identity": {
        "citizen_number": "027084000999",
        "full_name": "Nguyễn Văn An",
        "birth_date": "1984-02-01",
        "sex": "M",
        "nationality": "Việt Nam",
    },
    "residence": {"permanent_address": ADDRESS, "members": [{"full_name": "Trần Thị Bình", "relation_to_head": "Vợ"}]},
    "civil_status_birth": {
        "registration_number": "12/2020",
        "registration_date": "2020-03-04",
        "registered_at": "UBND phường Kinh Bắc",
        "full_name": "Nguyễn Văn An",
        "birth_date": "2020-02-29",
    },
    "civil_status_marriage": {"status": "married", "spouse_name": "Trần Thị Bình"},
    "land": {
        "parcels": [PARCEL],
        "encumbrances": [],
    },
    "health_insurance": {"card_number": "GD4270123456789", "valid_from": "2026-01-01", "benefit_level": 4},
    "social_insurance": {"insurance_number": "0123456789", "status": "contributing", "months_contributed": 12},
}


@pytest.fixture(scope="module")
def catalogue() -> LiveCatalogue:
    return load_catalogue()


def refusal(catalogue: LiveCatalogue, record_type: str, text: str) -> DomainError:
    with pytest.raises(DomainError) as refused:
        catalogue.validate(record_type, text)
    return refused.value


def test_the_seed_catalogue_is_sound(catalogue: LiveCatalogue) -> None:
    codes = [procedure.code for procedure in catalogue.procedures()]
    assert codes == sorted(set(codes))
    assert "1.001193" in codes
    assert {t.code for t in catalogue.record_types()} == set(VALID)
    for procedure in catalogue.procedures():
        assert catalogue.procedure(procedure.code) is procedure
        assert any(access.required for access in procedure.records)
        for access in procedure.records:
            schema = json.loads(catalogue.record_type(access.record_type).json_schema)
            assert set(access.fields) <= set(schema["properties"])


def test_the_served_schemas_are_complete(catalogue: LiveCatalogue) -> None:
    for kind in catalogue.record_types():
        schema = json.loads(kind.json_schema)
        Draft202012Validator.check_schema(schema)
        assert all(field.get("description") for field in schema["properties"].values())
        assert kind.owning_agency


@pytest.mark.parametrize("record_type", VALID)
def test_a_valid_record_passes(catalogue: LiveCatalogue, record_type: str) -> None:
    catalogue.validate(record_type, json.dumps(VALID[record_type], ensure_ascii=False))


def test_what_does_not_exist(catalogue: LiveCatalogue) -> None:
    for call, reason in (
        (lambda: catalogue.procedure("9.999999"), Reason.PROCEDURE_NOT_FOUND),
        (lambda: catalogue.record_type("tax"), Reason.RECORD_TYPE_NOT_FOUND),
        (lambda: catalogue.validate("tax", "{}"), Reason.RECORD_TYPE_NOT_FOUND),
    ):
        with pytest.raises(DomainError) as refused:
            call()
        assert refused.value.reason is reason


SECRET = "Nguyễn-Văn-An"


@pytest.mark.parametrize(
    ("record_type", "change", "path", "rule"),
    [
        ("identity", {"sex": SECRET}, "$.sex", "enum"),
        ("identity", {"sex": 7}, "$.sex", "enum"),
        ("identity", {"birth_date": "1984-02-30"}, "$.birth_date", "format"),
        ("identity", {"citizen_number": SECRET}, "$.citizen_number", "pattern"),
        ("identity", {"full_name": ""}, "$.full_name", "minLength"),
        ("identity", {"full_name": "\u3164\u2800 "}, "$.full_name", "minLength"),
        ("identity", {"full_name": SECRET * 40}, "$.full_name", "maxLength"),
        ("identity", {SECRET: 1}, "$", "additionalProperties"),
        ("residence", {"permanent_address": {"province": SECRET}}, "$.permanent_address", "required"),
        ("residence", {"permanent_address": {**ADDRESS, SECRET: 1}}, "$.permanent_address", "additionalProperties"),
        ("residence", {"permanent_address": [SECRET]}, "$.permanent_address", "type"),
        (
            "residence",
            {"members": [{"full_name": "x", "relation_to_head": "y"}, {"full_name": SECRET}]},
            "$.members[1]",
            "required",
        ),
        ("health_insurance", {"benefit_level": 6}, "$.benefit_level", "maximum"),
        ("health_insurance", {"benefit_level": 4.5}, "$.benefit_level", "type"),
        ("land", {"parcels": [{**PARCEL, "area_m2": 0}]}, "$.parcels[0].area_m2", "exclusiveMinimum"),
    ],
)  # fmt: skip
def test_a_wrong_record_is_refused_by_path(
    catalogue: LiveCatalogue, record_type: str, change: dict[str, Any], path: str, rule: str
) -> None:
    error = refusal(catalogue, record_type, json.dumps({**VALID[record_type], **change}))
    assert error.reason is Reason.RECORD_INVALID
    assert error.metadata == {"path": path, "rule": rule}
    assert path in error.message
    assert SECRET not in str(error)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ('{"sex": "M", "sex": "F"}', "twice"),
        ('{"permanent_address": {"a": 1, "a": 2}}', "twice"),
        ('{"a": NaN}', "NaN"),
        ('{"a": -Infinity}', "Infinity"),
        ('{"a": 1e999}', "too large"),
        ('{"a": ' + "9" * 5000 + "}", "digits"),
        ('{"a": "\\ud800"}', "surrogate"),
        ("[" * 30_000, "nested"),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, "nested"),
    ],
)
def test_what_is_not_strict_json_is_refused(catalogue: LiveCatalogue, text: str, why: str) -> None:
    error = refusal(catalogue, "identity", text)
    assert error.reason is Reason.RECORD_INVALID
    assert error.metadata == {"path": "$"}
    assert why in error.message


@pytest.mark.parametrize("text", ["[]", "null", "1", '"text"', "true"])
def test_a_record_is_an_object(catalogue: LiveCatalogue, text: str) -> None:
    assert refusal(catalogue, "identity", text).metadata == {"path": "$", "rule": "type"}


def test_the_limit_counts_bytes(catalogue: LiveCatalogue) -> None:
    text = json.dumps(VALID["residence"], ensure_ascii=False)
    room = LARGEST_RECORD - len(text.encode())
    catalogue.validate("residence", text + " " * room)
    for padding in (" " * (room + 1), "\u2003" * (room // 3 + 1)):
        assert "bytes" in refusal(catalogue, "residence", text + padding).message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_any_record_is_accepted_or_refused(catalogue: LiveCatalogue, value: Any) -> None:
    for kind in catalogue.record_types():
        assert refusal(catalogue, kind.code, json.dumps(value)).reason is Reason.RECORD_INVALID


# --- catalogues that must not load ---------------------------------------------------------------------------------

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {"a": {"type": "string"}, "b": {"$ref": "#/$defs/b"}},
    "additionalProperties": False,
    "$defs": {"b": {"type": "integer"}},
}
TYPE: dict[str, Any] = {"code": "thing", "title": "Vật", "owning_agency": "Sở", "json_schema": SCHEMA}
ACCESS: dict[str, Any] = {"record_type": "thing", "fields": ["a"], "required": True, "replaced_paper": "Giấy"}
PROCEDURE: dict[str, Any] = {
    "code": "1.000001",
    "title": "Thủ tục",
    "agency": "Xã",
    "target_fmr": 1e-4,
    "records": [ACCESS],
}


def write(folder: Path, types: list[dict[str, Any]], procedures: list[dict[str, Any]]) -> Path:
    for place, kind in enumerate(types):
        (folder / f"record_type.{place}.json").write_text(json.dumps(kind), encoding="utf-8")
    (folder / "procedures.json").write_text(json.dumps({"procedures": procedures}), encoding="utf-8")
    return folder


def test_a_catalogue_of_ones_own(tmp_path: Path) -> None:
    loaded = load_catalogue(write(tmp_path, [TYPE], [PROCEDURE]))
    assert loaded.procedure("1.000001").records[0].fields == ("a",)
    loaded.validate("thing", '{"a": "x", "b": 3}')
    assert refusal(loaded, "thing", '{"b": "x"}').metadata["path"] == "$.b"


@pytest.mark.parametrize(
    ("types", "procedures", "why"),
    [
        ([TYPE, TYPE], [], "thing is there twice"),
        ([TYPE], [PROCEDURE, PROCEDURE], "1.000001 is there twice"),
        ([], [PROCEDURE], "no such record type"),
        ([TYPE], [{**PROCEDURE, "records": [{**ACCESS, "fields": ["c"]}]}], "no field c"),
        ([TYPE], [{**PROCEDURE, "records": [{**ACCESS, "fields": ["a", "a"]}]}], "a is there twice"),
        ([TYPE], [{**PROCEDURE, "records": [{**ACCESS, "fields": []}]}], "fields"),
        ([TYPE], [{**PROCEDURE, "records": [ACCESS, ACCESS]}], "thing is there twice"),
        ([TYPE], [{**PROCEDURE, "code": "1.1193"}], "code"),
        ([TYPE], [{**PROCEDURE, "target_fmr": 0.02}], "target_fmr"),
        ([TYPE], [{**PROCEDURE, "target_fmr": 0}], "target_fmr"),
        ([TYPE], [{**PROCEDURE, "fee": 1}], "fee"),
        ([{**TYPE, "code": "Thing"}], [], "code"),
        ([{**TYPE, "json_schema": {**SCHEMA, "type": "objekt"}}], [], "thing"),
        ([{**TYPE, "json_schema": {**SCHEMA, "type": "array"}}], [], "object"),
        ([{**TYPE, "json_schema": {**SCHEMA, "additionalProperties": True}}], [], "additionalProperties"),
        ([{**TYPE, "json_schema": {**SCHEMA, "$schema": "http://json-schema.org/draft-07/schema#"}}], [], "schema"),
        ([{**TYPE, "json_schema": {**SCHEMA, "$defs": {}}}], [], "defs"),
        ([{**TYPE, "json_schema": {**SCHEMA, "allOf": [{"$ref": "https://example.org/s"}]}}], [], "defs"),
    ],
)  # fmt: skip
def test_a_wrong_catalogue_does_not_load(
    tmp_path: Path, types: list[dict[str, Any]], procedures: list[dict[str, Any]], why: str
) -> None:
    with pytest.raises(CatalogueError, match=why):
        load_catalogue(write(tmp_path, types, procedures))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "procedures.json").unlink(),
        lambda folder: (folder / "procedures.json").write_text("{"),
        lambda folder: (folder / "procedures.json").write_text('{"procedures": [], "procedures": []}'),
        lambda folder: (folder / "record_type.0.json").write_bytes(b"\xff\xfe"),
    ],
)
def test_a_damaged_file_does_not_load(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    spoil(write(tmp_path, [TYPE], [PROCEDURE]))
    with pytest.raises(CatalogueError, match=r"\.json: "):
        load_catalogue(tmp_path)
