"""Legal holds: placed, released, listed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from idverify.domain.errors import DomainError, Reason
from idverify.domain.law.holds import LegalHold
from idverify.ports import Clock, Store, UnitOfWork
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.calls.approved import require_as_approved
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.paging import decode_token, encode_token, page_limit
from idverify.services.calls.refusing import Concern
from idverify.services.citizens import citizen_of, entries_of
from idverify.services.law.whom import person_of

Encode = Callable[[LegalHold], bytes]


@dataclass(frozen=True, slots=True)
class LegalHoldService:
    """Keeps the holds; what erases looks at them (:meth:`idverify.services.citizens.CitizenService.erase`)."""

    store: Store
    attempts: AttemptGuard

    @property
    def clock(self) -> Clock:
        """The time."""
        return self.attempts.clock

    def place(self, call: Call, citizen_number: str, reason: str, encode: Encode) -> bytes:
        """Place a hold.

        Raises:
            DomainError: FIELD_MISSING without an officer, IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, ATTEMPTS_*,
                REQUEST_REPLAYED.
        """
        officer = call.context.officer_id
        if not officer:
            raise DomainError(Reason.FIELD_MISSING, "state the officer", {"field": "context.officer_id"})

        def work(about: Concern) -> bytes:
            with self.store.transaction() as uow:
                subject_id = person_of(self.attempts, uow, call, about, citizen_number)
                hold = LegalHold(str(uuid.uuid4()), subject_id, reason, call.caller.name, officer, self.clock.now())
                uow.legal_holds.add(hold)
                return self._answer(uow, call, hold, "HELD", encode)

        return answer_once(self.store, self.clock, call, work)

    def release(self, call: Call, citizen_number: str, hold_id: str, reason: str, encode: Encode) -> bytes:
        """Release a hold.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, ATTEMPTS_*, ACT_STALE, LEGAL_HOLD_NOT_FOUND, also for
                one that was released or is on somebody else, REQUEST_REPLAYED.
        """

        def work(about: Concern) -> bytes:
            with self.store.transaction() as uow:
                subject_id = person_of(self.attempts, uow, call, about, citizen_number)
                require_as_approved(call, citizen_of(uow, subject_id))
                theirs = (hold for each in entries_of(uow, subject_id) for hold in uow.legal_holds.of(each))
                hold = next((h for h in theirs if h.hold_id == hold_id and h.released is None), None)
                if hold is None:
                    raise DomainError(Reason.LEGAL_HOLD_NOT_FOUND, "there is no such hold on this citizen")
                released = hold.released_at(self.clock.now(), reason)
                uow.legal_holds.put(released)
                return self._answer(uow, call, released, "RELEASED", encode)

        return answer_once(self.store, self.clock, call, work)

    def page(self, call: Call, size: int, token: str) -> tuple[Sequence[LegalHold], str]:
        """Return a page of holds, and the token of the next. Raises DomainError FIELD_INVALID, PAGE_TOKEN_INVALID."""
        call.deadline.check()
        limit, after = page_limit(size, default=100), decode_token(token, "legal-holds")
        with self.store.reading() as view:
            found = view.legal_holds.page(after, limit + 1)
        page = found[:limit]
        return [hold for _, hold in page], encode_token("legal-holds", page[-1][0]) if len(found) > limit else ""

    def _answer(self, uow: UnitOfWork, call: Call, hold: LegalHold, outcome: str, encode: Encode) -> bytes:
        body = encode(hold)
        details: Details = {"hold": hold.hold_id}
        uow.audit.append(entry(self.clock, call, outcome, hold.subject_id, details))
        remember(uow, call, body, hold.subject_id)
        return body
