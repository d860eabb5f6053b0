"""ANSI INCITS 378-2004: the ISO record of 2005 with a longer header, another length field, and angles of 2 degrees.

The length has 16 bits, or 16 zero bits and then 32 for records of 64 KiB and more. A vendor who is unknown is written
as 0; the standard knows none such.
"""

from __future__ import annotations

import struct
from functools import partial

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.iso19794_2.editions import ANSI_HEADER_SIZE, is_ansi_378_2004
from matcher.formats.iso19794_2.layout import FORMAT_ID, LENGTH_OFFSET, VERSION_2005
from matcher.formats.iso19794_2.reader import read_views
from matcher.formats.iso19794_2.writer import write_views
from matcher.formats.minutiae_fields import (
    DEFAULT_LIMIT,
    end_quirks,
    require_bits,
    require_limit,
    require_sides,
    resolution_quirks,
    within_length,
)
from matcher.formats.minutiae_record import Frame, MinutiaeRecord, Quirk, RecordFormat, RecordWarning
from matcher.formats.view_headers import count_quirks, require_format

_REST = struct.Struct(">HHHHHHHBB")
"""After the length: vendor, product, equipment, width, height, x and y resolution, number of views, reserved."""

_REST_UNRESERVED = struct.Struct(">HHHHHHHB")
"""The same as some write it, without the reserved byte."""


def read_ansi_2004(data: bytes, *, limit: int = DEFAULT_LIMIT) -> MinutiaeRecord:
    """Read a record of ANSI INCITS 378-2004; as :func:`matcher.formats.iso19794_2.read_record`."""
    require_limit(data, limit)
    if not data.startswith(FORMAT_ID + VERSION_2005) or not is_ansi_378_2004(data):
        raise SampleFormatUnsupportedError("byte 0: not a record of ANSI INCITS 378-2004")
    try:
        return _read(data, _REST)
    except SampleInvalidError as error:
        try:
            return _read(data, _REST_UNRESERVED)
        except SampleInvalidError:
            raise error from None


def _read(data: bytes, rest: struct.Struct) -> MinutiaeRecord:
    length = int.from_bytes(data[LENGTH_OFFSET : LENGTH_OFFSET + 2], "big")
    rest_at, length_quirks = LENGTH_OFFSET + 2, []
    if length == 0:
        length = int.from_bytes(data[LENGTH_OFFSET + 2 : LENGTH_OFFSET + 6], "big")
        rest_at += 4
        if length < 1 << 16:
            length_quirks = [RecordWarning(Quirk.LONG_LENGTH_NEEDLESS, LENGTH_OFFSET)]
    start = rest_at + rest.size
    if start > len(data):
        raise SampleInvalidError(f"byte {len(data)}: truncated inside the record header of {start} bytes")
    vendor, product, equipment, width, height, x_resolution, y_resolution, count, *reserved = rest.unpack_from(
        data, rest_at
    )
    require_sides(width, height, f"byte {rest_at + 6}: the image")
    frame = Frame(width, height, x_resolution, y_resolution)
    read = partial(read_views, start=start, count=count, frame=frame, record_format=RecordFormat.ANSI_378_2004)
    views, view_quirks, end = within_length(data, length, start, read)
    tail = end_quirks(data, end, length, LENGTH_OFFSET)
    header_quirks = [*length_quirks, *resolution_quirks(frame, rest_at + 10)]
    header_quirks += count_quirks(count, sum(reserved), rest_at + 14)
    if not reserved:
        header_quirks.append(RecordWarning(Quirk.HEADER_BYTE_MISSING, start))
    return MinutiaeRecord(
        width=width,
        height=height,
        views=tuple(views),
        x_resolution=x_resolution,
        y_resolution=y_resolution,
        equipment_certification=equipment >> 12,
        equipment_id=equipment & 0xFFF,
        warnings=(*header_quirks, *view_quirks, *tail),
        format=RecordFormat.ANSI_378_2004,
        vendor_id=vendor,
        product_id=product,
    )


def write_ansi_2004(record: MinutiaeRecord) -> bytes:
    """Write a record of ANSI INCITS 378-2004. Raises SampleInvalidError for what does not fit."""
    require_format(record, {RecordFormat.ANSI_378_2004})
    views = write_views(record)
    require_bits(record, {"vendor_id": 16, "product_id": 16}, "record")
    length = ANSI_HEADER_SIZE + len(views)
    rest = _REST.pack(
        record.vendor_id,
        record.product_id,
        record.equipment_certification << 12 | record.equipment_id,
        record.width,
        record.height,
        record.x_resolution,
        record.y_resolution,
        len(record.views),
        0,
    )
    stated = struct.pack(">H", length) if length < 1 << 16 else struct.pack(">HI", 0, length + 4)
    return FORMAT_ID + VERSION_2005 + stated + rest + views
