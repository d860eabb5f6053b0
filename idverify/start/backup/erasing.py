"""Keeps the erasure list as the database has it: no more, and no less."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Lock

from idverify.domain.errors import StoredDataError
from idverify.domain.model import AuditEvent
from idverify.ports import Clock
from idverify.start.backup.replaying import erase_again
from idverify.storage.failures import not_writable
from idverify.storage.store import SqlStore
from idverify.storage.trail.audit_trail import PRINTS_DELETED
from idverify.telemetry.troubles import cause_of
from idverify.trust.backup.erasure_list import Erased, ErasureList, Line
from idverify.trust.sealing import MasterKeys

_LOG = logging.getLogger(__name__)
_CAUSES = {errno.ENOSPC: "DISK_FULL", errno.EDQUOT: "DISK_FULL", errno.EROFS: "READ_ONLY"}


class ErasureKeeper:
    """Implements the port ``Erasures``.

    A citizen is put in the list before the transaction that erases them is committed: nobody is told of an erasure that
    a backup could undo. What is rolled back is taken out again; where the process ended in between, the next start
    erases them.

    Args:
        file: the list.
        store: whose citizens they are.
        clock: the time.
    """

    def __init__(self, file: ErasureList, store: SqlStore, clock: Clock) -> None:
        self._file = file
        self._store = store
        self._clock = clock
        self._changing = Lock()
        self._too_much: int | None = None
        self._looked = 0
        self._noted: set[int] = set()

    def open(self) -> None:
        """Make the list, or hold the database to it. Nobody may be served.

        Whoever is in the list is erased, if they are not: the process before was killed between the two, and nobody was
        answered; or the database is an older one.

        Raises:
            StoredDataError: the list was changed, or belongs to another ``keys.json``.
            DomainError: STORE_UNAVAILABLE, STORE_NOT_WRITABLE.
            OSError: it cannot be read or made.
        """
        self._file.begin()
        listed = self._file.read()
        since = listed.lines[max(0, listed.settled - 1) :]
        self._noted = {line.event for line in since if line.subject}
        self._looked = max((line.event for line in since), default=0) if listed.settled else 0
        if since and since[-1].subject and not self._came_to_be(since[-1]):
            again = erase_again(self._store, self._clock, self._file, listed.erased())
            told = {"erased": again.citizens, "encounters": again.encounters}
            _LOG.warning("citizens were erased again who are in the erasure list", extra=told)
            self._settle_all()
        elif not listed.settled:
            # It was just made, or is lost: all erasures of the trail, a second for some hundred thousand events.
            self.keep()
            self._settle_all()

    def note(self, erased: Sequence[AuditEvent]) -> Callable[[], object]:
        """Note the events by which subjects are erased; return what takes it back.

        Raises:
            DomainError: STORE_NOT_WRITABLE.
        """
        events = {event.sequence for event in erased}
        try:
            with self._changing:
                self._settle()
                before = self._file.append([_erased(event) for event in erased])
                self._noted |= events
        except (OSError, StoredDataError) as error:
            raise not_writable(_cause(error)) from error
        return partial(self._take_back, before, events)

    def keep(self) -> None:
        """Add what was erased and is not in the list: it was made anew, or the database did not tell of its commit.

        Raises:
            StoredDataError, OSError: the list cannot be read or written.
        """
        with self._changing:
            self._settle()
            with self._store.reading() as view:
                head = view.audit.head().sequence
                found = view.audit.erasures_after(self._looked)
            if any(event > head for event in self._noted):
                return  # one is being done: what is added after it would be taken back with it
            missing = [_erased(event) for event in found if event.sequence not in self._noted]
            if missing:
                self._file.append(missing)
                _LOG.info("erasures were added to the erasure list", extra={"added": len(missing)})
            self._noted.clear()
            self._looked = head

    def _take_back(self, before: int, events: set[int]) -> None:
        with self._changing:
            self._noted -= events
            self._too_much = before
            try:
                self._settle()
            except (OSError, StoredDataError) as error:
                _LOG.error("the erasure list could not be written", extra={"cause": cause_of(error)})

    def _settle(self) -> None:
        if self._too_much is not None:
            self._file.cut(self._too_much)
            self._too_much = None

    def _settle_all(self) -> None:
        with self._store.reading() as view:
            self._looked = view.audit.head().sequence
        self._noted.clear()
        self._file.note_settled(self._looked)

    def _came_to_be(self, line: Line) -> bool:
        with self._store.reading() as view:
            if line.event > view.audit.head().sequence:
                return False
            (event, *_) = view.audit.page(line.event - 1, 1)
        if event.sequence != line.event:
            return True  # it is in an archive
        return line.subject in self._file.digests(_erased(event))


def open_erasures(path: Path, keys: MasterKeys, store: SqlStore, clock: Clock) -> ErasureKeeper:
    """Return what keeps the list at a path. Raises as :meth:`ErasureKeeper.open`."""
    keeper = ErasureKeeper(ErasureList(path, keys), store, clock)
    keeper.open()
    return keeper


def _erased(event: AuditEvent) -> Erased:
    """Return what an event erased: nothing, if it is of another kind."""
    entry = event.entry
    if entry.outcome not in {"DELETED", PRINTS_DELETED}:
        return Erased(event.sequence, "")
    named = entry.details.get("encounters")
    encounters = tuple(named) if isinstance(named, list) else ()  # former versions named none
    return Erased(event.sequence, entry.subject_id if entry.outcome == "DELETED" else "", encounters)


def _cause(error: OSError | StoredDataError) -> str:
    return _CAUSES.get(error.errno or 0, "IO_ERROR") if isinstance(error, OSError) else "ERASURE_LIST_CHANGED"
