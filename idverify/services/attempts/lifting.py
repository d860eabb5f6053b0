"""Who is kept from trying, and letting them try again: for administrators, and never for themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from idverify.domain.attempts import Scope, Standing
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import EventSearch
from idverify.domain.vouching.officers import same_officer
from idverify.ports import Clock, Store, UnitOfWork
from idverify.ports.attempts import Counted
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.refusing import Concern
from idverify.services.citizens import citizen_of, gone, nobody_under, subject_of

_LATELY = timedelta(days=7)
_MOST_EVENTS = 1000


@dataclass(frozen=True, slots=True)
class Lifted:
    """Whose failures are forgotten, and why.

    Attributes:
        citizen_number, subject_id, client: one of them.
        reason: by name; empty: not stated.
    """

    citizen_number: str = field(default="", repr=False)
    subject_id: str = ""
    client: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AttemptService:
    """Lists what is closed, and lifts it."""

    store: Store
    clock: Clock

    def closed(self, call: Call) -> list[tuple[Counted, Standing]]:
        """Return what takes no try now."""
        call.deadline.check()
        with self.store.reading() as view:
            closed = view.attempts.closed(self.clock.now())
            return [each for each in closed if self._is_there_for(view, call, each[0])]

    def lift_citizen(self, call: Call, whom: Lifted, encode: Callable[[int], bytes]) -> bytes:
        """Forget all failures with a citizen, of whatever client; audited.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, CLIENT_NOT_AUTHORIZED if some of the failures are the
                caller's own, REQUEST_REPLAYED.
        """

        def work(about: Concern) -> bytes:
            with self.store.transaction() as uow:
                subject_id = about.subject_id = self._citizen(uow, call, whom)
                counted = uow.attempts.of_subject(subject_id)
                self._require_anothers(uow, call, subject_id, {c.client for c in counted})
                body = encode(uow.attempts.clear(counted))
                details: Details = {"scope": Scope.CITIZEN.value, **_why(whom)}
                uow.audit.append(entry(self.clock, call, "LIFTED", subject_id, details))
                remember(uow, call, body, subject_id)
            return body

        return answer_once(self.store, self.clock, call, work)

    def lift_client(self, call: Call, whom: Lifted, encode: Callable[[int], bytes]) -> bytes:
        """Forget a client's failures with all citizens together; audited. Those with each citizen stay.

        Raises:
            DomainError: CLIENT_NOT_FOUND if nobody of this name is registered or was counted, CLIENT_NOT_AUTHORIZED for
                the caller itself, REQUEST_REPLAYED.
        """
        client = whom.client

        def work(_: Concern) -> bytes:
            _require_another(call, {client})
            with self.store.transaction() as uow:
                counted = Counted(Scope.CLIENT, client)
                seen = self._is_there_for(uow, call, counted)
                lifted = uow.attempts.clear([counted]) if seen else 0
                # Who calls without TLS is in no registry, nor is an officer.
                if not seen or (not lifted and uow.clients.get(client) is None):
                    raise DomainError(Reason.CLIENT_NOT_FOUND, "no client is registered under this name")
                body = encode(lifted)
                details: Details = {"scope": Scope.CLIENT.value, "client": client, **_why(whom)}
                uow.audit.append(entry(self.clock, call, "LIFTED", details=details))
                remember(uow, call, body, None)
            return body

        return answer_once(self.store, self.clock, call, work)

    def _require_anothers(self, uow: UnitOfWork, call: Call, subject_id: str, clients: set[str]) -> None:
        """Require that none of the tries with a citizen were the caller's own.

        Officers of one client are several people: one who signed in, and has asked nothing about the citizen lately by
        whatever client, lifts what another's tries have closed.
        """
        officer = call.caller.officer
        if officer is None:
            _require_another(call, clients)
            return
        lately = uow.audit.latest([subject_id], self.clock.now() - _LATELY, _MOST_EVENTS)
        asked = any(same_officer(event.entry.context.officer_id, officer.officer_id) for event in lately)
        if asked or len(lately) == _MOST_EVENTS:
            raise _own_failures("who has asked about a citizen does not lift what keeps them from trying; another must")

    def _citizen(self, uow: UnitOfWork, call: Call, whom: Lifted) -> str:
        number = whom.citizen_number
        found = subject_of(uow, number, self.clock.now()) if number else citizen_of(uow, whom.subject_id).subject_id
        if not self._is_there_for(uow, call, Counted(Scope.CITIZEN, subject_id=found)):
            raise nobody_under(number) if number else gone()
        return found

    def _is_there_for(self, view: UnitOfWork, call: Call, counted: Counted) -> bool:
        """Tell whether it is for the caller to know who is kept from trying.

        An officer of an agency knows its own client and those of the agency, and citizens who were asked about there.
        """
        officer = call.caller.officer
        if officer is None or not officer.agency_code:
            return True
        if not counted.subject_id:
            name = counted.client.partition(" ")[0]  # of whoever is limited as themselves
            client = view.clients.get(name)
            theirs = client is not None and client.may.agency_code == officer.agency_code
            return theirs or name == call.caller.name
        since = self.clock.now() - _LATELY
        wanted = EventSearch(since, agency_code=officer.agency_code, subject_ids=(counted.subject_id,))
        first, last = view.audit.last_before(since), view.audit.head().sequence
        return bool(view.audit.found_between(wanted, first, last, 1))


def _why(whom: Lifted) -> Details:
    return {"reason": whom.reason} if whom.reason else {}


def _require_another(call: Call, clients: set[str]) -> None:
    if call.caller.limited_as in clients:
        raise _own_failures("nobody lifts what keeps them from trying; another client must")


def _own_failures(what: str) -> DomainError:
    return DomainError(Reason.CLIENT_NOT_AUTHORIZED, what, {"cause": "OWN_FAILURES"})
