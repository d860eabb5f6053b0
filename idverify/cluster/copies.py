"""A copy of a shard, as the service knows it: whether it is believed, and how quick it is.

A copy is asked by searches as long as it lives the life in which everything was found to be in it, and has confirmed
every change since. One that missed a change, was restarted, or says that something was taken out of it, is *doubted*:
it is brought to what the database is before it is asked again. One that did not answer in time is *silent*: it is not
asked until it answers, and is then what it was.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from idverify.cluster.messages import Message, opened_answer, question
from idverify.cluster.turns import Sender
from idverify.domain.errors import StoredDataError

_REMEMBERED = 200
_UNKNOWN_SECONDS = 0.25
"""What a copy is taken to need that has not answered twenty times."""


class Replica(Protocol):
    """What carries questions to one copy of a shard."""

    @property
    def name(self) -> str:
        """For the log."""

    @property
    def gone(self) -> bool:
        """Whether it ended for good; it is made anew when it is asked."""

    def ask(self, sealed: bytes) -> Future[bytes]:
        """Begin to ask; what ends with an exception was not answered."""

    def end(self) -> None:
        """Have it end, and not begin again: nobody is in it, and nobody asks for it any more."""


class NoAnswerError(Exception):
    """A copy did not answer, or not what it was asked; the text says how."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A question that is under way."""

    future: Future[bytes]
    number: str
    began: float


class Copy:
    """One copy of a shard. Any thread; what is said of it is changed by who holds the gallery's lock.

    Attributes:
        wanted: the buckets that it is to hold.
        held: those that searches may ask it for.
        life: that it is believed in; empty: it is doubted.
        silent: it is not asked.
        trouble: why it does not take what it should; empty: nothing.
    """

    def __init__(self, replica: Replica, key: bytes, wanted: frozenset[int]) -> None:
        self._replica = replica
        self._key = key
        self._lock = Lock()
        self._sender = Sender()
        self._took: deque[float] = deque(maxlen=_REMEMBERED)
        self._usual = _UNKNOWN_SECONDS
        self.wanted = wanted
        self.held: frozenset[int] = frozenset()
        self.life = ""
        self.silent = False
        self.busy = False
        self.trouble = ""

    @property
    def name(self) -> str:
        """For the log."""
        return self._replica.name

    @property
    def fed(self) -> bool:
        """Whether it is told of changes."""
        return bool(self.life)

    @property
    def usual_seconds(self) -> float:
        """What 95 of 100 of its searches took."""
        return self._usual

    def can_search(self, buckets: frozenset[int]) -> bool:
        """Tell whether it is asked for some buckets."""
        return bool(self.life) and not self.silent and buckets <= self.held

    def doubt(self) -> None:
        """Ask it nothing until it was brought to what the database is."""
        self.life, self.held = "", frozenset()

    def begin(self, message: Message) -> Pending:
        """Begin to ask."""
        sealed, number = question(self._key, Message({**message.facts, **self._sender.next()}, message.parts))
        return Pending(self._replica.ask(sealed), number, time.monotonic())

    def end(self, pending: Pending) -> Message:
        """Return the answer to what is done. Raises NoAnswerError."""
        error = pending.future.exception()
        if error is not None:
            raise NoAnswerError(type(error).__name__)
        try:
            told = opened_answer(self._key, pending.future.result(), pending.number)
        except StoredDataError:
            raise NoAnswerError("NOT_AN_ANSWER") from None
        self._sender.start = str(told.facts.get("start", self._sender.start))
        if "refused" in told.facts:
            raise NoAnswerError(str(told.facts["refused"]))
        return told

    def ask(self, message: Message, seconds: float) -> Message:
        """Ask, and wait so long. Raises NoAnswerError."""
        return ended(self, self.begin(message), seconds)

    @property
    def gone(self) -> bool:
        """Whether it ended for good, and is wanted no more."""
        return self._replica.gone and not self.wanted

    def end_process(self) -> None:
        """Have the copy end, and what it held with it."""
        self._replica.end()

    def took(self, seconds: float) -> None:
        """Note how long a search took."""
        with self._lock:
            self._took.append(seconds)
            if len(self._took) >= 20 and (len(self._took) < _REMEMBERED or not int(seconds * 1e6) % 16):
                self._usual = sorted(self._took)[int(0.95 * len(self._took))]


def ended(copy: Copy, pending: Pending, seconds: float) -> Message:
    """Wait for an answer so long. Raises NoAnswerError."""
    done, _ = wait([pending.future], seconds)
    if not done:
        raise NoAnswerError("TIME_OUT")
    return copy.end(pending)


def believed(copies: Sequence[Copy], buckets: frozenset[int]) -> list[Copy]:
    """Return the copies that can be asked for some buckets, the quickest first."""
    return sorted((c for c in copies if c.can_search(buckets)), key=lambda c: c.usual_seconds)
