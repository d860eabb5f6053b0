"""Pictures that a tag says are to be shown turned or mirrored: TIFF 6.0 tag 274, which EXIF took over."""

from __future__ import annotations

import PIL.Image
from PIL.Image import Transpose

ORIENTATION = 274

_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


def as_shown(picture: PIL.Image.Image, exif: bytes | None) -> PIL.Image.Image:
    """Return a decoded picture as its EXIF block says it is to be shown; a block that cannot be read says nothing.

    Args:
        picture: decoded.
        exif: as the file holds it; None if it holds none.
    """
    turn = _TURNS.get(_stated(exif)) if exif else None
    return picture if turn is None else picture.transpose(turn)


def _stated(exif: bytes) -> int:
    block = PIL.Image.Exif()
    try:
        block.load(exif)
        found = block.get(ORIENTATION)
    except (SyntaxError, ValueError, TypeError, LookupError, OSError, EOFError, ArithmeticError):
        return 1
    return found if isinstance(found, int) else 1
