"""The image within a finger image record, opened; and where the record contradicts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from matcher.errors import SampleInvalidError
from matcher.formats.iso19794_4 import Coding, FingerImageRecord, FingerImageView, read_image_record
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
    record = read_image_record(data)
    if len(record.views) != 1:
        raise SampleInvalidError(f"the record has {len(record.views)} images: send each by itself")
    view, coding = record.views[0], record.coding_of(record.views[0])
    raw = _raw_image(view, coding)
    if raw is not None:
        return OpenedRecord(raw, ImageFormat.RAW_GREY8, record.warnings)
    found = sniff(view.data)
    if found is None:
        raise unknown(view.data)
    image = opened_file(view.data, found)
    stated = _believed(view.sampling.ppi)
    warnings = (*record.warnings, *_contradictions(record, view, image, found))
    return OpenedRecord(replace(image, stated_ppi=stated or image.stated_ppi), found, warnings)


def recorded_position(data: bytes) -> int:
    """Return the finger position code of a record of one image; 0 if it has another number of them. Raises as above."""
    views = read_image_record(data).views
    return views[0].position if len(views) == 1 else 0


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
    ours, its = (_one(stated) for stated in (view.sampling.ppi, image.stated_ppi))
    if ours is not None and its is not None and abs(ours - its) > _SAME * ours:
        yield RecordWarning(Quirk.RESOLUTION_CONTRADICTED, 0)


def _one(stated: tuple[float, float] | None) -> float | None:
    return resolution(None, stated, DEFAULT_LIMITS)


def _believed(stated: tuple[float, float] | None) -> tuple[float, float] | None:
    return stated if _one(stated) is not None else None
