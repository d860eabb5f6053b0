"""Bytes of a finger minutiae record to its model: strict where meaning could be lost, tolerant of known quirks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from matcher.errors import SampleInvalidError
from matcher.formats.iso19794_2.editions import require_iso_2005
from matcher.formats.iso19794_2.layout import (
    HEADER,
    LENGTH_OFFSET,
    RESERVED_OFFSET,
    RESOLUTION_OFFSET,
    VIEW_COUNT_OFFSET,
    VIEW_HEADER,
)
from matcher.formats.minutiae_fields import (
    DEFAULT_LIMIT,
    end_quirks,
    minutia_quirks,
    read_extended_data,
    read_minutiae,
    require_limit,
    require_sides,
    resolution_quirks,
    unended_quirks,
    within_length,
)
from matcher.formats.minutiae_record import FingerView, Frame, MinutiaeRecord, Quirk, RecordFormat, RecordWarning

HIGHEST_POSITION = 10
Views = tuple[list[FingerView], list[RecordWarning], int]
"""Finger views, the quirks they show, and the byte after them."""


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
    require_limit(data, limit)
    require_iso_2005(data)
    _, _, length, equipment, width, height, x_resolution, y_resolution, count, _ = HEADER.unpack_from(data)
    require_sides(width, height, "byte 14: the image")
    frame = Frame(width, height, x_resolution, y_resolution)
    form = RecordFormat.ISO_19794_2_2005
    read = partial(read_views, start=HEADER.size, count=count, frame=frame, record_format=form)
    views, view_warnings, end = within_length(data, length, HEADER.size, read)
    end_warnings = end_quirks(data, end, length, LENGTH_OFFSET)
    return MinutiaeRecord(
        width=width,
        height=height,
        views=tuple(views),
        x_resolution=x_resolution,
        y_resolution=y_resolution,
        equipment_certification=equipment >> 12,
        equipment_id=equipment & 0xFFF,
        warnings=(*_header_quirks(data, frame), *view_warnings, *end_warnings),
    )


def _header_quirks(data: bytes, frame: Frame) -> Iterator[RecordWarning]:
    yield from resolution_quirks(frame, RESOLUTION_OFFSET)
    if data[VIEW_COUNT_OFFSET] == 0:
        yield RecordWarning(Quirk.NO_VIEWS, VIEW_COUNT_OFFSET)
    if data[RESERVED_OFFSET] != 0:
        yield RecordWarning(Quirk.RESERVED_BYTE_SET, RESERVED_OFFSET)


def read_views(
    data: bytes, *, by_areas: bool, start: int, count: int, frame: Frame, record_format: RecordFormat
) -> Views:
    """Read ``count`` views from byte ``start`` on. ANSI INCITS 378-2004 has the same views."""
    views: list[FingerView] = []
    warnings: list[RecordWarning] = []
    offset = start
    for index in range(count):
        name = f"view {index} at byte {offset}"
        if offset + VIEW_HEADER.size > len(data):
            raise SampleInvalidError(f"byte {len(data)}: truncated inside the header of {name}")
        position, number_and_type, quality, minutiae = VIEW_HEADER.unpack_from(data, offset)
        columns = read_minutiae(data, offset + VIEW_HEADER.size, minutiae, name)
        extended_data, end = read_extended_data(data, columns.end, f"view {index}", by_areas=by_areas)
        if position > HIGHEST_POSITION:
            warnings.append(RecordWarning(Quirk.POSITION_RESERVED, offset))
        if quality > 100:
            warnings.append(RecordWarning(Quirk.QUALITY_OUT_OF_RANGE, offset + 2))
        warnings += minutia_quirks(columns, frame, record_format)
        warnings += unended_quirks(columns, end, index, count, extended_data, data)
        views.append(
            FingerView(
                position=position,
                impression_type=number_and_type & 0xF,
                quality=quality,
                x=columns.x,
                y=columns.y,
                angle=columns.angle,
                kind=columns.kind,
                minutia_quality=columns.minutia_quality,
                view_number=number_and_type >> 4,
                extended_data=extended_data,
            )
        )
        offset = end
    return views, warnings, offset
