"""Taking old events out of the database, into a file: on the operator's word only, also while the service runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from idverify.domain.findings import refuse
from idverify.domain.model import BEGINNING, AuditEntry, RequestContext, TrailHead
from idverify.ports import Clock
from idverify.settings import Settings
from idverify.start.check import State, look
from idverify.storage.store import SqlStore, open_store
from idverify.trust.archive_file import Archive, write_archive
from idverify.trust.audit_chain import StoredEvent


def archive_trail(settings: Settings, clock: Clock, before: datetime, path: Path) -> Archive | None:
    """Write the events from before a time to a file, and take them out of the database.

    First the file is written and read back, then the trail says that it was, then the events go: whatever ends it
    half-way, nothing is lost. The last events stay, so that the database goes on from what is written down beside it.

    Args:
        settings: of the service.
        clock: the time.
        before: events from before then.
        path: of the archive; a file that is there is left alone.

    Returns:
        What was written; None: there are no such events, and no file.

    Raises:
        SettingsError, DomainError: the database cannot be reached.
        StoredDataError: something is lost or was changed; nothing is archived before that is mended.
        OSError: the file is there, or cannot be written.
    """
    state = look(settings, clock)
    refuse(state.findings)
    if state.keys is None or not state.begun:
        return None
    with closing(open_store(settings.store_url, state.keys)) as store:
        floor, last = store.floor(), _last(store, state, before)
        written = None
        if last > floor.sequence:
            written = write_archive(path, floor, _up_to(store, floor, last))
            _put_on_record(store, clock, written)
        store.remove_archived()
    return written


def _last(store: SqlStore, state: State, before: datetime) -> int:
    noted = state.witness.head if state.witness else BEGINNING
    with store.reading() as view:
        return min(view.audit.last_before(before), view.audit.head().sequence - 1, noted.sequence - 1)


def _up_to(store: SqlStore, floor: TrailHead, last: int) -> Iterator[StoredEvent]:
    with store.reading() as view:
        for event in view.audit.stored_after(floor):
            if event.sequence > last:
                return
            yield event


def _put_on_record(store: SqlStore, clock: Clock, written: Archive) -> None:
    details: dict[str, str | int | float | bool | list[str]] = {
        "first": written.after.sequence + 1,
        "last": written.end.sequence,
        "hash": written.end.hash,
        "sha256": written.sha256,
    }
    with store.transaction() as uow:
        uow.audit.begin_after(written.end)
        uow.audit.append(
            AuditEntry(clock.now(), "operator", "ArchiveAuditTrail", "ARCHIVED", "", RequestContext(), details)
        )
