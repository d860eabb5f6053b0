"""The extractor of image processing alone against the truth of synthetic prints, LEADER on real ones, and no prints."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.peers.extractors import Found
from benchmarks.speed.extraction import agreement, matched, of_quality
from enroll_tools.synthetic import MEDIUM, Population
from matcher.comparison.calibration import default_calibration
from matcher.comparison.compare import compare
from matcher.comparison.prepared import prepare
from matcher.extraction.leader import load_leader
from matcher.extraction.ridge import RidgeExtractor
from matcher.images.decoding import decode_image
from matcher.quality.score import assess_image
from matcher.types import ByteArray, FingerPosition, Image, MinutiaKind, Template

pytestmark = pytest.mark.slow

FINGER = FingerPosition.RIGHT_INDEX


@pytest.fixture(scope="module")
def extractor() -> RidgeExtractor:
    return RidgeExtractor()


def found(template: Template) -> Found:
    return Found(template.x, template.y, template.angle, template.quality)


def near(a: Found, b: Found, pixels: float, radians: float) -> int:
    """Count minutiae of ``a`` that have one of ``b`` near."""
    assert a.angle is not None
    assert b.angle is not None
    distance = np.hypot(a.x[:, None] - b.x, a.y[:, None] - b.y)
    turn = np.abs(np.angle(np.exp(1j * (a.angle[:, None] - b.angle))))
    return int(((distance <= pixels) & (turn <= radians)).any(axis=1).sum())


def test_the_minutiae_of_synthetic_prints_are_found(extractor: RidgeExtractor) -> None:
    population = Population(5, MEDIUM)
    right, said, wanted = 0, 0, 0
    for person in range(4):
        impression = population.impression(person, FINGER, 1)
        ours, truth = of_quality(found(extractor.extract(impression.image)), 0.5), found(impression.truth)
        right += near(ours, truth, 8, 0.4)
        said += len(ours.x)
        wanted += len(truth.x)
    assert right / said > 0.95
    assert right / wanted > 0.8


def spiral(turn: int) -> ByteArray:
    y, x = np.mgrid[0:200, 0:200]
    phase = 2 * np.pi / 9 * (y + 8 * np.sin(x / 50)) + np.arctan2(y - 99, x - 99)  # one ridge more on the right
    grey = 128 + 90 * np.cos(phase) + np.random.default_rng(5).normal(0, 8, phase.shape)
    return np.ascontiguousarray(np.rot90(np.clip(grey, 0, 255).astype(np.uint8), turn))


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_directions_point_to_where_there_is_one_ridge_more(extractor: RidgeExtractor, turn: int) -> None:
    template = extractor.extract(Image(spiral(turn), 500.0))
    distance = np.hypot(template.x - 99.5, template.y - 99.5)
    index = distance.argmin()
    assert distance[index] < 8
    assert np.cos(template.angle[index] - turn * np.pi / 2) > np.cos(0.4)


def test_what_it_answers(extractor: RidgeExtractor) -> None:
    image = Population(3, MEDIUM).impression(0, FINGER, 1).image
    template = extractor.extract(image)
    assert template.extractor == extractor.id == "ridge-1-q0.10"
    assert (template.height, template.width) == image.pixels.shape
    assert template.quality is not None
    assert (np.diff(template.quality) <= 0).all()
    assert template.quality.min() >= 0.1
    assert set(template.kind) <= {MinutiaKind.ENDING, MinutiaKind.BIFURCATION}
    assert (np.abs(template.angle) <= np.pi).all()
    for column in (template.x, template.y, template.angle, template.quality):
        assert column.dtype == np.float32


def test_positions_are_at_500_dpi_whatever_the_resolution(extractor: RidgeExtractor) -> None:
    pixels = Population(3, MEDIUM).impression(0, FINGER, 1).image.pixels
    doubled = np.repeat(np.repeat(pixels, 2, axis=0), 2, axis=1)
    plain, fine = (found(extractor.extract(Image(p, ppi))) for p, ppi in ((pixels, 500.0), (doubled, 1000.0)))
    assert matched(fine, plain) > 0.9 * len(plain.x)


def no_finger(name: str) -> NDArray[np.uint8]:
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:220, 0:180]
    pictures = {
        "white": np.full((220, 180), 255),
        "black": np.zeros((220, 180)),
        "noise": rng.integers(0, 256, (220, 180)),
        "ramp": x + y / 4,
        "edge": np.where(x > 90, 250, 20),
        "small": rng.integers(0, 256, (32, 32)),
    }
    return np.asarray(pictures[name], np.uint8)


@pytest.mark.parametrize("name", ["white", "black", "noise", "ramp", "edge", "small"])
def test_what_is_no_finger_is_not_usable(extractor: RidgeExtractor, name: str) -> None:
    image = Image(no_finger(name), 500.0)
    assert not assess_image(image, extractor.extract(image)).usable


def test_extraction_is_thread_safe(extractor: RidgeExtractor) -> None:
    population = Population(4, MEDIUM)
    images = [population.impression(person, FINGER, 1).image for person in range(4)]
    alone = [extractor.extract(image) for image in images]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(extractor.extract, images))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one.x, other.x)
        np.testing.assert_array_equal(one.quality, other.quality)


def test_real_prints(real_data: Path, extractor: RidgeExtractor) -> None:
    leader, level = load_leader(), default_calibration().level
    names = ["101_1", "101_2", "104_1", "104_2", "107_1", "107_2"]
    images = [
        decode_image((real_data / "fvc2002" / "DB1_B" / f"{n}.tif").read_bytes(), resolution_ppi=500) for n in names
    ]
    ours = [extractor.extract(image) for image in images]
    both = [(found(a), found(leader.extract(image))) for a, image in zip(ours, images, strict=True)]
    assert agreement(both, 0.5)["f1"] > 0.6  # within 4 pixels and 10 degrees
    prepared = [prepare(template) for template in ours]
    mated = [level(compare(prepared[i], prepared[i + 1])) for i in (0, 2, 4)]
    others = [level(compare(prepared[i], prepared[j])) for i, j in ((0, 2), (0, 4), (2, 4))]
    assert min(mated) > 40
    assert max(others) < 20
