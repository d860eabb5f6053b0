"""Bytes shared among clients."""

from __future__ import annotations

import asyncio

import pytest

from idverify.dispatch.byte_budget import ByteBudget
from idverify.domain.errors import DomainError
from tests.waiting import PATIENCE


async def _hold(budget: ByteBudget, client: str, size: int, until: asyncio.Event, order: list[str]) -> None:
    async with budget.share(client, size):
        order.append(client)
        await until.wait()


async def _turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_nobody_holds_more_than_a_part_and_all_not_more_than_the_whole() -> None:
    async def scenario() -> None:
        budget, end, order = ByteBudget(100, 50, PATIENCE), asyncio.Event(), list[str]()
        tasks = [asyncio.create_task(_hold(budget, client, 25, end, order)) for client in "aaabbbc"]
        await _turns()
        assert (order, budget.held) == (["a", "a", "b", "b"], 100)
        end.set()
        await asyncio.gather(*tasks)
        assert sorted(order) == list("aaabbbc")
        assert budget.held == 0

    asyncio.run(scenario())


def test_whose_client_holds_least_is_served_first() -> None:
    async def scenario() -> None:
        budget, first, end, order = ByteBudget(60, 60, PATIENCE), asyncio.Event(), asyncio.Event(), list[str]()
        tasks = [asyncio.create_task(_hold(budget, "a", 30, until, order)) for until in (first, end)]
        await _turns()
        tasks += [asyncio.create_task(_hold(budget, client, 30, end, order)) for client in "aab"]
        await _turns()
        first.set()
        await _turns()
        assert order == ["a", "a", "b"]
        end.set()
        await asyncio.gather(*tasks)

    asyncio.run(scenario())


def test_what_is_settled_or_given_up_is_free_again() -> None:
    async def scenario() -> None:
        budget, end, order = ByteBudget(100, 100, PATIENCE), asyncio.Event(), list[str]()
        async with budget.share("a", 100) as share:
            waiting = asyncio.create_task(_hold(budget, "b", 60, end, order))
            await _turns()
            waiting.cancel()
            await _turns()
            assert (waiting.cancelled(), budget.held) == (True, 100)
            budget.settle(share, 30)
            assert budget.held == 30
        assert budget.held == 0
        with pytest.raises(KeyError):
            async with budget.share("a", 100):
                raise KeyError
        assert budget.held == 0

    asyncio.run(scenario())


def test_who_waits_too_long_is_told_to_come_again() -> None:
    async def scenario() -> None:
        budget = ByteBudget(100, 100, 0.01)
        async with budget.share("a", 100):
            with pytest.raises(DomainError, match="SERVER_BUSY"):
                async with budget.share("b", 1):
                    raise AssertionError
        assert budget.held == 0
        async with budget.share("b", 100):
            pass

    asyncio.run(scenario())
