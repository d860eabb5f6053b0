"""The model of a record of ISO/IEC 19794-2:2011 to its bytes. Every field is checked; nothing is clipped."""

from __future__ import annotations

from matcher.errors import SampleInvalidError
from matcher.formats.iso19794_2.layout import FORMAT_ID
from matcher.formats.iso19794_2_2011.layout import CAPTURE, CERTIFICATION, HEADER, IMAGE, QUALITY, VERSION_2011
from matcher.formats.minutiae_fields import (
    MINUTIA,
    SHORT_MINUTIA,
    require_bits,
    write_extended_data,
    write_minutiae,
)
from matcher.formats.minutiae_record import Capture, FingerView, MinutiaeRecord, RecordFormat
from matcher.formats.view_headers import require_block, require_format, require_frame


def write_iso_2011(record: MinutiaeRecord) -> bytes:
    """Write a record of ISO/IEC 19794-2:2011. Raises SampleInvalidError for what does not fit."""
    require_format(record, {RecordFormat.ISO_19794_2_2011})
    require_bits(record, {"equipment_certification": 1}, "record")
    if record.equipment_id:
        raise SampleInvalidError("record: equipment_id has no place; each view has its capture")
    if len(record.views) > 0xFFFF:
        raise SampleInvalidError("record: more than 65535 views")
    views = b"".join(_write_view(record, view, f"view {index}") for index, view in enumerate(record.views))
    length = HEADER.size + len(views)
    return HEADER.pack(FORMAT_ID, VERSION_2011, length, len(record.views), record.equipment_certification) + views


def _write_view(record: MinutiaeRecord, view: FingerView, name: str) -> bytes:
    widths = {"position": 8, "view_number": 8, "impression_type": 8, "quality": 8, "ending_type": 4}
    require_bits(view, widths, name)
    if view.minutia_bytes not in {SHORT_MINUTIA.itemsize, MINUTIA.itemsize}:
        raise SampleInvalidError(f"{name}: minutia_bytes is neither 5 nor 6")
    frame = record.frame_of(view)
    require_frame(frame, name)
    kinds = view.minutia_bytes << 4 | view.ending_type
    minutiae = write_minutiae(view, name)
    image = IMAGE.pack(
        view.position,
        view.view_number,
        frame.x_resolution,
        frame.y_resolution,
        view.impression_type,
        frame.width,
        frame.height,
        kinds,
        len(view),
    )
    blocks = _write_blocks(view, name) + _write_certifications(record, view, name)
    body = image + minutiae + write_extended_data(view, name)
    capture = view.capture or Capture()
    require_bits(capture, {"technology_id": 8, "vendor_id": 16, "device_id": 16}, name)
    if len(capture.time) != 9:
        raise SampleInvalidError(f"{name}: the time of capture has not nine bytes")
    head = CAPTURE.pack(
        CAPTURE.size + len(blocks) + len(body),
        capture.time,
        capture.technology_id,
        capture.vendor_id,
        capture.device_id,
        len(view.quality_blocks),
    )
    return head + blocks + body


def _write_blocks(view: FingerView, name: str) -> bytes:
    if len(view.quality_blocks) > 255:
        raise SampleInvalidError(f"{name}: more than 255 quality blocks")
    require_block(view, name)
    return b"".join(QUALITY.pack(b.value, b.vendor_id, b.algorithm_id) for b in view.quality_blocks)


def _write_certifications(record: MinutiaeRecord, view: FingerView, name: str) -> bytes:
    certifications = view.capture.certifications if view.capture else ()
    if not record.equipment_certification:
        if certifications:
            raise SampleInvalidError(f"{name}: certifications, but the record says that there are none")
        return b""
    if len(certifications) > 255:
        raise SampleInvalidError(f"{name}: more than 255 certifications")
    for item in certifications:
        require_bits(item, {"authority_id": 16, "scheme_id": 8}, name)
    packed = (CERTIFICATION.pack(item.authority_id, item.scheme_id) for item in certifications)
    return bytes([len(certifications)]) + b"".join(packed)
