"""Calls in a minute: of those nobody knows, by address and of all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idverify.dispatch import call_budget
from idverify.dispatch.call_budget import CallBudgets, StrangerBudgets
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, Officer


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("idverify.dispatch.call_budget.time.monotonic", lambda: now[0])
    return now


def refused(budgets: StrangerBudgets, peer: str) -> str:
    """Return in how many seconds one may come again; empty: now."""
    try:
        budgets.spend(peer)
    except DomainError as error:
        return error.metadata["retry_seconds"] if error.reason is Reason.CALL_BUDGET_EXCEEDED else "refused otherwise"
    return ""


def test_an_address_has_so_many_a_minute_and_keeps_no_other_from_its_own(clock: list[float]) -> None:
    budgets = StrangerBudgets(6)
    assert [refused(budgets, "10.0.0.1") for _ in range(8)] == [""] * 6 + ["10"] * 2
    assert refused(budgets, "10.0.0.2") == ""
    clock[0] += 10
    assert [refused(budgets, "10.0.0.1") for _ in range(2)] == ["", "10"]


def test_officers_who_signed_in_have_so_many_each(clock: list[float]) -> None:
    budgets, pages = CallBudgets(), Caller("page", frozenset(), calls_per_minute=1)
    one, other = (replace(pages, officer=Officer(officer, frozenset())) for officer in ("CB-1", "CB-2"))
    for caller in (pages, one, other):
        budgets.spend(caller)
    with pytest.raises(DomainError, match="all the calls"):
        budgets.spend(one)


def test_all_together_have_ten_times_as_much(clock: list[float]) -> None:
    budgets = StrangerBudgets(2)
    told = [refused(budgets, f"10.0.{number}.1") for number in range(21)]
    assert told == [""] * 20 + ["3"]
    clock[0] += 3
    assert refused(budgets, "10.0.99.1") == ""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
        ("", "", True),
    ],
)
def test_who_has_many_addresses_of_one_network_is_one(clock: list[float], one: str, other: str, same: bool) -> None:
    del clock
    budgets = StrangerBudgets(1)
    assert refused(budgets, one) == ""
    assert (refused(budgets, other) != "") is same


def test_addresses_are_not_remembered_without_end(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    del clock
    monkeypatch.setattr(call_budget, "_MOST_ADDRESSES", 3)
    budgets = StrangerBudgets(1)
    for number in range(5):
        budgets.spend(f"10.0.0.{number}")
    assert len(budgets._addresses._buckets) == 3
    assert refused(budgets, "10.0.0.4") == "60"
    assert refused(budgets, "10.0.0.0") == ""
