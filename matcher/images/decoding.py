"""Image files and raw pixels to grey arrays with a known resolution, within limits.

An image comes from outside and is not trusted: its format is told by its first bytes, its size is checked before a
pixel is decoded, and whatever is wrong with it is a :class:`~matcher.errors.MatcherError`, never another exception.
"""

from __future__ import annotations

import io
import re
import struct
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np
import PIL.Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.ImageFile import ImageFile
from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError, SampleResolutionUnknownError
from matcher.images import jpeg2000, wsq
from matcher.images.limits import (
    DEFAULT_LIMITS,
    ImageLimits,
    check_extent,
    check_sides,
    resolution,
    resolution_of_caller,
)
from matcher.images.resolution_estimate import estimate_ppi
from matcher.images.stated_resolution import require_borne_out
from matcher.types import TEMPLATE_RESOLUTION_PPI, ByteArray, Image


class ImageFormat(Enum):
    """The file formats that are read."""

    PNG = "PNG"
    TIFF = "TIFF"
    BMP = "BMP"
    JPEG = "JPEG"
    JPEG_2000 = "JPEG_2000"
    WSQ = "WSQ"


@dataclass(frozen=True, slots=True, eq=False)
class DecodedFile:
    """An image file decoded, and what it is as a file.

    Attributes:
        image: its grey pixels.
        format: which format it has.
        grey_levels: how many its samples can tell apart, before they become 8 bits.
    """

    image: Image
    format: ImageFormat
    grey_levels: int


_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", ImageFormat.PNG),
    (b"II*\x00", ImageFormat.TIFF),
    (b"MM\x00*", ImageFormat.TIFF),
    (b"BM", ImageFormat.BMP),
    (b"\xff\xd8\xff", ImageFormat.JPEG),
    (wsq.MAGIC, ImageFormat.WSQ),
    (jpeg2000.FILE_MAGIC, ImageFormat.JPEG_2000),
    (jpeg2000.CODESTREAM_MAGIC, ImageFormat.JPEG_2000),
)
_TIFF_COMPRESSIONS = frozenset({"raw", "packbits", "tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "jpeg"})
_SIXTEEN_BITS = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})
_DEEP_MODES = frozenset({"I", "F"})  # 32-bit samples have no stated white
_FEW_BITS = re.compile(r";([124])(?![0-9])")  # how Pillow calls samples of fewer than 8 bits: "L;4", "P;2R"
_AREA_BELOW = 0.7  # a scale under this averages pixels instead of interpolating between them: less aliasing

_STATE_IT = "state the resolution in pixels per inch: the file does not, or not believably"

# What Pillow's parsers are seen to raise on corrupt files; mutated files of every format are tried in the tests.
_PARSER_FAILURES = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    AssertionError,
    MemoryError,
    struct.error,
    zlib.error,
    PIL.Image.DecompressionBombError,
)
_warning_filters = threading.Lock()  # warnings.catch_warnings swaps process-wide state; see _parsing


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
    """Decode an image file to 8-bit grey; its first page, transparency on white, as stored (no EXIF).

    Args:
        data: the file.
        resolution_ppi: resolution as the caller knows it; wins over what the file states.
        declared: format that the caller says it is; None if the caller does not know.
        limits: what is accepted.

    Raises:
        SampleFormatUnsupportedError: none of the formats, or a variant that is not read.
        SampleInvalidError: corrupt, truncated, not of the declared format, or out of limits.
        SampleResolutionUnknownError: the caller does not say, and the file says nothing that can be believed; or what
            either says is contradicted by the ridges.
    """
    found = sniff(data)
    if declared is not None and found is not declared:
        raise SampleInvalidError(f"the image is not a {declared.value} file")
    if found is None:
        raise SampleFormatUnsupportedError("the image is none of PNG, TIFF, BMP, JPEG, JPEG 2000, WSQ")
    if found is ImageFormat.WSQ:
        return DecodedFile(_decode_wsq(data, resolution_ppi, limits), found, 256)
    header = jpeg2000.inspect(data) if found is ImageFormat.JPEG_2000 else None
    with _parsing():
        file = _open(data, found)
        stated = header.ppi if header else _stated_resolution(file)
        levels = _grey_levels(file)
    if header and file.size != (header.width, header.height):
        raise SampleInvalidError("the JPEG 2000 file states two sizes")
    check_sides(*file.size, limits)
    _check_variant(file)

    def pixels() -> ByteArray:
        with _parsing():
            return _grey(file)

    image = _image(*file.size, resolution(resolution_ppi, stated, limits), pixels, limits)
    return DecodedFile(image, found, levels)


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


