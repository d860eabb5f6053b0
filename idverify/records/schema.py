"""Checking a record against its JSON Schema, and saying what is wrong without saying what is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry

from idverify.domain.visible_text import is_blank

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MOST_FAULTS = 5


def _visible_length(_: Any, least: int, given: Any, __: Any) -> Iterator[ValidationError]:
    """Count a text of which nothing can be seen as empty: a name of blanks is no name."""
    if isinstance(given, str) and least > (0 if is_blank(given) else len(given)):
        yield ValidationError("too short")


_Validator = extend(Draft202012Validator, {"minLength": _visible_length})  # type: ignore[no-untyped-call]


class SchemaInvalidError(ValueError):
    """The schema itself is wrong."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, by which keyword of the schema, and what to do."""

    path: str
    keyword: str
    advice: str

    def __str__(self) -> str:
        """Return a sentence for the integrator."""
        return f"{self.path}: {self.advice}"


class RecordSchema:
    """The compiled schema of one record type; thread-safe."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        """Check and compile a schema.

        Raises:
            SchemaInvalidError: it is not JSON Schema 2020-12, or does not describe an object of named fields only.
        """
        if schema.get("$schema") != DIALECT:
            raise SchemaInvalidError(f"$schema must be {DIALECT}")
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            raise SchemaInvalidError(f"{error.json_path}: {error.message}") from error
        if schema.get("type") != "object" or schema.get("additionalProperties") is not False:
            raise SchemaInvalidError('it must have "type": "object" and "additionalProperties": false')
        _check_references(schema)
        self.fields = frozenset(schema.get("properties", {}))
        self._names = frozenset(_property_names(schema))
        # An empty registry: a reference to elsewhere is an error, never a download.
        self._validator = _Validator(schema, registry=Registry(), format_checker=Draft202012Validator.FORMAT_CHECKER)

    def faults(self, record: Any) -> list[Fault]:
        """Return what is wrong with a record, the first few faults; nothing for a valid one."""
        errors = sorted(self._validator.iter_errors(record), key=lambda error: (error.json_path, str(error.validator)))
        return [Fault(self._path(e), str(e.validator), self._advice(e)) for e in errors[:_MOST_FAULTS]]

    def _path(self, error: ValidationError) -> str:
        """Return the JSON path; a name that is not in the schema is the record author's own, and is left out."""
        parts = (f"[{p}]" if isinstance(p, int) else f".{p}" if p in self._names else ".*" for p in error.absolute_path)
        return "$" + "".join(parts)

    @staticmethod
    def _advice(error: ValidationError) -> str:
        """Say what the schema wants; the library's own message quotes the value."""
        wanted: Any = error.validator_value
        given: Any = error.instance
        schema: Any = error.schema
        match error.validator:
            case "required":
                return f"missing {', '.join(sorted(set(wanted) - set(given)))}"
            case "additionalProperties":
                return f"only these are allowed: {', '.join(sorted(schema.get('properties', {})))}"
            case "type" | "enum" | "const" | "format" | "pattern" | "minimum" | "maximum" | "minLength" | "maxLength":
                return f"must have {error.validator} {wanted}"
            case keyword:
                return f"breaks the rule {keyword} of the schema"


def _check_references(schema: Mapping[str, Any]) -> None:
    """Refuse a reference that would be found broken only by the first record that meets it."""
    for reference in _values_of("$ref", schema):
        if str(reference).removeprefix("#/$defs/") not in schema.get("$defs", {}):
            raise SchemaInvalidError(f"$ref must name an entry of $defs: {reference}")


def _property_names(schema: Any) -> Iterator[str]:
    for properties in _values_of("properties", schema):
        yield from properties


def _values_of(keyword: str, node: Any) -> Iterator[Any]:
    """Yield every value of a keyword anywhere in a schema."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            if name == keyword:
                yield value
            yield from _values_of(keyword, value)
    elif isinstance(node, list):
        for value in node:
            yield from _values_of(keyword, value)
