"""The database: what can be kept in it, one transaction at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from idverify.domain.catalogue.content import CatalogueContent, Item, Revision
from idverify.domain.model import (
    AuditEntry,
    AuditEvent,
    Citizen,
    Client,
    Encounter,
    EventSearch,
    Features,
    HeldAct,
    LogHead,
    LogProof,
    Moved,
    Operation,
    PersonalData,
    Record,
    StoredTemplate,
    TrailCheck,
    TrailHead,
    TrailPart,
)
from idverify.domain.references import ReferenceEncounter, Scope
from idverify.domain.tasks.task import Task, TaskState
from idverify.ports.attempts import Attempts, RecentProbes, SeenSamples
from idverify.ports.citizens import Changes, Numbers, VirtualNumbers
from idverify.ports.counter import (
    Confirmations,
    Consents,
    Disclosures,
    Dossiers,
    Presences,
    SignIns,
    Slips,
    Transactions,
)
from idverify.ports.devices import Devices
from idverify.ports.factors import Pins
from idverify.ports.gallery import Among
from idverify.ports.images import Images
from idverify.ports.law import LegalHolds, Retention, SubjectRequests
from idverify.ports.owners import OwnedRecords
from idverify.ports.timing import Deadline


class Subjects(Protocol):
    """Citizens and their templates. Everything personal is sealed at rest."""

    def add(self, subject_id: str, citizen_number: str, personal_data: PersonalData, created: datetime) -> None:
        """Add a citizen. Raises DomainError REFERENCE_EXISTS if the number is enrolled."""

    def id_of(self, citizen_number: str) -> str | None:
        """Return the subject id of who bears a citizen number, did before, or turned out to be who bore it."""

    def current(self, subject_id: str) -> str:
        """Return who somebody turned out to be: the same subject, if nobody else."""

    def own_id_of(self, citizen_number: str) -> str | None:
        """Return the subject id under which a number was enrolled, or is a former one, merged into another or not."""

    def number_of(self, subject_id: str) -> str | None:
        """Return the number that a citizen bears."""

    def get(self, subject_id: str, *, encounters: bool = True) -> Citizen | None:
        """Return a citizen, without templates; ``encounters``: with those, which is dearer."""

    def count(self, *, citizens_only: bool = False) -> int:
        """Return the number of citizens and, if not of them only, of references."""

    def page(self, after_ordinal: int, limit: int, *, citizens_only: bool = False) -> list[Citizen]:
        """Return citizens and references in order of enrolment, those with an ordinal above ``after_ordinal``."""

    def remove_encounter(self, encounter_id: str) -> int:
        """Remove an encounter with templates and images; return how many templates. Its citizen stays."""

    def add_encounter(
        self, subject_id: str, encounter_id: str, created: datetime, features: Sequence[Features]
    ) -> tuple[Encounter, list[StoredTemplate]]:
        """Add an encounter; every feature's position is set."""

    def templates(self, subject_id: str) -> list[StoredTemplate]:
        """Return all templates of a citizen, oldest first."""

    def templates_of_encounters(self, encounter_ids: Sequence[str]) -> list[StoredTemplate]:
        """Return the templates of some encounters, in order."""

    def newest_template(self) -> int:
        """Return the id of the template that was added last of those that are there; 0 if there is none."""

    def templates_after(self, template_id: int, limit: int | None = None) -> list[StoredTemplate]:
        """Return the templates with higher ids, whomever they are of, in order; at most ``limit``."""

    def move_encounter(self, encounter_id: str, subject_id: str) -> Moved:
        """Give an encounter to another citizen. Raises DomainError ENCOUNTER_NOT_FOUND, SUBJECT_NOT_FOUND."""

    def replace_templates(self, subject_id: str, new: Mapping[int, Features]) -> Moved:
        """Put new templates, with new ids, in the place of some of a citizen's, by the ids of these.

        Raises:
            DomainError: SUBJECT_NOT_FOUND; VERSION_MISMATCH if one of them is not there, or is another citizen's.
        """

    def delete(self, subject_id: str) -> int:
        """Delete the citizen with templates, records, stored replies and data key; return the number of templates."""


