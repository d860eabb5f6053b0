"""Consent that was given: reading it, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Consent
from idverify.ports import Clock, Store
from idverify.services.attempts.bearer import known_bearer
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.read_budget import ReadBudget
from idverify.services.calls.refusing import Concern, refusals_audited
from idverify.services.citizens import entries_of


@dataclass(frozen=True, slots=True)
class ConsentService:
    """Lists what a citizen agreed to, and withdraws it."""

    store: Store
    attempts: AttemptGuard
    reads: ReadBudget
    clock: Clock

    def of(self, call: Call, citizen_number: str) -> list[Consent]:
        """Return what a citizen agreed to, oldest first; the reading is audited.

        What they agreed to as somebody who turned out to be them follows, likewise.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, ATTEMPTS_*, READ_BUDGET_EXCEEDED.
        """
        with refusals_audited(self.store, self.clock, call) as about, self.store.transaction() as uow:
            self.reads.left(uow, call)
            subject_id = known_bearer(self.attempts, uow, call, about, citizen_number)
            self.reads.spend(uow, call, 1)
            found = [each for entered in entries_of(uow, subject_id) for each in uow.consents.of(entered)]
            uow.audit.append(entry(self.clock, call, "READ", subject_id))
        return found

    def withdraw(self, call: Call, citizen_number: str, consent_id: str, encode: Callable[[Consent], bytes]) -> bytes:
        """Take a consent back; from the next call on nothing rests on it. Again changes nothing.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, ATTEMPTS_*, CONSENT_NOT_FOUND for one that is not
                this citizen's, REQUEST_REPLAYED.
        """

        def work(about: Concern) -> bytes:
            with self.store.transaction() as uow:
                subject_id = known_bearer(self.attempts, uow, call, about, citizen_number)
                consent = uow.consents.get(consent_id)
                if consent is None or consent.subject_id not in entries_of(uow, subject_id):
                    raise DomainError(Reason.CONSENT_NOT_FOUND, "the citizen has given no such consent")
                uow.consents.withdraw(consent_id, self.clock.now())
                after = uow.consents.get(consent_id)
                assert after is not None
                body = encode(after)
                revoked = [c.confirmation_id for c in uow.confirmations.revoke(consent_ref=consent_id)]
                details: Details = {"consent": consent_id}
                if revoked:
                    details["revoked"] = revoked
                uow.audit.append(entry(self.clock, call, "WITHDRAWN", subject_id, details))
                remember(uow, call, body, subject_id)
            return body

        return answer_once(self.store, self.clock, call, work)
