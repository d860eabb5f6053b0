"""Citizens who are enrolled: finding, reading, listing and deleting them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from idverify.domain.citizen_number import CitizenNumber
from idverify.domain.citizens.virtual_numbers import is_virtual, require_valid
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import AuditEntry, Citizen, Record
from idverify.domain.references import is_reference
from idverify.ports import Clock, Erasures, Gallery, Store, UnitOfWork
from idverify.services.calls.approved import end_acts_of, require_as_approved
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.paging import decode_token, encode_token, page_limit
from idverify.services.calls.read_budget import ReadBudget
from idverify.services.calls.refusing import Concern, refusals_audited


@dataclass(frozen=True, slots=True)
class Deleted:
    """A citizen who is gone."""

    subject_id: str
    removed_templates: int


def subject_of(
    uow: UnitOfWork, citizen_number: str, now: datetime | None = None, matched: datetime | None = None
) -> str:
    """Return the subject id of a citizen number, or of a virtual number that stands for one.

    Args:
        uow: where they are looked for.
        citizen_number: either.
        now: the time at which a virtual number has to be valid; None: none is taken.
        matched: when a match was made that is gone on with; a virtual number that was valid for it is taken still.

    Raises:
        DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, VIRTUAL_NUMBER_*.
    """
    if now is not None and is_virtual(citizen_number):
        virtual = uow.virtual_numbers.get(citizen_number)
        if virtual is None:
            raise nobody_under(citizen_number)
        require_valid(virtual, now, matched)
        return uow.subjects.current(virtual.subject_id)
    subject_id = uow.subjects.id_of(CitizenNumber.parse(citizen_number).text)
    if subject_id is None:
        raise nobody_under(citizen_number)
    return subject_id


def own_entry_of(uow: UnitOfWork, citizen_number: str, now: datetime) -> str | None:
    """Return the entry that a number was given for, also where it leads to another by now; None: for nobody's.

    Raises:
        DomainError: IDENTIFIER_MALFORMED, VIRTUAL_NUMBER_*.
    """
    if is_virtual(citizen_number):
        virtual = uow.virtual_numbers.get(citizen_number)
        if virtual is not None:
            require_valid(virtual, now)
        return None if virtual is None else virtual.subject_id
    return uow.subjects.own_id_of(CitizenNumber.parse(citizen_number).text)


def nobody_under(citizen_number: str) -> DomainError:
    """Return what is raised where a number stands for nobody, or for nobody of whom the caller is told."""
    if is_virtual(citizen_number):
        return DomainError(Reason.SUBJECT_NOT_FOUND, "there is no such virtual number")
    return DomainError(Reason.SUBJECT_NOT_FOUND, "nobody is enrolled under this citizen number")


def use_up(uow: UnitOfWork, citizen_number: str, now: datetime) -> None:
    """Note that a virtual number for one time has served; of any other number nothing is noted."""
    virtual = uow.virtual_numbers.get(citizen_number) if is_virtual(citizen_number) else None
    if virtual is not None and virtual.one_time:
        uow.virtual_numbers.put(replace(virtual, version=virtual.version + 1, used=now))


def citizen_of(uow: UnitOfWork, subject_id: str, *, encounters: bool = True) -> Citizen:
    """Return a citizen, with or without encounters.

    Raises:
        DomainError: SUBJECT_NOT_FOUND if they were deleted meanwhile.
    """
    citizen = uow.subjects.get(subject_id, encounters=encounters)
    if citizen is None:
        raise gone()
    return citizen


def is_enrolled(uow: UnitOfWork, subject_id: str) -> bool:
    """Tell whether somebody is a citizen, still: a search may find a reference that comes in during it."""
    citizen = uow.subjects.get(subject_id, encounters=False)
    return citizen is not None and not is_reference(citizen.citizen_number)


def gone() -> DomainError:
    """Return what is raised where there is no citizen, or none of whom the caller is told."""
    return DomainError(Reason.SUBJECT_NOT_FOUND, "the citizen was deleted meanwhile")


def records_of(uow: UnitOfWork, citizen: Citizen, record_types: Collection[str]) -> dict[str, Record]:
    """Return the newest versions of a citizen's records of some types, by type.

    Of a type of which they have none, whoever turned out to be them may have one.
    """
    found: dict[str, Record] = {}
    for subject_id in (citizen.subject_id, *citizen.absorbed):
        found |= uow.records.newest(subject_id, [each for each in record_types if each not in found])
    return found


def entries_of(uow: UnitOfWork, subject_id: str) -> tuple[str, ...]:
    """Return the subject ids under which one person's things are kept: their own, and of who turned out to be them."""
    citizen = uow.subjects.get(subject_id)
    absorbed = [] if citizen is None else _all_absorbed(uow, citizen)
    return (subject_id, *(each.subject_id for each in absorbed))


def delete_whole(uow: UnitOfWork, citizen: Citizen) -> Details:
    """Delete one citizen with everything personal; return what the trail says of it.

    The random ids of the encounters are named, since in an older state of the database one may be somebody else's.

    Raises:
        DomainError: SUBJECT_NOT_FOUND.
    """
    encounters = [encounter.encounter_id for encounter in citizen.encounters]
    details: Details = {"templates": uow.subjects.delete(citizen.subject_id)}
    return details | ({"encounters": encounters} if encounters else {})


