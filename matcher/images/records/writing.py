"""An image as a finger image record of ISO/IEC 19794-4:2011."""

from __future__ import annotations

import io
import struct
from datetime import UTC, datetime

import PIL.Image

from matcher.errors import SampleFormatUnsupportedError
from matcher.formats.iso19794_4 import (
    Coding,
    FingerImageRecord,
    FingerImageView,
    ImageRecordFormat,
    Sampling,
    write_image_record,
)
from matcher.formats.minutiae_record import NOT_REPORTED, Capture, QualityBlock
from matcher.types import FingerPosition, Image

_EDITION = ImageRecordFormat.ISO_19794_4_2011
_JPEG_QUALITY = 95
_MOMENT = struct.Struct(">HBBBBBH")


def write_finger_image(
    image: Image,
    position: FingerPosition,
    coding: Coding = Coding.PNG,
    *,
    quality: int | None = None,
    taken: datetime | None = None,
) -> bytes:
    """Return the record of one image: a live scan, plain, of an unknown device.

    Args:
        image: as the scanner has it; its resolution is rounded to whole pixels per inch.
        position: which finger; UNKNOWN is one of its codes.
        coding: uncompressed, JPEG, JPEG 2000 without loss, or PNG.
        quality: 0 to 100, by a measure that is not stated; None: not stated either.
        taken: when, with a time zone.

    Raises:
        SampleFormatUnsupportedError: a coding that is read, but not written.
        SampleInvalidError: more than 65535 pixels in a row or a column.
    """
    height, width = image.pixels.shape
    blocks = () if quality is None else (QualityBlock(quality),)
    view = FingerImageView(
        position=position,
        impression_type=0,
        width=width,
        height=height,
        data=encoded(image, coding),
        sampling=Sampling.at_ppi(image.resolution_ppi),
        coding=coding.code(_EDITION),
        quality=NOT_REPORTED if quality is None else quality,
        quality_blocks=blocks,
        capture=None if taken is None else Capture(_moment(taken.astimezone(UTC))),
    )
    return write_image_record(FingerImageRecord(_EDITION, (view,)))


def encoded(image: Image, coding: Coding) -> bytes:
    """Return an image as a file of a coding, or its pixels; raises SampleFormatUnsupportedError."""
    stream, picture = io.BytesIO(), PIL.Image.fromarray(image.pixels)
    resolution = (image.resolution_ppi, image.resolution_ppi)
    match coding:
        case Coding.UNCOMPRESSED:
            return image.pixels.tobytes()
        case Coding.PNG:
            picture.save(stream, "PNG", dpi=resolution)
        case Coding.JPEG:
            picture.save(stream, "JPEG", dpi=tuple(round(each) for each in resolution), quality=_JPEG_QUALITY)
        case Coding.JPEG_2000_LOSSLESS:
            picture.save(stream, "JPEG2000", irreversible=False)
        case _:
            raise SampleFormatUnsupportedError(f"images are not written as {coding.name}")
    return stream.getvalue()


def _moment(taken: datetime) -> bytes:
    """Return nine bytes (ISO/IEC 19794-1:2011, table 4)."""
    return _MOMENT.pack(
        taken.year, taken.month, taken.day, taken.hour, taken.minute, taken.second, taken.microsecond // 1000
    )
