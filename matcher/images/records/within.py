"""Images within the records of others, of whichever family: ISO/IEC 19794-4 and ISO/IEC 39794-4."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.errors import SampleInvalidError
from matcher.formats.iso19794_4 import is_image_record, read_image_record, split_image_record, write_image_record
from matcher.formats.iso39794_4 import is_iso_39794_4, read_iso_39794_4

_MOST_IMAGES = 100


@dataclass(frozen=True, slots=True)
class ImageWithin:
    """One image of a record, to be decoded by itself.

    Attributes:
        position: finger position code; 13 to 15 are slaps of the right hand, the left hand, and thumbs.
        data: a record of it alone, or the image file.
        ppi: pixels per inch, where ``data`` is a file and the record states them.
    """

    position: int
    data: bytes
    ppi: float | None = None


def holds_images(data: bytes) -> bool:
    """Whether the bytes are a record of images, as far as their beginning tells."""
    return is_image_record(data) or is_iso_39794_4(data)


def images_within(data: bytes) -> tuple[ImageWithin, ...]:
    """Return the images of a record, in its order.

    Raises:
        SampleFormatUnsupportedError: an edition that is not read.
        SampleInvalidError: corrupt or truncated, or of more than 100 images.
    """
    if is_iso_39794_4(data):
        return tuple(ImageWithin(each.position, each.data, each.ppi) for each in read_iso_39794_4(data))
    record = read_image_record(data)
    if len(record.views) > _MOST_IMAGES:
        raise SampleInvalidError(f"the record has more than {_MOST_IMAGES} images")
    parts = split_image_record(record)
    return tuple(ImageWithin(part.views[0].position, write_image_record(part)) for part in parts)
