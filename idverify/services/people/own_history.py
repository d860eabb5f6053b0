"""A citizen is told, by their own finger, who asked about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from idverify.domain.citizens.history import MOST_ENTRIES, history_entry
from idverify.domain.citizens.states import require_not_gone
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Decision, HistoryEntry, Sample
from idverify.ports import Clock, UnitOfWork
from idverify.services.calls.auditing import entry
from idverify.services.calls.call import Call
from idverify.services.citizens import entries_of
from idverify.services.verification import VerificationService, Verified

_DEFAULT = 100


@dataclass(frozen=True, slots=True)
class OwnHistory:
    """What a citizen is told.

    Attributes:
        entries: newest first.
        more: there is more than was asked for.
        older_archived: older events are in an archive.
    """

    entries: Sequence[HistoryEntry] = ()
    more: bool = False
    older_archived: bool = False


Encode = Callable[[Verified, OwnHistory], bytes]
"""From how the citizen was verified, and what they are told after a match."""


@dataclass(frozen=True, slots=True)
class OwnHistoryService:
    """Verifies, and after a match tells; counted and audited as any verification, and that it was told as well."""

    verification: VerificationService
    clock: Clock

    def tell(
        self,
        call: Call,
        citizen_number: str,
        samples: Sequence[Sample],
        since: datetime | None,
        most: int,
        encode: Encode,
    ) -> bytes:
        """Tell who asked about the citizen.

        Args:
            call: as made.
            citizen_number: theirs, of now or of before.
            samples: of their fingers.
            since: nothing from before; None: all there is.
            most: how many, the newest; 0: 100.
            encode: makes the answer.

        Raises:
            DomainError: FIELD_INVALID, and as ``Verify``.
        """
        if not 0 <= most <= MOST_ENTRIES:
            raise DomainError(Reason.FIELD_INVALID, f"most must be 1 to {MOST_ENTRIES}, or 0", {"field": "most"})

        def conclude(uow: UnitOfWork, subject_id: str, verified: Verified) -> bytes:
            if verified.decision is not Decision.MATCH:
                return encode(verified, OwnHistory())
            history = _history(uow, subject_id, since, most or _DEFAULT)
            uow.audit.append(entry(self.clock, call, "TOLD", subject_id, {"events": len(history.entries)}))
            return encode(verified, history)

        # At the service's own rate, and not at a procedure's.
        claim = self.verification.claim(call, citizen_number, samples, None)
        return self.verification.decide(call, replace(claim, require=require_not_gone, discloses=False), conclude)


def _history(uow: UnitOfWork, subject_id: str, since: datetime | None, most: int) -> OwnHistory:
    events = uow.audit.latest(entries_of(uow, subject_id), since, most + 1)
    told = (history_entry(event, merged=event.entry.subject_id != subject_id) for event in events[:most])
    entries = [each for each in told if each is not None]
    return OwnHistory(entries, len(events) > most, uow.audit.begins_after() > 0)
