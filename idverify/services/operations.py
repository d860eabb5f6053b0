"""Work that takes longer than a call: it is started, asked for, waited for and cancelled.

While it runs its progress is in memory; that it was begun and how it ended is in the database. What the server did not
live to end is *interrupted* at the next start, and not unknown.

Of several servers one works on it, and tells the others every few seconds through the database how far it is; they ask
it there to end. One that tells nothing any more has gone, and its work is interrupted.
"""

from __future__ import annotations

import logging
import math
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Condition, Event, Thread

from idverify.domain.enrolling.renewal import RenewalReport
from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import Operation, OperationKind, OperationState
from idverify.ports import Biometrics, Clock, Gallery, Store
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.paging import decode_token, encode_token, page_limit
from idverify.services.calls.refusing import Concern
from idverify.services.foreground import Foreground
from idverify.services.prints.duplicate_pairs import FoundPairs, PairSearch
from idverify.services.prints.renewal import RenewalAsked, TemplateRenewal
from idverify.services.prints.sweep import Sweep

MOST_WAIT_SECONDS = 5.0
"""One call waits no longer: it keeps a worker from others."""

PATIENCE_SECONDS = 1.0
"""That the search of one person waits for calls at most: under constant load it goes on, taking little."""

TELL_SECONDS = 2.0
"""Between two times that one of several servers tells how far it is."""

SILENT = timedelta(minutes=2)
"""Without a word of a server: it has gone. More than the clocks of the servers differ."""

NOTE_SECONDS = 30.0
"""Between two times that a search for duplicates is kept as far as it is."""

_LOOK_SECONDS = 0.2

_LOG = logging.getLogger(__name__)


_FOUND = {OperationKind.FIND_DUPLICATES: "pairs", OperationKind.RENEW_TEMPLATES: "templates"}
"""What the trail calls that which was found."""

_Work = Callable[[Call], bytes]
"""Does the work until its deadline says otherwise, and returns the encoded result."""

_UNFINISHED = {OperationState.INTERRUPTED, OperationState.CANCELLED, OperationState.FAILED}


@dataclass(frozen=True, slots=True)
class _Begun:
    """Work that is to be done, and what is kept of it from before."""

    work: _Work
    details: Details = field(default_factory=dict)
    reached: bytes | None = None


class _Cancelled(Exception):  # noqa: N818 - not an error
    """Somebody asked for it."""


@dataclass
class _Token:
    """Implements the port ``Deadline`` for work without one: until it is cancelled."""

    cancelled: Event = field(default_factory=Event)

    def check(self) -> None:
        if self.cancelled.is_set():
            raise _Cancelled

    def seconds_left(self) -> float:
        return math.inf


@dataclass
class _Running:
    operation: Operation
    token: _Token
    thread: Thread


