"""Everything that is held on a person, as they are given it: for machines, in plain words as far as it goes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from idverify.domain.citizens.history import MOST_ENTRIES, history_entry
from idverify.domain.model import (
    Citizen,
    CitizenChange,
    CitizenStanding,
    Consent,
    Encounter,
    HistoryEntry,
    Presence,
    Record,
)
from idverify.domain.references import ReferenceEncounter, ReferenceKey, is_reference
from idverify.ports import UnitOfWork

Holdings = Sequence[dict[str, Any]]
"""One entry of the register each: the citizen's own, and of whoever turned out to be them. Ready for JSON."""


def held_on(view: UnitOfWork, citizen: Citizen, records: Iterable[Record]) -> dict[str, Any]:
    """Return what is held on one entry. Templates and images are named, not given: what is in them is the fingers."""
    if is_reference(citizen.citizen_number):
        return _of_programme(view, citizen)
    subject_id = citizen.subject_id
    pin = view.pins.of(subject_id)
    return {
        "subject_id": subject_id,
        "citizen_number": citizen.citizen_number,
        "former_numbers": list(citizen.former_numbers),
        "personal_data": asdict(citizen.personal_data),
        "state": citizen.state.value,
        "enrolled": citizen.created.isoformat(),
        "fingers_that_cannot_be_shown": _fingers(citizen.standing),
        "encounters": [_encounter(each) for each in citizen.encounters],
        "images_of_fingers": _images(view, subject_id),
        "changes": [_change(each) for each in view.changes.of(subject_id)],
        "virtual_numbers": [
            {"number": each.number, "created": each.created.isoformat(), "expires": each.expires.isoformat()}
            for each in view.virtual_numbers.of(subject_id)
        ],
        "pin_is_set": pin is not None,
        "records": [
            {"type": each.record_type, "owner": each.owning_agency, "content": json.loads(each.json)}
            for each in records
        ],
        "consents": [_consent(each) for each in view.consents.of(subject_id)],
        "two_officers_vouched": [_presence(each) for each in view.presences.of(subject_id)],
        **_dealings(view, subject_id),
    }


def _of_programme(view: UnitOfWork, citizen: Citizen) -> dict[str, Any]:
    """Return what is held on somebody of a foreign programme: they have no number, data or records here."""
    subject_id, key = citizen.subject_id, ReferenceKey.parse(citizen.citizen_number)
    given = {each.entry_id: each for each in view.references.of(subject_id)}
    return {
        "subject_id": subject_id,
        "programme": key.programme,
        "person_id": key.person_id,
        "enrolled": citizen.created.isoformat(),
        "encounters": [
            _encounter(each) | _given(given[each.encounter_id])
            for each in citizen.encounters
            if each.encounter_id in given
        ],
        "images_of_fingers": _images(view, subject_id),
        **_dealings(view, subject_id),
    }


def _given(encounter: ReferenceEncounter) -> dict[str, Any]:
    given = encounter.given
    return {
        "encounter_id": given.encounter_id,
        "galleries": list(given.galleries),
        "active": given.active,
        "changed": encounter.updated.isoformat(),
        "content": json.loads(given.content) if given.content else None,
    }


def _images(view: UnitOfWork, subject_id: str) -> int:
    templates = view.subjects.templates(subject_id)
    return sum(view.images.of_template(each.template_id) is not None for each in templates)


def _dealings(view: UnitOfWork, subject_id: str) -> dict[str, Any]:
    """Return what they asked, and who asked about them."""
    return {
        "requests": [
            {"id": each.subject_request_id, "kind": each.kind.value, "received": each.received.isoformat()}
            for each in view.subject_requests.of(subject_id)
        ],
        "history": [
            _asked(each)
            for event in view.audit.latest((subject_id,), None, MOST_ENTRIES)
            if (each := history_entry(event, merged=False)) is not None
        ],
    }


def _asked(told: HistoryEntry) -> dict[str, Any]:
    return {
        "time": told.time.isoformat(),
        "client": told.client,
        "agency": told.agency_code,
        "procedure": told.procedure_code,
        "dossier": told.dossier_code,
        "action": told.action,
        "outcome": told.outcome.value,
        "disclosed": list(told.disclosed),
    }


def _encounter(encounter: Encounter) -> dict[str, Any]:
    templates = [
        {"finger": each.position.name, "quality": each.quality.score, "extractor": each.extractor}
        for each in encounter.impressions
    ]
    return {"taken": encounter.created.isoformat(), "templates": templates}


def _fingers(standing: CitizenStanding) -> list[dict[str, str]]:
    return [
        {"finger": each.position.name, "why": each.fault.value, "until": each.until.isoformat() if each.until else ""}
        for each in standing.fingers
    ]


def _change(change: CitizenChange) -> dict[str, Any]:
    return {
        "changed": change.changed.isoformat(),
        "reason": change.reason.value,
        "grounds": change.grounds,
        "client": change.client,
        "before": _standing(change.before),
        "after": _standing(change.after),
    }


def _standing(standing: CitizenStanding) -> dict[str, Any]:
    return {
        "personal_data": asdict(standing.personal_data),
        "citizen_number": standing.citizen_number,
        "state": standing.state.value,
        "fingers_that_cannot_be_shown": _fingers(standing),
    }


def _consent(consent: Consent) -> dict[str, Any]:
    return {
        "client": consent.client,
        "procedure": consent.procedure_code,
        "record_types": list(consent.record_types),
        "text": consent.given.text_id,
        "given": consent.given.given.isoformat(),
        "withdrawn": consent.withdrawn.isoformat() if consent.withdrawn else "",
    }


def _presence(presence: Presence) -> dict[str, Any]:
    return {
        "seen": presence.seen.isoformat(),
        "kind": presence.kind.value,
        "agency": presence.agency_code,
        "procedure": presence.procedure_code,
        "dossier": presence.dossier_code,
        "papers": [each.kind.value for each in presence.documents],
        "note": presence.note,
    }
