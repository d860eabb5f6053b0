"""What a transaction gives: one type that writes, and one that cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from idverify.storage.attempts.recent_probes import RecentProbesView, SqlRecentProbes
from idverify.storage.attempts.seen_samples import SeenSamplesView, SqlSeenSamples
from idverify.storage.attempts.standings import AttemptsView, SqlAttempts
from idverify.storage.counter.confirmations import ConfirmationsView, SqlConfirmations
from idverify.storage.counter.consents import ConsentsView, SqlConsents
from idverify.storage.counter.disclosures import DisclosuresView, SqlDisclosures
from idverify.storage.counter.dossiers import DossiersView, SqlDossiers
from idverify.storage.counter.presences import PresencesView, SqlPresences
from idverify.storage.counter.sign_ins import SignInsView, SqlSignIns
from idverify.storage.counter.slips import SlipsView, SqlSlips
from idverify.storage.counter.transactions import SqlTransactions, TransactionsView
from idverify.storage.failures import refuse_write
from idverify.storage.operations import OperationsView, SqlOperations
from idverify.storage.people.changes import ChangesView, SqlChanges
from idverify.storage.people.images import ImagesView, SqlImages
from idverify.storage.people.members import Members, Touched
from idverify.storage.people.numbers import NumbersView, SqlNumbers
from idverify.storage.people.owned_records import OwnedRecordsView, SqlOwnedRecords
from idverify.storage.people.pins import PinsView, SqlPins
from idverify.storage.people.records import RecordsView, SqlRecords
from idverify.storage.people.references import ReferencesView, SqlReferences
from idverify.storage.people.retention import RetentionView, SqlRetention
from idverify.storage.people.subjects import SqlSubjects, SubjectsView
from idverify.storage.people.virtual_numbers import SqlVirtualNumbers, VirtualNumbersView
from idverify.storage.registry.catalogue import CatalogueView, SqlCatalogue
from idverify.storage.registry.clients import ClientsView, SqlClients
from idverify.storage.registry.devices import DevicesView, SqlDevices
from idverify.storage.registry.held_acts import HeldActsView, SqlHeldActs
from idverify.storage.registry.legal_holds import LegalHoldsView, SqlLegalHolds
from idverify.storage.registry.reads import ReadsView, SqlReads
from idverify.storage.registry.subject_requests import SqlSubjectRequests, SubjectRequestsView
from idverify.storage.registry.tasks import SqlTasks, TasksView
from idverify.storage.replies import RepliesView, SqlReplies
from idverify.storage.trail.audit_trail import AuditView, SqlAudit
from idverify.storage.trail.log_tree import LogView
from idverify.storage.trail.tally import RowChanges
from idverify.storage.trail.trail_guard import TrailGuard
from idverify.storage.vault import Vault

Made = TypeVar("Made")


class _Part(Generic[Made]):
    """A part of a unit, made when it is first asked for: a call needs a few of the many."""

    def __init__(self, make: Callable[[Any], Made]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, unit: Any, owner: type) -> Made:
        made = unit.__dict__[self._name] = self._make(unit)
        return made


class ReadOnlyUnit:
    """One consistent view; its parts refuse to write, and so does the connection beneath them."""

    subjects = _Part(lambda unit: SubjectsView(unit.connection, unit.vault))
    references = _Part(lambda unit: ReferencesView(unit.connection, unit.vault, unit.members, unit.seen))
    images = _Part(lambda unit: ImagesView(unit.connection, unit.vault))
    changes = _Part(lambda unit: ChangesView(unit.connection, unit.vault))
    numbers = _Part(lambda unit: NumbersView(unit.connection, unit.vault))
    virtual_numbers = _Part(lambda unit: VirtualNumbersView(unit.connection, unit.vault))
    pins = _Part(lambda unit: PinsView(unit.connection, unit.vault))
    records = _Part(lambda unit: RecordsView(unit.connection, unit.vault))
    owned_records = _Part(lambda unit: OwnedRecordsView(unit.connection, unit.vault))
    audit = _Part(lambda unit: AuditView(unit.connection, unit.vault))
    log = _Part(lambda unit: LogView(unit.connection, unit.vault))
    replies = _Part(lambda unit: RepliesView(unit.connection, unit.vault))
    operations = _Part(lambda unit: OperationsView(unit.connection, unit.vault))
    attempts = _Part(lambda unit: AttemptsView(unit.connection))
    seen_samples = _Part(lambda unit: SeenSamplesView(unit.connection))
    clients = _Part(lambda unit: ClientsView(unit.connection, unit.vault))
    catalogue = _Part(lambda unit: CatalogueView(unit.connection, unit.vault))
    reads = _Part(lambda unit: ReadsView(unit.connection))
    acts = _Part(lambda unit: HeldActsView(unit.connection, unit.vault))
    tasks = _Part(lambda unit: TasksView(unit.connection, unit.vault))
    recent_probes = _Part(lambda unit: RecentProbesView(unit.connection, unit.vault))
    transactions = _Part(lambda unit: TransactionsView(unit.connection, unit.vault))
    sign_ins = _Part(lambda unit: SignInsView(unit.connection, unit.vault))
    consents = _Part(lambda unit: ConsentsView(unit.connection, unit.vault))
    disclosures = _Part(lambda unit: DisclosuresView(unit.connection))
    presences = _Part(lambda unit: PresencesView(unit.connection, unit.vault))
    dossiers = _Part(lambda unit: DossiersView(unit.connection, unit.vault))
    slips = _Part(lambda unit: SlipsView(unit.connection, unit.vault))
    confirmations = _Part(lambda unit: ConfirmationsView(unit.connection))
    devices = _Part(lambda unit: DevicesView(unit.connection, unit.vault))
    retention = _Part(lambda unit: RetentionView(unit.connection, unit.vault))
    legal_holds = _Part(lambda unit: LegalHoldsView(unit.connection, unit.vault))
    subject_requests = _Part(lambda unit: SubjectRequestsView(unit.connection, unit.vault))

    def __init__(self, connection: Connection, vault: Vault, members: Members, seen: int) -> None:
        self.connection, self.vault = connection, vault.for_view()
        self.members, self.seen = members, seen

    def on_rollback(self, undo: Callable[[], object]) -> None:
        """Refuse."""
        del undo
        raise refuse_write()


class WritingUnit:
    """One write transaction."""

    subjects = _Part(lambda unit: SqlSubjects(unit.connection, unit.vault, unit.changes_of_rows))
    references = _Part(lambda unit: SqlReferences(unit.connection, unit.vault, unit.changes_of_rows))
    images = _Part(lambda unit: SqlImages(unit.connection, unit.vault, unit.changes_of_rows))
    changes = _Part(lambda unit: SqlChanges(unit.connection, unit.vault, unit.changes_of_rows))
    numbers = _Part(lambda unit: SqlNumbers(unit.connection, unit.vault, unit.changes_of_rows))
    virtual_numbers = _Part(lambda unit: SqlVirtualNumbers(unit.connection, unit.vault, unit.changes_of_rows))
    pins = _Part(lambda unit: SqlPins(unit.connection, unit.vault, unit.changes_of_rows))
    records = _Part(lambda unit: SqlRecords(unit.connection, unit.vault, unit.changes_of_rows))
    owned_records = _Part(lambda unit: SqlOwnedRecords(unit.connection, unit.vault))
    audit = _Part(lambda unit: SqlAudit(unit.connection, unit.vault, unit.changes_of_rows, unit.guard))
    log = _Part(lambda unit: LogView(unit.connection, unit.vault))
    replies = _Part(lambda unit: SqlReplies(unit.connection, unit.vault, unit.audit))
    operations = _Part(lambda unit: SqlOperations(unit.connection, unit.vault))
    attempts = _Part(lambda unit: SqlAttempts(unit.connection))
    seen_samples = _Part(lambda unit: SqlSeenSamples(unit.connection))
    clients = _Part(lambda unit: SqlClients(unit.connection, unit.vault, unit.changes_of_rows))
    catalogue = _Part(lambda unit: SqlCatalogue(unit.connection, unit.vault, unit.changes_of_rows))
    reads = _Part(lambda unit: SqlReads(unit.connection))
    acts = _Part(lambda unit: SqlHeldActs(unit.connection, unit.vault, unit.changes_of_rows))
    tasks = _Part(lambda unit: SqlTasks(unit.connection, unit.vault))
    recent_probes = _Part(lambda unit: SqlRecentProbes(unit.connection, unit.vault))
    transactions = _Part(lambda unit: SqlTransactions(unit.connection, unit.vault))
    sign_ins = _Part(lambda unit: SqlSignIns(unit.connection, unit.vault))
    consents = _Part(lambda unit: SqlConsents(unit.connection, unit.vault, unit.changes_of_rows))
    disclosures = _Part(lambda unit: SqlDisclosures(unit.connection))
    presences = _Part(lambda unit: SqlPresences(unit.connection, unit.vault, unit.changes_of_rows))
    dossiers = _Part(lambda unit: SqlDossiers(unit.connection, unit.vault))
    slips = _Part(lambda unit: SqlSlips(unit.connection, unit.vault, unit.changes_of_rows))
    confirmations = _Part(lambda unit: SqlConfirmations(unit.connection, unit.vault, unit.changes_of_rows))
    devices = _Part(lambda unit: SqlDevices(unit.connection, unit.vault, unit.changes_of_rows))
    retention = _Part(lambda unit: SqlRetention(unit.connection, unit.vault, unit.changes_of_rows))
    legal_holds = _Part(lambda unit: SqlLegalHolds(unit.connection, unit.vault, unit.changes_of_rows))
    subject_requests = _Part(lambda unit: SqlSubjectRequests(unit.connection, unit.vault, unit.changes_of_rows))

    def __init__(self, connection: Connection, vault: Vault, guard: TrailGuard) -> None:
        self.connection, self.vault, self.guard = connection, vault.for_transaction(), guard
        self.changes_of_rows = RowChanges(vault)
        self._undo: list[Callable[[], object]] = []

    @property
    def erased(self) -> bool:
        """Whether something is gone of which nothing may be left behind."""
        return any(part.erased for part in self._built("subjects", "images", "replies", "acts", "retention", "tasks"))

    @property
    def touched(self) -> Touched:
        """Every row that came or went."""
        return self.changes_of_rows.touched

    @property
    def replaced(self) -> bool:
        """Whether something sealed is gone that may be left behind for some seconds: it comes with every step."""
        sealed = ("transactions", "sign_ins", "recent_probes", "owned_records", "references", "tasks")
        return any(part.replaced for part in self._built(*sealed))

    def on_rollback(self, undo: Callable[[], object]) -> None:
        """Have something outside the database undone if this is not committed, before another transaction begins."""
        self._undo.append(undo)

    def rolled_back(self) -> None:
        """Undo it, the last first."""
        while self._undo:
            self._undo.pop()()

    def _built(self, *names: str) -> list[Any]:
        """Return those parts that somebody asked for."""
        return [self.__dict__[name] for name in names if name in self.__dict__]
