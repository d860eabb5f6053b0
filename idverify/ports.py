"""What the use cases need from the outside world. Adapters implement these; tests run one contract over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from idverify.domain.model import (
    AuditEntry,
    AuditEvent,
    Citizen,
    Encounter,
    Features,
    FingerPosition,
    Likeness,
    Operation,
    PersonalData,
    Procedure,
    Record,
    RecordType,
    Sample,
    StoredTemplate,
    TrailCheck,
    TrailHead,
)


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Return the current time, aware, UTC."""


class Deadline(Protocol):
    """How long a call may still take."""

    def check(self) -> None:
        """Raise DomainError DEADLINE_EXCEEDED if the time is up or the caller went away."""


# --- biometrics ------------------------------------------------------------------------------------------------------


class Biometrics(Protocol):
    """Extraction and comparison. CPU-bound, thread-safe. Only calibrated error rates come out of it."""

    @property
    def comparator_id(self) -> str:
        """Name of the comparator and its parameters."""

    @property
    def calibration_id(self) -> str:
        """Name of the calibration."""

    @property
    def fmr_extrapolated_below(self) -> float:
        """FMR under which the calibration extrapolates."""

    def extract(self, sample: Sample) -> Features:
        """Make a template; a poor sample comes back with ``quality.usable`` False.

        Raises:
            DomainError: SAMPLE_INVALID, SAMPLE_FORMAT_UNSUPPORTED, SAMPLE_RESOLUTION_UNKNOWN.
        """

    def to_iso_record(self, features: Features) -> bytes:
        """Write the template as a finger minutiae record, ISO/IEC 19794-2:2005."""

    def compare(self, probe: bytes, references: Sequence[bytes]) -> Likeness:
        """Compare one template with all impressions of one finger; the number of impressions is accounted for."""

    def fuse(self, fingers: Sequence[Likeness]) -> Likeness:
        """Combine the likenesses of different fingers of one claimed person into one."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One finger found in the gallery."""

    subject_id: str
    position: FingerPosition
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Fingers found, best first, one per subject; and how many enrolled fingers were searched."""

    hits: tuple[Hit, ...]
    searched_fingers: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many took how long: ``counts[i]`` up to ``bounds[i]`` seconds, the last of them longer than all bounds."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    sum_seconds: float


@dataclass(frozen=True, slots=True)
class GalleryFigures:
    """How large the gallery is, in impressions, bytes and segments, and how long searches took."""

    impressions: int
    bytes: int
    segments: int
    search_latency: Histogram


class Gallery(Protocol):
    """The index over all enrolled fingers. Thread-safe; a search sees everything added before it began."""

    def add(self, templates: Sequence[StoredTemplate]) -> None:
        """Make templates findable; adding one that is there already changes nothing."""

    def remove(self, template_ids: Sequence[int]) -> None:
        """Make templates unfindable; removing one that is not there changes nothing."""

    def search(
        self,
        probe: bytes,
        *,
        position: FingerPosition | None,
        limit: int,
        deadline: Deadline,
        exclude: str | None = None,
    ) -> SearchResult:
        """Find the ``limit`` most alike subjects.

        Args:
            probe: template searched for.
            position: search this finger, and those enrolled without one; None searches all.
            limit: most hits.
            deadline: checked while searching.
            exclude: a subject who is not searched, nor counted.
        """

    def figures(self) -> GalleryFigures:
        """Return how large it is and how quick its searches are."""

    def __len__(self) -> int:
        """Return the number of enrolled templates."""


# --- storage ---------------------------------------------------------------------------------------------------------


class Subjects(Protocol):
    """Citizens and their templates. Everything personal is sealed at rest."""

    def add(self, subject_id: str, citizen_number: str, personal_data: PersonalData, created: datetime) -> None:
        """Add a citizen. Raises DomainError REFERENCE_EXISTS if the number is enrolled."""

    def id_of(self, citizen_number: str) -> str | None:
        """Return the subject id of a citizen number."""

    def get(self, subject_id: str) -> Citizen | None:
        """Return a citizen with encounters, without templates."""

    def count(self) -> int:
        """Return the number of citizens."""

    def page(self, after_ordinal: int, limit: int) -> list[Citizen]:
        """Return citizens in order of enrolment, those with an ordinal above ``after_ordinal``."""

    def add_encounter(
        self, subject_id: str, encounter_id: str, created: datetime, features: Sequence[Features]
    ) -> tuple[Encounter, list[StoredTemplate]]:
        """Add an encounter; every feature's position is set."""

    def templates(self, subject_id: str) -> list[StoredTemplate]:
        """Return all templates of a citizen, oldest first."""

    def newest_template(self) -> int:
        """Return the id of the template that was added last of those that are there; 0 if there is none."""

    def templates_after(self, template_id: int, limit: int | None = None) -> list[StoredTemplate]:
        """Return the templates with higher ids, whomever they are of, in order; at most ``limit``."""

    def delete(self, subject_id: str) -> int:
        """Delete the citizen with templates, records, stored replies and data key; return the number of templates."""


