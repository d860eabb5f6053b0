"""Checks of the trail go on where the last one came to, one at a time, and end when nobody waits."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import BEGINNING, TrailHead
from idverify.ports import Figure, Shown
from idverify.services import trail_check
from idverify.services.trail_check import TrailCheckService
from tests.contract.store_kit import entry
from tests.fakes import NoDeadline, PastDeadline
from tests.service_kit import AN, RESIDENCE, World, refused


@dataclass
class Marks:
    """Implements the port ``Verified`` in memory."""

    head: TrailHead = BEGINNING

    def verified(self) -> TrailHead:
        return self.head

    def note_verified(self, head: TrailHead) -> None:
        self.head = head


class PatienceFor:
    """A caller who goes after so many looks."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def check(self) -> None:
        self.looks -= 1
        if self.looks < 0:
            raise DomainError(Reason.DEADLINE_EXCEEDED, "the deadline has passed")

    def seconds_left(self) -> float:
        return 60.0


@dataclass
class Trail:
    """A world whose trail is looked at in batches of ten."""

    world: World
    folder: Path
    marks: Marks
    checks: TrailCheckService
    looked_at: int = 0

    def append(self, count: int) -> None:
        with self.world.store.transaction() as uow:
            for _ in range(count):
                uow.audit.append(entry())

    def check(self, *, full: bool = False) -> tuple[int, int, int]:
        check = self.checks.check(self.world.call("CheckAuditTrail"), full=full)
        return check.events, check.first_broken, check.verified_before

    def tamper(self, statement: str) -> None:
        with closing(sqlite3.connect(self.folder / "world.sqlite")) as connection, connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(statement)


@pytest.fixture
def trail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trail]:
    monkeypatch.setattr(trail_check, "_BATCH", 10)
    world, marks = World(tmp_path), Marks()
    made = Trail(world, tmp_path, marks, TrailCheckService(world.store, marks))
    true = TrailCheckService._part

    def counted(self: TrailCheckService, after: TrailHead) -> object:
        made.looked_at += 1
        return true(self, after)

    monkeypatch.setattr(TrailCheckService, "_part", counted)
    yield made
    world.store.close()


def test_an_empty_trail_is_intact(trail: Trail) -> None:
    assert trail.check() == (0, 0, 0)
    assert trail.check(full=True) == (0, 0, 0)


def test_a_check_looks_at_what_is_new(trail: Trail) -> None:
    trail.append(95)
    assert trail.check() == (95, 0, 0)
    assert trail.looked_at == 10
    assert trail.check() == (95, 0, 95)
    assert trail.looked_at == 11
    trail.append(7)
    assert trail.check() == (102, 0, 95)
    assert trail.looked_at == 12
    assert trail.check(full=True) == (102, 0, 0)
    assert trail.looked_at == 23


def test_what_was_begun_and_given_up_is_not_begun_again(trail: Trail) -> None:
    trail.append(95)
    with refused(Reason.DEADLINE_EXCEEDED):
        trail.checks.check(trail.world.call("CheckAuditTrail", deadline=PastDeadline()))
    assert trail.looked_at == 0
    with refused(Reason.DEADLINE_EXCEEDED):
        trail.checks.check(trail.world.call("CheckAuditTrail", deadline=PatienceFor(4)))
    assert trail.looked_at == 4
    assert trail.check() == (95, 0, 40)


def test_one_check_at_a_time_and_none_waits_longer_than_its_caller(trail: Trail) -> None:
    trail.append(5)
    with trail.checks._checking, refused(Reason.DEADLINE_EXCEEDED):
        trail.checks.check(trail.world.call("CheckAuditTrail", deadline=PatienceFor(2)))
    answers: list[tuple[int, int, int]] = []
    threads = [threading.Thread(target=lambda: answers.append(trail.check(full=True))) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(5, 0, 0)] * 30
    assert trail.looked_at == 1  # the others share what the first found


