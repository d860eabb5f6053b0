"""The store's contract: requests that are answered later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.tasks.task import Task, TaskState
from idverify.ports import Store
from idverify.storage.failures import ReadOnlyViewError
from tests.contract.store_kit import NOW, Intruder

LATER = NOW + timedelta(hours=1)


def task(task_id: str, caller: str = "abis") -> Task:
    return Task(task_id, caller, "identify", "t", "http://a/", b"<secret request>", NOW, NOW, NOW)


def add(store: Store, *tasks: Task) -> None:
    with store.transaction() as uow:
        for each in tasks:
            uow.tasks.add(each)


def put(store: Store, changed: Task) -> Task:
    with store.transaction() as uow:
        uow.tasks.put(changed)
    return changed


def test_tasks_are_worked_on_in_order_and_delivered_when_due(store: Store) -> None:
    one, two = task("t1"), task("t2")
    add(store, one, two)
    with store.reading() as view:
        assert (view.tasks.get("t1"), view.tasks.get("t9")) == (one, None)
        assert (view.tasks.first(TaskState.PENDING), view.tasks.due(LATER)) == (one, None)
        assert view.tasks.waiting("abis")[0] == 2
        assert view.tasks.waiting("other") == (0, 0)
    done = put(store, one.answered(b"<secret result>", NOW, refused=True))
    missed = put(store, done.missed(NOW))
    with store.reading() as view:
        assert view.tasks.first(TaskState.PENDING) == two
        assert (view.tasks.due(NOW), view.tasks.due(LATER)) == (None, missed)
        assert view.tasks.old(LATER) is False
    put(store, missed.delivered(NOW))
    with store.reading() as view:
        assert (view.tasks.old(LATER), view.tasks.old(NOW)) == (True, False)
        assert view.tasks.waiting("abis")[0] == 1
    with store.transaction() as uow:
        uow.tasks.forget(LATER)
        assert (uow.tasks.get("t1"), uow.tasks.get("t2")) == (None, two)
        uow.tasks.clear()
        assert uow.tasks.get("t2") is None


def test_some_clients_tasks_are_left_out(store: Store) -> None:
    mine, theirs = task("t1"), task("t2", "other")
    add(store, mine, theirs)
    with store.reading() as view:
        assert view.tasks.first(TaskState.PENDING, {"abis"}) == theirs
        assert view.tasks.first(TaskState.PENDING, {"abis", "other"}) is None
    due = [put(store, each.answered(b"", NOW, refused=False)) for each in (mine, theirs)]
    with store.reading() as view:
        assert [view.tasks.due(NOW), view.tasks.due(NOW, {"abis"}), view.tasks.due(NOW, {"abis", "other"})] == [
            *due,
            None,
        ]


def test_a_task_is_changed_once(store: Store) -> None:
    add(store, task("t1"))
    put(store, task("t1").answered(b"", NOW, refused=False))
    with pytest.raises(DomainError) as refused:
        put(store, task("t1").answered(b"", NOW, refused=False))
    assert refused.value.reason is Reason.VERSION_MISMATCH


@pytest.mark.parametrize("change", ["state = 'COMPLETED'", "caller = 'other'", "version = 2", "due = NULL"])
def test_a_task_that_was_changed_past_the_service_does_not_open(store: Store, intruder: Intruder, change: str) -> None:
    add(store, task("t1"))
    intruder.run(f"UPDATE tasks SET {change}")
    with pytest.raises(StoredDataError), store.reading() as view:
        view.tasks.get("t1")


def test_a_view_writes_nothing(store: Store) -> None:
    with store.reading() as view:
        for write in (view.tasks.add, view.tasks.put):
            with pytest.raises(ReadOnlyViewError):
                write(task("t1"))
        with pytest.raises(ReadOnlyViewError):
            view.tasks.forget(NOW)
        with pytest.raises(ReadOnlyViewError):
            view.tasks.clear()
