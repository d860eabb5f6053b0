"""Bytes shared among clients."""

from __future__ import annotations

import asyncio

import pytest

from idverify.dispatch import byte_budget
from idverify.dispatch.byte_budget import ByteBudget, Pace
from idverify.domain.errors import DomainError
from tests.waiting import PATIENCE, until


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


class Slow:
    """A request that is held as one of so many bytes, and never comes."""

    def __init__(self, budget: ByteBudget, client: str, size: int, pace: Pace) -> None:
        self.ended = ""
        self._task = asyncio.create_task(self._read(budget, client, size, pace))

    async def _read(self, budget: ByteBudget, client: str, size: int, pace: Pace) -> None:
        try:
            async with budget.share(client, size) as share, share.reading(pace):
                await asyncio.Event().wait()
        except DomainError as error:
            self.ended = error.reason.code
        except TimeoutError:
            self.ended = "somebody else's"

    async def end(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


FAIR, LONG = Pace(0.0, PATIENCE), Pace(PATIENCE, PATIENCE)


@pytest.mark.parametrize(
    ("others", "size", "pace", "given_way"),
    [
        ("aabb", 25, LONG, 1),  # holds twice what the waiting one would, and has been read for long enough
        ("abcd", 25, LONG, 0),  # nobody holds more than that one would
        ("abcd", 25, FAIR, 1),  # each is slower than is fair, and the waiting one holds nothing
        ("aabb", 60, LONG, 0),  # more than it may hold itself: nobody's going helps
    ],
)
def test_who_sends_slowly_and_holds_more_gives_way(
    others: str, size: int, pace: Pace, given_way: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(byte_budget, "_GRACE", 0.0)
    monkeypatch.setattr(byte_budget, "_LOOK_SECONDS", 0.01)

    async def scenario() -> None:
        budget, end, order = ByteBudget(100, 50, 0.2), asyncio.Event(), list[str]()
        slow = [Slow(budget, client, 25, pace) for client in others]
        await _turns()
        waiting = asyncio.create_task(_hold(budget, "z", size, end, order))
        await asyncio.wait({waiting}, timeout=0.5)
        assert order == ["z"] * given_way
        assert [one.ended for one in slow if one.ended] == ["DEADLINE_EXCEEDED"] * given_way
        end.set()
        for one in slow:
            await one.end()
        await asyncio.gather(waiting, return_exceptions=True)
        assert (budget.held, budget._shares) == (0, [])

    asyncio.run(scenario())


def test_a_reading_ends_in_any_case_and_by_nobody_else_s_time() -> None:
    async def scenario() -> None:
        budget = ByteBudget(100, 50, PATIENCE)
        slow = Slow(budget, "a", 25, Pace(0.0, 0.01))
        await until(lambda: slow.ended)
        assert (slow.ended, budget.held) == ("DEADLINE_EXCEEDED", 0)
        with pytest.raises(TimeoutError):
            async with budget.share("a", 25) as share, share.reading(LONG):
                raise TimeoutError

    asyncio.run(scenario())


def test_what_has_been_read_gives_no_way() -> None:
    async def scenario() -> None:
        budget = ByteBudget(100, 50, PATIENCE)
        async with budget.share("a", 25) as share:
            async with share.reading(FAIR):
                assert share.slower_than()
            assert not share.slower_than()
            share.give_way()
            assert budget.held == 25

    asyncio.run(scenario())
