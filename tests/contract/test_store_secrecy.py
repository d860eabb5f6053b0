"""The store's contract: nothing personal lies open, nothing sealed can be moved, nothing deleted remains."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, make_url

from idverify.domain.errors import StoredDataError
from idverify.domain.model import Outcome
from idverify.ports import Store, StoredReply, UnitOfWork
from idverify.storage.engine import make_engines, scrub
from idverify.storage.store import SqlStore, open_store
from idverify.trust.sealing import MasterKeys
from tests.contract.store_kit import KEYS, NOW, NUMBER, PERSON, TEMPLATE, Intruder, enrol, feature, record, templates
from tests.contract.test_store_counter import transaction
from tests.contract.test_store_owned_records import owned

OTHER = "079203009999"
TABLES = (
    *("subjects", "encounters", "templates", "records", "replies", "reply_bodies", "audit", "audit_head"),
    *(
        "clients",
        "held_acts",
        "citizen_changes",
        "former_numbers",
        "virtual_numbers",
        "citizen_pins",
        "images",
        "dossiers",
    ),
    *("presences", "reference_encounters", "reference_galleries", "tasks"),
)


def fill(store: Store) -> str:
    subject_id = enrol(store, NUMBER, feature(), feature())
    with store.transaction() as uow:
        uow.records.put(subject_id, record())
        uow.replies.put("c", "r1", StoredReply("Verify", b"d", b"<secret answer>"), subject_id)
        uow.replies.put("c", "r2", StoredReply("Verify", b"d", b"<service answer>"), None)
    return subject_id


def stored_bytes(url: str, intruder: Intruder) -> Iterator[bytes]:
    """Everything an intruder sees: the files of SQLite, log included; the rows of PostgreSQL."""
    if intruder.dialect == "sqlite":
        database = Path(str(make_url(url).database))
        for file in database.parent.glob(database.name + "*"):
            yield file.read_bytes()
        return
    for table in TABLES:
        for row in intruder.ask(f"SELECT * FROM {table}"):
            yield b"\0".join(v if isinstance(v, bytes) else str(v).encode() for v in row)


def test_nothing_personal_lies_open(store: Store, store_url: str, intruder: Intruder) -> None:
    fill(store)
    secrets = [NUMBER, PERSON.full_name, PERSON.birth_date, "Lê Lợi", record().sha256, "<secret", "<service"]
    everything = b"\n".join(stored_bytes(store_url, intruder))
    assert b"residence" in everything, "the scan must see what is stored"
    for secret in (*(s.encode() for s in secrets), TEMPLATE, KEYS.root, KEYS.keys["k1"], b"Minh Khai"):
        assert secret not in everything


def test_deletion_leaves_no_sealed_value_and_no_key(store: Store, store_url: str, intruder: Intruder) -> None:
    kept = enrol(store, OTHER)
    subject_id = fill(store)
    gone = [
        *intruder.ask(f"SELECT data_key_sealed FROM subjects WHERE subject_id = '{subject_id}'"),
        *intruder.ask(f"SELECT number_hash FROM subjects WHERE subject_id = '{subject_id}'"),
        *intruder.ask(f"SELECT personal_sealed FROM subjects WHERE subject_id = '{subject_id}'"),
        *intruder.ask(f"SELECT template_sealed FROM templates WHERE subject_id = '{subject_id}'"),
        *intruder.ask(f"SELECT content_sealed FROM records WHERE subject_id = '{subject_id}'"),
        *intruder.ask("SELECT body_sealed FROM replies NATURAL JOIN reply_bodies WHERE request_id = 'r1'"),
    ]
    before = b"\n".join(stored_bytes(store_url, intruder))
    assert len(gone) == 7
    assert all(value in before for (value,) in gone)
    intruder.close()
    with store.transaction() as uow:
        uow.subjects.delete(subject_id)
    after = b"\n".join(stored_bytes(store_url, intruder))
    assert kept.encode() in after
    assert not [value for (value,) in gone if value in after]


def test_a_reader_in_the_way_delays_the_scrubbing_only(store: Store, store_url: str, intruder: Intruder) -> None:
    subject_id = fill(store)
    ((key,),) = intruder.ask("SELECT data_key_sealed FROM subjects")
    intruder.close()
    with store.reading() as view:
        assert view.subjects.get(subject_id) is not None
        with store.transaction() as uow:
            uow.subjects.delete(subject_id)
    enrol(store)
    assert not [found for found in stored_bytes(store_url, intruder) if key in found]


def test_what_is_replaced_leaves_the_log_with_the_next_chore(
    store: SqlStore, store_url: str, intruder: Intruder
) -> None:
    if not store_url.startswith("sqlite"):
        pytest.skip("PostgreSQL leaves it to VACUUM")
    subject_id = enrol(store)
    begun, kept = transaction(), owned()
    with store.transaction() as uow:
        uow.transactions.put(begun)
        uow.owned_records.keep(subject_id, kept)
        uow.recent_probes.add(subject_id, [TEMPLATE], 1)
    gone = [
        *intruder.ask("SELECT body_sealed FROM transactions"),
        *intruder.ask("SELECT body_sealed FROM owned_records"),
        *intruder.ask("SELECT template_sealed FROM recent_probes"),
    ]
    intruder.close()
    assert len(gone) == 3
    ends: list[Callable[[UnitOfWork], object]] = [
        lambda uow: uow.transactions.put(replace(begun, captures=(), outcome=Outcome.AUTHENTICATED)),
        lambda uow: uow.owned_records.drop(NOW + timedelta(days=2)),
        lambda uow: uow.recent_probes.add(subject_id, [TEMPLATE], 1),
    ]
    for end, (value,) in zip(ends, gone, strict=True):
        with store.transaction() as uow:
            end(uow)
        assert any(value in found for found in stored_bytes(store_url, intruder)), "it would leave by itself"
        with store.reading():
            store.clear_log()
        store.clear_log()
        assert not any(value in found for found in stored_bytes(store_url, intruder))


def test_scrubbing_that_fails_does_not_raise_and_is_done_later(store: Store, store_url: str) -> None:
    if not store_url.startswith("sqlite"):
        pytest.skip("PostgreSQL has nothing to scrub")
    subject_id = fill(store)
    engines = make_engines(store_url, 1.0)

    def obstruct(connection: sqlite3.Connection, *_: object) -> None:
        connection.executescript("BEGIN IMMEDIATE; DELETE FROM records")

    event.listen(engines.writer, "checkout", obstruct)
    assert scrub(engines.writer) is False
    event.remove(engines.writer, "checkout", obstruct)
    assert scrub(engines.writer) is True
    engines.close()
    with store.reading() as view:
        assert view.records.get(subject_id, "residence") == record()


@pytest.mark.parametrize("column", ["number_sealed", "personal_sealed", "data_key_sealed", "number_hash"])
def test_a_value_moved_to_another_citizen_does_not_open(store: Store, intruder: Intruder, column: str) -> None:
    subject_id, other = fill(store), enrol(store, OTHER)
    swap(intruder, "subjects", column, subject_id, other)
    with store.reading() as view:
        with pytest.raises(StoredDataError):
            view.subjects.get(subject_id)
        with pytest.raises(StoredDataError):
            view.subjects.page(0, 10)


def swap(intruder: Intruder, table: str, column: str, one: str, two: str) -> None:
    read = f"SELECT {column} FROM {table} WHERE subject_id = "
    ((first,), (second,)) = (intruder.ask(f"{read}'{subject}'")[0] for subject in (one, two))
    write = f"UPDATE {table} SET {column} = :value WHERE subject_id = :subject"
    for subject, value in ((one, b"-"), (two, first), (one, second)):
        intruder.run(write, {"value": value, "subject": subject})


def test_a_citizen_cannot_be_made_to_answer_to_another_number(store: Store, intruder: Intruder) -> None:
    subject_id, other = enrol(store), enrol(store, OTHER)
    swap(intruder, "subjects", "number_hash", subject_id, other)
    with store.reading() as view, pytest.raises(StoredDataError):
        view.subjects.id_of(NUMBER)


def test_the_whole_secret_of_a_citizen_moved_does_not_open(store: Store, intruder: Intruder) -> None:
    subject_id, other = enrol(store), enrol(store, OTHER)
    for column in ("number_hash", "number_sealed", "personal_sealed", "data_key_sealed"):
        swap(intruder, "subjects", column, subject_id, other)
    with store.reading() as view, pytest.raises(StoredDataError):
        view.subjects.id_of(NUMBER)


@pytest.mark.parametrize(
    "change",
    [
        "template_sealed = (SELECT template_sealed FROM templates WHERE place = 1)",
        "position = 7",
        "extractor = 'other/1'",
        "place = 5",
    ],
)
def test_a_template_that_was_moved_or_relabelled_does_not_open(store: Store, intruder: Intruder, change: str) -> None:
    subject_id = fill(store)
    intruder.run(f"UPDATE templates SET {change} WHERE place = 0")
    with store.reading() as view, pytest.raises(StoredDataError):
        view.subjects.templates(subject_id)
    with pytest.raises(StoredDataError):
        templates(store)


@pytest.mark.parametrize(
    "change",
    [
        "record_type = 'land'",
        "version = 2",
        "owning_agency = 'another'",
        "updated = replace(updated, '05:06', '05:07')",
        "updated = 'today'",
    ],
)
def test_a_record_that_was_relabelled_does_not_open(store: Store, intruder: Intruder, change: str) -> None:
    subject_id = fill(store)
    intruder.run(f"UPDATE records SET {change}")
    with store.reading() as view, pytest.raises(StoredDataError):
        view.records.get(subject_id, "land" if "land" in change else "residence")


@pytest.mark.parametrize("change", ["position = 99", "quality_advice = 'NONSENSE'"])
def test_a_value_that_cannot_be_is_refused(store: Store, intruder: Intruder, change: str) -> None:
    subject_id = fill(store)
    intruder.run(f"UPDATE templates SET {change}")
    with store.reading() as view, pytest.raises(StoredDataError):
        view.subjects.get(subject_id)


@pytest.mark.parametrize("change", ["request_id = 'r3'", "method = 'Delete'", "caller = 'other'", "subject_id = NULL"])
def test_an_answer_that_was_relabelled_does_not_open(store: Store, intruder: Intruder, change: str) -> None:
    fill(store)
    intruder.run(f"UPDATE replies SET {change} WHERE request_id = 'r1'")
    ((caller, request_id),) = intruder.ask("SELECT caller, request_id FROM replies WHERE request_id <> 'r2'")
    with store.reading() as view, pytest.raises(StoredDataError):
        view.replies.find(caller, request_id)


def test_orphans_do_not_open(store: Store, intruder: Intruder) -> None:
    subject_id = fill(store)
    intruder.run("UPDATE replies SET subject_id = 'nobody' WHERE request_id = 'r1'")
    with store.reading() as view, pytest.raises(StoredDataError):
        view.replies.find("c", "r1")
    if intruder.dialect == "sqlite":  # PostgreSQL keeps its foreign keys against everybody
        intruder.run(f"DELETE FROM subjects WHERE subject_id = '{subject_id}'")
        with store.reading() as view:
            with pytest.raises(StoredDataError):
                view.subjects.templates(subject_id)
            with pytest.raises(StoredDataError):
                view.records.get(subject_id, "residence")


@pytest.mark.parametrize(
    "wrong",
    [
        MasterKeys("k1", {"k1": b"\x12" * 32}, KEYS.root),
        MasterKeys("k2", {"k2": KEYS.keys["k1"]}, KEYS.root),
    ],
)
def test_the_wrong_master_key_opens_nothing(store: SqlStore, store_url: str, wrong: MasterKeys) -> None:
    subject_id = fill(store)
    stranger = open_store(store_url, wrong)
    with stranger.reading() as view:
        with pytest.raises(StoredDataError) as refused:
            view.subjects.get(subject_id)
        with pytest.raises(StoredDataError):
            view.replies.find("c", "r1")
    with pytest.raises(StoredDataError):
        templates(stranger)
    assert NUMBER not in str(refused.value)
    assert subject_id not in str(refused.value)
    stranger.close()


def test_master_keys_rotate_without_touching_what_is_sealed(
    store: SqlStore, store_url: str, intruder: Intruder
) -> None:
    fill(store)
    enrol(store, OTHER)
    sealed = intruder.ask("SELECT template_sealed FROM templates ORDER BY template_id")
    both = open_store(store_url, MasterKeys("k2", {**KEYS.keys, "k2": b"\x22" * 32}, KEYS.root))
    assert both.rewrap_data_keys() == 2
    assert both.rewrap_data_keys() == 0
    both.close()
    new_only = open_store(store_url, MasterKeys("k2", {"k2": b"\x22" * 32}, KEYS.root))
    with new_only.reading() as view:
        assert view.subjects.id_of(NUMBER) is not None
        assert len(view.subjects.page(0, 10)) == 2
    assert [t.template for t in templates(new_only)] == [TEMPLATE] * 3
    assert intruder.ask("SELECT template_sealed FROM templates ORDER BY template_id") == sealed
    new_only.close()
