"""Making audit entries, and reading the trail."""

from __future__ import annotations

from idverify.domain.errors import Reason
from idverify.domain.model import AuditEntry, AuditEvent, Caller, RequestContext
from idverify.ports import Clock, Store
from idverify.services.calls.call import Call
from idverify.services.calls.denials import Denials
from idverify.services.calls.paging import decode_token, encode_token, page_limit

SIGNED_IN = "SIGNED_IN"
"""That the officer in the context of an event had signed in; without it they are whom the client claimed."""

Details = dict[str, str | int | float | bool | list[str]]


def entry(clock: Clock, call: Call, outcome: str, subject_id: str = "", details: Details | None = None) -> AuditEntry:
    """Return the audit entry of a call's outcome. ``details``: figures and codes only."""
    told = dict(details or {})
    if call.approval is not None:
        told |= {"act_id": call.approval.act_id, "approved_by": call.approval.by}
        told |= {"approving_officer": call.approval.officer} if call.approval.officer else {}
    if call.caller.presented is not None and not call.caller.presented.certificate:
        told["known_by"] = "token"
    if call.caller.officer is not None:
        told |= {"known_by": "session", "officer_proof": SIGNED_IN}
    return AuditEntry(clock.now(), call.caller.name, call.method, outcome, subject_id, call.context, told)


class AuditService:
    """Reads the trail, and records what happens before any use case; any thread."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._denials = Denials(store, clock)

    def page(self, call: Call, page_size: int, page_token: str, subject_id: str | None) -> tuple[list[AuditEvent], str]:
        """Return a page of events, maybe none, and the token of the next page (empty on the last).

        Raises:
            DomainError: FIELD_INVALID, PAGE_TOKEN_INVALID.
        """
        call.deadline.check()
        limit = page_limit(page_size, default=100)
        after = decode_token(page_token, "audit")
        with self._store.reading() as view:
            events = view.audit.page(after, limit + 1, subject_id)
        more = len(events) > limit
        seen = [event for event in events[:limit] if call.caller.sees(event.entry.context.agency_code)]
        return seen, encode_token("audit", events[limit - 1].sequence) if more else ""

    def denied(
        self, caller: Caller | None, action: str, reason: Reason, context: RequestContext, peer: str = ""
    ) -> None:
        """Record that a caller was turned away, or count it. ``caller`` None: nobody known, at an address ``peer``."""
        known = caller.name if caller else "unknown"
        self._denials.denied(known, "" if caller else peer, action, reason, context)

    def count_denials(self) -> None:
        """Put on the record how many were turned away besides those that are."""
        self._denials.count()
