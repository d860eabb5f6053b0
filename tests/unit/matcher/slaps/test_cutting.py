"""Slaps drawn from synthetic prints: every finger found, named, upright and recognised; and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from enroll_tools.synthetic import EASY, Population
from idverify.cli import build_app
from matcher.comparison.calibration import default_calibration
from matcher.comparison.compare import compare
from matcher.comparison.prepared import prepare
from matcher.errors import SampleInvalidError, SlapCountError
from matcher.extraction.ridge import RidgeExtractor
from matcher.images.decoding import decode_image, encode_png
from matcher.slaps.cutting import SLAP_LIMITS, SlapFinger, cut_slap
from matcher.slaps.hands import Slap
from matcher.types import ByteArray, FingerPosition, Image
from tests.slap_pages import composed, drawn, trimmed, written_on

pytestmark = pytest.mark.slow

RIGHT = (
    FingerPosition.RIGHT_INDEX,
    FingerPosition.RIGHT_MIDDLE,
    FingerPosition.RIGHT_RING,
    FingerPosition.RIGHT_LITTLE,
)
LEFT = (
    FingerPosition.LEFT_LITTLE,
    FingerPosition.LEFT_RING,
    FingerPosition.LEFT_MIDDLE,
    FingerPosition.LEFT_INDEX,
)
THUMBS = (FingerPosition.LEFT_THUMB, FingerPosition.RIGHT_THUMB)
HANDS = {Slap.RIGHT_FOUR: RIGHT, Slap.LEFT_FOUR: LEFT, Slap.TWO_THUMBS: THUMBS}


@pytest.fixture(scope="module")
def population() -> Population:
    return Population(9, EASY)


@pytest.mark.parametrize("askew", [-25.0, -8.0, 0.0, 17.0])
@pytest.mark.parametrize("slap", Slap)
def test_every_finger_is_found_upright_and_recognised(population: Population, slap: Slap, askew: float) -> None:
    fingers = cut_slap(Image(drawn(population, slap, askew), 500.0), slap)
    assert tuple(finger.position for finger in fingers) == HANDS[slap]
    assert np.degrees(fingers[0].angle) == pytest.approx(askew, abs=3)
    extractor, level = RidgeExtractor(), default_calibration().level
    for finger in fingers:
        mate = extractor.extract(population.impression(0, finger.position, 1).image)
        cut = extractor.extract(finger.image)
        assert level(compare(prepare(cut), prepare(mate))) > 40


@pytest.mark.parametrize("slap", Slap)
def test_handwriting_is_no_finger(population: Population, slap: Slap) -> None:
    plain = drawn(population, slap, 14.0)
    alone = cut_slap(Image(plain, 500.0), slap)
    beside = cut_slap(Image(written_on(plain, int(slap)), 500.0), slap)
    for one, other in zip(alone, beside, strict=True):
        assert np.array(other.centre) == pytest.approx(np.array(one.centre), abs=40)


@pytest.mark.parametrize("slap", Slap)
def test_handwriting_does_not_stand_in_for_a_finger_nor_half_a_finger_for_one(
    population: Population, slap: Slap
) -> None:
    fingers = HANDS[slap]
    page = drawn(population, slap, -11.0, missing=fingers[1:2])
    for pixels in (page, written_on(page, 3)):
        with pytest.raises(SlapCountError) as refusal:
            cut_slap(Image(pixels, 500.0), slap)
        assert (refusal.value.expected, refusal.value.found) == (len(fingers), len(fingers) - 1)
        assert len(cut_slap(Image(pixels, 500.0), slap, missing=fingers[1:2])) == len(fingers) - 1


@pytest.mark.parametrize(
    ("slap", "askew"), [(Slap.RIGHT_FOUR, 16.0), (Slap.LEFT_FOUR, -28.0), (Slap.TWO_THUMBS, -20.0)]
)
def test_tips_without_other_phalanges_tell_how_the_hand_lies(population: Population, slap: Slap, askew: float) -> None:
    fingers = cut_slap(Image(drawn(population, slap, askew, phalanges=False), 500.0), slap)
    assert np.degrees(fingers[0].angle) == pytest.approx(askew, abs=10)


def test_ridges_that_run_one_way_are_no_fingertip(population: Population) -> None:
    """Lines as far apart as ridges above a finger; and a phalanx whose tip is not on the page."""
    page = drawn(population, Slap.RIGHT_FOUR)
    alone = cut_slap(Image(page, 500.0), Slap.RIGHT_FOUR)
    crossed = page.copy()
    lines = np.array([(560 + 9 * step, 60 + 150 * (step % 2)) for step in range(36)], np.int32)
    cv2.polylines(crossed, [lines], isClosed=False, color=30, thickness=4, lineType=cv2.LINE_AA)
    for one, other in zip(alone, cut_slap(Image(crossed, 500.0), Slap.RIGHT_FOUR), strict=True):
        assert np.array(other.centre) == pytest.approx(np.array(one.centre), abs=60)
    height, width = trimmed(population.impression(0, RIGHT[0], 1).image.pixels).shape
    page[: 300 + 100 + height + 20, 180 : 180 + width] = 255
    with pytest.raises(SlapCountError) as refusal:
        cut_slap(Image(page, 500.0), Slap.RIGHT_FOUR)
    assert (refusal.value.expected, refusal.value.found) == (4, 3)


def test_a_finger_far_below_the_others_is_not_passed_over(population: Population) -> None:
    """A thumb beside four fingers, or the fingers of another hand: which are meant would be a guess."""
    tips = [population.impression(0, finger, 1).image.pixels for finger in RIGHT]
    page = composed([*tips[:2], *tips[2:]], (0, 0, 0, 800), phalanges=False)
    with pytest.raises(SlapCountError) as refusal:
        cut_slap(Image(page, 500.0), Slap.RIGHT_FOUR, missing=RIGHT[3:])
    assert (refusal.value.expected, refusal.value.found) == (3, 4)


def test_a_finer_slap_gives_finer_images(population: Population) -> None:
    page = drawn(population, Slap.TWO_THUMBS, 10.0)
    fine = cv2.resize(page, None, fx=1.6, fy=1.6, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    plain = cut_slap(Image(page, 500.0), Slap.TWO_THUMBS)
    fingers = cut_slap(Image(fine, 800.0), Slap.TWO_THUMBS)
    for a, b in zip(plain, fingers, strict=True):
        assert b.image.resolution_ppi == 800.0
        assert np.array(b.centre) == pytest.approx(1.6 * np.array(a.centre), abs=30)
        assert np.array(b.image.pixels.shape) == pytest.approx(1.6 * np.array(a.image.pixels.shape), rel=0.1)


@pytest.mark.parametrize("content", ["blank", "noise", "two", "tiny"])
def test_fingers_that_are_missing_are_not_guessed(population: Population, content: str) -> None:
    pictures: dict[str, ByteArray] = {
        "blank": np.full((1500, 1600), 255, np.uint8),
        "noise": np.random.default_rng(0).integers(0, 256, (900, 900), dtype=np.uint8),
        "two": drawn(population, Slap.TWO_THUMBS, 0.0),
        "tiny": np.zeros((64, 64), np.uint8),
    }
    with pytest.raises(SampleInvalidError, match="4 fingers"):
        cut_slap(Image(pictures[content], 500.0), Slap.RIGHT_FOUR)


def test_a_finger_that_is_stated_to_be_missing_leaves_its_place(population: Population) -> None:
    middle, little = FingerPosition.RIGHT_MIDDLE, FingerPosition.RIGHT_LITTLE
    page = Image(drawn(population, Slap.RIGHT_FOUR, 9.0, missing=(middle,)), 500.0)
    assert [f.position for f in cut_slap(page, Slap.RIGHT_FOUR, missing=(middle,))] == [RIGHT[0], *RIGHT[2:]]
    with pytest.raises(SlapCountError) as fewer:
        cut_slap(page, Slap.RIGHT_FOUR)
    assert (fewer.value.expected, fewer.value.found) == (4, 3)
    with pytest.raises(SlapCountError) as more:
        cut_slap(page, Slap.RIGHT_FOUR, missing=(middle, little))
    assert (more.value.expected, more.value.found) == (2, 3)


def test_two_fingers_that_touch_are_not_taken_for_one(population: Population) -> None:
    """With one of four stated to be missing, which is there: the two that touch would give their names to others."""
    tips = [population.impression(0, finger, 1).image.pixels for finger in RIGHT]
    joined = cv2.hconcat([trimmed(tip)[:280, 8:-8] for tip in tips[1:3]])
    page = Image(composed([tips[0], np.asarray(joined, np.uint8), tips[3]], (100, 0, 200)), 500.0)
    with pytest.raises(SlapCountError) as error:
        cut_slap(page, Slap.RIGHT_FOUR, missing=(FingerPosition.RIGHT_RING,))
    assert (error.value.expected, error.value.found) == (3, 4)


def test_an_image_is_written_as_it_is() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (70, 90), dtype=np.uint8)
    back = decode_image(encode_png(Image(pixels, 569.0)))
    np.testing.assert_array_equal(back.pixels, pixels)
    assert back.resolution_ppi == 569.0


def test_the_command(population: Population, tmp_path: Path) -> None:
    (tmp_path / "slap.png").write_bytes(encode_png(Image(drawn(population, Slap.LEFT_FOUR, 5.0), 500.0)))
    base = ["segment", str(tmp_path / "slap.png"), "--out", str(tmp_path / "out"), "--json", "--hand"]
    result = CliRunner().invoke(build_app(), [*base, "left"])
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)["fingers"]
    assert [row["finger"] for row in rows] == ["left-little", "left-ring", "left-middle", "left-index"]
    assert [row["position"] for row in rows] == [10, 9, 8, 7]
    for row in rows:
        image = decode_image(Path(row["file"]).read_bytes(), limits=SLAP_LIMITS)
        assert image.pixels.shape[::-1] == pytest.approx(tuple(row["size"]), abs=1)
    page = drawn(population, Slap.LEFT_FOUR, 5.0, missing=LEFT[1:2])
    (tmp_path / "slap.png").write_bytes(encode_png(Image(page, 500.0)))
    stated = CliRunner().invoke(build_app(), [*base, "left", "--missing", "left-ring"])
    assert [row["position"] for row in json.loads(stated.stdout)["fingers"]] == [10, 8, 7]
    for wrong in ("right-ring", "feet"):
        assert CliRunner().invoke(build_app(), [*base, "left", "--missing", wrong]).exit_code == 2
    (tmp_path / "slap.png").write_bytes(encode_png(Image(drawn(population, Slap.TWO_THUMBS, 0.0), 500.0)))
    refused = CliRunner().invoke(build_app(), [*base, "right"])
    assert refused.exit_code == 1
    assert "SAMPLE_INVALID" in refused.output


def test_boxes_are_in_the_order_of_the_image(population: Population) -> None:
    fingers: list[SlapFinger] = cut_slap(Image(drawn(population, Slap.RIGHT_FOUR, 0.0), 500.0), Slap.RIGHT_FOUR)
    assert [finger.centre[0] for finger in fingers] == sorted(finger.centre[0] for finger in fingers)
