"""Threads write one after the other, and those that wait are committed together, by one sync to disk.

A thread that ends its work while others wait hands its transaction on, and waits itself until the last of them has
committed it: nobody is told that something was done before it is on the disk. Each after the first works within a
savepoint: what it refuses is rolled back alone. A commit that fails fails for all of them.

It is handed on only as long as a sync takes longer than the work of the next: nobody waits longer than it would have.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock

from sqlalchemy import Connection, Engine, exc

from idverify.domain.errors import DomainError, StoredDataError
from idverify.ports import UNWATCHED, Stage, Watch
from idverify.storage.failures import translated, unavailable
from idverify.storage.statement import run_text

MOST_TOGETHER = 16
LONGEST_TOGETHER = 0.02
"""Seconds after which a transaction is handed on no more: what one takes all before it wait for."""
_WEIGHT = 1 / 8
"""Of the newest measurement."""


@dataclass(eq=False, slots=True)
class _Waiting:
    """A thread that waits for its turn; ``alone``: it goes along with nobody."""

    alone: bool
    turn: Event = field(default_factory=Event)


@dataclass(eq=False, slots=True)
class _Together:
    """A transaction of several.

    Attributes:
        connection: in the transaction.
        began: when.
        undo: of each that ended well, what is done if there is no commit after all.
        lost: why there is none; None: there is, or it is not known yet.
        ended: set once that is known.
    """

    connection: Connection
    began: float
    undo: list[ExitStack] = field(default_factory=list)
    lost: Exception | None = None
    ended: Event = field(default_factory=Event)


class Writers:
    """Gives threads their turn to write.

    Args:
        engine: that writes.
        patience: how long a thread waits for its turn, in seconds.
        before: called before a commit; what it raises is raised instead of committing.
        after: called after a commit, before anybody else writes.
        watch: told how long threads wait, and write.
        clock: seconds.
        first: done at the beginning of each transaction.
    """

    def __init__(
        self,
        engine: Engine,
        patience: float,
        before: Callable[[], object],
        after: Callable[[], object],
        watch: Watch = UNWATCHED,
        clock: Callable[[], float] = time.monotonic,
        first: Callable[[Connection], object] = lambda _: None,
    ) -> None:
        self._first = first
        self._clock = clock
        self._work_seconds = self._sync_seconds = 0.0  # smoothed, of who has the turn
        self._watch = watch
        self._engine = engine
        self._patience = patience
        self._before = before
        self._after = after
        self._lock = Lock()
        self._taken = False
        self._queue: deque[_Waiting] = deque()
        self._together: _Together | None = None  # of who has the turn
        self.in_doubt = False
        """Whether the database was lost while it committed, and may have done so; for who has the turn to take back."""

    @property
    def waiting(self) -> int:
        """How many threads wait for their turn."""
        return len(self._queue)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Give a block the turn to do something else than write; alone.

        Raises:
            DomainError: STORE_UNAVAILABLE if others write all the time.
        """
        self._take(alone=True)
        try:
            yield
        finally:
            self._pass_on()

    def _take(self, *, alone: bool) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = _Waiting(alone)
            self._queue.append(mine)
        if mine.turn.wait(self._patience):
            return
        with self._lock:
            if mine.turn.is_set():
                return
            self._queue.remove(mine)
        raise unavailable()

    @contextmanager
    def write(self, *, alone: bool) -> Iterator[tuple[Connection, ExitStack]]:
        """Give a block, which waits for its turn, a transaction; once it is left well, that is committed.

        What it puts on the stack is done if it does not come to that, before anybody else writes.

        Args:
            alone: nobody else's work is in the transaction.

        Raises:
            DomainError: STORE_UNAVAILABLE if others write all the time.
            exc.DBAPIError: of this block.
            DomainError, StoredDataError: what the commit failed with, whoever's it was.
        """
        with self._watch.stage(Stage.WRITE_WAIT):
            self._take(alone=alone)
        together = self._begun()
        with self._watch.stage(Stage.WRITE), ExitStack() as undo:
            joined, began = bool(together.undo), self._clock()
            try:
                if joined:
                    run_text(together.connection, "SAVEPOINT one_of_several")
                yield together.connection, undo
                if joined:
                    run_text(together.connection, "RELEASE SAVEPOINT one_of_several")
            except BaseException as error:
                undo.close()
                self._roll_back(together, joined=joined, error=error)
                raise
            else:
                together.undo.append(undo.pop_all())
                self._work_seconds = _smoothed(self._work_seconds, self._clock() - began)
            finally:
                self._end(together, alone=alone)
                if together.lost is not None:
                    raise _again(together.lost)

    def _begun(self) -> _Together:
        if self._together is None:
            try:
                connection = self._engine.connect()
                try:
                    connection.begin()
                    self._first(connection)
                except BaseException:
                    connection.close()
                    raise
            except BaseException:
                self._pass_on()
                raise
            self._together = _Together(connection, self._clock())
        return self._together

    def _roll_back(self, together: _Together, *, joined: bool, error: BaseException) -> None:
        """Take back what one did; where that cannot be done alone, what all did is lost."""
        if not joined:
            return  # there is nothing else in it
        try:
            run_text(together.connection, "ROLLBACK TO SAVEPOINT one_of_several")
            run_text(together.connection, "RELEASE SAVEPOINT one_of_several")
        except exc.SQLAlchemyError as lost:
            # SQLite takes the whole transaction back by itself where its disk is full or fails.
            together.lost = _translated(error if isinstance(error, exc.SQLAlchemyError) else lost)

    def _end(self, together: _Together, *, alone: bool) -> None:
        """Hand the transaction on to the next and wait until it is committed, or commit it."""
        if not alone and together.undo and together.lost is None and self._hand_on(together):
            together.ended.wait()
            return
        self._together = None
        try:
            self._commit(together)
        finally:
            together.ended.set()
            self._pass_on()

    def _hand_on(self, together: _Together) -> bool:
        if len(together.undo) >= MOST_TOGETHER or self._clock() - together.began > LONGEST_TOGETHER:
            return False
        if self._sync_seconds < self._work_seconds:
            return False
        with self._lock:
            if not self._queue or self._queue[0].alone:
                return False
            self._queue.popleft().turn.set()
            return True

    def _commit(self, together: _Together) -> None:
        committing = False
        try:
            with together.connection as connection:
                if not together.undo or together.lost is not None:
                    connection.rollback()
                else:
                    self._before()
                    began, committing = self._clock(), True
                    connection.commit()
                    self._sync_seconds = _smoothed(self._sync_seconds, self._clock() - began)
        except (exc.SQLAlchemyError, DomainError) as error:
            self.in_doubt |= committing and isinstance(error, exc.DBAPIError) and error.connection_invalidated
            together.lost = together.lost or _translated(error)
        except BaseException:
            together.lost = StoredDataError("the transaction was not committed")
            raise
        finally:
            for undo in reversed(together.undo):
                (undo.close if together.lost is not None else undo.pop_all)()
        if together.lost is None:
            self._after()

    def _pass_on(self) -> None:
        with self._lock:
            if self._queue:
                self._queue.popleft().turn.set()
            else:
                self._taken = False


def _translated(error: BaseException) -> Exception:
    """Return what a failure means in the words of the domain."""
    try:
        with translated(writing=True):
            raise error
    except (DomainError, StoredDataError, exc.SQLAlchemyError) as told:
        return told


def _again(error: Exception) -> Exception:
    """Return the same error for another thread: one that is raised twice tells of both."""
    if isinstance(error, DomainError):
        return DomainError(error.reason, error.message, dict(error.metadata))
    return StoredDataError(str(error)) if isinstance(error, StoredDataError) else error


def _smoothed(before: float, now: float) -> float:
    return before + _WEIGHT * (now - before)
