"""The store's contract: what the gallery, its snapshot and long work need of it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import Operation, OperationKind, OperationState, TrailHead
from idverify.storage.failures import ReadOnlyViewError
from idverify.storage.store import SqlStore
from tests.contract.store_kit import NOW, NUMBER, Intruder, enrol, entry, feature, templates

OTHER = "079203009999"


def test_ids_of_all_templates(store: SqlStore) -> None:
    assert store.template_ids().tolist() == []
    first, second = enrol(store, NUMBER, feature(), feature()), enrol(store, OTHER)
    ids = store.template_ids()
    assert ids.dtype == np.int64
    assert ids.tolist() == [t.template_id for t in templates(store)]
    with store.transaction() as uow:
        uow.subjects.delete(first)
    assert store.template_ids().tolist() == [t.template_id for t in templates(store)] == ids[2:].tolist()
    with store.reading() as view:
        assert view.subjects.count() == 1
        assert view.subjects.get(second) is not None


def test_ids_are_read_from_an_index(store: SqlStore, intruder: Intruder) -> None:
    """A row holds a template and is a thousand times as long: a million of them are not to be read for their ids."""
    if intruder.dialect != "sqlite":
        pytest.skip("PostgreSQL decides by its statistics")
    with intruder.engine.connect() as connection:
        plan = str(connection.exec_driver_sql("EXPLAIN QUERY PLAN SELECT template_id FROM templates").all())
    assert "COVERING INDEX" in plan


def test_some_templates_by_id(store: SqlStore) -> None:
    enrol(store, NUMBER, *[feature(template=f"t{i}".encode()) for i in range(700)])
    stored = {t.template_id: t for t in templates(store)}
    wanted = sorted(stored)[::-2]
    found = list(store.templates_of([*wanted, 10**9]))
    assert {t.template_id: t for t in found} == {i: stored[i] for i in wanted}
    assert list(store.templates_of([])) == []


def test_templates_added_after_one(store: SqlStore) -> None:
    with store.reading() as view:
        assert view.subjects.newest_template() == 0
    enrol(store)
    with store.reading() as view:
        newest = view.subjects.newest_template()
        assert view.subjects.templates_after(newest) == []
    enrol(store, OTHER, feature(), feature())
    with store.transaction() as uow:
        later = uow.subjects.templates_after(newest)
        assert [t.template_id for t in later] == sorted(t.template_id for t in later)
        assert len(later) == 2
        assert uow.subjects.templates_after(newest, 1) == later[:1]


def test_the_end_of_the_trail_and_whether_it_is_of_this_history(store: SqlStore, intruder: Intruder) -> None:
    with store.reading() as view:
        start = view.audit.head()
        assert (start.sequence, view.audit.holds(start)) == (0, False)
    with store.transaction() as uow:
        event = uow.audit.append(entry())
        assert uow.audit.head() == TrailHead(event.sequence, event.hash)
    head = TrailHead(event.sequence, event.hash)
    with store.transaction() as uow:
        uow.audit.append(entry())
    with store.reading() as view:
        assert view.audit.holds(head)
        assert not view.audit.holds(TrailHead(head.sequence, "0" * 64))
        assert not view.audit.holds(TrailHead(99, head.hash))
    intruder.run("UPDATE audit_head SET sequence = 1")
    with store.reading() as view, pytest.raises(StoredDataError):
        view.audit.head()


def test_what_is_outside_is_undone_if_nothing_is_committed(store: SqlStore) -> None:
    done: list[str] = []
    with store.transaction() as uow:
        uow.on_rollback(lambda: done.append("never"))
        uow.audit.append(entry())

    def fails() -> None:
        with store.transaction() as uow:
            uow.on_rollback(lambda: done.append("first"))
            uow.on_rollback(lambda: done.append("second"))
            raise DomainError(Reason.STORE_UNAVAILABLE, "gone")

    with pytest.raises(DomainError):
        fails()
    assert done == ["second", "first"]
    with store.reading() as view, pytest.raises(ReadOnlyViewError):
        view.on_rollback(lambda: None)


def test_operations(store: SqlStore, intruder: Intruder) -> None:
    one, two = (Operation(str(uuid.uuid4()), OperationState.RUNNING, NOW, NOW) for _ in range(2))
    with store.transaction() as uow:
        uow.operations.add(one)
        uow.operations.add(two)
    ended = Operation(one.operation_id, OperationState.SUCCEEDED, NOW, NOW + timedelta(1), 5, 6, 7, b"who is twice")
    with store.transaction() as uow:
        uow.operations.put(ended)
        uow.operations.interrupt(NOW + timedelta(2))
    with store.reading() as view:
        assert view.operations.get(one.operation_id) == ended
        interrupted = view.operations.get(two.operation_id)
        assert interrupted is not None
        assert (interrupted.state, interrupted.updated) == (OperationState.INTERRUPTED, NOW + timedelta(2))
        listed = view.operations.page(0, 10)
        assert [o.operation_id for _, o in listed] == [one.operation_id, two.operation_id]
        assert listed[0][1].result is None
        assert [o.operation_id for _, o in view.operations.page(listed[0][0], 1)] == [two.operation_id]
        assert view.operations.get("nobody") is None
    with intruder.engine.connect() as connection:
        assert b"twice" not in repr(connection.exec_driver_sql("SELECT * FROM operations").all()).encode()
    intruder.run("UPDATE operations SET operation_id = 'moved' WHERE state = 'SUCCEEDED'")
    with store.reading() as view, pytest.raises(StoredDataError):
        view.operations.get("moved")
    with store.transaction() as uow:
        uow.operations.delete("moved")
        assert uow.operations.get("moved") is None


def test_a_result_is_read_as_what_it_is_of(store: SqlStore, intruder: Intruder) -> None:
    renewal = Operation(
        *(str(uuid.uuid4()), OperationState.SUCCEEDED, NOW, NOW, 5, 6, 7, b"what was renewed"),
        kind=OperationKind.RENEW_TEMPLATES,
    )
    with store.transaction() as uow:
        uow.operations.add(renewal)
    with store.reading() as view:
        assert view.operations.get(renewal.operation_id) == renewal
    for kind in ("'FIND_DUPLICATES'", "NULL", "'NONSENSE'"):
        intruder.run(f"UPDATE operations SET kind = {kind}")
        with store.reading() as view, pytest.raises(StoredDataError):
            view.operations.get(renewal.operation_id)


def test_a_search_from_before_there_were_kinds_is_one(store: SqlStore, intruder: Intruder) -> None:
    search = Operation(str(uuid.uuid4()), OperationState.SUCCEEDED, NOW, NOW, 5, 6, 7, b"who is twice")
    with store.transaction() as uow:
        uow.operations.add(search)
    intruder.run("UPDATE operations SET kind = NULL")
    with store.reading() as view:
        assert view.operations.get(search.operation_id) == search


def test_how_far_one_came_is_kept_sealed_until_it_succeeds(store: SqlStore, intruder: Intruder) -> None:
    one, other = (Operation(str(uuid.uuid4()), OperationState.RUNNING, NOW, NOW) for _ in range(2))
    with store.transaction() as uow:
        uow.operations.add(one)
        uow.operations.add(other)
        uow.operations.note(one.operation_id, b"up to nobody")
        uow.operations.note(one.operation_id, b"up to somebody")
        uow.operations.put(replace(one, state=OperationState.CANCELLED, done=1))
    with store.reading() as view:
        assert view.operations.reached(one.operation_id) == b"up to somebody"
        assert view.operations.reached(other.operation_id) is None
        assert view.operations.reached("nobody") is None
    with intruder.engine.connect() as connection:
        assert b"somebody" not in repr(connection.exec_driver_sql("SELECT * FROM operations").all()).encode()
    intruder.run(
        "UPDATE operations SET reached_sealed = (SELECT reached_sealed FROM operations WHERE state = 'CANCELLED')"
    )
    with store.reading() as view, pytest.raises(StoredDataError):
        view.operations.reached(other.operation_id)
    with store.transaction() as uow:
        uow.operations.put(replace(one, state=OperationState.SUCCEEDED, result=b"nobody is twice"))
        assert uow.operations.reached(one.operation_id) is None


def test_a_view_does_not_write_operations(store: SqlStore) -> None:
    operation = Operation(str(uuid.uuid4()), OperationState.RUNNING, NOW, NOW)
    with store.reading() as view:
        with pytest.raises(ReadOnlyViewError):
            view.operations.add(operation)
        with pytest.raises(ReadOnlyViewError):
            view.operations.put(operation)
        with pytest.raises(ReadOnlyViewError):
            view.operations.interrupt(NOW)
        with pytest.raises(ReadOnlyViewError):
            view.operations.note(operation.operation_id, b"far")
        with pytest.raises(ReadOnlyViewError):
            view.operations.delete(operation.operation_id)
