"""Paper slips: issued in blocks, written on while there is no service, reconciled later, once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from idverify.domain.citizens.states import require_active
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Presence, PresenceKind, Role, Slip, SlipState, Transaction
from idverify.domain.vouching.officers import same_officer
from idverify.domain.vouching.slip_numbers import (
    MOST,
    SERIAL_DIGITS,
    new_slip_number,
    parse_serial,
    parse_slip_number,
    serial_of,
)
from idverify.ports import Catalogue, Clock, Printer, Store, UnitOfWork
from idverify.services.attempts.bearer import known_bearer, nobody_counts
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.paging import decode_token, encode_token, page_limit
from idverify.services.calls.refusing import Concern
from idverify.services.counter.presences import NamedDocument, PresenceLog, presence_details

MOST_AT_ONCE = 50

MOST_A_DAY = 1000
"""Slips of one client: who has fewer than a million numbers for ever gives nobody all of them."""

_DAY = timedelta(days=1)
_LOOKED_AT = 5000
"""Newest slips among which a client's of the last day are counted: a fifth of a second."""

_TURNS = 3


@dataclass(frozen=True, slots=True)
class IssuedSlips:
    """A block of slips: whole numbers, and the sheet to print."""

    numbers: tuple[str, ...] = field(repr=False)
    pdf: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OnPaper:
    """What stands on a slip.

    Attributes:
        slip_number: as printed.
        seen: when the citizen stood there.
        officers: both who signed it.
        citizen_number: of whom.
        documents: what was seen.
        handed_out: what was handed out, or done.
        scan_sha256: of the scanned slip; empty: there is no scan.
    """

    slip_number: str = field(repr=False)
    seen: datetime
    officers: tuple[str, str]
    citizen_number: str = field(repr=False)
    documents: tuple[NamedDocument, ...] = field(repr=False)
    handed_out: str = field(repr=False)
    scan_sha256: str