@pytest.mark.parametrize("batch", [10, 7, 1000])
@pytest.mark.parametrize("broken", [1, 2, 40, 41, 94, 95])
def test_a_break_is_found_by_whoever_looks_there(
    trail: Trail, monkeypatch: pytest.MonkeyPatch, broken: int, batch: int
) -> None:
    monkeypatch.setattr(trail_check, "_BATCH", batch)
    trail.append(95)
    trail.tamper(f"UPDATE audit SET payload = replace(payload, '43.21', '43.22') WHERE sequence = {broken}")
    assert trail.checks.figures() == [Figure(Shown.TRAIL_FINDINGS, 0)]
    assert trail.check()[1] == broken
    assert trail.check()[1] == broken
    assert trail.marks.head.sequence == broken - 1
    assert trail.checks.figures() == [Figure(Shown.TRAIL_FINDINGS, 2)], "whoever watches sees it"


def test_a_break_in_what_was_checked_before_is_found_by_the_full_check_and_remembered(
    trail: Trail, caplog: pytest.LogCaptureFixture
) -> None:
    trail.append(95)
    trail.check()
    trail.tamper("UPDATE audit SET payload = replace(payload, '43.21', '43.22') WHERE sequence = 33")
    assert trail.check() == (95, 0, 95)  # taken for granted
    assert trail.check(full=True) == (32, 33, 0)
    assert trail.check() == (32, 33, 32)
    told = [r.__dict__["cause"] for r in caplog.records if r.levelno == logging.ERROR]
    assert told == ["event 33 of the audit trail does not fit"]


def test_the_last_event_that_was_checked_is_looked_at_again(trail: Trail) -> None:
    trail.append(20)
    trail.check()
    trail.append(1)
    trail.tamper("UPDATE audit SET hash = previous_hash WHERE sequence = 20")
    assert trail.check()[1] == 20


def test_an_end_that_is_cut_off_is_found(trail: Trail) -> None:
    trail.append(25)
    trail.check()
    trail.tamper("DELETE FROM audit WHERE sequence > 23")
    assert trail.check()[1] == 25  # the mark itself is gone
    assert trail.check(full=True) == (23, 24, 0)


def test_the_background_goes_over_everything_again_and_again(
    trail: Trail, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = 1000.0
    monkeypatch.setattr("idverify.services.trail_check.time.monotonic", lambda: now)
    trail.append(25)
    for reached in (10, 20, 25, 25):
        trail.checks.go_on()
        assert trail.marks.head.sequence == reached
    trail.append(3)
    trail.checks.go_on()
    assert trail.check() == (28, 0, 28)
    trail.tamper("UPDATE audit SET payload = replace(payload, '43.21', '43.22') WHERE sequence = 15")
    trail.checks.go_on()
    assert not caplog.records
    now += 86_400
    for _ in range(4):
        trail.checks.go_on()
    assert [r.__dict__["cause"] for r in caplog.records] == ["event 15 of the audit trail does not fit"]
    assert trail.check()[1] == 15


def test_missing_rows_are_told_by_every_check_and_exchanged_ones_by_the_full_one(
    trail: Trail, caplog: pytest.LogCaptureFixture
) -> None:
    trail.world.enrol(AN)
    trail.world.put(AN, "residence", RESIDENCE)
    trail.checks.add_up(NoDeadline())
    with refused(Reason.DEADLINE_EXCEEDED):
        trail.checks.add_up(PastDeadline())
    assert not caplog.records
    trail.tamper("UPDATE records SET record_type = 'land'")
    call = trail.world.call("CheckAuditTrail")
    (gone,) = trail.checks.check(call).findings  # it is as new as the last event
    assert gone.endswith("record_type residence, version 1, written with event 2 is gone")
    exchanged, *named = trail.checks.check(call, full=True).findings
    assert "rows were exchanged" in exchanged
    assert named[0] == gone
    assert named[1].endswith("record_type land, version 1 was not written by the service")
    trail.tamper("DELETE FROM records")
    assert "0 versions of records instead of 1" in trail.checks.check(call).findings[0]


def test_a_destroyed_data_key_is_told_by_the_full_check_and_by_the_adding_up(
    trail: Trail, caplog: pytest.LogCaptureFixture
) -> None:
    trail.world.enrol(AN)
    trail.tamper("UPDATE subjects SET data_key_sealed = zeroblob(61)")
    call = trail.world.call("CheckAuditTrail")
    assert not trail.checks.check(call).findings
    assert not caplog.records
    trail.checks.add_up(NoDeadline())
    (found,) = trail.checks.check(call, full=True).findings
    assert "the data key does not open" in found
    assert [record.__dict__["cause"] for record in caplog.records] == [found]
