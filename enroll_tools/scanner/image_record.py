"""Finger image records of ISO/IEC 19794-4:2011, as a scanner gives them: one finger, JPEG 2000 without loss."""

from __future__ import annotations

import io
import struct
from datetime import datetime

import PIL.Image

from matcher.types import FingerPosition, Image

_FORMAT = b"FIR\x00" + b"020\x00"
_PIXELS_PER_INCH = 1
_JPEG_2000_LOSSLESS = 5
_LIVE_SCAN_PLAIN = 0
_NOT_SAID = 0


def image_record(image: Image, finger: FingerPosition, quality: int, taken: datetime) -> bytes:
    """Return the record of one image: general header (16 bytes), representation header, data (tables 3 and 4).

    Args:
        image: as the scanner has it.
        finger: which; UNKNOWN is one of its codes.
        quality: 0 to 100.
        taken: when, with a time zone; in the record without it.
    """
    height, width = image.pixels.shape
    data = jpeg_2000(image)
    ppi = round(image.resolution_ppi)
    moment = struct.pack(
        ">HBBBBBH",
        taken.year,
        taken.month,
        taken.day,
        taken.hour,
        taken.minute,
        taken.second,
        taken.microsecond // 1000,
    )
    device = struct.pack(">BHH", _NOT_SAID, _NOT_SAID, _NOT_SAID)
    qualities = struct.pack(">BBHH", 1, quality, _NOT_SAID, _NOT_SAID)
    sampling = struct.pack(">BBBHHHH", finger, 0, _PIXELS_PER_INCH, ppi, ppi, ppi, ppi)
    shape = struct.pack(">BBBHHI", 8, _JPEG_2000_LOSSLESS, _LIVE_SCAN_PLAIN, width, height, len(data))
    rest = moment + device + qualities + sampling + shape + data
    representation = struct.pack(">I", 4 + len(rest)) + rest
    return _FORMAT + struct.pack(">IHBB", 16 + len(representation), 1, 0, 1) + representation


def jpeg_2000(image: Image) -> bytes:
    """Return an image as a JP2 file, without loss."""
    stream = io.BytesIO()
    PIL.Image.fromarray(image.pixels).save(stream, "JPEG2000", irreversible=False)
    return stream.getvalue()
