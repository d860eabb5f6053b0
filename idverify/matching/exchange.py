"""Images of samples in the forms that others take."""

from __future__ import annotations

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import ImageSample, Sample
from idverify.domain.model.prints import ImageExchange
from idverify.matching.images import image_of, refusals
from matcher.images.decoding import encode_jpeg, encode_png

_WRITE = {ImageExchange.PNG: encode_png, ImageExchange.JPEG: encode_jpeg}


def exchanged(sample: Sample, target: ImageExchange) -> bytes:
    """Write the image of a sample in another form; see :meth:`idverify.ports.Biometrics.exchanged`."""
    if not isinstance(sample.content, ImageSample):
        raise DomainError(Reason.SAMPLE_FORMAT_UNSUPPORTED, "minutiae are no image: there is none to write")
    with refusals():
        return _WRITE[target](image_of(sample.content))
