"""Records of ISO/IEC 19794-4:2005 and ANSI INCITS 381-2004: one resolution, depth and coding for all images.

Both begin alike. ANSI has four bytes more in the header, so that they are told by where the images begin.
"""

from __future__ import annotations

from collections.abc import Iterator

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.iso19794_4.image_record import (
    Coding,
    FingerImageRecord,
    FingerImageView,
    ImageRecordFormat,
    Sampling,
)
from matcher.formats.iso19794_4.layout import (
    CODING_OFFSET_2005,
    COUNT_OFFSET_2005,
    FORMAT_ID,
    HEADER_2005,
    LENGTH_OFFSET,
    PRODUCT,
    PRODUCT_OFFSET,
    RESERVED_OFFSET_2005,
    UNITS_OFFSET_2005,
    VERSION_2005,
    VIEW_2005,
)
from matcher.formats.iso19794_4.quirks import (
    DEFAULT_LIMIT,
    MOST_IMAGES,
    Places,
    packed_bytes,
    pixel_bytes,
    require_count,
    require_end,
    sampling_quirks,
    view_quirks,
)
from matcher.formats.minutiae_fields import require_bits, require_limit, require_sides
from matcher.formats.minutiae_record import Quirk, RecordWarning

_ISO, _ANSI = ImageRecordFormat.ISO_19794_4_2005, ImageRecordFormat.ANSI_381_2004


def read_2005(data: bytes, *, limit: int = DEFAULT_LIMIT) -> FingerImageRecord:
    """Read a record of either; as :func:`matcher.formats.iso19794_4.records.read_image_record`."""
    require_limit(data, limit)
    if not data.startswith(FORMAT_ID + VERSION_2005):
        raise SampleFormatUnsupportedError("byte 0: not a record of ISO/IEC 19794-4:2005")
    if len(data) < HEADER_2005.size:
        raise SampleInvalidError(f"byte {len(data)}: truncated inside the record header of {HEADER_2005.size} bytes")
    ansi = _is_ansi(data)
    longer = PRODUCT.size if ansi else 0
    vendor, product = PRODUCT.unpack_from(data, PRODUCT_OFFSET) if ansi else (0, 0)
    _, _, length, device, level, count, units, *rates, depth, coding, reserved = HEADER_2005.unpack(
        data[:PRODUCT_OFFSET] + data[PRODUCT_OFFSET + longer : HEADER_2005.size + longer]
    )
    stated = int.from_bytes(length, "big")
    sampling = Sampling(units, *rates)
    quirks = list(sampling_quirks(sampling, UNITS_OFFSET_2005 + longer))
    if reserved:
        quirks.append(RecordWarning(Quirk.RESERVED_BYTE_SET, RESERVED_OFFSET_2005 + longer))
    views: list[FingerImageView] = []
    offset = HEADER_2005.size + longer
    within = data[:stated] if offset <= stated <= len(data) else data
    said = len(within.rstrip(b"\0"))  # zeros after the last image are none
    while offset < said:
        view, offset, found = _read_view(within, offset, sampling, coding, depth, CODING_OFFSET_2005 + longer)
        views.append(view)
        require_count(len(views))
        quirks += found
    if not views:
        quirks.append(RecordWarning(Quirk.NO_VIEWS, COUNT_OFFSET_2005 + longer))
    elif count not in {len(views), len({view.position for view in views})}:
        quirks.append(RecordWarning(Quirk.COUNT_WRONG, COUNT_OFFSET_2005 + longer))
    quirks += require_end(data, offset, stated)
    return FingerImageRecord(
        format=_ANSI if ansi else _ISO,
        views=tuple(views),
        finger_count=count,
        device_id=device,
        acquisition_level=level,
        vendor_id=vendor,
        product_id=product,
        warnings=tuple(dict.fromkeys(quirks)),
    )


def _is_ansi(data: bytes) -> bool:
    """Whether the images lead from behind the longer header to the end that is stated, from behind the other not."""
    end = int.from_bytes(data[LENGTH_OFFSET:PRODUCT_OFFSET], "big")
    if end > len(data):
        return False
    return _lead_to(end, data, HEADER_2005.size + PRODUCT.size) and not _lead_to(end, data, HEADER_2005.size)


def _lead_to(end: int, data: bytes, offset: int) -> bool:
    for _ in range(MOST_IMAGES):
        if offset + VIEW_2005.size > end:
            break
        length = int.from_bytes(data[offset : offset + 4], "big")
        offset += max(length, VIEW_2005.size)
    return offset == end


