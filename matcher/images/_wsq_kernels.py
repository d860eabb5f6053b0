"""The bit-by-bit part of a WSQ file: Huffman codes to quantised coefficients."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled

CODE_BITS = 16
_LONGEST_RUN = 100
_PLUS_8, _MINUS_8, _PLUS_16, _MINUS_16, _RUN_8, _RUN_16 = 101, 102, 103, 104, 105, 106
_ZERO = 180


@compiled
def decode_block(
    data: NDArray[np.uint8],
    symbols: NDArray[np.uint8],
    lengths: NDArray[np.uint8],
    out: NDArray[np.int32],
    start: int,
) -> int:
    """Write the coefficients of a block to ``out`` from ``start`` on.

    Args:
        data: the block's bytes, without stuffed zeros.
        symbols: what the code says that each 16 bits begin with.
        lengths: of that code; 0 where they begin with none.
        out: coefficients, zeros before.
        start: where to go on.

    Returns:
        The place after the last coefficient, or -1 if the bits are no block or reach beyond ``out``.
    """
    bits, at = data.shape[0] * 8, 0
    place = start
    while True:
        window = _bits(data, at, CODE_BITS)
        length = lengths[window]
        if length == 0 or at + length > bits:
            # No code is all ones: they fill the last byte, and some encoders write one more that is full of them.
            return place if bits - at < 8 or _ones(data, at, bits) else -1
        at += length
        extra = _extra_bits(symbols[window])
        count, value = _meaning(symbols[window], _bits(data, at, extra))
        at += extra
        if count < 0 or at > bits or place + count > out.shape[0]:
            return -1
        if value != 0:
            out[place] = value
        place += count


@compiled
def _ones(data: NDArray[np.uint8], at: int, end: int) -> bool:
    """Whether all bits from ``at`` up to ``end`` are ones."""
    ones = 0
    for bit in range(at, end):
        ones += (data[bit >> 3] >> (7 - (bit & 7))) & 1
    return ones == end - at


@compiled
def _extra_bits(symbol: int) -> int:
    """Return how many bits follow a symbol and belong to it."""
    if symbol in (_PLUS_16, _MINUS_16, _RUN_16):
        return 16
    return 8 if symbol in (_PLUS_8, _MINUS_8, _RUN_8) else 0


@compiled
def _meaning(symbol: int, extra: int) -> tuple[int, int]:
    """Return how many coefficients a symbol stands for, -1 if it means nothing, and their value."""
    if symbol in (0, 255):
        return -1, 0
    if symbol <= _LONGEST_RUN:
        return symbol, 0
    if symbol in (_RUN_8, _RUN_16):
        return extra, 0
    if symbol in (_PLUS_8, _PLUS_16):
        return 1, extra
    if symbol in (_MINUS_8, _MINUS_16):
        return 1, -extra
    return 1, symbol - _ZERO


@compiled
def _bits(data: NDArray[np.uint8], at: int, count: int) -> int:
    """Return ``count`` bits from bit ``at`` on; ones after the end."""
    value = 0
    for bit in range(at, at + count):
        byte = bit >> 3
        set_ = (data[byte] >> (7 - (bit & 7))) & 1 if byte < data.shape[0] else 1
        value = value << 1 | set_
    return value
