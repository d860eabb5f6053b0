"""A whole service without fingers and without a network: real database, signatures and catalogue."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest
from cryptography.x509 import Certificate
from joserfc import jws

from idverify.dispatch.performing import Performer
from idverify.domain.errors import DomainError, Reason
from idverify.domain.guidance.agencies import NOBODY
from idverify.domain.model import (
    EVERY_PROCEDURE,
    EVERY_RECORD_TYPE,
    AuditEvent,
    Caller,
    ChangeReason,
    CitizenState,
    DuplicateCheck,
    FingerPosition,
    PersonalData,
    RequestContext,
    Role,
    Sample,
    SampleKind,
)
from idverify.ports import Deadline
from idverify.printing.printer import open_printer
from idverify.records.catalogue import LiveCatalogue, load_catalogue
from idverify.records.law import load_law
from idverify.records.profiles import load_profiles
from idverify.records.provinces import load_provinces
from idverify.services.acts.holding import ActGate
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.attempts.lifting import AttemptService
from idverify.services.attempts.replays import ReplayGuard
from idverify.services.calls.auditing import AuditService
from idverify.services.calls.call import Call, begin
from idverify.services.calls.read_budget import ReadBudget
from idverify.services.citizens import CitizenService
from idverify.services.counter.authentication import AuthenticationService
from idverify.services.counter.confirmations import ConfirmationService
from idverify.services.counter.consents import ConsentService
from idverify.services.counter.exceptions import ExceptionService
from idverify.services.counter.factors import FactorService, offered_by
from idverify.services.counter.live import LiveAssertions
from idverify.services.counter.presences import PresenceLog
from idverify.services.counter.procedure_records import ProcedureRecordsService
from idverify.services.counter.slips import SlipService
from idverify.services.counter.steps import Steps
from idverify.services.counter.transactions import TransactionService
from idverify.services.disclosure import DisclosureService
from idverify.services.enrolment import EnrolmentService
from idverify.services.identification import IdentificationService, Identified
from idverify.services.law.holding import LegalHoldService
from idverify.services.law.requests import SubjectRequestService
from idverify.services.people.changing import ChangingService, Why
from idverify.services.people.locking import LockingService
from idverify.services.people.merging import MergingService
from idverify.services.people.own_history import OwnHistoryService
from idverify.services.people.pins import PinService
from idverify.services.people.virtual import VirtualNumberService
from idverify.services.people.witness import PrintWitness
from idverify.services.prints.attesting import Attester
from idverify.services.records import RecordsService
from idverify.services.references.keeping import ReferenceService
from idverify.services.references.reading import ReferenceReading
from idverify.services.references.searching import ReferenceSearch
from idverify.services.samples import SampleService
from idverify.services.sources.desk import SourceDesk
from idverify.services.sources.gathering import Gatherer
from idverify.services.verification import VerificationService, Verified
from idverify.settings import Settings
from idverify.start.act_rules import act_rules
from idverify.start.attempt_rules import attempt_rules
from idverify.storage.store import SqlStore, open_store
from idverify.trust.attestation import JwsAttestations
from idverify.trust.cards.reader import ChipCards
from idverify.trust.pin_hashes import Argon2PinHashes
from idverify.trust.sealing import KeyedPseudonyms
from idverify.trust.signing import open_signer
from tests.contract.store_kit import KEYS
from tests.fakes import FakeBiometrics, FakeClock, FakeErasures, FakeGallery, NoDeadline, sample
from tests.waiting import PATIENCE

AN = "027084000999"
BINH = "027184000777"
PERSON = PersonalData("Nguyễn Văn An", "1984-02-01", "M")
BIRTH = "1.001193"
BUSINESS = "1.001612"
"""Rests on the citizen's consent; the others of the packaged catalogue on a law."""

RULES = attempt_rules(Settings())
Figure = TypeVar("Figure")
MEASURING = frozenset({Role.COUNTER, Role.TESTER})
"""Roles of a caller who is told everything, so that tests see it; what a counter sees has tests of its own."""

ISSUER = "xac-minh.example"
RESIDENCE = '{"permanent_address": {"province": "Bắc Ninh", "commune": "Kinh Bắc"}, "household_head": "Nguyễn Văn An"}'


def encode(answer: Any) -> bytes:
    """Stand in for the wire format: everything a test wants to see again."""
    return repr(answer).encode()


def refused(reason: Reason) -> AbstractContextManager[pytest.ExceptionInfo[DomainError]]:
    """Expect a refusal with a reason."""
    return pytest.raises(DomainError, match=f"^{reason.code}: ")


