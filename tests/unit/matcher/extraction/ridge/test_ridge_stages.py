"""Every stage of the ridge extractor on pictures whose answer is known, and its compiled loops against plain ones."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import label

from matcher.extraction.ridge import DEFAULT_RIDGE, RidgeFields, fields
from matcher.extraction.ridge._filter_kernels import filter_pixels
from matcher.extraction.ridge._period_kernels import profile, strongest_wave
from matcher.extraction.ridge._thinning_kernels import neighbourhood
from matcher.extraction.ridge._tracing_kernels import END, FORK, GOES_ON, cut, ends, follow
from matcher.extraction.ridge.enhancement import filter_bank
from matcher.extraction.ridge.false_minutiae import depth_ahead, interrupted
from matcher.extraction.ridge.grid import cell_means, padded_to_cells, to_pixels
from matcher.extraction.ridge.minutia_quality import FEATURES, WEIGHTS, quality
from matcher.extraction.ridge.minutiae import LineEnds
from matcher.extraction.ridge.orientation import OrientationField, gradient_moments
from matcher.extraction.ridge.ridge_period import _waves
from matcher.extraction.ridge.singular_points import singular_points
from matcher.extraction.ridge.thinning import thinned, thinning_tables
from matcher.types import ByteArray

SIDE = 240


def disc(angle: float, period: float, noise: float = 6.0) -> tuple[ByteArray, NDArray[np.bool_]]:
    """Straight ridges at an angle inside a disc on white, and the disc."""
    rng = np.random.default_rng(4)
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float64)
    across = np.sin(angle) * x + np.cos(angle) * y
    inside = np.hypot(x - SIDE / 2, y - SIDE / 2) < 90
    grey = np.where(inside, 140 - 80 * np.cos(2 * np.pi * across / period), 250)
    return np.clip(grey + rng.normal(0, noise, grey.shape), 0, 255).astype(np.uint8), inside


def deep(found: RidgeFields) -> NDArray[np.bool_]:
    """Cells well inside the finger."""
    return cv2.erode((found.mask_cells > 0.5).astype(np.uint8), np.ones((7, 7))) > 0


@pytest.mark.parametrize("angle", [0.0, 0.4, 0.9, np.pi / 2, 2.0, 2.8])
def test_the_mask_the_orientation_and_the_sign(angle: float) -> None:
    pixels, inside = disc(angle, 9.0)
    found = fields(pixels)
    both = (found.mask & inside).sum() / (found.mask | inside).sum()
    assert both > 0.8  # the mask reaches a cell beyond
    turned = np.angle(np.exp(2j * (found.orientation.angle - angle))) / 2
    assert np.abs(turned[deep(found)]).max() < np.radians(2)
    assert found.orientation.coherence[deep(found)].min() > 0.8
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    ridge = np.cos(2 * np.pi * (np.sin(angle) * x + np.cos(angle) * y) / 9.0) > 0
    well_inside = np.hypot(x - SIDE / 2, y - SIDE / 2) < 70
    assert ((found.enhanced > 0) == ridge)[well_inside].mean() > 0.95
    assert (found.enhanced[~found.mask] == 0).all()


@pytest.mark.parametrize("period", [6.0, 7.5, 9.0, 11.0, 13.5])
def test_the_ridge_period(period: float) -> None:
    found = fields(disc(0.5, period)[0])
    assert found.period[deep(found)] == pytest.approx(period, rel=0.05)
    assert found.wave[deep(found)].mean() > 0.6


def test_lines_lie_on_ridges_and_valleys() -> None:
    pixels, _ = disc(0.7, 9.0)
    found = fields(pixels)
    smooth = cv2.GaussianBlur(pixels, (0, 0), 1.5).astype(float)
    middle = np.zeros(pixels.shape, bool)
    middle[70:170, 70:170] = True
    assert smooth[(found.ridge_lines > 0) & middle].max() < smooth[(found.valley_lines > 0) & middle].min()


def test_an_edge_has_less_weight_than_ridges() -> None:
    image = np.zeros((160, 320), np.float32)
    image[:, 80:] = 1.0
    x = np.arange(320)
    image += np.where(x > 160, np.cos(2 * np.pi * x / 9), 0).astype(np.float32)
    params = DEFAULT_RIDGE.orientation
    energy = gradient_moments(image, params)[2]
    smooth = cv2.GaussianBlur(image, (0, 0), params.smoothing)
    right, down = (np.asarray(cv2.Sobel(smooth, cv2.CV_32F, *axis), np.float32) for axis in ((1, 0), (0, 1)))
    plain = cell_means(right * right + down * down)
    kept = energy / np.maximum(plain, 1e-6)
    assert kept[5:15, 9:11].max() < 0.2
    assert kept[5:15, 28:36].min() > 0.8


@pytest.mark.parametrize("shape", [(1, 1), (5, 300), (64, 64), (97, 130), (8, 8)])
@pytest.mark.parametrize("content", ["white", "black", "noise"])
def test_whatever_it_is_given_it_answers_in_its_frame(shape: tuple[int, int], content: str) -> None:
    rng = np.random.default_rng(0)
    pictures = {"white": np.full(shape, 255), "black": np.zeros(shape), "noise": rng.integers(0, 256, shape)}
    found = fields(pictures[content].astype(np.uint8))
    for part in (found.normalised, found.mask, found.enhanced, found.ridge_lines, found.valley_lines):
        assert part.shape == shape
    for part in (found.mask_cells, found.period, found.wave, found.orientation.coherence, found.strength):
        assert part.shape == tuple(-(-side // 8) for side in shape)
        assert np.isfinite(part).all()
    if content != "noise":
        assert not found.mask.any()


def test_cells_and_pixels() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (29, 42), dtype=np.uint8)
    padded = padded_to_cells(pixels)
    assert padded.shape == (32, 48)
    np.testing.assert_array_equal(padded[:29, :42], pixels)
    means = cell_means(padded.astype(np.float32))
    assert means[1, 2] == pytest.approx(padded[8:16, 16:24].mean(), rel=1e-5)
    ramp = np.tile(np.arange(6, dtype=np.float32), (4, 1))
    assert to_pixels(ramp)[10, 4:44] == pytest.approx((np.arange(4, 44) - 3.5) / 8)


def test_the_filter_is_the_plain_sum() -> None:
    rng = np.random.default_rng(2)
    bank, radii = filter_bank(DEFAULT_RIDGE.enhancement, DEFAULT_RIDGE.period)
    margin = bank.shape[1] // 2
    image = rng.normal(size=(20 + 2 * margin, 30 + 2 * margin + 8)).astype(np.float32)
    which = rng.integers(-1, len(bank), (20, 30)).astype(np.int32)
    out = np.zeros((20, 30), np.float32)
    filter_pixels(image, bank, which, radii, out)
    for row, column in np.ndindex(20, 30):
        number = which[row, column]
        window = image[row : row + bank.shape[1], column : column + bank.shape[2]].astype(np.float64)
        expected = 0.0 if number < 0 else float((window * bank[number]).sum())
        assert out[row, column] == pytest.approx(expected, abs=1e-4)


def test_filters_see_their_own_wave_and_no_even_grey() -> None:
    params, periods = DEFAULT_RIDGE.enhancement, DEFAULT_RIDGE.period
    bank, _ = filter_bank(params, periods)
    margin = bank.shape[1] // 2
    assert np.abs(bank.sum(axis=(1, 2))).max() < 1e-4
    y, x = np.mgrid[-margin : margin + 1, -margin : margin + 1]
    steps = np.geomspace(periods.shortest, periods.longest, params.periods)
    for n, k in ((0, 0), (4, 11), (7, 30), (11, 47)):
        angle = np.pi * k / params.directions
        wave = np.cos(2 * np.pi * (np.sin(angle) * x + np.cos(angle) * y) / steps[n])
        taps = bank[n * params.directions + k, :, : 2 * margin + 1]
        assert (taps * wave).sum() == pytest.approx(1.0, abs=0.02)


def test_a_profile_sums_along_the_ridges() -> None:
    y, x = np.mgrid[0:80, 0:80]
    angle = 0.6
    image = np.cos(2 * np.pi * ((x - 40) * np.sin(angle) + (y - 40) * np.cos(angle)) / 10).astype(np.float32)
    values = np.empty(44, np.float32)
    profile(image, 40.0, 40.0, angle, 20, values)
    expected = 11 * np.cos(2 * np.pi * (np.arange(44) - 21.5) / 10)
    assert np.abs(np.abs(values) - np.abs(expected)).max() < 1.0


@pytest.mark.parametrize("period", [6.0, 9.0, 12.0])
def test_the_strongest_wave(period: float) -> None:
    params = DEFAULT_RIDGE.period
    values = np.cos(2 * np.pi * np.arange(params.across) / period + 0.7).astype(np.float32)
    number, share = strongest_wave(values, *_waves(params))
    step = np.log(params.longest / params.shortest) / (params.steps - 1)
    assert params.shortest * np.exp(number * step) == pytest.approx(period, rel=0.04)
    assert share > 0.7


def plainly_thinned(shape: ByteArray) -> ByteArray:
    """Zhang and Suen's rounds over all pixels, then the rest in order."""
    lines = np.pad(shape, 1) * 0
    lines[2:-2, 2:-2] = shape[1:-1, 1:-1]
    first, second, rest = thinning_tables()
    around = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))

    def code(row: int, column: int) -> int:
        return sum(int(lines[row + r, column + c]) << bit for bit, (r, c) in enumerate(around))

    changed = True
    while changed:
        changed = False
        for table in (first, second):
            gone = [(r, c) for r, c in zip(*np.nonzero(lines), strict=True) if table[code(r, c)]]
            for place in gone:
                lines[place] = 0
            changed = changed or bool(gone)
    for r, c in zip(*np.nonzero(lines.copy()), strict=True):
        if rest[code(r, c)]:
            lines[r, c] = 0
    return lines[1:-1, 1:-1]


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1))
@example(2538)  # lines from all four corners of a square
def test_thinning_is_the_plain_one_and_joins_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = (cv2.GaussianBlur(rng.normal(size=(40, 50)), (0, 0), 2.5) > 0).astype(np.uint8)
    lines = thinned(shape)
    np.testing.assert_array_equal(lines, plainly_thinned(shape))
    inner = np.zeros_like(shape)
    inner[1:-1, 1:-1] = shape[1:-1, 1:-1]
    assert not (lines > inner).any()
    eight = np.ones((3, 3))
    assert label(lines, eight)[1] <= label(inner, eight)[1]  # Zhang and Suen lose squares of four
    # Nothing more may go: a square of four stays only where a line comes to each of its corners.
    rest = thinning_tables()[2]
    assert not any(rest[neighbourhood(lines, r, c)] for r, c in zip(*np.nonzero(lines), strict=True))


