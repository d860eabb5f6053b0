"""Watching the service: what happens, told where it happens, in figures and codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from idverify.domain.errors import Reason
from idverify.domain.model import AuditEntry, FingerPosition, Quality, Role, SampleKind


class Stage(Enum):
    """What a call spends its time in. One may lie within another."""

    ADMISSION = "admission"
    INTAKE = "intake"
    QUEUE = "queue"
    WORK = "work"
    EXTRACT = "extract"
    COMPARE = "compare"
    SEARCH = "search"
    WRITE_WAIT = "write_wait"
    WRITE = "write"
    SIGN = "sign"


class Shown(Enum):
    """What is asked for whenever somebody looks, because it is a state and no event."""

    QUEUE_WAITING = "queue_waiting"
    WORKERS = "workers"
    WORKERS_BUSY = "workers_busy"
    OPEN_CALLS = "open_calls"
    REQUEST_BYTES = "request_bytes"
    GALLERY_IMPRESSIONS = "gallery_impressions"
    GALLERY_BYTES = "gallery_bytes"
    GALLERY_SEGMENTS = "gallery_segments"
    GALLERY_SNAPSHOT_AGE = "gallery_snapshot_age_seconds"
    BACKUP_AGE = "backup_age_seconds"
    DATABASE_BYTES = "database_bytes"
    DATABASE_FREE_BYTES = "database_free_bytes"
    DATABASE_CONNECTIONS = "database_connections_busy"
    EXPIRES_IN = "certificate_expires_in_seconds"
    SIGNING_KEYS = "signing_keys_published"
    KEY_FILE_AGE = "key_file_age_seconds"
    LOG_ENTRIES = "log_entries"
    LOG_UNPUBLISHED = "log_entries_unpublished"
    LOG_CHECKPOINT_AGE = "log_checkpoint_age_seconds"
    LOG_COSIGNED_AGE = "log_cosigned_age_seconds"
    TRAIL_UNVERIFIED = "trail_events_unverified"
    ATTEMPTS_LOCKED = "attempts_locked"
    TRAIL_FINDINGS = "trail_findings"
    SUBJECT_REQUESTS_OVERDUE = "subject_requests_overdue"
    CHORE_LATE = "chore_late_seconds"


@dataclass(frozen=True, slots=True)
class Figure:
    """A state in a number, at the moment; ``label`` says of which part, where there are several."""

    of: Shown
    value: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class CallEnded:
    """How a call ended.

    Attributes:
        method: full name.
        role: by which the caller was let in; None: was not.
        code: name of ``google.rpc.Code``.
        reason: of a refusal; None: it is none.
        seconds: that it took, with waiting.
    """

    method: str
    role: Role | None
    code: str
    reason: Reason | None
    seconds: float


@dataclass(frozen=True, slots=True)
class SampleSeen:
    """What came of a sample.

    Attributes:
        position: as stated; None: not stated.
        kind: what it came as.
        quality: None: nothing could be made of it.
        refused: why it carries no decision; None: it does.
    """

    position: FingerPosition | None
    kind: SampleKind
    quality: Quality | None
    refused: Reason | None


class Watch(Protocol):
    """Is told what happens. Any thread; returns at once and raises nothing; keeps nothing that tells of anybody."""

    def call(self, method: str) -> AbstractContextManager[None]:
        """Watch a call during a block; what is told in it belongs to the call."""

    def call_ended(self, ended: CallEnded) -> None:
        """Be told how a call ended, in its block."""

    def stage(self, stage: Stage) -> AbstractContextManager[None]:
        """Take the time of a block."""

    def took(self, stage: Stage, seconds: float) -> None:
        """Be told of a stage that ends now, and that was no block."""

    def sample(self, seen: SampleSeen) -> None:
        """Be told of a sample."""

    def recorded(self, entry: AuditEntry) -> None:
        """Be told what went into the audit trail, once it is committed."""

    def chore(self, name: str, seconds: float, *, failed: bool) -> None:
        """Be told of a chore that was done, or failed."""

    def show(self, figures: Callable[[], Sequence[Figure]]) -> None:
        """Ask for figures whenever somebody looks; in a thread of whoever looks.

        What they raise of DomainError, StoredDataError and OSError means that they cannot be had.
        """

    def close(self) -> None:
        """End; whoever tells it something afterwards tells nobody."""


_NOTHING = nullcontext()


class Unwatched:
    """Implements the port for nobody."""

    def call(self, method: str) -> AbstractContextManager[None]:
        """Do nothing."""
        del method
        return _NOTHING

    def call_ended(self, ended: CallEnded) -> None:
        """Do nothing."""

    def stage(self, stage: Stage) -> AbstractContextManager[None]:
        """Do nothing."""
        del stage
        return _NOTHING

    def took(self, stage: Stage, seconds: float) -> None:
        """Do nothing."""

    def sample(self, seen: SampleSeen) -> None:
        """Do nothing."""

    def recorded(self, entry: AuditEntry) -> None:
        """Do nothing."""

    def chore(self, name: str, seconds: float, *, failed: bool) -> None:
        """Do nothing."""

    def show(self, figures: Callable[[], Sequence[Figure]]) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


UNWATCHED: Watch = Unwatched()
