"""TIFF files written value by value, as writers that no library here imitates write them."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from matcher.types import ByteArray

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, OFFSETS, ORIENTATION = 256, 257, 258, 259, 262, 273, 274
SAMPLES, ROWS, COUNTS, X_PPI, Y_PPI, PLANAR, UNIT = 277, 278, 279, 282, 283, 284, 296
SUBFILE, OLD_SUBFILE, COLOURS, SUB_DIRECTORIES, EXTRA, FORMAT = 254, 255, 320, 330, 338, 339
_LONGS = {WIDTH, HEIGHT, OFFSETS, COUNTS, SUBFILE, SUB_DIRECTORIES}

Values = int | Sequence[int]
Page = tuple[Mapping[int, Values], Sequence[bytes]]
"""Tags, and the strips."""


def grey_page(pixels: ByteArray, tags: Mapping[int, Values] | None = None, strips: int = 1, ppi: int = 500) -> Page:
    """Return a page of 8-bit grey pixels, black being zero, unless tags say otherwise; they come last and win."""
    height, width = pixels.shape
    return page(width, height, pixels.tobytes(), {BITS: 8, PHOTOMETRIC: 1, **(tags or {})}, strips, ppi)


def page(width: int, height: int, samples: bytes, tags: Mapping[int, Values], strips: int = 1, ppi: int = 500) -> Page:
    """Return a page of samples as they lie in the file, cut into strips."""
    rows = -(-height // strips)
    length = len(samples) // height * rows
    plain = {WIDTH: width, HEIGHT: height, COMPRESSION: 1, SAMPLES: 1, ROWS: rows, X_PPI: ppi, Y_PPI: ppi, UNIT: 2}
    return {**plain, **tags}, [samples[at : at + length] for at in range(0, len(samples), length)]


def tiff(*pages: Page, order: str = "<", below: Page | None = None) -> bytes:
    """Return a file of pages.

    Args:
        pages: in a chain.
        order: ``<`` little-endian, ``>`` big-endian.
        below: a page that the first names as one of its SubIFDs.
    """
    data = bytearray(b"II*\0" if order == "<" else b"MM\0*") + bytes(4)
    link = 4
    under = {} if below is None else {SUB_DIRECTORIES: _append(data, below, order)[0]}
    for number, (tags, strips) in enumerate(pages):
        at, end = _append(data, ({**tags, **under} if number == 0 else tags, strips), order)
        struct.pack_into(f"{order}I", data, link, at)
        link = end
    return bytes(data)


def _append(data: bytearray, page: Page, order: str) -> tuple[int, int]:
    """Append a page; return where its directory is, and where that says where the next one is."""
    tags, strips = page
    offsets = []
    for strip in strips:
        offsets.append(len(data))
        data += strip
    everything = {**tags, OFFSETS: offsets, COUNTS: [len(strip) for strip in strips]}
    entries = b""
    for tag, value in sorted(everything.items()):
        values = [value] if isinstance(value, int) else list(value)
        if tag in {X_PPI, Y_PPI}:
            kind, count, packed = 5, 1, struct.pack(f"{order}II", *(values if len(values) > 1 else (values[0], 1)))
        else:
            kind, code = (4, "I") if tag in _LONGS else (3, "H")
            count, packed = len(values), struct.pack(f"{order}{len(values)}{code}", *values)
        if len(packed) > 4:
            at = len(data)
            data += packed
            packed = struct.pack(f"{order}I", at)
        entries += struct.pack(f"{order}HHI", tag, kind, count) + packed.ljust(4, b"\0")
    at = len(data)
    data += struct.pack(f"{order}H", len(everything)) + entries + bytes(4)
    return at, len(data) - 4
