"""Files of one print as programs write them, and what is right to make of each: docs/captures.md lists them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import PIL.Image

from matcher.errors import MatcherError
from matcher.images.decoding import decode_image
from matcher.types import ByteArray

UNSUPPORTED, UNKNOWN = "SAMPLE_FORMAT_UNSUPPORTED", "SAMPLE_RESOLUTION_UNKNOWN"
HEIGHT, WIDTH = 200, 180


def ridges() -> ByteArray:
    """Return waves nine pixels apart around a place at the side, brighter to the right: no turn looks like another."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    waves = 110 + x / 6 + 90 * np.cos(2 * np.pi * np.hypot(x - 20, y - 130) / 9)
    return np.asarray(np.clip(waves, 0, 255), dtype=np.uint8)


PRINT = ridges()
GREYS = PIL.Image.fromarray(PRINT)


@dataclass(frozen=True, slots=True, eq=False)
class CaptureFile:
    """A file.

    Attributes:
        name: of the kind.
        what: it is.
        data: its bytes.
        right: the reason of the refusal, or the print at so many pixels per inch.
        shown: which picture is right, None: the print; not looked at where it is refused.
        off: how far grey levels may be from it in the mean: what the coding loses.
        ppi: as the caller states it; None: nothing is stated.
    """

    name: str
    what: str
    data: bytes
    right: str = "the print, 500 ppi"
    shown: ByteArray | None = None
    off: float = 0.0
    ppi: float | None = None


def given(file: CaptureFile) -> str:
    """Return what is made of a file, in the words of ``right``."""
    try:
        image = decode_image(file.data, resolution_ppi=file.ppi)
    except MatcherError as error:
        return error.reason
    right = PRINT if file.shown is None else file.shown
    same = image.pixels.shape == right.shape
    same = same and float(np.abs(image.pixels.astype(int) - right).mean()) <= file.off
    return f"{'the print' if same else 'another picture'}, {image.resolution_ppi:g} ppi"


def saved(kind: str, picture: PIL.Image.Image = GREYS, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **({"dpi": (500, 500)} | options))
    return stream.getvalue()
