"""The second person: who looks at an act that is kept, and approves or rejects it."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import ActState, HeldAct
from idverify.ports import Clock, Store, UnitOfWork
from idverify.services.acts.holding import described, require_undecided
from idverify.services.acts.subjects import subject_as_of
from idverify.services.calls.approved import stale
from idverify.services.calls.auditing import entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.paging import decode_token, encode_token, page_limit
from idverify.services.calls.refusing import Concern, refusals_audited

Encode = Callable[[HeldAct], bytes]


@dataclass(frozen=True, slots=True)
class ActsService:
    """Shows acts and notes what was decided. What is approved is done by the dispatch, as any call is."""

    store: Store
    clock: Clock

    def page(self, call: Call, page_size: int, page_token: str) -> tuple[list[HeldAct], str]:
        """Return a page of acts in the order in which they were asked for, and the token of the next; it may be empty.

        Raises:
            DomainError: FIELD_INVALID, PAGE_TOKEN_INVALID.
        """
        call.deadline.check()
        limit, after, now = page_limit(page_size, default=50), decode_token(page_token, "acts"), self.clock.now()
        with self.store.reading() as view:
            found = view.acts.page(after, limit + 1)
        shown = [act.at(now) for _, act in found[:limit] if call.caller.sees(act.context.agency_code)]
        return shown, encode_token("acts", found[limit - 1][0]) if len(found) > limit else ""

    def get(self, call: Call, act_id: str) -> HeldAct:
        """Return an act with its request, which may name a citizen: the reading is audited.

        Raises:
            DomainError: ACT_NOT_FOUND.
        """
        with refusals_audited(self.store, self.clock, call), self.store.transaction() as uow:
            held = self._current(uow, call, act_id)
            uow.audit.append(entry(self.clock, call, "READ", details=described(held)))
        return held

    # As many parameters as there are steps: looking who decides, doing it, answering.
    def approve(
        self,
        call: Call,
        act_id: str,
        digest: bytes,
        require_allowed: Callable[[HeldAct], object],
        do: Callable[[HeldAct], bool],
        encode: Encode,
    ) -> bytes:
        """Approve an act, and do it.

        That it is approved is on the disk before it is begun: whatever ends the process then, a repetition of this
        call, or of the call that asked, does it, once.

        Args:
            call: of the second person.
            act_id: which.
            digest: of the request that the second person has seen.
            require_allowed: refuses if this client may not approve it, or whoever asked may not do it now.
            do: does it, or tells that it is for whoever asked to do.
            encode: encodes the answer.

        Raises:
            DomainError: ACT_NOT_FOUND, ACT_REJECTED, ACT_EXPIRED, FIELD_INVALID for another digest, ACT_STALE if the
                citizen is another, or changed, since it was asked for, what ``require_allowed`` raises, and what the
                act itself is refused with: it stays approved then.
        """

        def work(about: Concern) -> bytes:
            about.details = {"act_id": act_id}
            with self.store.transaction() as uow:
                held = self._current(uow, call, act_id)
                require_undecided(held)
                if not hmac.compare_digest(digest, held.digest):
                    raise DomainError(
                        Reason.FIELD_INVALID, "digest must be that of the act, as it was read", {"field": "digest"}
                    )
                require_allowed(held)
                self._require_same_subject(uow, held)
                if held.state is ActState.PENDING:
                    held = self._decided(uow, call, held, ActState.APPROVED)
            done = held.state is ActState.DONE or do(held)
            with self.store.transaction() as uow:
                held = self._current(uow, call, act_id)
                if done and held.state is ActState.APPROVED:
                    held = held.ended_as(ActState.DONE)
                    uow.acts.put(held)
                body = encode(held)
                remember(uow, call, body, None)
            return body

        return answer_once(self.store, self.clock, call, work)

    def reject(self, call: Call, act_id: str, encode: Encode) -> bytes:
        """Reject an act; whoever asked for it may do so too.

        Raises:
            DomainError: ACT_NOT_FOUND, ACT_REJECTED, ACT_EXPIRED, ACT_APPROVED.
        """

        def work(about: Concern) -> bytes:
            about.details = {"act_id": act_id}
            with self.store.transaction() as uow:
                held = self._current(uow, call, act_id)
                require_undecided(held)
                if held.state is not ActState.PENDING:
                    raise DomainError(
                        Reason.ACT_APPROVED, "it was approved", {"act_id": act_id, "decided_by": held.decided_by}
                    )
                body = encode(self._decided(uow, call, held, ActState.REJECTED))
                remember(uow, call, body, None)
            return body

        return answer_once(self.store, self.clock, call, work)

    def _current(self, uow: UnitOfWork, call: Call, act_id: str) -> HeldAct:
        held = uow.acts.get(act_id)
        if held is None or not call.caller.sees(held.context.agency_code):
            raise DomainError(Reason.ACT_NOT_FOUND, "there is no such act")
        return held.at(self.clock.now())

    def _require_same_subject(self, uow: UnitOfWork, held: HeldAct) -> None:
        subject = held.subject
        if subject is not None and subject != subject_as_of(uow, subject.citizen_number, self.clock.now()):
            raise stale(held.act_id)

    def _decided(self, uow: UnitOfWork, call: Call, held: HeldAct, state: ActState) -> HeldAct:
        officer = call.caller.officer.officer_id if call.caller.officer is not None else ""
        decided = held.decided_as(state, call.caller.name, self.clock.now(), officer)
        uow.acts.put(decided)
        uow.audit.append(entry(self.clock, call, state.name, details=described(held)))
        return decided
