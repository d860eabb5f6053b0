"""What a schema of records may ask for: nothing with which a few bytes of a record keep the service busy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import re2

MOST_NODES = 10_000
"""Members and values of a schema, where it refers to an entry of ``$defs`` with that entry's in its place."""

DEEPEST = 64
LONGEST_PATTERN = 300
_MEMORY_OF_A_PATTERN = 1 << 20
"""Bytes that RE2 may take for the program of a pattern and for running it."""

_REFUSED = frozenset(
    {"$dynamicRef", "$dynamicAnchor", "$recursiveRef", "patternProperties", "unevaluatedItems", "unevaluatedProperties"}
)
"""Keywords that point to where only a record leads, run as a pattern elsewhere, or look at a record again per level."""

_ONLY_AT_THE_TOP = frozenset({"$id", "$schema"})
"""Further down they change what ``$ref`` names, and by which rules a part is checked."""

_IN_DEFS = "#/$defs/"
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = _MEMORY_OF_A_PATTERN


class SchemaInvalidError(ValueError):
    """The schema itself is wrong, or asks for too much."""


def bounded_size(schema: Mapping[str, Any]) -> int:
    """Return how many members and values a schema has, with what it refers to.

    Raises:
        SchemaInvalidError: more than MOST_NODES, deeper than DEEPEST; refers to itself, or to what is no entry of
            ``$defs``; has a keyword that is not taken, or a pattern that RE2 does not take.
    """
    return _Walk(schema).whole()


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern is found in a text, in time that grows as the text does (RE2)."""
    return re2.search(pattern, text, _OPTIONS) is not None


class _Walk:
    """Counts the nodes of a schema; what is referred to is looked at once."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        given = schema.get("$defs")
        self._defs: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        self._known: dict[str, tuple[int, int]] = {}
        self._open: set[str] = set()

    def whole(self) -> int:
        size, _ = self._measure(self._schema, 0)
        return size

    def _measure(self, node: Any, depth: int) -> tuple[int, int]:
        """Return how many nodes there are from here, and how many lie one below another."""
        if depth > DEEPEST:
            raise SchemaInvalidError(f"it is nested more than {DEEPEST} deep, with what it refers to")
        size, height = 1, 0
        for part_size, part_height in self._parts(node, depth + 1):
            size, height = size + part_size, max(height, part_height)
            if size > MOST_NODES:
                raise SchemaInvalidError(f"it has more than {MOST_NODES} members and values, with what it refers to")
        if depth + height > DEEPEST:
            raise SchemaInvalidError(f"it is nested more than {DEEPEST} deep, with what it refers to")
        return size, height + 1

    def _parts(self, node: Any, depth: int) -> Iterator[tuple[int, int]]:
        if isinstance(node, list):
            yield from (self._measure(value, depth) for value in node)
        elif isinstance(node, Mapping):
            for name, value in node.items():
                if name in _REFUSED or (name in _ONLY_AT_THE_TOP and node is not self._schema):
                    raise SchemaInvalidError(f"{name} is not taken here")
                if name == "pattern" and isinstance(value, str):
                    _require_linear(value)
                yield self._referred(value, depth) if name == "$ref" else self._measure(value, depth)

    def _referred(self, reference: Any, depth: int) -> tuple[int, int]:
        name = reference.removeprefix(_IN_DEFS) if isinstance(reference, str) else None
        # Escapes of a JSON pointer (RFC 6901) and of a URI would name another entry than the one looked at.
        if name is None or name == reference or name not in self._defs or set(name) & set("~%/"):
            raise SchemaInvalidError(f"$ref must name an entry of $defs: {str(reference)[:LONGEST_PATTERN]}")
        if name in self._open:
            raise SchemaInvalidError(f"$ref must not lead back to itself: {reference}")
        if name not in self._known:
            self._open.add(name)
            self._known[name] = self._measure(self._defs[name], depth)
            self._open.discard(name)
        return self._known[name]


def _require_linear(pattern: str) -> None:
    if len(pattern) > LONGEST_PATTERN:
        raise SchemaInvalidError(f"a pattern has at most {LONGEST_PATTERN} characters")
    try:
        re2.compile(pattern, _OPTIONS)
    except re2.error:
        advice = "is not one that RE2 takes: no look-around, no back references, repeated 1000 times at most"
        raise SchemaInvalidError(f"the pattern {pattern} {advice}") from None
