"""Pressed prints: what slips, slips smoothly, folds nothing, and is found again where it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enroll_tools.synthetic import MEDIUM, make_impression, make_master
from enroll_tools.synthetic.prints.pressing import STEEPEST, Pressing, directions_after, draw_pressing

MIDDLE = (180.0, 220.0)
REACH = 150.0  # pixels from the middle: a usual print

drawn = st.builds(
    lambda seed, strength: draw_pressing(np.random.default_rng(seed), MIDDLE, strength),
    st.integers(0, 10_000),
    st.floats(0.5, 80),
)


def places() -> tuple[np.ndarray, np.ndarray]:
    x, y = np.meshgrid(np.arange(-REACH, REACH + 1, 15), np.arange(-REACH, REACH + 1, 15))
    inside = np.hypot(x, y) <= REACH
    return x[inside] + MIDDLE[0], y[inside] + MIDDLE[1]


def stretches(pressing: Pressing, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    a, b, c, d = pressing.jacobian(x, y)
    return np.linalg.svd(np.stack([np.stack([a, b], -1), np.stack([c, d], -1)], -2), compute_uv=False)


@given(pressing=drawn)
@settings(max_examples=40)
def test_nothing_folds_and_every_place_is_found_again(pressing: Pressing) -> None:
    x, y = places()
    a, b, c, d = pressing.jacobian(x, y)
    assert (a * d - b * c > 0.05).all()
    back = pressing.pressed(*pressing.unpressed(x, y))
    assert np.hypot(back[0] - x, back[1] - y).max() < 1e-3


@given(pressing=drawn)
@settings(max_examples=40)
def test_skin_is_stretched_no_further_than_it_bears_where_it_slips(pressing: Pressing) -> None:
    straight = replace(pressing, turn=0.0)
    found = stretches(straight, *places())
    assert 1 - STEEPEST - 0.01 < found.min() <= found.max() < 1 + STEEPEST + 0.01


def test_a_stronger_slip_is_the_same_further() -> None:
    weak, strong = (draw_pressing(np.random.default_rng(3), MIDDLE, strength) for strength in (20.0, 40.0))
    assert strong.shift == pytest.approx((2 * weak.shift[0], 2 * weak.shift[1]))
    assert (strong.kind, strong.centre, strong.axes) == (weak.kind, weak.centre, weak.axes)
    assert {draw_pressing(np.random.default_rng(seed), MIDDLE, 20.0).kind for seed in range(8)} == {"round", "line"}


def test_what_sticks_stays_and_what_moves_moves_whole() -> None:
    pressing = Pressing("line", MIDDLE, (30.0, 0.0), 0.0, (50.0, 50.0), 0.0, 100.0)
    x, y = np.array([MIDDLE[0] - 60, MIDDLE[0] + 60]), np.array([200.0, 200.0])
    assert pressing.unpressed(x, y)[0] - x == pytest.approx([0.0, 30.0])
    around = replace(pressing, kind="round")
    assert around.unpressed(np.array([MIDDLE[0] + 49]), np.array([MIDDLE[1]]))[0] == pytest.approx([MIDDLE[0] + 49])


@given(pressing=drawn, angle=st.floats(-3.1, 3.1))
@settings(max_examples=40)
def test_directions_go_with_the_ridges(pressing: Pressing, angle: float) -> None:
    x, y = places()
    ahead = pressing.pressed(x + 0.01 * np.cos(angle), y - 0.01 * np.sin(angle))
    here = pressing.pressed(x, y)
    expected = np.arctan2(here[1] - ahead[1], ahead[0] - here[0])
    turned = directions_after(pressing.jacobian(*here), np.full(x.size, angle))
    assert np.abs(np.angle(np.exp(1j * (turned - expected)))).max() < 0.05


def test_a_pressed_synthetic_print_shows_the_same_finger_elsewhere() -> None:
    master = make_master(3)
    plain, pressed = (make_impression(master, 5, replace(MEDIUM, pressed=strength)) for strength in (0.0, 50.0))
    assert plain.skin_map.pressing is None
    common, a, b = np.intersect1d(plain.origin, pressed.origin, return_indices=True)
    assert len(common) > 20
    moved = np.hypot(plain.truth.x[a] - pressed.truth.x[b], plain.truth.y[a] - pressed.truth.y[b])
    assert moved.max() > 15
    x, y = pressed.skin_map.to_master(pressed.truth.x.astype(np.float64), pressed.truth.y.astype(np.float64))
    assert np.abs(x - master.minutiae.x[pressed.origin]).max() < 0.05
    assert np.abs(y - master.minutiae.y[pressed.origin]).max() < 0.05
