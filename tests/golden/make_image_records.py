"""Writes the golden finger image records (ISO/IEC 19794-4), byte by byte and without the code they test.

Run it from the root of the repository (``python tests/golden/make_image_records.py``). Every value is invented. A file
that is wrong is named by what is wrong with it.
"""

from __future__ import annotations

import struct
from pathlib import Path

FOLDER = Path(__file__).parent
PIXELS = bytes(range(12))
"""Four columns, three rows."""

TIME = struct.pack(">HBBBBBH", 2026, 1, 5, 7, 30, 1, 250)
NOT_STATED = b"\xff" * 9


def view_2005(data: bytes = PIXELS, *, position: int = 2, number: int = 1, length: int | None = None) -> bytes:
    stated = 14 + len(data) if length is None else length
    return struct.pack(">IBBBBBHHB", stated, position, 1, number, 254, 0, 4, 3, 0) + data


def record_2005(
    views: bytes, count: int, *, units: int = 2, rate: int = 197, coding: int = 0, depth: int = 8, **wrong: int
) -> bytes:
    length = wrong.get("length", 32 + len(views))
    head = b"FIR\x00010\x00" + length.to_bytes(6, "big") + struct.pack(">HHBB", 0x0123, 31, count, units)
    return head + struct.pack(">4HBBH", *[rate] * 4, depth, coding, wrong.get("reserved", 0)) + views


def record_ansi(views: bytes, count: int, **further: int) -> bytes:
    """A record of ANSI INCITS 381-2004: four bytes more, after a length that counts them."""
    iso = record_2005(views, count, **{"length": 36 + len(views)} | further)
    return iso[:14] + struct.pack(">HH", 0x1B, 0x0102) + iso[14:]


def view_2011(
    data: bytes = PIXELS,
    *,
    position: int = 2,
    blocks: bytes = b"\x01" + struct.pack(">BHH", 83, 15, 1),
    certifications: bytes = b"",
    extended: bytes = b"",
    units: int = 1,
    coding: int = 0,
    time: bytes = TIME,
    length: int | None = None,
) -> bytes:
    head = time + struct.pack(">BHH", 2, 15, 77) + blocks + certifications
    image = struct.pack(">BBB4HBBBHHI", position, 0, units, *[500] * 4, 8, coding, 0, 4, 3, len(data)) + data
    body = head + image + extended
    return struct.pack(">I", 4 + len(body) if length is None else length) + body


def record_2011(views: bytes, count: int, fingers: int = 1, *, flag: int = 0, **wrong: int) -> bytes:
    length = wrong.get("length", 16 + len(views))
    return b"FIR\x00020\x00" + struct.pack(">IHBB", length, count, flag, fingers) + views


ONE_2005, ONE_2011 = view_2005(), view_2011()
SEGMENTS = struct.pack(">HHHHBHHB", 1, 14, 15, 1, 90, 15, 1, 0)
"""An extended data block: kind, length, and no segment."""

