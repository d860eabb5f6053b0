"""Whom an act concerns."""

from __future__ import annotations

from datetime import datetime

from idverify.domain.errors import DomainError
from idverify.domain.model import ActSubject
from idverify.domain.references import ReferenceKey, is_reference
from idverify.ports import UnitOfWork
from idverify.services.citizens import citizen_of, subject_of
from idverify.services.references.showing import subject_of_key


def subject_as_of(view: UnitOfWork, citizen_number: str, now: datetime) -> ActSubject | None:
    """Return whom a number leads to now; None if there is no number."""
    if not citizen_number:
        return None
    try:
        if is_reference(citizen_number):
            citizen = citizen_of(view, subject_of_key(view, ReferenceKey.parse(citizen_number)))
        else:
            citizen = citizen_of(view, subject_of(view, citizen_number, now))
    except DomainError:
        return ActSubject(citizen_number)
    return ActSubject(citizen_number, citizen.subject_id, citizen.version, citizen.absorbed)
