"""The model of a record of ISO/IEC 19794-2:2011 to its bytes. Every field is checked; nothing is clipped."""

from __future__ import annotations

from matcher.errors import SampleInvalidError
from matcher.formats.iso19794_2.layout import FORMAT_ID
from matcher.formats.iso19794_2_2011.capture import write_capture
from matcher.formats.iso19794_2_2011.layout import HEADER, IMAGE, VERSION_2011
from matcher.formats.minutiae_fields import (
    MINUTIA,
    SHORT_MINUTIA,
    require_bits,
    write_extended_data,
    write_minutiae,
)
from matcher.formats.minutiae_record import FingerView, MinutiaeRecord, RecordFormat
from matcher.formats.view_headers import require_format, require_frame


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
    body = image + minutiae + write_extended_data(view, name)
    return write_capture(view, body, certified=bool(record.equipment_certification), name=name)
