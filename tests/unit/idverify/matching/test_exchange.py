"""Images of samples in the forms that others take: the same finger, the same pixels, the same resolution."""

from __future__ import annotations

import numpy as np
import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition, ImageSample, MinutiaeSample, Sample
from idverify.domain.model.prints import ImageExchange
from idverify.matching.exchange import exchanged
from matcher.formats.iso19794_4 import read_image_record
from matcher.images.decoding import decode_image, encode_png
from matcher.types import Image

RIDGES = (127 + 100 * np.sin(np.hypot(*np.mgrid[0:160, 0:144]) / 9 * 2 * np.pi)).astype(np.uint8)
PNG = ImageSample(encode_png(Image(RIDGES, 500.0)))


@pytest.mark.parametrize("target", ImageExchange)
@pytest.mark.parametrize("position", [FingerPosition.LEFT_RING, None])
def test_an_image_is_the_same_in_every_form(target: ImageExchange, position: FingerPosition | None) -> None:
    data = exchanged(Sample(position, PNG), target)
    again = decode_image(data)
    assert again.resolution_ppi == pytest.approx(500.0, rel=0.005)
    apart = 3.0 if "JPEG" in target.value else 0.0
    assert np.abs(again.pixels.astype(float) - RIDGES).mean() <= apart
    if data.startswith(b"FIR"):
        assert read_image_record(data).views[0].position == (position or FingerPosition.UNKNOWN)


def test_minutiae_have_no_image() -> None:
    with pytest.raises(DomainError) as refused:
        exchanged(Sample(None, MinutiaeSample(b"FMR")), ImageExchange.PNG)
    assert refused.value.reason is Reason.SAMPLE_FORMAT_UNSUPPORTED
