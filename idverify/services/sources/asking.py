"""Several sources asked at the same time, until each has answered, has failed, or its time is over."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field

from idverify.domain.model.owners import Fault, RecordQuery, SignedAnswer, SourceError
from idverify.services.sources.desk import Outcome, SourceDesk


@dataclass(slots=True)
class _Question:
    desk: SourceDesk
    query: RecordQuery
    ends: float
    again: float
    running: set[Future[SignedAnswer | None]] = field(default_factory=set)
    outcome: list[Outcome] = field(default_factory=list)

    def ask(self) -> None:
        """Ask, the first time or once more."""
        try:
            self.running.add(self.desk.asked(self.query, max(0.0, self.ends - time.monotonic())))
        except SourceError as error:
            self._failed(error)

    def look(self, now: float) -> None:
        """Take what has come; ask once more if nothing has for long; give up if the time is over."""
        for future in [future for future in self.running if future.done()]:
            self.running.discard(future)
            try:
                self._settle(future.result())
            except SourceError as error:
                self._failed(error)
        if not self.outcome and now >= self.ends:
            self._settle(SourceError(Fault.SLOW, "no answer in time"))
        elif not self.outcome and now >= self.again:
            self.again = self.ends
            self.ask()

    def _failed(self, error: SourceError) -> None:
        # One that was asked twice has failed when both have.
        if not self.running:
            self._settle(error)

    def _settle(self, outcome: Outcome) -> None:
        if not self.outcome:
            self.outcome.append(outcome)
            self.desk.noted(outcome)
        for future in self.running:
            future.cancel()
        self.running.clear()


def ask_all(asked: Sequence[tuple[SourceDesk, RecordQuery]], seconds: float) -> Mapping[str, Outcome]:
    """Return what came of each question, by its id.

    Args:
        asked: whom, and what.
        seconds: for all of them; each source has its own, too.
    """
    began = time.monotonic()
    questions = [
        _Question(
            desk,
            query,
            began + min(seconds, desk.rules.seconds),
            began + min(seconds, desk.rules.hedge_seconds),
        )
        for desk, query in asked
    ]
    for question in questions:
        question.ask()
    while open_ones := [question for question in questions if not question.outcome]:
        now = time.monotonic()
        soonest = min(min(question.again, question.ends) for question in open_ones)
        running = [future for question in open_ones for future in question.running]
        wait(running, timeout=max(0.0, soonest - now), return_when=FIRST_COMPLETED)
        for question in open_ones:
            question.look(time.monotonic())
    return {question.query.query_id: question.outcome[0] for question in questions}
