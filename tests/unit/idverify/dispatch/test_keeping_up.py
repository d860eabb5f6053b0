"""A call waits until its server knows what was committed before, and for nothing else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from idverify.dispatch.keeping_up import KeepingUp
from idverify.domain.errors import DomainError, Reason
from idverify.ports import ALONE, Deadline, Following
from tests.waiting import PATIENCE, until


@dataclass
class Database:
    """Implements the port ``Following``: what is committed, and what of it is followed."""

    committed: int = 7
    followed: int = 7
    rounds: int = 0
    out: bool = False
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    @property
    def position(self) -> int:
        return self.followed

    @property
    def behind(self) -> bool:
        return self.followed > 0

    def leads(self) -> bool:
        return False

    def catch_up(self, deadline: Deadline) -> None:
        deadline.check()
        self.rounds += 1
        seen = self.committed
        assert self.gate.wait(PATIENCE)
        if self.out:
            raise DomainError(Reason.STORE_UNAVAILABLE, "gone")
        self.followed = seen

    def catch_up_gallery(self, deadline: Deadline) -> None:
        raise NotImplementedError


def run(following: Following, scenario: Callable[[KeepingUp], Awaitable[None]]) -> None:
    async def whole() -> None:
        keeping_up = KeepingUp(following)
        try:
            await scenario(keeping_up)
        finally:
            await keeping_up.close()

    asyncio.run(whole())


def test_a_call_knows_what_was_committed_before_it_came() -> None:
    database = Database(committed=9)

    async def scenario(keeping_up: KeepingUp) -> None:
        assert keeping_up.watermark == "7"
        await keeping_up.caught_up()
        assert (database.followed, keeping_up.watermark) == (9, "9")

    run(database, scenario)


def test_calls_that_come_meanwhile_wait_for_the_next_round_together() -> None:
    database = Database()
    database.gate.clear()

    async def scenario(keeping_up: KeepingUp) -> None:
        first = asyncio.create_task(keeping_up.caught_up())
        await until(lambda: database.rounds == 1)
        database.committed = 8  # after the round has read
        later = [asyncio.create_task(keeping_up.caught_up()) for _ in range(5)]
        gone = asyncio.create_task(keeping_up.caught_up())
        await asyncio.sleep(0)
        gone.cancel()
        database.gate.set()
        await first
        await asyncio.gather(*later)
        assert (database.rounds, database.followed) == (2, 8)

    run(database, scenario)


def test_a_server_waits_for_another_only_if_it_is_behind_it() -> None:
    database = Database(committed=9, out=True)

    async def scenario(keeping_up: KeepingUp) -> None:
        assert not await keeping_up.come_to("")
        assert not await keeping_up.come_to("7")
        assert database.rounds == 0
        database.out = False
        assert await keeping_up.come_to("9")
        assert database.followed == 9

    run(database, scenario)


def test_what_the_database_comes_to_know_is_waited_for() -> None:
    database = Database()

    async def scenario(keeping_up: KeepingUp) -> None:
        call = asyncio.create_task(keeping_up.come_to("8"))
        await until(lambda: database.rounds > 0)
        database.committed = 8
        await call
        assert database.followed == 8

    run(database, scenario)


def test_what_it_does_not_come_to_know_is_refused() -> None:
    async def scenario(keeping_up: KeepingUp) -> None:
        with pytest.raises(DomainError) as refused:
            await keeping_up.come_to("8")
        assert refused.value.reason is Reason.NOT_FOLLOWED_YET

    run(Database(), scenario)


def test_a_database_that_is_out_is_told_to_all_who_wait_and_asked_again_by_the_next() -> None:
    database = Database(out=True)

    async def scenario(keeping_up: KeepingUp) -> None:
        answers = await asyncio.gather(*(keeping_up.caught_up() for _ in range(3)), return_exceptions=True)
        assert {getattr(each, "reason", None) for each in answers} == {Reason.STORE_UNAVAILABLE}
        database.out = False
        await keeping_up.caught_up()

    run(database, scenario)


@pytest.mark.parametrize("stated", ["x", "-1", "1.5", "1" * 19, "٣", "8 "])
def test_what_is_no_watermark_is_refused(stated: str) -> None:
    async def scenario(keeping_up: KeepingUp) -> None:
        with pytest.raises(DomainError) as refused:
            await keeping_up.come_to(stated)
        assert (refused.value.reason, refused.value.metadata) == (Reason.FIELD_INVALID, {"field": "idverify-watermark"})

    run(Database(), scenario)


def test_a_server_alone_follows_nothing_and_says_nothing() -> None:
    async def scenario(keeping_up: KeepingUp) -> None:
        await keeping_up.caught_up()
        assert not await keeping_up.come_to("whatever")
        assert keeping_up.watermark == ""

    run(ALONE, scenario)
