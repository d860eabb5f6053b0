"""Callers who are turned away: the first of each on the record one by one, the rest by number.

A stranger costs one event a minute, however often they call: the trail is kept for good, and what anybody may make
longer without being let in must not grow with their patience.
"""

from __future__ import annotations

from collections import Counter
from threading import Lock

from idverify.domain.model import AuditEntry, RequestContext
from idverify.domain.reasons import Reason
from idverify.ports import Clock, Store

FIRST = 10
"""Denials of one origin between two counts that are events of their own."""

FIRST_OF_ALL = 100
"""The same of all origins together."""

COUNT_SECONDS = 60.0
"""Between two counts."""

_MOST_ORIGINS = 1000
_NAMED = 10


class Denials:
    """Records that callers were turned away; any thread.

    Args:
        store: holds the trail.
        clock: dates events.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = Lock()
        self._single: Counter[str] = Counter()
        self._counted: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()

    def denied(self, caller: str, peer: str, action: str, reason: Reason, context: RequestContext) -> None:
        """Record one, or count it.

        Args:
            caller: name of the client; "unknown" for nobody known.
            peer: address of somebody unknown; empty if the caller is known.
            action: what was called.
            reason: why it was denied.
            context: as the call states it.
        """
        origin = f"{caller} {peer}".strip()
        if not self._is_first(origin, reason):
            return
        details: dict[str, str | int | float | bool | list[str]] = {"reason": reason.code}
        if peer:
            details["peer"] = peer
        with self._store.transaction() as uow:
            uow.audit.append(AuditEntry(self._clock.now(), caller, action, "DENIED", "", context, details))

    def count(self) -> None:
        """Put what was only counted on the record, in one event, and begin anew."""
        with self._lock:
            counted, reasons = self._counted, self._reasons
            self._single, self._counted, self._reasons = Counter(), Counter(), Counter()
        if not counted:
            return
        details: dict[str, str | int | float | bool | list[str]] = {
            "calls": counted.total(),
            "origins": len(counted),
            "most": [f"{origin}: {calls}" for origin, calls in counted.most_common(_NAMED)],
            "reasons": [f"{reason}: {calls}" for reason, calls in reasons.most_common()],
        }
        entry = AuditEntry(self._clock.now(), "service", "DeniedCalls", "COUNTED", "", RequestContext(), details)
        with self._store.transaction() as uow:
            uow.audit.append(entry)

    def _is_first(self, origin: str, reason: Reason) -> bool:
        with self._lock:
            if self._single[origin] < FIRST and self._single.total() < FIRST_OF_ALL:
                self._single[origin] += 1
                return True
            known = origin in self._counted or len(self._counted) < _MOST_ORIGINS
            self._counted[origin if known else "others"] += 1
            self._reasons[reason.code] += 1
            return False
