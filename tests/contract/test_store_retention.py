"""The store's contract: answers go when their time is over, that they were given stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from idverify.domain.errors import StoredDataError
from idverify.domain.model import BEGINNING, TrailHead
from idverify.ports import StoredReply
from idverify.storage.store import SqlStore
from tests.contract.store_kit import NOW, Intruder, enrol, entry
from tests.contract.test_store_secrecy import stored_bytes


def answer(store: SqlStore, number: int, hours: float, subject_id: str | None = None) -> None:
    """Answer a request so many hours after the first, with its event."""
    with store.transaction() as uow:
        uow.audit.append(replace(entry(), time=NOW + timedelta(hours=hours)))
        uow.replies.put("c", f"r{number}", StoredReply("Verify", b"d%d" % number, b"body"), subject_id)


def bodies(store: SqlStore, count: int) -> list[bool]:
    """Of which answers the body is still there; all must be known."""
    with store.reading() as view:
        replies = [view.replies.find("c", f"r{number}") for number in range(count)]
        assert [reply.digest for reply in replies if reply] == [b"d%d" % number for number in range(count)]
    return [reply is not None and reply.body is not None for reply in replies]


def test_old_answers_go_and_stay_known(store: SqlStore) -> None:
    someone = enrol(store)
    for number, hours in enumerate((0, 1, 2, 2, 30)):
        answer(store, number, hours, someone if number % 2 else None)
    with store.reading() as view:
        assert view.replies.given("c", "r3") == (someone, 4)
    assert store.expire_replies(NOW) == 0
    assert store.expire_replies(NOW + timedelta(hours=2)) == 2
    assert bodies(store, 5) == [False, False, True, True, True]
    assert store.expire_replies(NOW + timedelta(hours=2)) == 0
    assert store.expire_replies(NOW + timedelta(hours=29)) == 2
    assert bodies(store, 5) == [False] * 4 + [True]


def test_many_go_a_thousand_at_a_time(store: SqlStore) -> None:
    with store.transaction() as uow:
        for number in range(2500):
            uow.audit.append(entry())
            if number % 5 == 0:
                uow.replies.put("c", f"r{number // 5}", StoredReply("Verify", b"d%d" % (number // 5), b"body"), None)
    answer(store, 500, 5)
    assert store.expire_replies(NOW + timedelta(hours=1)) == 500
    assert bodies(store, 501) == [False] * 500 + [True]


def test_nothing_of_an_old_answer_is_left(store: SqlStore, store_url: str, intruder: Intruder) -> None:
    for number in range(3):
        answer(store, number, number)
    gone = [value for (value,) in intruder.ask("SELECT body_sealed FROM reply_bodies WHERE event < 3")]
    assert len(gone) == 2
    intruder.close()
    store.expire_replies(NOW + timedelta(hours=2))
    after = b"\n".join(stored_bytes(store_url, intruder))
    assert not any(value in after for value in gone)


def test_the_last_event_before_a_time_is_found(store: SqlStore) -> None:
    for hours in (0, 1, 1, 2, 3, 5):
        with store.transaction() as uow:
            uow.audit.append(replace(entry(), time=NOW + timedelta(hours=hours)))
    with store.reading() as view:
        found = [view.audit.last_before(NOW + timedelta(hours=h)) for h in (-1, 0, 0.5, 1, 1.5, 2.5, 5, 6)]
    assert found == [0, 0, 1, 1, 3, 4, 5, 6]


@pytest.fixture
def archived(store: SqlStore) -> TrailHead:
    """The last of seven events that are in an archive; three are not."""
    with store.transaction() as uow:
        events = [uow.audit.append(entry("s1" if number % 2 else "s2")) for number in range(10)]
    last = TrailHead(7, events[6].hash)
    with store.transaction() as uow:
        uow.audit.begin_after(last)
    return last


def test_archived_events_go_and_the_chain_goes_on(store: SqlStore, archived: TrailHead) -> None:
    assert store.floor() == archived
    with store.reading() as view:
        assert view.audit.check().first_broken == 0, "they may still be there"
    assert [store.remove_archived() for _ in range(2)] == [7, 0]
    with store.transaction() as uow:
        assert uow.audit.append(entry()).sequence == 11
    with store.reading() as view:
        check = view.audit.check()
        assert (check.events, check.first_broken) == (11, 0)
        assert [e.sequence for e in view.audit.page(0, 100)] == [8, 9, 10, 11]
        assert view.audit.holds(archived)
        assert not view.audit.holds(TrailHead(3, archived.hash))
        for after in (BEGINNING, TrailHead(3, "f" * 64), archived, TrailHead(8, view.audit.page(7, 1)[0].hash)):
            part = view.audit.check_part(after, 100)
            assert (part.sound.sequence, part.first_broken, part.ended) == (11, 0, True)


def test_only_archived_events_can_be_removed(store: SqlStore, archived: TrailHead, intruder: Intruder) -> None:
    for sequence in (8, 10):
        with pytest.raises(DBAPIError, match="append-only"):
            intruder.run(f"DELETE FROM audit WHERE sequence = {sequence}")
    with pytest.raises(DBAPIError, match="append-only"):
        intruder.run("UPDATE audit SET payload = '' WHERE sequence = 1")
    intruder.run("DELETE FROM audit WHERE sequence = 7")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_floor SET sequence = 9", "DELETE FROM audit_floor", "DELETE FROM audit WHERE sequence = 8"],
)
def test_a_beginning_that_was_moved_shows(
    store: SqlStore, archived: TrailHead, intruder: Intruder, statement: str
) -> None:
    store.remove_archived()
    intruder.drop_guards()
    intruder.run(statement)
    with store.reading() as view:
        try:
            broken = view.audit.check().first_broken
        except StoredDataError:
            return
    assert broken in {1, 8}
