"""Checking a record against its JSON Schema, and saying what is wrong without saying what is in it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry

from idverify.domain.visible_text import is_blank
from idverify.records.schema_bounds import SchemaInvalidError, bounded_size, matches

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MOST_STEPS = 1_000_000
"""Values of a record times members and values of its schema: more than any check of it takes."""

_MOST_FAULTS = 5
_LONGEST_MESSAGE = 300


def _visible_length(_: Any, least: int, given: Any, __: Any) -> Iterator[ValidationError]:
    """Count a text of which nothing can be seen as empty: a name of blanks is no name."""
    if isinstance(given, str) and least > (0 if is_blank(given) else len(given)):
        yield ValidationError("too short")


def _pattern(_: Any, pattern: str, given: Any, __: Any) -> Iterator[ValidationError]:
    """Run patterns by RE2: those of ``re`` may take for ever, and nothing else runs meanwhile."""
    if isinstance(given, str) and not matches(pattern, given):
        yield ValidationError("does not match")


def _unique(_: Any, wanted: bool, given: Any, __: Any) -> Iterator[ValidationError]:
    """Tell items apart by what they say, each looked at once."""
    if wanted and isinstance(given, list) and len({_said(item) for item in given}) < len(given):
        yield ValidationError("there twice")


def _said(value: Any) -> Hashable:
    """Return what is equal for values that JSON Schema calls equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, dict):
        return dict, frozenset((name, _said(member)) for name, member in value.items())
    if isinstance(value, list):
        return list, tuple(_said(item) for item in value)
    return (bool, value) if isinstance(value, bool) else (None, value)


_KEYWORDS = {"minLength": _visible_length, "pattern": _pattern, "uniqueItems": _unique}
_Validator = extend(Draft202012Validator, _KEYWORDS)  # type: ignore[no-untyped-call]


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
            SchemaInvalidError: it is not JSON Schema 2020-12, does not describe an object of named fields only, or
                asks for more than :mod:`idverify.records.schema_bounds` takes.
        """
        if schema.get("$schema") != DIALECT:
            raise SchemaInvalidError(f"$schema must be {DIALECT}")
        # First: checking a schema takes time by its size too.
        self._size = bounded_size(schema)
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            raise SchemaInvalidError(f"{error.json_path}: {error.message[:_LONGEST_MESSAGE]}") from error
        if schema.get("type") != "object" or schema.get("additionalProperties") is not False:
            raise SchemaInvalidError('it must have "type": "object" and "additionalProperties": false')
        self.fields = frozenset(schema.get("properties", {}))
        self._names = frozenset(_property_names(schema))
        # An empty registry: a reference to elsewhere is an error, never a download.
        self._validator = _Validator(schema, registry=Registry(), format_checker=Draft202012Validator.FORMAT_CHECKER)

    def faults(self, record: Any) -> list[Fault]:
        """Return what is wrong with a record, the first few faults; nothing for a valid one."""
        if _values_in(record) * self._size > MOST_STEPS:
            return [Fault("$", "size", "has more values than can be checked against its schema")]
        try:
            found = list(self._validator.iter_errors(record))
        except RecursionError:
            return [Fault("$", "depth", "is nested too deeply for its schema")]
        except OverflowError:
            return [Fault("$", "multipleOf", "has a number that is too large for its schema")]
        errors = sorted(found, key=lambda error: (error.json_path, str(error.validator)))
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


def _values_in(record: Any) -> int:
    """Count the values of a record, itself and those of any depth."""
    count, waiting = 0, [record]
    while waiting:
        value = waiting.pop()
        count += 1
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return count


def _property_names(schema: Any) -> Iterator[str]:
    for properties in _values_of("properties", schema):
        if isinstance(properties, Mapping):  # a constant may have such a member too
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
