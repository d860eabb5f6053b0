"""A finger image data block of ISO/IEC 39794-4 to its representations.

The schema is under automatic tags: members of a SEQUENCE are numbered by context tags, implicit but for a CHOICE::

    FingerImageDataBlock: [APPLICATION 4] SEQUENCE of versionBlock [0], representationBlocks [1] SEQUENCE OF
    Representation: SEQUENCE of position [0], impression [1], imageDataFormat [2], imageData [3] OCTET STRING, ...,
        spatialSamplingRateBlock [7] SEQUENCE of samplesPerUnit [0] INTEGER, unitDimension [1] inch(0), cm(1)
    position, impression, imageDataFormat: CHOICE of code [0] ENUMERATED, extensionBlock [1] with fallback [0]
"""

from __future__ import annotations

from dataclasses import dataclass

from matcher.errors import SampleInvalidError
from matcher.formats.iso39794_4.tags import SEQUENCE, content_at, elements, members, whole_number
from matcher.formats.minutiae_fields import require_limit
from matcher.formats.units import ppi_of

_BLOCK = 0x64
"""[APPLICATION 4], constructed."""

_VERSION_BLOCK = 0xA0
_MOST_REPRESENTATIONS = 100
DEFAULT_LIMIT = 32 << 20


@dataclass(frozen=True, slots=True)
class Representation:
    """One image.

    Attributes:
        position: finger position code, as in ISO/IEC 19794-4 for fingers and slaps (0 to 15).
        impression: 0 plain, 1 rolled, 4 latent, 8 swipe, 24 and 25 without contact, 29 unknown.
        image_format: 0 PGM, 1 WSQ, 2 JPEG 2000, 3 the same without loss, 4 PNG.
        data: the image file.
        ppi: pixels per inch, as the record states them; None if it does not.
    """

    position: int
    impression: int
    image_format: int
    data: bytes
    ppi: float | None = None


def is_iso_39794_4(data: bytes) -> bool:
    """Whether the bytes are such a block, as far as their beginning and their number tell."""
    if len(data) < 8 or data[0] != _BLOCK:
        return False
    try:
        start, length = content_at(data, 0, "the block")
    except SampleInvalidError:
        return False
    return start + length == len(data) and data[start : start + 1] == bytes([_VERSION_BLOCK])


def read_iso_39794_4(data: bytes, *, limit: int = DEFAULT_LIMIT) -> tuple[Representation, ...]:
    """Read the images of a block, in its order.

    Raises:
        SampleInvalidError: no such block, over the limit, truncated, or a member that does not read; it is named.
    """
    require_limit(data, limit)
    if not is_iso_39794_4(data):
        raise SampleInvalidError("byte 0: not a finger image data block of ISO/IEC 39794-4")
    start, _ = content_at(data, 0, "the block")
    block = members(data[start:], "the block")
    representations = [
        _representation(tag, content) for tag, content in elements(block.get(1, b""), "representationBlocks")
    ]
    if len(representations) > _MOST_REPRESENTATIONS:
        raise SampleInvalidError(f"more than {_MOST_REPRESENTATIONS} representations")
    return tuple(representations)


def _representation(tag: int, content: bytes) -> Representation:
    if tag != SEQUENCE:
        raise SampleInvalidError("representationBlocks: an element that is no sequence")
    found = members(content, "a representation")
    if 3 not in found:
        raise SampleInvalidError("a representation without imageData")
    return Representation(
        position=_code(found.get(0), "position"),
        impression=_code(found.get(1), "impression"),
        image_format=_code(found.get(2), "imageDataFormat"),
        data=found[3],
        ppi=_ppi(found.get(7)),
    )


def _code(content: bytes | None, name: str) -> int:
    """Return the code of a CHOICE, or what it says is nearest to one of a later version."""
    chosen = members(content or b"", name)
    if 1 in chosen:
        chosen = members(chosen[1], name)
    if 0 not in chosen:
        raise SampleInvalidError(f"{name}: no code")
    return whole_number(chosen[0], name)


def _ppi(content: bytes | None) -> float | None:
    if content is None:
        return None
    name = "spatialSamplingRateBlock"
    block = members(content, name)
    rate, unit = whole_number(block.get(0, b""), name), whole_number(block.get(1, b""), name)
    if rate <= 0 or unit not in {0, 1}:
        raise SampleInvalidError(f"{name}: no rate, or neither per inch nor per centimetre")
    return ppi_of(rate) if unit else float(rate)
