"""Image files and raw pixels to grey arrays with a known resolution, within limits.

An image comes from outside and is not trusted: its format is told by its first bytes, its size is checked before a
pixel is decoded, and whatever is wrong with it is a :class:`~matcher.errors.MatcherError`, never another exception.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np

from matcher.types import TEMPLATE_RESOLUTION_PPI, ByteArray, Image


class ImageFormat(Enum):
    """The file formats read, by Pillow's name."""

    PNG = "PNG"
    TIFF = "TIFF"
    BMP = "BMP"
    JPEG = "JPEG"


_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", ImageFormat.PNG),
    (b"II*\x00", ImageFormat.TIFF),
    (b"MM\x00*", ImageFormat.TIFF),
    (b"BM", ImageFormat.BMP),
    (b"\xff\xd8\xff", ImageFormat.JPEG),
)


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What is accepted. A rolled finger at 1000 ppi is about 1600 x 1500 px; a SOCOFing crop 96 x 103 px.

    Attributes:
        min_side, max_side: pixels of each side as the file has them.
        min_side_500, max_side_500: pixels of each side at 500 dpi: the network's smallest input, and 20 cm.
        max_pixels_500: pixels at 500 dpi, a four-finger slap: the extractor's memory grows with them.
        min_ppi, max_ppi: of the caller's statement.
        trusted_min_ppi, trusted_max_ppi: of the file's own statement. Below 200 it is a default that nobody measured
            (FVC's TIFFs say 1, SOCOFing's BMPs 120, many tools 72 or 96).
        square_tolerance: relative difference of the two axes' resolutions that still counts as one.
    """

    min_side: int = 64
    max_side: int = 4096
    min_side_500: int = 32
    max_side_500: int = 4000
    max_pixels_500: int = 2_500_000
    min_ppi: float = 100.0
    max_ppi: float = 2000.0
    trusted_min_ppi: float = 200.0
    trusted_max_ppi: float = 1200.0
    square_tolerance: float = 0.01


DEFAULT_LIMITS = ImageLimits()
_AREA_BELOW = 0.7  # scales under this average pixels instead of interpolating: less aliasing


def resample(image: Image, ppi: float = TEMPLATE_RESOLUTION_PPI) -> ByteArray:
    """Return the pixels at another resolution, uint8 (round(height * s), round(width * s)), s = ppi / resolution.

    Bicubic, as LEADER was trained with, and by area where it shrinks strongly. Pixel centres keep their place:
    ``x' + 0.5 = s * (x + 0.5)``.
    """
    scale = ppi / image.resolution_ppi
    if scale == 1.0:
        return image.pixels
    height, width = image.pixels.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale < _AREA_BELOW else cv2.INTER_CUBIC
    return np.ascontiguousarray(cv2.resize(image.pixels, size, interpolation=method), dtype=np.uint8)
