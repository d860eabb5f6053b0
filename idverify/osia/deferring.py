"""OSIA's asynchronous form: a request with a callback is accepted, worked on in order, and its result kept.

What is accepted is kept by then. Killed in between, this service does it when it starts again: once, since the request
is known by the id of its task, and what was delivered may be delivered twice, and never not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from idverify.access.permissions import permitted, role_for
from idverify.dispatch.call_log import CallLine
from idverify.dispatch.method import Method
from idverify.dispatch.performing import Performer
from idverify.dispatch.refusal import FailedError
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, Language, RequestContext
from idverify.domain.tasks.task import Task
from idverify.osia.answers import answer, error_of, written
from idverify.osia.requests import OsiaRequest
from idverify.osia.shapes import invalid
from idverify.ports import Deadline, Watch
from idverify.rest.problems import problem_of
from idverify.services.calls.call import Call
from idverify.services.foreground import Foreground
from idverify.services.references.tasks import TaskService
from idverify.trust.bounded_http import is_of

_ACCEPTED = 202


def deferrable(method: Method[OsiaRequest], tasks: TaskService, hosts: Collection[str]) -> Method[OsiaRequest]:
    """Return a method whose requests are accepted, and done later, if they have a callback.

    Args:
        method: that does them at once; without ``hosts`` all.
        tasks: keeps them.
        hosts: that may be called.
    """

    def run(call: Call, request: OsiaRequest) -> bytes:
        callback = request.query.get("callback", "")
        if not callback or not hosts:
            return method.run(call, request)
        if not is_of(callback, hosts):
            raise invalid(
                "callback",
                "must be of a host that the operator names (osia_callback_hosts), by https unless named for http",
            )
        stated = request.query["transactionId"]
        return tasks.accept(call, stated, callback, lambda task_id: _at_once(task_id, request), _told)

    return replace(method, run=run)


def _told(task_id: str) -> bytes:
    return answer({"taskId": task_id}, _ACCEPTED)


def _at_once(task_id: str, request: OsiaRequest) -> bytes:
    """Return a request without its callback, known by the id of its task."""
    _, _, content = request.data.partition(b"\n")
    query = {name: value for name, value in request.query.items() if name != "callback"}
    return task_id.encode() + b"\n" + json.dumps([dict(request.path), query]).encode() + b"\n" + content


@dataclass(frozen=True, slots=True)
class Worker:
    """Works on what was accepted: of a client one request after another, and of each client in its turn.

    Attributes:
        tasks: keeps them.
        methods: that do them, by name.
        performer: on behalf of whom, within which limits.
        caller: from the name of a client to who it is now. Raises DomainError CLIENT_UNKNOWN.
        foreground: told what is being worked on.
        watch: told what happens.
        deadline: until when.
    """

    tasks: TaskService
    methods: Mapping[str, Method[Any]]
    performer: Performer
    caller: Callable[[str], Caller]
    foreground: Foreground
    watch: Watch
    deadline: Deadline

    def work(self) -> None:
        """Do all that waits.

        Raises:
            DomainError: of a kind that passes: the request waits on, and what its client sent after it.
        """
        held: set[str] = set()
        first: DomainError | None = None
        for task in in_turn(lambda served: self.tasks.to_work_on({*held, *served})):
            self.deadline.check()
            try:
                result, refused = self._done(task), False
            except (DomainError, FailedError) as error:
                if isinstance(error, DomainError) and error.reason.passes:
                    first = first or error
                    held.add(task.caller)
                    continue
                problem = problem_of(error, task.method, Language.EN)
                result, refused = written(error_of(problem)), True
            self.tasks.answered(task, result, refused=refused)
        if first is not None:
            raise first

    def _done(self, task: Task) -> bytes:
        method = self.methods.get(task.method)
        if method is None:
            raise DomainError(Reason.OPERATION_NOT_FOUND, "this version has no such operation")
        line = CallLine(method.full_name, watch=self.watch)
        with line.told(), self.foreground.working():
            caller = self._permitted(task, method.full_name)
            line.caller, line.role = caller.name, role_for(caller, method.full_name)
            told = self.performer.perform(method, task.request, caller, self.deadline, line)
        _, _, content = told.partition(b"\n")
        return content

    def _permitted(self, task: Task, full_name: str) -> Caller:
        """Return who accepted it, if they may still do that; that they may not is on the record."""
        caller = None
        try:
            caller = self.caller(task.caller)
            return permitted(caller, full_name)
        except DomainError as error:
            context = RequestContext(request_id=task.task_id, transaction_id=task.transaction_id)
            self.performer.audit.denied(caller, task.method, error.reason, context)
            raise


def in_turn(first: Callable[[Collection[str]], Task | None]) -> Iterator[Task]:
    """Give one task of each client after the other, until there is none.

    Args:
        first: the task to be done next that is of none of some clients.
    """
    served: set[str] = set()
    while (task := first(served)) is not None or served:
        if task is None:
            served.clear()
            continue
        served.add(task.caller)
        yield task
