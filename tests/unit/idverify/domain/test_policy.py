"""Deciding: error rates combine as they should, and no rule ever makes evidence stronger."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain import policy
from idverify.domain.assurance import SINGLE_BIOMETRIC, Assurance, Factor, acr_of, amr_of, reaches, still_needed
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Decision, FingerPosition, Likeness, Quality

RATES = st.floats(1e-12, 1.0)
TARGETS = st.floats(1e-6, 1e-2)
COUNTS = st.integers(1, 10_000_000)


def alike(fmr: float) -> Likeness:
    return Likeness(fmr, -10 * math.log10(fmr), 12)


def quality(score: int, *, usable: bool = True) -> Quality:
    return Quality(score, "q", 30, (), usable)


GOOD, POOR = quality(70), quality(20)


@pytest.mark.parametrize(
    ("requested", "procedure", "expected"),
    [
        (None, None, 1e-4),
        (1e-3, None, 1e-3),
        (1e-6, None, 1e-6),
        (0.01, None, 0.01),
        (None, 1e-5, 1e-5),
        (1e-3, 1e-5, 1e-5),
        (1e-6, 1e-5, 1e-6),
        (None, 1e-2, 1e-2),
    ],
)
def test_the_target_is_the_stricter_of_two(requested: float | None, procedure: float | None, expected: float) -> None:
    assert policy.effective_target_fmr(requested, procedure) == expected


@pytest.mark.parametrize("requested", [0.0, 9.9e-7, 0.011, 1.0, -1e-4, math.nan, math.inf])
@pytest.mark.parametrize("procedure", [None, 1e-5])
def test_a_target_outside_the_range_is_refused(requested: float, procedure: float | None) -> None:
    with pytest.raises(DomainError) as refused:
        policy.effective_target_fmr(requested, procedure)
    assert refused.value.reason is Reason.FIELD_INVALID
    assert refused.value.metadata == {"field": "target_fmr"}


@pytest.mark.parametrize(
    ("fmr", "qualities", "expected"),
    [
        (1e-4, [GOOD], Decision.MATCH),
        (1e-9, [POOR], Decision.MATCH),
        (3.9e-4, [GOOD], Decision.INCONCLUSIVE),  # near
        (4.1e-4, [GOOD], Decision.NO_MATCH),
        (0.5, [GOOD], Decision.NO_MATCH),
        (0.5, [POOR], Decision.INCONCLUSIVE),
        (0.5, [GOOD, POOR], Decision.INCONCLUSIVE),
        (0.5, [quality(90, usable=False)], Decision.INCONCLUSIVE),
        (0.5, [quality(25)], Decision.NO_MATCH),
        (0.5, [quality(24)], Decision.INCONCLUSIVE),
    ],
)
def test_decisions(fmr: float, qualities: list[Quality], expected: Decision) -> None:
    assert policy.decide(alike(fmr), 1e-4, qualities) is expected


def test_the_finger_that_speaks_is_the_one_whose_poorer_impression_is_best() -> None:
    mixed, even, unusable = (quality(95), POOR), (quality(60), GOOD), (quality(90), quality(90, usable=False))
    assert policy.surest_finger([mixed, even, unusable]) is even
    assert policy.surest_finger([unusable, mixed]) is mixed
    assert policy.surest_finger([unusable]) is unusable


RANK = {Decision.NO_MATCH: 0, Decision.INCONCLUSIVE: 1, Decision.MATCH: 2}


@given(RATES, RATES, TARGETS, st.integers(0, 100))
def test_stronger_evidence_never_decides_for_less(one: float, two: float, target: float, score: int) -> None:
    weaker, stronger = max(one, two), min(one, two)
    qualities = [quality(score)]
    assert (
        RANK[policy.decide(alike(stronger), target, qualities)] >= RANK[policy.decide(alike(weaker), target, qualities)]
    )


@given(RATES, TARGETS, TARGETS)
def test_a_stricter_target_never_matches_more(fmr: float, one: float, two: float) -> None:
    strict, loose = (policy.decide(alike(fmr), t, [GOOD]) for t in sorted((one, two)))
    assert RANK[strict] <= RANK[loose]


@given(RATES, st.integers(1, 100), st.integers(1, 100))
def test_the_best_of_more_tries_is_worth_less(fmr: float, tries: int, more: int) -> None:
    best = policy.best_of(alike(fmr), tries)
    assert policy.best_of(alike(fmr), tries + more).fmr >= best.fmr >= fmr * (1 - 1e-9)
    assert best.fmr <= min(1.0, fmr * tries) * (1 + 1e-9)  # Bonferroni's bound
    assert best.score == pytest.approx(-10 * math.log10(best.fmr), abs=1e-9)
    assert best.score >= 0
    assert best.paired_minutiae == 12


def test_the_best_of_ten() -> None:
    assert policy.best_of(alike(1e-3), 1).fmr == pytest.approx(1e-3)
    assert policy.best_of(alike(1e-3), 10).fmr == pytest.approx(1 - 0.999**10)
    assert policy.best_of(Likeness(1.0, 0.0), 10) == Likeness(1.0, 0.0)
    with pytest.raises(ValueError, match="nothing"):
        policy.best_of(alike(0.5), 0)


@given(st.floats(1e-6, 0.1), COUNTS)
def test_search_arithmetic_goes_there_and_back(fpir: float, searched: int) -> None:
    fmr = policy.per_comparison_fmr(fpir, searched)
    assert 0 < fmr <= fpir * (1 + 1e-9)
    assert policy.fpir_at(fmr, searched) == pytest.approx(fpir, rel=1e-9)


@given(RATES, COUNTS, COUNTS)
def test_a_larger_gallery_has_more_false_positives(fmr: float, one: int, two: int) -> None:
    small, large = sorted((one, two))
    assert fmr * (1 - 1e-9) <= policy.fpir_at(fmr, small) <= policy.fpir_at(fmr, large) <= 1.0


def test_search_arithmetic_by_hand() -> None:
    assert policy.fpir_at(1e-4, 10_000) == pytest.approx(0.632, abs=1e-3)
    assert policy.per_comparison_fmr(1e-3, 10_000) == pytest.approx(1e-7, rel=1e-3)
    assert policy.per_comparison_fmr(0.01, 0) == pytest.approx(0.01)
    assert policy.fpir_at(0.3, 0) == pytest.approx(0.3)


def test_fingers_worth_trying_next() -> None:
    thumb, index, ring = FingerPosition.RIGHT_THUMB, FingerPosition.LEFT_INDEX, FingerPosition.LEFT_RING
    qualities = {index: 50, ring: 80, thumb: 50, FingerPosition.UNKNOWN: 99}
    assert policy.next_best_fingers(qualities, set()) == (ring, thumb, index)
    assert policy.next_best_fingers(qualities, {ring, thumb}) == (index,)
    assert policy.next_best_fingers({}, {ring}) == ()


F, C, P = Factor.FINGERPRINT, Factor.IDENTITY_CARD, Factor.PIN


@pytest.mark.parametrize(
    ("factors", "acr", "amr"),
    [
        ({F}, SINGLE_BIOMETRIC, ["fpt"]),
        ({P}, "urn:idverify:acr:vn:69-2024-nd-cp:level-1", ["pin"]),
        ({C}, "urn:idverify:acr:vn:69-2024-nd-cp:level-1", ["sc"]),
        ({C, P}, "urn:idverify:acr:vn:69-2024-nd-cp:level-2", ["pin", "sc", "mfa"]),
        ({F, C}, "urn:idverify:acr:vn:69-2024-nd-cp:level-3", ["fpt", "sc", "mfa"]),
        ({F, P}, "urn:idverify:acr:vn:69-2024-nd-cp:level-3", ["fpt", "pin", "mfa"]),
        ({F, C, P}, "urn:idverify:acr:vn:69-2024-nd-cp:level-4", ["fpt", "pin", "sc", "mfa"]),
    ],
)
def test_assurance_by_the_decree(factors: set[Factor], acr: str, amr: list[str]) -> None:
    assert acr_of(factors) == acr
    assert amr_of(factors) == amr


def test_every_set_of_factors_has_a_table_row_and_none_has_none() -> None:
    sets = [set(c) for n in (1, 2, 3) for c in combinations(Factor, n)]
    assert len({acr_of(s) for s in sets}) == 5
    with pytest.raises(ValueError, match="nothing"):
        acr_of(set())


@pytest.mark.parametrize(
    ("shown", "required", "offered", "more"),
    [
        ({F}, Assurance.SINGLE_BIOMETRIC, {F}, ()),
        ({F}, Assurance.LEVEL_1, {F, C, P}, (C,)),
        ({F}, Assurance.LEVEL_3, {F, C, P}, (C,)),
        ({F}, Assurance.LEVEL_3, {F, P}, (P,)),
        ({F}, Assurance.LEVEL_3, {F}, None),
        ({F}, Assurance.LEVEL_4, {F, C, P}, (C, P)),
        ({F, C}, Assurance.LEVEL_4, {F, C, P}, (P,)),
        ({F, P}, Assurance.LEVEL_4, {F, P}, None),
        ({F, P}, Assurance.LEVEL_3, {F}, ()),
        ({P}, Assurance.SINGLE_BIOMETRIC, {F, C, P}, (F,)),
    ],
)
def test_what_is_missing_is_the_fewest_factors_that_are_offered(
    shown: set[Factor], required: Assurance, offered: set[Factor], more: tuple[Factor, ...] | None
) -> None:
    assert still_needed(shown, required, offered) == more
    if more is not None:
        assert reaches(acr_of({*shown, *more}), required)


@given(st.floats(1e-15, 1.0), st.integers(1, 10))
def test_what_is_claimed_is_at_the_floor_or_as_computed(fmr: float, fingers: int) -> None:
    found = alike(fmr)
    claim = policy.claimable(found, fingers)
    assert claim.fmr == max(fmr, policy.lowest_claimable_fmr(fingers))
    assert claim.score == pytest.approx(-10 * math.log10(claim.fmr), abs=1e-9)
    assert policy.claimable(claim, fingers) == claim
