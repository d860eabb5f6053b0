"""What a procedure may see, once more, while the assertion of the match lives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from idverify.domain.assertions.confirmation import refused
from idverify.domain.citizens.states import require_active
from idverify.domain.disclosing.decision import Asking
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Disclosed
from idverify.domain.model.disclosing import disclosed_whole
from idverify.ports import Clock, Store, UnitOfWork
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.refusing import Concern
from idverify.services.counter.live import LiveAssertions, Shown, consent_ref_of, events_since
from idverify.services.disclosure import records_details, require_consent


@dataclass(frozen=True, slots=True)
class ProcedureRecordsService:
    """Gathers and discloses anew, by the same decision, for who was proven minutes ago."""

    store: Store
    live: LiveAssertions
    clock: Clock

    def list(self, call: Call, shown: Shown, encode: Callable[[Disclosed], bytes]) -> bytes:
        """Return what the procedure of a live assertion may see now.

        The records are those of now, and so are client, consent and the citizen's state; procedure, version and
        assurance are the assertion's.

        Raises:
            DomainError: ASSERTION_INVALID, CLIENT_NOT_ENTITLED, CONSENT_WITHDRAWN, CONSENT_INVALID,
                AUTH_LOCKED_BY_SUBJECT, SUBJECT_DEACTIVATED, SUBJECT_DECEASED, IDENTIFIER_MALFORMED, VIRTUAL_NUMBER_*,
                REQUEST_REPLAYED, DEADLINE_EXCEEDED.
        """

        def work(about: Concern) -> bytes:
            claims = self.live.claims(call, shown)
            within = _within(call, claims)
            with self.store.reading() as view:
                asking, _ = self._asking(view, within, about, shown, claims)
            gathered = self.live.disclosure.gather(within, asking)
            with self.store.transaction() as uow:
                asking, before = self._asking(uow, within, about, shown, claims)
                given = self.live.disclosure.records(uow, within, asking, gathered, before)
                body = encode(given)
                details: Details = {"assertion": claims["jti"], **records_details(given)}
                uow.audit.append(entry(self.clock, within, "DISCLOSED", asking.subject_id, details))
                remember(uow, call, body, asking.subject_id)
            return body

        return answer_once(self.store, self.clock, call, work)

    def _asking(
        self, view: UnitOfWork, call: Call, about: Concern, shown: Shown, claims: Mapping[str, Any]
    ) -> tuple[Asking, set[str]]:
        """Return what is decided by, and the record types whose papers the same assertion saved before."""
        subject_id = about.subject_id = self.live.subject(view, shown, claims)
        saved = _saved_before(view, call, claims, subject_id)
        require_active(view.changes.state_of(subject_id))
        asking = self.live.asking(view, call, claims, subject_id)
        require_consent(asking)
        return asking, saved


def _within(call: Call, claims: Mapping[str, Any]) -> Call:
    """Return the call as one of the match: of its transaction, procedure and dossier, and by its consent."""
    context = replace(
        call.context,
        transaction_id=claims["txn"],
        procedure_code=claims["vn_proc"],
        dossier_code=claims.get("vn_dossier", call.context.dossier_code),
        consent_ref=consent_ref_of(call, claims),
    )
    if not call.caller.may_use(context.procedure_code):
        raise DomainError(Reason.CLIENT_NOT_ENTITLED, "this client may no longer name this procedure")
    return replace(call, context=context)


def _saved_before(view: UnitOfWork, call: Call, claims: Mapping[str, Any], subject_id: str) -> set[str]:
    """Return the record types that were disclosed whole by the same assertion, as the trail has them.

    Raises:
        DomainError: ASSERTION_INVALID if it knows of no match that the assertion came from, or it was another client's.
    """
    known, saved = False, set[str]()
    for event in events_since(view, claims, subject_id):
        details = event.entry.details
        trace = details.get("trace")
        if details.get("assertion") != claims["jti"] or not isinstance(trace, list):
            continue
        if event.entry.caller != call.caller.name:
            raise refused("CLIENT", "another client of the agency verified the citizen; verify them here")
        known = True
        saved |= disclosed_whole(trace)
    if not known:
        raise refused("TRANSACTION", "this register knows of no match that the assertion came from")
    return saved
