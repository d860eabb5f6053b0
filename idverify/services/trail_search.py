"""Finding events in the audit trail, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import AuditEvent, EventSearch
from idverify.ports import Clock, Store, UnitOfWork
from idverify.services.calls.auditing import entry
from idverify.services.calls.call import Call
from idverify.services.calls.paging import decode_token, encode_token, page_limit
from idverify.services.calls.read_budget import ReadBudget
from idverify.services.calls.refusing import refusals_audited
from idverify.services.citizens import entries_of, subject_of

WINDOW = 20_000
"""Numbers of events that are looked through before the deadline is asked again: some tens of milliseconds."""
_ENOUGH = 1.0
"""Seconds that must be left for another window."""

_LISTING = "audit-search"


@dataclass(frozen=True, slots=True)
class TrailSearchService:
    """Finds events."""

    store: Store
    clock: Clock
    reads: ReadBudget

    def page(
        self, call: Call, wanted: EventSearch, citizen_number: str, page_size: int, page_token: str
    ) -> tuple[list[AuditEvent], str]:
        """Return a page of events, and the token of the next (empty on the last); of an officer's agency, if known.

        Args:
            call: who searches; where a citizen is named its context says why.
            wanted: what they are.
            citizen_number: of whom they are; empty: ``wanted`` says it.
            page_size: 1 to 1000; 0: 100.
            page_token: of the page before.

        Raises:
            DomainError: FIELD_INVALID, FIELD_MISSING, PAGE_TOKEN_INVALID, IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND,
                VIRTUAL_NUMBER_*, READ_BUDGET_EXCEEDED; DEADLINE_EXCEEDED if there is no time for a single window.
        """
        limit = page_limit(page_size, default=100)
        before = decode_token(page_token, _LISTING)
        if wanted.since and wanted.until and wanted.until <= wanted.since:
            raise DomainError(Reason.FIELD_INVALID, "until_time must be after since_time", {"field": "until_time"})
        officer = call.caller.officer
        if officer is not None and officer.agency_code:
            if wanted.agency_code not in {"", officer.agency_code}:
                return [], ""
            wanted = replace(wanted, agency_code=officer.agency_code)
        if citizen_number:
            wanted = replace(wanted, subject_ids=self._named(call, citizen_number))
        for subject_id in () if citizen_number else wanted.subject_ids:
            self.note(call, subject_id)
        with self.store.reading() as view:
            first, last = _bounds(view, wanted)
            last = min(last, before - 1) if before else last
            found, reached = _found(view, call, wanted, (first, last), limit + 1)
        if len(found) > limit:
            return found[:limit], encode_token(_LISTING, found[limit - 1].sequence)
        return found, encode_token(_LISTING, reached + 1) if reached > first else ""

    def note(self, call: Call, subject_id: str, *, every_page: bool = True) -> None:
        """Note that somebody's events are read by their identifier, as by their number.

        Args:
            call: who reads; its context says why.
            subject_id: whose.
            every_page: False: the event that says it already is not followed by another, so that who lists the oldest
                first comes to an end. It counts as reading a person all the same.

        Raises:
            DomainError: FIELD_MISSING, READ_BUDGET_EXCEEDED.
        """
        with self._reading(call) as uow:
            last = [] if every_page else uow.audit.latest([subject_id], None, 1)
            if not any(_says(event, call) for event in last):
                uow.audit.append(entry(self.clock, call, "SEARCHED", subject_id))

    def _named(self, call: Call, citizen_number: str) -> tuple[str, ...]:
        """Return who bears a number, and who turned out to be them; noted."""
        with self._reading(call) as uow:
            subject_id = subject_of(uow, citizen_number, self.clock.now())
            uow.audit.append(entry(self.clock, call, "SEARCHED", subject_id))
            return entries_of(uow, subject_id)

    @contextmanager
    def _reading(self, call: Call) -> Iterator[UnitOfWork]:
        """Begin what notes that events of a citizen are read, and counts it as reading a person.

        It is so with every page: who makes up the token of a page has not been told of them before.
        """
        if not call.context.purpose:
            raise DomainError(Reason.FIELD_MISSING, "state why a citizen is searched for", {"field": "context.purpose"})
        with refusals_audited(self.store, self.clock, call) as about, self.store.transaction() as uow:
            self.reads.spend_one(uow, call, about)
            yield uow


def _says(event: AuditEvent, call: Call) -> bool:
    """Tell whether an event is that the same caller listed the same for the same."""
    before, now = event.entry, call.context
    who = (before.caller, before.context.officer_id, before.context.purpose)
    return before.action == call.method and who == (call.caller.name, now.officer_id, now.purpose)


def _bounds(view: UnitOfWork, wanted: EventSearch) -> tuple[int, int]:
    """Return the last event before those that may be found, and the last of these."""
    first = view.audit.begins_after() if wanted.since is None else view.audit.last_before(wanted.since)
    last = view.audit.head().sequence if wanted.until is None else view.audit.last_before(wanted.until)
    return first, last


def _found(
    view: UnitOfWork, call: Call, wanted: EventSearch, bounds: tuple[int, int], limit: int
) -> tuple[list[AuditEvent], int]:
    """Return events, and down to which number everything was looked through.

    Of whom is indexed; anything else is looked for window by window; what there is no time for is the next page.
    """
    first, reached = bounds
    found: list[AuditEvent] = []
    window = reached - first if wanted.subject_ids else WINDOW
    while reached > first and len(found) < limit:
        if call.deadline.seconds_left() < _ENOUGH and reached < bounds[1]:
            break
        call.deadline.check()
        low = max(first, reached - window)
        found += view.audit.found_between(wanted, low, reached, limit - len(found))
        reached = low
    return found, reached
