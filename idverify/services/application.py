"""All use cases of one running service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from idverify.domain.citizens.provinces import Provinces
from idverify.domain.model import Caller, Credentials, Presented
from idverify.ports import Catalogue, Clock, Following, Gallery, OfficerDoor, Printer, Pseudonyms, Signer, Store, Watch
from idverify.services.acts.deciding import ActsService
from idverify.services.acts.holding import ActGate
from idverify.services.attempts.lifting import AttemptService
from idverify.services.calls.auditing import AuditService
from idverify.services.catalogue.keeping import CatalogueService
from idverify.services.citizens import CitizenService
from idverify.services.counter.authentication import AuthenticationService
from idverify.services.counter.confirmations import ConfirmationService
from idverify.services.counter.consents import ConsentService
from idverify.services.counter.exceptions import ExceptionService
from idverify.services.counter.factors import FactorService
from idverify.services.counter.procedure_records import ProcedureRecordsService
from idverify.services.counter.sign_ins import SignInService
from idverify.services.counter.slips import SlipService
from idverify.services.counter.supervising import SupervisionService
from idverify.services.counter.transactions import TransactionService
from idverify.services.enrolment import EnrolmentService
from idverify.services.foreground import Foreground
from idverify.services.identification import IdentificationService
from idverify.services.law.holding import LegalHoldService
from idverify.services.law.requests import SubjectRequestService
from idverify.services.operations import OperationsService
from idverify.services.papers import PapersService
from idverify.services.people.changing import ChangingService
from idverify.services.people.locking import LockingService
from idverify.services.people.merging import MergingService
from idverify.services.people.own_history import OwnHistoryService
from idverify.services.people.pins import PinService
from idverify.services.people.virtual import VirtualNumberService
from idverify.services.proving import ProvingService
from idverify.services.records import RecordsService
from idverify.services.references.keeping import ReferenceService
from idverify.services.references.reading import ReferenceReading
from idverify.services.references.searching import ReferenceSearch
from idverify.services.registry.clients import ClientsService
from idverify.services.registry.devices import DevicesService
from idverify.services.registry.tokens import TokenService
from idverify.services.samples import SampleService
from idverify.services.trail_check import TrailCheckService
from idverify.services.trail_search import TrailSearchService
from idverify.services.verification import VerificationService

CallerOf = Callable[[Credentials], Caller]
"""From what a call shows of who makes it to the caller. Raises DomainError CLIENT_UNKNOWN, TOKEN_INVALID."""

CallerAgain = Callable[[str, Presented | None], Caller]
"""From a client's name and what it was known by then to the caller as it is now. Raises DomainError as the other."""


@dataclass(frozen=True, slots=True)
class Application:
    """The object graph that :mod:`idverify.bootstrap` builds, the same for server, command line and tests."""

    enrolment: EnrolmentService
    citizens: CitizenService
    changing: ChangingService
    merging: MergingService
    locking: LockingService
    virtual_numbers: VirtualNumberService
    pins: PinService
    own_history: OwnHistoryService
    factors: FactorService
    verification: VerificationService
    identification: IdentificationService
    references: ReferenceService
    reference_reading: ReferenceReading
    reference_search: ReferenceSearch
    samples: SampleService
    records: RecordsService
    audit: AuditService
    trail_check: TrailCheckService
    trail_search: TrailSearchService
    proving: ProvingService
    attempts: AttemptService
    clients: ClientsService
    transactions: TransactionService
    authentication: AuthenticationService
    exceptions: ExceptionService
    procedure_records: ProcedureRecordsService
    slips: SlipService
    subject_requests: SubjectRequestService
    legal_holds: LegalHoldService
    consents: ConsentService
    acts: ActsService
    gate: ActGate
    confirmations: ConfirmationService
    devices: DevicesService
    papers: PapersService
    supervision: SupervisionService
    printer: Printer
    caller_of: CallerOf
    caller_again: CallerAgain
    tokens: TokenService
    sign_ins: SignInService
    officers: OfficerDoor | None
    operations: OperationsService
    foreground: Foreground
    catalogue: Catalogue
    catalogue_keeping: CatalogueService
    provinces: Provinces
    signer: Signer
    pseudonyms: Pseudonyms
    gallery: Gallery
    store: Store
    following: Following
    clock: Clock
    snapshot_time: Callable[[], datetime | None]
    watch: Watch
    release: Callable[[], None]

    def close(self) -> None:
        """Release database connections and worker threads."""
        self.release()
