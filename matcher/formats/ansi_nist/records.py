"""A file of ANSI/NIST-ITL taken apart: its records in order, and the fields of those that are tagged.

Every record states its length: binary ones (types 3 to 8) in four bytes, tagged ones in their first field, ``14.001:``.
Which types follow each other only the file's contents (field 1.003) say, since binary records do not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError

FILE_SEPARATOR, GROUP_SEPARATOR, RECORD_SEPARATOR, UNIT_SEPARATOR = b"\x1c", b"\x1d", b"\x1e", b"\x1f"
BINARY_TYPES = range(3, 9)
DEFAULT_LIMIT = 16 << 20
MOST_RECORDS = 1000
_MOST_FIELDS = 2000
_MOST_ITEMS = 4096
"""Of a field: 255 minutiae of a dozen numbers each, or the contents of a file of as many records as may be."""

_IMAGE_TYPES = range(10, 100)
_IMAGE_FIELD = 999
"""The last field of a tagged record with an image; whatever follows its colon is the image."""

_START = re.compile(rb"1\.0*1:\d{1,9}\x1d")
_TAG = re.compile(rb"(\d{1,2})\.(\d{1,9}):")


@dataclass(frozen=True, slots=True)
class Record:
    """One record.

    Attributes:
        kind: its type, 1 to 99.
        offset: byte of the file at which it begins.
        fields: of a tagged record: number to value, as bytes; the first where one stands twice.
        content: of a binary record: all its bytes.
    """

    kind: int
    offset: int
    fields: Mapping[int, bytes]
    content: bytes = b""

    def text(self, field: int) -> str:
        """Return a field as text, empty if it is not there."""
        return self.fields.get(field, b"").decode("latin-1").strip()

    def items(self, field: int) -> list[list[str]]:
        """Return the subfields of a field, each as its items; none if it is not there.

        Raises:
            SampleInvalidError: more than 4096, which no field needs: megabytes of separators would take minutes.
        """
        value = self.fields.get(field, b"")
        if not value:
            return []
        if value.count(RECORD_SEPARATOR) + value.count(UNIT_SEPARATOR) >= _MOST_ITEMS:
            raise SampleInvalidError(f"field {self.kind}.{field:03} has more than {_MOST_ITEMS} items")
        return [
            [item.decode("latin-1").strip() for item in subfield.split(UNIT_SEPARATOR)]
            for subfield in value.split(RECORD_SEPARATOR)
        ]

    def number(self, field: int, least: int, most: int) -> int:
        """Return a field that is a whole number. Raises SampleInvalidError for what is none, or out of range."""
        return whole(self.text(field), f"field {self.kind}.{field:03}", self.offset, least, most)


def whole(text: str, name: str, offset: int, least: int, most: int) -> int:
    """Read a whole number. Raises SampleInvalidError that names where it stands, and quotes nothing."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
        raise SampleInvalidError(f"record at byte {offset}: {name} is no whole number from {least} to {most}")
    return int(text)


def looks_like_ansi_nist(data: bytes) -> bool:
    """Tell whether the bytes begin a file of ANSI/NIST-ITL in its traditional encoding."""
    return _START.match(data) is not None


def read_records(data: bytes, *, limit: int = DEFAULT_LIMIT) -> list[Record]:
    """Take a file apart.

    Args:
        data: the file, in the traditional encoding (ANSI/NIST-ITL 1-2011, annex B).
        limit: most bytes that are looked at.

    Raises:
        SampleFormatUnsupportedError: no such file.
        SampleInvalidError: over the limit, truncated, or its contents (1.003) and its records contradict each other.
    """
    if len(data) > limit:
        raise SampleInvalidError(f"file of {len(data)} bytes is over the limit of {limit}")
    if not looks_like_ansi_nist(data):
        raise SampleFormatUnsupportedError("byte 0: no ANSI/NIST-ITL file, which starts with '1.001:' and its length")
    first, offset = _tagged(data, 0, 1)
    records = [first]
    for kind in _contents(first):
        if offset >= len(data):
            raise SampleInvalidError(f"byte {offset}: the file ends, and its contents list a further record")
        record, offset = _binary(data, offset, kind) if kind in BINARY_TYPES else _tagged(data, offset, kind)
        records.append(record)
    if data[offset:].strip(b"\0\r\n\x1a \x1c"):
        raise SampleInvalidError(f"byte {offset}: bytes after the last record that the contents list")
    return records


def _contents(first: Record) -> list[int]:
    """Return the types of the records that follow the first, by field 1.003."""
    listed = first.items(3)
    if not listed:
        raise SampleInvalidError("record at byte 0: field 1.003, the file's contents, is missing")
    if len(listed) - 1 > MOST_RECORDS:
        raise SampleInvalidError(f"record at byte 0: more than {MOST_RECORDS} records")
    return [whole(pair[0], "a type of field 1.003", 0, 2, 99) for pair in listed[1:]]


def _binary(data: bytes, offset: int, kind: int) -> tuple[Record, int]:
    size = int.from_bytes(data[offset : offset + 4], "big")
    end = offset + size
    if size < 5 or end > len(data):
        raise SampleInvalidError(f"byte {offset}: a record of type {kind} states {size} bytes, which are not there")
    return Record(kind, offset, {}, data[offset:end]), end


def _tagged(data: bytes, offset: int, kind: int) -> tuple[Record, int]:
    fields: dict[int, bytes] = {}
    at, end = offset, len(data)
    for count in range(_MOST_FIELDS):
        tag = _TAG.match(data, at, end)
        if tag is None or int(tag[1]) != kind:
            raise SampleInvalidError(f"byte {at}: no field of a record of type {kind}")
        number, start = int(tag[2]), tag.end()
        if number == _IMAGE_FIELD and kind in _IMAGE_TYPES:
            value, at = data[start:end].removesuffix(FILE_SEPARATOR), end
        else:
            stop = data.find(GROUP_SEPARATOR, start, end)
            value, at = (
                (data[start:end].removesuffix(FILE_SEPARATOR), end) if stop < 0 else (data[start:stop], stop + 1)
            )
        if count == 0:
            if number != 1:
                raise SampleInvalidError(f"byte {offset}: a record of type {kind} does not begin with its length")
            stated = value.split(FILE_SEPARATOR)[0].decode("latin-1").strip()
            end = offset + whole(stated, f"field {kind}.001", offset, at - offset, len(data) - offset)
            value = stated.encode()
        fields.setdefault(number, value)
        if at >= end:
            return Record(kind, offset, fields), end
    raise SampleInvalidError(f"byte {offset}: a record of more than {_MOST_FIELDS} fields")
