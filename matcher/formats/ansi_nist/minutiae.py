"""Minutiae in a file of ANSI/NIST-ITL: records of type 9, as INCITS 378 has them or as the standard itself did.

Fields 9.126 to 9.137 hold what a record of ANSI INCITS 378-2004 does, as text, in the same units. Fields 9.005 to 9.012
hold positions in hundredths of a millimetre from the lower left corner, and directions that point out of the ridge,
opposite to INCITS 378, as in NBIS (:mod:`matcher.formats.xyt`); both are turned here.
"""

from __future__ import annotations

import numpy as np

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.ansi_nist.codes import finger_of
from matcher.formats.ansi_nist.records import Record, whole
from matcher.formats.minutiae_record import FingerView, MinutiaeRecord, RecordFormat

_WIDTH, _HEIGHT, _SCALE, _ACROSS, _DOWN, _VIEW, _FINGER, _QUALITY, _COUNT, _MINUTIAE = range(128, 138)
_OWN_FINGER, _OWN_COUNT, _OWN_MINUTIAE = 6, 10, 12
_MOST_MINUTIAE = 255
_MOST_COORDINATE = 0x3FFF
_PER_CM_OF_HUNDREDTHS = 1000
"""A hundredth of a millimetre is a pixel at 1000 to the centimetre: nothing is rounded."""

_KINDS = {"A": 1, "B": 2}
_LONGEST_TURN = 360

Row = tuple[int, int, int, int, int]
"""x, y, angle, kind, quality."""


def read_minutiae(record: Record) -> MinutiaeRecord:
    """Read a record of type 9 as a record of ANSI INCITS 378-2004 of one view.

    Raises:
        SampleInvalidError: a field that is missing or none of its kind, or more than 255 minutiae.
        SampleFormatUnsupportedError: minutiae of a vendor, or of the extended feature set.
    """
    if _MINUTIAE in record.fields:
        return _as_incits(record)
    if _OWN_MINUTIAE in record.fields:
        return _as_own(record)
    raise SampleFormatUnsupportedError(
        f"record at byte {record.offset}: minutiae of type 9 in fields of a vendor or of the extended feature set"
    )


def _as_incits(record: Record) -> MinutiaeRecord:
    width, height = (record.number(field, 1, _MOST_COORDINATE) for field in (_WIDTH, _HEIGHT))
    unit = record.number(_SCALE, 1, 2)
    across, down = (record.number(field, 1, 99999) for field in (_ACROSS, _DOWN))
    per_cm = (round(across / 2.54), round(down / 2.54)) if unit == 1 else (across, down)
    if max(per_cm) > 0xFFFF:
        raise SampleInvalidError(f"record at byte {record.offset}: a resolution that no scanner has")
    rows = [_incits_row(record, items) for items in record.items(_MINUTIAE)]
    _require_count(record, _COUNT, rows)
    return _record(_finger(record, _FINGER), rows, (width, height), per_cm)


def _incits_row(record: Record, items: list[str]) -> Row:
    if len(items) < 6:
        raise SampleInvalidError(f"record at byte {record.offset}: a minutia of fewer than six items")
    name = "a number of field 9.137"
    x, y = (whole(item, name, record.offset, 0, _MOST_COORDINATE) for item in items[1:3])
    angle = whole(items[3], name, record.offset, 0, _LONGEST_TURN // 2 - 1)
    kind = whole(items[4], name, record.offset, 0, 2)
    quality = whole(items[5], name, record.offset, 0, 255)
    return x, y, angle, kind, quality if quality <= 100 else 0


def _as_own(record: Record) -> MinutiaeRecord:
    rows = [_own_row(record, items) for items in record.items(_OWN_MINUTIAE)]
    _require_count(record, _OWN_COUNT, rows)
    top = max((row[1] for row in rows), default=0)
    right = max((row[0] for row in rows), default=0)
    upright = [(x, top - y, angle, kind, quality) for x, y, angle, kind, quality in rows]
    per_cm = (_PER_CM_OF_HUNDREDTHS, _PER_CM_OF_HUNDREDTHS)
    return _record(_finger(record, _OWN_FINGER), upright, (right + 1, top + 1), per_cm)


def _own_row(record: Record, items: list[str]) -> Row:
    if len(items) < 2 or len(items[1]) != 11:
        raise SampleInvalidError(f"record at byte {record.offset}: a minutia without four, four and three digits")
    name, text = "a number of field 9.012", items[1]
    x, y = (whole(digits, name, record.offset, 0, 9999) for digits in (text[:4], text[4:8]))
    degrees = whole(text[8:], name, record.offset, 0, _LONGEST_TURN)
    angle = round((degrees + 180) % _LONGEST_TURN / 2) % 180
    kind = _KINDS.get(items[3].upper(), 0) if len(items) > 3 else 0
    return x, y, angle, kind, _own_quality(record, items)


def _own_quality(record: Record, items: list[str]) -> int:
    """Turn 2 (best) to 63 (worst) into 100 to 1; 0 (by hand) and 1 (none reported) are no measure."""
    stated = whole(items[2], "a quality of field 9.012", record.offset, 0, 99) if len(items) > 2 and items[2] else 1
    return round(1 + 99 * (63 - stated) / 61) if 2 <= stated <= 63 else 0


def _finger(record: Record, field: int) -> int:
    codes = record.items(field)
    code = whole(codes[0][0], f"field 9.{field:03}", record.offset, 0, 99) if codes else 0
    return finger_of(code) or 0


def _require_count(record: Record, field: int, rows: list[Row]) -> None:
    if len(rows) > _MOST_MINUTIAE:
        raise SampleInvalidError(f"record at byte {record.offset}: more than {_MOST_MINUTIAE} minutiae")
    if record.number(field, 0, 9999) != len(rows):
        raise SampleInvalidError(f"record at byte {record.offset}: not as many minutiae as field 9.{field:03} states")


def _record(finger: int, rows: list[Row], size: tuple[int, int], per_cm: tuple[int, int]) -> MinutiaeRecord:
    table = np.array(rows, np.int64).reshape(-1, 5)
    view = FingerView(
        position=finger,
        impression_type=0,
        quality=0,
        x=table[:, 0].astype(np.uint16),
        y=table[:, 1].astype(np.uint16),
        angle=table[:, 2].astype(np.uint8),
        kind=table[:, 3].astype(np.uint8),
        minutia_quality=table[:, 4].astype(np.uint8),
    )
    return MinutiaeRecord(
        width=size[0],
        height=size[1],
        views=(view,),
        x_resolution=per_cm[0],
        y_resolution=per_cm[1],
        format=RecordFormat.ANSI_378_2004,
    )
