"""Tasks: requests that are answered later, sealed whole to their id, their version and whose they are."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.tasks.task import Task, TaskState
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.tables import AnyRow, tasks
from idverify.storage.vault import Vault
from idverify.trust.sealing import seal, unseal

_T = tasks.c
_DONE = (TaskState.COMPLETED.value, TaskState.RESPONSE_ERROR.value)


class TasksView:
    """Tasks, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def get(self, task_id: str) -> Task | None:
        """Return a task."""
        row = self._connection.execute(select(tasks).where(_T.task_id == task_id)).one_or_none()
        return None if row is None else self._task(row)

    def first(self, state: TaskState, but: Collection[str] = ()) -> Task | None:
        """Return the task that was accepted first of those that stand so; ``but``: clients whose are left out."""
        wanted = (_T.state == state.value) & _T.caller.not_in(but)
        query = select(tasks).where(wanted).order_by(_T.ordinal).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else self._task(row)

    def due(self, now: datetime, but: Collection[str] = ()) -> Task | None:
        """Return the task whose delivery is due longest; ``but``: clients whose are left out."""
        wanted = (_T.state != TaskState.PENDING.value) & (_T.due <= now) & _T.caller.not_in(but)
        row = self._connection.execute(select(tasks).where(wanted).order_by(_T.due, _T.ordinal).limit(1)).one_or_none()
        return None if row is None else self._task(row)

    def waiting(self, caller: str) -> tuple[int, int]:
        """Return how many tasks of a client are not completed, and how many bytes they take."""
        mine = (_T.caller == caller) & (_T.state != TaskState.COMPLETED.value)
        size = func.coalesce(func.sum(func.length(_T.task_sealed)), 0)
        count, bytes_ = self._connection.execute(select(func.count(), size).select_from(tasks).where(mine)).one()
        return int(count), int(bytes_)

    def old(self, before: datetime) -> bool:
        """Tell whether any has been done with since before a time."""
        return bool(self._connection.execute(select(exists().where(_old(before)))).scalar_one())

    def add(self, task: Task) -> None:
        """Refuse."""
        del task
        raise refuse_write()

    def put(self, task: Task) -> None:
        """Refuse."""
        del task
        raise refuse_write()

    def forget(self, before: datetime) -> None:
        """Refuse."""
        del before
        raise refuse_write()

    def clear(self) -> None:
        """Refuse."""
        raise refuse_write()

    def _task(self, row: AnyRow) -> Task:
        content = unseal(self._vault.service_key, row.task_sealed, *_place(row.task_id, row.version, row.caller))
        with decoding("task"):
            said = json.loads(content)
            task = Task(
                row.task_id,
                row.caller,
                said["method"],
                said["transaction_id"],
                said["callback"],
                b64decode(said["request"]),
                datetime.fromisoformat(said["created"]),
                datetime.fromisoformat(said["updated"]),
                None if said["due"] is None else datetime.fromisoformat(said["due"]),
                TaskState(said["state"]),
                said["tries"],
                said["refused"],
                b64decode(said["result"]),
                row.version,
            )
        if (task.state.value, task.due) != (row.state, row.due):
            raise StoredDataError("a task does not stand as is sealed in it")
        return task


class SqlTasks(TasksView):
    """Tasks, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        super().__init__(connection, vault)
        self.replaced = False
        self.erased = False

    def add(self, task: Task) -> None:
        """Add a new one."""
        values = {"task_id": task.task_id, "caller": task.caller, **self._columns(task)}
        self._connection.execute(insert(tasks).values(values))

    def put(self, task: Task) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""
        this = (_T.task_id == task.task_id) & (_T.version == task.version - 1)
        if self._connection.execute(update(tasks).where(this).values(self._columns(task))).rowcount != 1:
            raise DomainError(Reason.VERSION_MISMATCH, "the task was changed meanwhile")
        self.replaced = True

    def forget(self, before: datetime) -> None:
        """Delete those that have been done with since before a time."""
        self.erased |= self._connection.execute(delete(tasks).where(_old(before))).rowcount > 0

    def clear(self) -> None:
        """Delete all."""
        self.erased |= self._connection.execute(delete(tasks)).rowcount > 0

    def _columns(self, task: Task) -> dict[str, Any]:
        said = {
            "method": task.method,
            "transaction_id": task.transaction_id,
            "callback": task.callback,
            "request": b64encode(task.request).decode(),
            "created": task.created.isoformat(),
            "updated": task.updated.isoformat(),
            "due": None if task.due is None else task.due.isoformat(),
            "state": task.state.value,
            "tries": task.tries,
            "refused": task.refused,
            "result": b64encode(task.result).decode(),
        }
        place = _place(task.task_id, task.version, task.caller)
        sealed = seal(self._vault.service_key, json.dumps(said).encode(), *place)
        shown = {"state": task.state.value, "due": task.due, "updated": task.updated}
        return {"version": task.version, "task_sealed": sealed, **shown}


def _old(before: datetime) -> Any:
    return _T.state.in_(_DONE) & (_T.updated < before)


def _place(task_id: str, version: int, caller: str) -> tuple[str, ...]:
    return ("tasks", "task", task_id, str(version), caller)
