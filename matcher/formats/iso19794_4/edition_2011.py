"""Records of ISO/IEC 19794-4:2011: every image with its own resolution, depth, coding, quality and capture."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.iso19794_2_2011.capture import read_capture, write_capture
from matcher.formats.iso19794_2_2011.layout import CAPTURE
from matcher.formats.iso19794_4.image_record import FingerImageRecord, FingerImageView, ImageRecordFormat, Sampling
from matcher.formats.iso19794_4.layout import (
    COUNT_OFFSET_2011,
    FLAG_OFFSET_2011,
    FORMAT_ID,
    HEADER_2011,
    IMAGE_2011,
    VERSION_2011,
)
from matcher.formats.iso19794_4.quirks import (
    DEFAULT_LIMIT,
    Places,
    require_count,
    require_end,
    sampling_quirks,
    view_quirks,
)
from matcher.formats.minutiae_fields import require_bits, require_limit, require_sides
from matcher.formats.minutiae_record import NOT_REPORTED, Capture, Quirk, RecordWarning

_EDITION = ImageRecordFormat.ISO_19794_4_2011


def read_2011(data: bytes, *, limit: int = DEFAULT_LIMIT) -> FingerImageRecord:
    """Read a record of ISO/IEC 19794-4:2011; as :func:`matcher.formats.iso19794_4.records.read_image_record`."""
    require_limit(data, limit)
    if not data.startswith(FORMAT_ID + VERSION_2011):
        raise SampleFormatUnsupportedError("byte 0: not a record of ISO/IEC 19794-4:2011")
    if len(data) < HEADER_2011.size:
        raise SampleInvalidError(f"byte {len(data)}: truncated inside the record header of {HEADER_2011.size} bytes")
    _, _, stated, count, certified, fingers = HEADER_2011.unpack_from(data)
    if certified > 1:
        raise SampleInvalidError(f"byte {FLAG_OFFSET_2011}: whether images state certifications is neither 0 nor 1")
    require_count(count)
    views: list[FingerImageView] = []
    quirks: list[RecordWarning] = []
    offset = HEADER_2011.size
    for index in range(count):
        view, offset, found = _read_view(data, offset, bool(certified), f"image {index} at byte {offset}")
        views.append(view)
        quirks += found
    if not views:
        quirks.append(RecordWarning(Quirk.NO_VIEWS, FLAG_OFFSET_2011 - 2))
    elif fingers != len({view.position for view in views}):
        quirks.append(RecordWarning(Quirk.COUNT_WRONG, COUNT_OFFSET_2011))
    quirks += require_end(data, offset, stated)
    return FingerImageRecord(_EDITION, tuple(views), fingers, certified, warnings=tuple(quirks))


def _read_view(
    data: bytes, offset: int, certified: bool, name: str
) -> tuple[FingerImageView, int, Iterator[RecordWarning]]:
    capture, blocks, at = read_capture(data, offset, certified=certified, name=name)
    start = at + IMAGE_2011.size
    if start > len(data):
        raise SampleInvalidError(f"byte {len(data)}: truncated inside the header of {name}")
    position, number, units, *rates, depth, coding, impression, width, height, size = IMAGE_2011.unpack_from(data, at)
    if start + size > len(data):
        raise SampleInvalidError(f"byte {len(data)}: truncated inside {name}")
    stated = offset + int.from_bytes(data[offset : offset + 4], "big")
    end = stated if start + size <= stated <= len(data) else start + size
    view = FingerImageView(
        position=position,
        impression_type=impression,
        width=width,
        height=height,
        data=data[start : start + size],
        sampling=Sampling(units, *rates),
        coding=coding,
        depth=depth,
        quality=blocks[0].value if blocks else NOT_REPORTED,
        view_number=number,
        quality_blocks=blocks,
        capture=None if capture == Capture() else capture,
        extended=data[start + size : end],
    )
    return view, end, _quirks(view, offset, at, end == stated)


def _quirks(view: FingerImageView, offset: int, at: int, length_right: bool) -> Iterator[RecordWarning]:
    if not length_right:
        yield RecordWarning(Quirk.VIEW_LENGTH_WRONG, offset)
    yield from view_quirks(_EDITION, view, Places(at, at + 13, offset + CAPTURE.size, at + 12))
    yield from sampling_quirks(view.sampling, at + 2)


def write_2011(record: FingerImageRecord) -> bytes:
    """Write a record of ISO/IEC 19794-4:2011. Raises SampleInvalidError for what does not fit."""
    require_bits(record, {"fingers": 8, "certified": 1}, "record")
    if record.device_id or record.acquisition_level:
        raise SampleInvalidError("record: device_id and acquisition_level have no place; each image has its capture")
    require_count(len(record.views))
    views = b"".join(_write_view(record, view, f"image {index}") for index, view in enumerate(record.views))
    length = HEADER_2011.size + len(views)
    head = HEADER_2011.pack(FORMAT_ID, VERSION_2011, length, len(record.views), record.certified, record.fingers)
    return head + views


def _write_view(record: FingerImageRecord, view: FingerImageView, name: str) -> bytes:
    widths = {"position": 8, "view_number": 8, "impression_type": 8, "quality": 8, "coding": 8, "depth": 8}
    require_bits(view, widths | {"width": 16, "height": 16}, name)
    require_bits(view.sampling, {"units": 8, "scan_x": 16, "scan_y": 16, "image_x": 16, "image_y": 16}, name)
    require_sides(view.width, view.height, name)
    sampling = view.sampling
    image = IMAGE_2011.pack(
        view.position,
        view.view_number,
        sampling.units,
        sampling.scan_x,
        sampling.scan_y,
        sampling.image_x,
        sampling.image_y,
        view.depth,
        view.coding,
        view.impression_type,
        view.width,
        view.height,
        len(view.data),
    )
    body = image + view.data + view.extended
    return write_capture(view, body, certified=bool(record.certified), name=name)
