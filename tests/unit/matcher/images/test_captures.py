"""What a counter may send: turned, framed, among text, inverted, of other resolutions; and what is no finger at all."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import PIL.Image
import pytest

from enroll_tools.synthetic import Population
from idverify.domain.model import Advice, ImageSample, Sample
from idverify.matching.biometrics import MatcherBiometrics
from matcher.comparison.calibration import default_calibration
from matcher.comparison.compare import compare
from matcher.comparison.prepared import prepare
from matcher.extraction.leader import LeaderExtractor, load_leader
from matcher.images.decoding import decode_image
from matcher.quality.score import evidence
from matcher.templates.confidence import confidence
from matcher.types import ByteArray, FingerPosition, Image, Template

pytestmark = pytest.mark.slow

FMR_ONE_IN_10_000 = 40.0  # level
MARGIN = 100


@pytest.fixture(scope="module")
def extractor() -> LeaderExtractor:
    return load_leader()


@pytest.fixture(scope="module")
def pair() -> tuple[ByteArray, ByteArray]:
    """Two impressions of a synthetic finger, 500 dpi."""
    population = Population(5)
    first, second = (population.impression(1, FingerPosition.RIGHT_INDEX, n).image.pixels for n in (1, 2))
    return first, second


def page(print_: ByteArray) -> ByteArray:
    return np.pad(print_, MARGIN, constant_values=255)


def framed(print_: ByteArray) -> ByteArray:
    """Two black frames around the print, one close to it."""
    sheet = page(print_)
    height, width = sheet.shape
    for inset, thickness in ((60, 3), (MARGIN - 6, 2)):
        cv2.rectangle(sheet, (inset, inset), (width - inset - 1, height - inset - 1), 0, thickness)
    return sheet


def among_text(print_: ByteArray) -> ByteArray:
    sheet = page(print_)
    for y in (25, 50, 75, sheet.shape[0] - 70, sheet.shape[0] - 45, sheet.shape[0] - 20):
        words = "RIGHT INDEX FINGER  No 0123456789  plain impression"
        cv2.putText(sheet, words, (6, y), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 1, cv2.LINE_AA)
    return sheet


def scaled(print_: ByteArray, factor: float) -> ByteArray:
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(print_, None, fx=factor, fy=factor, interpolation=how), dtype=np.uint8)


CAPTURES: Mapping[str, tuple[Callable[[ByteArray], ByteArray], float]] = {
    "inverted": (np.invert, 500.0),
    "on a white page": (page, 500.0),
    "in black frames": (framed, 500.0),
    "among text": (among_text, 500.0),
    "lying on its left side": (np.rot90, 500.0),
    "lying on its right side": (lambda p: np.rot90(p, 3), 500.0),
    "at 250 ppi": (lambda p: scaled(p, 0.5), 250.0),
    "at 1000 ppi": (lambda p: scaled(p, 2.0), 1000.0),
    "left half": (lambda p: p[:, : p.shape[1] // 2], 500.0),
    "upper half": (lambda p: p[: p.shape[0] // 2], 500.0),
}


def captured(print_: ByteArray, name: str) -> Image:
    change, ppi = CAPTURES[name]
    return Image(np.ascontiguousarray(change(print_)), ppi)


def level(one: Template, other: Template) -> float:
    return default_calibration().level(compare(prepare(one), prepare(other)))


@pytest.mark.parametrize("name", CAPTURES)
def test_a_print_is_recognised_however_it_was_captured(
    name: str, pair: tuple[ByteArray, ByteArray], extractor: LeaderExtractor
) -> None:
    mate = extractor.extract(Image(pair[1], 500.0))
    assert level(extractor.extract(captured(pair[0], name)), mate) >= FMR_ONE_IN_10_000


@pytest.mark.parametrize("finger", ["fvc2002/DB1_B/105", "fvc2002/DB3_B/102", "fvc2004/DB2_B/102"])
@pytest.mark.parametrize("name", [name for name in CAPTURES if "half" not in name])  # half of some prints is too little
def test_a_real_print_too(name: str, finger: str, real_data: Path, extractor: LeaderExtractor) -> None:
    first, mate = (
        decode_image((real_data / f"{finger}_{n}.tif").read_bytes(), resolution_ppi=500).pixels for n in (1, 2)
    )
    found = level(extractor.extract(captured(first, name)), extractor.extract(Image(mate, 500.0)))
    assert found >= FMR_ONE_IN_10_000


@pytest.mark.parametrize(("name", "most"), [("on a white page", 0.0), ("in black frames", 0.0), ("among text", 0.5)])
def test_what_is_around_a_print_gives_no_evidence(
    name: str, most: float, pair: tuple[ByteArray, ByteArray], extractor: LeaderExtractor
) -> None:
    found = extractor.extract(captured(pair[0], name))
    inside = (np.minimum(found.x, found.y) >= MARGIN - 2) & (found.x < found.width - MARGIN + 2)
    inside &= found.y < found.height - MARGIN + 2
    around = replace(
        found,
        x=found.x[~inside],
        y=found.y[~inside],
        angle=found.angle[~inside],
        kind=found.kind[~inside],
        quality=confidence(found)[~inside].astype(np.float32),
    )
    assert inside.sum() > 20
    assert evidence(around) <= most


def no_fingers() -> dict[str, ByteArray]:
    import skimage.data

    pictures: Any = skimage.data
    noise = np.random.default_rng(1)
    return {
        "white": np.full((400, 400), 255, dtype=np.uint8),
        "black": np.zeros((400, 400), dtype=np.uint8),
        "noise": noise.integers(0, 256, (400, 400), dtype=np.uint8),
        "small noise": noise.integers(0, 256, (64, 64), dtype=np.uint8),
        "small white": np.full((64, 64), 255, dtype=np.uint8),
        "text page": pictures.page(),
        "photograph": pictures.camera(),
        "coins": pictures.coins(),
        "brick": pictures.brick(),
        "grass": pictures.grass(),
    }


def as_sample(pixels: ByteArray) -> Sample:
    stream = io.BytesIO()
    PIL.Image.fromarray(pixels).save(stream, "PNG", dpi=(500, 500))
    return Sample(None, ImageSample(stream.getvalue()))


@pytest.mark.parametrize("name", no_fingers())
def test_what_is_no_finger_is_an_unusable_sample_and_no_exception(name: str, extractor: LeaderExtractor) -> None:
    biometrics = MatcherBiometrics(extractor, default_calibration())
    quality = biometrics.extract(as_sample(no_fingers()[name])).quality
    assert not quality.usable
    assert quality.advice == (Advice.NO_FINGER,)


def test_too_small_a_part_of_a_finger_is_unusable_and_says_why(
    pair: tuple[ByteArray, ByteArray], extractor: LeaderExtractor
) -> None:
    biometrics = MatcherBiometrics(extractor, default_calibration())
    height, width = pair[0].shape
    corner = np.ascontiguousarray(pair[0][height // 2 - 40 : height // 2 + 40, width // 2 - 40 : width // 2 + 40])
    quality = biometrics.extract(as_sample(corner)).quality
    assert not quality.usable
    assert Advice.SMALL_AREA in quality.advice