def drawn(*rows: str) -> ByteArray:
    return np.array([[character == "#" for character in row] for row in rows], np.uint8)


def test_following_a_line() -> None:
    lines = drawn(
        ".............",
        ".####....#...",
        ".....####....",
        ".........#...",
        ".............",
    )
    path = np.empty((20, 2), np.int32)
    count, length, comes_to = follow(lines, 1, 1, path)
    assert (count, comes_to) == (8, FORK)
    assert length == pytest.approx(6 + np.sqrt(2))
    assert path[7].tolist() == [2, 8]
    assert follow(lines, 1, 1, np.empty((4, 2), np.int32))[::2] == (4, GOES_ON)
    alone = drawn(".......", ".#####.", ".......")
    assert follow(alone, 1, 5, path)[::2] == (5, END)


def test_spurs_and_fragments_go_and_lines_stay() -> None:
    lines = drawn(
        "....................",
        ".....#..............",
        "......#.............",
        ".##################.",
        "....................",
        "....................",
        "......###...........",
        "....................",
        "..#.................",
        "....................",
    )
    cut(lines, 4.0, 6.0)
    assert lines[3, 1:19].all()
    lines[3] = 0
    assert np.argwhere(lines).tolist() == [[2, 6]]  # where the spur forks off is part of the line


