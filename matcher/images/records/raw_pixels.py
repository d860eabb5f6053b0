"""Uncompressed pixels of 1 to 16 bits, each in whole bytes or packed, as finger image records may hold them."""

from __future__ import annotations

import numpy as np

from matcher.errors import SampleInvalidError
from matcher.images.sample_depth import to_eight_bits
from matcher.types import ByteArray


def unpacked(data: bytes, width: int, height: int, depth: int, *, packed: bool) -> tuple[ByteArray, int]:
    """Return grey pixels, uint8 (height, width), and how many levels they can have.

    Args:
        data: row after row from the top, dark is low, the highest bit first; packed without gaps, or each row up to a
            whole byte, which its length tells.
        width: in pixels.
        height: in pixels.
        depth: bits of a pixel.
        packed: whether pixels follow each other without bits between.

    Raises:
        SampleInvalidError: a depth that is none, or another number of bytes.
    """
    if not 1 <= depth <= 16:
        raise SampleInvalidError(f"a pixel of {depth} bits is none: 1 to 16 are")
    bits = depth if packed else 8 if depth <= 8 else 16
    row = width * bits
    rows_of_bytes, whole = (row + 7) // 8 * height, (row * height + 7) // 8
    if len(data) not in {rows_of_bytes, whole}:
        raise SampleInvalidError(f"{len(data)} bytes are not {width} x {height} pixels of {bits} bits")
    if bits == 8:
        values = np.frombuffer(data, np.uint8).astype(np.uint16)
    elif bits == 16:
        values = np.frombuffer(data, ">u2").astype(np.uint16)
    else:
        stream = np.unpackbits(np.frombuffer(data, np.uint8))
        rows = stream[: row * height] if len(data) == whole else stream.reshape(height, -1)[:, :row].ravel()
        weights = (1 << np.arange(bits - 1, -1, -1)).astype(np.uint16)
        values = (rows.reshape(-1, bits) * weights).sum(axis=1, dtype=np.uint16)
    return _grey(values.reshape(height, width), depth)


def _grey(values: np.ndarray[tuple[int, ...], np.dtype[np.uint16]], depth: int) -> tuple[ByteArray, int]:
    if depth > 8:
        return to_eight_bits(values)
    full = (1 << depth) - 1
    scaled = np.minimum(values, full) * 255 // full
    return np.ascontiguousarray(scaled, dtype=np.uint8), full + 1
