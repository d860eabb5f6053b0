"""What a schema may not ask for: to be checked for ever, or in ways that break at the first record."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from idverify.domain.catalogue.content import CatalogueContent, Origin, Revision, state_of
from idverify.domain.catalogue.drafts import FileFormat
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import RecordType
from idverify.records import schema as schemas
from idverify.records.catalogue import LiveCatalogue
from idverify.records.exchange.formats import CatalogueFiles
from idverify.records.schema import DIALECT, RecordSchema
from idverify.records.schema_bounds import LONGEST_PATTERN, SchemaInvalidError
from tests.catalogue_kit import NOW


def schema(of_a: Any, **further: Any) -> dict[str, Any]:
    top = {"$schema": DIALECT, "type": "object", "additionalProperties": False, "properties": {"a": of_a}}
    return top | further


def doubled(levels: int) -> dict[str, Any]:
    """Return a schema that is twice as large with each level, once its references are followed."""
    parts: dict[str, Any] = {f"x{i}": {"allOf": [{"$ref": f"#/$defs/x{i + 1}"}] * 2} for i in range(levels)}
    return schema({"$ref": "#/$defs/x0"}, **{"$defs": parts | {f"x{levels}": {"type": "integer"}}})


def nested(levels: int) -> dict[str, Any]:
    return {"type": "integer"} if levels == 0 else {"not": nested(levels - 1)}


CHAIN = {f"x{i:02}": {"not": {"$ref": f"#/$defs/x{i - 1:02}"}} if i else {} for i in range(40)}
ENDLESS = {
    "look-ahead": (schema({"pattern": "a(?=b)"}), "RE2"),
    "back reference": (schema({"pattern": r"(a)\1"}), "RE2"),
    "no pattern": (schema({"pattern": "("}), "RE2"),
    "too large": (schema({"pattern": "((a{900}){900}){900}"}), "RE2"),
    "a long pattern": (schema({"pattern": "a" * (LONGEST_PATTERN + 1)}), "characters"),
    "patterns of names": (schema({"patternProperties": {"^(a+)+$": {}}}), "patternProperties"),
    "to itself": (schema({"$ref": "#/$defs/x"}, **{"$defs": {"x": {"$ref": "#/$defs/x"}}}), "itself"),
    "back": (
        schema({"$ref": "#/$defs/x"}, **{"$defs": {"x": {"not": {"$ref": "#/$defs/y"}}, "y": {"$ref": "#/$defs/x"}}}),
        "itself",
    ),
    "to nowhere": (schema({"$dynamicRef": "#nowhere"}), r"\$dynamicRef"),
    "by its name only": (schema({"$ref": "x"}, **{"$defs": {"x": {}}}), "entry"),
    "a pointer with escapes": (schema({"$ref": "#/$defs/a~1b"}, **{"$defs": {"a~1b": {}}}), "entry"),
    "no text": (schema({"$ref": 1}, **{"$defs": {"1": {}}}), "entry"),
    "$defs is no object": (schema({"$ref": "#/$defs/x"}, **{"$defs": 1}), "entry"),
    "another base": (schema({"$id": "https://example.org/b"}), r"\$id"),
    "another dialect": (schema({"$schema": "http://json-schema.org/draft-04/schema#"}), r"\$schema"),
    "doubled": (doubled(18), "10000"),
    "deep": (schema(nested(70)), "deep"),
    "deep by references": (schema({"$ref": "#/$defs/x39"}, **{"$defs": CHAIN}), "deep"),
}


@pytest.mark.parametrize(("given", "why"), ENDLESS.values(), ids=ENDLESS)
def test_a_schema_that_asks_for_too_much_is_refused(given: dict[str, Any], why: str) -> None:
    with pytest.raises(SchemaInvalidError, match=why):
        RecordSchema(given)


def test_an_import_says_which_schema_it_is() -> None:
    kind = {"code": "thing", "title": "T", "owning_agency": "A", "json_schema": schema({"$dynamicRef": "#nowhere"})}
    files = CatalogueFiles()
    draft = files.read(FileFormat.JSON, json.dumps({"record_types": [kind]}).encode())
    with pytest.raises(DomainError) as refused:
        files.require_sound(state_of(draft.items), draft)
    assert refused.value.reason is Reason.CATALOGUE_INVALID
    assert refused.value.metadata == {"rule": "SCHEMA_INVALID", "path": "record_types[0].json_schema", "faults": "1"}


def rules(given: dict[str, Any], record: Any) -> list[str]:
    return [fault.keyword for fault in RecordSchema(given).faults(record)]


def test_a_pattern_that_would_be_tried_for_ever_is_answered() -> None:
    endless = schema({"type": "string", "pattern": "^(a+)+$"})
    assert rules(endless, {"a": "a" * 60_000 + "!"}) == ["pattern"]
    assert rules(endless, {"a": "aaa"}) == []
    assert rules(schema({"pattern": "^a$"}), {"a": "a\n"}) == ["pattern"], "a line's end is a character"
    assert rules(schema({"pattern": "^a$"}), {"a": 1}) == []


@pytest.mark.parametrize(
    ("items", "unlike"),
    [([1, 1.0], False), ([1, True], True), ([[0], [False]], True), ([{"x": [1]}, {"x": [1]}], False), ([{}, []], True)],
)
def test_items_are_unlike_as_json_schema_has_it(items: list[Any], unlike: bool) -> None:
    assert (rules(schema({"uniqueItems": True}), {"a": items}) == []) is unlike
    assert rules(schema({"uniqueItems": False}), {"a": items}) == []


def test_a_record_that_cannot_be_checked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    deep: Any = 1
    for _ in range(5000):
        deep = [deep]
    assert rules(schema({"uniqueItems": True}), {"a": [deep]}) == ["depth"]
    assert rules(schema({"multipleOf": 0.1}), {"a": 10**400}) == ["multipleOf"]
    given = schema({"items": {"type": "integer"}})
    assert rules(given, {"a": [1] * 1000}) == []
    monkeypatch.setattr(schemas, "MOST_STEPS", 1000)
    assert rules(given, {"a": [1] * 1000}) == ["size"]


def test_a_constant_may_have_members_of_any_name() -> None:
    assert rules(schema({"const": {"properties": 5}}), {"a": {"properties": 5}}) == []


def test_a_record_of_a_type_that_an_earlier_release_took_is_refused() -> None:
    held = LiveCatalogue(lambda: date(2026, 1, 1))
    kind = RecordType("thing", "T", "A", json.dumps(schema({"pattern": "a(?=b)"})))
    held.hold(CatalogueContent().with_revision(Revision(1, NOW, "", Origin.FILES, ""), [kind]))
    with pytest.raises(DomainError) as refused:
        held.validate("thing", '{"a": "ab"}')
    assert (refused.value.reason, refused.value.metadata) == (Reason.RECORD_INVALID, {"path": "$", "rule": "schema"})
