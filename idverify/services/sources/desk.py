"""One source as it is asked: in threads of its own, twice where it is slow, and not at all while it does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from idverify.domain.model.owners import Fault, RecordQuery, SignedAnswer, SourceError, SourceRules
from idverify.domain.sources.circuit import Circuit
from idverify.ports import Clock, RecordOwner

_THREADS = 8
"""Of one source, so that one that hangs takes none from the others; further questions to it are slow ones."""

Outcome = SignedAnswer | SourceError | None
"""An answer, why there is none, or that the owner has no such record."""

_SILENT = frozenset({Fault.SLOW, Fault.UNREACHABLE})
_ODD = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What a value that nobody thought of makes a reader raise."""


@contextmanager
def odd_is_malformed() -> Iterator[None]:
    """Whatever a source says, it can be no worse than silent: the verification goes on, and is audited.

    Raises:
        SourceError: MALFORMED, in the place of what a reader raised.
    """
    try:
        yield
    except _ODD as error:
        raise SourceError(Fault.MALFORMED, f"{type(error).__name__} on reading the answer") from None


@dataclass(frozen=True, slots=True)
class SourceDesk:
    """Asks one source.

    Attributes:
        owner: the way to it.
        rules: what is expected of it.
        clock: for its rest.
    """

    owner: RecordOwner
    rules: SourceRules
    clock: Clock
    circuit: Circuit = field(default_factory=Circuit)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_THREADS, "record-source"))

    def asked(self, query: RecordQuery, seconds: float) -> Future[SignedAnswer | None]:
        """Begin to ask, for at most so long.

        Raises:
            SourceError: RESTING: it has not been answering, and is left in peace.
        """
        if not self.circuit.admits(self.clock.now()):
            raise SourceError(Fault.RESTING, "the source has not been answering")
        return self.pool.submit(self._answer, query, seconds)

    def _answer(self, query: RecordQuery, seconds: float) -> SignedAnswer | None:
        with odd_is_malformed():
            return self.owner.ask(query, seconds)

    def noted(self, outcome: Outcome) -> None:
        """Note what came of a question: whether the source answers at all."""
        if not isinstance(outcome, SourceError):
            self.circuit.answered()
        elif outcome.fault in _SILENT:
            self.circuit.silent(self.clock.now())
        elif outcome.fault is not Fault.RESTING:
            self.circuit.answered()

    def close(self) -> None:
        """Wait for nobody."""
        self.pool.shutdown(wait=False, cancel_futures=True)
