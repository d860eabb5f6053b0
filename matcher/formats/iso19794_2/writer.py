"""The model of a finger minutiae record to its bytes. Every field is checked against its width; nothing is clipped."""

from __future__ import annotations

import numpy as np

from matcher.errors import SampleInvalidError
from matcher.formats.iso19794_2.layout import (
    COORDINATE_BITS,
    EXTENDED_LENGTH,
    FORMAT_ID,
    HEADER,
    MINUTIA,
    VERSION_2005,
    VIEW_HEADER,
)
from matcher.formats.iso19794_2.model import FingerView, MinutiaeRecord

_RECORD_BITS = {
    "width": 16,
    "height": 16,
    "x_resolution": 16,
    "y_resolution": 16,
    "equipment_certification": 4,
    "equipment_id": 12,
}
_VIEW_BITS = {"position": 8, "impression_type": 4, "quality": 8, "view_number": 4}
_COLUMN_BITS = {"x": COORDINATE_BITS, "y": COORDINATE_BITS, "angle": 8, "kind": 2, "minutia_quality": 8}


def write_record(record: MinutiaeRecord) -> bytes:
    """Write a record; ``write_record(read_record(data)) == data`` if reading tolerated no quirk of form.

    Raises:
        SampleInvalidError: a field does not fit its bits, or there are more than 255 views or minutiae in a view, or
            more than 65535 bytes of extended data.
    """
    _require_bits(record, _RECORD_BITS, "record")
    if record.width == 0 or record.height == 0:
        raise SampleInvalidError("record: the image has no width or no height")
    if len(record.views) > 255:
        raise SampleInvalidError("record: more than 255 views")
    views = b"".join(_write_view(view, f"view {index}") for index, view in enumerate(record.views))
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


def _write_view(view: FingerView, name: str) -> bytes:
    _require_bits(view, _VIEW_BITS, name)
    _require_columns(view, name)
    if len(view.extended_data) > 0xFFFF:
        raise SampleInvalidError(f"{name}: more than 65535 bytes of extended data")
    minutiae = np.empty(len(view), MINUTIA)
    minutiae["kind_x"] = view.kind.astype(np.uint16) << COORDINATE_BITS | view.x
    minutiae["reserved_y"] = view.y
    minutiae["angle"] = view.angle
    minutiae["quality"] = view.minutia_quality
    number_and_type = view.view_number << 4 | view.impression_type
    header = VIEW_HEADER.pack(view.position, number_and_type, view.quality, len(view))
    return header + minutiae.tobytes() + EXTENDED_LENGTH.pack(len(view.extended_data)) + view.extended_data


def _require_bits(owner: object, widths: dict[str, int], name: str) -> None:
    for field, bits in widths.items():
        if not 0 <= getattr(owner, field) < 1 << bits:
            raise SampleInvalidError(f"{name}: {field} does not fit {bits} bits")


def _require_columns(view: FingerView, name: str) -> None:
    if view.x.ndim == 1 and len(view) > 255:
        raise SampleInvalidError(f"{name}: more than 255 minutiae")
    for field, bits in _COLUMN_BITS.items():
        column = getattr(view, field)
        if column.ndim != 1 or column.shape != view.x.shape or not np.issubdtype(column.dtype, np.integer):
            raise SampleInvalidError(f"{name}: {field} is not a column of whole numbers as long as x")
        if (column < 0).any() or (column >> bits).any():
            raise SampleInvalidError(f"{name}: {field} does not fit {bits} bits")
