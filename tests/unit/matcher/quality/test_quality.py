"""Quality: order, monotony, advice, and the line between fingers and other pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.extraction.leader import LeaderExtractor, load_leader
from matcher.images.decoding import decode_image
from matcher.quality.appearance import off_centre, ridge_appearance
from matcher.quality.score import Advice, assess, assess_image, evidence, neighbours
from matcher.templates.confidence import UNREPORTED
from matcher.types import ByteArray, Image, Template

QUALITIES = st.lists(st.floats(0.0, 1.0, width=32), min_size=1, max_size=60)


def template(qualities: Sequence[float], spread: float = 300.0) -> Template:
    count = len(qualities)
    x, y = np.random.default_rng(0).uniform(0, spread, (count, 2)).astype(np.float32).T  # a longer list adds, no more
    return Template(
        x=x,
        y=y,
        angle=np.zeros(count, dtype=np.float32),
        kind=np.ones(count, dtype=np.uint8),
        quality=np.asarray(qualities, dtype=np.float32),
        width=300,
        height=300,
        extractor="test",
    )


def ridges(dark_share: float = 0.5, contrast: float = 200.0) -> ByteArray:
    """Curved ridges of period 9 of which ``dark_share`` is dark."""
    y, x = np.mgrid[0:200, 0:200]
    wave = (y + 10 * np.sin(x / 40)) / 9 % 1
    binary = np.where(wave < dark_share, 128 - contrast / 2, 128 + contrast / 2)
    return np.clip(cv2.GaussianBlur(binary, (0, 0), 0.7), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def extractor() -> LeaderExtractor:
    return load_leader()


def test_nothing_found_is_no_finger() -> None:
    quality = assess(template([]))
    assert (quality.score, quality.minutiae, quality.usable) == (0, 0, False)
    assert quality.advice == (Advice.NO_FINGER,)


def test_a_good_print_needs_no_advice() -> None:
    quality = assess(template([0.9, *[0.95] * 39]))
    assert quality.score > 80
    assert quality.usable
    assert quality.advice == ()
    assert quality.minutiae == 40


def test_evidence_by_hand() -> None:
    assert evidence(template([1.0, 0.5, 0.0])) == pytest.approx(1 + 1 / 32)


def test_neighbours_by_hand() -> None:
    pair = template([1.0, 0.5], spread=0)
    assert neighbours(pair) == pytest.approx(1 + 1 / 16 + 2 / 4)
    far = replace(pair, x=np.array([0, 75], np.float32))
    assert neighbours(far) == pytest.approx(1 + 1 / 16 + 2 / 4 * math.exp(-0.5))
    assert neighbours(template([1.0] * 3, spread=0)) == pytest.approx(9)
    assert neighbours(replace(template([1.0] * 3, spread=0), quality=None)) == pytest.approx(9 * UNREPORTED**4)


def test_where_no_quality_is_reported_every_minutia_is_evidence_of_a_finger() -> None:
    silent = replace(template([0.1] * 20), quality=None)
    assert evidence(silent) == 20
    assert assess(silent).usable
    assert Advice.TOO_FEW_MINUTIAE not in assess(replace(template([0.1] * 12, spread=20), quality=None)).advice


@given(qualities=QUALITIES)
def test_neighbours_one_pair_after_the_other(qualities: list[float]) -> None:
    found = template(qualities)
    total = 0.0
    for xa, ya, qa in zip(found.x, found.y, qualities, strict=True):
        for xb, yb, qb in zip(found.x, found.y, qualities, strict=True):
            distance = math.hypot(float(xa) - float(xb), float(ya) - float(yb))
            total += qa**2 * qb**2 * math.exp(-(distance**2) / (2 * 75**2))
    assert neighbours(found) == pytest.approx(total, abs=1e-12)
    assert assess(found).score == round(100 * (1 - math.exp(-total / 200)))


def test_sure_neighbours_are_worth_more_than_sure_strangers() -> None:
    assert assess(template([0.9] * 20, spread=100)).score > assess(template([0.9] * 20, spread=500)).score


@given(qualities=QUALITIES, extra=st.floats(0.0, 1.0, width=32))
def test_another_minutia_never_lowers_the_score(qualities: list[float], extra: float) -> None:
    less, more = assess(template(qualities)), assess(template([*qualities, extra]))
    assert 0 <= less.score <= more.score <= 100
    assert less.usable <= more.usable


@given(qualities=QUALITIES, raised=st.floats(0.0, 1.0, width=32))
def test_a_surer_minutia_never_lowers_the_score(qualities: list[float], raised: float) -> None:
    better = [max(qualities[0], raised), *qualities[1:]]
    assert assess(template(qualities)).score <= assess(template(better)).score


def test_many_doubtful_minutiae_are_not_a_print() -> None:
    quality = assess(template([0.3] * 200))
    assert not quality.usable
    assert Advice.TOO_FEW_MINUTIAE in quality.advice or quality.advice == (Advice.NO_FINGER,)


def test_a_handful_of_sure_minutiae_cannot_carry_a_decision() -> None:
    assert not assess(template([1.0, 1.0, 1.0, 1.0, 0.99], spread=20)).usable
    assert assess(template([1.0, 1.0, 1.0, 1.0, 1.0, 0.99], spread=20)).usable
    assert not assess(template([1.0, 1.0, 1.0, 1.0, 1.0, 0.99], spread=800)).usable


def test_much_that_is_unsure_is_no_evidence_of_a_finger() -> None:
    texture = template([*[0.44] * 120, 0.45])
    assert assess(texture).score >= 40
    assert not assess(texture).usable
    assert assess(texture).advice


@given(qualities=QUALITIES)
def test_a_poor_sample_always_has_advice(qualities: list[float]) -> None:
    quality = assess(template(qualities))
    assert bool(quality.advice) is (quality.score < 40 or not quality.usable)


def test_small_area() -> None:
    poor = [*[0.6] * 19, 0.7]
    assert assess(template(poor, spread=100)).advice == (Advice.SMALL_AREA,)
    assert assess(template(poor, spread=300)).advice == (Advice.TOO_FEW_MINUTIAE,)


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        (ridges(0.5), Advice.TOO_FEW_MINUTIAE),
        (ridges(0.75), Advice.TOO_WET),
        (ridges(0.25), Advice.TOO_DRY),
        (ridges(0.5, contrast=20), Advice.LOW_CONTRAST),
        (np.full((200, 200), 255, dtype=np.uint8), Advice.LOW_CONTRAST),
        (np.full((20, 200), 255, dtype=np.uint8), Advice.LOW_CONTRAST),
    ],
)
def test_the_look_of_the_ridges_gives_the_advice(pixels: ByteArray, expected: Advice) -> None:
    poor = template([0.7] * 20)
    assert assess_image(Image(pixels, 500.0), poor).advice == (expected,)
    assert assess_image(Image(pixels, 500.0), poor).score == assess(poor).score


@pytest.mark.parametrize("share", [0.3, 0.4, 0.5, 0.6, 0.7])
def test_darkness_is_the_share_of_ridge(share: float) -> None:
    found = ridge_appearance(ridges(share))
    assert found.darkness == pytest.approx(share, abs=0.06)
    assert found.area > 50


def smeared() -> ByteArray:
    """Ridges over which a wet stain of a fifth of the picture lies."""
    pixels = ridges(0.45)
    cv2.circle(pixels, (100, 100), 50, 28, -1)
    return pixels


def test_a_stain_is_smeared_ridges_are_not() -> None:
    assert ridge_appearance(ridges(0.6)).smeared == 0
    found = ridge_appearance(smeared())
    assert found.smeared == pytest.approx(np.pi * 50**2 / 200**2, abs=0.04)
    assert found.darkness < 0.62
    assert assess_image(Image(smeared(), 500.0), template([0.7] * 20)).advice == (Advice.TOO_WET,)


def test_noise_and_shading_are_no_ridges() -> None:
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 256, (200, 200), dtype=np.uint8)
    shading = np.add.outer(np.arange(200), np.arange(200) // 4).astype(np.uint8)
    assert ridge_appearance(noise).area < 2
    assert ridge_appearance(shading).area == 0


def strangers() -> dict[str, ByteArray]:
    """Pictures that are no fingers."""
    rng = np.random.default_rng(2)
    noise = rng.normal(0, 1, (300, 300)).astype(np.float32)
    text = np.full((300, 300), 255, dtype=np.uint8)
    for line in range(15):
        words = "".join(rng.choice(list("abcdefghijk lmnop"), 28))
        cv2.putText(text, words, (4, 18 + 19 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 0, 1)
    y, x = np.mgrid[0:300, 0:300]
    pictures = {
        "white": np.full((300, 300), 255, dtype=np.uint8),
        "text": text,
        "stripes": (128 + 100 * np.cos(2 * np.pi * (y + 8 * np.sin(x / 50)) / 9)).astype(np.uint8),
        "noise": rng.integers(0, 256, (300, 300), dtype=np.uint8),
    }
    for sigma in (2, 3, 4):
        smooth = cv2.GaussianBlur(noise, (0, 0), sigma)
        pictures[f"clouds {sigma}"] = np.clip(128 + 60 * smooth / smooth.std(), 0, 255).astype(np.uint8)
    return pictures


@pytest.mark.parametrize("name", strangers())
def test_other_pictures_are_unusable(name: str, extractor: LeaderExtractor) -> None:
    image = Image(strangers()[name], 500.0)
    quality = assess_image(image, extractor.extract(image))
    assert not quality.usable
    assert quality.advice


def test_photographs_are_unusable(extractor: LeaderExtractor) -> None:
    import skimage.data

    pictures: Any = skimage.data
    image = Image(np.ascontiguousarray(pictures.camera()[:400, :400]), 500.0)
    assert not assess_image(image, extractor.extract(image)).usable


@pytest.mark.parametrize(
    ("name", "usable", "advice"),
    [
        ("fvc2002/DB1_B/101_1", True, ()),
        ("fvc2002/DB3_B/105_8", True, (Advice.TOO_FEW_MINUTIAE,)),
        ("fvc2004/DB2_B/106_8", False, (Advice.TOO_WET, Advice.TOO_FEW_MINUTIAE)),
        ("fvc2004/DB2_B/108_8", True, (Advice.TOO_WET,)),
        ("fvc2002/DB1_B/101_5", True, (Advice.TOO_DRY,)),
        ("fvc2002/DB3_B/110_3", False, (Advice.SMALL_AREA, Advice.TOO_FEW_MINUTIAE)),
    ],
)
def test_real_prints(
    name: str, usable: bool, advice: tuple[Advice, ...], real_data: Path, extractor: LeaderExtractor
) -> None:
    image = decode_image((real_data / f"{name}.tif").read_bytes(), resolution_ppi=500)
    quality = assess_image(image, extractor.extract(image))
    assert quality.usable is usable
    assert quality.advice == advice


@pytest.mark.parametrize(("right", "down"), [(0, 0), (64, 0), (0, -48), (-32, 64)])
def test_how_far_the_ridges_are_from_the_middle(right: int, down: int) -> None:
    page = np.full((400, 400), 255, np.uint8)
    print_ = ridges(0.4)[:160, :160]
    page[120 + down : 280 + down, 120 + right : 280 + right] = print_
    assert off_centre(page) == pytest.approx(float(np.hypot(right, down)), abs=8)


def test_no_ridges_have_no_middle() -> None:
    assert off_centre(np.full((100, 100), 255, np.uint8)) is None
    assert off_centre(np.zeros((20, 20), np.uint8)) is None
