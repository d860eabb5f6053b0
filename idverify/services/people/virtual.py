"""A citizen has numbers made by their own finger that stand for theirs for a while, and takes them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from idverify.domain.citizens.virtual_numbers import is_virtual, new_virtual_number, require_lifetime
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Decision, Sample, VirtualNumber
from idverify.ports import Clock, Store, UnitOfWork
from idverify.services.attempts.bearer import known_bearer, nobody_counts
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.read_budget import ReadBudget
from idverify.services.calls.refusing import Concern, refusals_audited
from idverify.services.citizens import entries_of, subject_of
from idverify.services.verification import VerificationService, Verified

Encode = Callable[[Verified, VirtualNumber | None], bytes]
"""From how the citizen was verified, and the number that was made after a match."""


@dataclass(frozen=True, slots=True)
class VirtualNumberService:
    """Makes, lists and revokes virtual numbers; none is ever in the trail."""

    store: Store
    verification: VerificationService
    reads: ReadBudget
    clock: Clock

    def create(
        self,
        call: Call,
        citizen_number: str,
        samples: Sequence[Sample],
        lifetime: timedelta | None,
        one_time: bool,
        encode: Encode,
    ) -> bytes:
        """Make a number after a match at the service's own rate.

        Raises:
            DomainError: FIELD_INVALID, and as ``Verify``.
        """
        expires = self.clock.now() + require_lifetime(lifetime)

        def conclude(uow: UnitOfWork, subject_id: str, verified: Verified) -> bytes:
            if verified.decision is not Decision.MATCH:
                return encode(verified, None)
            made = VirtualNumber(new_virtual_number(), subject_id, self.clock.now(), expires, one_time)
            uow.virtual_numbers.add(made)
            details: Details = {"expires": expires.isoformat(), "one_time": one_time}
            uow.audit.append(entry(self.clock, call, "CREATED", subject_id, details))
            return encode(verified, made)

        claim = self.verification.claim(call, citizen_number, samples, None)
        return self.verification.decide(call, replace(claim, discloses=False), conclude)

    def revoke(self, call: Call, number: str, encode: Callable[[int], bytes]) -> bytes:
        """Take a virtual number back, or by a citizen number all that stand for it; again changes nothing.

        Args:
            call: as made.
            number: virtual or not.
            encode: from how many were valid until then.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, ATTEMPTS_*, REQUEST_REPLAYED.
        """

        def work(about: Concern) -> bytes:
            with self.store.transaction() as uow:
                numbers = self._meant(uow, call, about, number)
                now = self.clock.now()
                valid = [each for each in numbers if each.revoked is None]
                for each in valid:
                    uow.virtual_numbers.put(replace(each, version=each.version + 1, revoked=now))
                uow.audit.append(entry(self.clock, call, "REVOKED", about.subject_id, {"numbers": len(valid)}))
                body = encode(len(valid))
                remember(uow, call, body, about.subject_id or None)
            return body

        return answer_once(self.store, self.clock, call, work)

    def of(self, call: Call, citizen_number: str) -> list[VirtualNumber]:
        """Return the virtual numbers of a citizen, oldest first; the reading is audited.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, VIRTUAL_NUMBER_*, READ_BUDGET_EXCEEDED.
        """
        with refusals_audited(self.store, self.clock, call) as about, self.store.transaction() as uow:
            self.reads.spend_one(uow, call, about)
            about.subject_id = subject_of(uow, citizen_number, self.clock.now())
            numbers = _all_of(uow, about.subject_id)
            uow.audit.append(entry(self.clock, call, "READ", about.subject_id))
        return numbers

    def _meant(self, uow: UnitOfWork, call: Call, about: Concern, number: str) -> list[VirtualNumber]:
        attempts = self.verification.attempts
        if not is_virtual(number):
            return _all_of(uow, known_bearer(attempts, uow, call, about, number))
        with nobody_counts(attempts, uow, call, about):
            found = uow.virtual_numbers.get(number)
            if found is None:
                raise DomainError(Reason.SUBJECT_NOT_FOUND, "there is no such virtual number")
        about.subject_id = found.subject_id
        return [found]


def _all_of(uow: UnitOfWork, subject_id: str) -> list[VirtualNumber]:
    """Return the numbers of a citizen, and of who turned out to be them, oldest first."""
    numbers = (each for entered in entries_of(uow, subject_id) for each in uow.virtual_numbers.of(entered))
    return sorted(numbers, key=lambda number: number.created)
