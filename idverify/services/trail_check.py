"""Checking the audit trail: bit by bit, from where the last check came to, and all of it in the background."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock

from idverify.domain.model import BEGINNING, TrailCheck, TrailHead, TrailPart
from idverify.ports import Deadline, Figure, Published, Shown, Store, Verified
from idverify.services.calls.call import Call
from idverify.telemetry.troubles import Rarely

_LOG = logging.getLogger(__name__)

_BATCH = 1000
"""Events between two looks at the deadline: ten to thirty milliseconds."""

_LOOK_SECONDS = 0.1
"""Between two looks at the deadline while another check is running."""

_SHARED_SECONDS = 10.0
"""A full check that ended so short a time ago is the answer to the next one who asks for one."""

_PASS_SECONDS = 86_400.0
"""Between the beginnings of two passes over all events in the background."""


@dataclass
class _Pass:
    """How far the background is; ``began`` None: none has begun."""

    reached: TrailHead = BEGINNING
    began: float | None = None


class TrailCheckService:
    """Recomputes the chain, one check at a time.

    What one check has recomputed the next one takes for granted, also if the first was cut short by its deadline: so
    that a check costs what was added since. A *full* check takes nothing for granted, and looks at every citizen,
    template and record too, and at the whole log. The background goes over all events again and again, a few at a time.

    Args:
        store: the database.
        verified: up to where it has been recomputed.
        published: what is published of the log; None: nothing is.
    """

    def __init__(self, store: Store, verified: Verified, published: Published | None = None) -> None:
        self._store = store
        self._verified = verified
        self._published = published
        self._checking = Lock()
        self._full: tuple[float, TrailCheck] | None = None
        self._pass = _Pass()
        self._trouble = Rarely()
        self._findings = 0

    def figures(self) -> Sequence[Figure]:
        """Return how often something was found since the start; any thread."""
        return [Figure(Shown.TRAIL_FINDINGS, self._findings)]

    def check(self, call: Call, *, full: bool = False) -> TrailCheck:
        """Return what is wrong with the trail, if anything.

        Raises:
            DomainError: DEADLINE_EXCEEDED.
        """
        with self._alone(call.deadline):
            if not full:
                return self._rest(call.deadline)
            if self._full is not None and time.monotonic() < self._full[0] + _SHARED_SECONDS:
                return self._full[1]
            check = self._all(call.deadline)
            self._full = time.monotonic(), check
            return check

    def go_on(self) -> None:
        """Look at the next few events in the background; begin again a day after the last beginning."""
        with self._checking:
            now = time.monotonic()
            if self._pass.began is None:
                self._pass = _Pass(began=now)
            part = self._part(self._pass.reached)
            self._pass.reached = part.sound
            if part.sound.sequence > self._verified.verified().sequence and not part.first_broken:
                self._verified.note_verified(part.sound)
            if part.ended and now >= (self._pass.began or now) + _PASS_SECONDS:
                self._pass = _Pass()

    def add_up(self, deadline: Deadline) -> None:
        """Look at every citizen, template and record."""
        with self._store.reading() as view:
            self._tell(view.audit.compare_rows(deadline, add_up=True))

    def _rest(self, deadline: Deadline) -> TrailCheck:
        before = self._verified.verified()
        check = self._walk(before, deadline)
        with self._store.reading() as view:
            findings = tuple(view.audit.compare_rows(deadline, add_up=False))
            # Where some are missing or too many, all are gone through to find which.
            findings += tuple(view.audit.name_rows(deadline, None if findings else before.sequence))
        findings = (*findings, *self._of_published(deadline, full=False))
        self._tell(findings)
        return replace(check, verified_before=before.sequence, findings=findings)

    def _all(self, deadline: Deadline) -> TrailCheck:
        check = self._walk(BEGINNING, deadline)
        with self._store.reading() as view:
            findings = view.audit.compare_rows(deadline, add_up=True)
            findings += view.audit.name_rows(deadline, None)
            # An event that does not fit the chain fits the log no better.
            findings += [] if check.first_broken else view.log.findings(deadline)
        findings += [] if check.first_broken else self._of_published(deadline, full=True)
        self._tell(findings)
        return replace(check, findings=tuple(findings))

    def _of_published(self, deadline: Deadline, *, full: bool) -> Sequence[str]:
        return self._published.findings(deadline, full=full) if self._published is not None else ()

    def _walk(self, after: TrailHead, deadline: Deadline) -> TrailCheck:
        while True:
            deadline.check()
            part = self._part(after)
            after = part.sound
            if part.first_broken:
                return TrailCheck(part.sound.sequence, part.sound.hash, part.first_broken)
            if after.sequence > self._verified.verified().sequence:
                self._verified.note_verified(after)
            if part.ended:
                return TrailCheck(after.sequence, after.hash, 0)

    def _part(self, after: TrailHead) -> TrailPart:
        with self._store.reading() as view:
            part = view.audit.check_part(after, _BATCH)
        if part.first_broken:
            # Every later check finds it again, after a restart too.
            self._verified.note_verified(part.sound)
            self._tell([f"event {part.first_broken} of the audit trail does not fit"])
        return part

    def _tell(self, findings: Iterable[str]) -> None:
        for finding in findings:
            self._findings += 1
            if self._trouble.due(finding):
                _LOG.error("what is stored was changed past the service", extra={"cause": finding})

    @contextmanager
    def _alone(self, deadline: Deadline) -> Iterator[None]:
        """Wait for one's turn as long as somebody waits for the answer."""
        while not self._checking.acquire(timeout=_LOOK_SECONDS):
            deadline.check()
        try:
            yield
        finally:
            self._checking.release()
