"""ANSI INCITS 378-2009 and its amendment 1: every view has its own frame and quality measure; angles of 2 degrees.

The amendment has another version number, which tells it from ISO/IEC 19794-2:2011, and more finger positions.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import partial

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.iso19794_2.layout import FORMAT_ID, LENGTH_OFFSET
from matcher.formats.iso19794_2.reader import Views
from matcher.formats.minutiae_fields import (
    DEFAULT_LIMIT,
    Columns,
    end_quirks,
    minutia_quirks,
    read_extended_data,
    read_minutiae,
    require_bits,
    require_limit,
    require_sides,
    resolution_quirks,
    unended_quirks,
    within_length,
    write_extended_data,
    write_minutiae,
)
from matcher.formats.minutiae_record import (
    NOT_REPORTED,
    FingerView,
    Frame,
    MinutiaeRecord,
    QualityBlock,
    Quirk,
    RecordFormat,
    RecordWarning,
)
from matcher.formats.view_headers import (
    code_quirks,
    count_quirks,
    require_block,
    require_format,
    require_frame,
    share_frame,
)

VERSIONS = {b"030\x00": RecordFormat.ANSI_378_2009, b"035\x00": RecordFormat.ANSI_378_2009_AM1}
APPENDIX_F = 0x80
"""The one bit of a device's certification that this edition defines; the highest of four in 2004."""

HEADER = struct.Struct(">4s4sIHHBHBB")
"""Format id, version, length, vendor, product, device certification, device, number of views, reserved."""

VIEW = struct.Struct(">BBBBHHHHHHB")
"""Position, view number, impression type, quality, its vendor, its algorithm, width, height, x and y resolution, n."""

_RESOLUTION_IN_VIEW = 12


def read_ansi_2009(data: bytes, *, limit: int = DEFAULT_LIMIT) -> MinutiaeRecord:
    """Read a record of ANSI INCITS 378-2009, with or without amendment 1."""
    require_limit(data, limit)
    record_format = VERSIONS.get(data[4:8])
    if not data.startswith(FORMAT_ID) or record_format is None:
        raise SampleFormatUnsupportedError("byte 0: not a record of ANSI INCITS 378-2009")
    if len(data) < HEADER.size:
        raise SampleInvalidError(f"byte {len(data)}: truncated inside the record header of {HEADER.size} bytes")
    _, _, length, vendor, product, certification, device, count, reserved = HEADER.unpack_from(data)
    read = partial(_read_views, count=count, record_format=record_format)
    views, view_quirks, end = within_length(data, length, HEADER.size, read)
    tail = end_quirks(data, end, length, LENGTH_OFFSET)
    frame, own_frames = share_frame(views)
    return MinutiaeRecord(
        width=frame.width,
        height=frame.height,
        views=own_frames,
        x_resolution=frame.x_resolution,
        y_resolution=frame.y_resolution,
        equipment_certification=certification,
        equipment_id=device,
        warnings=(
            *_certification_quirks(certification),
            *count_quirks(count, reserved, HEADER.size - 2),
            *view_quirks,
            *tail,
        ),
        format=record_format,
        vendor_id=vendor,
        product_id=product,
    )


def write_ansi_2009(record: MinutiaeRecord) -> bytes:
    """Write a record of ANSI INCITS 378-2009 or its amendment 1. Raises SampleInvalidError for what does not fit."""
    require_format(record, set(VERSIONS.values()))
    widths = {"vendor_id": 16, "product_id": 16, "equipment_certification": 8, "equipment_id": 16}
    require_bits(record, widths, "record")
    if len(record.views) > 255:
        raise SampleInvalidError("record: more than 255 views")
    views = b"".join(_write_view(record, view, f"view {index}") for index, view in enumerate(record.views))
    version = next(v for v, f in VERSIONS.items() if f is record.format)
    header = HEADER.pack(
        FORMAT_ID,
        version,
        HEADER.size + len(views),
        record.vendor_id,
        record.product_id,
        record.equipment_certification,
        record.equipment_id,
        len(record.views),
        0,
    )
    return header + views


def _read_views(data: bytes, *, by_areas: bool, count: int, record_format: RecordFormat) -> Views:
    views: list[FingerView] = []
    quirks: list[RecordWarning] = []
    offset = HEADER.size
    for index in range(count):
        name = f"view {index} at byte {offset}"
        view, columns, end = _read_view(data, offset, name, by_areas=by_areas)
        quirks += _view_quirks(offset, view, columns, record_format)
        quirks += unended_quirks(columns, end, index, count, view.extended_data, data)
        views.append(view)
        offset = end
    return views, quirks, offset


def _read_view(data: bytes, offset: int, name: str, *, by_areas: bool) -> tuple[FingerView, Columns, int]:
    if offset + VIEW.size > len(data):
        raise SampleInvalidError(f"byte {len(data)}: truncated inside the header of {name}")
    fields = VIEW.unpack_from(data, offset)
    position, number, impression, quality, vendor, algorithm, width, height, x_resolution, y_resolution, count = fields
    require_sides(width, height, f"byte {offset + 8}: the image of {name}")
    columns = read_minutiae(data, offset + VIEW.size, count, name)
    extended_data, end = read_extended_data(data, columns.end, name, by_areas=by_areas)
    view = FingerView(
        position=position,
        impression_type=impression,
        quality=quality,
        x=columns.x,
        y=columns.y,
        angle=columns.angle,
        kind=columns.kind,
        minutia_quality=columns.minutia_quality,
        view_number=number,
        extended_data=extended_data,
        frame=Frame(width, height, x_resolution, y_resolution),
        quality_blocks=(QualityBlock(quality, vendor, algorithm),),
    )
    return view, columns, end


def _view_quirks(
    offset: int, view: FingerView, columns: Columns, record_format: RecordFormat
) -> Iterator[RecordWarning]:
    frame = view.frame or Frame(0, 0)
    yield from code_quirks(view.position, offset, view.impression_type, offset + 2)
    if 100 < view.quality < NOT_REPORTED:
        yield RecordWarning(Quirk.QUALITY_OUT_OF_RANGE, offset + 3)
    yield from resolution_quirks(frame, offset + _RESOLUTION_IN_VIEW)
    yield from minutia_quirks(columns, frame, record_format)


def _certification_quirks(certification: int) -> Iterator[RecordWarning]:
    if certification & ~APPENDIX_F:
        yield RecordWarning(Quirk.CERTIFICATION_BITS_SET, 16)


def _write_view(record: MinutiaeRecord, view: FingerView, name: str) -> bytes:
    require_bits(view, {"position": 8, "view_number": 8, "impression_type": 8, "quality": 8}, name)
    frame = record.frame_of(view)
    require_frame(frame, name)
    if len(view.quality_blocks) != 1 or view.minutia_bytes != 6:
        raise SampleInvalidError(f"{name}: not exactly one quality block, or short minutiae; convert the record first")
    block = view.quality_blocks[0]
    require_block(view, name)
    minutiae = write_minutiae(view, name)
    header = VIEW.pack(
        view.position,
        view.view_number,
        view.impression_type,
        view.quality,
        block.vendor_id,
        block.algorithm_id,
        frame.width,
        frame.height,
        frame.x_resolution,
        frame.y_resolution,
        len(view),
    )
    return header + minutiae + write_extended_data(view, name)
