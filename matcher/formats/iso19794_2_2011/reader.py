"""Bytes of a record of ISO/IEC 19794-2:2011 to its model, with the tolerance of the other formats."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.iso19794_2.layout import FORMAT_ID, LENGTH_OFFSET
from matcher.formats.iso19794_2.reader import Views
from matcher.formats.iso19794_2_2011.capture import read_capture
from matcher.formats.iso19794_2_2011.layout import (
    CAPTURE,
    FLAG_OFFSET,
    HEADER,
    IMAGE,
    LEAST_VIEW,
    QUALITY,
    VERSION_2011,
    VIEW_COUNT_OFFSET,
)
from matcher.formats.minutiae_fields import (
    DEFAULT_LIMIT,
    MINUTIA,
    SHORT_MINUTIA,
    Columns,
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
from matcher.formats.minutiae_record import (
    NOT_REPORTED,
    Capture,
    FingerView,
    Frame,
    MinutiaeRecord,
    QualityBlock,
    Quirk,
    RecordFormat,
    RecordWarning,
)
from matcher.formats.view_headers import code_quirks, share_frame


def looks_like_iso_2011(data: bytes) -> bool:
    """Tell the 2011 record from ANSI INCITS 378-2009, which has the same first eight bytes.

    The lengths of its views add up to where the record ends; bytes read for them in an ANSI record are zero, or far too
    much. Where they do not add up, byte 20 decides: a reserved zero there, the low byte of a year here.
    """
    offset, count = HEADER.size, int.from_bytes(data[VIEW_COUNT_OFFSET:FLAG_OFFSET], "big")
    for _ in range(count):
        length = int.from_bytes(data[offset : offset + 4], "big")
        if length < LEAST_VIEW or offset + length > len(data):
            return len(data) > 20 and data[20] != 0
        offset += length
    return count > 0 or len(data) == HEADER.size or not any(data[HEADER.size :])


def read_iso_2011(data: bytes, *, limit: int = DEFAULT_LIMIT) -> MinutiaeRecord:
    """Read a record of ISO/IEC 19794-2:2011; as :func:`matcher.formats.iso19794_2.read_record`."""
    require_limit(data, limit)
    if not data.startswith(FORMAT_ID + VERSION_2011):
        raise SampleFormatUnsupportedError("byte 0: not a record of ISO/IEC 19794-2:2011")
    if len(data) < HEADER.size:
        raise SampleInvalidError(f"byte {len(data)}: truncated inside the record header of {HEADER.size} bytes")
    _, _, length, count, certified = HEADER.unpack_from(data)
    if certified > 1:
        raise SampleInvalidError(f"byte {FLAG_OFFSET}: whether views state certifications is neither 0 nor 1")
    read = partial(_read_views, count=count, certified=bool(certified))
    views, view_quirks, end = within_length(data, length, HEADER.size, read)
    tail = end_quirks(data, end, length, LENGTH_OFFSET)
    frame, own_frames = share_frame(views)
    no_views = (RecordWarning(Quirk.NO_VIEWS, VIEW_COUNT_OFFSET),) if count == 0 else ()
    return MinutiaeRecord(
        width=frame.width,
        height=frame.height,
        views=own_frames,
        x_resolution=frame.x_resolution,
        y_resolution=frame.y_resolution,
        equipment_certification=certified,
        warnings=(*no_views, *view_quirks, *tail),
        format=RecordFormat.ISO_19794_2_2011,
    )


def _read_views(data: bytes, *, by_areas: bool, count: int, certified: bool) -> Views:
    views: list[FingerView] = []
    quirks: list[RecordWarning] = []
    offset = HEADER.size
    for index in range(count):
        name = f"view {index} at byte {offset}"
        capture, blocks, image_at = read_capture(data, offset, certified=certified, name=name)
        view, columns, end = _read_image(data, image_at, capture, blocks, name, by_areas=by_areas)
        quirks += _view_quirks(offset, image_at, view, columns)
        quirks += unended_quirks(columns, end, index, count, view.extended_data, data)
        if int.from_bytes(data[offset : offset + 4], "big") != end - offset:
            quirks.append(RecordWarning(Quirk.VIEW_LENGTH_WRONG, offset))
        views.append(view)
        offset = end
    return views, quirks, offset


def _read_image(
    data: bytes, offset: int, capture: Capture, blocks: tuple[QualityBlock, ...], name: str, *, by_areas: bool
) -> tuple[FingerView, Columns, int]:
    if offset + IMAGE.size > len(data):
        raise SampleInvalidError(f"byte {len(data)}: truncated inside the header of {name}")
    position, number, x_resolution, y_resolution, impression, width, height, kinds, count = IMAGE.unpack_from(
        data, offset
    )
    require_sides(width, height, f"byte {offset + 7}: the image of {name}")
    size, ending_type = kinds >> 4, kinds & 0xF
    if size not in {SHORT_MINUTIA.itemsize, MINUTIA.itemsize}:
        raise SampleInvalidError(f"byte {offset + 11}: minutiae of {name} have {size} bytes, neither 5 nor 6")
    columns = read_minutiae(data, offset + IMAGE.size, count, name, size)
    extended_data, end = read_extended_data(data, columns.end, name, by_areas=by_areas)
    view = FingerView(
        position=position,
        impression_type=impression,
        quality=blocks[0].value if blocks else NOT_REPORTED,
        x=columns.x,
        y=columns.y,
        angle=columns.angle,
        kind=columns.kind,
        minutia_quality=columns.minutia_quality,
        view_number=number,
        extended_data=extended_data,
        frame=Frame(width, height, x_resolution, y_resolution),
        quality_blocks=blocks,
        capture=None if capture == Capture() else capture,
        minutia_bytes=size,
        ending_type=ending_type,
    )
    return view, columns, end


def _view_quirks(offset: int, image_at: int, view: FingerView, columns: Columns) -> Iterator[RecordWarning]:
    frame = view.frame or Frame(0, 0)
    for index, block in enumerate(view.quality_blocks):
        if 100 < block.value < NOT_REPORTED:
            yield RecordWarning(Quirk.QUALITY_OUT_OF_RANGE, offset + CAPTURE.size + index * QUALITY.size)
            break
    yield from code_quirks(view.position, image_at, view.impression_type, image_at + 6)
    yield from resolution_quirks(frame, image_at + 2)
    if view.ending_type > 1:
        yield RecordWarning(Quirk.ENDING_TYPE_RESERVED, image_at + 11)
    if len(view) == 0:
        yield RecordWarning(Quirk.NO_MINUTIAE, image_at + 12)
    yield from minutia_quirks(columns, frame, RecordFormat.ISO_19794_2_2011)