def told(figure: Figure | None) -> Figure:
    """Return a figure that must have been told."""
    assert figure is not None
    return figure


@dataclass
class Answers:
    """Keeps the answers that were encoded."""

    given: list[Any] = field(default_factory=list)

    def __call__(self, answer: Any) -> bytes:
        self.given.append(answer)
        return encode(answer)


provinces = cache(load_provinces)
profiles = cache(load_profiles)
packaged_catalogue = cache(load_catalogue)
pin_hashes = cache(Argon2PinHashes)
"""Immutable, and a fifth of a second to check."""


def open_new_store(path: Path) -> SqlStore:
    """Open an empty store: a copy of one that was migrated once, which is quicker."""
    path.write_bytes(_empty_store())
    path.chmod(0o600)
    return open_store(f"sqlite:///{path}", KEYS, patience=PATIENCE)


@cache
def _empty_store() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite"
        open_store(f"sqlite:///{path}", KEYS).close()
        return path.read_bytes()


class World:
    """All use cases on one database."""

    def __init__(
        self,
        folder: Path,
        biometrics: FakeBiometrics | None = None,
        catalogue: LiveCatalogue | None = None,
        desks: Mapping[str, SourceDesk] | None = None,
        card_issuers: Sequence[Certificate] = (),
        *,
        keep_images: bool = False,
    ) -> None:
        self.clock = FakeClock()
        self.store: SqlStore = open_new_store(folder / "world.sqlite")
        self.biometrics = biometrics or FakeBiometrics()
        self.gallery = FakeGallery()
        self.catalogue = catalogue or packaged_catalogue()
        self.signer = open_signer(folder / "signing.json", KEYS, ISSUER, self.clock)
        self.pseudonyms = KeyedPseudonyms.of(KEYS)
        gatherer = Gatherer({} if desks is None else desks, self.catalogue, self.store, self.clock)
        cards = ChipCards(card_issuers)
        disclosure = DisclosureService(
            self.catalogue, self.signer, self.pseudonyms, self.clock, gatherer, offered_by(cards)
        )
        self.guard = AttemptGuard(self.clock, RULES)
        self.replays = ReplayGuard(self.pseudonyms, self.biometrics, self.clock, timedelta(hours=24))
        self.enrolment = EnrolmentService(
            self.store,
            self.biometrics,
            self.gallery,
            self.guard,
            self.replays,
            self.clock,
            provinces(),
            profiles(),
            keep_images,
        )
        reads = ReadBudget(self.clock, 1000)
        self.erasures = FakeErasures()
        self.citizens = CitizenService(self.store, self.gallery, self.clock, reads, self.erasures)
        self.references = ReferenceService(
            self.store, self.biometrics, self.gallery, self.citizens, self.erasures, self.clock, keep_images
        )
        self.reference_reading = ReferenceReading(self.store, self.biometrics, self.clock, reads)
        self.reference_search = ReferenceSearch(self.store, self.biometrics, self.gallery, self.clock)
        self.verification = VerificationService(
            self.store, self.biometrics, disclosure, self.guard, self.replays, self.clock
        )
        self.changing = ChangingService(self.store, self.clock, reads)
        self.merging = MergingService(self.changing, PrintWitness(self.biometrics, self.guard), self.gallery)
        self.locking = LockingService(self.verification, self.changing)
        self.virtual = VirtualNumberService(self.store, self.verification, reads, self.clock)
        self.own_history = OwnHistoryService(self.verification, self.clock)
        self.identification = IdentificationService(
            self.store, self.biometrics, self.gallery, disclosure, self.guard, self.replays, self.clock
        )
        steps = Steps(self.store, self.catalogue, self.clock, offered_by(cards))
        attester = Attester(JwsAttestations(), self.clock, required=False)
        self.pins = PinService(self.verification, pin_hashes(), self.clock, steps, attester)
        self.factors = FactorService(steps, self.guard, pin_hashes(), cards, attester)
        self.transactions = TransactionService(
            steps,
            self.biometrics,
            self.guard,
            attester,
            timedelta(minutes=15),
            most_open=100,
            agencies=NOBODY,
        )
        self.authentication = AuthenticationService(steps, self.verification)
        self.presences = PresenceLog(self.clock, self.pseudonyms, 2)
        self.exceptions = ExceptionService(steps, self.guard, disclosure, self.presences)
        self.consents = ConsentService(self.store, self.guard, reads, self.clock)
        self.printer = open_printer(folder / "document-key.json", KEYS, self.signer, self.clock)
        live = LiveAssertions(disclosure)
        self.procedure_records = ProcedureRecordsService(self.store, live, self.clock)
        self.confirmations = ConfirmationService(
            self.store, self.signer, live, self.guard, self.catalogue, self.printer, self.clock
        )
        self.slips = SlipService(self.store, self.catalogue, self.guard, self.presences, self.printer)
        self.subject_requests = SubjectRequestService(self.store, self.catalogue, self.guard, reads, load_law())
        self.legal_holds = LegalHoldService(self.store, self.guard)
        self.attempts = AttemptService(self.store, self.clock)
        self.samples = SampleService(self.store, self.biometrics, self.clock, profiles())
        self.records = RecordsService(self.store, self.catalogue, self.clock, reads)
        self.audit = AuditService(self.store, self.clock)
        self.gate = ActGate(self.store, self.clock, act_rules(Settings()))
        self.performer = Performer(self.audit, self.pseudonyms, self.gate)

    def call(
        self,
        method: str,
        content: str = "",
        *,
        request_id: str | None = None,
        deadline: Deadline | None = None,
        caller: str = "counter-7",
        roles: frozenset[Role] = MEASURING,
        kinds: frozenset[SampleKind] = frozenset(SampleKind),
        **context: str,
    ) -> Call:
        """Return a call; ``content`` stands for the request's content."""
        who = Caller(caller, roles, sample_kinds=kinds, entitlements=EVERY_PROCEDURE, record_types=EVERY_RECORD_TYPE)
        given = RequestContext(request_id=request_id or str(uuid.uuid4()), **context)
        return begin(who, given, method, hashlib.sha256(content.encode()).digest(), deadline or NoDeadline())

    def enrol(
        self,
        number: str = AN,
        prints: Sequence[Sample] = (),
        *,
        call: Call | None = None,
        check: DuplicateCheck = DuplicateCheck.REFUSE,
    ) -> str:
        """Enrol a citizen; return the subject id."""
        answers = Answers()
        prints = prints or [sample(f"{number}/RIGHT_INDEX/80")]
        self.enrolment.enrol(call or self.call("EnrolCitizen"), number, PERSON, prints, answers, check)
        subject_id: str = answers.given[-1].subject_id
        return subject_id

    def verify(
        self, number: str, prints: Sequence[Sample], target: float | None = None, *, call: Call | None = None
    ) -> Verified:
        """Verify; return the answer."""
        answers = Answers()
        self.verification.verify(call or self.call("Verify"), number, prints, target, answers)
        verified: Verified = answers.given[-1]
        return verified

    def identify(
        self,
        print_: Sample | Sequence[Sample],
        most: int | None = None,
        fpir: float | None = None,
        *,
        call: Call | None = None,
    ) -> Identified:
        """Identify; return the answer."""
        answers = Answers()
        prints = [print_] if isinstance(print_, Sample) else print_
        self.identification.identify(call or self.call("Identify"), prints, most, fpir, answers)
        identified: Identified = answers.given[-1]
        return identified

    def put(self, number: str, record_type: str, text: str, expected: int | None = None) -> None:
        """Store a record."""
        self.records.put(self.call("PutRecord"), number, record_type, text, expected, encode)

    def change_state(self, number: str, state: CitizenState, reason: ChangeReason) -> None:
        """Bring a citizen into another state."""
        self.changing.change_state(self.call("ChangeCitizenState"), number, state, Why(reason), encode)

    def delete(self, number: str) -> None:
        """Delete a citizen."""
        self.citizens.delete(self.call("DeleteCitizen"), number, encode)

    def trail(self) -> list[AuditEvent]:
        """Return all audit events, having checked that the chain holds."""
        with self.store.reading() as view:
            assert view.audit.check().first_broken == 0
            return view.audit.page(0, 10_000)

    def state(self) -> tuple[object, ...]:
        """Return what must not change when a call is refused: all but the audit trail."""
        with self.store.reading() as view:
            citizens = view.subjects.page(0, 1000)
        stored = [t.template_id for t in self.store.all_templates()]
        return citizens, stored, sorted(self.gallery.templates)

    def claims(self, jwt: str) -> dict[str, Any]:
        """Return the claims of an assertion without checking it; tests of the signature are elsewhere."""
        payload = jws.extract_compact(jwt.encode()).payload
        claims: dict[str, Any] = json.loads(payload)
        return claims


def prints_of(person: str, *positions: FingerPosition, quality: int = 80) -> list[Sample]:
    """Return a good print of each finger of a person."""
    return [sample(f"{person}/{p.name}/{quality}", p) for p in positions]
