"""A row that was changed, removed or put in past the service is named; and nothing that the service did."""

from __future__ import annotations

import pytest

from idverify.storage.store import SqlStore, open_store
from tests.contract.store_kit import KEYS, NUMBER, Intruder, enrol, entry, record
from tests.fakes import NoDeadline


@pytest.fixture
def subject_id(store: SqlStore) -> str:
    """Of a citizen with two versions of a record, written with one event more each."""
    subject = enrol(store)
    for version in (1, 2):
        with store.transaction() as uow:
            uow.records.put(subject, record(version))
            uow.audit.append(entry(subject))
    return subject


def named(store: SqlStore, after: int | None = None) -> list[str]:
    with store.reading() as view:
        return view.audit.name_rows(NoDeadline(), after)


def added_up(store: SqlStore) -> list[str]:
    with store.reading() as view:
        return view.audit.compare_rows(NoDeadline(), add_up=True)


CHANGED = [
    ("UPDATE records SET owning_agency = 'x' WHERE version = 2", "version 2, written with event 2 was changed"),
    ("UPDATE templates SET position = 9", "was changed"),
    ("UPDATE subjects SET created = '2000-01-01T00:00:00.000000+00:00'", "subjects: ordinal 1, "),
    ("DELETE FROM records WHERE version = 1", "version 1, written with event 1 is gone"),
    (
        "INSERT INTO records SELECT subject_id, 'land', 7, owning_agency, updated, content_sealed FROM records LIMIT 1",
        "record_type land, version 7 was not written by the service",
    ),
]


@pytest.mark.parametrize(("statement", "said"), CHANGED)
def test_a_row_is_named(store: SqlStore, intruder: Intruder, subject_id: str, statement: str, said: str) -> None:
    assert subject_id
    assert named(store) == []
    intruder.run(statement)
    (found,) = named(store)
    assert said in found


LOCKED = [
    "data_key_sealed = :zeros",
    "data_key_sealed = (SELECT data_key_sealed FROM subjects WHERE ordinal = 2)",
    "master_key_id = 'another'",
]


@pytest.mark.parametrize("change", LOCKED)
def test_whose_data_key_does_not_open_is_named(
    store: SqlStore, intruder: Intruder, subject_id: str, change: str
) -> None:
    enrol(store, "079203001235")
    assert added_up(store) == []
    values = {"zeros": bytes(61)} if ":zeros" in change else {}
    intruder.run(f"UPDATE subjects SET {change} WHERE ordinal = 1", values)
    (found,) = added_up(store)
    assert found.startswith(f"subjects: ordinal 1, subject_id {subject_id}: the data key does not open")
    assert NUMBER not in found


def test_where_no_data_key_opens_the_first_are_named(store: SqlStore, intruder: Intruder) -> None:
    for person in range(22):
        enrol(store, f"0792030013{person:02}")
    intruder.run("UPDATE subjects SET data_key_sealed = :zeros", {"zeros": bytes(61)})
    found = added_up(store)
    assert (len(found), found[-1]) == (21, "and more citizens")


def test_what_a_new_secret_wraps_is_no_change(store: SqlStore, subject_id: str) -> None:
    assert subject_id
    assert store.rewrap_data_keys() == 0
    assert named(store) == []


def test_nothing_is_left_of_who_is_erased(store: SqlStore, intruder: Intruder, subject_id: str) -> None:
    with store.transaction() as uow:
        uow.subjects.delete(subject_id)
    assert intruder.ask("SELECT * FROM row_marks") == []
    assert named(store) == []


def test_rows_of_a_former_version_are_marked_as_they_are(
    store: SqlStore, intruder: Intruder, store_url: str, subject_id: str
) -> None:
    assert subject_id
    before = intruder.ask("SELECT name, row, mark FROM row_marks ORDER BY name, row")
    intruder.run("DELETE FROM row_marks")
    assert named(store, 0) == []
    assert len(named(store)) == len(before)
    open_store(store_url, KEYS).close()
    assert len(named(store)) == len(before), "marks that somebody took away are not made anew"
