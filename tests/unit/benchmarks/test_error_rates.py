"""Error rates against the same rule written out threshold by threshold."""

from __future__ import annotations

from dataclasses import astuple
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.measures.error_rates import ErrorRates, error_rates, exceeded_by, threshold_at
from benchmarks.measures.pairs import all_pairs

# Few distinct values: ties within and between the lists are where such code goes wrong.
coarse = st.lists(st.integers(0, 12).map(float), min_size=1, max_size=40)
fine = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


def by_hand(genuine: list[float], impostor: list[float]) -> tuple[float, ...]:
    """Try every score as threshold, and one above all; a pair is accepted at or above the threshold."""
    best, eer = Fraction(2), Fraction(1)
    lowest = dict.fromkeys((Fraction(1, 100), Fraction(1, 1000), Fraction(1, 10000), Fraction(0)), Fraction(1))
    for threshold in [*sorted({*genuine, *impostor}), float("inf")]:
        fnmr = Fraction(sum(score < threshold for score in genuine), len(genuine))
        fmr = Fraction(sum(score >= threshold for score in impostor), len(impostor))
        if abs(fnmr - fmr) < best:
            best, eer = abs(fnmr - fmr), (fnmr + fmr) / 2
        for limit in lowest:
            if fmr <= limit:
                lowest[limit] = min(lowest[limit], fnmr)
    return tuple(100.0 * float(rate) for rate in (eer, *lowest.values()))


@given(genuine=st.one_of(coarse, fine), impostor=st.one_of(coarse, fine))
def test_rates_are_those_counted_by_hand(genuine: list[float], impostor: list[float]) -> None:
    assert astuple(error_rates(genuine, impostor)) == pytest.approx(by_hand(genuine, impostor), abs=1e-12)


def test_rates_of_a_database_of_the_usual_size() -> None:
    random = np.random.default_rng(4)
    genuine, impostor = np.round(random.normal(40, 15, 280), 1), np.round(random.normal(5, 4, 2880), 1)
    assert astuple(error_rates(genuine, impostor)) == pytest.approx(by_hand(genuine.tolist(), impostor.tolist()))


@pytest.mark.parametrize(
    ("genuine", "impostor", "expected"),
    [
        ([2, 3], [0, 1], ErrorRates(0, 0, 0, 0, 0)),
        ([0, 1], [2, 3], ErrorRates(100, 100, 100, 100, 100)),
        ([1], [1], ErrorRates(50, 100, 100, 100, 100)),
        ([0, 5, 6, 7], [1, 2, 3, 4], ErrorRates(25, 25, 25, 25, 25)),
        ([5] * 10, [9] + [1] * 1999, ErrorRates(0.025, 0, 0, 100, 100)),
        ([5] * 10, [9] + [1] * 99, ErrorRates(0.5, 0, 100, 100, 100)),
        ([0, 0, 9, 9, 9, 9], [1, 1, 1], ErrorRates(100 / 3 / 2, 100 / 3, 100 / 3, 100 / 3, 100 / 3)),
    ],
)
def test_rates_known_beforehand(genuine: list[float], impostor: list[float], expected: ErrorRates) -> None:
    assert astuple(error_rates(genuine, impostor)) == pytest.approx(astuple(expected))


@pytest.mark.parametrize(
    ("genuine", "impostor", "fault"),
    [
        ([], [1.0], "no genuine pair"),
        ([1.0], [], "no impostor pair"),
        ([float("nan")], [1.0], "genuine score is not finite"),
        ([1.0], [float("inf")], "impostor score is not finite"),
    ],
)
def test_lists_without_rates_are_refused(genuine: list[float], impostor: list[float], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        error_rates(genuine, impostor)


@pytest.mark.parametrize(("rate", "above"), [(0.0, 0), (0.1, 1), (0.19, 1), (0.2, 2), (1.0, 10)])
def test_no_more_strangers_than_the_rate_allows_reach_the_threshold(rate: float, above: int) -> None:
    strangers = np.arange(1.0, 11.0)
    assert (strangers >= threshold_at(strangers, rate)).sum() == above


@given(levels=st.lists(st.floats(0, 120), min_size=1, max_size=60), share=st.sampled_from([0.0, 1e-3, 0.1, 0.5]))
def test_threshold_is_the_lowest_that_keeps_the_rate(levels: list[float], share: float) -> None:
    threshold = threshold_at(levels, share)
    assert sum(level >= threshold for level in levels) <= share * len(levels)
    lower = [level for level in levels if level < threshold]
    if lower:
        assert sum(level >= max(lower) for level in levels) > share * len(levels)


def test_one_impostor_in_a_thousand_exceeds_the_score_for_a_thousandth() -> None:
    levels = np.arange(2000.0)
    threshold = exceeded_by(levels, 1e-3)
    assert (levels > threshold).sum() == 2
    assert exceeded_by([3.0, 7.0], 1e-3) == 7.0


def test_a_set_of_ten_fingers_makes_280_genuine_and_2880_impostor_pairs() -> None:
    pairs = list(all_pairs([str(i // 8) for i in range(80)]))
    assert sum(p.genuine for p in pairs) == 280
    assert sum(not p.genuine for p in pairs) == 2880
    assert len({frozenset((p.a, p.b)) for p in pairs}) == len(pairs)
    assert all(p.genuine == (p.a // 8 == p.b // 8) for p in pairs)
