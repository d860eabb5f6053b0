"""The picture of a comparison."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from matcher.comparison.compare import Comparison, compare
from matcher.comparison.overlap import moved_points, overlap
from matcher.comparison.prepared import prepare
from matcher.pictures.canvas import Canvas, Frame
from matcher.pictures.laying import laid_pixels, two_inks
from matcher.pictures.marks import AGAINST, draw_minutia, minutiae_of, pair_colours
from matcher.pictures.pair import Side, draw_pair
from matcher.templates.confidence import UNREPORTED
from matcher.types import ByteArray, MinutiaKind, Template
from tests.prints import EMPTY, HEIGHT, WIDTH, finger, impression

NO_PAIRS = np.zeros((0, 2), np.int64)


def side(template: Template, name: str = "") -> Side:
    return Side(np.full((template.height, template.width), 255, np.uint8), prepare(template), name)


def single(x: float, y: float, angle: float, kind: int = MinutiaKind.ENDING) -> Template:
    column = [np.array([value], np.float32) for value in (x, y, angle, 1)]
    return Template(column[0], column[1], column[2], np.array([kind], np.uint8), column[3], WIDTH, HEIGHT, "test")


FINGER = finger(3)
PROBE, REFERENCE = side(impression(FINGER, 1, kept=0.9), "probe"), side(impression(FINGER, 2, kept=0.9), "reference")
FOUND = compare(PROBE.prepared, REFERENCE.prepared)


def where(picture: ByteArray, colour: tuple[int, int, int], tolerance: int = 30) -> np.ndarray:
    return np.asarray((np.abs(picture.astype(int) - colour) <= tolerance).all(axis=2))


def test_three_panels_stand_side_by_side_at_twice_their_size() -> None:
    picture = draw_pair(PROBE, REFERENCE, FOUND, ["one", "two"])
    assert picture.dtype == np.uint8
    assert picture.shape[1] == 20 + 3 * 2 * WIDTH + 2 * 28 + 20
    assert picture.shape[0] > 20 + 28 + 2 * HEIGHT + 2 * 24
    half = draw_pair(PROBE, REFERENCE, FOUND, ["one", "two"], scale=1.0)
    assert picture.shape[0] - half.shape[0] == HEIGHT


def test_the_same_comparison_makes_the_same_picture_and_changes_no_input() -> None:
    before = PROBE.pixels.copy(), PROBE.prepared.print.pose.copy()
    first, second = (draw_pair(PROBE, REFERENCE, FOUND, ["level 40"]) for _ in range(2))
    assert np.array_equal(first, second)
    assert np.array_equal(PROBE.pixels, before[0])
    assert np.array_equal(PROBE.prepared.print.pose, before[1])


def test_pairs_are_joined_across_the_gap_and_nothing_else_is() -> None:
    gap = slice(20 + 2 * WIDTH + 2, 20 + 2 * WIDTH + 26)
    rows = slice(48, 48 + 2 * HEIGHT)
    assert len(FOUND.pairs) > 10
    assert (draw_pair(PROBE, REFERENCE, FOUND, [])[rows, gap] < 255).any(axis=(0, 2)).all()
    nothing = Comparison(0.0, NO_PAIRS)
    assert (draw_pair(PROBE, REFERENCE, nothing, [])[rows, gap] == 255).all()


@pytest.mark.parametrize("index", range(len(FOUND.pairs)))
def test_no_paired_minutia_is_red_and_every_one_alone_is(index: int) -> None:
    picture = draw_pair(PROBE, REFERENCE, FOUND, [])
    shared = overlap(PROBE.prepared, REFERENCE.prepared, FOUND)
    i = int(FOUND.pairs[index, 0])
    assert not _red_middle(picture, i)
    assert shared.alone_probe.any()
    for alone in np.flatnonzero(shared.alone_probe & (PROBE.prepared.print.quality > 0.4)):
        assert _red_middle(picture, int(alone))


def _red_middle(picture: ByteArray, index: int) -> bool:
    x, y = np.round(2 * PROBE.prepared.print.pose[index, :2]).astype(int) + np.array([20, 48])
    blue, green, red = picture[y - 1 : y + 2, x - 1 : x + 2].astype(int).reshape(-1, 3).mean(axis=0)
    return bool(red > blue + 60 and red > green + 60)


def test_a_tick_points_where_the_minutia_does() -> None:
    canvas = Canvas.white(2 * WIDTH, 2 * HEIGHT)
    frame = Frame(0, 0, 2 * WIDTH, 2 * HEIGHT, 2.0)
    draw_minutia(canvas, frame, minutiae_of(single(100, 100, np.pi / 2))[0], AGAINST)
    drawn = canvas.pixels.min(axis=2) < 255
    assert drawn[200 - 28 : 200 - 12, 198:203].any(axis=1).all()  # up, as seen
    assert not drawn[200 + 14 :].any()


@pytest.mark.parametrize("scale", [1, 2, 5])
def test_a_mark_lies_on_the_middle_of_its_pixel(scale: int) -> None:
    pixels = np.full((30, 40), 255, np.uint8)
    pixels[12, 25] = 0
    large = cv2.resize(pixels, (40 * scale, 30 * scale), interpolation=cv2.INTER_CUBIC)
    rows, columns = np.nonzero(large < 128)
    place = Frame(7, 9, 40 * scale, 30 * scale, scale).places(np.array([[25.0, 12.0]]))[0]
    assert place - (7, 9) == pytest.approx((columns.mean(), rows.mean()))


def test_a_print_without_qualities_is_drawn_as_surely_as_it_is_compared() -> None:
    silent = minutiae_of(replace(FINGER, quality=None))
    assert {minutia.quality for minutia in silent} == {UNREPORTED}


def test_size_strength_and_shape_speak() -> None:
    def ink(kind: int, quality: float) -> tuple[int, int]:
        canvas = Canvas.white(2 * WIDTH, 2 * HEIGHT)
        template = replace(single(100, 100, 0, kind), quality=np.array([quality], np.float32))
        draw_minutia(canvas, Frame(0, 0, 2 * WIDTH, 2 * HEIGHT, 2.0), minutiae_of(template)[0], (0, 0, 0))
        return int((canvas.pixels < 250).any(axis=2).sum()), int(canvas.pixels.min())

    sizes = [ink(MinutiaKind.ENDING, quality) for quality in (0.1, 0.5, 1.0)]
    assert sorted(size for size, _ in sizes) == [size for size, _ in sizes]
    assert sorted((dark for _, dark in sizes), reverse=True) == [dark for _, dark in sizes]
    assert len({ink(kind, 1.0) for kind in MinutiaKind}) == 3


def test_marks_beyond_the_print_are_left_out() -> None:
    canvas = Canvas.white(100, 100)
    draw_minutia(canvas, Frame(0, 0, 100, 100, 1.0), minutiae_of(single(250, 250, 0))[0], AGAINST)
    assert (canvas.pixels == 255).all()


def test_neighbouring_pairs_have_alike_colours() -> None:
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    colours = np.array(pair_colours(np.column_stack([np.cos(turns), np.sin(turns)])), int)
    steps = np.abs(np.diff(colours, axis=0)).max(axis=1)
    assert steps.max() <= 60
    assert len({tuple(colour) for colour in colours}) == 24
    assert pair_colours(np.zeros((0, 2))) == []


def test_pixels_are_laid_where_the_minutiae_are() -> None:
    turn, dx, dy = 0.3, 15.0, -20.0
    prepared = prepare(FINGER)
    points = moved_points(prepared.print.pose[:, :2], (turn, dx, dy))
    found = Comparison(1.0, NO_PAIRS, np.column_stack([points, prepared.print.pose[:, 2] + turn]), {}, (turn, dx, dy))
    pixels = np.full((HEIGHT, WIDTH), 255, np.uint8)
    pixels[198:203, 148:153] = 0
    laid = laid_pixels(pixels, prepared, found, (HEIGHT, WIDTH))
    x, y = moved_points(np.array([[150.0, 200.0]]), (turn, dx, dy))[0]
    rows, columns = np.nonzero(laid < 100)
    assert (columns.mean(), rows.mean()) == pytest.approx((x, y), abs=0.6)
    assert (laid_pixels(pixels, prepared, Comparison(0.0, NO_PAIRS), (60, 70)) == 255).all()


def test_two_inks_make_black_where_both_are() -> None:
    dark, light = np.zeros((2, 2), np.uint8), np.full((2, 2), 255, np.uint8)
    assert (two_inks(dark, dark) == 0).all()
    blue, orange = two_inks(dark, light)[0, 0], two_inks(light, dark)[0, 0]
    assert blue[0] > blue[2]
    assert orange[2] > orange[0]


@pytest.mark.parametrize("template", [EMPTY, single(50, 60, 1.0)], ids=["no minutia", "one minutia"])
def test_prints_with_next_to_nothing_are_drawn(template: Template) -> None:
    for pair in ((side(template), REFERENCE), (PROBE, side(template)), (side(template), side(template))):
        found = compare(pair[0].prepared, pair[1].prepared)
        assert draw_pair(*pair, found, ["nothing"]).shape[2] == 3


def test_texts_of_any_script_are_written_and_small_prints_leave_room_for_them() -> None:
    tiny = Side(np.full((32, 32), 255, np.uint8), prepare(EMPTY), "Bắc Ninh")
    plain = draw_pair(tiny, tiny, Comparison(0.0, NO_PAIRS), [""])
    written = draw_pair(tiny, tiny, Comparison(0.0, NO_PAIRS), ["level 40, claimed FMR 1.0e-04"])
    assert plain.shape == written.shape
    assert (plain != written).any()
    assert plain.shape[1] >= 1000


def test_longer_bars_stand_for_more() -> None:
    def chart(value: float) -> int:
        found = Comparison(value, NO_PAIRS, contributions={"positions": value})
        return int(where(draw_pair(side(EMPTY), side(EMPTY), found, []), (110, 140, 40), 60).sum())

    assert chart(40.0) > chart(10.0) > chart(0.0)
