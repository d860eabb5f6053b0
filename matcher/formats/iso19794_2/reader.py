"""Bytes of a finger minutiae record to its model: strict where meaning could be lost, tolerant of known quirks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SampleInvalidError
from matcher.formats.iso19794_2.identification import require_iso_2005
from matcher.formats.iso19794_2.layout import (
    COORDINATE_BITS,
    COORDINATE_MASK,
    EXTENDED_LENGTH,
    HEADER,
    LENGTH_OFFSET,
    MINUTIA,
    RESERVED_OFFSET,
    RESOLUTION_OFFSET,
    VIEW_COUNT_OFFSET,
    VIEW_HEADER,
)
from matcher.formats.iso19794_2.model import FingerView, MinutiaeRecord, Quirk, RecordWarning

DEFAULT_LIMIT = 65536
"""Bytes of the largest record that is read unless the caller says otherwise: 40 full views."""


def read_record(data: bytes, *, limit: int = DEFAULT_LIMIT) -> MinutiaeRecord:
    """Read a finger minutiae record of ISO/IEC 19794-2:2005 clause 7.

    Args:
        data: the record; zero bytes after its end are tolerated.
        limit: most bytes that are looked at; a longer input is refused unread.

    Returns:
        The record, values as they stand in it; quirks that were tolerated are in its ``warnings``. A record without
        views is returned with an empty ``views``.

    Raises:
        SampleInvalidError: truncated, over the limit, or its lengths and counts contradict each other.
        SampleFormatUnsupportedError: not a record of the 2005 edition.
    """
    if len(data) > limit:
        raise SampleInvalidError(f"record of {len(data)} bytes is over the limit of {limit}")
    require_iso_2005(data)
    _, _, length, equipment, width, height, x_resolution, y_resolution, count, _ = HEADER.unpack_from(data)
    if width == 0 or height == 0:
        raise SampleInvalidError("byte 14: the image has no width or no height")
    if length < HEADER.size:
        raise SampleInvalidError(f"byte {LENGTH_OFFSET}: record length {length} is less than the header")
    if length > len(data):
        raise SampleInvalidError(f"byte {len(data)}: truncated, the record length says {length} bytes")
    views, end, view_warnings = _read_views(data[:length], count, width, height)
    if any(data[end:]):
        raise SampleInvalidError(f"byte {end}: bytes after the last view belong to nothing")
    tail = (RecordWarning(Quirk.TRAILING_ZEROS, end),) if end < len(data) else ()
    return MinutiaeRecord(
        width=width,
        height=height,
        views=views,
        x_resolution=x_resolution,
        y_resolution=y_resolution,
        equipment_certification=equipment >> 12,
        equipment_id=equipment & 0xFFF,
        warnings=(*_header_warnings(data), *view_warnings, *tail),
    )


def _header_warnings(data: bytes) -> Iterator[RecordWarning]:
    resolutions = HEADER.unpack_from(data)[6:8]
    if min(resolutions) < 99:
        yield RecordWarning(Quirk.RESOLUTION_LOW, RESOLUTION_OFFSET)
    if 500 in resolutions:
        yield RecordWarning(Quirk.RESOLUTION_LOOKS_LIKE_PPI, RESOLUTION_OFFSET)
    if data[VIEW_COUNT_OFFSET] == 0:
        yield RecordWarning(Quirk.NO_VIEWS, VIEW_COUNT_OFFSET)
    if data[RESERVED_OFFSET] != 0:
        yield RecordWarning(Quirk.RESERVED_BYTE_SET, RESERVED_OFFSET)


def _read_views(
    record: bytes, count: int, width: int, height: int
) -> tuple[tuple[FingerView, ...], int, list[RecordWarning]]:
    views: list[FingerView] = []
    warnings: list[RecordWarning] = []
    offset = HEADER.size
    for index in range(count):
        view, end = _read_view(record, offset, index)
        warnings += _view_warnings(record, offset, width, height)
        if end == offset + VIEW_HEADER.size + len(view) * MINUTIA.itemsize:
            if index + 1 < count:
                raise SampleInvalidError(f"byte {end}: record ends after view {index}, its header says {count} views")
            warnings.append(RecordWarning(Quirk.EXTENDED_LENGTH_MISSING, end))
        views.append(view)
        offset = end
    return tuple(views), offset, warnings


def _read_view(record: bytes, offset: int, index: int) -> tuple[FingerView, int]:
    """Read the view at ``offset``; return it and the byte after it."""
    minutiae_at = offset + VIEW_HEADER.size
    if minutiae_at > len(record):
        raise SampleInvalidError(f"byte {len(record)}: truncated inside the header of view {index} at byte {offset}")
    position, number_and_type, quality, count = VIEW_HEADER.unpack_from(record, offset)
    extended_at = minutiae_at + count * MINUTIA.itemsize
    if extended_at > len(record):
        raise SampleInvalidError(f"byte {len(record)}: truncated inside the minutiae of view {index} at byte {offset}")
    minutiae = _minutiae(record, offset)
    extended_data, end = _read_extended_data(record, extended_at, index)
    view = FingerView(
        position=position,
        impression_type=number_and_type & 0xF,
        quality=quality,
        x=(minutiae["kind_x"] & COORDINATE_MASK).astype(np.uint16),
        y=(minutiae["reserved_y"] & COORDINATE_MASK).astype(np.uint16),
        angle=minutiae["angle"].copy(),
        kind=(minutiae["kind_x"] >> COORDINATE_BITS).astype(np.uint8),
        minutia_quality=minutiae["quality"].copy(),
        view_number=number_and_type >> 4,
        extended_data=extended_data,
    )
    return view, end


def _read_extended_data(record: bytes, offset: int, index: int) -> tuple[bytes, int]:
    if offset == len(record):
        # Some writers leave the length out where there is no extended data; only the end of the record shows it.
        return b"", offset
    start = offset + EXTENDED_LENGTH.size
    if start > len(record):
        raise SampleInvalidError(f"byte {offset}: truncated inside the extended data length of view {index}")
    end = start + EXTENDED_LENGTH.unpack_from(record, offset)[0]
    if end > len(record):
        raise SampleInvalidError(f"byte {offset}: extended data of view {index} reach beyond the record")
    return record[start:end], end


def _minutiae(record: bytes, view_offset: int) -> NDArray[np.void]:
    return np.frombuffer(record, MINUTIA, count=record[view_offset + 3], offset=view_offset + VIEW_HEADER.size)


def _view_warnings(record: bytes, offset: int, width: int, height: int) -> Iterator[RecordWarning]:
    """Yield each quirk of the view at ``offset`` once, with the first byte that shows it."""
    if record[offset] > 10:
        yield RecordWarning(Quirk.POSITION_RESERVED, offset)
    if record[offset + 2] > 100:
        yield RecordWarning(Quirk.QUALITY_OUT_OF_RANGE, offset + 2)
    minutiae = _minutiae(record, offset)
    x = minutiae["kind_x"] & COORDINATE_MASK
    y = minutiae["reserved_y"] & COORDINATE_MASK
    checks = {
        Quirk.KIND_RESERVED: minutiae["kind_x"] >> COORDINATE_BITS == 3,
        Quirk.RESERVED_BITS_SET: minutiae["reserved_y"] > COORDINATE_MASK,
        Quirk.OUTSIDE_FRAME: (x >= width) | (y >= height),
        Quirk.QUALITY_OUT_OF_RANGE: minutiae["quality"] > 100,
    }
    for quirk, shown in checks.items():
        if shown.any():
            first = int(np.flatnonzero(shown)[0])
            yield RecordWarning(quirk, offset + VIEW_HEADER.size + first * MINUTIA.itemsize)
