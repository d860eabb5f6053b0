"""Which format a file is of, by its first bytes: those that are read, and those that are refused by their name."""

from __future__ import annotations

import re
from enum import Enum

from matcher.errors import SampleFormatUnsupportedError
from matcher.images import jpeg2000, wsq


class ImageFormat(Enum):
    """The file formats that are read."""

    PNG = "PNG"
    TIFF = "TIFF"
    BMP = "BMP"
    JPEG = "JPEG"
    JPEG_2000 = "JPEG_2000"
    WSQ = "WSQ"
    PGM = "PGM"
    RAW_GREY8 = "RAW_GREY8"
    """Pixels without a header: not told by any bytes, but what a finger image record may hold."""


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
_PGM = re.compile(rb"P[25][\s#]")
_NAMED = (
    (0, b"GIF8", "GIF"),
    (8, b"WEBP", "WebP"),
    (0, b"\xff\x0a", "JPEG XL"),
    (4, b"JXL \r\n", "JPEG XL"),
    (0, b"II\xbc", "JPEG XR"),
    (0, b"II+\x00", "BigTIFF"),
    (0, b"MM\x00+", "BigTIFF"),
    (4, b"ftypavi", "AVIF"),
    (4, b"ftyp", "HEIC"),
    (0, b"P1", "PBM"),
    (0, b"P4", "PBM"),
    (0, b"P3", "PPM"),
    (0, b"P6", "PPM"),
    (0, b"P7", "PAM"),
    (0, b"%PDF", "PDF"),
    (0, b"8BPS", "Photoshop"),
    (128, b"DICM", "DICOM"),
    (0, b"FMR\x00", "a minutiae record"),
)
"""Offset, bytes and name of formats that come instead of ours."""

_READ = "PNG, TIFF, BMP, JPEG, JPEG 2000, WSQ, PGM, ISO/IEC 19794-4 or 39794-4"
_OTHERS = "nor are they minutiae (ISO/IEC 19794-2, ANSI INCITS 378), ANSI/NIST-ITL or BIRs in XML"


def sniff(data: bytes) -> ImageFormat | None:
    """Return the format that the first bytes announce, None if it is none of ours."""
    if _PGM.match(data):
        return ImageFormat.PGM
    return next((found for magic, found in _MAGIC if data.startswith(magic)), None)


def unknown(data: bytes) -> SampleFormatUnsupportedError:
    """Return the refusal of a file of a format that is not read, by its name if it is a known one."""
    name = next((name for at, magic, name in _NAMED if data.startswith(magic, at)), None)
    if name is None:
        return SampleFormatUnsupportedError(f"the bytes are no image of {_READ}; {_OTHERS}")
    return SampleFormatUnsupportedError(f"the image is {name}, which is not read: send one of {_READ}")