RECORDS = {
    "fir2005.fir": record_2005(ONE_2005, 1),
    "fir2005_two_views.fir": record_2005(ONE_2005 + view_2005(number=2), 2),
    "fir2005_two_fingers.fir": record_2005(ONE_2005 + view_2005(position=7), 2),
    "fir2005_views_of_one_finger_counted_as_one.fir": record_2005(ONE_2005 + view_2005(number=2), 1),
    "fir2005_no_views.fir": record_2005(b"", 0),
    "fir2005_count_wrong.fir": record_2005(ONE_2005, 3),
    "fir2005_length_wrong.fir": record_2005(ONE_2005, 1, length=7),
    "fir2005_view_length_without_header.fir": record_2005(view_2005(length=12), 1),
    "fir2005_view_length_too_long.fir": record_2005(view_2005(length=27), 1),
    "fir2005_view_length_too_short.fir": record_2005(view_2005(b"\x01" * 20, length=13), 1, coding=2),
    "fir2005_trailing_zeros.fir": record_2005(ONE_2005, 1) + bytes(20),
    "fir2005_trailing_garbage.fir": record_2005(ONE_2005, 1) + b"\x00\x01",
    "fir2005_truncated.fir": record_2005(ONE_2005, 1)[:-3],
    "fir2005_truncated_in_header.fir": record_2005(ONE_2005, 1)[:31],
    "fir2005_truncated_in_view_header.fir": record_2005(ONE_2005, 1)[:40],
    "fir2005_reserved_set.fir": record_2005(ONE_2005, 1, reserved=5),
    "fir2005_unit_unknown.fir": record_2005(ONE_2005, 1, units=3),
    "fir2005_resolution_zero.fir": record_2005(ONE_2005, 1, rate=0),
    "fir2005_coding_unknown.fir": record_2005(ONE_2005, 1, coding=9),
    "fir2005_position_unknown.fir": record_2005(view_2005(position=12), 1),
    "ansi381.fir": record_ansi(ONE_2005, 1),
    "ansi381_two_fingers.fir": record_ansi(ONE_2005 + view_2005(position=7), 2),
    "ansi381_no_views.fir": record_ansi(b"", 0),
    "ansi381_count_wrong.fir": record_ansi(ONE_2005, 3),
    "ansi381_reserved_set.fir": record_ansi(ONE_2005, 1, reserved=5),
    "ansi381_unit_unknown.fir": record_ansi(ONE_2005, 1, units=3),
    "ansi381_coding_unknown.fir": record_ansi(ONE_2005, 1, coding=9),
    "ansi381_trailing_zeros.fir": record_ansi(ONE_2005, 1) + bytes(20),
    "ansi381_trailing_garbage.fir": record_ansi(ONE_2005, 1) + b"\x00\x01",
    "fir2011.fir": record_2011(ONE_2011, 1),
    "fir2011_two_fingers.fir": record_2011(ONE_2011 + view_2011(position=7, time=NOT_STATED), 2, 2),
    "fir2011_certified.fir": record_2011(
        view_2011(certifications=b"\x02" + struct.pack(">HBHB", 1, 1, 2, 3)), 1, flag=1
    ),
    "fir2011_extended.fir": record_2011(view_2011(extended=SEGMENTS), 1),
    "fir2011_without_quality.fir": record_2011(view_2011(blocks=b"\x00"), 1),
    "fir2011_quality_too_large.fir": record_2011(view_2011(blocks=b"\x01" + struct.pack(">BHH", 101, 15, 1)), 1),
    "fir2011_no_views.fir": record_2011(b"", 0, 0),
    "fir2011_count_wrong.fir": record_2011(ONE_2011, 1, 4),
    "fir2011_length_wrong.fir": record_2011(ONE_2011, 1, length=12),
    "fir2011_view_length_wrong.fir": record_2011(view_2011(length=3), 1),
    "fir2011_flag_unknown.fir": record_2011(ONE_2011, 1, flag=2),
    "fir2011_more_views_than_data.fir": record_2011(ONE_2011, 2),
    "fir2011_trailing_zeros.fir": record_2011(ONE_2011, 1) + bytes(20),
    "fir2011_trailing_garbage.fir": record_2011(ONE_2011, 1) + b"\x01",
    "fir2011_truncated.fir": record_2011(ONE_2011, 1)[:-1],
    "fir2011_truncated_in_header.fir": record_2011(ONE_2011, 1)[:15],
    "fir2011_truncated_in_view_header.fir": record_2011(ONE_2011, 1)[:60],
    "fir2011_unit_unknown.fir": record_2011(view_2011(units=0), 1),
    "fir2011_unknown_version.fir": b"FIR\x00040\x00" + record_2011(ONE_2011, 1)[8:],
}

if __name__ == "__main__":
    for name, content in RECORDS.items():
        (FOLDER / name).write_bytes(content)
