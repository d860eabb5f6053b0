"""Writes the golden files of the format tests, byte by byte and without the code they test.

Run it from the root of the repository (``python tests/golden/make_formats.py``) only when a new format version is
added: files of versions that were ever written must stay as they are. Every value is invented.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

FOLDER = Path(__file__).parent

VIEW_0 = struct.pack(">BBBB", 2, 0x00, 80, 3) + b"".join(
    struct.pack(">HHBB", kind << 14 | x, y, angle, quality)
    for kind, x, y, angle, quality in [(1, 0, 0, 0, 0), (2, 299, 399, 128, 100), (0, 150, 20, 255, 1)]
)
EXTENDED = bytes.fromhex("0001 0006 5a5a") + bytes.fromhex("0101 0004")
VIEW_1 = struct.pack(">BBBB", 2, 0x18, 40, 1) + struct.pack(">HHBB", 1 << 14 | 12, 34, 64, 50)
NO_EXTENDED = b"\x00\x00"
WITH_EXTENDED = struct.pack(">H", len(EXTENDED)) + EXTENDED
FULL_VIEWS = VIEW_0 + NO_EXTENDED + VIEW_1 + WITH_EXTENDED


def record(views: bytes, count: int, length: int | None = None, resolution: int = 197) -> bytes:
    """Assemble a 2005 record with a certified device 0x123 and an image of 300 x 400."""
    total = 24 + len(views) if length is None else length
    return b"FMR\x00 20\x00" + struct.pack(">IHHHHHBB", total, 0x8123, 300, 400, 197, resolution, count, 0) + views


def ansi(length_field: bytes) -> bytes:
    """Assemble an ANSI INCITS 378-2004 record: other length, vendor and sub-format, then as ISO."""
    return b"FMR\x00 20\x00" + length_field + struct.pack(">HHHHHHHBB", 0x33, 1, 0x8123, 300, 400, 197, 197, 1, 0)


ANSI_VIEWS = VIEW_0 + NO_EXTENDED

RECORDS = {
    "two_views.iso": record(FULL_VIEWS, 2),
    "no_views.iso": record(b"", 0),
    "trailing_zeros.iso": record(FULL_VIEWS, 2) + bytes(64),
    "extended_length_missing.iso": record(VIEW_0, 1),
    "truncated_in_header.iso": record(FULL_VIEWS, 2)[:20],
    "truncated_in_view_header.iso": record(VIEW_0[:2], 1),
    "truncated_in_minutiae.iso": record(VIEW_0[:-1], 1),
    "truncated_in_extended_length.iso": record(VIEW_0 + b"\x00", 1),
    "truncated_in_extended_data.iso": record(VIEW_1 + WITH_EXTENDED[:-1], 1),
    "truncated_against_length.iso": record(FULL_VIEWS, 2)[:-1],
    "length_less_than_header.iso": record(FULL_VIEWS, 2, length=23),
    "more_views_than_data.iso": record(FULL_VIEWS, 3),
    "fewer_views_than_data.iso": record(FULL_VIEWS, 1),
    "missing_length_before_last_view.iso": record(VIEW_0, 2),
    "trailing_garbage.iso": record(FULL_VIEWS, 2) + b"\x00\x01",
    "no_width.iso": record(FULL_VIEWS, 2)[:14] + b"\x00\x00" + record(FULL_VIEWS, 2)[16:],
    "ansi378_2004.iso": ansi(struct.pack(">H", 26 + len(ANSI_VIEWS))) + ANSI_VIEWS,
    "ansi378_2004_long.iso": ansi(struct.pack(">HI", 0, 30 + len(ANSI_VIEWS))) + ANSI_VIEWS,
    "iso_2011.iso": b"FMR\x00030\x00" + record(FULL_VIEWS, 2)[8:],
    "unknown_version.iso": b"FMR\x00 21\x00" + record(FULL_VIEWS, 2)[8:],
    "image_record.iso": b"FIR\x00 20\x00" + record(FULL_VIEWS, 2)[8:],
}


def ridge_map() -> bytes:
    """Assemble the ridge map that version 3 adds: 17 x 13 squares, two of them with ridges, a core and a delta."""
    clear = ["00"] * (17 * 13)
    clear[0], clear[5 * 13 + 12] = "11", "01"
    bits = "".join(clear) + "00000" + "11111" + "0110" + "1111"  # orientations, then periods
    squares = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
    return squares + b"\x02" + struct.pack(">BHHB", 0, 150, 399, 192) + struct.pack(">BHHB", 1, 0, 300, 255)


def stored_template(version: int, quality: bytes, stated: bytes = b"", ridges: bytes = b"") -> bytes:
    """Assemble a stored template: three minutiae, extractor ``golden-1``; ``stated`` is what version 2 adds."""
    extractor = b"golden-1"
    body = b"IDVT" + struct.pack(">BBHHH", version, len(extractor), 300, 400, 3) + stated + extractor
    body += struct.pack(">3H", 0, 2400, 1203) + struct.pack(">3H", 0, 3200, 164)
    body += struct.pack(">3H", 0, 32768, 49152) + bytes([0, 1, 2]) + quality + ridges
    return body + struct.pack(">I", zlib.crc32(body))


STORED = {
    "template_v1.bin": stored_template(1, bytes([0, 255, 51])),
    "template_v1_alike.bin": stored_template(1, bytes([255, 255, 255])),
    "template_v2.bin": stored_template(2, bytes([0, 255, 51]), b"\x01"),
    "template_v2_unreported.bin": stored_template(2, b"", b"\x00"),
    "template_v3.bin": stored_template(3, bytes([0, 255, 51]), b"\x01", ridge_map()),
}

if __name__ == "__main__":
    for name, content in (RECORDS | STORED).items():
        (FOLDER / name).write_bytes(content)
