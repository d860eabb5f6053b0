"""Requests that are answered later: accepted, worked on in order, and delivered until they are taken.

What is accepted is in the database before that is said, and leaves it when it was delivered, or its time is over.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import AuditEntry, RequestContext
from idverify.domain.tasks.task import Task, TaskState
from idverify.ports import Clock, Store, UnitOfWork
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.refusing import Concern

MOST_TASKS = 1000
MOST_BYTES = 256 << 20
"""Of one client, that are not done with."""


@dataclass(frozen=True, slots=True)
class TaskService:
    """Keeps tasks.

    Attributes:
        kept: how long a task is known after it is done with, and a result that could not be delivered is kept.
    """

    store: Store
    clock: Clock
    kept: timedelta

    def accept(
        self,
        call: Call,
        transaction_id: str,
        callback: str,
        request: Callable[[str], bytes],
        encode: Callable[[str], bytes],
    ) -> bytes:
        """Accept a request: it is done even if this service is killed before.

        Args:
            call: as made.
            transaction_id: as the client stated it, maybe empty.
            callback: where the result is wanted.
            request: from the id of the task to what is to be done.
            encode: from that id to the answer.

        Raises:
            DomainError: SERVER_BUSY if too many of the client's wait, REQUEST_REPLAYED.
        """

        def work(_: Concern) -> bytes:
            task_id, now = str(uuid.uuid4()), self.clock.now()
            task = Task(
                task_id, call.caller.name, call.method, transaction_id, callback, request(task_id), now, now, now
            )
            with self.store.transaction() as uow:
                count, size = uow.tasks.waiting(call.caller.name)
                if count >= MOST_TASKS or size + len(task.request) > MOST_BYTES:
                    raise DomainError(Reason.SERVER_BUSY, "too many requests of this client wait for their answers")
                uow.tasks.add(task)
                details: Details = {"task": task_id}
                uow.audit.append(entry(self.clock, call, "ACCEPTED", details=details))
                body = encode(task_id)
                remember(uow, call, body, None)
            return body

        return answer_once(self.store, self.clock, call, work)

    def status(self, call: Call, task_id: str) -> TaskState:
        """Return how a task of the caller stands. Raises DomainError OPERATION_NOT_FOUND."""
        with self.store.reading() as view:
            return _own(view, call, task_id).state

    def redeliver(self, call: Call, task_id: str, encode: Callable[[], bytes]) -> bytes:
        """Have a result delivered again, at once; one that is not there yet is delivered when it is.

        Raises:
            DomainError: OPERATION_NOT_FOUND, also of a result that was delivered; REQUEST_REPLAYED.
        """

        def work(_: Concern) -> bytes:
            with self.store.transaction() as uow:
                task = _own(uow, call, task_id)
                if task.state is TaskState.COMPLETED:
                    raise _unknown()
                if task.state is not TaskState.PENDING:
                    uow.tasks.put(task.wanted_again(self.clock.now()))
                details: Details = {"task": task_id}
                uow.audit.append(entry(self.clock, call, "REDELIVERED", details=details))
                remember(uow, call, encode(), None)
            return encode()

        return answer_once(self.store, self.clock, call, work)

    # --- for those who work on them -----------------------------------------------------------------------------------

    def to_work_on(self, but: Collection[str]) -> Task | None:
        """Return the task that was accepted first of those that are not worked on, and of none of some clients."""
        with self.store.reading() as view:
            return view.tasks.first(TaskState.PENDING, but)

    def to_deliver(self, but: Collection[str]) -> Task | None:
        """Return the task whose delivery is due longest, of none of some clients."""
        with self.store.reading() as view:
            return view.tasks.due(self.clock.now(), but)

    def answered(self, task: Task, result: bytes, *, refused: bool) -> None:
        """Keep a result in the place of its request."""
        with self.store.transaction() as uow:
            uow.tasks.put(task.answered(result, self.clock.now(), refused=refused))

    def delivered(self, task: Task) -> None:
        """Note that a result was taken."""
        self._concluded(task.delivered(self.clock.now()), "DELIVERED")

    def missed(self, task: Task) -> None:
        """Note that a result was not taken."""
        after = task.missed(self.clock.now())
        self._concluded(after, "UNDELIVERED" if after.state is TaskState.RESPONSE_ERROR else "")

    def forget(self) -> None:
        """Forget tasks that have been done with for long."""
        before = self.clock.now() - self.kept
        with self.store.reading() as view:
            if not view.tasks.old(before):
                return
        with self.store.transaction() as uow:
            uow.tasks.forget(before)

    def _concluded(self, task: Task, outcome: str) -> None:
        try:
            with self.store.transaction() as uow:
                uow.tasks.put(task)
                if outcome:
                    context = RequestContext(request_id=task.task_id, transaction_id=task.transaction_id)
                    details: Details = {"task": task.task_id}
                    told = AuditEntry(self.clock.now(), task.caller, task.method, outcome, "", context, details)
                    uow.audit.append(told)
        except DomainError as error:
            if error.reason is not Reason.VERSION_MISMATCH:  # wanted again meanwhile: it is delivered once more
                raise


def _own(uow: UnitOfWork, call: Call, task_id: str) -> Task:
    task = uow.tasks.get(task_id)
    if task is None or task.caller != call.caller.name:
        raise _unknown()
    return task


def _unknown() -> DomainError:
    return DomainError(Reason.OPERATION_NOT_FOUND, "there is no such task, or no more")
