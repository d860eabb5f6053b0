"""The register of processing: what is done with whose data, on which ground, for whom, and how long it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from idverify.domain.law.facts import Fact, LawFacts
from idverify.domain.law.schedule import SCHEDULE
from idverify.domain.model import ALL, Client, Procedure, RecordType

Register = dict[str, Any]
"""Ready for JSON."""

MEASURES = (
    "templates, images, numbers, names and records sealed under a key of the citizen (AES-256-GCM); erased with it",
    "every access an event of a hash-chained audit trail that names a random id, client, purpose and procedure",
    "clients known by their certificates (mutual TLS), each entitled to procedures and records that it needs",
    "of a record only the fields that the procedure may see; no scores, no identifiers in logs or metrics",
    "limits on tries in vain, and on people whose data are read in a day",
    "two people for erasing, export, the catalogue and administrators, where the operator sets it (second_person)",
    "backups encrypted to keys that are kept elsewhere; who was erased stays erased when one is restored",
)


def register_of(
    procedures: Iterable[Procedure],
    record_types: Iterable[RecordType],
    clients: Iterable[Client],
    law: LawFacts,
    today: date,
) -> Register:
    """Return the register of a day."""
    kinds = {kind.code: kind for kind in record_types}
    known = list(clients)
    return {
        "day": today.isoformat(),
        "people": "citizens who are enrolled",
        "biometric_data": "templates of fingerprints, and images where they are kept: sensitive personal data",
        "processing": [_processing(each, kinds, known) for each in procedures],
        "recipients": [_recipient(each) for each in known],
        "kept": [
            {"data": line.name, "what": line.what, "since": line.since, "then": line.then}
            | _period(None if line.fact is None else law.on(today, line.fact))
            for line in SCHEDULE
        ],
        "deadlines": [
            {"of": fact.code.value} | _period(fact)
            for fact in law.facts
            if fact.holds(today) and not fact.code.value.startswith("keep.")
        ],
        "measures": list(MEASURES),
    }


def _processing(procedure: Procedure, kinds: dict[str, RecordType], clients: Sequence[Client]) -> dict[str, Any]:
    return {
        "procedure": procedure.code,
        "version": procedure.version,
        "title": procedure.title,
        "title_en": procedure.title_en,
        "agency": procedure.agency,
        "ground": procedure.legal_basis or "consent of the citizen",
        "dossiers_kept": procedure.retention,
        "data": [
            {
                "record_type": access.record_type,
                "title": kinds[access.record_type].title,
                "owner": kinds[access.record_type].owning_agency,
                "fields": list(access.fields),
                "predicates": [predicate.field for predicate in access.predicates],
            }
            for access in procedure.records
        ],
        "recipients": [each.name for each in clients if each.may.may_use(procedure.code)],
    }


def _recipient(client: Client) -> dict[str, Any]:
    named = sorted(each.procedure for each in client.may.entitlements)
    return {
        "client": client.name,
        "state": client.state.value,
        "roles": sorted(role.value for role in client.may.roles),
        "procedures": "all" if ALL in named else ", ".join(named),
    }


def _period(fact: Fact | None) -> dict[str, str]:
    if fact is None:
        return {"period": "", "certainty": "", "source": ""}
    return {"period": fact.text, "certainty": fact.certainty.value, "source": fact.source}