def sniff(data: bytes) -> ImageFormat | None:
    """Return the format that the first bytes announce, None if it is none of ours."""
    return next((found for magic, found in _MAGIC if data.startswith(magic)), None)


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


def _decode_wsq(data: bytes, resolution_ppi: float | None, limits: ImageLimits) -> Image:
    header = wsq.inspect(data)
    check_sides(header.width, header.height, limits)
    stated = None if header.ppi is None else (header.ppi, header.ppi)
    ppi = resolution(resolution_ppi, stated, limits)
    return _image(header.width, header.height, ppi, lambda: wsq.decode(data), limits)


def _image(width: int, height: int, ppi: float | None, pixels: Callable[[], ByteArray], limits: ImageLimits) -> Image:
    """Decode what is within limits; without a resolution only to guess one, and only what is cheap to decode."""
    small = width * height <= limits.max_pixels_500
    if ppi is None:
        raise SampleResolutionUnknownError(_STATE_IT, estimate_ppi(pixels()) if small else None)
    if not small:
        check_extent(width, height, ppi, limits)
    # What is cheap to decode is: that an image is too large for a finger is best told by its ridges, as a wrong ppi.
    image = require_borne_out(Image(pixels(), ppi))
    check_extent(width, height, ppi, limits)
    return image


@contextmanager
def _parsing() -> Iterator[None]:
    """Turn what a parser raises into SampleInvalidError and keep its warnings to itself.

    The lock keeps two decoding threads from restoring each other's warning filters. Decoding takes milliseconds.
    """
    with _warning_filters, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except _PARSER_FAILURES:
            raise SampleInvalidError("the image file is corrupt or truncated") from None


def _open(data: bytes, found: ImageFormat) -> ImageFile:
    """Read the header. The reader of the one format, not ``PIL.Image.open``, which tries others and warns by size."""
    stream = io.BytesIO(data)
    match found:
        case ImageFormat.PNG:
            return PngImageFile(stream)
        case ImageFormat.TIFF:
            return TiffImageFile(stream)
        case ImageFormat.BMP:
            return BmpImageFile(stream)
        case ImageFormat.JPEG:
            return JpegImageFile(stream)
        case ImageFormat.JPEG_2000:
            return Jpeg2KImageFile(stream)
        case ImageFormat.WSQ:
            raise AssertionError("read by matcher.images.wsq")


def _stated_resolution(file: ImageFile) -> tuple[float, float] | None:
    stated = file.info.get("dpi")
    return None if stated is None else (float(stated[0]), float(stated[1]))


def _grey_levels(file: ImageFile) -> int:
    """Return how many levels the samples of a file can tell apart, before it is decoded."""
    if file.mode in _SIXTEEN_BITS:
        return 1 << 16
    few = _FEW_BITS.search(str(file.tile))
    return 2 if file.mode == "1" else 1 << int(few[1]) if few else 256


def _check_variant(file: ImageFile) -> None:
    if file.mode in _DEEP_MODES:
        raise SampleFormatUnsupportedError("samples of 32 bits are not read")
    if isinstance(file, TiffImageFile) and file.info.get("compression") not in _TIFF_COMPRESSIONS:
        raise SampleFormatUnsupportedError("the TIFF file's compression is not read")


def _grey(file: ImageFile) -> ByteArray:
    """Decode to uint8 (height, width); colours by ITU-R 601 luma, 16 bits to their upper 8."""
    if file.mode in _SIXTEEN_BITS:
        return np.ascontiguousarray(np.asarray(file, dtype=np.uint16) >> 8, dtype=np.uint8)
    if "transparency" in file.info or file.mode in {"LA", "La", "PA", "RGBA", "RGBa"}:
        coloured = file.convert("RGBA")
        white = PIL.Image.new("RGBA", coloured.size, "white")
        return np.array(PIL.Image.alpha_composite(white, coloured).convert("L"))
    simple = file if file.mode in {"1", "L"} else file.convert("RGB")
    return np.array(simple.convert("L"))
