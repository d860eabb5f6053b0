"""Images of samples in the forms that others take."""

from __future__ import annotations

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import ImageSample, Sample
from idverify.domain.model.prints import ImageExchange
from idverify.matching.images import image_of, refusals
from matcher.formats.iso19794_4 import Coding
from matcher.images.records.writing import encoded, write_finger_image
from matcher.types import FingerPosition

_CODINGS = {
    ImageExchange.PNG: Coding.PNG,
    ImageExchange.JPEG: Coding.JPEG,
    ImageExchange.RECORD_PNG: Coding.PNG,
    ImageExchange.RECORD_JPEG: Coding.JPEG,
}
_FILES = {ImageExchange.PNG, ImageExchange.JPEG}


def exchanged(sample: Sample, target: ImageExchange) -> bytes:
    """Write the image of a sample in another form; see :meth:`idverify.ports.Biometrics.exchanged`."""
    if not isinstance(sample.content, ImageSample):
        raise DomainError(Reason.SAMPLE_FORMAT_UNSUPPORTED, "minutiae are no image: there is none to write")
    with refusals():
        image, coding = image_of(sample.content), _CODINGS[target]
        if target in _FILES:
            return encoded(image, coding)
        position = FingerPosition(FingerPosition.UNKNOWN if sample.position is None else sample.position)
        return write_finger_image(image, position, coding)