def _read_view(
    data: bytes, offset: int, sampling: Sampling, coding: int, depth: int, coding_at: int
) -> tuple[FingerImageView, int, Iterator[RecordWarning]]:
    start = offset + VIEW_2005.size
    if start > len(data):
        raise SampleInvalidError(f"byte {len(data)}: truncated inside the header of the image at byte {offset}")
    length, position, count, number, quality, impression, width, height, reserved = VIEW_2005.unpack_from(data, offset)
    view = FingerImageView(position, impression, width, height, b"", sampling, coding, depth, quality, number, count)
    end = _end(data, offset, length, view)
    view = FingerImageView(
        position, impression, width, height, data[start:end], sampling, coding, depth, quality, number, count
    )
    return view, end, _quirks(view, offset, end - offset == length, reserved, coding_at)


def _end(data: bytes, offset: int, stated: int, view: FingerImageView) -> int:
    """Return where an image ends: where its length says, which some writers state without the header."""
    start = offset + VIEW_2005.size
    uncompressed = {Coding.UNCOMPRESSED.value[0]: pixel_bytes(view), Coding.BIT_PACKED.value[0]: packed_bytes(view)}
    without_header = stated == uncompressed.get(view.coding) or start + stated == len(data)
    end = offset + stated + VIEW_2005.size * without_header
    if end > len(data):
        raise SampleInvalidError(f"byte {len(data)}: truncated inside the image at byte {offset}")
    if end < start:
        raise SampleInvalidError(f"byte {offset}: the length of the image is less than that of its header")
    return end


def _quirks(
    view: FingerImageView, offset: int, length_right: bool, reserved: int, coding_at: int
) -> Iterator[RecordWarning]:
    if not length_right:
        yield RecordWarning(Quirk.VIEW_LENGTH_WRONG, offset)
    if reserved:
        yield RecordWarning(Quirk.RESERVED_BYTE_SET, offset + 13)
    yield from view_quirks(_ISO, view, Places(offset + 4, offset + 8, offset + 7, coding_at))


def write_2005(record: FingerImageRecord) -> bytes:
    """Write a record of either. Raises SampleInvalidError for what does not fit."""
    widths = {"fingers": 8, "device_id": 16, "acquisition_level": 16, "vendor_id": 16, "product_id": 16}
    require_bits(record, widths, "record")
    if record.certified:
        raise SampleInvalidError("record: certifications have no place in this edition")
    shared = {(view.sampling, view.coding, view.depth) for view in record.views} or {(Sampling(1, 0, 0, 0, 0), 0, 8)}
    if len(shared) > 1:
        raise SampleInvalidError("record: its images differ in resolution, depth or coding")
    ((sampling, coding, depth),) = shared
    require_bits(sampling, {"units": 8, "scan_x": 16, "scan_y": 16, "image_x": 16, "image_y": 16}, "record")
    views = b"".join(_write_view(view, f"image {index}") for index, view in enumerate(record.views))
    maker = PRODUCT.pack(record.vendor_id, record.product_id) if record.format is _ANSI else b""
    head = HEADER_2005.pack(
        FORMAT_ID,
        VERSION_2005,
        (HEADER_2005.size + len(maker) + len(views)).to_bytes(6, "big"),
        record.device_id,
        record.acquisition_level,
        record.fingers,
        sampling.units,
        sampling.scan_x,
        sampling.scan_y,
        sampling.image_x,
        sampling.image_y,
        depth,
        coding,
        0,
    )
    return head[:PRODUCT_OFFSET] + maker + head[PRODUCT_OFFSET:] + views


def _write_view(view: FingerImageView, name: str) -> bytes:
    widths = {"position": 8, "view_count": 8, "view_number": 8, "quality": 8, "impression_type": 8}
    require_bits(view, widths | {"width": 16, "height": 16, "coding": 8, "depth": 8}, name)
    require_sides(view.width, view.height, name)
    if view.quality_blocks or view.capture or view.extended:
        raise SampleInvalidError(f"{name}: quality blocks, capture and extended data have no place in this edition")
    head = VIEW_2005.pack(
        VIEW_2005.size + len(view.data),
        view.position,
        view.view_count,
        view.view_number,
        view.quality,
        view.impression_type,
        view.width,
        view.height,
        0,
    )
    return head + view.data