def test_ends_tell_where_their_line_comes_from() -> None:
    lines = drawn("............", ".##########.", "............")
    found = ends(lines, 1, 6)
    assert found[:, :2].tolist() == [[1.0, 1.0], [10.0, 1.0]]
    assert np.sign(found[:, 2]).tolist() == [1.0, -1.0]
    assert found[:, 3].tolist() == [0.0, 0.0]


def line_ends(*rows: tuple[float, float, float]) -> LineEnds:
    x, y, angle = np.array(rows, np.float32).T
    other = np.zeros(len(rows), np.float32)
    return LineEnds(x, y, angle, other, other, other.astype(np.uint8), np.ones(len(rows), np.uint8))


def test_ends_that_face_each_other_are_a_torn_line() -> None:
    # Directions point back along the line: the left end comes from the left, the right one from the right.
    found = line_ends((50, 50, np.pi), (58, 50, 0), (50, 90, 0), (58, 90, np.pi), (100, 50, np.pi), (100, 58, 0))
    assert interrupted(found, DEFAULT_RIDGE.minutiae).tolist() == [True, True, False, False, False, False]


def test_depth_is_measured_ahead_too() -> None:
    depth = np.tile(np.minimum(np.arange(100), np.arange(100)[::-1]).astype(np.float32), (100, 1))
    found = line_ends((20, 50, 0), (20, 50, np.pi))
    ahead, behind = depth_ahead(found, depth, DEFAULT_RIDGE.minutiae)
    assert ahead == pytest.approx(20 - DEFAULT_RIDGE.minutiae.before, abs=1)
    assert behind == 20


