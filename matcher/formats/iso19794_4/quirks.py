"""What is odd about an image's header in either edition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from matcher.errors import SampleInvalidError
from matcher.formats.iso19794_4.image_record import Coding, FingerImageView, ImageRecordFormat, Sampling
from matcher.formats.minutiae_record import NOT_REPORTED, Quirk, RecordWarning

DEFAULT_LIMIT = 32 << 20
"""Bytes of the largest record that is read unless the caller says otherwise; a slap at 1000 ppi as it is has 12 MB."""

MOST_IMAGES = 1000
"""In one record, fewer than the standard has room for: ten fingers, each some times."""

POSITIONS = frozenset({*range(11), 13, 14, 15, *range(20, 37), *range(40, 51)})
"""Fingers, slaps, palms, and groups of two and three."""

IMPRESSION_TYPES = frozenset({*range(16), *range(20, 30)})


@dataclass(frozen=True, slots=True)
class Places:
    """Where the fields of a view stand."""

    position: int
    impression: int
    quality: int
    coding: int


def view_quirks(edition: ImageRecordFormat, view: FingerImageView, places: Places) -> Iterator[RecordWarning]:
    """Yield codes of a view that the standard does not list."""
    if view.position not in POSITIONS:
        yield RecordWarning(Quirk.POSITION_RESERVED, places.position)
    if view.impression_type not in IMPRESSION_TYPES:
        yield RecordWarning(Quirk.IMPRESSION_RESERVED, places.impression)
    qualities = [block.value for block in view.quality_blocks] or [view.quality]
    if any(100 < value < NOT_REPORTED for value in qualities):
        yield RecordWarning(Quirk.QUALITY_OUT_OF_RANGE, places.quality)
    if view.coding not in {coding.code(edition) for coding in Coding}:
        yield RecordWarning(Quirk.CODING_RESERVED, places.coding)


def sampling_quirks(sampling: Sampling, at: int) -> Iterator[RecordWarning]:
    """Yield what is strange about the resolution, whose unit stands at ``at``."""
    if sampling.units not in {1, 2}:
        yield RecordWarning(Quirk.UNITS_RESERVED, at)
    elif sampling.ppi is None:
        yield RecordWarning(Quirk.RESOLUTION_ZERO, at + 5)


def packed_bytes(view: FingerImageView) -> int | None:
    """Return how many bytes an uncompressed image takes without gaps; None for a depth that is none."""
    if not 1 <= view.depth <= 16:
        return None
    return (view.width * view.height * view.depth + 7) // 8


def pixel_bytes(view: FingerImageView) -> int:
    """Return how many bytes an uncompressed image takes whose pixels have one or two whole ones."""
    return view.width * view.height * (1 if view.depth <= 8 else 2)


def require_count(images: int) -> None:
    """Refuse a record of more images than people have prints."""
    if images > MOST_IMAGES:
        raise SampleInvalidError(f"the record has more than {MOST_IMAGES} images")


def require_end(data: bytes, end: int, stated: int) -> Iterator[RecordWarning]:
    """Yield what is strange about where a record ends; refuse bytes after it that belong to nothing."""
    if any(data[end:]):
        raise SampleInvalidError(f"byte {end}: bytes after the last image belong to nothing")
    if stated not in {end, len(data)}:
        yield RecordWarning(Quirk.LENGTH_WRONG, 8)
    if end < len(data):
        yield RecordWarning(Quirk.TRAILING_ZEROS, end)
