"""Who is kept from trying, and letting them try again: for administrators, and never for themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idverify.domain.attempts import Scope, Standing
from idverify.domain.errors import DomainError, Reason
from idverify.ports import Clock, Store
from idverify.ports.attempts import Counted
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.refusing import Concern
from idverify.services.citizens import subject_of


@dataclass(frozen=True, slots=True)
class AttemptService:
    """Lists what is closed, and lifts it."""

    store: Store
    clock: Clock

    def closed(self, call: Call) -> list[tuple[Counted, Standing]]:
        """Return what takes no try now."""
        call.deadline.check()
        with self.store.reading() as view:
            return view.attempts.closed(self.clock.now())

    def lift_citizen(self, call: Call, citizen_number: str, encode: Callable[[int], bytes]) -> bytes:
        """Forget all failures with a citizen, of whatever client; audited.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, CLIENT_NOT_AUTHORIZED if some of the failures are the
                caller's own, REQUEST_REPLAYED.
        """

        def work(about: Concern) -> bytes:
            with self.store.transaction() as uow:
                subject_id = about.subject_id = subject_of(uow, citizen_number, self.clock.now())
                counted = uow.attempts.of_subject(subject_id)
                _require_anothers(call, {c.client for c in counted})
                body = encode(uow.attempts.clear(counted))
                uow.audit.append(entry(self.clock, call, "LIFTED", subject_id, {"scope": Scope.CITIZEN.value}))
                remember(uow, call, body, subject_id)
            return body

        return answer_once(self.store, self.clock, call, work)

    def lift_client(self, call: Call, client: str, encode: Callable[[int], bytes]) -> bytes:
        """Forget a client's failures with all citizens together; audited. Those with each citizen stay.

        Raises:
            DomainError: CLIENT_NOT_FOUND if nobody of this name is registered or was counted, CLIENT_NOT_AUTHORIZED for
                the caller itself, REQUEST_REPLAYED.
        """

        def work(_: Concern) -> bytes:
            _require_anothers(call, {client})
            with self.store.transaction() as uow:
                lifted = uow.attempts.clear([Counted(Scope.CLIENT, client)])
                # Who calls without TLS is in no registry.
                if not lifted and uow.clients.get(client) is None:
                    raise DomainError(Reason.CLIENT_NOT_FOUND, "no client is registered under this name")
                body = encode(lifted)
                details: Details = {"scope": Scope.CLIENT.value, "client": client}
                uow.audit.append(entry(self.clock, call, "LIFTED", details=details))
                remember(uow, call, body, None)
            return body

        return answer_once(self.store, self.clock, call, work)


def _require_anothers(call: Call, clients: set[str]) -> None:
    if call.caller.name in clients:
        raise DomainError(
            Reason.CLIENT_NOT_AUTHORIZED,
            "nobody lifts what keeps them from trying; another client must",
            {"cause": "OWN_FAILURES"},
        )
