"""The encoding of protobuf as it is on the wire, for whoever wants to break it: tags, wire types, lengths.

https://protobuf.dev/programming-guides/encoding
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

VARINT, FIXED64, BYTES, GROUP, END_GROUP, FIXED32 = range(6)
_LONGEST_VARINT = 10
_MOST_FIELDS = 200


class NoFieldsError(Exception):
    """These bytes are no fields, or too many to be looked at."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes:
        number: of the field.
        kind: its wire type.
        content: bytes of a message, text or bytes; of others, the value as it is on the wire.
    """

    number: int
    kind: int
    content: bytes

    def encoded(self) -> bytes:
        """Return tag, length where there is one, and content."""
        tag = varint(self.number << 3 | self.kind)
        return tag + varint(len(self.content)) + self.content if self.kind == BYTES else tag + self.content


def varint(value: int) -> bytes:
    """Encode a number; a negative one as 64 bits of two's complement."""
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def of_bytes(number: int, content: bytes) -> Field:
    """Return a field of a message, text or bytes."""
    return Field(number, BYTES, content)


def of_number(number: int, value: int) -> Field:
    """Return a field of a whole number, truth value or code."""
    return Field(number, VARINT, varint(value))


def of_double(number: int, value: float) -> Field:
    """Return a field of a floating point number."""
    return Field(number, FIXED64, struct.pack("<d", value))


def join(fields: list[Field]) -> bytes:
    """Encode a message."""
    return b"".join(field.encoded() for field in fields)


def split(body: bytes) -> list[Field]:
    """Decode the fields of a message, not those within its fields. Raises NoFieldsError."""
    fields: list[Field] = []
    at = 0
    while at < len(body):
        if len(fields) == _MOST_FIELDS:
            raise NoFieldsError
        tag, at = _varint(body, at)
        kind = tag & 7
        if kind == BYTES:
            length, at = _varint(body, at)
            end = at + length
        elif kind == VARINT:
            end = _varint(body, at)[1]
        elif kind in {FIXED64, FIXED32}:
            end = at + (8 if kind == FIXED64 else 4)
        else:
            raise NoFieldsError
        if end > len(body):
            raise NoFieldsError
        fields.append(Field(tag >> 3, kind, body[at:end]))
        at = end
    return fields


def _varint(body: bytes, at: int) -> tuple[int, int]:
    if at < len(body) and body[at] < 0x80:
        return body[at], at + 1
    value = 0
    for place, byte in enumerate(body[at : at + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    raise NoFieldsError