class References(Protocol):
    """People of foreign programmes: what those gave of each encounter besides its fingers, sealed under their keys."""

    def holds(self, subject_id: str) -> bool:
        """Tell whether a subject is a reference."""

    def of(self, subject_id: str) -> list[ReferenceEncounter]:
        """Return the encounters of a reference, oldest first."""

    def count(self, programme: str) -> int:
        """Return how many people of a programme there are."""

    def galleries(self, programme: str) -> list[str]:
        """Return the names of the galleries of a programme that have anything in them, in order of the alphabet."""

    def content(self, programme: str, gallery: str, offset: int, limit: int) -> list[tuple[str, ReferenceEncounter]]:
        """Return a part of a gallery, active or not, in the order in which encounters came: whose each is, and it."""

    def members(self, scope: Scope) -> Among:
        """Return what a search of a scope looks at: templates of active encounters."""

    def citizens(self) -> Among | None:
        """Return what a search for citizens looks at: all but references; None: there are none, so all."""

    def add(self, subject_id: str, encounter: ReferenceEncounter) -> None:
        """Add what belongs to an encounter that is in the store. Raises DomainError SUBJECT_NOT_FOUND."""

    def put(self, subject_id: str, encounter: ReferenceEncounter) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""

    def drop(self, subject_id: str, encounter: ReferenceEncounter) -> None:
        """Take out what belongs to an encounter, before that itself goes, or becomes another's."""


class Records(Protocol):
    """Linked records, sealed under the citizen's data key."""

    def put(self, subject_id: str, record: Record) -> None:
        """Store a new version. Raises DomainError VERSION_MISMATCH if ``record.version`` does not follow the stored."""

    def get(self, subject_id: str, record_type: str) -> Record | None:
        """Return the newest version."""

    def newest(self, subject_id: str, record_types: Collection[str]) -> Mapping[str, Record]:
        """Return the newest versions of some types, by type, as far as there are any."""


class AuditTrail(Protocol):
    """Append-only and hash-chained."""

    def append(self, entry: AuditEntry) -> AuditEvent:
        """Add an event to the end of the chain, in the transaction at hand."""

    def page(self, after_sequence: int, limit: int, subject_id: str | None = None) -> list[AuditEvent]:
        """Return events in order."""

    def latest(self, subject_ids: Sequence[str], since: datetime | None, limit: int) -> list[AuditEvent]:
        """Return the last events about some citizens, newest first; ``since``: none that is dated before."""

    def found_between(self, wanted: EventSearch, after: int, last: int, limit: int) -> list[AuditEvent]:
        """Return the last events of those looked for, newest first, with numbers above ``after`` and up to ``last``."""

    def of_actions(self, actions: Sequence[str], wanted: EventSearch, after: int, last: int) -> Iterator[AuditEvent]:
        """Yield the events of some actions that are looked for, in order, with numbers as above."""

    def begins_after(self) -> int:
        """Return the last event that is in an archive; 0: none is."""

    def head(self) -> TrailHead:
        """Return where the chain ends."""

    def last_before(self, time: datetime) -> int:
        """Return the sequence of the last event from before a time; 0 if there is none."""

    def holds(self, head: TrailHead) -> bool:
        """Tell whether the chain once ended there: whether this is the continuation of that history."""

    def check(self) -> TrailCheck:
        """Recompute the whole chain at once."""

    def check_part(self, after: TrailHead, limit: int) -> TrailPart:
        """Recompute at most so many events of the chain, from the one after ``after``, up to which it was sound."""

    def compare_rows(self, deadline: Deadline, *, add_up: bool) -> list[str]:
        """Say what is wrong with the rows by what was left, counted, or with ``add_up`` each of them and its key."""

    def name_rows(self, deadline: Deadline, after: int | None) -> list[str]:
        """Name the rows that are not as they were left: those written with an event or later; None: all."""


