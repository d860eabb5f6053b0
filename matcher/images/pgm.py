"""PGM, the grey maps of Netpbm: three numbers in text, and pixels as bytes (P5) or as text (P2)."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SampleInvalidError
from matcher.images.opened import OpenedImage
from matcher.images.sample_depth import to_eight_bits
from matcher.types import ByteArray

_SPACE = rb"(?:\s|#[^\r\n]*[\r\n])+"
_HEADER = re.compile(rb"P([25])%s(\d{1,5})%s(\d{1,5})%s(\d{1,5})\s" % ((_SPACE,) * 3))
_COMMENT = re.compile(rb"#[^\r\n]*")
_FULL = 65535


def opened(data: bytes) -> OpenedImage:
    """Read the header; a resolution is nowhere stated. Raises SampleInvalidError if it is none."""
    header = _HEADER.match(data)
    if header is None:
        raise _corrupt()
    plain = header[1] == b"2"
    width, height, white = (int(header[group]) for group in (2, 3, 4))
    if not 0 < white <= _FULL:
        raise _corrupt()

    def read() -> tuple[ByteArray, int]:
        pixels = data[header.end() :]
        values = _written(pixels, width * height) if plain else _packed(pixels, width * height, white)
        if len(values) != width * height or values.max() > white:
            raise _corrupt()
        return _scaled(values.reshape(height, width), white)

    return OpenedImage(width, height, None, read)


def _packed(data: bytes, count: int, white: int) -> NDArray[np.uint16]:
    kind = np.dtype(np.uint8 if white < 256 else ">u2")
    if len(data) < count * kind.itemsize:
        raise _corrupt()
    return np.frombuffer(data, kind, count).astype(np.uint16)


def _written(data: bytes, count: int) -> NDArray[np.uint16]:
    try:
        values = np.fromstring(_COMMENT.sub(b"", data), dtype=np.int64, sep=" ")[:count]
    except ValueError:
        raise _corrupt() from None
    if values.min(initial=0) < 0 or values.max(initial=0) > _FULL:
        raise _corrupt()
    return values.astype(np.uint16)


def _scaled(values: NDArray[np.uint16], white: int) -> tuple[ByteArray, int]:
    """Return 8 bits of which 255 is white; where white is that of 16 bits, they may hold fewer."""
    if white == _FULL:
        return to_eight_bits(values)
    eight = (values.astype(np.uint32) * 255 + white // 2) // white
    return np.ascontiguousarray(eight, dtype=np.uint8), white + 1


def _corrupt() -> SampleInvalidError:
    return SampleInvalidError("the image file is corrupt or truncated")
