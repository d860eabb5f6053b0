"""A ridge map as bytes, inside the storage form of a template: about 200 for a finger.

Bits are packed with the highest first, without gaps: of every square, row by row, how clear it is (2 bits); of every
square with ridges, their orientation (5); of every square of twice the side with ridges, their period (4); then zeros
up to a whole byte, and:

======= ========================================
type    field
======= ========================================
u8      number k of singular points, 0 to 15
k times 6 bytes each: u8 0 core, 1 delta; u16 x, u16 y, pixels at 500 dpi; u8 direction, in 2 pi / 256
======= ========================================
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.errors import TemplateInvalidError
from matcher.templates.ridge_map import (
    MOST_SINGULAR,
    blocks_seen,
    grid_shape,
    require_sound_points,
    require_sound_ridges,
)
from matcher.types import ByteArray, RidgeMap

_CLEAR_BITS, _ORIENTATION_BITS, _PERIOD_BITS = 2, 5, 4
_POINT = np.dtype([("kind", "u1"), ("x", ">u2"), ("y", ">u2"), ("direction", "u1")])


def pack(ridges: RidgeMap, width: int, height: int) -> bytes:
    """Write a map of a frame.

    Raises:
        TemplateInvalidError: the map is not sound.
    """
    require_sound_ridges(ridges, width, height)
    seen, wide = ridges.clear > 0, blocks_seen(ridges.clear)
    bits = np.concatenate(
        [
            _bits(ridges.clear.ravel(), _CLEAR_BITS),
            _bits(ridges.orientation[seen], _ORIENTATION_BITS),
            _bits(ridges.period[wide], _PERIOD_BITS),
        ]
    )
    points = np.zeros(len(ridges.singular), _POINT)
    for place, name in enumerate(("kind", "x", "y", "direction")):
        points[name] = ridges.singular[:, place]
    return np.packbits(bits).tobytes() + bytes([len(points)]) + points.tobytes()


def unpack(data: bytes, width: int, height: int, mark: int) -> RidgeMap:
    """Read a map of a frame; ``mark`` is that of the minutiae it belongs to.

    Raises:
        TemplateInvalidError: the bytes are truncated, too long, or hold a value out of range.
    """
    shape = grid_shape(width, height)
    bits = np.unpackbits(np.frombuffer(data, np.uint8))
    clear = _steps(bits, 0, shape[0] * shape[1], _CLEAR_BITS).reshape(shape)
    seen, wide = clear > 0, blocks_seen(clear)
    orientation, period = np.zeros(shape, np.uint8), np.zeros(wide.shape, np.uint8)
    at = clear.size * _CLEAR_BITS
    orientation[seen] = _steps(bits, at, int(seen.sum()), _ORIENTATION_BITS)
    at += int(seen.sum()) * _ORIENTATION_BITS
    period[wide] = _steps(bits, at, int(wide.sum()), _PERIOD_BITS)
    at += int(wide.sum()) * _PERIOD_BITS
    whole = -(-at // 8)
    if bits[at : 8 * whole].any():
        raise TemplateInvalidError("ridge map: bits are set after the last square")
    singular = _points(data[whole:])
    require_sound_points(singular, width, height)  # all else is in range, in so few bits
    return RidgeMap(clear, orientation, period, singular, mark)


def _bits(values: ByteArray, width: int) -> ByteArray:
    return np.unpackbits(values[:, None], axis=1)[:, 8 - width :].ravel()


def _steps(bits: ByteArray, at: int, count: int, width: int) -> ByteArray:
    """Return ``count`` numbers of ``width`` bits each."""
    taken = bits[at : at + count * width]
    if taken.size != count * width:
        raise TemplateInvalidError("ridge map: truncated inside its squares")
    wide = np.zeros((count, 8), np.uint8)
    wide[:, 8 - width :] = taken.reshape(count, width)
    return np.packbits(wide, axis=1).ravel()


def _points(data: bytes) -> NDArray[np.uint16]:
    if not data or data[0] > MOST_SINGULAR or len(data) != 1 + data[0] * _POINT.itemsize:
        raise TemplateInvalidError("ridge map: its singular points are truncated, too many, or followed by more")
    points = np.frombuffer(data, _POINT, offset=1)
    return np.stack([points[name].astype(np.uint16) for name in ("kind", "x", "y", "direction")], axis=1)
