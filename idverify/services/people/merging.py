"""Two entries that are one person, one that is two, and prints that are somebody else's: fingerprints are asked first.

Nothing is thrown away: whoever was merged stays, without prints, with their number, data, records and history, and
leads to the other. Prints move with their encounters; gallery and database change in one transaction.

A legal hold goes along with a merge, but not with what is moved or split: whoever got it could be erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from idverify.domain.citizens.states import require_active, state_unfit
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import (
    ChangeReason,
    Citizen,
    CitizenState,
    Moved,
    StoredTemplate,
)
from idverify.ports import Gallery, UnitOfWork
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.refusing import Concern
from idverify.services.citizens import citizen_of, own_entry_of, require_unheld, subject_of
from idverify.services.people.changing import ChangingService, Encode, Why, require_reason
from idverify.services.people.doubting import erase_pins, revoke_virtual
from idverify.services.people.witness import Ground, PrintWitness
from idverify.services.prints.exchanging import exchange

_REASONS = frozenset({ChangeReason.RECORDING_ERROR, ChangeReason.LEGAL_DECISION})


@dataclass(frozen=True, slots=True)
class MergingService:
    """Merges, splits, and moves encounters."""

    changing: ChangingService
    witness: PrintWitness
    gallery: Gallery

    def merge(
        self, call: Call, citizen_number: str, absorbed_number: str, why: Why, despite_prints: bool, encode: Encode
    ) -> bytes:
        """Merge: who bears the second number turned out to be who bears the first.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, FIELD_INVALID if both numbers lead to one citizen,
                CITIZEN_STATE_UNFIT, AUTH_LOCKED_BY_SUBJECT, SUBJECT_*, PRINTS_CONTRADICT, FIELD_MISSING without grounds
                against prints, ATTEMPTS_*, LEGAL_HOLD if there is one on either and a PIN would be erased,
                VERSION_MISMATCH, REQUEST_REPLAYED, DEADLINE_EXCEEDED.
        """
        require_reason(why, _REASONS)

        def work(about: Concern) -> bytes:
            kept, absorbed = self._two(call, citizen_number, absorbed_number, about, why, despite_prints)
            going, staying = self._templates(absorbed), self._templates(kept)
            ground = self.witness.ground(call, about, why, despite_prints, going, staying, alike=True)
            with self.changing.store.transaction(alone=True) as uow:
                self._unchanged(uow, kept, absorbed)
                self.witness.note(uow, call, about, ground)
                moved = [uow.subjects.move_encounter(e.encounter_id, kept.subject_id) for e in absorbed.encounters]
                one = replace(kept.standing, absorbed=(*kept.absorbed, absorbed.subject_id))
                other = replace(absorbed.standing, state=CitizenState.MERGED, merged_into=kept.subject_id)
                self.changing.note(uow, call, kept, why, one)
                self.changing.note(uow, call, absorbed, why, other)
                self._audit(uow, call, "MERGED", kept, absorbed, ground, moved)
                return self._answer(uow, call, kept, moved, encode)

        return answer_once(self.changing.store, self.changing.clock, call, work)

    def split(
        self,
        call: Call,
        citizen_number: str,
        split_number: str,
        encounter_ids: Sequence[str],
        why: Why,
        despite_prints: bool,
        encode: Encode,
    ) -> bytes:
        """Take a merge back: who bears the second number is somebody of their own again, with some of the encounters.

        Raises:
            DomainError: as :meth:`merge`, LEGAL_HOLD whenever there is one; ENCOUNTER_NOT_FOUND; PRINTS_CONTRADICT if
                what is split is alike.
        """
        require_reason(why, _REASONS)

        def work(about: Concern) -> bytes:
            with self.changing.store.reading() as view:
                kept = citizen_of(view, subject_of(view, citizen_number, self.changing.clock.now()))
                about.subject_id = kept.subject_id
                other_id = own_entry_of(view, split_number, self.changing.clock.now())
                if other_id not in kept.absorbed:
                    raise _invalid("split_citizen_number", "must be of somebody who was merged into the citizen")
                other = citizen_of(view, str(other_id))
                about.others = (other.subject_id,)
                self.witness.require_askable(view, call, about, why, despite_prints)
                require_unheld(view, kept.subject_id)
            _require_encounters(kept, encounter_ids)
            going = self._templates(kept, encounter_ids)
            staying = [t for t in self._templates(kept) if t.template_id not in {g.template_id for g in going}]
            ground = self.witness.ground(call, about, why, despite_prints, going, staying, alike=False)
            with self.changing.store.transaction(alone=True) as uow:
                self._unchanged(uow, kept, other)
                require_unheld(uow, kept.subject_id)
                self.witness.note(uow, call, about, ground)
                moved = [uow.subjects.move_encounter(each, other.subject_id) for each in encounter_ids]
                absorbed = tuple(each for each in kept.absorbed if each != other.subject_id)
                self.changing.note(uow, call, kept, why, replace(kept.standing, absorbed=absorbed))
                own = replace(other.standing, state=CitizenState.ACTIVE, merged_into="")
                self.changing.note(uow, call, other, why, own)
                since, now = other.changed, self.changing.clock.now()
                revoked = revoke_virtual(uow, kept, since, now)
                self._audit(uow, call, "SPLIT", kept, other, ground, moved, revoked)
                return self._answer(uow, call, kept, moved, encode)

        return answer_once(self.changing.store, self.changing.clock, call, work)

    def move(
        self,
        call: Call,
        citizen_number: str,
        encounter_id: str,
        to_number: str,
        why: Why,
        despite_prints: bool,
        encode: Encode,
    ) -> bytes:
        """Give an encounter to whom its prints are of.

        Raises:
            DomainError: as :meth:`merge`, LEGAL_HOLD if there is one on either; ENCOUNTER_NOT_FOUND.
        """
        require_reason(why, _REASONS)

        def work(about: Concern) -> bytes:
            giver, taker = self._two(call, citizen_number, to_number, about, why, despite_prints)
            with self.changing.store.reading() as view:
                require_unheld(view, giver.subject_id, taker.subject_id)
            _require_encounters(giver, [encounter_id])
            going = self._templates(giver, [encounter_id])
            ground = self.witness.ground(call, about, why, despite_prints, going, self._templates(taker), alike=True)
            with self.changing.store.transaction(alone=True) as uow:
                self._unchanged(uow, giver, taker)
                require_unheld(uow, giver.subject_id, taker.subject_id)
                self.witness.note(uow, call, about, ground)
                moved = [uow.subjects.move_encounter(encounter_id, taker.subject_id)]
                for each in (giver, taker):
                    self.changing.note(uow, call, each, why, each.standing)
                self._audit(uow, call, "MOVED", giver, taker, ground, moved)
                return self._answer(uow, call, giver, moved, encode)

        return answer_once(self.changing.store, self.changing.clock, call, work)

    def _two(
        self, call: Call, one_number: str, other_number: str, about: Concern, why: Why, despite_prints: bool
    ) -> tuple[Citizen, Citizen]:
        with self.changing.store.reading() as view:
            one = citizen_of(view, subject_of(view, one_number, self.changing.clock.now()))
            about.subject_id = one.subject_id
            other = citizen_of(view, subject_of(view, other_number, self.changing.clock.now()))
            if one.subject_id == other.subject_id:
                raise _invalid("citizen_number", "and the other number lead to one citizen")
            about.others = (other.subject_id,)
            self.witness.require_askable(view, call, about, why, despite_prints)
        require_active(one.state)
        if other.state not in {CitizenState.ACTIVE, CitizenState.DEACTIVATED}:
            raise state_unfit(other.state)
        return one, other

    def _templates(self, citizen: Citizen, encounter_ids: Sequence[str] | None = None) -> list[StoredTemplate]:
        """Return the templates of a citizen, or of some of their encounters."""
        with self.changing.store.reading() as view:
            stored = view.subjects.templates(citizen.subject_id)
            return stored if encounter_ids is None else view.subjects.templates_of_encounters(encounter_ids)

    def _unchanged(self, uow: UnitOfWork, *people: Citizen) -> None:
        """Require that nothing was changed, enrolled or deleted while prints were compared."""
        if any(uow.subjects.get(each.subject_id) != each for each in people):
            raise DomainError(Reason.VERSION_MISMATCH, "somebody changed one of both meanwhile; read them again")

    def _audit(
        self,
        uow: UnitOfWork,
        call: Call,
        outcome: str,
        one: Citizen,
        other: Citizen,
        ground: Ground,
        moved: Sequence[Moved],
        revoked: int = 0,
    ) -> None:
        """Erase the PINs of both, and put down what was done."""
        erased = erase_pins(uow, (one, other))
        details: Details = {
            "reason": ground.why.reason.value,
            "prints": ground.verdict,
            "encounters": len(moved),
            "templates": sum(len(each.added) for each in moved),
        }
        taken_back = {"pins_erased": erased, "virtual_numbers_revoked": revoked}
        details |= {name: count for name, count in taken_back.items() if count}
        for each, role in ((one, "other"), (other, "one")):
            third = (other if each is one else one).subject_id
            uow.audit.append(entry(self.changing.clock, call, outcome, each.subject_id, details | {role: third}))

    def _answer(self, uow: UnitOfWork, call: Call, about: Citizen, moved: Sequence[Moved], encode: Encode) -> bytes:
        body = encode(citizen_of(uow, about.subject_id))
        remember(uow, call, body, about.subject_id)
        exchange(uow, self.gallery, moved)
        return body


def _require_encounters(citizen: Citizen, encounter_ids: Sequence[str]) -> None:
    known = {encounter.encounter_id for encounter in citizen.encounters}
    if not encounter_ids or not set(encounter_ids) <= known or len(set(encounter_ids)) < len(encounter_ids):
        raise DomainError(Reason.ENCOUNTER_NOT_FOUND, "name encounters of the citizen, each once")


def _invalid(field: str, what: str) -> DomainError:
    return DomainError(Reason.FIELD_INVALID, f"{field} {what}", {"field": field})
