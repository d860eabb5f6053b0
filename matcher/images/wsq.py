"""WSQ, the FBI's compression of fingerprints (IAFIS-IC-0110), decoded.

A file is a chain of segments: filter taps, quantisation bins, Huffman codes, a frame header, and blocks of coded
coefficients of 64 subbands. A decoder of our own, because the one at hand is C from 1999 that writes beyond its buffers
for files that are wrong, which would end the service. Here every length is checked before it is used.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.images._wsq_kernels import CODE_BITS, decode_block
from matcher.images.wsq_bands import coded_bands, join_parts, split_nodes
from matcher.types import ByteArray

MAGIC = b"\xff\xa0"
BANDS = 64
LEAST_SIDE = 32
MOST_TAPS = 31
MOST_SEGMENTS = 256
MOST_TABLES = 64
_END, _BLOCK = 0xA1, 0xA3
_PPI = re.compile(rb"^PPI (\d{1,5})\s*$", re.MULTILINE)
_NO_PPI = frozenset({0, 255})  # encoders write -1 for "unknown", and some a byte of it
_FRAME_FIELDS = struct.Struct(">BBHHBHBHBH")


@dataclass(frozen=True, slots=True)
class Wsq:
    """The header of a WSQ file.

    Attributes:
        width, height: in pixels.
        ppi: pixels per inch as a NIST comment states them, None without one.
    """

    width: int
    height: int
    ppi: float | None


@dataclass(slots=True)
class _Tables:
    """What the segments have defined so far."""

    frame: tuple[int, ...] = ()
    ppi: float | None = None
    low: NDArray[np.float32] | None = None
    high: NDArray[np.float32] | None = None
    bins: NDArray[np.float64] | None = None
    codes: dict[int, tuple[ByteArray, ByteArray]] = field(default_factory=dict)


def inspect(data: bytes) -> Wsq:
    """Read the header, up to the frame. Raises SampleInvalidError if the file is corrupt or truncated."""
    tables = _Tables()
    for kind, content, _ in _segments(data):
        _define(tables, kind, content)
        if tables.frame:
            return _header(tables)
    raise _corrupt()


def decode(data: bytes) -> ByteArray:
    """Decode to uint8 (height, width). The caller has checked that :func:`inspect` gives no absurd size.

    Raises:
        SampleInvalidError: corrupt or truncated.
        SampleFormatUnsupportedError: filters of even length, which only one encoder has and no file at hand.
    """
    tables = _Tables()
    coefficients: NDArray[np.int32] | None = None
    place = 0
    for kind, content, coded in _segments(data):
        if kind != _BLOCK:
            _define(tables, kind, content)
            continue
        if tables.bins is None or not tables.frame or len(content) != 1 or content[0] not in tables.codes:
            raise _corrupt()
        if coefficients is None:
            if min(tables.frame[2:4]) < LEAST_SIDE:
                raise SampleInvalidError(f"a WSQ image of less than {LEAST_SIDE} pixels a side")
            coefficients = np.zeros(_coded_pixels(tables), np.int32)
        block = np.frombuffer(coded.replace(b"\xff\x00", b"\xff"), np.uint8)
        place = decode_block(block, *tables.codes[content[0]], coefficients, place)
        if place < 0:
            raise _corrupt()
    if coefficients is None or place != len(coefficients) or tables.low is None or tables.high is None:
        raise _corrupt()
    with np.errstate(all="ignore"):  # absurd bins and taps overflow, which is looked at once, below
        picture = _dequantised(tables, coefficients)
        for node in reversed(list(split_nodes(tables.frame[3], tables.frame[2]))):
            join_parts(picture, node, tables.low, tables.high)
        shift_scale, shift, range_scale, spread = tables.frame[4:8]
        grey = picture * (spread / 10.0**range_scale) + (shift / 10.0**shift_scale)
    if not np.isfinite(grey).all():
        raise _corrupt()
    pixels: ByteArray = np.clip(np.floor(grey + 0.5), 0, 255).astype(np.uint8)
    return pixels


def read_no_code() -> None:
    """Read a block that holds nothing: what reads the others is compiled then."""
    none = np.zeros(1 << CODE_BITS, np.uint8)
    decode_block(np.frombuffer(b"\0\0", np.uint8), none, none, np.zeros(1, np.int32), 0)


def _segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield marker, content, and the coded bytes after it, of each segment up to the end of the image."""
    if not data.startswith(MAGIC):
        raise _corrupt()
    offset = len(MAGIC)
    for _ in range(MOST_SEGMENTS):
        if offset + 2 > len(data) or data[offset] != 0xFF:
            raise _corrupt()
        kind = data[offset + 1]
        if kind == _END:
            return
        length = int.from_bytes(data[offset + 2 : offset + 4], "big")
        end = offset + 2 + length
        if length < 2 or end > len(data):
            raise _corrupt()
        coded_end = _end_of_coded(data, end) if kind == _BLOCK else end
        yield kind, data[offset + 4 : end], data[end:coded_end]
        offset = coded_end
    raise SampleInvalidError(f"the WSQ file has more than {MOST_SEGMENTS} segments")


