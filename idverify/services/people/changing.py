"""Correcting what is known of a citizen, giving them another number, changing their state; with reason and history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.citizen_number import CitizenNumber
from idverify.domain.citizens.fingers import require_exceptions
from idverify.domain.citizens.states import require_change
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import (
    ChangeReason,
    Citizen,
    CitizenChange,
    CitizenStanding,
    CitizenState,
    FingerException,
    PersonalData,
)
from idverify.domain.personal_data import check_personal_data
from idverify.ports import Clock, Store, UnitOfWork
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.read_budget import ReadBudget
from idverify.services.calls.refusing import Concern, refusals_audited
from idverify.services.citizens import citizen_of, subject_of

_OF_DATA = frozenset({ChangeReason.RECORDING_ERROR, ChangeReason.LEGAL_CHANGE})
_OF_NUMBERS = frozenset({ChangeReason.RECORDING_ERROR, ChangeReason.NUMBER_REISSUED})

Encode = Callable[[Citizen], bytes]


@dataclass(frozen=True, slots=True)
class Why:
    """Why something is changed: a reason, and on what paper or decision. ``expected_version`` None: whatever it is."""

    reason: ChangeReason
    grounds: str = ""
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class ChangingService:
    """Changes a citizen, one version after the other; holds from the next call on."""

    store: Store
    clock: Clock
    reads: ReadBudget

    def correct(self, call: Call, citizen_number: str, personal: PersonalData, why: Why, encode: Encode) -> bytes:
        """Correct personal data.

        What was wrong from the beginning is history only; what the law changed was right until then, and records that
        say it are the citizen's still.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, FIELD_*, NOTHING_TO_CHANGE, VERSION_MISMATCH,
                REQUEST_REPLAYED.
        """
        require_reason(why, _OF_DATA)
        check_personal_data(personal, self.clock.now().date())

        def change(uow: UnitOfWork, citizen: Citizen) -> Details:
            before = citizen.personal_data
            fields = [f for f in ("full_name", "birth_date", "sex") if getattr(personal, f) != getattr(before, f)]
            if not fields:
                raise DomainError(Reason.NOTHING_TO_CHANGE, "the citizen's data are these already")
            self.note(uow, call, citizen, why, replace(citizen.standing, personal_data=personal))
            return {"fields": fields}

        return self._answer(call, citizen_number, why, "CORRECTED", change, encode)

    def renumber(self, call: Call, citizen_number: str, new_number: str, why: Why, encode: Encode) -> bytes:
        """Give a citizen another number. One that was reissued leads to them still; one recorded in error does not.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, REFERENCE_EXISTS, FIELD_INVALID, VERSION_MISMATCH,
                REQUEST_REPLAYED.
        """
        require_reason(why, _OF_NUMBERS)
        number = CitizenNumber.parse(new_number).text

        def change(uow: UnitOfWork, citizen: Citizen) -> Details:
            uow.numbers.replace(citizen.subject_id, number, keep_former=why.reason is ChangeReason.NUMBER_REISSUED)
            self.note(uow, call, citizen, why, replace(citizen.standing, citizen_number=number))
            return {}

        return self._answer(call, citizen_number, why, "RENUMBERED", change, encode)

    def change_state(self, call: Call, citizen_number: str, state: CitizenState, why: Why, encode: Encode) -> bytes:
        """Bring a citizen into another state; only they themselves lock (:mod:`idverify.services.people.locking`).

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, CITIZEN_STATE_UNFIT, FIELD_INVALID, VERSION_MISMATCH,
                REQUEST_REPLAYED.
        """

        def change(uow: UnitOfWork, citizen: Citizen) -> Details:
            require_change(citizen.state, state, why.reason)
            self.note(uow, call, citizen, why, replace(citizen.standing, state=state))
            return {"before": citizen.state.value, "state": state.value}

        return self._answer(call, citizen_number, why, "STATE_CHANGED", change, encode)

    def note_fingers(
        self, call: Call, citizen_number: str, fingers: tuple[FingerException, ...], why: Why, encode: Encode
    ) -> bytes:
        """Note which fingers a citizen cannot show, in place of what was noted before.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, FIELD_INVALID, NOTHING_TO_CHANGE, VERSION_MISMATCH,
                REQUEST_REPLAYED.
        """
        require_exceptions(fingers, day_in_viet_nam(self.clock.now()))
        noted = tuple(sorted(fingers, key=lambda finger: finger.position))

        def change(uow: UnitOfWork, citizen: Citizen) -> Details:
            if noted == citizen.fingers:
                raise DomainError(Reason.NOTHING_TO_CHANGE, "these fingers are noted already")
            self.note(uow, call, citizen, why, replace(citizen.standing, fingers=noted))
            # Which, and why, says something of their health.
            return {"fingers": len(noted)}

        return self._answer(call, citizen_number, why, "FINGERS_NOTED", change, encode)

    def history(self, call: Call, citizen_number: str) -> list[CitizenChange]:
        """Return what was changed about a citizen, oldest first; the reading is audited.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, VIRTUAL_NUMBER_*, READ_BUDGET_EXCEEDED.
        """
        with refusals_audited(self.store, self.clock, call) as about, self.store.transaction() as uow:
            self.reads.spend_one(uow, call, about)
            about.subject_id = subject_of(uow, citizen_number, self.clock.now())
            changes = uow.changes.of(about.subject_id)
            uow.audit.append(entry(self.clock, call, "READ", about.subject_id))
        return changes

    def note(self, uow: UnitOfWork, call: Call, citizen: Citizen, why: Why, after: CitizenStanding) -> None:
        """Store a change of a citizen. Raises DomainError VERSION_MISMATCH, SUBJECT_NOT_FOUND."""
        store_change(uow, self.clock, call, citizen, why, after)

    def _answer(
        self,
        call: Call,
        citizen_number: str,
        why: Why,
        outcome: str,
        change: Callable[[UnitOfWork, Citizen], Details],
        encode: Encode,
    ) -> bytes:
        def work(about: Concern) -> bytes:
            with self.store.transaction() as uow:
                about.subject_id = subject_of(uow, citizen_number, self.clock.now())
                citizen = citizen_of(uow, about.subject_id)
                if why.expected_version not in {None, citizen.version}:
                    raise DomainError(
                        Reason.VERSION_MISMATCH,
                        "something about the citizen was changed; read them again",
                        {"current_version": str(citizen.version)},
                    )
                details = change(uow, citizen)
                details |= {"reason": why.reason.value, "version": citizen.version + 1}
                uow.audit.append(entry(self.clock, call, outcome, citizen.subject_id, details))
                body = encode(citizen_of(uow, citizen.subject_id))
                remember(uow, call, body, citizen.subject_id)
            return body

        return answer_once(self.store, self.clock, call, work)


def store_change(uow: UnitOfWork, clock: Clock, call: Call, citizen: Citizen, why: Why, after: CitizenStanding) -> None:
    """Store a change of a citizen. Raises DomainError VERSION_MISMATCH, SUBJECT_NOT_FOUND."""
    uow.changes.add(
        citizen.subject_id,
        CitizenChange(
            citizen.version + 1,
            clock.now(),
            why.reason,
            why.grounds,
            call.caller.name,
            call.context.officer_id,
            citizen.standing,
            after,
        ),
    )


def require_reason(why: Why, allowed: frozenset[ChangeReason]) -> None:
    """Require one of the reasons that fit. Raises DomainError FIELD_INVALID."""
    if why.reason not in allowed:
        fit = ", ".join(sorted(reason.value for reason in allowed))
        raise DomainError(Reason.FIELD_INVALID, f"reason must be one of {fit}", {"field": "reason"})