class AuditLog(Protocol):
    """The audit trail as a transparency log: what it proves to others. Appended to with the trail."""

    def head(self) -> LogHead:
        """Return where the log ends."""

    def proof(self, sequence: int, at: LogHead, *, whole: bool) -> LogProof | None:
        """Return the proof that an event is in the log as it was at some time; None: it is not, or no longer here."""

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Return the proof that the log with ``new`` entries goes on from the one with ``old``."""

    def findings(self, deadline: Deadline) -> list[str]:
        """Recompute the whole log; say what is wrong with it."""

    def root(self, size: int) -> bytes:
        """Return the root of the log as it was with so many entries."""


@dataclass(frozen=True, slots=True)
class StoredReply:
    """First answer to a request. ``body`` None: erased, with the citizen it was about or because its time was over."""

    method: str
    digest: bytes
    body: bytes | None


class Replies(Protocol):
    """First answers, by caller and request id."""

    def find(self, caller: str, request_id: str) -> StoredReply | None:
        """Return the first answer, if the request was answered before."""

    def given(self, caller: str, request_id: str) -> tuple[str | None, int | None]:
        """Return whom an answer that is there is about, and the event of the trail at which it was given."""

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

    def reached(self, operation_id: str) -> bytes | None:
        """Return what was noted of how far one came that did not succeed."""

    def note(self, operation_id: str, reached: bytes) -> None:
        """Keep (sealed) how far one is, until it succeeds or is forgotten."""

    def running(self) -> Operation | None:
        """Return the one that is running, without a result; of whichever server."""

    def interrupt(self, now: datetime, owner: str = "") -> None:
        """Note that nobody works any more on those of a server, or of one that worked alone, that are running."""

    def ask_to_cancel(self, operation_id: str) -> None:
        """Note for whoever works on it that it is to end."""

    def delete(self, operation_id: str) -> None:
        """Forget one."""


class Clients(Protocol):
    """Registered clients. Sealed at rest: who has the database alone registers nobody."""

    def get(self, name: str) -> Client | None:
        """Return a client."""

    def all(self) -> list[Client]:
        """Return every client, in the order in which they were registered."""

    def add(self, client: Client) -> None:
        """Add a new one. Raises DomainError CLIENT_EXISTS if the name is taken."""

    def put(self, client: Client) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""


class CatalogueRows(Protocol):
    """Every version of the catalogue. Sealed at rest: who has the database alone widens no policy."""

    def content(self) -> CatalogueContent:
        """Return everything, in the order in which it came."""

    def add(self, revision: Revision, items: Sequence[Item]) -> None:
        """Add a revision and the versions that it brings. Raises DomainError VERSION_MISMATCH if another came first."""


class Reads(Protocol):
    """How many people each client has read in bulk on a day."""

    def of(self, client: str, day: date) -> int:
        """Return how many."""

    def add(self, client: str, day: date, people: int) -> None:
        """Count some; what was counted on other days is forgotten."""


class HeldActs(Protocol):
    """Acts that wait for a second person. Sealed at rest: who has the database alone approves nothing."""

    def get(self, act_id: str) -> HeldAct | None:
        """Return an act."""

    def find(self, caller: str, key: str) -> HeldAct | None:
        """Return the newest act of a client that goes by a key."""

    def page(self, after_ordinal: int, limit: int) -> list[tuple[int, HeldAct]]:
        """Return acts in the order in which they were asked for, each with its ordinal."""

    def waiting(self, caller: str, now: datetime) -> tuple[int, int]:
        """Return how many acts of a client may still be done, and how many bytes they take."""

    def open(self) -> list[HeldAct]:
        """Return those that are not closed."""

    def due(self, now: datetime) -> list[HeldAct]:
        """Return those that have expired and are not closed."""

    def add(self, act: HeldAct) -> None:
        """Add a new one."""

    def put(self, act: HeldAct) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""

    def forget(self, before: datetime) -> None:
        """Delete those that expired before a time."""


class Tasks(Protocol):
    """Requests that are answered later. Sealed at rest."""

    def get(self, task_id: str) -> Task | None:
        """Return a task."""

    def first(self, state: TaskState, but: Collection[str] = ()) -> Task | None:
        """Return the task that was accepted first of those that stand so; ``but``: clients whose are left out."""

    def due(self, now: datetime, but: Collection[str] = ()) -> Task | None:
        """Return the task whose delivery is due longest; ``but``: clients whose are left out."""

    def waiting(self, caller: str) -> tuple[int, int]:
        """Return how many tasks of a client are not completed, and how many bytes they take."""

    def old(self, before: datetime) -> bool:
        """Tell whether any has been done with since before a time."""

    def add(self, task: Task) -> None:
        """Add a new one."""

    def put(self, task: Task) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""

    def forget(self, before: datetime) -> None:
        """Delete those that have been done with since before a time."""

    def clear(self) -> None:
        """Delete all."""


class UnitOfWork(Protocol):
    """One transaction: all of it, or nothing."""

    @property
    def subjects(self) -> Subjects:
        """Citizens."""

    @property
    def references(self) -> References:
        """People of foreign programmes."""

    @property
    def images(self) -> Images:
        """Images of enrolled impressions."""

    @property
    def changes(self) -> Changes:
        """What was changed about citizens."""

    @property
    def numbers(self) -> Numbers:
        """The numbers of citizens."""

    @property
    def virtual_numbers(self) -> VirtualNumbers:
        """Numbers that stand for a citizen's for a while."""

    @property
    def pins(self) -> Pins:
        """PINs of citizens."""

    @property
    def records(self) -> Records:
        """Linked records."""

    @property
    def owned_records(self) -> OwnedRecords:
        """Records that owners allow to be kept."""

    @property
    def audit(self) -> AuditTrail:
        """The audit trail."""

    @property
    def log(self) -> AuditLog:
        """What proves the audit trail to others."""

    @property
    def replies(self) -> Replies:
        """First answers."""

    @property
    def attempts(self) -> Attempts:
        """Tries that failed."""

    @property
    def seen_samples(self) -> SeenSamples:
        """Samples that were presented."""

    @property
    def recent_probes(self) -> RecentProbes:
        """The last impressions shown for citizens."""

    @property
    def operations(self) -> Operations:
        """Work that takes longer than a call."""

    @property
    def clients(self) -> Clients:
        """Registered clients."""

    @property
    def catalogue(self) -> CatalogueRows:
        """The catalogue."""

    @property
    def reads(self) -> Reads:
        """How many people were read in bulk."""

    @property
    def transactions(self) -> Transactions:
        """Counter transactions."""

    @property
    def sign_ins(self) -> SignIns:
        """Sign-ins that portals ask for."""

    @property
    def devices(self) -> Devices:
        """Registered scanners."""

    @property
    def dossiers(self) -> Dossiers:
        """By which version of its procedure a dossier began."""

    @property
    def disclosures(self) -> Disclosures:
        """How often what was disclosed."""

    @property
    def presences(self) -> Presences:
        """What two officers vouched for."""

    @property
    def slips(self) -> Slips:
        """Paper slips."""

    @property
    def consents(self) -> Consents:
        """What citizens agreed to."""

    @property
    def subject_requests(self) -> SubjectRequests:
        """Requests of citizens about their data."""

    @property
    def legal_holds(self) -> LegalHolds:
        """That nothing of a citizen may be erased."""

    @property
    def retention(self) -> Retention:
        """What has been kept for its time."""

    @property
    def acts(self) -> HeldActs:
        """Acts that wait for a second person."""

    @property
    def tasks(self) -> Tasks:
        """Requests that are answered later."""

    @property
    def confirmations(self) -> Confirmations:
        """What was issued to be filed."""

    def on_rollback(self, undo: Callable[[], object]) -> None:
        """Have something outside the database undone if this is not committed, before another transaction begins."""


class Store(Protocol):
    """The database."""

    def transaction(self, *, alone: bool = False) -> AbstractContextManager[UnitOfWork]:
        """Begin a write transaction: commits when the block ends, rolls back if it raises.

        Several that wait may be committed together, and then wait for each other's work too. ``alone``: not this one,
        because it takes long or asks another system.

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

    def template_owners(self) -> Iterator[tuple[int, str]]:
        """Stream the ids of every enrolled template, each with the subject it is of, ascending."""

    def templates_of(self, template_ids: Sequence[int]) -> Iterator[StoredTemplate]:
        """Stream those of some templates that are still there."""

    def close(self) -> None:
        """Release the connections."""