def test_quality_is_a_chance() -> None:
    assert len(FEATURES) == len(WEIGHTS)
    measured = np.random.default_rng(0).normal(0, 30, (50, len(FEATURES)))
    worth = quality(measured)
    assert worth.dtype == np.float32
    assert ((worth > 0) & (worth <= 1)).all()
    best = np.sign(WEIGHTS)[None] * 3.0
    assert quality(best)[0] > 0.99
    assert quality(-best)[0] < 0.01


def field_around(cores: list[tuple[float, float]], deltas: list[tuple[float, float]]) -> OrientationField:
    """Orientation with given singular points, after Sherlock and Monro 1993."""
    y, x = np.mgrid[0:40, 0:40] * 8 + 3.5
    doubled = sum(-np.arctan2(y - b, x - a) for a, b in cores) - sum(-np.arctan2(y - b, x - a) for a, b in deltas)
    doubled = doubled + np.zeros((40, 40))
    return OrientationField(
        np.cos(doubled).astype(np.float32), np.sin(doubled).astype(np.float32), np.ones((40, 40), np.float32)
    )


@pytest.mark.parametrize(
    ("cores", "deltas"),
    [([(150.0, 120.0)], []), ([(150.0, 120.0)], [(100.0, 240.0)]), ([(150.0, 100.0), (160.0, 180.0)], [])],
)
def test_singular_points_are_where_they_were_put(
    cores: list[tuple[float, float]], deltas: list[tuple[float, float]]
) -> None:
    mask = np.ones((40, 40), np.float32)
    found = singular_points(field_around(cores, deltas), mask, DEFAULT_RIDGE.singularities)
    for wanted, points in ((cores, found.cores), (deltas, found.deltas)):
        assert len(points) == len(wanted)
        for place in wanted:
            assert np.hypot(*(points - np.array(place)).T).min() < 10
    nothing = singular_points(field_around(cores, deltas), np.zeros((40, 40), np.float32), DEFAULT_RIDGE.singularities)
    assert len(nothing.cores) == len(nothing.deltas) == 0
