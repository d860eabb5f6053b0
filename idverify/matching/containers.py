"""Records of several images (ISO/IEC 19794-4, 39794-4), documents of BIRs (CBEFF), and any file as base64 text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition, ImageSample, MinutiaeSample, Sample
from idverify.domain.model.citizens import FingerException, FingerFault
from idverify.domain.model.enrolling import SlapPosition, SlapSample, Unpacked
from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.ansi_nist import looks_like_ansi_nist
from matcher.formats.base64_text import beginning_of_text, from_base64
from matcher.formats.cbeff import Bir, looks_like_bir_xml, read_bir_xml
from matcher.formats.records import holds_minutiae
from matcher.images.file_formats import sniff
from matcher.images.records.within import ImageWithin, images_within

_FINGERS = {finger.value: finger for finger in FingerPosition if finger is not FingerPosition.UNKNOWN}
_SLAPS = {slap.value: slap for slap in SlapPosition}
_FINGERS_OF_SLAPS = {(2, 3, 4, 5): 13, (7, 8, 9, 10): 14, (1, 6): 15}
_NO_ONE_FINGER = {*range(20, 37), *range(40, 51)}
"""Palms, and groups of fingers."""


def is_text_of_a_file(data: bytes) -> bool:
    """Whether the bytes are base64 text of what else is read as bytes: an image, BIRs, a file of ANSI/NIST-ITL."""
    beginning = beginning_of_text(data)
    return beginning is not None and _is_file(beginning)


def plain_block(data: bytes) -> bytes:
    """Return a block of data, decoded if it is base64 text of what is read, as some encode it twice.

    What begins so and does not decode stays as it is, to be refused as any other.
    """
    beginning = beginning_of_text(data)
    if beginning is None or not (_is_file(beginning) or holds_minutiae(beginning)):
        return data
    try:
        return from_base64(data)
    except SampleInvalidError:
        return data


def of_text(sample: Sample, content: ImageSample, take_apart: Callable[[Sample], Unpacked | None]) -> Unpacked:
    """Return what a text stands for, taken apart should it hold several impressions. Raises MatcherError."""
    plain = replace(sample, content=replace(content, data=from_base64(content.data)))
    return take_apart(plain) or Unpacked((plain,))


def sample_of(bir: Bir, resolution_ppi: float | None = None) -> Sample:
    """Return the sample in a BIR: an image or minutiae, as its bytes say; its finger, if it names one.

    Args:
        bir: not of several fingers.
        resolution_ppi: of its image, believed over what that says; None: what that says.
    """
    block = plain_block(bir.bdb)
    image = ImageSample(block, resolution_ppi=resolution_ppi)
    return Sample(_FINGERS.get(bir.position), MinutiaeSample(block) if holds_minutiae(block) else image)


def of_images(content: ImageSample) -> Unpacked:
    """Return the images of a record; a record of one stays the bytes that came, so that they are known again.

    Raises:
        MatcherError: a record that does not read, or of palms or of groups of fingers that are no slap.
    """
    images = images_within(content.data)
    samples: list[Sample] = []
    slaps: list[SlapSample] = []
    for image in images:
        own = content if len(images) == 1 else _alone(content, image)
        if image.position in _NO_ONE_FINGER:
            raise SampleFormatUnsupportedError(f"a palm, or fingers that are no slap (position {image.position})")
        if image.position in _SLAPS:
            slaps.append(SlapSample(_SLAPS[image.position], own))
        else:
            samples.append(Sample(_FINGERS.get(image.position), own))
    return Unpacked(tuple(samples), tuple(slaps))


def of_birs(content: ImageSample, take_apart: Callable[[Sample], Unpacked | None]) -> Unpacked:
    """Return what the BIRs of a document hold of fingers; those of faces and irises are passed over.

    Args:
        content: the document.
        take_apart: what a block of data is taken apart with, should it hold several impressions.

    Raises:
        MatcherError: a document that does not read, or holds nothing of fingers.
        DomainError: SAMPLE_INVALID for a block that is encrypted, or is a document or a file again.
    """
    held = Unpacked(())
    for bir in read_bir_xml(content.data):
        if bir.is_finger:
            found = _of_bir(bir, content, take_apart)
            held = Unpacked(held.samples + found.samples, held.slaps + found.slaps, held.fingers + found.fingers)
    if held == Unpacked(()):
        raise SampleFormatUnsupportedError("the document holds BIRs, and none of a finger")
    return held


def _of_bir(bir: Bir, content: ImageSample, take_apart: Callable[[Sample], Unpacked | None]) -> Unpacked:
    if bir.is_missing:
        missing = (FingerException(_FINGERS[finger], FingerFault.MISSING) for finger in bir.fingers)
        return Unpacked((), fingers=tuple(missing))
    if bir.encrypted:
        raise DomainError(Reason.SAMPLE_INVALID, "a BIR is said to be encrypted; send it decrypted")
    block = plain_block(bir.bdb)
    if looks_like_bir_xml(block) or looks_like_ansi_nist(block):  # no record; a hundred would be a hundred files
        raise DomainError(Reason.SAMPLE_INVALID, "a document of BIRs, or a file of ANSI/NIST-ITL, stands in a BIR")
    slap = _FINGERS_OF_SLAPS.get(tuple(bir.fingers))
    if slap is not None:
        image = ImageSample(block, resolution_ppi=content.resolution_ppi)
        return Unpacked((), (SlapSample(_SLAPS[slap], image),))
    sample = sample_of(bir, content.resolution_ppi)
    return take_apart(sample) or Unpacked((sample,))


def _is_file(beginning: bytes) -> bool:
    return sniff(beginning) is not None or looks_like_bir_xml(beginning) or looks_like_ansi_nist(beginning)


def _alone(content: ImageSample, image: ImageWithin) -> ImageSample:
    return replace(content, data=image.data, resolution_ppi=content.resolution_ppi or image.ppi)
