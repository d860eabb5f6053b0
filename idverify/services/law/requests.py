"""Requests of citizens about data that are held on them: opened, listed, decided, each with its deadlines."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.errors import DomainError, Reason
from idverify.domain.law.counting import due
from idverify.domain.law.facts import FactCode, LawFacts
from idverify.domain.law.requests import DEADLINES, SubjectRequest, SubjectRequestKind, SubjectRequestState
from idverify.domain.model import Record, Role
from idverify.domain.references import is_reference
from idverify.ports import Catalogue, Clock, Store, UnitOfWork
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.paging import decode_token, encode_token, page_limit
from idverify.services.calls.read_budget import ReadBudget
from idverify.services.calls.refusing import Concern, refusals_audited
from idverify.services.citizens import citizen_of, entries_of
from idverify.services.law.exporting import Holdings, held_on
from idverify.services.law.whom import person_of

Encode = Callable[[SubjectRequest], bytes]


@dataclass(frozen=True, slots=True)
class SubjectRequestService:
    """Keeps the requests; what is asked for is done by the use cases that are there for it."""

    store: Store
    catalogue: Catalogue
    attempts: AttemptGuard
    reads: ReadBudget
    law: LawFacts

    @property
    def clock(self) -> Clock:
        """The time."""
        return self.attempts.clock

    def open(
        self, call: Call, citizen_number: str, kind: SubjectRequestKind, received: datetime | None, encode: Encode
    ) -> bytes:
        """Note that a citizen has asked, with the deadlines of the day on which they did.

        What somebody of a foreign programme asks is noted for administrators: whether they are the one, their
        programme has to say, since no counter knows their finger.

        Raises:
            DomainError: CLIENT_NOT_AUTHORIZED, FIELD_INVALID for a time in the future, IDENTIFIER_MALFORMED,
                SUBJECT_NOT_FOUND, ATTEMPTS_*, REQUEST_REPLAYED.
        """

        def work(about: Concern) -> bytes:
            now = self.clock.now()
            asked = now if received is None else received
            if is_reference(citizen_number) and Role.ADMIN not in call.caller.roles:
                what = "what a person of a foreign programme asks is noted by an administrator alone"
                raise DomainError(Reason.CLIENT_NOT_AUTHORIZED, what, {"field": "citizen_number"})
            if asked > now:
                raise DomainError(Reason.FIELD_INVALID, "receive_time is in the future", {"field": "receive_time"})
            with self.store.transaction() as uow:
                subject_id = person_of(self.attempts, uow, call, about, citizen_number)
                request = SubjectRequest(
                    str(uuid.uuid4()),
                    subject_id,
                    kind,
                    asked,
                    self._due(FactCode.REQUEST_REPLY, asked),
                    self._due(DEADLINES[kind], asked),
                    call.caller.name,
                    call.context.agency_code,
                )
                uow.subject_requests.add(request)
                return self._answer(uow, call, request, "OPENED", encode)

        return answer_once(self.store, self.clock, call, work)

    def page(
        self, call: Call, state: SubjectRequestState | None, size: int, token: str, *, overdue_only: bool
    ) -> tuple[Sequence[SubjectRequest], str]:
        """Return those of a page that are meant, and the token of the next page; the page may be empty.

        Raises:
            DomainError: FIELD_INVALID, PAGE_TOKEN_INVALID.
        """
        call.deadline.check()
        limit, after = page_limit(size, default=100), decode_token(token, "subject-requests")
        with self.store.reading() as view:
            found = view.subject_requests.page(after, limit + 1)
        now, page = self.clock.now(), found[:limit]
        meant = [
            request
            for _, request in page
            if (state is None or request.state is state) and (request.overdue(now) or not overdue_only)
            if call.caller.sees(request.agency_code)
        ]
        return meant, encode_token("subject-requests", page[-1][0]) if len(found) > limit else ""

    def decide(
        self, call: Call, subject_request_id: str, state: SubjectRequestState, grounds: str, encode: Encode
    ) -> bytes:
        """Accept or refuse a request, or note that an accepted one is done.

        Raises:
            DomainError: SUBJECT_REQUEST_NOT_FOUND, SUBJECT_REQUEST_DECIDED, VERSION_MISMATCH, REQUEST_REPLAYED.
        """

        def work(about: Concern) -> bytes:
            with self.store.transaction() as uow:
                before = _found(uow, subject_request_id)
                about.subject_id = before.subject_id
                request = before.decided_as(state, grounds, self.clock.now())
                uow.subject_requests.put(request)
                return self._answer(uow, call, request, state.value, encode)

        return answer_once(self.store, self.clock, call, work)

    def export(self, call: Call, subject_request_id: str) -> Holdings:
        """Return what is held on the citizen of an accepted request for access; the reading is audited.

        Raises:
            DomainError: SUBJECT_REQUEST_NOT_FOUND, SUBJECT_REQUEST_DECIDED, SUBJECT_NOT_FOUND, READ_BUDGET_EXCEEDED.
        """
        with refusals_audited(self.store, self.clock, call) as about, self.store.transaction() as uow:
            self.reads.left(uow, call)
            request = _found(uow, subject_request_id)
            about.subject_id = request.subject_id
            if request.kind is not SubjectRequestKind.ACCESS:
                request.require(None)
            request.require(SubjectRequestState.ACCEPTED)
            subject_id = uow.subjects.current(request.subject_id)
            holdings = [
                held_on(uow, citizen_of(uow, each), self._records(uow, each)) for each in entries_of(uow, subject_id)
            ]
            self.reads.spend(uow, call, 1)
            details: Details = {"request": subject_request_id}
            uow.audit.append(entry(self.clock, call, "READ", subject_id, details))
        return holdings

    def _records(self, uow: UnitOfWork, subject_id: str) -> list[Record]:
        kinds = [kind.code for kind in self.catalogue.record_types()]
        found = uow.records.newest(subject_id, kinds)
        return [found[kind] for kind in kinds if kind in found]

    def _due(self, code: FactCode, since: datetime) -> datetime | None:
        fact = self.law.on(day_in_viet_nam(since), code)
        return None if fact is None else due(fact, since, self.law.days_off)

    def _answer(self, uow: UnitOfWork, call: Call, request: SubjectRequest, outcome: str, encode: Encode) -> bytes:
        body = encode(request)
        details: Details = {"request": request.subject_request_id, "kind": request.kind.value}
        uow.audit.append(entry(self.clock, call, outcome, request.subject_id, details))
        # Of nobody: that an erasure was asked for, and done, is told after it too.
        remember(uow, call, body, None)
        return body


def _found(uow: UnitOfWork, subject_request_id: str) -> SubjectRequest:
    request = uow.subject_requests.get(subject_request_id)
    if request is None:
        raise DomainError(Reason.SUBJECT_REQUEST_NOT_FOUND, "there is no such request of a citizen")
    return request
