"""Failures, delays and locks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from idverify.domain.attempts import (
    FAILURE,
    POOR_SAMPLE,
    AttemptRules,
    Limit,
    Scope,
    Standing,
    after_failure,
    attempts_left,
    failures_at,
    is_closed,
    refusal,
)
from idverify.domain.errors import Reason
from idverify.domain.model import Quality
from idverify.domain.policy import weight_of_failure

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAIR, CLIENT = Scope.CLIENT_AND_CITIZEN, Scope.CLIENT
RULES = AttemptRules(
    {PAIR: Limit(5, 12, 0.5, timedelta(days=1)), CLIENT: Limit(6, 8, 2.0, None)},
    timedelta(seconds=30),
    timedelta(minutes=5),
)


def fail(times: int, scope: Scope = PAIR, weight: float = FAILURE) -> Standing:
    standing = None
    for _ in range(times):
        standing = after_failure(standing, scope, RULES, weight, NOW)
    assert standing is not None
    return standing


@pytest.mark.parametrize(("failures", "wait"), [(1, None), (4, None), (5, 30), (6, 60), (7, 120), (8, 240), (9, 300)])
def test_delays_grow_after_five_failures_up_to_the_longest(failures: int, wait: int | None) -> None:
    standing = fail(failures)
    assert standing.closed_until == (None if wait is None else NOW + timedelta(seconds=wait))
    assert is_closed(standing, NOW) is (wait is not None)
    assert not is_closed(standing, NOW + timedelta(minutes=5))


def test_a_lock_opens_by_time_or_by_hand_alone() -> None:
    assert (fail(12).locked, fail(12).closed_until) == (True, NOW + timedelta(days=1))
    assert not is_closed(fail(12), NOW + timedelta(days=1))
    client = fail(8, CLIENT)
    assert (client.locked, client.closed_until) == (True, None)
    assert is_closed(client, NOW + timedelta(days=1000))


def test_poor_samples_count_a_quarter() -> None:
    assert fail(16, weight=POOR_SAMPLE).closed_until is None or fail(19, weight=POOR_SAMPLE).closed_until is None
    assert fail(20, weight=POOR_SAMPLE).closed_until == NOW + timedelta(seconds=30)


def test_a_sample_is_poor_by_what_was_shown_alone() -> None:
    poor, good = Quality(10, "q", 9, (), usable=True), Quality(80, "q", 40, (), usable=True)
    assert weight_of_failure([poor, poor]) == POOR_SAMPLE
    assert weight_of_failure([poor, good]) == FAILURE


def test_failures_are_forgiven_with_time_and_a_clock_that_goes_back_forgives_none() -> None:
    standing, limit = fail(4), RULES.limits[PAIR]
    assert failures_at(standing, limit, NOW + 2 * HOUR) == pytest.approx(3.0)
    assert failures_at(standing, limit, NOW + 100 * HOUR) == pytest.approx(0.0)
    assert failures_at(standing, limit, NOW - HOUR) == pytest.approx(4.0)
    assert failures_at(None, limit, NOW) == pytest.approx(0.0)


def test_what_is_forgiven_between_tries_makes_no_six_of_five() -> None:
    standing = None
    for place in range(5):
        standing = after_failure(standing, PAIR, RULES, FAILURE, NOW + place * timedelta(minutes=1))
    assert standing is not None
    assert standing.failures < 5
    assert standing.closed_until is not None
    assert attempts_left({PAIR: standing}, RULES, standing.updated).left == 7


def test_what_is_left_is_the_least_of_all_scopes() -> None:
    left = attempts_left({PAIR: fail(5), CLIENT: fail(6, CLIENT)}, RULES, NOW)
    assert (left.left, left.wait, left.locked) == (2, timedelta(seconds=30), False)
    assert attempts_left({PAIR: fail(12)}, RULES, NOW).locked
    assert attempts_left({PAIR: fail(1)}, RULES, NOW).wait == timedelta(0)


@pytest.mark.parametrize(
    ("scope", "failures", "reason", "seconds"),
    [(PAIR, 5, "EXCEEDED", "30"), (PAIR, 12, "LOCKED", "86400"), (CLIENT, 8, "LOCKED", None)],
)
def test_a_refusal_says_who_is_meant_and_when_it_opens(
    scope: Scope, failures: int, reason: str, seconds: str | None
) -> None:
    error = refusal(scope, fail(failures, scope), NOW)
    assert error.reason is Reason[f"ATTEMPTS_{reason}"]
    assert (error.metadata["scope"], error.metadata.get("retry_seconds")) == (scope.value, seconds)
    assert ("administrator" in error.message) is (reason == "LOCKED")