def _end_of_coded(data: bytes, offset: int) -> int:
    """Return where the next marker is: 0xff that no stuffed zero follows."""
    while True:
        offset = data.find(b"\xff", offset)
        if offset < 0 or offset + 1 >= len(data):
            raise _corrupt()
        if data[offset + 1] != 0:
            return offset
        offset += 2


def _define(tables: _Tables, kind: int, content: bytes) -> None:
    try:
        match kind:
            case 0xA8:
                tables.ppi = _ppi(content) or tables.ppi
            case 0xA4:
                tables.high, tables.low = _filters(content)
            case 0xA5 if tables.bins is None:
                tables.bins = _bins(content)
            case 0xA6:
                tables.codes |= _codes(content)
            case 0xA2 if not tables.frame:
                tables.frame = _FRAME_FIELDS.unpack(content[: _FRAME_FIELDS.size])
            case _:
                raise _corrupt()
    except (struct.error, IndexError):
        raise _corrupt() from None


def _header(tables: _Tables) -> Wsq:
    return Wsq(tables.frame[3], tables.frame[2], tables.ppi)


def _ppi(comment: bytes) -> float | None:
    found = _PPI.search(comment) if comment.startswith(b"NIST_COM") else None
    return float(found[1]) if found and int(found[1]) not in _NO_PPI else None


def _filters(content: bytes) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the synthesis filters, high and low: the analysis filters swapped, every second tap negated."""
    if len(content) < 2:
        raise _corrupt()
    made = []
    offset = 2
    for size in content[:2]:
        if size % 2 == 0 or size > MOST_TAPS:
            raise SampleFormatUnsupportedError("the WSQ file's filters have an even length, or are too long")
        taps = np.zeros(size, np.float32)
        middle = size // 2
        for index in range(middle + 1):
            sign, scale, value = struct.unpack_from(">BBI", content, offset)
            offset += 6
            tap = (-1) ** index * (-1 if sign else 1) * value / 10.0**scale
            taps[middle + index] = taps[middle - index] = tap
        made.append(taps)
    high, low = made
    return high, low


def _bins(content: bytes) -> NDArray[np.float64]:
    """Return per band the width of its bins and of its zero bin; the last row holds where in a bin its value lies."""
    scaled = [value / 10.0**scale for scale, value in struct.iter_unpack(">BH", content[: 3 * (2 * BANDS + 1)])]
    if len(scaled) != 2 * BANDS + 1:
        raise _corrupt()
    return np.array([*scaled[1:], scaled[0], 0.0]).reshape(BANDS + 1, 2)


def _codes(content: bytes) -> dict[int, tuple[ByteArray, ByteArray]]:
    """Return for each table the symbol and the length of the code that every 16 bits begin with."""
    tables: dict[int, tuple[ByteArray, ByteArray]] = {}
    while content:
        if len(tables) == MOST_TABLES or content[0] in tables:
            raise _corrupt()
        counts = content[1 : 1 + CODE_BITS]
        values = content[1 + CODE_BITS : 1 + CODE_BITS + sum(counts)]
        if len(counts) != CODE_BITS or len(values) != sum(counts):
            raise _corrupt()
        symbols, lengths = np.zeros(1 << CODE_BITS, np.uint8), np.zeros(1 << CODE_BITS, np.uint8)
        code, index = 0, 0
        for length, count in enumerate(counts, start=1):
            for value in values[index : index + count]:
                first = code << (CODE_BITS - length)
                last = first + (1 << (CODE_BITS - length))
                if last > 1 << CODE_BITS:
                    raise _corrupt()
                symbols[first:last], lengths[first:last] = value, length
                code += 1
            index += count
            code <<= 1
        tables[content[0]] = symbols, lengths
        content = content[1 + CODE_BITS + len(values) :]
    return tables


def _coded_pixels(tables: _Tables) -> int:
    assert tables.bins is not None  # the caller looked
    bands = coded_bands(tables.frame[3], tables.frame[2])
    return sum(band[2] * band[3] for index, band in enumerate(bands) if tables.bins[index, 0])


def _dequantised(tables: _Tables, coefficients: NDArray[np.int32]) -> NDArray[np.float32]:
    assert tables.bins is not None  # the caller looked
    height, width = tables.frame[2], tables.frame[3]
    picture = np.zeros((height, width), np.float32)
    center, place = tables.bins[BANDS, 0], 0
    for index, (x, y, across, down, _, _) in enumerate(coded_bands(width, height)):
        step, zero = tables.bins[index]
        if not step:
            continue
        values = coefficients[place : place + across * down].reshape(down, across)
        place += across * down
        sizes = step * (np.abs(values) - center) + zero / 2
        picture[y : y + down, x : x + across] = np.where(values == 0, 0.0, np.sign(values) * sizes)
    return picture


def _corrupt() -> SampleInvalidError:
    return SampleInvalidError("the image file is corrupt or truncated")
