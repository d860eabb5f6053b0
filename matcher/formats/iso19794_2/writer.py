"""The model of a finger minutiae record to its bytes. Every field is checked against its width; nothing is clipped."""

from __future__ import annotations

from matcher.errors import SampleInvalidError
from matcher.formats.iso19794_2.layout import FORMAT_ID, HEADER, VERSION_2005, VIEW_HEADER
from matcher.formats.minutiae_fields import require_bits, require_sides, write_extended_data, write_minutiae
from matcher.formats.minutiae_record import FingerView, MinutiaeRecord, RecordFormat
from matcher.formats.view_headers import require_format

_RECORD_BITS = {
    "width": 16,
    "height": 16,
    "x_resolution": 16,
    "y_resolution": 16,
    "equipment_certification": 4,
    "equipment_id": 12,
}
_VIEW_BITS = {"position": 8, "impression_type": 4, "quality": 8, "view_number": 4}


def write_record(record: MinutiaeRecord) -> bytes:
    """Write a record; ``write_record(read_record(data)) == data`` if reading tolerated no quirk of form.

    Raises:
        SampleInvalidError: a field does not fit its bits, there are more than 255 views or minutiae in a view, or more
            than 65535 bytes of extended data, or the record is in another format.
    """
    require_format(record, {RecordFormat.ISO_19794_2_2005})
    views = write_views(record)
    header = HEADER.pack(
        FORMAT_ID,
        VERSION_2005,
        HEADER.size + len(views),
        record.equipment_certification << 12 | record.equipment_id,
        record.width,
        record.height,
        record.x_resolution,
        record.y_resolution,
        len(record.views),
        0,
    )
    return header + views


def write_views(record: MinutiaeRecord) -> bytes:
    """Check the record and write its views. ANSI INCITS 378-2004 has the same fields and views."""
    require_bits(record, _RECORD_BITS, "record")
    require_sides(record.width, record.height, "record: the image")
    if len(record.views) > 255:
        raise SampleInvalidError("record: more than 255 views")
    return b"".join(_write_view(view, f"view {index}") for index, view in enumerate(record.views))


def _write_view(view: FingerView, name: str) -> bytes:
    require_bits(view, _VIEW_BITS, name)
    if view.frame is not None or view.minutia_bytes != 6:
        raise SampleInvalidError(f"{name}: a frame of its own or short minutiae; convert the record first")
    number_and_type = view.view_number << 4 | view.impression_type
    minutiae = write_minutiae(view, name)
    header = VIEW_HEADER.pack(view.position, number_and_type, view.quality, len(view))
    return header + minutiae + write_extended_data(view, name)
