"""Writes the golden records of the later and related formats, byte by byte and without the code they test.

Run it from the root of the repository (``python tests/golden/make_records.py``). Every value is invented. A file that
is wrong is named by what is wrong with it.
"""

from __future__ import annotations

import struct
from pathlib import Path

FOLDER = Path(__file__).parent

Minutia = tuple[int, int, int, int, int]
MINUTIAE: list[Minutia] = [(1, 0, 0, 0, 0), (2, 299, 399, 90, 100), (0, 150, 20, 179, 254)]
"""Kind, x, y, angle, quality."""

NO_EXTENDED = b"\x00\x00"
EXTENDED = b"\x00\x06" + bytes.fromhex("0101 0006 5a5a")
LATER = b"FMR\x00030\x00"
AMENDED = b"FMR\x00035\x00"
EARLIER = b"FMR\x00 20\x00"


def minutiae(rows: list[Minutia], *, short: bool = False) -> bytes:
    packed = [
        struct.pack(">HHB", kind << 14 | x, y, angle) + bytes([] if short else [quality])
        for kind, x, y, angle, quality in rows
    ]
    return b"".join(packed)


def image_2011(
    rows: list[Minutia], *, position: int = 2, width: int = 300, size: int = 6, resolution: int = 197
) -> bytes:
    head = struct.pack(">BBHHBHHBB", position, 0, resolution, resolution, 0, width, 400, size << 4 | 1, len(rows))
    return head + minutiae(rows, short=size == 5)


