"""What a transaction gives: one type that writes, and one that cannot."""

from __future__ import annotations

from collections.abc import Callable

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


class ReadOnlyUnit:
    """One consistent view; its parts refuse to write, and so does the connection beneath them."""

    def __init__(self, connection: Connection, vault: Vault, members: Members, seen: int) -> None:
        self.subjects = SubjectsView(connection, vault)
        self.references = ReferencesView(connection, vault, members, seen)
        self.images = ImagesView(connection, vault)
        self.changes = ChangesView(connection, vault)
        self.numbers = NumbersView(connection, vault)
        self.virtual_numbers = VirtualNumbersView(connection, vault)
        self.pins = PinsView(connection, vault)
        self.records = RecordsView(connection, vault)
        self.owned_records = OwnedRecordsView(connection, vault)
        self.audit = AuditView(connection, vault)
        self.log = LogView(connection, vault)
        self.replies = RepliesView(connection, vault)
        self.operations = OperationsView(connection, vault)
        self.attempts = AttemptsView(connection)
        self.seen_samples = SeenSamplesView(connection)
        self.clients = ClientsView(connection, vault)
        self.catalogue = CatalogueView(connection, vault)
        self.reads = ReadsView(connection)
        self.acts = HeldActsView(connection, vault)
        self.tasks = TasksView(connection, vault)
        self.recent_probes = RecentProbesView(connection, vault)
        self.transactions = TransactionsView(connection, vault)
        self.sign_ins = SignInsView(connection, vault)
        self.consents = ConsentsView(connection, vault)
        self.disclosures = DisclosuresView(connection)
        self.presences = PresencesView(connection, vault)
        self.dossiers = DossiersView(connection, vault)
        self.slips = SlipsView(connection, vault)
        self.confirmations = ConfirmationsView(connection)
        self.devices = DevicesView(connection, vault)
        self.retention = RetentionView(connection, vault)
        self.legal_holds = LegalHoldsView(connection, vault)
        self.subject_requests = SubjectRequestsView(connection, vault)

    def on_rollback(self, undo: Callable[[], object]) -> None:
        """Refuse."""
        del undo
        raise refuse_write()


class WritingUnit:
    """One write transaction."""

    def __init__(self, connection: Connection, vault: Vault, guard: TrailGuard) -> None:
        changes = RowChanges(vault)
        self.subjects = SqlSubjects(connection, vault, changes)
        self.references = SqlReferences(connection, vault, changes)
        self.images = SqlImages(connection, vault, changes)
        self.changes = SqlChanges(connection, vault, changes)
        self.numbers = SqlNumbers(connection, vault, changes)
        self.virtual_numbers = SqlVirtualNumbers(connection, vault, changes)
        self.pins = SqlPins(connection, vault, changes)
        self.records = SqlRecords(connection, vault, changes)
        self.owned_records = SqlOwnedRecords(connection, vault)
        self.audit = SqlAudit(connection, vault, changes, guard)
        self.log = LogView(connection, vault)
        self.replies = SqlReplies(connection, vault, self.audit)
        self.operations = SqlOperations(connection, vault)
        self.attempts = SqlAttempts(connection)
        self.seen_samples = SqlSeenSamples(connection)
        self.clients = SqlClients(connection, vault, changes)
        self.catalogue = SqlCatalogue(connection, vault, changes)
        self.reads = SqlReads(connection)
        self.acts = SqlHeldActs(connection, vault, changes)
        self.tasks = SqlTasks(connection, vault)
        self.recent_probes = SqlRecentProbes(connection, vault)
        self.transactions = SqlTransactions(connection, vault)
        self.sign_ins = SqlSignIns(connection, vault)
        self.consents = SqlConsents(connection, vault, changes)
        self.disclosures = SqlDisclosures(connection)
        self.presences = SqlPresences(connection, vault, changes)
        self.dossiers = SqlDossiers(connection, vault)
        self.slips = SqlSlips(connection, vault, changes)
        self.confirmations = SqlConfirmations(connection, vault, changes)
        self.devices = SqlDevices(connection, vault, changes)
        self.retention = SqlRetention(connection, vault, changes)
        self.legal_holds = SqlLegalHolds(connection, vault, changes)
        self.subject_requests = SqlSubjectRequests(connection, vault, changes)
        self._changes = changes
        self._undo: list[Callable[[], object]] = []

    @property
    def erased(self) -> bool:
        """Whether something is gone of which nothing may be left behind."""
        parts = (self.subjects, self.images, self.replies, self.acts, self.retention, self.tasks)
        return any(part.erased for part in parts)

    @property
    def touched(self) -> Touched:
        """Every row that came or went."""
        return self._changes.touched

    @property
    def replaced(self) -> bool:
        """Whether something sealed is gone that may be left behind for some seconds: it comes with every step."""
        parts = (self.transactions, self.sign_ins, self.recent_probes, self.owned_records, self.references, self.tasks)
        return any(part.replaced for part in parts)

    def on_rollback(self, undo: Callable[[], object]) -> None:
        """Have something outside the database undone if this is not committed, before another transaction begins."""
        self._undo.append(undo)

    def rolled_back(self) -> None:
        """Undo it, the last first."""
        while self._undo:
            self._undo.pop()()