def held_entries(uow: UnitOfWork) -> frozenset[str]:
    """Return every entry of each person on whom there is a legal hold, whichever of them it was placed on."""
    people = {uow.subjects.current(subject_id) for subject_id in uow.legal_holds.held()}
    return frozenset(each for person in people for each in entries_of(uow, person))


def require_unheld(uow: UnitOfWork, *subject_ids: str) -> None:
    """Require that there is no legal hold on some people, whichever entry it was placed on.

    Raises:
        DomainError: LEGAL_HOLD.
    """
    if not held_entries(uow).isdisjoint(subject_ids):
        raise DomainError(
            Reason.LEGAL_HOLD, "nothing of this citizen may be erased, or become another's, until a hold is released"
        )


@dataclass(frozen=True, slots=True)
class CitizenService:
    """Reads and deletes whole citizens; every reading is audited."""

    store: Store
    gallery: Gallery
    clock: Clock
    reads: ReadBudget
    erasures: Erasures

    def get(self, call: Call, *, citizen_number: str | None, subject_id: str | None) -> Citizen:
        """Return a citizen by number or by subject id; the reading is audited.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, VIRTUAL_NUMBER_*, READ_BUDGET_EXCEEDED.
        """
        with refusals_audited(self.store, self.clock, call) as about, self.store.transaction() as uow:
            self.reads.spend_one(uow, call, about)
            key = subject_of(uow, citizen_number, self.clock.now()) if citizen_number is not None else subject_id
            citizen = uow.subjects.get(key) if key else None
            if citizen is None or is_reference(citizen.citizen_number):
                raise DomainError(Reason.SUBJECT_NOT_FOUND, "nobody is enrolled under this identifier")
            uow.audit.append(entry(self.clock, call, "READ", citizen.subject_id))
        return citizen

    def page(self, call: Call, page_size: int, page_token: str) -> tuple[list[Citizen], str]:
        """Return a page of citizens in order of enrolment, and the token of the next; the reading is audited.

        The page is shorter where the client may read no more people today.

        Raises:
            DomainError: FIELD_INVALID, PAGE_TOKEN_INVALID, READ_BUDGET_EXCEEDED.
        """
        limit = page_limit(page_size, default=50)
        after = decode_token(page_token, "citizens")
        with refusals_audited(self.store, self.clock, call), self.store.transaction() as uow:
            limit = min(limit, self.reads.left(uow, call))
            citizens = uow.subjects.page(after, limit + 1, citizens_only=True)
            shown = citizens[:limit]
            self.reads.spend(uow, call, len(shown))
            details: Details = {"subjects": [c.subject_id for c in shown]}
            uow.audit.append(entry(self.clock, call, "READ", details=details))
        more = len(citizens) > limit
        return shown, encode_token("citizens", shown[-1].ordinal) if more else ""

    def delete(self, call: Call, citizen_number: str, encode: Callable[[Deleted], bytes]) -> bytes:
        """Delete a citizen with everything personal; the audit trail keeps that it happened.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, LEGAL_HOLD, ACT_STALE, REQUEST_REPLAYED.
        """

        def work(_: Concern) -> bytes:
            with self.store.transaction() as uow:
                subject_id = subject_of(uow, citizen_number, self.clock.now())
                citizen = citizen_of(uow, subject_id)
                require_as_approved(call, citizen)
                removed = self.erase(uow, citizen, partial(entry, self.clock, call, "DELETED"), call)
                body = encode(Deleted(subject_id, removed))
                remember(uow, call, body, None)
            return body

        return answer_once(self.store, self.clock, call, work)

    def erase(
        self, uow: UnitOfWork, citizen: Citizen, event: Callable[[str, Details], AuditEntry], call: Call | None = None
    ) -> int:
        """Erase a citizen in a transaction, and whoever turned out to be them; return the number of templates.

        Args:
            uow: the transaction.
            citizen: whom.
            event: what the trail says of a subject, from its id and details.
            call: by which they are; None: no client asked.

        Raises:
            DomainError: LEGAL_HOLD.
        """
        subject_id, templates = citizen.subject_id, uow.subjects.templates(citizen.subject_id)
        # Whoever turned out to be them goes with them; those have no prints any more.
        absorbed = _all_absorbed(uow, citizen)
        require_unheld(uow, subject_id)
        end_acts_of(uow, call, [*absorbed, citizen], self.clock.now())
        erased = []
        for each in absorbed:
            details = delete_whole(uow, each) | {"merged_into": subject_id}
            erased.append(uow.audit.append(event(each.subject_id, details)))
        erased.append(uow.audit.append(event(subject_id, delete_whole(uow, citizen))))
        uow.on_rollback(self.erasures.note(erased))
        self.gallery.remove([t.template_id for t in templates])
        uow.on_rollback(partial(self.gallery.add, templates))
        return len(templates)


def _all_absorbed(uow: UnitOfWork, citizen: Citizen) -> list[Citizen]:
    absorbed = [citizen_of(uow, other) for other in citizen.absorbed]
    return [each for other in absorbed for each in (*_all_absorbed(uow, other), other)]
