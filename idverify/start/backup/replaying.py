"""Erasing again whoever is in the erasure list and in the database: it is an older one, or an erasure was cut short."""

from __future__ import annotations

from idverify.domain.model import AuditEntry, RequestContext
from idverify.ports import Clock
from idverify.services.calls.approved import end_acts_of
from idverify.services.calls.auditing import Details
from idverify.storage.store import SqlStore
from idverify.trust.backup.erasure_list import ErasureList


def erase_again(store: SqlStore, clock: Clock, file: ErasureList, subjects: frozenset[str]) -> int:
    """Erase everybody whose digest is among some; return how many they were. A second or two for a million citizens.

    Nobody may be served: the gallery is not told. Ended half-way, it is done to its end by the next time.

    Raises:
        DomainError: STORE_UNAVAILABLE, STORE_NOT_WRITABLE.
        StoredDataError: the end of the trail was tampered with.
    """
    with store.reading() as view:
        again = [subject_id for subject_id in view.subjects.ids() if file.digest(subject_id) in subjects]
    for subject_id in again:
        with store.transaction() as uow:
            citizen = uow.subjects.get(subject_id)
            if citizen is not None:
                end_acts_of(uow, None, [citizen], clock.now())
            details: Details = {"templates": uow.subjects.delete(subject_id)}
            uow.audit.append(
                AuditEntry(clock.now(), "operator", "EraseAgain", "DELETED", subject_id, RequestContext(), details)
            )
    return len(again)
