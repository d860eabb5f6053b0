"""Calibration: monotone, honest at its ends, bound to the comparator."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.training.calibration import ImpostorScores, Survival, bands, fit_knots
from matcher.comparison.calibration import (
    CALIBRATION_FORMAT,
    LOWEST_FMR,
    Calibration,
    CalibrationIncompatibleError,
    default_calibration,
    read_calibration,
)
from matcher.comparison.params import comparator_id


@pytest.fixture(scope="module")
def shipped() -> Calibration:
    return default_calibration()


def stored(**changes: object) -> str:
    whole = {
        "format": CALIBRATION_FORMAT,
        "id": "test",
        "comparator": comparator_id(),
        "extrapolated_below": 1e-3,
        "knots": [[0.1, 0.0], [0.2, 30.0]],
        "provenance": {},
    }
    return json.dumps(whole | changes)


@given(a=st.floats(0, 1), b=st.floats(0, 1))
def test_a_higher_score_never_claims_a_higher_rate(a: float, b: float) -> None:
    calibration = read_calibration(stored())
    low, high = sorted((a, b))
    assert LOWEST_FMR * 0.999 <= calibration.fmr(high) <= calibration.fmr(low) <= 1


def test_the_tail_goes_on_in_a_straight_line_to_the_lowest_claim() -> None:
    calibration = read_calibration(stored())
    assert calibration.level(0.3) == pytest.approx(60.0)
    assert calibration.level(1.0) == pytest.approx(120.0)


def test_what_ships_is_bound_to_this_comparator_and_says_where_it_extrapolates(shipped: Calibration) -> None:
    assert shipped.comparator == comparator_id()
    assert shipped.fmr(0.0) == 1.0
    assert 1e-5 < shipped.extrapolated_below < 1e-3
    assert shipped.provenance["impostor_pairs"]


@pytest.mark.parametrize(
    "changes",
    [
        {"comparator": "000000000000"},
        {"format": "other"},
        {"knots": [[0.1, 0.0]]},
        {"knots": [[0.2, 0.0], [0.1, 30.0]]},
        {"knots": [[0.1, 5.0], [0.2, 30.0]]},
        {"knots": [[0.1, 0.0], [0.2, float("nan")]]},
        {"knots": None},
        {"extrapolated_below": 0},
    ],
)
def test_a_calibration_that_does_not_fit_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(CalibrationIncompatibleError):
        read_calibration(stored(**changes))


@pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense"])
def test_a_damaged_calibration_is_refused(text: str) -> None:
    with pytest.raises(CalibrationIncompatibleError):
        read_calibration(text)


def test_fitted_rates_are_those_of_the_distribution_and_of_its_tail() -> None:
    scores = np.random.default_rng(1).exponential(0.02, 200_000) + 0.05
    knots = fit_knots(Survival.of([scores]))
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(knots))
    for raw, level in knots[1:]:
        true = 10 * (raw - 0.05) / 0.02 / np.log(10)
        assert level == pytest.approx(true, abs=0.05 * true + 0.1)


def test_bands_hold_the_true_level_and_are_wider_where_fingers_differ() -> None:
    random = np.random.default_rng(4)
    fingers = np.array([(i, j) for i in range(20) for j in range(i) for _ in range(16)])
    alike = ImpostorScores(random.exponential(1.0, len(fingers)), fingers)
    sheep = random.normal(0, 0.5, 20)  # some fingers resemble many others
    uneven = ImpostorScores(alike.scores + sheep[fingers].sum(axis=1), fingers)
    knots = [(0.0, 0.0), (np.log(10), 10.0), (np.log(100), 20.0)]
    narrow, wide = bands([alike], knots), bands([uneven], knots)
    assert [row[0] for row in narrow] == pytest.approx([np.log(10), np.log(100)], abs=1e-6)
    assert all(low < level < high for (_, low, high), level in zip(narrow, (10, 20), strict=True))
    assert wide[0][2] - wide[0][1] > 1.5 * (narrow[0][2] - narrow[0][1])


def test_a_small_database_counts_as_much_as_a_large_one() -> None:
    random = np.random.default_rng(6)
    easy, hard = random.exponential(1.0, 100_000), random.exponential(2.0, 4_000)
    survival = Survival.of([easy, hard])
    for raw in (2.0, 5.0):
        expected = (np.exp(-raw) + np.exp(-raw / 2)) / 2
        assert np.interp(-raw, -survival.scores, survival.rates) == pytest.approx(expected, rel=0.1)
    assert 4_000 < survival.pairs < 100_000


def test_a_bounded_tail_is_not_taken_for_an_endless_one() -> None:
    scores = np.random.default_rng(2).uniform(0, 1, 50_000)
    assert fit_knots(Survival.of([scores]))[-1][0] < 1.02