@dataclass(frozen=True, slots=True)
class SlipService:
    """Issues slips and takes them in; never does one become an assertion."""

    store: Store
    catalogue: Catalogue
    attempts: AttemptGuard
    presences: PresenceLog
    printer: Printer

    def issue(self, call: Call, count: int, encode: Callable[[IssuedSlips], bytes]) -> bytes:
        """Issue a block to the agency of the call. The trail has the serials, never whole numbers.

        A sheet takes tenths of a second, so it is printed before the transaction, which others wait for; if somebody
        else had slips issued meanwhile, once more with other numbers.

        Raises:
            DomainError: FIELD_MISSING without an agency, FIELD_INVALID, PRINTING_UNAVAILABLE, VERSION_MISMATCH if
                others are quicker again and again, REQUEST_REPLAYED, DEADLINE_EXCEEDED.
        """
        agency = _agency(call)
        if not 1 <= count <= MOST_AT_ONCE:
            raise DomainError(Reason.FIELD_INVALID, f"count must be 1 to {MOST_AT_ONCE}", {"field": "count"})

        def work(_: Concern) -> bytes:
            for _turn in range(_TURNS):
                call.deadline.check()
                with self.store.reading() as view:
                    first = view.slips.count() + 1
                    self._require_room(view, call, first, count)
                numbers = tuple(map(new_slip_number, range(first, first + count)))
                body = encode(IssuedSlips(numbers, self.printer.slips(numbers, agency)))
                if self._issued(call, agency, numbers, body):
                    return body
            raise DomainError(Reason.VERSION_MISMATCH, "others had slips issued at the same moment; send it again")

        return answer_once(self.store, self.attempts.clock, call, work)

    def _issued(self, call: Call, agency: str, numbers: Sequence[str], body: bytes) -> bool:
        """Note the slips; tell whether their serials are still the next ones."""
        now = self.attempts.clock.now()
        with self.store.transaction() as uow:
            if serial_of(numbers[0]) != f"{uow.slips.count() + 1:0{SERIAL_DIGITS}}":
                return False
            for number in numbers:
                uow.slips.add(Slip(number, agency, call.caller.name, now))
            details: Details = {"first": serial_of(numbers[0]), "last": serial_of(numbers[-1])}
            uow.audit.append(entry(self.attempts.clock, call, "ISSUED", details=details))
            remember(uow, call, body, None)
        return True

    def _require_room(self, view: UnitOfWork, call: Call, first: int, count: int) -> None:
        """Require that there are numbers left, and that one client does not take them all; void ones do not come back.

        Raises:
            DomainError: FIELD_INVALID.
        """
        if first + count - 1 > MOST:
            raise DomainError(Reason.FIELD_INVALID, "there are no more numbers", {"field": "count"})
        since = self.attempts.clock.now() - _DAY
        newest = [slip for _, slip in view.slips.page(max(0, first - 1 - _LOOKED_AT), _LOOKED_AT, "", None)]
        taken = sum(slip.client == call.caller.name and slip.issued > since for slip in newest)
        if taken + count > MOST_A_DAY:
            raise DomainError(
                Reason.FIELD_INVALID,
                f"a client has at most {MOST_A_DAY} slips issued in 24 hours; {taken} were",
                {"field": "count", "most": str(MOST_A_DAY)},
            )

    def reconcile(self, call: Call, paper: OnPaper, encode: Callable[[Slip, str], bytes]) -> bytes:
        """Bring a slip into the register: an event in the trail of the citizen, counted as a slip.

        Raises:
            DomainError: SLIP_NOT_FOUND, the same for another agency's, SLIP_CLOSED, FIELD_MISSING, FIELD_INVALID for a
                time before the slip was issued or in the future and for one officer twice, PROCEDURE_NOT_FOUND,
                IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, AUTH_LOCKED_BY_SUBJECT, SUBJECT_DEACTIVATED, SUBJECT_DECEASED,
                ATTEMPTS_*, REQUEST_REPLAYED.
        """
        _agency(call)
        if not call.context.procedure_code:
            raise DomainError(Reason.FIELD_MISSING, "state the procedure", {"field": "context.procedure_code"})
        number = parse_slip_number(paper.slip_number)
        if same_officer(*paper.officers):
            raise _invalid("second_officer_id", "must be another officer")

        def work(about: Concern) -> bytes:
            self.catalogue.procedure(call.context.procedure_code)
            now = self.attempts.clock.now()
            with self.store.transaction() as uow:
                with nobody_counts(self.attempts, uow, call, about):
                    slip = known_slip(uow, call, number)
                require_state(slip, SlipState.ISSUED)
                # On paper there are no seconds.
                if not slip.issued.replace(second=0, microsecond=0) <= paper.seen <= now:
                    raise _invalid("seen_time", "must be between when the slip was issued and now")
                subject_id = known_bearer(self.attempts, uow, call, about, paper.citizen_number)
                require_active(uow.changes.state_of(subject_id))
                presence = self._presence(call, paper, subject_id, serial_of(number))
                self.presences.note(uow, call, presence)
                closed = slip.reconciled(subject_id, now)
                uow.slips.put(closed)
                body = encode(closed, presence.presence_id)
                seen = paper.seen.isoformat(timespec="seconds")
                details = presence_details(presence) | {"slip": serial_of(number), "seen": seen}
                if paper.scan_sha256:
                    details["scan_sha256"] = paper.scan_sha256
                uow.audit.append(entry(self.attempts.clock, call, "SLIP", subject_id, details))
                remember(uow, call, body, subject_id)
            return body

        return answer_once(self.store, self.attempts.clock, call, work)

    def void(self, call: Call, typed: str, reason: str, encode: Callable[[Slip], bytes]) -> bytes:
        """Take a slip out of use that was lost or spoilt, by its serial or its whole number.

        Raises:
            DomainError: FIELD_MISSING without an agency, FIELD_INVALID, SLIP_NOT_FOUND, SLIP_CLOSED, REQUEST_REPLAYED.
        """
        agency, serial = _agency(call), parse_serial(typed)

        def work(_: Concern) -> bytes:
            with self.store.transaction() as uow:
                slip = uow.slips.of_serial(serial)
                if slip is None or slip.agency_code != agency:
                    raise _not_found()
                require_state(slip, SlipState.ISSUED)
                closed = slip.voided(reason, self.attempts.clock.now())
                uow.slips.put(closed)
                body = encode(closed)
                uow.audit.append(entry(self.attempts.clock, call, "VOID", details={"slip": serial}))
                remember(uow, call, body, None)
            return body

        return answer_once(self.store, self.attempts.clock, call, work)

    def page(self, call: Call, state: SlipState | None, size: int, token: str) -> tuple[Sequence[Slip], str]:
        """Return a page of slips, and the token of the next.

        Raises:
            DomainError: FIELD_MISSING for a counter without an agency, FIELD_INVALID, PAGE_TOKEN_INVALID.
        """
        call.deadline.check()
        sees_all = not call.caller.roles.isdisjoint({Role.ADMIN, Role.AUDITOR})
        agency = call.context.agency_code if sees_all else _agency(call)
        limit, after = page_limit(size, default=100), decode_token(token, "slips")
        with self.store.reading() as view:
            found = view.slips.page(after, limit + 1, agency, state)
        following = encode_token("slips", found[limit - 1][0]) if len(found) > limit else ""
        return [slip for _, slip in found[:limit]], following

    def _presence(self, call: Call, paper: OnPaper, subject_id: str, serial: str) -> Presence:
        context = call.context
        return Presence(
            str(uuid.uuid4()),
            subject_id,
            PresenceKind.SLIP,
            paper.seen,
            call.caller.name,
            "",
            paper.officers,
            context.agency_code,
            context.procedure_code,
            context.dossier_code,
            self.presences.marked(paper.documents),
            None,
            paper.handed_out,
            serial,
            paper.scan_sha256,
        )


