"""Counting tries that failed, and refusing the next in time.

A try is looked at twice: before anything is extracted, which is cheap, and in the transaction that decides, where it is
counted. Those transactions come one after another, so of any number of tries at the same moment none is told more than
the limits allow: one that finds its scope closed by then is refused whatever the comparison said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from idverify.domain import attempts
from idverify.domain.attempts import FAILURE, AttemptRules, AttemptsLeft, Scope, Standing
from idverify.domain.telling import sees_all
from idverify.ports import Clock, UnitOfWork
from idverify.ports.attempts import Counted
from idverify.services.calls.call import Call
from idverify.services.calls.refusing import Concern, nothing_besides

_MOST_TOLD = 10_000


class _Told:
    """Which closings are in the audit trail: each is put there when it is first met, and not with every knock."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[Counted, datetime] = {}

    def is_new(self, counted: Counted, standing: Standing) -> bool:
        with self._lock:
            if self._known.get(counted) == standing.updated:
                return False
            if len(self._known) >= _MOST_TOLD:
                self._known.clear()
            self._known[counted] = standing.updated
            return True


@dataclass(frozen=True, slots=True)
class AttemptGuard:
    """Counts failures. A tester is not counted."""

    clock: Clock
    rules: AttemptRules
    _told: _Told = field(default_factory=_Told, repr=False)

    def require_open(self, uow: UnitOfWork, call: Call, about: Concern) -> None:
        """Refuse a try whose scopes, as far as they are known yet, take none.

        Raises:
            DomainError: ATTEMPTS_EXCEEDED, ATTEMPTS_LOCKED.
        """
        if not sees_all(call.caller):
            self._require_open(uow.attempts.find(_counted(call, about)), about)

    def require_open_to(self, uow: UnitOfWork, call: Call, about: Concern, subject_id: str) -> None:
        """Do so first for whoever tries, then for a citizen too, whom the call is about from then on; by one look.

        Raises:
            DomainError: as :meth:`require_open`.
        """
        own = _counted(call, about)
        every = _counted(call, replace(about, subject_id=subject_id))
        standings = {} if sees_all(call.caller) else uow.attempts.find(every)
        self._require_open({counted: standings[counted] for counted in own if counted in standings}, about)
        about.subject_id = subject_id
        self._require_open(standings, about)

    def failed(self, uow: UnitOfWork, call: Call, about: Concern, weight: float) -> AttemptsLeft | None:
        """Count a failure in the transaction that decides; return what is left, None to a tester.

        Raises:
            DomainError: as :meth:`require_open`.
        """
        if sees_all(call.caller):
            return None
        counted = _counted(call, about)
        before = uow.attempts.find(counted)
        self._require_open(before, about)
        now = self.clock.now()
        after = {c: attempts.after_failure(before.get(c), c.scope, self.rules, weight, now) for c in counted}
        uow.attempts.put(after)
        return attempts.attempts_left({c.scope: standing for c, standing in after.items()}, self.rules, now)

    def left(self, uow: UnitOfWork, call: Call, about: Concern) -> AttemptsLeft | None:
        """Return what is left after a try that counts nothing; None to a tester.

        Raises:
            DomainError: as :meth:`require_open`.
        """
        if sees_all(call.caller):
            return None
        counted = _counted(call, about)
        known = uow.attempts.find(counted)
        self._require_open(known, about)
        now = self.clock.now()
        standings = {c.scope: attempts.standing_at(known.get(c), self.rules.limits[c.scope], now) for c in counted}
        return attempts.attempts_left(standings, self.rules, now)

    def matched(self, uow: UnitOfWork, call: Call, about: Concern) -> None:
        """Set back the failures of this client with this citizen, and no others.

        Raises:
            DomainError: as :meth:`require_open`.
        """
        if sees_all(call.caller):
            return
        standings = uow.attempts.find(_counted(call, about))
        self._require_open(standings, about)
        own = Counted(Scope.CLIENT_AND_CITIZEN, call.caller.limited_as, about.subject_id)
        if own in standings:
            uow.attempts.clear([own])

    def require_pin_open(self, uow: UnitOfWork, call: Call, about: Concern) -> None:
        """Refuse a PIN where no try is left, whether the citizen has one or not. A tester is counted too.

        Raises:
            DomainError: PIN_LOCKED, and as :meth:`require_open`.
        """
        self.require_open(uow, call, about)
        self._require_open(uow.attempts.find([_of_pin(about.subject_id)]), about)

    def wrong_pin(self, uow: UnitOfWork, call: Call, about: Concern) -> int:
        """Count a wrong PIN, as a failure like any and by itself; return how many tries are left.

        Raises:
            DomainError: as :meth:`require_pin_open`.
        """
        self.require_pin_open(uow, call, about)
        self.failed(uow, call, about, FAILURE)
        counted, now = _of_pin(about.subject_id), self.clock.now()
        before = uow.attempts.find([counted]).get(counted)
        after = attempts.after_failure(before, Scope.PIN, self.rules, FAILURE, now)
        uow.attempts.put({counted: after})
        return attempts.attempts_left({Scope.PIN: after}, self.rules, now).left

    def forget_wrong_pins(self, uow: UnitOfWork, subject_id: str) -> None:
        """Set back the wrong PINs of a citizen, who showed the right one or set another."""
        uow.attempts.clear([_of_pin(subject_id)])

    def _require_open(self, standings: Mapping[Counted, Standing], about: Concern) -> None:
        now = self.clock.now()
        closed = [(c, standing) for c, standing in standings.items() if attempts.is_closed(standing, now)]
        if not closed:
            return
        # What takes longest to open, so that nobody waits for one to meet the next.
        counted, standing = max(closed, key=lambda item: (item[1].closed_until is None, item[1].closed_until or now))
        # What is closed counts no more.
        about.on_refusal = nothing_besides
        about.on_record = self._told.is_new(counted, standing)
        # As the answer said that closed it; none is left where something is locked.
        left = min(attempts.attempts_left({c.scope: each}, self.rules, now).left for c, each in standings.items())
        raise attempts.refusal(counted.scope, standing, now, 0 if standing.locked else left)


def _of_pin(subject_id: str) -> Counted:
    return Counted(Scope.PIN, subject_id=subject_id)


def _counted(call: Call, about: Concern) -> list[Counted]:
    client = call.caller.limited_as
    people = [subject_id for subject_id in (about.subject_id, *about.others) if subject_id]
    of_people = [
        each
        for subject_id in people
        for each in (
            Counted(Scope.CITIZEN, subject_id=subject_id),
            Counted(Scope.CLIENT_AND_CITIZEN, client, subject_id),
        )
    ]
    return [Counted(Scope.CLIENT, client), *of_people]
