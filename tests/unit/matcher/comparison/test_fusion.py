"""One claim from several: never stronger than chance allows, never forbidden by one finger, whatever the order."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.comparison.calibration import LOWEST_FMR
from matcher.comparison.fusion import MARGIN, combine_fingers, combine_impressions

rates = st.floats(1e-10, 1.0)
several = st.lists(rates, min_size=1, max_size=10)

ROUNDING = 1 + 1e-5
"""Terms of both signs cancel where the claim is near 1."""


def slowly(fmrs: Sequence[float]) -> float:
    """Fuse fingers by letting the total live: its exponential parts end one after another, in Poisson's steps."""
    evidence = sorted(-log(p) for p in fmrs)
    total = sum(evidence[:-1]) / 2 + evidence[-1]
    speeds = np.array([2 * i / (i + 1) for i in range(1, len(fmrs) + 1)])
    fastest = speeds.max()
    part = np.zeros(len(fmrs))
    part[0] = 1.0
    chance, alive = exp(-fastest * total), 0.0
    for step in range(1, 1500):
        alive += chance * part.sum()
        moving = part * speeds / fastest
        part = part - moving
        part[1:] += moving[:-1]
        chance *= fastest * total / step
    return float(MARGIN ** (len(fmrs) - 1) * alive)


@given(several)
def test_more_impressions_never_strengthen_a_claim(fmrs: list[float]) -> None:
    assert combine_impressions(fmrs) >= min(fmrs)
    assert combine_impressions(fmrs) == min(1.0, len(fmrs) * min(fmrs))


@given(rates)
def test_one_finger_and_one_impression_claim_themselves(fmr: float) -> None:
    assert combine_impressions([fmr]) == fmr
    assert combine_fingers([fmr]) == pytest.approx(fmr)


@given(several)
def test_fused_fingers_are_those_of_the_slow_twin(fmrs: list[float]) -> None:
    assert combine_fingers(fmrs) == pytest.approx(min(1.0, max(slowly(fmrs), LOWEST_FMR)), rel=1e-5)


@given(several, st.randoms())
def test_the_order_of_fingers_tells_nothing(fmrs: list[float], random: object) -> None:
    shuffled = list(fmrs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert combine_fingers(shuffled) == combine_fingers(fmrs)


@given(several, st.data())
def test_a_finger_more_alike_never_weakens_a_claim(fmrs: list[float], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(fmrs) - 1))
    better = list(fmrs)
    better[index] = data.draw(st.floats(1e-10, fmrs[index]))
    assert combine_fingers(better) <= combine_fingers(fmrs) * ROUNDING


@given(several)
def test_fingers_together_claim_no_more_than_the_product(fmrs: list[float]) -> None:
    assert min(1.0, prod(fmrs)) / ROUNDING <= combine_fingers(fmrs) <= 1.0


@given(rates, rates)
def test_a_ruined_finger_costs_a_factor_and_forbids_nothing(fmr: float, other: float) -> None:
    assert combine_fingers([fmr, 1.0]) <= 8 * fmr * ROUNDING
    assert combine_fingers([fmr, other, 1.0]) <= 6 * combine_fingers([fmr, other]) * ROUNDING
    assert combine_fingers([fmr, 1.0, 1.0, 1.0]) <= 256 * fmr * ROUNDING


def test_two_fingers_that_are_each_too_weak_are_enough_together() -> None:
    assert combine_fingers([4e-4, 4e-4]) < 1e-4
    assert combine_fingers([1e-2, 1e-2]) > 1e-4  # no more than half of the second is counted


@pytest.mark.parametrize("fingers", [2, 4])
def test_fingers_of_independent_impostors_keep_the_rate_claimed_with_the_margin_to_spare(fingers: int) -> None:
    drawn = np.random.default_rng(3).uniform(size=(20_000, fingers))
    claims = np.array([combine_fingers(row) for row in drawn.tolist()])
    for rate in (0.5, 0.1):
        assert (claims <= rate).mean() == pytest.approx(rate / MARGIN ** (fingers - 1), rel=0.2)
