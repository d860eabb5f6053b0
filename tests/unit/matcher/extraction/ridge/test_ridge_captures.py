"""The ridge extractor on a finger in every state that a counter may send, and on what is no finger."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from enroll_tools.synthetic import EASY, Population
from idverify.domain.model import ImageSample, Sample
from idverify.matching.biometrics import MatcherBiometrics
from matcher.comparison.calibration import default_calibration
from matcher.comparison.compare import compare
from matcher.comparison.prepared import prepare
from matcher.extraction.ridge import RidgeExtractor
from matcher.images.decoding import encode_png
from matcher.types import ByteArray, FingerPosition, Image

FINGER = FingerPosition.RIGHT_INDEX


@pytest.fixture(scope="module")
def extractor() -> RidgeExtractor:
    return RidgeExtractor()


@pytest.fixture(scope="module")
def touches() -> tuple[ByteArray, ByteArray, ByteArray]:
    """Two impressions of a finger, and one of another."""
    population = Population(21, EASY)
    first, second = (population.impression(0, FINGER, number).image.pixels for number in (1, 2))
    return first, second, population.impression(1, FINGER, 1).image.pixels


def resized(pixels: ByteArray, factor: float) -> ByteArray:
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=method), np.uint8)


def turned(pixels: ByteArray, degrees: float) -> ByteArray:
    height, width = pixels.shape
    turning = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(pixels, turning, (width, height), borderValue=255), np.uint8)


def on_a_form(pixels: ByteArray) -> ByteArray:
    """The print in a printed frame, with text around it."""
    height, width = pixels.shape
    page = np.full((height + 160, width + 120), 255, np.uint8)
    page[90 : 90 + height, 60 : 60 + width] = pixels
    cv2.rectangle(page, (50, 80), (70 + width, 100 + height), 0, 3)
    cv2.putText(page, "RIGHT INDEX", (20, 40), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2)
    cv2.putText(page, "date, signature", (20, height + 140), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 0, 2)
    return page


def recompressed(pixels: ByteArray) -> ByteArray:
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], 0), np.uint8)


STATES: dict[str, Callable[[ByteArray], tuple[ByteArray, float]]] = {
    "bright ridges": lambda p: (255 - p, 500.0),
    "on a form": lambda p: (on_a_form(p), 500.0),
    "250 dpi": lambda p: (resized(p, 0.5), 250.0),
    "1000 dpi": lambda p: (resized(p, 2.0), 1000.0),
    "lying": lambda p: (np.ascontiguousarray(np.rot90(p)), 500.0),
    "askew": lambda p: (turned(p, 30), 500.0),
    "upper part": lambda p: (np.ascontiguousarray(p[: p.shape[0] * 6 // 10]), 500.0),
    "pale": lambda p: ((190 + p / 4).astype(np.uint8), 500.0),
    "compressed": lambda p: (recompressed(p), 500.0),
}


@pytest.mark.parametrize("state", STATES)
def test_the_finger_is_recognised_in_every_state_and_no_other(
    extractor: RidgeExtractor, touches: tuple[ByteArray, ByteArray, ByteArray], state: str
) -> None:
    first, second, other = touches
    level = default_calibration().level
    probe = prepare(extractor.extract(Image(*STATES[state](first))))
    mate, stranger = (prepare(extractor.extract(Image(pixels, 500.0))) for pixels in (second, other))
    assert level(compare(probe, mate)) > 40
    assert level(compare(probe, stranger)) < 20


def no_finger(name: str) -> ByteArray:
    rng = np.random.default_rng(1)
    shape = (300, 280)
    match name:
        case "blank":
            return np.full(shape, 255, np.uint8)
        case "black":
            return np.zeros(shape, np.uint8)
        case "noise":
            return rng.integers(0, 256, shape, dtype=np.uint8)
        case "smallest":
            return rng.integers(0, 256, (64, 64), dtype=np.uint8)
        case "half a line":
            return np.where(np.arange(300)[:, None] < 150, 255, 0).repeat(280, axis=1).astype(np.uint8)
    picture: NDArray[np.uint8] = getattr(skimage.data, name)()
    return np.ascontiguousarray(picture[:400, :400])


@pytest.mark.parametrize(
    "name", ["blank", "black", "noise", "smallest", "half a line", "page", "text", "camera", "coins", "moon"]
)
def test_what_is_no_finger_is_said_to_be_unusable_with_advice(extractor: RidgeExtractor, name: str) -> None:
    biometrics = MatcherBiometrics(extractor, default_calibration())
    content = ImageSample(encode_png(Image(no_finger(name), 500.0)))
    features = biometrics.extract(Sample(None, content))
    assert not features.quality.usable
    assert features.quality.advice
