"""The image within a finger image record, opened; and where the record contradicts it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from matcher.errors import SampleInvalidError
from matcher.formats.iso19794_4 import Coding, FingerImageRecord, FingerImageView, read_image_record
from matcher.formats.iso39794_4 import is_iso_39794_4, read_iso_39794_4
from matcher.formats.minutiae_record import Quirk, RecordWarning
from matcher.images.file_formats import ImageFormat, sniff, unknown
from matcher.images.limits import DEFAULT_LIMITS, resolution
from matcher.images.opened import OpenedImage
from matcher.images.opening import opened_file
from matcher.images.records.raw_pixels import unpacked

_FILES = {
    Coding.WSQ: ImageFormat.WSQ,
    Coding.JPEG: ImageFormat.JPEG,
    Coding.JPEG_2000: ImageFormat.JPEG_2000,
    Coding.JPEG_2000_LOSSLESS: ImageFormat.JPEG_2000,
    Coding.PNG: ImageFormat.PNG,
}
_View = TypeVar("_View")
_SAME = 0.01  # relative difference of two statements of a resolution that is rounding


@dataclass(frozen=True, slots=True, eq=False)
class OpenedRecord:
    """The one image of a record.

    Attributes:
        image: what the record says of its resolution, or where it says nothing what the image does.
        format: of the file within; RAW_GREY8 if it is uncompressed.
        warnings: what was tolerated in the record, and where it contradicts the image.
    """

    image: OpenedImage
    format: ImageFormat
    warnings: tuple[RecordWarning, ...]


def opened_record(data: bytes) -> OpenedRecord:
    """Read a record of one image, and the headers of the image.

    Raises:
        SampleFormatUnsupportedError: an edition, or a coding, that is not read.
        SampleInvalidError: corrupt or truncated, or not of exactly one image.
    """
    if is_iso_39794_4(data):
        return _opened_block(data)
    record = read_image_record(data)
    view = _only(record.views)
    coding = record.coding_of(view)
    raw = _raw_image(view, coding)
    if raw is not None:
        return OpenedRecord(raw, ImageFormat.RAW_GREY8, record.warnings)
    image, found = _opened_file(view.data)
    warnings = (*record.warnings, *_contradictions(record, view, image, found))
    return OpenedRecord(_stating(image, view.sampling.ppi), found, warnings)


def _opened_block(data: bytes) -> OpenedRecord:
    """Open a block of ISO/IEC 39794-4, whose image says itself how it is coded and how large it is."""
    representation = _only(read_iso_39794_4(data))
    image, found = _opened_file(representation.data)
    stated = None if representation.ppi is None else (representation.ppi, representation.ppi)
    warnings = tuple(_other_resolution(stated, image))
    return OpenedRecord(_stating(image, stated), found, warnings)


def _only(images: Sequence[_View]) -> _View:
    if len(images) != 1:
        raise SampleInvalidError(f"the record has {len(images)} images: send each by itself")
    return images[0]


def _opened_file(data: bytes) -> tuple[OpenedImage, ImageFormat]:
    found = sniff(data)
    if found is None:
        raise unknown(data)
    return opened_file(data, found), found


def _stating(image: OpenedImage, stated: tuple[float, float] | None) -> OpenedImage:
    """Return an image that states what its record does, if that is some scanner's resolution."""
    return image if _one(stated) is None else replace(image, stated_ppi=stated)


def _raw_image(view: FingerImageView, coding: Coding | None) -> OpenedImage | None:
    """Return an uncompressed image; None for one that is coded, whatever the record says."""
    if coding not in {Coding.UNCOMPRESSED, Coding.BIT_PACKED} or (sniff(view.data) is not None and not _fits(view)):
        return None
    packed = coding is Coding.BIT_PACKED
    return OpenedImage(
        view.width,
        view.height,
        view.sampling.ppi,
        lambda: unpacked(view.data, view.width, view.height, view.depth, packed=packed),
    )


def _fits(view: FingerImageView) -> bool:
    """Whether there are as many bytes as pixels, so that what looks like a file's beginning is chance."""
    return len(view.data) == view.width * view.height


def _contradictions(
    record: FingerImageRecord, view: FingerImageView, image: OpenedImage, found: ImageFormat
) -> Iterator[RecordWarning]:
    coding = record.coding_of(view)
    if coding is not None and _FILES.get(coding) is not found:
        yield RecordWarning(Quirk.CODING_CONTRADICTED, 0)
    if (view.width, view.height) != (image.width, image.height):
        yield RecordWarning(Quirk.SIZE_CONTRADICTED, 0)
    yield from _other_resolution(view.sampling.ppi, image)


def _other_resolution(stated: tuple[float, float] | None, image: OpenedImage) -> Iterator[RecordWarning]:
    ours, its = (_one(each) for each in (stated, image.stated_ppi))
    if ours is not None and its is not None and abs(ours - its) > _SAME * ours:
        yield RecordWarning(Quirk.RESOLUTION_CONTRADICTED, 0)


def _one(stated: tuple[float, float] | None) -> float | None:
    return resolution(None, stated, DEFAULT_LIMITS)
