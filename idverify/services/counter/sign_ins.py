"""Sign-ins that portals ask for: a counter is the device at which the citizen proves who they are (CIBA, poll mode).

Whether anybody bears the number that a portal states is not looked up before an officer states it too: to the portal a
number that nobody bears is one whose citizen does not come.
"""

from __future__ import annotations

import hmac
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from idverify.domain.citizen_number import CitizenNumber
from idverify.domain.citizens.virtual_numbers import is_virtual
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import (
    AuditEntry,
    CitizenState,
    Client,
    Outcome,
    RequestContext,
    Role,
    SignIn,
    SignInState,
    Transaction,
)
from idverify.ports import Catalogue, Clock, Pseudonyms, Signer, Store, UnitOfWork
from idverify.services.attempts.bearer import known_bearer
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.calls.auditing import entry
from idverify.services.calls.call import Call
from idverify.services.calls.refusing import refusals_audited

LIFETIME = timedelta(minutes=10)
"""In which the citizen is at a counter, at most."""

INTERVAL = 5
"""Seconds between two polls, at first."""

MOST_OPEN = 1000
"""Of one portal."""

_SLOWER = 5
_EARLY = timedelta(seconds=1)
"""By which a poll may come too soon: networks are not even."""

_PROOF = ("acr", "amr", "auth_time", "txn", "nonce")


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll is told: an error of CIBA section 11, or what was made of the claims of an ID token."""

    error: str
    given: bytes


@dataclass(frozen=True, slots=True)
class SignInService:
    """Takes sign-ins from portals, tells them to counters, and gives out what came of them.

    Attributes:
        store: where they are kept.
        clock: the time.
        catalogue: the procedures.
        pseudonyms: makes the digests by which they are found, and who a citizen is to a portal.
        signer: knows assertions of its own.
        attempts: counts numbers that nobody bears.
    """

    store: Store
    clock: Clock
    catalogue: Catalogue
    pseudonyms: Pseudonyms
    signer: Signer
    attempts: AttemptGuard

    def ask(self, client: Client, citizen_number: str, procedure_code: str, seconds: int | None) -> tuple[str, SignIn]:
        """Note that a portal wants a citizen signed in; return ``auth_req_id``, and what was noted.

        Args:
            client: the portal, which has shown a key.
            citizen_number: of the citizen, or a virtual one.
            procedure_code: for what.
            seconds: how long it wants to wait; None: it says nothing.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, PROCEDURE_NOT_FOUND, CLIENT_NOT_AUTHORIZED, CLIENT_NOT_ENTITLED,
                TRANSACTIONS_EXCEEDED.
        """
        number = citizen_number if is_virtual(citizen_number) else CitizenNumber.parse(citizen_number).text
        code = self.catalogue.procedure(procedure_code).code
        if Role.PORTAL not in client.caller.roles:
            raise DomainError(Reason.CLIENT_NOT_AUTHORIZED, "this client is no portal", {"role": Role.PORTAL.value})
        if not client.caller.may_use(code):
            raise DomainError(Reason.CLIENT_NOT_ENTITLED, "this client may not name this procedure")
        now, auth_req_id = self.clock.now(), secrets.token_urlsafe(32)
        lifetime = LIFETIME if seconds is None else min(LIFETIME, timedelta(seconds=seconds))
        asked = SignIn(
            str(uuid.uuid4()),
            self._request_digest(auth_req_id),
            self._number_digest(number),
            client.name,
            number,
            code,
            now,
            now + lifetime,
            INTERVAL,
        )
        with self.store.transaction() as uow:
            if uow.sign_ins.open_of(client.name, now) >= MOST_OPEN:
                raise DomainError(
                    Reason.TRANSACTIONS_EXCEEDED, "too many sign-ins of this client wait", {"most": str(MOST_OPEN)}
                )
            uow.sign_ins.put(asked)
            uow.audit.append(self._entry(asked, "RequestSignIn", "ASKED"))
        return auth_req_id, asked

    def poll(self, client: Client, auth_req_id: str, give: Callable[[UnitOfWork, Mapping[str, Any]], bytes]) -> Polled:
        """Tell a portal how a sign-in of its own stands. What came of it is told once, and forgotten.

        Args:
            client: the portal, which has shown a key.
            auth_req_id: as it was told.
            give: makes the answer of the claims of an ID token, and records it; what it cannot make is not forgotten.

        Raises:
            DomainError: as ``give``.
        """
        now = self.clock.now()
        with self.store.transaction() as uow:
            found = uow.sign_ins.asked_by(self._request_digest(auth_req_id))
            if found is None or found.client != client.name:
                return _refused("invalid_grant")
            if found.expires <= now:
                uow.sign_ins.remove(found.sign_in_id)
                return _refused("expired_token")
            if found.polled is not None and now - found.polled < timedelta(seconds=found.interval) - _EARLY:
                uow.sign_ins.put(replace(found, polled=now, interval=found.interval + _SLOWER))
                return _refused("slow_down")
            if found.state in {SignInState.WAITING, SignInState.AT_COUNTER}:
                uow.sign_ins.put(replace(found, polled=now))
                return _refused("authorization_pending")
            uow.sign_ins.remove(found.sign_in_id)
            claims = self._proven(uow, found)
            outcome = "DENIED" if claims is None else "SIGNED_IN"
            uow.audit.append(self._entry(found, "SignIn", outcome, found.subject_id))
            return _refused("access_denied") if claims is None else Polled("", give(uow, claims))

    def waiting(self, call: Call, citizen_number: str) -> list[SignIn]:
        """Return what portals wait for from a citizen who stands at a counter, oldest first; the reading is audited.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, ATTEMPTS_*.
        """
        with refusals_audited(self.store, self.clock, call) as about, self.store.transaction() as uow:
            subject_id = known_bearer(self.attempts, uow, call, about, citizen_number)
            found = uow.sign_ins.of_number(self._number_digest(citizen_number), self.clock.now())
            uow.audit.append(entry(self.clock, call, "READ", subject_id))
        return [
            each for each in found if each.state is SignInState.WAITING and call.caller.may_use(each.procedure_code)
        ]

    def _proven(self, uow: UnitOfWork, sign_in: SignIn) -> dict[str, Any] | None:
        """Return what an ID token says of the citizen; None: it is denied, or the citizen is there no more."""
        claims = self.signer.own(sign_in.assertion) if sign_in.assertion else None
        there = claims is not None and uow.subjects.get(sign_in.subject_id, encounters=False) is not None
        if claims is None or not there or uow.changes.state_of(sign_in.subject_id) is not CitizenState.ACTIVE:
            return None
        # No agency bears such a name, and each is a sector of its own: assertions for an agency have another.
        sub = self.pseudonyms.pairwise(sign_in.subject_id, f"portal\0{sign_in.client}")
        return {"sub": sub, "aud": sign_in.client} | {name: claims[name] for name in _PROOF if name in claims}

    def _request_digest(self, auth_req_id: str) -> bytes:
        return self.pseudonyms.document_digest("auth_req_id", auth_req_id)

    def _number_digest(self, number: str) -> bytes:
        return self.pseudonyms.document_digest("login_hint", number)

    def _entry(self, sign_in: SignIn, action: str, outcome: str, subject_id: str = "") -> AuditEntry:
        context = RequestContext(procedure_code=sign_in.procedure_code, transaction_id=sign_in.transaction_id)
        details: dict[str, str | int | float | bool | list[str]] = {"sign_in": sign_in.sign_in_id}
        return AuditEntry(self.clock.now(), sign_in.client, action, outcome, subject_id, context, details)


def require_waiting(uow: UnitOfWork, call: Call, sign_in_id: str, citizen_number: str, now: datetime) -> SignIn:
    """Return the sign-in that a transaction is to prove.

    Raises:
        DomainError: SIGN_IN_NOT_FOUND if none of this citizen waits for this procedure under this name.
    """
    found = uow.sign_ins.get(sign_in_id)
    if (
        found is None
        or found.expires <= now
        or found.procedure_code != call.context.procedure_code
        or not hmac.compare_digest(found.citizen_number, citizen_number)
        or not _is_free(uow, found, now)
    ):
        raise DomainError(
            Reason.SIGN_IN_NOT_FOUND,
            "no portal waits for this citizen under this sign_in_id, for the procedure of the context",
            {"field": "sign_in_id"},
        )
    return found


def begin_sign_in(uow: UnitOfWork, sign_in: SignIn | None, transaction_id: str) -> None:
    """Note in which transaction a sign-in is to be proven."""
    if sign_in is not None:
        uow.sign_ins.put(replace(sign_in, state=SignInState.AT_COUNTER, transaction_id=transaction_id))


_NOTHING_PROVEN = {Outcome.ABANDONED, Outcome.CONSENT_REFUSED, Outcome.VOUCHED}


def deny_sign_in(uow: UnitOfWork, transaction: Transaction) -> None:
    """Note of a transaction that moves on that nothing comes of its sign-in any more, if so.

    Whom two officers vouch for has shown nothing that a portal could rely on.
    """
    given_up = transaction.stopped or transaction.outcome in _NOTHING_PROVEN
    if given_up:
        _settle(uow, transaction, lambda found: replace(found, state=SignInState.DENIED))


def complete_sign_in(uow: UnitOfWork, transaction: Transaction, assertion: str) -> None:
    """Note in the transaction that decides who has proven a sign-in, and by which assertion."""
    subject_id = transaction.subject_id
    _settle(
        uow,
        transaction,
        lambda found: replace(found, state=SignInState.PROVEN, subject_id=subject_id, assertion=assertion),
    )


def _settle(uow: UnitOfWork, transaction: Transaction, settled: Callable[[SignIn], SignIn]) -> None:
    found = uow.sign_ins.get(transaction.sign_in_id) if transaction.sign_in_id else None
    if found is not None and found.transaction_id == transaction.transaction_id:
        uow.sign_ins.put(settled(found))


def _is_free(uow: UnitOfWork, sign_in: SignIn, now: datetime) -> bool:
    """Tell whether no transaction proves it: none has begun, or the one that had has run out of time."""
    if sign_in.state is SignInState.WAITING:
        return True
    begun = uow.transactions.get(sign_in.transaction_id)
    over = begun is None or begun.outcome is Outcome.EXPIRED or begun.expires <= now
    return sign_in.state is SignInState.AT_COUNTER and over


def _refused(error: str) -> Polled:
    return Polled(error, b"")
