"""Results of what OSIA's clients had done later, delivered: of several clients at once, of each in order."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit, urlunsplit

import httpx2

from idverify.domain.tasks.task import Task
from idverify.osia.answers import ERROR_TYPE
from idverify.ports import Deadline
from idverify.services.references.tasks import TaskService
from idverify.trust.bounded_http import (
    TooLongError,
    TooSlowError,
    bounded,
    bounded_client,
    is_of,
    named_host,
)

_AT_ONCE = 8
"""Clients whose results are under way: a receiver that takes its ten seconds holds up an eighth of them at most."""

_SECONDS = 10.0
_MOST_ANSWER = 64 << 10
_LEFT_ALONE = timedelta(seconds=30)
"""A host that said nothing; what is due there meanwhile counts as tried."""


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Delivers results: to hosts that are named, without redirections, proxies and cookies, of each client in its turn.

    Attributes:
        tasks: keeps them.
        hosts: that may be called.
        deadline: until when.
    """

    tasks: TaskService
    hosts: Collection[str]
    deadline: Deadline
    _client: httpx2.Client = field(init=False, repr=False, default_factory=bounded_client)
    _silent: dict[tuple[str, str | None], datetime] = field(init=False, repr=False, default_factory=dict)

    def work(self) -> None:
        """Deliver all that is due. Raises DomainError as the store does."""
        under_way: dict[Future[bool], Task] = {}
        served: set[str] = set()
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="osia-delivery") as pool:
            try:
                while (task := self._next(served, under_way)) is not None or under_way:
                    self.deadline.check()
                    if task is None:
                        self._conclude(under_way)
                    elif is_of(task.callback, self.hosts) and not self._is_silent(task):
                        under_way[pool.submit(self._taken, task)] = task
                    else:
                        self.tasks.missed(task)
            finally:
                with ExitStack() as rest:  # each is noted, whatever noting another one fails with
                    for future, task in under_way.items():
                        rest.callback(self._note, future, task)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _next(self, served: set[str], under_way: dict[Future[bool], Task]) -> Task | None:
        """Return what is due of a client whose turn it is, with nothing under way; None: nothing, or later."""
        if len(under_way) == _AT_ONCE:
            return None
        busy = {task.caller for task in under_way.values()}
        task = self.tasks.to_deliver(served | busy)
        if task is None and served - busy:
            served.clear()
            task = self.tasks.to_deliver(busy)
        if task is not None:
            served.add(task.caller)
        return task

    def _conclude(self, under_way: dict[Future[bool], Task]) -> None:
        """Note what came of those whose receivers answered; of one at least."""
        done, _ = wait(under_way, return_when=FIRST_COMPLETED)
        for future in done:
            self._note(future, under_way.pop(future))

    def _note(self, future: Future[bool], task: Task) -> None:
        if future.result():
            self.tasks.delivered(task)
        else:
            self.tasks.missed(task)

    def _is_silent(self, task: Task) -> bool:
        """Tell whether its host, asked for this client a moment ago, said nothing: it would again, for as long."""
        until = self._silent.get(_whose(task))
        return until is not None and self.tasks.clock.now() < until

    def _taken(self, task: Task) -> bool:
        kind = ERROR_TYPE if task.refused else "application/json"
        try:
            with bounded(_SECONDS, _MOST_ANSWER) as left:
                told = self._client.post(
                    _address(task), content=task.result, headers={"content-type": kind}, timeout=left()
                )
        except (TooSlowError, httpx2.TimeoutException):
            self._silent[_whose(task)] = self.tasks.clock.now() + _LEFT_ALONE
            return False
        except (TooLongError, httpx2.HTTPError, httpx2.InvalidURL, OSError):
            return False
        return told.is_success


def _whose(task: Task) -> tuple[str, str | None]:
    """Return a client and a host of theirs: what one sends to a host that others share holds up none of these."""
    return task.caller, named_host(task.callback)


def _address(task: Task) -> str:
    parts = urlsplit(task.callback)
    said = urlencode({"transactionId": task.transaction_id, "taskId": task.task_id})
    return urlunsplit(parts._replace(query=f"{parts.query}&{said}" if parts.query else said, fragment=""))
