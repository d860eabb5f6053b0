"""The store's contract: the audit trail holds, and shows when it was made not to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from idverify.domain.errors import StoredDataError
from idverify.domain.model import BEGINNING, EventSearch, TrailCheck
from idverify.ports import Store
from idverify.storage.store import open_store
from idverify.trust.audit_chain import GENESIS, link_hash
from tests.contract.store_kit import KEYS, NOW, Intruder, entry


def append(store: Store, count: int, subject_id: str = "") -> None:
    for _ in range(count):
        with store.transaction() as uow:
            uow.audit.append(entry(subject_id))


def check(store: Store) -> TrailCheck:
    with store.reading() as view:
        return view.audit.check()


def test_events_come_back_in_order_without_gap(store: Store) -> None:
    append(store, 2, "s1")
    append(store, 1, "s2")
    append(store, 2, "s1")
    with store.reading() as view:
        events = view.audit.page(0, 10)
        assert [e.sequence for e in events] == [1, 2, 3, 4, 5]
        assert events[2].entry == entry("s2")
        assert [e.sequence for e in view.audit.page(1, 2)] == [2, 3]
        assert [e.sequence for e in view.audit.page(1, 2, "s1")] == [2, 4]
        assert view.audit.page(0, 10, "s3") == []


def test_an_event_comes_back_as_appended(store: Store) -> None:
    with store.transaction() as uow:
        appended = uow.audit.append(entry("s1"))
    with store.reading() as view:
        assert view.audit.page(0, 1) == [appended]
    assert appended.entry == entry("s1")
    assert type(appended.entry.details["whole"]) is float


def test_a_rolled_back_event_leaves_no_gap(store: Store) -> None:
    append(store, 1)
    with pytest.raises(ZeroDivisionError), store.transaction() as uow:
        _ = uow.audit.append(entry()).sequence / 0
    append(store, 1)
    result = check(store)
    assert (result.events, result.first_broken) == (2, 0)


def test_an_empty_trail_is_intact(store: Store) -> None:
    assert check(store) == TrailCheck(0, GENESIS, 0)


def test_an_intact_trail_can_be_recomputed_from_what_is_stored(store: Store, intruder: Intruder) -> None:
    append(store, 3)
    last = GENESIS
    for payload, digest in intruder.ask("SELECT payload, hash FROM audit ORDER BY sequence"):
        last = link_hash(last, payload)
        assert digest == last
    assert check(store) == TrailCheck(3, last, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET action = 'x' WHERE sequence = 1",
        "DELETE FROM audit WHERE sequence = 2",
        "DELETE FROM audit_head",
    ],
)
def test_the_database_refuses_changes(store: Store, intruder: Intruder, statement: str) -> None:
    append(store, 2)
    with pytest.raises(DBAPIError, match=r"append-only|never deleted"):
        intruder.run(statement)
    assert check(store).first_broken == 0


def check_in_parts(store: Store, size: int) -> int:
    """Recompute the chain some events at a time; return the first that does not fit."""
    after = BEGINNING
    while True:
        with store.reading() as view:
            part = view.audit.check_part(after, size)
        if part.ended:
            return part.first_broken
        after = part.sound


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET payload = replace(payload, '43.21', '43.22') WHERE sequence = 2", 2),
        ("UPDATE audit SET payload = '{}' WHERE sequence = 2", 2),
        ("UPDATE audit SET action = 'Read' WHERE sequence = 2", 2),
        ("UPDATE audit SET subject_id = 's9' WHERE sequence = 2", 2),
        ("UPDATE audit SET time = replace(time, '05:06', '05:07') WHERE sequence = 2", 2),
        ("UPDATE audit SET time = 'yesterday' WHERE sequence = 2", 2),
        ("UPDATE audit SET previous_hash = hash WHERE sequence = 2", 2),
        ("UPDATE audit SET hash = previous_hash WHERE sequence = 2", 2),
        ("DELETE FROM audit WHERE sequence = 1", 1),
        ("DELETE FROM audit WHERE sequence = 3", 3),
        ("DELETE FROM audit WHERE sequence >= 4", 4),
        ("DELETE FROM audit", 1),
        ("UPDATE audit SET sequence = 9 WHERE sequence = 3", 3),
        ("INSERT INTO audit SELECT 6, time, action, subject_id, hash, hash, payload FROM audit WHERE sequence = 5", 6),
        ("UPDATE audit_head SET sequence = 4", 5),
        ("UPDATE audit_head SET mac = hash_blob(mac)", 5),
        ("DELETE FROM audit_head", 5),
    ],
)
def test_tampering_shows(store: Store, intruder: Intruder, statement: str, broken: int) -> None:
    append(store, 5, "s1")
    intruder.drop_guards()
    intruder.run(statement.replace("hash_blob(mac)", "'\\x00'" if intruder.dialect == "postgresql" else "x'00'"))
    assert check(store).first_broken == broken
    assert check_in_parts(store, 2) == check_in_parts(store, 100) == broken


def test_a_chain_forged_to_its_end_shows_at_its_end(store: Store, intruder: Intruder) -> None:
    append(store, 3)
    intruder.drop_guards()
    (previous, payload), *_ = intruder.ask("SELECT previous_hash, payload FROM audit WHERE sequence = 3")
    forged = payload.replace("MATCH", "NO_MATCH")
    values = {"payload": forged, "hash": link_hash(previous, forged)}
    intruder.run("UPDATE audit SET payload = :payload, hash = :hash WHERE sequence = 3", values)
    assert check(store).first_broken == 3


def test_nothing_is_appended_to_an_end_that_was_moved(store: Store, intruder: Intruder) -> None:
    append(store, 3)
    intruder.drop_guards()
    intruder.run("UPDATE audit_head SET sequence = 2")
    with pytest.raises(StoredDataError):
        append(store, 1)


def test_a_trail_without_its_end_is_not_served(store: Store, store_url: str, intruder: Intruder) -> None:
    append(store, 1)
    intruder.drop_guards()
    intruder.run("DELETE FROM audit_head")
    with pytest.raises(StoredDataError):
        open_store(store_url, KEYS)


def test_an_event_that_cannot_be_read_is_not_shown(store: Store, intruder: Intruder) -> None:
    append(store, 1)
    intruder.drop_guards()
    intruder.run("UPDATE audit SET payload = '[]'")
    with store.reading() as view, pytest.raises(StoredDataError):
        view.audit.page(0, 1)


def test_undecodable_text_shows_as_tampering(store: Store, intruder: Intruder) -> None:
    if intruder.dialect != "sqlite":
        pytest.skip("PostgreSQL refuses text that is not in its encoding")
    append(store, 3)
    intruder.drop_guards()
    intruder.run("UPDATE audit SET payload = CAST(x'ff' AS TEXT) WHERE sequence = 2")
    assert check(store).first_broken == 2


def test_time_is_searchable_as_text(store: Store, intruder: Intruder) -> None:
    append(store, 1)
    assert intruder.ask("SELECT time FROM audit") == [(NOW.isoformat(timespec="microseconds"),)]


def test_events_are_found_by_what_stands_in_them(store: Store) -> None:
    append(store, 2, "s1")
    append(store, 1, "s2")
    with store.transaction() as uow:
        uow.audit.append(entry("s1", "AddCapture", "POOR"))
        uow.audit.append(replace(entry("s1"), time=NOW + timedelta(hours=1), caller='a"b_%'))
    searches = {
        EventSearch(): [5, 4, 3, 2, 1],
        EventSearch(subject_ids=("s1", "s3")): [5, 4, 2, 1],
        EventSearch(outcome="MATCH", officer_id="officer", agency_code="agency"): [5, 3, 2, 1],
        EventSearch(outcome="match"): [],
        EventSearch(caller='a"b_%'): [5],
        EventSearch(caller="a%"): [],
        EventSearch(procedure_code="1.001193", action="AddCapture"): [4],
        EventSearch(since=NOW + timedelta(seconds=1)): [5],
        EventSearch(until=NOW): [],
    }
    with store.reading() as view:
        for wanted, numbers in searches.items():
            assert [event.sequence for event in view.audit.found_between(wanted, 0, 5, 10)] == numbers
        assert [event.sequence for event in view.audit.found_between(EventSearch(), 1, 4, 2)] == [4, 3]
        assert [e.sequence for e in view.audit.of_actions(["Verify"], EventSearch(), 1, 5)] == [2, 3, 5]
        assert list(view.audit.of_actions(["Verify"], EventSearch(officer_id="OFFICER"), 0, 5)) == []
