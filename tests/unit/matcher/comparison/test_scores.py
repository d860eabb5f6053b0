"""Calibration: monotone, honest at its ends, bound to the comparator."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.comparison.calibration import (
    CALIBRATION_FORMAT,
    LOWEST_FMR,
    Calibration,
    CalibrationIncompatibleError,
    default_calibration,
    read_calibration,
)
from matcher.comparison.compare import Comparison
from matcher.comparison.params import comparator_id

LARGE, SMALL = 150.0, 50.0  # mm2


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
        "areas": [[50.0, 6.0], [150.0, 0.0]],
        "ways": [[0.1, 0.0], [0.4, 5.0]],
        "handicaps": [[0.0, 0.0], [4.0, 4.0], [11.0, 14.0]],
        "provenance": {},
    }
    return json.dumps(whole | changes)


def found(score: float, area: float = LARGE, one_way: float = 0.0) -> Comparison:
    return Comparison(score, np.zeros((0, 2), np.int64), area=area, one_way=one_way)


prints = st.tuples(st.floats(0, 300), st.floats(-1, 1))


@given(a=st.floats(0, 1), b=st.floats(0, 1), between=prints)
def test_a_higher_score_never_claims_a_higher_rate(a: float, b: float, between: tuple[float, float]) -> None:
    calibration = read_calibration(stored())
    low, high = (found(score, *between) for score in sorted((a, b)))
    assert LOWEST_FMR * 0.999 <= calibration.fmr(high) <= calibration.fmr(low) <= 1


@given(score=st.floats(0, 1), one=prints, other=prints)
def test_smaller_prints_and_such_that_point_one_way_never_claim_a_lower_rate(
    score: float, one: tuple[float, float], other: tuple[float, float]
) -> None:
    calibration = read_calibration(stored())
    worse = found(score, min(one[0], other[0]), max(one[1], other[1]))
    assert calibration.fmr(worse) >= max(calibration.fmr(found(score, *each)) for each in (one, other))
    assert calibration.level(score) <= calibration.level(worse)  # of a score alone: as of the worst


def test_what_prints_take_off_is_taken_off() -> None:
    calibration = read_calibration(stored())
    assert calibration.level(found(0.2)) == pytest.approx(30.0)
    assert calibration.level(found(0.2, 100.0)) == pytest.approx(27.0)
    assert calibration.level(found(0.2, SMALL, 0.4)) == pytest.approx(16.0)  # 6 and 5, and 3 more for both
    assert calibration.level(0.2) == pytest.approx(16.0)
    assert calibration.level(found(0.1, SMALL)) == 0.0
    several = calibration.levels([0.2, 0.2], [LARGE, SMALL], [0.0, 0.4])
    assert several == pytest.approx([30.0, 16.0])


def test_the_tail_goes_on_in_a_straight_line_to_the_lowest_claim() -> None:
    calibration = read_calibration(stored())
    assert calibration.level(found(0.3)) == pytest.approx(60.0)
    assert calibration.level(found(1.0)) == pytest.approx(120.0)


@given(level=st.floats(0.1, 119))
def test_whatever_the_prints_a_score_at_a_level_has_that_level(level: float) -> None:
    calibration = read_calibration(stored())
    raw = calibration.raw_at(level)
    assert calibration.level(found(raw, 0.0, 1.0)) == pytest.approx(level)
    assert calibration.level(found(raw)) >= level


def test_what_ships_is_bound_to_this_comparator_and_says_where_it_extrapolates(shipped: Calibration) -> None:
    assert shipped.comparator == comparator_id()
    assert shipped.fmr(found(0.0)) == 1.0
    assert 1e-5 < shipped.extrapolated_below < 1e-1
    assert shipped.provenance["impostor_pairs"]


@pytest.mark.parametrize(
    "changes",
    [
        {"comparator": "000000000000"},
        {"format": "idverify-calibration-1"},
        {"knots": [[0.1, 0.0]]},
        {"knots": [[0.2, 0.0], [0.1, 30.0]]},
        {"knots": [[0.1, 5.0], [0.2, 30.0]]},
        {"knots": [[0.1, 0.0], [0.2, float("nan")]]},
        {"knots": None},
        {"areas": []},
        {"areas": [[50.0, 0.0], [150.0, 6.0]]},
        {"areas": [[50.0, 6.0], [150.0, 1.0]]},
        {"ways": [[0.1, 5.0], [0.4, 0.0]]},
        {"handicaps": [[1.0, 1.0], [4.0, 4.0]]},
        {"handicaps": [[0.0, 0.0], [0.0, 4.0]]},
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
