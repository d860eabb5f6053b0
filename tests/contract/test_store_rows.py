"""A row that was changed, removed or put in past the service is named; and nothing that the service did."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from idverify.storage.store import SqlStore, open_store
from idverify.storage.trail import mark_fill
from idverify.storage.trail.row_marks import mark_next
from idverify.storage.trail.trail_end import read_end, write_end
from idverify.storage.vault import Vault
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


def test_the_rows_of_a_large_database_are_marked_some_at_a_time_and_gone_on_with(
    store: SqlStore,
    intruder: Intruder,
    store_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    subject = enrol(store)
    with store.transaction() as uow:
        for version in range(1, 2001):
            uow.records.put(subject, record(version))
        uow.audit.append(entry(subject))
    marks = intruder.ask("SELECT name, row, mark FROM row_marks ORDER BY name, row")
    vault = Vault(KEYS)
    with intruder.engine.begin() as connection:  # as a former version left it
        end = read_end(connection, vault)
        assert end.state is not None
        write_end(connection, vault, end.head, replace(end.state, marked=False))
    intruder.run("DELETE FROM row_marks")
    left = 10

    def killed(*given: Any) -> object:
        nonlocal left
        left -= 1
        if not left:
            raise KeyboardInterrupt
        return mark_next(*given)

    with monkeypatch.context() as patch:
        patch.setattr(mark_fill, "mark_next", killed)
        with pytest.raises(KeyboardInterrupt):
            open_store(store_url, KEYS)
    assert 500 < len(intruder.ask("SELECT row FROM row_marks WHERE name = 'records'")) < 2000
    open_store(store_url, KEYS).close()
    assert intruder.ask("SELECT name, row, mark FROM row_marks ORDER BY name, row") == marks
    assert named(store) == added_up(store) == []
    assert f"marking the rows of the database: 0 of {len(marks)}" in caplog.messages
    assert f"the rows of the database are marked: {len(marks)}" in caplog.messages
    caplog.clear()
    open_store(store_url, KEYS).close()
    assert "the rows of the database are marked" not in caplog.text