def known_slip(uow: UnitOfWork, call: Call, number: str) -> Slip:
    """Return the slip of a whole number. Raises DomainError SLIP_NOT_FOUND, the same for another agency's."""
    slip = uow.slips.get(number)
    if slip is None or slip.agency_code != call.context.agency_code:
        raise _not_found()
    return slip


def require_reconciled(attempts: AttemptGuard, uow: UnitOfWork, call: Call, about: Concern, text: str) -> str:
    """Return the number of a slip that was reconciled for the citizen whom a call concerns, and not confirmed yet.

    Raises:
        DomainError: FIELD_MISSING without a citizen, FIELD_INVALID, SLIP_NOT_FOUND, the same for another citizen's,
            SLIP_CLOSED.
    """
    if not about.subject_id:
        raise DomainError(Reason.FIELD_MISSING, "a slip is a citizen's: state whose", {"field": "citizen_number"})
    number = parse_slip_number(text)
    with nobody_counts(attempts, uow, call, about):
        slip = known_slip(uow, call, number)
        if slip.subject_id and uow.subjects.current(slip.subject_id) != about.subject_id:
            raise _not_found()
    require_state(slip, SlipState.RECONCILED)
    return number


def confirm_slip(uow: UnitOfWork, clock: Clock, call: Call, transaction: Transaction) -> None:
    """Note that the citizen of a slip has shown a finger, in the transaction that proves it; once."""
    slip = uow.slips.get(transaction.slip_number) if transaction.slip_number else None
    if slip is None or slip.state is not SlipState.RECONCILED:
        return
    uow.slips.put(slip.confirmed(transaction.transaction_id))
    details: Details = {"slip": serial_of(slip.number)}
    uow.audit.append(entry(clock, call, "SLIP_CONFIRMED", transaction.subject_id, details))


def require_state(slip: Slip, state: SlipState) -> None:
    """Require that a slip is where it can take the next step. Raises DomainError SLIP_CLOSED."""
    if slip.state is not state:
        raise DomainError(
            Reason.SLIP_CLOSED,
            f"the slip is {slip.state.value}, and must be {state.value}",
            {"slip": serial_of(slip.number), "state": slip.state.value},
        )


def _agency(call: Call) -> str:
    if not call.context.agency_code:
        raise DomainError(Reason.FIELD_MISSING, "a slip is an agency's", {"field": "context.agency_code"})
    return call.context.agency_code


def _not_found() -> DomainError:
    return DomainError(Reason.SLIP_NOT_FOUND, "this agency has no such slip; compare the number with the paper")


def _invalid(name: str, what: str) -> DomainError:
    return DomainError(Reason.FIELD_INVALID, f"{name} {what}", {"field": name})
