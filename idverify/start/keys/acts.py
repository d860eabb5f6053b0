"""What an operator did with the masters of ``keys.json``, put in the audit trail: every act, once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from idverify.domain.model import AuditEntry, RequestContext
from idverify.ports import Clock
from idverify.storage.store import SqlStore
from idverify.trust.homes.home import KeyHome
from idverify.trust.key_file import KeyAct, read_key_file
from idverify.trust.secret_file import Stamp, stamp_of


class KeyActs:
    """Notes them, whoever did them while the service ran or stood still.

    Args:
        path: of ``keys.json``.
        home: by which it is unlocked.
        store: of the trail.
        clock: the time.
    """

    def __init__(self, path: Path, home: KeyHome, store: SqlStore, clock: Clock) -> None:
        self._path = path
        self._home = home
        self._store = store
        self._clock = clock
        self._seen: Stamp | None = None

    def note(self) -> None:
        """Look whether the file is another one, and what was done then: it must go on from what was noted of it.

        Raises:
            DomainError: KEYS_UNAVAILABLE: it cannot be unlocked now; what was done is noted later.
            StoredDataError, OSError: the file or the trail cannot be used.
        """
        # Before reading: if the file is replaced in between, the next call reads it once more.
        stamp = stamp_of(self._path)
        if stamp == self._seen:
            return
        if _told(read_key_file(self._path, self._home).acts) != self._store.key_acts():
            with self._store.transaction(alone=True) as uow:
                # Of several servers another one may have been here first.
                acts, (noted, digest) = read_key_file(self._path, self._home).acts, self._store.key_acts()
                for act in acts[noted:]:
                    said = {"master": act.master, "at": act.time}
                    uow.audit.append(self._entry(act.action, "DONE", said))
                # A former version noted no digest.
                if len(acts) < noted or (digest and digest != _digest(acts[:noted])):
                    outcome = "OLDER" if len(acts) < noted else "OTHER"
                    uow.audit.append(self._entry("RestoreKeys", outcome, {"noted": noted, "acts": len(acts)}))
                uow.audit.note_key_acts(*_told(acts))
        self._seen = stamp

    def _entry(self, action: str, outcome: str, details: Mapping[str, str | int]) -> AuditEntry:
        return AuditEntry(self._clock.now(), "operator", action, outcome, "", RequestContext(), {**details})


def _told(acts: Sequence[KeyAct]) -> tuple[int, str]:
    return len(acts), _digest(acts)


def _digest(acts: Sequence[KeyAct]) -> str:
    told = json.dumps([[act.action, act.master, act.time] for act in acts])
    return hashlib.sha256(told.encode()).hexdigest() if acts else ""
