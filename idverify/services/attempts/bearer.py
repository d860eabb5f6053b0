"""Who bears a number that a client states: a number that nobody bears is a try that failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from idverify.domain.attempts import FAILURE
from idverify.domain.errors import DomainError
from idverify.ports import UnitOfWork
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.calls.call import Call
from idverify.services.calls.refusing import Concern
from idverify.services.citizens import subject_of


@contextmanager
def nobody_counts(attempts: AttemptGuard, uow: UnitOfWork, call: Call, about: Concern) -> Iterator[None]:
    """Look a number up: that nobody bears it is a failure of the client.

    Raises:
        DomainError: ATTEMPTS_* if the client may try nothing.
    """
    attempts.require_open(uow, call, about)
    try:
        yield
    except DomainError:
        about.on_refusal = partial(attempts.failed, call=call, about=about, weight=FAILURE)
        raise


def known_bearer(attempts: AttemptGuard, uow: UnitOfWork, call: Call, about: Concern, citizen_number: str) -> str:
    """Return who bears a number; one that nobody bears is a failure of the client, so that nobody tries them all.

    Whether the citizen may be tried by fingers is not asked.

    Raises:
        DomainError: IDENTIFIER_MALFORMED, which tells nothing and counts nothing, SUBJECT_NOT_FOUND, ATTEMPTS_* if the
            client may try nothing.
    """
    with nobody_counts(attempts, uow, call, about):
        about.subject_id = subject_of(uow, citizen_number, attempts.clock.now())
    return about.subject_id


def bearer_of(attempts: AttemptGuard, uow: UnitOfWork, call: Call, about: Concern, citizen_number: str) -> str:
    """Return who bears a number, to be tried by their fingers.

    Raises:
        DomainError: as :func:`known_bearer`, and ATTEMPTS_* if the citizen may not be tried.
    """
    try:
        subject_id = subject_of(uow, citizen_number, attempts.clock.now())
    except DomainError:
        with nobody_counts(attempts, uow, call, about):
            raise
    attempts.require_open_to(uow, call, about, subject_id)
    return subject_id
