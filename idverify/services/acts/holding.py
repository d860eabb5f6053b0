"""Keeping an act until a second person has decided on it, and letting it through then."""

from __future__ import annotations

import hmac
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Act, ActState, HeldAct
from idverify.ports import Clock, Store, UnitOfWork
from idverify.services.acts.subjects import subject_as_of
from idverify.services.calls.approved import let_expire, stale
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call

MOST_WAITING = 100
"""Acts of one client that may wait: nobody fills the database, or the second person's list."""

MOST_WAITING_BYTES = 32 << 20
"""As they lie in the database: a catalogue that is to be imported has up to 8 MiB, and a third more there."""

_KEPT = timedelta(days=30)
"""After it expired: whoever asked is told so long what became of it."""


@dataclass(frozen=True, slots=True)
class ActRules:
    """Which acts need a second person, and how long one may be approved and done after it was asked for."""

    acts: frozenset[Act]
    valid: timedelta


@dataclass(frozen=True, slots=True)
class AskedAct:
    """A call that is an act.

    Attributes:
        act: what it is.
        method: full name of what is called.
        body: the request, to the byte.
        once: its answer is kept under its request id, so that it can be done for whoever asked.
        citizen_number: of whom it concerns; empty: of nobody in particular.
    """

    act: Act
    method: str
    body: bytes
    once: bool
    citizen_number: str = ""


@dataclass(frozen=True, slots=True)
class ActGate:
    """Stands before the methods."""

    store: Store
    clock: Clock
    rules: ActRules

    def let_through(self, call: Call, asked: AskedAct) -> Call:
        """Return the call as it may be done now, with who approved it; keep it and refuse if nobody has.

        A request that was answered goes through: it gets its first answer, and nothing is done.

        Raises:
            DomainError: SECOND_PERSON_REQUIRED, the same for every repetition; ACT_REJECTED, ACT_EXPIRED, ACT_STALE,
                ACTS_EXCEEDED, REQUEST_REPLAYED.
        """
        if asked.act not in self.rules.acts:
            return call
        with self.store.reading() as view:
            if asked.once and view.replies.find(call.caller.name, call.context.request_id) is not None:
                return call
            held = self._held(view, call, asked)
        if held is None:
            with self.store.transaction() as uow:
                held = self._held(uow, call, asked) or self._keep(uow, call, asked)
        return replace(call, approval=_approved(held).approval)

    def expire(self) -> None:
        """Close what nobody approved in time, on the record, and forget what was closed long ago."""
        now = self.clock.now()
        with self.store.reading() as view:
            if not view.acts.due(now):
                return
        with self.store.transaction() as uow:
            for act in uow.acts.due(now):
                let_expire(uow, act, now)
            uow.acts.forget(now - _KEPT)

    def _held(self, view: UnitOfWork, call: Call, asked: AskedAct) -> HeldAct | None:
        """Return what is kept of this request.

        Raises:
            DomainError: REQUEST_REPLAYED if it is another request's, ACT_STALE if it concerns somebody else by now.
        """
        held = view.acts.find(call.caller.name, _key(call, asked))
        if held is None:
            return None
        if held.method != asked.method or not hmac.compare_digest(held.digest, call.digest):
            raise DomainError(
                Reason.REQUEST_REPLAYED, "this request_id was used for a different request; use a new UUID"
            )
        now = self.clock.now()
        current = held.at(now)
        is_stale = not current.closed and current.subject != subject_as_of(view, asked.citizen_number, now)
        # What has no id of its own can only be asked for anew in the same words.
        if not asked.once and (is_stale or current.state is ActState.EXPIRED):
            return None
        if is_stale:
            raise stale(held.act_id)
        return current

    def _keep(self, uow: UnitOfWork, call: Call, asked: AskedAct) -> HeldAct:
        now = self.clock.now()
        waiting, size = uow.acts.waiting(call.caller.name, now)
        if waiting >= MOST_WAITING or (waiting and size + len(asked.body) > MOST_WAITING_BYTES):
            raise DomainError(
                Reason.ACTS_EXCEEDED,
                f"{waiting} acts of this client wait for a second person; at most {MOST_WAITING} do, and "
                f"{MOST_WAITING_BYTES >> 20} MiB of them",
                _retry(self.rules),
            )
        held = HeldAct(
            str(uuid.uuid4()),
            asked.act,
            asked.method,
            call.caller.name,
            _key(call, asked),
            call.context,
            call.digest,
            asked.body,
            call.caller.presented,
            now,
            now + self.rules.valid,
            subject=subject_as_of(uow, asked.citizen_number, now),
            signed_in=call.caller.officer is not None,
        )
        uow.acts.add(held)
        uow.audit.append(entry(self.clock, call, "HELD", details=described(held)))
        return held


def described(held: HeldAct) -> Details:
    """Return what the trail keeps of an act, besides who does what with it."""
    return {
        "act_id": held.act_id,
        "act": held.act.value,
        "method": held.method,
        "asked_by": held.caller,
        "digest": held.digest.hex(),
        "expires": held.expires.isoformat(timespec="seconds"),
    }


def require_undecided(held: HeldAct) -> None:
    """Refuse what can no longer be approved. Raises DomainError ACT_REJECTED, ACT_EXPIRED."""
    if held.state is ActState.REJECTED:
        raise DomainError(
            Reason.ACT_REJECTED,
            "the second person rejected it",
            {"act_id": held.act_id, "decided_by": held.decided_by},
        )
    if held.state is ActState.EXPIRED:
        raise DomainError(Reason.ACT_EXPIRED, "it was not approved and done in time", {"act_id": held.act_id})


def _approved(held: HeldAct) -> HeldAct:
    require_undecided(held)
    if held.state is ActState.PENDING:
        repeat = {"request_id": held.key} if held.key == held.context.request_id else {}
        raise DomainError(
            Reason.SECOND_PERSON_REQUIRED,
            "nothing was done: another administrator has to approve it first; then send the same request once more",
            {
                "act_id": held.act_id,
                "digest": held.digest.hex(),
                "expire_time": held.expires.isoformat(timespec="seconds"),
                **repeat,
            },
        )
    return held


def _key(call: Call, asked: AskedAct) -> str:
    return call.context.request_id if asked.once else call.digest.hex()


def _retry(rules: ActRules) -> dict[str, str]:
    return {"retry_seconds": str(min(3600, int(rules.valid.total_seconds())))}
