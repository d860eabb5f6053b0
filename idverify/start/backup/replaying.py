"""Erasing again what is in the erasure list and in the database: it is an older one, or an erasure was cut short."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from idverify.domain.model import (
    AuditEntry,
    ChangeReason,
    Citizen,
    CitizenChange,
    CitizenState,
    RequestContext,
)
from idverify.domain.references import is_reference
from idverify.ports import Clock, UnitOfWork
from idverify.services.calls.approved import end_acts_of
from idverify.services.calls.auditing import Details
from idverify.services.citizens import citizen_of, delete_whole
from idverify.services.people.doubting import erase_pins
from idverify.storage.store import SqlStore
from idverify.storage.trail.audit_trail import PRINTS_DELETED
from idverify.trust.backup.erasure_list import ErasureList

_OPERATOR = "operator"
_GROUNDS = "the erasure list: of the two entries the other one alone was erased"


@dataclass(frozen=True, slots=True)
class ErasedAgain:
    """What was erased again.

    Attributes:
        citizens: how many.
        encounters: how many that lay with others, who stay.
        without_prints: subject ids of those others who have no encounter left.
    """

    citizens: int = 0
    encounters: int = 0
    without_prints: tuple[str, ...] = ()


def erase_again(store: SqlStore, clock: Clock, file: ErasureList, digests: frozenset[str]) -> ErasedAgain:
    """Erase every citizen and every encounter whose digest is among some. A second or two for a million citizens.

    An encounter that was moved to the erased citizen lies with the former holder in an older database: they lose it,
    and their PIN, which may rest on it, and stay; but a reference goes with its last encounter, as ever. Whoever is
    merged with an erased citizen there, and was not erased with them, had been split from them, and is somebody of
    their own again.

    Nobody may be served: the gallery is not told. Ended half-way, it is done to its end by the next time.

    Raises:
        DomainError: STORE_UNAVAILABLE, STORE_NOT_WRITABLE.
        StoredDataError: the end of the trail was tampered with.
    """
    with store.reading() as view:
        again = [subject_id for subject_id in view.subjects.ids() if file.digest(subject_id) in digests]
        gone, lent = frozenset(again), defaultdict(list)
        for encounter_id, holder in view.subjects.encounter_holders().items():
            if holder not in gone and file.encounter_digest(encounter_id) in digests:
                lent[holder].append(encounter_id)
    touched = dict.fromkeys(lent)
    for holder, encounter_ids in lent.items():
        _erase_prints(store, clock, holder, encounter_ids)
    for subject_id in again:
        with store.transaction() as uow:
            citizen = citizen_of(uow, subject_id)
            touched |= dict.fromkeys(_part(uow, clock, citizen, gone))
            end_acts_of(uow, None, [citizen], clock.now())
            _note(uow, clock, "DELETED", subject_id, delete_whole(uow, citizen))
    with store.reading() as view:
        stay = [citizen for citizen in map(view.subjects.get, touched) if citizen is not None]
    bare = tuple(each.subject_id for each in stay if not each.encounters and each.state is not CitizenState.MERGED)
    return ErasedAgain(len(again), sum(map(len, lent.values())), bare)


def _erase_prints(store: SqlStore, clock: Clock, holder: str, encounter_ids: Sequence[str]) -> None:
    with store.transaction() as uow:
        citizen = citizen_of(uow, holder)
        end_acts_of(uow, None, [citizen], clock.now())
        templates = sum(map(uow.subjects.remove_encounter, encounter_ids))
        details: Details = {"templates": templates, "encounters": list(encounter_ids)}
        if is_reference(citizen.citizen_number) and len(citizen.encounters) == len(encounter_ids):
            _note(uow, clock, "DELETED", holder, delete_whole(uow, citizen) | details)
            return
        erased = erase_pins(uow, [citizen])
        _note(uow, clock, PRINTS_DELETED, holder, details | ({"pins_erased": erased} if erased else {}))


def _part(uow: UnitOfWork, clock: Clock, citizen: Citizen, gone: frozenset[str]) -> list[str]:
    """Take back the merges of who is erased with those who stay; return these."""
    one = citizen.subject_id
    linked = [each for each in (citizen.merged_into, *citizen.absorbed) if each and each not in gone]
    others = [other for other in map(uow.subjects.get, linked) if other is not None]
    for other in others:
        before = other.standing
        after = replace(before, absorbed=tuple(each for each in before.absorbed if each != one))
        if before.merged_into == one:
            after = replace(after, state=CitizenState.ACTIVE, merged_into="")
        reason, version = ChangeReason.RECORDING_ERROR, other.version + 1
        change = CitizenChange(version, clock.now(), reason, _GROUNDS, _OPERATOR, "", before, after)
        uow.changes.add(other.subject_id, change)
        _note(uow, clock, "SPLIT", other.subject_id, {"one": one})
    return [other.subject_id for other in others]


def _note(uow: UnitOfWork, clock: Clock, outcome: str, subject_id: str, details: Details) -> None:
    uow.audit.append(AuditEntry(clock.now(), _OPERATOR, "EraseAgain", outcome, subject_id, RequestContext(), details))
