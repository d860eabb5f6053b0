"""Image files and raw pixels to grey arrays with a known resolution, within limits.

An image comes from outside and is not trusted: its format is told by its first bytes, its size is checked before a
pixel is decoded, and whatever is wrong with it is a :class:`~matcher.errors.MatcherError`, never another exception.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
import PIL.Image

from matcher.errors import SampleInvalidError, SampleResolutionUnknownError
from matcher.formats.minutiae_record import RecordWarning
from matcher.images.file_formats import ImageFormat, sniff, unknown
from matcher.images.limits import (
    DEFAULT_LIMITS,
    ImageLimits,
    check_extent,
    check_sides,
    resolution,
    resolution_of_caller,
)
from matcher.images.opened import OpenedImage
from matcher.images.opening import opened_file
from matcher.images.records.reading import opened_record
from matcher.images.records.within import holds_images
from matcher.images.resolution_estimate import estimate_ppi
from matcher.images.stated_resolution import require_borne_out
from matcher.types import TEMPLATE_RESOLUTION_PPI, ByteArray, Image

_AREA_BELOW = 0.7  # a scale under this averages pixels instead of interpolating between them: less aliasing
_STATE_IT = "state the resolution in pixels per inch: the file does not, or not believably"


@dataclass(frozen=True, slots=True, eq=False)
class DecodedFile:
    """An image file decoded, and what it is as a file.

    Attributes:
        image: its grey pixels.
        format: which format it has.
        grey_levels: how many its samples can tell apart, before they become 8 bits.
        warnings: what was tolerated in the finger image record that held it.
    """

    image: Image
    format: ImageFormat
    grey_levels: int
    warnings: tuple[RecordWarning, ...] = ()


def decode_image(
    data: bytes,
    *,
    resolution_ppi: float | None = None,
    declared: ImageFormat | None = None,
    limits: ImageLimits = DEFAULT_LIMITS,
) -> Image:
    """Decode an image file to 8-bit grey; see :func:`decode_file`."""
    return decode_file(data, resolution_ppi=resolution_ppi, declared=declared, limits=limits).image


def decode_file(
    data: bytes,
    *,
    resolution_ppi: float | None = None,
    declared: ImageFormat | None = None,
    limits: ImageLimits = DEFAULT_LIMITS,
) -> DecodedFile:
    """Decode an image file to 8-bit grey: its first whole picture, transparency on white, turned as it is to be shown.

    Args:
        data: the file, or a record of one finger image (ISO/IEC 19794-4, ISO/IEC 39794-4); what the record says of its
            resolution is believed over what the image within states.
        resolution_ppi: resolution as the caller knows it; wins over what the file states.
        declared: format that the caller says it is, of a record the image within; None if the caller does not know.
        limits: what is accepted.

    Raises:
        SampleFormatUnsupportedError: none of the formats, or a variant that is not read.
        SampleInvalidError: corrupt, truncated, not of the declared format, or out of limits.
        SampleResolutionUnknownError: the caller does not say, and the file says nothing that can be believed; or what
            either says is contradicted by the ridges.
    """
    found = sniff(data)
    record = opened_record(data) if found is None and holds_images(data) else None
    if record is not None:
        found = record.format
    if declared is not None and found is not declared:
        raise SampleInvalidError(f"the image is not a {declared.value} file")
    if found is None:
        raise unknown(data)
    opened = opened_file(data, found) if record is None else record.image
    check_sides(opened.width, opened.height, limits)
    ppi = resolution(resolution_ppi, opened.stated_ppi, limits)
    image, levels = _read(opened, ppi, limits)
    return DecodedFile(image, found, levels, record.warnings if record else ())


def raw_image(
    data: bytes, width: int, height: int, resolution_ppi: float, *, limits: ImageLimits = DEFAULT_LIMITS
) -> Image:
    """Return the image of raw 8-bit grey pixels, row after row from the top, ridges dark.

    Raises:
        SampleInvalidError: the length is not ``width * height``, or a value is out of limits.
        SampleResolutionUnknownError: the ridges contradict the resolution.
    """
    check_sides(width, height, limits)
    ppi = resolution_of_caller(resolution_ppi, limits)
    if len(data) != width * height:
        raise SampleInvalidError(f"{len(data)} bytes are not {width} x {height} pixels of one byte")
    image = require_borne_out(Image(np.frombuffer(data, dtype=np.uint8).reshape(height, width), ppi))
    check_extent(width, height, ppi, limits)
    return image


def encode_png(image: Image) -> bytes:
    """Return the image as a PNG file that states its resolution."""
    stream = io.BytesIO()
    PIL.Image.fromarray(image.pixels).save(stream, "PNG", dpi=(image.resolution_ppi, image.resolution_ppi))
    return stream.getvalue()


def resample(image: Image, ppi: float = TEMPLATE_RESOLUTION_PPI) -> ByteArray:
    """Return the pixels at another resolution, uint8 (round(height * s), round(width * s)), s = ppi / resolution.

    Bicubic, as the extractor's authors do, and by area where it shrinks strongly. Pixel centres keep their place:
    ``x' + 0.5 = s * (x + 0.5)``.
    """
    scale = ppi / image.resolution_ppi
    height, width = image.pixels.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if size == (width, height):
        return image.pixels
    method = cv2.INTER_AREA if scale < _AREA_BELOW else cv2.INTER_CUBIC
    return np.ascontiguousarray(cv2.resize(image.pixels, size, interpolation=method), dtype=np.uint8)


def _read(opened: OpenedImage, ppi: float | None, limits: ImageLimits) -> tuple[Image, int]:
    """Decode what is within limits; without a resolution only to guess one, and only what is cheap to decode."""
    width, height = opened.width, opened.height
    small = width * height <= limits.max_pixels_500
    if ppi is None:
        raise SampleResolutionUnknownError(_STATE_IT, estimate_ppi(opened.read()[0]) if small else None)
    if not small:
        check_extent(width, height, ppi, limits)
    # What is cheap to decode is: that an image is too large for a finger is best told by its ridges, as a wrong ppi.
    pixels, levels = opened.read()
    image = require_borne_out(Image(pixels, ppi))
    check_extent(width, height, ppi, limits)
    return image, levels
