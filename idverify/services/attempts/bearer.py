"""Who bears a number that a client states: a number that nobody bears is a try that failed."""

from __future__ import annotations

from functools import partial

from idverify.domain.attempts import FAILURE
from idverify.domain.errors import DomainError
from idverify.ports import UnitOfWork
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.calls.call import Call
from idverify.services.calls.refusing import Concern
from idverify.services.citizens import subject_of


def bearer_of(attempts: AttemptGuard, uow: UnitOfWork, call: Call, about: Concern, citizen_number: str) -> str:
    """Return who bears a number; one that nobody bears is a failure of the client, so that nobody tries them all.

    Raises:
        DomainError: IDENTIFIER_MALFORMED, which tells nothing and counts nothing, SUBJECT_NOT_FOUND, ATTEMPTS_*.
    """
    attempts.require_open(uow, call, about)
    try:
        about.subject_id = subject_of(uow, citizen_number)
    except DomainError:
        about.on_refusal = partial(attempts.failed, call=call, about=about, weight=FAILURE)
        raise
    attempts.require_open(uow, call, about)
    return about.subject_id