def view_2011(image: bytes, blocks: bytes = b"", certified: bytes = b"", extended: bytes = NO_EXTENDED) -> bytes:
    time = struct.pack(">HBBBBBH", 2026, 3, 1, 8, 30, 0, 0)
    head = time + struct.pack(">BHHB", 1, 0x0033, 0x0007, len(blocks) // 5)
    body = head + blocks + certified + image + extended
    return struct.pack(">I", 4 + len(body)) + body


def iso_2011(views: bytes, count: int, *, flag: int = 0, length: int | None = None) -> bytes:
    total = 15 + len(views) if length is None else length
    return LATER + struct.pack(">IHB", total, count, flag) + views


QUALITY = struct.pack(">BHH", 80, 0x0033, 1) + struct.pack(">BHH", 255, 0x0044, 2)
CERTIFIED = b"\x02" + struct.pack(">HB", 0x0055, 1) + struct.pack(">HB", 0x0055, 2)
VIEW_A = view_2011(image_2011(MINUTIAE), QUALITY)
VIEW_B = view_2011(image_2011(MINUTIAE[:1], position=7, width=500, size=5), extended=EXTENDED)
WHOLE_2011 = VIEW_A + VIEW_B


def view_2009(rows: list[Minutia], *, width: int = 300, extended: bytes = NO_EXTENDED, quality: int = 80) -> bytes:
    head = struct.pack(">BBBBHHHHHHB", 2, 0, 0, quality, 0x0033, 1, width, 400, 197, 197, len(rows))
    return head + minutiae(rows) + extended


def ansi_2009(views: bytes, count: int, *, magic: bytes = LATER, length: int | None = None, reserved: int = 0) -> bytes:
    total = 21 + len(views) if length is None else length
    return magic + struct.pack(">IHHBHBB", total, 0x0033, 1, 0x80, 0x1234, count, reserved) + views


WHOLE_2009 = view_2009(MINUTIAE) + view_2009(MINUTIAE[:1], width=500, extended=EXTENDED, quality=254)

VIEW_2004 = struct.pack(">BBBB", 2, 0x00, 80, 2) + minutiae(MINUTIAE[:2]) + NO_EXTENDED
SECOND_2004 = struct.pack(">BBBB", 2, 0x18, 40, 1) + minutiae([(1, 12, 34, 45, 50)]) + EXTENDED
WHOLE_2004 = VIEW_2004 + SECOND_2004


def ansi_2004(views: bytes, count: int, *, stated: bytes | None = None, resolution: int = 197) -> bytes:
    rest = struct.pack(">HHHHHHHBB", 0x33, 1, 0x8123, 300, 400, resolution, resolution, count, 0) + views
    return EARLIER + (struct.pack(">H", 10 + len(rest)) if stated is None else stated) + rest


def off(extended: bytes, by: int) -> bytes:
    """Extended data whose length is so many bytes off."""
    return struct.pack(">H", int.from_bytes(extended[:2], "big") + by) + extended[2:]


OFF_2004 = struct.pack(">BBBB", 2, 0x18, 40, 1) + minutiae([(1, 12, 34, 45, 50)])
SPOILT_2011 = bytearray(iso_2011(WHOLE_2011, 2))
SPOILT_2011[14] = 2

RECORDS = {
    "iso2011.fmr": iso_2011(WHOLE_2011, 2),
    "iso2011_certified.fmr": iso_2011(view_2011(image_2011(MINUTIAE), QUALITY, CERTIFIED), 1, flag=1),
    "iso2011_no_views.fmr": iso_2011(b"", 0),
    "iso2011_no_minutiae.fmr": iso_2011(view_2011(image_2011([])), 1),
    "iso2011_length_wrong.fmr": iso_2011(WHOLE_2011, 2, length=9),
    "iso2011_length_too_long.fmr": iso_2011(WHOLE_2011, 2, length=4096),
    "iso2011_view_length_wrong.fmr": iso_2011(b"\x00\x00\x00\x40" + VIEW_A[4:], 1),
    "iso2011_trailing_zeros.fmr": iso_2011(WHOLE_2011, 2) + bytes(32),
    "iso2011_extended_length_missing.fmr": iso_2011(view_2011(image_2011(MINUTIAE), extended=b""), 1),
    "iso2011_resolution_zero.fmr": iso_2011(view_2011(image_2011(MINUTIAE, resolution=0)), 1),
    "iso2011_trailing_garbage.fmr": iso_2011(WHOLE_2011, 2) + b"\x00\x01",
    "iso2011_truncated.fmr": iso_2011(WHOLE_2011, 2)[:-3],
    "iso2011_truncated_in_header.fmr": iso_2011(WHOLE_2011, 2)[:13],
    "iso2011_truncated_in_view_header.fmr": iso_2011(VIEW_A[:20], 1),
    "iso2011_more_views_than_data.fmr": iso_2011(WHOLE_2011, 3),
    "iso2011_flag_unknown.fmr": bytes(SPOILT_2011),
    "iso2011_minutia_size_7.fmr": iso_2011(view_2011(image_2011(MINUTIAE, size=7)), 1),
    "iso2011_no_width.fmr": iso_2011(view_2011(image_2011(MINUTIAE, width=0)), 1),
    "ansi2009.fmr": ansi_2009(WHOLE_2009, 2),
    "ansi2009_am1.fmr": ansi_2009(WHOLE_2009, 2, magic=AMENDED),
    "ansi2009_no_views.fmr": ansi_2009(b"", 0),
    "ansi2009_length_wrong.fmr": ansi_2009(WHOLE_2009, 2, length=0),
    "ansi2009_reserved_byte.fmr": ansi_2009(WHOLE_2009, 2, magic=AMENDED, reserved=7),
    "ansi2009_trailing_zeros.fmr": ansi_2009(WHOLE_2009, 2) + bytes(32),
    "ansi2009_angle_too_large.fmr": ansi_2009(view_2009([(1, 10, 20, 180, 50), (1, 10, 20, 255, 50)]), 1),
    "ansi2009_truncated.fmr": ansi_2009(WHOLE_2009, 2)[:-3],
    "ansi2009_truncated_in_view_header.fmr": ansi_2009(WHOLE_2009[:10], 1),
    "ansi2009_no_width.fmr": ansi_2009(view_2009(MINUTIAE, width=0), 1),
    "ansi2009_trailing_garbage.fmr": ansi_2009(WHOLE_2009, 2) + b"\x01",
    "ansi2004.fmr": ansi_2004(WHOLE_2004, 2),
    "ansi2004_long_length_needless.fmr": ansi_2004(VIEW_2004, 1, stated=struct.pack(">HI", 0, 30 + len(VIEW_2004))),
    "ansi2004_length_wrong.fmr": ansi_2004(WHOLE_2004, 2, stated=b"\x00\x1f"),
    "ansi2004_resolution_zero.fmr": ansi_2004(WHOLE_2004, 2, resolution=0),
    "ansi2004_trailing_zeros.fmr": ansi_2004(WHOLE_2004, 2) + bytes(32),
    "ansi2004_truncated.fmr": ansi_2004(WHOLE_2004, 2)[:-3],
    "ansi2004_truncated_in_header.fmr": ansi_2004(WHOLE_2004, 2)[:25],
    "ansi2004_more_views_than_data.fmr": ansi_2004(WHOLE_2004, 3),
    "ansi2004_extended_length_2_short.fmr": ansi_2004(OFF_2004 + off(EXTENDED, -2) + SECOND_2004, 2),
    "ansi2004_extended_length_1_long.fmr": ansi_2004(OFF_2004 + off(EXTENDED, 1), 1),
    "ansi2004_extended_length_3_long.fmr": ansi_2004(OFF_2004 + off(EXTENDED, 3), 1),
    "ansi2004_extended_block_too_short.fmr": ansi_2004(OFF_2004 + b"\x00\x06" + bytes.fromhex("0101 0003 5a"), 1),
    "ansi2004_length_counts_itself.fmr": ansi_2004(OFF_2004 + off(NO_EXTENDED, 2) + SECOND_2004, 2),
    "ansi2004_header_byte_missing.fmr": EARLIER
    + struct.pack(">H", 25 + len(VIEW_2004))
    + struct.pack(">HHHHHHHB", 0x33, 1, 0x8123, 300, 400, 197, 197, 1)
    + VIEW_2004,
    "ansi2009_extended_length_1_short.fmr": ansi_2009(view_2009(MINUTIAE, extended=off(EXTENDED, -1)), 1),
    "iso2011_extended_length_2_long.fmr": iso_2011(view_2011(image_2011(MINUTIAE), extended=off(EXTENDED, 2)), 1),
    "nbis.xyt": b"10 390 180 50\n20 1 0 100\n299 400 45 0\n",
    "without_quality.xyt": b"10 390 180\n20 1 0\n",
    "windows_and_blank_lines.xyt": b"10 390 180 50\r\n\r\n20 1 0 100\r\n",
    "angle_too_large.xyt": b"10 390 180 50\n20 1 360 100\n30 1 -90 100\n",
    "quality_too_large.xyt": b"10 390 180 101\n",
    "right_of_frame.xyt": b"300 390 180 50\n",
    "above_frame.xyt": b"10 390 180 50\n20 401 0 100\n",
    "float.xyt": b"10 390 180 50\n20.5 1 0 100\n",
    "five_columns.xyt": b"10 390 180 50\n20 1 0 100 3\n",
}

if __name__ == "__main__":
    for name, content in RECORDS.items():
        (FOLDER / name).write_bytes(content)