class OperationsService:
    """Starts work and tells how it stands; one piece of work at a time, which gives way to calls.

    Args:
        store, biometrics, gallery, clock: what the work is done with.
        foreground: the calls.
        patience: seconds that one step waits for them at most.
        owner: name of this server among several; empty: it works alone.
        at_once: people who are searched for at the same time when everybody is.
    """

    def __init__(
        self,
        store: Store,
        biometrics: Biometrics,
        gallery: Gallery,
        clock: Clock,
        foreground: Foreground,
        patience: float = PATIENCE_SECONDS,
        owner: str = "",
        at_once: int = 1,
    ) -> None:
        self._owner = owner
        self._told = -math.inf
        self._store = store
        self._foreground = foreground
        self._patience = patience
        self._clock = clock
        self._search = PairSearch(store, biometrics, gallery, at_once)
        self._renewal = TemplateRenewal(store, biometrics, gallery, clock)
        self._changed = Condition()
        self._running: _Running | None = None
        self._closing = False

    def open(self) -> None:
        """Note what the server before this one did not end."""
        with self._store.transaction() as uow:
            uow.operations.interrupt(self._clock.now(), self._owner)

    def interrupt_silent(self) -> None:
        """Note what a server did not live to end that has told nothing for long: a chore of one of several."""
        now = self._clock.now()
        with self._store.reading() as view:
            running = view.operations.running()
        if running is not None and running.updated < now - SILENT:
            with self._store.transaction() as uow:
                uow.operations.interrupt(now, running.owner)

    def start_find_duplicates(
        self,
        call: Call,
        target_fpir: float | None,
        started: Callable[[str], bytes],
        result: Callable[[FoundPairs], bytes],
        continued: str = "",
    ) -> bytes:
        """Start to search everybody among all others, or go on with a search that did not come to its end.

        Args:
            call: recorded with what comes of it.
            target_fpir: share of people enrolled once that may be listed; None: the default, or as it was.
            started: encodes the answer, given the operation's id.
            result: encodes the result.
            continued: the search that was interrupted, cancelled or failed, and goes on in the new one: whoever was
                searched is not searched again. Empty: everybody is.

        Raises:
            DomainError: FIELD_INVALID, OPERATION_RUNNING, OPERATION_NOT_FOUND, REQUEST_REPLAYED.
        """

        def begin() -> _Begun:
            reached = self._reached(continued) if continued else None
            sweep = self._search.begun(target_fpir) if reached is None else self._search.going_on(reached, target_fpir)
            details: Details = {"continued": continued} if continued else {}
            return _Begun(lambda own: result(self._swept(own, sweep)), details, reached)

        return self._start(call, OperationKind.FIND_DUPLICATES, begin, started)

    def _reached(self, operation_id: str) -> bytes | None:
        """Return how far a search came that did not come to its end; None: to nobody."""
        with self._store.reading() as view:
            operation = view.operations.get(operation_id)
            reached = view.operations.reached(operation_id)
        if operation is None:
            raise DomainError(Reason.OPERATION_NOT_FOUND, "there is no such operation")
        if operation.state is OperationState.RUNNING:
            raise _occupied(operation)
        if operation.kind is not OperationKind.FIND_DUPLICATES or operation.state not in _UNFINISHED:
            field_name, what = "continue_operation", "is no search that was interrupted, cancelled or failed"
            raise DomainError(Reason.FIELD_INVALID, f"{field_name} {what}", {"field": field_name})
        return reached

    def _swept(self, call: Call, sweep: Sweep) -> FoundPairs:
        noted = time.monotonic()

        def progress(done: int, total: int, found: int) -> None:
            nonlocal noted
            self._progress(done, total, found)
            if time.monotonic() - noted >= NOTE_SECONDS:
                self._note(sweep)
                noted = time.monotonic()

        try:
            return self._search.run(call, sweep, progress, self._give_way)
        except (_Cancelled, DomainError, StoredDataError):
            self._note(sweep)
            raise

    def _note(self, sweep: Sweep) -> None:
        """Keep how far a search is, whatever happens to this server."""
        with self._changed:
            running = self._running
        if running is None:
            return
        try:
            with self._store.transaction() as uow:
                uow.operations.note(running.operation.operation_id, sweep.encoded())
        except DomainError as error:  # what was kept before is right too
            _LOG.warning("operation not kept", extra={"reason": error.reason.code})

    def start_renew_templates(
        self,
        call: Call,
        asked: RenewalAsked,
        started: Callable[[str], bytes],
        result: Callable[[RenewalReport], bytes],
    ) -> bytes:
        """Start to make templates anew of the images that are kept, where another extractor made them.

        What did not live to its end goes on where it was when it is started again: what it renewed, stays.

        Args:
            call: recorded with what comes of it.
            asked: how.
            started: encodes the answer, given the operation's id.
            result: encodes the report.

        Raises:
            DomainError: OPERATION_RUNNING, REQUEST_REPLAYED.
        """

        def renew(own: Call) -> bytes:
            return result(self._renewal.run(own, asked, self._progress, self._give_way))

        return self._start(call, OperationKind.RENEW_TEMPLATES, lambda: _Begun(renew), started)

    def get(self, call: Call, operation_id: str) -> Operation:
        """Return how one stands. Raises DomainError OPERATION_NOT_FOUND."""
        call.deadline.check()
        with self._changed:
            if self._running is not None and self._running.operation.operation_id == operation_id:
                return self._running.operation
        with self._store.reading() as view:
            operation = view.operations.get(operation_id)
        if operation is None:
            raise DomainError(Reason.OPERATION_NOT_FOUND, "there is no such operation")
        return operation

    def page(self, call: Call, page_size: int, page_token: str) -> tuple[list[Operation], str]:
        """Return a page of operations, oldest first, without results, and the token of the next page."""
        call.deadline.check()
        limit = page_limit(page_size, default=50)
        after = decode_token(page_token, "operations")
        with self._store.reading() as view:
            found = view.operations.page(after, limit + 1)
        shown = [operation for _, operation in found[:limit]]
        with self._changed:
            current = self._running.operation if self._running else None
        shown = [current if current and o.operation_id == current.operation_id else o for o in shown]
        return shown, encode_token("operations", found[limit - 1][0]) if len(found) > limit else ""

    def cancel(self, call: Call, operation_id: str) -> None:
        """Ask one to end; it does so at its next step. Nothing happens to one that has ended.

        Raises:
            DomainError: OPERATION_NOT_FOUND.
        """
        operation = self.get(call, operation_id)
        with self._store.transaction() as uow:
            details = {"operation": operation.operation_id}
            uow.audit.append(entry(self._clock, call, "REQUESTED", details=dict(details)))
            if operation.owner != self._owner:
                uow.operations.ask_to_cancel(operation_id)
        with self._changed:
            if self._running is not None and self._running.operation.operation_id == operation_id:
                self._running.token.cancelled.set()

    def wait(self, call: Call, operation_id: str, seconds: float) -> Operation:
        """Return how one stands when it has ended, or after so many seconds at most.

        Raises:
            DomainError: OPERATION_NOT_FOUND.
        """

        def ended() -> bool:
            return self._running is None or self._running.operation.operation_id != operation_id

        operation, seconds = self.get(call, operation_id), min(seconds, MOST_WAIT_SECONDS)
        with self._foreground.stepping_back():
            if operation.owner != self._owner:
                return self._awaited(call, operation, seconds)
            with self._changed:
                self._changed.wait_for(ended, seconds)
        return self.get(call, operation_id)

    def _awaited(self, call: Call, operation: Operation, seconds: float) -> Operation:
        """Return how one stands on which another server works, when it has ended or the time is over."""
        end = time.monotonic() + seconds
        while operation.state is OperationState.RUNNING and time.monotonic() < end:
            time.sleep(_LOOK_SECONDS)
            operation = self.get(call, operation.operation_id)
        return operation

    def delete(self, call: Call, operation_id: str) -> None:
        """Forget one that has ended. Raises DomainError OPERATION_NOT_FOUND, OPERATION_RUNNING."""
        if self.get(call, operation_id).state is OperationState.RUNNING:
            raise DomainError(Reason.OPERATION_RUNNING, "it is running; cancel it first")
        with self._store.transaction() as uow:
            uow.operations.delete(operation_id)
            uow.audit.append(entry(self._clock, call, "DELETED", details={"operation": operation_id}))

    def close(self) -> None:
        """End what runs, as interrupted."""
        with self._changed:
            self._closing = True
            running = self._running
            if running is not None:
                running.token.cancelled.set()
        if running is not None:
            running.thread.join()

    def _start(
        self, call: Call, kind: OperationKind, begin: Callable[[], _Begun], started: Callable[[str], bytes]
    ) -> bytes:
        def work(_: Concern) -> bytes:
            begun = begin()
            operation_id = str(uuid.uuid4())
            now = self._clock.now()
            operation = Operation(operation_id, OperationState.RUNNING, now, now, kind=kind, owner=self._owner)
            with self._changed:
                if self._running is not None or self._closing:
                    raise _occupied(self._running.operation if self._running else None)
                with self._store.transaction() as uow:
                    other = uow.operations.running() if self._owner else None
                    if other is not None:
                        raise _occupied(other)
                    uow.operations.add(operation)
                    if begun.reached is not None:
                        uow.operations.note(operation_id, begun.reached)
                    details = {"operation": operation_id} | begun.details
                    uow.audit.append(entry(self._clock, call, "STARTED", details=details))
                    body = started(operation_id)
                    remember(uow, call, body, None)
                token = _Token()
                own = replace(call, deadline=token)
                thread = Thread(target=self._work, args=(own, begun.work), name="operation", daemon=True)
                self._running = _Running(operation, token, thread)
                thread.start()
            return body

        return answer_once(self._store, self._clock, call, work)

    def _work(self, call: Call, do: _Work) -> None:
        try:
            state, body = OperationState.SUCCEEDED, do(call)
        except _Cancelled:
            state, body = OperationState.INTERRUPTED if self._closing else OperationState.CANCELLED, None
        except (DomainError, StoredDataError) as error:
            _LOG.warning("operation failed", extra={"exception": type(error).__name__})
            state, body = OperationState.FAILED, None
        self._end(call, state, body)

    def _give_way(self) -> None:
        self._foreground.give_way(self._patience)

    def _progress(self, done: int, total: int, found: int) -> None:
        with self._changed:
            running = self._running
            if running is not None:
                running.operation = replace(
                    running.operation, done=done, total=total, found=found, updated=self._clock.now()
                )
        if running is not None and self._owner and time.monotonic() - self._told >= TELL_SECONDS:
            self._tell(running)

    def _tell(self, running: _Running) -> None:
        """Tell other servers how far it is, and look whether one of them was asked to end it."""
        self._told = time.monotonic()
        try:
            with self._store.transaction() as uow:
                uow.operations.put(running.operation)
                known = uow.operations.get(running.operation.operation_id)
        except DomainError as error:  # the next step tells it
            _LOG.warning("operation not told", extra={"reason": error.reason.code})
            return
        if known is not None and known.cancel_asked:
            running.token.cancelled.set()

    def _end(self, call: Call, state: OperationState, body: bytes | None) -> None:
        with self._changed:
            assert self._running is not None
            operation = replace(self._running.operation, state=state, updated=self._clock.now(), result=body)
        details: Details = {"operation": operation.operation_id, "people": operation.done}
        details[_FOUND[operation.kind]] = operation.found
        try:
            with self._store.transaction() as uow:
                uow.operations.put(operation)
                uow.audit.append(entry(self._clock, call, state.value, details=details))
        except (DomainError, StoredDataError) as error:
            # The next start finds it unfinished.
            _LOG.warning("operation not recorded", extra={"exception": type(error).__name__})
        with self._changed:
            self._running = None
            self._changed.notify_all()


def _occupied(running: Operation | None) -> DomainError:
    return DomainError(
        Reason.OPERATION_RUNNING,
        "another one is running; wait for it or cancel it",
        {"operation": f"operations/{running.operation_id}"} if running else {},
    )
