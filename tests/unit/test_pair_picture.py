"""The picture of a comparison."""

from __future__ import annotations

import numpy as np

from enroll_tools.pair_picture import Side, draw_pair
from matcher.types import MinutiaKind, Template


def side(height: int, width: int, *minutiae: tuple[float, float, float]) -> Side:
    x, y, angle = (np.array([m[i] for m in minutiae], np.float32) for i in range(3))
    count = len(minutiae)
    kind = np.full(count, MinutiaKind.ENDING, np.uint8)
    template = Template(x, y, angle, kind, np.ones(count, np.float32), width, height, "test")
    return Side(np.full((height, width), 255, np.uint8), template)


NO_PAIRS = np.zeros((0, 2), np.int64)
LEFT = side(100, 80, (20, 30, 0.0), (60, 70, np.pi / 2))
RIGHT = side(120, 90, (30, 40, 0.1))


def coloured(picture: np.ndarray) -> np.ndarray:
    return np.asarray((picture.max(axis=2).astype(int) - picture.min(axis=2)) > 30)


def test_prints_stand_side_by_side_at_twice_their_size() -> None:
    picture = draw_pair(LEFT, RIGHT, NO_PAIRS, ["one", "two"])
    assert picture.dtype == np.uint8
    assert picture.shape == (24 + 240 + 24 + 2 * 34, 24 + 160 + 40 + 180 + 24, 3)


def test_a_tick_points_where_the_minutia_does() -> None:
    picture = coloured(draw_pair(side(100, 80, (40, 50, np.pi / 2)), side(100, 80), NO_PAIRS, []))
    x, y = 24 + 2 * 40, 24 + 2 * 50
    assert picture[y - 20, x - 2 : x + 3].any()  # up, as seen
    assert not picture[y + 20, x - 2 : x + 3].any()


def test_pairs_are_connected_across_the_gap() -> None:
    gap = slice(24 + 160 + 5, 24 + 160 + 35)
    assert not coloured(draw_pair(LEFT, RIGHT, NO_PAIRS, []))[:, gap].any()
    connected = coloured(draw_pair(LEFT, RIGHT, np.array([[1, 0]]), []))[:, gap]
    assert connected.any(axis=0).all()


def test_the_caption_is_written_and_no_pixels_of_the_inputs_change() -> None:
    before = LEFT.pixels.copy()
    plain, written = draw_pair(LEFT, RIGHT, NO_PAIRS, [""]), draw_pair(LEFT, RIGHT, NO_PAIRS, ["score 40"])
    assert (plain != written).any()
    assert np.array_equal(LEFT.pixels, before)


def test_prints_without_minutiae_are_drawn() -> None:
    assert draw_pair(side(64, 64), side(64, 64), NO_PAIRS, []).shape[2] == 3