class Records(Protocol):
    """Linked records, sealed under the citizen's data key."""

    def put(self, subject_id: str, record: Record) -> None:
        """Store a new version. Raises DomainError VERSION_MISMATCH if ``record.version`` does not follow the stored."""

    def get(self, subject_id: str, record_type: str) -> Record | None:
        """Return the newest version."""


class AuditTrail(Protocol):
    """Append-only and hash-chained."""

    def append(self, entry: AuditEntry) -> AuditEvent:
        """Add an event to the end of the chain, in the transaction at hand."""

    def page(self, after_sequence: int, limit: int, subject_id: str | None = None) -> list[AuditEvent]:
        """Return events in order."""

    def head(self) -> TrailHead:
        """Return where the chain ends."""

    def holds(self, head: TrailHead) -> bool:
        """Tell whether the chain once ended there: whether this is the continuation of that history."""

    def check(self) -> TrailCheck:
        """Recompute the whole chain."""


@dataclass(frozen=True, slots=True)
class StoredReply:
    """First answer to a request. ``body`` None: it was erased together with the citizen it was about."""

    method: str
    digest: bytes
    body: bytes | None


class Replies(Protocol):
    """First answers, by caller and request id."""

    def find(self, caller: str, request_id: str) -> StoredReply | None:
        """Return the first answer, if the request was answered before."""

    def put(self, caller: str, request_id: str, reply: StoredReply, subject_id: str | None) -> None:
        """Store an answer (sealed; under the citizen's key if one is concerned).

        Raises:
            DomainError: REQUEST_REPLAYED if a concurrent request with this id was answered meanwhile.
        """


class Operations(Protocol):
    """Work that takes longer than a call."""

    def get(self, operation_id: str) -> Operation | None:
        """Return an operation with its result."""

    def page(self, after_ordinal: int, limit: int) -> list[tuple[int, Operation]]:
        """Return operations in order, each with its ordinal, without results."""

    def add(self, operation: Operation) -> None:
        """Add a new one."""

    def put(self, operation: Operation) -> None:
        """Store how one stands now."""

    def interrupt(self, now: datetime) -> None:
        """Note that nobody works any more on those that are running."""

    def delete(self, operation_id: str) -> None:
        """Forget one."""


class UnitOfWork(Protocol):
    """One transaction: all of it, or nothing."""

    @property
    def subjects(self) -> Subjects:
        """Citizens."""

    @property
    def records(self) -> Records:
        """Linked records."""

    @property
    def audit(self) -> AuditTrail:
        """The audit trail."""

    @property
    def replies(self) -> Replies:
        """First answers."""

    @property
    def operations(self) -> Operations:
        """Work that takes longer than a call."""

    def on_rollback(self, undo: Callable[[], object]) -> None:
        """Have something outside the database undone if this is not committed, before another transaction begins."""


class Store(Protocol):
    """The database."""

    def transaction(self) -> AbstractContextManager[UnitOfWork]:
        """Begin a write transaction: commits when the block ends, rolls back if it raises.

        Raises:
            DomainError: STORE_UNAVAILABLE if the database cannot be reached or stays locked; STORE_NOT_WRITABLE if its
                disk is full or fails.
        """

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Begin a read-only transaction with one consistent view; every write in it is refused."""

    def require_writable(self) -> None:
        """Try to write, if the last attempt failed. Raises DomainError STORE_NOT_WRITABLE, STORE_UNAVAILABLE."""

    def all_templates(self) -> Iterator[StoredTemplate]:
        """Stream every enrolled template, for rebuilding the gallery at start."""

    def template_ids(self) -> NDArray[np.int64]:
        """Return the ids of every enrolled template, ascending; a second for a million."""

    def templates_of(self, template_ids: Sequence[int]) -> Iterator[StoredTemplate]:
        """Stream those of some templates that are still there."""

    def close(self) -> None:
        """Release the connections."""


# --- trust -----------------------------------------------------------------------------------------------------------


class Signer(Protocol):
    """Signs assertions."""

    @property
    def issuer(self) -> str:
        """Value of the claim ``iss``."""

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Sign claims as a JWT in JWS compact form, with ``kid`` and ``typ`` in the header."""

    def key_set(self) -> tuple[str, str]:
        """Return the public JWK Set as JSON, and the key id that signs now."""


class Pseudonyms(Protocol):
    """Keyed one-way mappings."""

    def pairwise(self, subject_id: str, audience: str) -> str:
        """Return the subject identifier for one audience: stable, and not linkable between audiences."""

    def request_digest(self, content: bytes) -> bytes:
        """Return a keyed digest of a request's content."""


class Catalogue(Protocol):
    """Procedures and record types."""

    def procedures(self) -> Sequence[Procedure]:
        """Return all procedures, by code."""

    def procedure(self, code: str) -> Procedure:
        """Return one. Raises DomainError PROCEDURE_NOT_FOUND."""

    def record_types(self) -> Sequence[RecordType]:
        """Return all record types, by code."""

    def record_type(self, code: str) -> RecordType:
        """Return one. Raises DomainError RECORD_TYPE_NOT_FOUND."""

    def validate(self, record_type: str, json_text: str) -> None:
        """Check a record against its schema. Raises DomainError RECORD_TYPE_NOT_FOUND or RECORD_INVALID."""
