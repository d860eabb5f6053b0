"""Of whom the law is asked: a citizen by their number, a person of a foreign programme by their key."""

from __future__ import annotations

from idverify.domain.references import ReferenceKey, is_reference
from idverify.ports import UnitOfWork
from idverify.services.attempts.bearer import known_bearer, nobody_counts
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.calls.call import Call
from idverify.services.calls.refusing import Concern
from idverify.services.references.showing import subject_of_key


def person_of(attempts: AttemptGuard, uow: UnitOfWork, call: Call, about: Concern, number: str) -> str:
    """Return whom a citizen number, or ``PROGRAMME:IDENTIFIER``, is of; that it is nobody's counts, with either.

    Raises:
        DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, ATTEMPTS_* if the client may try nothing.
    """
    if not is_reference(number):
        return known_bearer(attempts, uow, call, about, number)
    with nobody_counts(attempts, uow, call, about):
        about.subject_id = subject_of_key(uow, ReferenceKey.parse(number))
    return about.subject_id
