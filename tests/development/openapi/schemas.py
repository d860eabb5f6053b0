"""Messages as JSON Schema 2020-12, by the JSON mapping of protobuf."""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from tests.development.openapi.protos import Comments

Schema = dict[str, Any]

_WORDS: dict[str, Schema] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {"type": "string", "pattern": r"^-?\d+(\.\d{1,9})?s$"},
    "google.protobuf.Empty": {"type": "object"},
    "google.protobuf.Any": {"type": "object", "properties": {"@type": {"type": "string"}}},
}
_LONG: Schema = {"type": "string", "pattern": r"^-?\d{1,19}$"}
_LONG_UNSIGNED: Schema = {"type": "string", "pattern": r"^\d{1,20}$"}
_SHORT: Schema = {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}
_SHORT_UNSIGNED: Schema = {"type": "integer", "minimum": 0, "maximum": 2**32 - 1}
_SCALARS: dict[int, Schema] = {
    FieldDescriptor.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_DOUBLE: {"type": "number"},
    FieldDescriptor.TYPE_FLOAT: {"type": "number"},
    **dict.fromkeys((FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_SINT32, FieldDescriptor.TYPE_SFIXED32), _SHORT),
    **dict.fromkeys((FieldDescriptor.TYPE_UINT32, FieldDescriptor.TYPE_FIXED32), _SHORT_UNSIGNED),
    **dict.fromkeys((FieldDescriptor.TYPE_INT64, FieldDescriptor.TYPE_SINT64, FieldDescriptor.TYPE_SFIXED64), _LONG),
    **dict.fromkeys((FieldDescriptor.TYPE_UINT64, FieldDescriptor.TYPE_FIXED64), _LONG_UNSIGNED),
}


class Schemas:
    """Collects the schemas of messages and enums, each once.

    Attributes:
        found: by name.
    """

    def __init__(self, comments: Comments) -> None:
        self.found: dict[str, Schema] = {}
        self._comments = comments

    def message(self, message: Descriptor) -> Schema:
        """Return the schema of a message, a reference where it has a name of its own."""
        if (known := _WORDS.get(message.full_name)) is not None:
            return dict(known)
        name = _name(message)
        if name not in self.found:
            self.found[name] = {}  # one that holds itself ends here
            properties = {each.camelcase_name: self.field(each) for each in message.fields}
            self.found[name] = _described(
                {"type": "object", "properties": properties, "additionalProperties": False},
                self._comments.of(message.full_name),
            )
        return _reference(name)

    def field(self, each: FieldDescriptor) -> Schema:
        """Return the schema of a field with its comment."""
        words = self._comments.of(each.full_name)
        if each.message_type is not None and each.message_type.GetOptions().map_entry:
            return _described({"type": "object", "additionalProperties": self._one(each.message_type.fields[1])}, words)
        one = self._one(each)
        return _described({"type": "array", "items": one} if each.is_repeated else one, words)

    def _one(self, each: FieldDescriptor) -> Schema:
        if each.message_type is not None:
            return self.message(each.message_type)
        if each.enum_type is not None:
            return self._enum(each.enum_type)
        return dict(_SCALARS.get(each.type, {"type": "string"}))

    def _enum(self, enum: EnumDescriptor) -> Schema:
        name = enum.name
        if name not in self.found:
            lines = [self._comments.of(enum.full_name)]
            said = ((value.name, self._comments.of(f"{enum.full_name}.{value.name}")) for value in enum.values)
            lines += [f"- `{value}`: {words}" for value, words in said if words]
            schema: Schema = {"type": "string", "enum": [value.name for value in enum.values]}
            self.found[name] = _described(schema, "\n".join(line for line in lines if line))
        return _reference(name)


def _name(message: Descriptor) -> str:
    outer = message.containing_type
    return message.name if outer is None else f"{_name(outer)}.{message.name}"


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _described(schema: Schema, words: str) -> Schema:
    return {**schema, "description": words} if words else schema
