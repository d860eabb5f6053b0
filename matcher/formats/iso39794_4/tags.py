"""Tags, lengths and values of ASN.1 (ISO/IEC 8825-1) with short tags and definite lengths: DER, and most of BER."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.errors import SampleInvalidError

SEQUENCE = 0x30
CONTEXT = 0x80
CONSTRUCTED = 0x20
_LONG_TAG = 0x1F
_MOST_LENGTH_BYTES = 4
_MOST_MEMBERS = 1000


def elements(data: bytes, name: str) -> Iterator[tuple[int, bytes]]:
    """Yield tag and content of each element; together they are all of ``data``.

    Raises:
        SampleInvalidError: truncated, a tag of several bytes, a length that is not stated, or more than 1000 elements.
    """
    offset = count = 0
    while offset < len(data):
        tag = data[offset]
        start, length = content_at(data, offset, name)
        if start + length > len(data):
            raise SampleInvalidError(f"{name}: truncated")
        count += 1
        if count > _MOST_MEMBERS:
            raise SampleInvalidError(f"{name}: more than {_MOST_MEMBERS} elements")
        yield tag, data[start : start + length]
        offset = start + length


def content_at(data: bytes, offset: int, name: str) -> tuple[int, int]:
    """Return where the content of the element at ``offset`` begins, and its length. Raises SampleInvalidError."""
    if data[offset] & _LONG_TAG == _LONG_TAG:
        raise SampleInvalidError(f"{name}: a tag of several bytes")
    start = offset + 2
    if start > len(data):
        raise SampleInvalidError(f"{name}: truncated")
    length = data[offset + 1]
    if length < 0x80:
        return start, length
    more = length & 0x7F
    if not 1 <= more <= _MOST_LENGTH_BYTES or start + more > len(data):
        raise SampleInvalidError(f"{name}: a length that is not stated, or too long")
    return start + more, int.from_bytes(data[start : start + more], "big")


def members(data: bytes, name: str) -> dict[int, bytes]:
    """Return the members of a SEQUENCE by the number of their tag; those of other classes than context are refused."""
    found: dict[int, bytes] = {}
    for tag, content in elements(data, name):
        number = tag & _LONG_TAG
        if tag & 0xC0 != CONTEXT or number in found:
            raise SampleInvalidError(f"{name}: a member that is none, or stands twice")
        found[number] = content
    return found


def whole_number(data: bytes, name: str) -> int:
    """Return an INTEGER or ENUMERATED of at most four bytes. Raises SampleInvalidError."""
    if not 1 <= len(data) <= 4:
        raise SampleInvalidError(f"{name}: not a whole number of one to four bytes")
    return int.from_bytes(data, "big", signed=True)
