"""The parts of NFIQ 2's measures against plain slow ones, and what they say of images that are easy to judge."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from matcher.errors import SampleInvalidError
from matcher.quality.nfiq2.certainty import certainty_level
from matcher.quality.nfiq2.clarity import clarity
from matcher.quality.nfiq2.coherence import coherence
from matcher.quality.nfiq2.contrast import contrast
from matcher.quality.nfiq2.flow import orientation_flow
from matcher.quality.nfiq2.frame import print_frame
from matcher.quality.nfiq2.frequency import strongest_share
from matcher.quality.nfiq2.histogram import histogram
from matcher.quality.nfiq2.measures import image_measures
from matcher.quality.nfiq2.minutiae import minutiae_measures
from matcher.quality.nfiq2.profile import Parted, part
from matcher.quality.nfiq2.region import region_mean, region_of_interest
from matcher.quality.nfiq2.slanted import HEIGHT, WIDTH, local_regions, windows
from matcher.quality.nfiq2.tiles import all_tiles, full_tiles, gradients
from matcher.quality.nfiq2.uniformity import width_ratios
from matcher.types import ByteArray

NONE = np.zeros(0, np.float32)
ROWS = arrays(np.bool_, 32)


def ridges(angle: float = 0.0, period: float = 9.0, height: int = 320, width: int = 288) -> ByteArray:
    """Draw straight ridges; ``angle`` of the line across them, degrees."""
    y, x = np.mgrid[:height, :width]
    along = x * math.cos(math.radians(angle)) + y * math.sin(math.radians(angle))
    return np.asarray(np.rint(127 + 100 * np.cos(2 * np.pi * along / period)), np.uint8)


def runs(ridge: NDArray[np.bool_]) -> list[tuple[bool, int]]:
    """Return the ridges and valleys of a row in order: what it is, and how wide."""
    found: list[tuple[bool, int]] = []
    for column in ridge.tolist():
        if found and found[-1][0] == column:
            found[-1] = (column, found[-1][1] + 1)
        else:
            found.append((column, 1))
    return found


def slow_ratios(ridge: NDArray[np.bool_]) -> list[float]:
    seen = runs(ridge[:-1])
    whole = seen[1:-1]
    if len(whole) < 3:
        return []
    widths = [width for _, width in whole[1:]][::-1]
    ratios = [a / b for a, b in pairwise(widths)]
    return [1 / r if i % 2 == whole[0][0] else r for i, r in enumerate(ratios)]


@given(rows=st.lists(ROWS, min_size=1, max_size=5))
def test_ratios_of_widths_as_by_runs(rows: list[NDArray[np.bool_]]) -> None:
    wanted = sorted(ratio for row in rows for ratio in slow_ratios(row))
    assert sorted(width_ratios(np.array(rows)).tolist()) == pytest.approx(wanted)


def test_ratios_by_hand() -> None:
    row = np.array([column == "#" for column in "##..###....##...####............"])
    assert sorted(width_ratios(row[None]).tolist()) == pytest.approx(sorted([4 / 3, 4 / 2, 3 / 2, 3 / 4]))


def mean_widths(ridge: NDArray[np.bool_]) -> dict[bool, float]:
    """Return the mean widths of ridges and valleys, the first a pixel narrower, the last left out; 0 without one."""
    seen = runs(ridge)[:-1]
    if seen:
        seen[0] = (seen[0][0], seen[0][1] - 1)
    widths = {which: [width for is_ridge, width in seen if is_ridge == which] for which in (True, False)}
    return {which: sum(each) / max(len(each), 1) for which, each in widths.items()}


def slow_clarity(window: ByteArray, ridge: NDArray[np.bool_], line: NDArray[np.float64]) -> float:
    widths = mean_widths(ridge)
    if not (3 < widths[True] < 10 and 2 < widths[False] < 10):
        return 0.0
    wrong = {True: 0, False: 0}
    for column, is_ridge in enumerate(ridge.tolist()):
        for grey in window[:, column].tolist():
            wrong[is_ridge] += int((grey >= line[column]) == is_ridge)
    shares = [wrong[which] / (window.shape[0] * np.count_nonzero(ridge == which)) for which in (True, False)]
    return float(1 - sum(shares) / 2)


@st.composite
def striped(draw: st.DrawFn) -> NDArray[np.bool_]:
    """Draw a row of ridges and valleys, most of plausible widths."""
    widths = draw(st.lists(st.integers(1, 9), min_size=32))
    row = np.repeat(np.arange(len(widths)) % 2 == draw(st.integers(0, 1)), widths)
    return row[:WIDTH]


@given(ridge=striped(), seed=st.integers(0, 2**16))
def test_clarity_as_by_runs(ridge: NDArray[np.bool_], seed: int) -> None:
    # At a limit of the mean width the last bit decides.
    assume(not set(mean_widths(ridge).values()) & {2.0, 3.0, 10.0})
    window = np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH)).astype(np.uint8)
    line = np.linspace(90.0, 160.0, WIDTH)
    found = clarity(window[None], Parted(ridge[None], line[None]))
    assert found[0] == pytest.approx(slow_clarity(window, ridge, line))


def test_clear_ridges_are_clear_and_blurred_ones_less() -> None:
    window = np.tile(np.array([40] * 4 + [200] * 4, np.uint8), (HEIGHT, WIDTH // 8))
    noisy = window.copy()
    noisy[:4, ::3] = 255 - noisy[:4, ::3]
    both = np.stack([window, noisy])
    clear, less = clarity(both, part(both))
    assert clear == 1.0
    assert 0.5 < less < 1.0


def test_regions_have_the_image_around_them_and_black_beyond() -> None:
    image = np.random.default_rng(1).integers(1, 256, (100, 140)).astype(np.uint8)
    around = local_regions(image).around
    assert around.shape == (3, 4, 40, 40)
    np.testing.assert_array_equal(around[1, 2], image[30:70, 62:102])
    assert not around[0, :, :2].any()
    assert not around[:, 0, :, :2].any()
    assert (around[1, 1] > 0).all()


def test_foreground_varies() -> None:
    image = np.full((200, 200), 200, np.uint8)
    image[:, :100] = ridges(height=200, width=100)
    foreground = local_regions(image).foreground
    # Regions of the third column reach into tiles that begin at 96, of which four columns vary.
    assert foreground.tolist() == [[True, True, True, False, False, False]] * 6


@pytest.mark.parametrize("extra", [0, 2])
def test_unturned_windows_are_cut_out(extra: int) -> None:
    around = np.arange(1600, dtype=np.int64).reshape(1, 40, 40) % 251
    found = windows(around.astype(np.uint8), np.zeros(1), WIDTH, HEIGHT, extra)
    top, left = 12 - extra, 4 - extra
    np.testing.assert_array_equal(found[0], around[0, top : top + HEIGHT, left : left + WIDTH])


@pytest.mark.parametrize("angle", [0.0, 45.0, 89.0, -45.0])
def test_windows_have_their_ridges_upright(angle: float) -> None:
    regions = local_regions(ridges(angle))
    assert regions.foreground.all()
    upright = windows(
        regions.around[regions.foreground], regions.orientation[regions.foreground], WIDTH, HEIGHT, 0
    ).astype(float)
    assert upright.std(axis=1).mean() < 0.3 * upright.std(axis=2).mean()


def test_orientation_is_as_far_off_as_the_references() -> None:
    """Where the ridges run at 27 degrees, by ten."""
    found = np.rad2deg(local_regions(ridges(27.37)).orientation)
    assert found == pytest.approx(np.full(found.shape, 17.63), abs=1.5)


def test_profiles_have_one_period_or_all() -> None:
    place = np.arange(32)
    wave, step, flat = np.cos(2 * np.pi * 4 * place / 32), np.where(place < 16, 1.0, 0.0), np.ones(32)
    noise = np.random.default_rng(0).normal(size=32)
    one, first, none, all_ = strongest_share(np.stack([wave, step, flat, noise]))
    assert one == pytest.approx(1.0)
    assert (first, none) == (1.0, 1.0)
    assert all_ < 0.5


def test_the_last_amplitude_has_one_neighbour_twice() -> None:
    place = np.arange(32)
    both = np.cos(np.pi * place) + 0.5 * np.cos(2 * np.pi * 15 * place / 32)
    assert strongest_share(both[None])[0] == pytest.approx((32 + 0.3 * 2 * 8) / 8)


def test_a_value_at_a_limit_is_above_it() -> None:
    found = histogram("X", range(1, 10), np.array([0.5, 1.0, 8.5, 9.0]))
    assert [found[f"X_Bin10_{i}"] for i in range(10)] == [1, 1, 0, 0, 0, 0, 0, 0, 1, 1]
    assert found["X_Bin10_StdDev"] == pytest.approx(np.std([0.5, 1.0, 8.5, 9.0]))
    assert set(histogram("X", range(1, 10), np.zeros(0)).values()) == {0.0}


@given(height=st.integers(1, 70), width=st.integers(1, 70))
def test_tiles_cover_the_image_once(height: int, width: int) -> None:
    image = np.arange(height * width).reshape(height, width)
    seen = np.sort(np.concatenate([tiles.ravel() for _, _, tiles in all_tiles(image)]))
    np.testing.assert_array_equal(seen, image.ravel())
    assert full_tiles(image).shape[0] * full_tiles(image).shape[1] == (height // 32) * (width // 32)


def test_gradients_end_at_the_tile() -> None:
    row = np.array([[0, 2, 8, 9]])
    along_x, along_y = gradients(row)
    assert along_x.tolist() == [[2, 4, 3.5, 1]]
    assert not along_y.any()


def test_certainty_is_one_of_one_way_and_nothing_of_flat() -> None:
    y, x = np.mgrid[:32, :32]
    one_way, all_ways, flat = x * 3, (x - 16) ** 2 + (y - 16) ** 2, np.full((32, 32), 7)
    levels = certainty_level(np.stack([one_way, all_ways, flat]))
    assert levels[0] == 1.0
    assert levels[1] < 0.1
    assert math.isnan(levels[2])


def test_flow_is_of_regions_that_turn() -> None:
    straight = orientation_flow(local_regions(ridges(30.0)))
    assert sum(straight[f"OF_Bin10_{i}"] for i in range(10)) == 0
    y, x = np.mgrid[:320, :288]
    rings = np.rint(127 + 100 * np.cos(2 * np.pi * np.hypot(x - 144, y - 160) / 9)).astype(np.uint8)
    turning = orientation_flow(local_regions(rings))
    assert turning["OF_Bin10_Mean"] > 0.1
    few = orientation_flow(local_regions(ridges(height=80)))
    assert set(few.values()) == {0.0}


def test_the_white_frame_goes_and_white_images_stay() -> None:
    image = np.full((50, 60), 255, np.uint8)
    assert print_frame(image) == (slice(0, 50), slice(0, 60))
    image[10:20, 30:45] = 0
    assert print_frame(image) == (slice(10, 20), slice(30, 45))


def test_the_frame_changes_no_measure() -> None:
    image = ridges(20.0)
    framed = np.pad(image, ((7, 40), (13, 5)), constant_values=255)
    x, y = np.array([50.0, 200.0, 100.0], np.float32), np.array([60.0, 210.0, 90.0], np.float32)
    inside = image_measures(image, x, y)
    # One minutia in the frame, which counts for nothing.
    moved = image_measures(framed, np.append(x + 13, 3).astype(np.float32), np.append(y + 7, 2).astype(np.float32))
    assert moved == inside
    assert len(inside) == 69


def test_regions_hold_the_print_with_its_holes() -> None:
    image = np.full((400, 400), 255, np.uint8)
    image[80:320, 80:320] = ridges(height=240, width=240)
    image[5:15, 380:395] = 0
    region = region_of_interest(image)
    assert region[200, 200]
    assert not region[10, 388]
    assert 240 * 240 * 0.8 < region.sum() < 240 * 240 * 1.4
    white = np.full((64, 64), 255, np.uint8)
    assert region_mean(white, np.zeros(white.shape, np.bool_)) == {"ImgProcROIArea_Mean": 255.0}


def test_a_hole_belongs_to_the_region() -> None:
    image = np.zeros((600, 600), np.uint8)
    image[:60], image[-60:], image[:, :60], image[:, -60:] = 255, 255, 255, 255
    image[220:380, 220:380] = 255
    assert region_of_interest(image)[300, 300]


def test_straight_ridges_are_coherent() -> None:
    image = ridges(20.0)
    everywhere, nowhere = np.ones(image.shape, np.bool_), np.zeros(image.shape, np.bool_)
    found = coherence(image, everywhere)
    assert found["OrientationMap_ROIFilter_CoherenceRel"] > 0.95
    assert found["OrientationMap_ROIFilter_CoherenceSum"] == pytest.approx(
        90 * found["OrientationMap_ROIFilter_CoherenceRel"]
    )
    assert set(coherence(image, nowhere).values()) == {0.0}


def test_a_cut_tile_counts_as_a_whole_one() -> None:
    image = np.zeros((32, 33), np.uint8)
    image[:, 32] = 100
    assert contrast(image) == {"Mu": pytest.approx(100 / 33), "MMB": 50.0}


def test_minutiae_near_their_middle_in_dark_and_certain_places() -> None:
    image = np.full((400, 400), 250, np.uint8)
    image[:200] = ridges(height=200, width=400)
    x, y = np.array([100, 120, 140, 399]), np.array([50, 60, 70, 399])
    found = minutiae_measures(image, x, y)
    assert found["FingerJetFX_MinutiaeCount"] == 4
    assert found["FingerJetFX_MinCount_COMMinRect200x200"] == 3
    assert found["FJFXPos_OCL_MinutiaeQuality_80"] == 0.75
    assert set(minutiae_measures(image, x[:0], y[:0]).values()) == {0.0}
    flat = minutiae_measures(np.zeros((64, 64), np.uint8), np.array([5]), np.array([5]))
    assert (flat["FJFXPos_Mu_MinutiaeQuality_2"], flat["FJFXPos_OCL_MinutiaeQuality_80"]) == (0.0, 0.0)


@pytest.mark.parametrize(
    "image", [np.full((300, 300), 255, np.uint8), np.zeros((5, 5), np.uint8), ridges(height=64, width=64)]
)
def test_what_shows_too_little_is_refused(image: ByteArray) -> None:
    with pytest.raises(SampleInvalidError, match="too little"):
        image_measures(image, NONE, NONE)
