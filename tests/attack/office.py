"""What is attacked: real use cases, comparator, database, trail and signatures, on a clock that the test moves."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from enroll_tools.synthetic.templates.population import TemplatePopulation
from idverify.domain.attempts import Limit
from idverify.domain.model import (
    Caller,
    Features,
    FingerPosition,
    MinutiaeSample,
    PersonalData,
    Quality,
    RequestContext,
    Role,
    Sample,
    SampleKind,
)
from idverify.matching.biometrics import MatcherBiometrics
from idverify.ports import UnitOfWork
from idverify.records.catalogue import load_catalogue
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.attempts.replays import ReplayGuard
from idverify.services.calls.call import Call, begin
from idverify.services.disclosure import DisclosureService
from idverify.services.prints.probes import Probe
from idverify.services.sources.gathering import Gatherer
from idverify.services.verification import VerificationService, Verified
from idverify.settings import Settings
from idverify.start.attempt_rules import attempt_rules
from idverify.storage.store import open_store
from idverify.trust.sealing import KeyedPseudonyms
from idverify.trust.signing import open_signer
from matcher.comparison.calibration import default_calibration
from matcher.extraction.ridge import RidgeExtractor
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.templates import compact
from matcher.types import FingerPosition as MatcherPosition
from matcher.types import Template
from tests.contract.store_kit import KEYS
from tests.fakes import FakeClock, NoDeadline

PROCEDURE = "1.001193"
_UNLIMITED = Limit(1e9, 2e9, 0.0, None)
_QUALITY = Quality(80, "enrolled", 40, (), usable=True)


class _KnowsNothingAgain(ReplayGuard):
    """All samples are new."""

    def require_new(self, uow: UnitOfWork, call: Call, features: Sequence[Features]) -> None:
        """Refuse nothing."""

    def is_copy(self, uow: UnitOfWork, call: Call, subject_id: str, probes: Sequence[Probe]) -> list[bool]:
        """Know nothing again."""
        return [False] * len(probes)


@dataclass(frozen=True)
class Office:
    """Citizens who are enrolled, and the verification that counters call."""

    verification: VerificationService
    clock: FakeClock

    def verify(self, caller: Caller, citizen: int, template: Template) -> Verified:
        """Make one try, for the procedure whose assertion is wanted. Raises DomainError."""
        answers: list[Verified] = []
        context = RequestContext(request_id=str(uuid.uuid4()), procedure_code=PROCEDURE)
        call = begin(caller, context, "Verify", uuid.uuid4().bytes, NoDeadline())

        def encoded(answer: Verified) -> bytes:
            answers.append(answer)
            return b"answer"

        record = write_record(template_to_record(template, MatcherPosition.RIGHT_INDEX))
        samples = [Sample(FingerPosition.RIGHT_INDEX, MinutiaeSample(record))]
        self.verification.verify(call, number_of(citizen), samples, None, encoded)
        return answers[0]


def number_of(citizen: int) -> str:
    """Return a citizen's number."""
    return f"0271840{citizen:05}"


def client(name: str, *roles: Role) -> Caller:
    """Return a client that may send minutiae."""
    return Caller(name, frozenset({Role.COUNTER, *roles}), sample_kinds=frozenset(SampleKind))


def open_office(folder: Path, citizens: int, *, guarded: bool) -> Office:
    """Enrol people of the synthetic population, one finger each.

    Args:
        folder: empty.
        citizens: how many.
        guarded: with limits on tries, as they are by default, and with samples known again.
    """
    clock, store, catalogue = FakeClock(), open_store(f"sqlite:///{folder / 'office.sqlite'}", KEYS), load_catalogue()
    biometrics = MatcherBiometrics(RidgeExtractor(), default_calibration())
    fingers = TemplatePopulation(7).batch(0, citizens)
    for first in range(0, citizens, 200):
        with store.transaction() as uow:
            for citizen in range(first, min(first + 200, citizens)):
                template = fingers[citizen]
                subject_id = str(uuid.uuid4())
                uow.subjects.add(subject_id, number_of(citizen), PersonalData("Nguyễn Văn Thử"), clock.now())
                features = Features(FingerPosition.RIGHT_INDEX, compact.encode(template), _QUALITY, template.extractor)
                uow.subjects.add_encounter(subject_id, str(uuid.uuid4()), clock.now(), [features])
    rules = attempt_rules(Settings())
    pseudonyms = KeyedPseudonyms.of(KEYS)
    if not guarded:
        rules = type(rules)(dict.fromkeys(rules.limits, _UNLIMITED), rules.first_delay, rules.longest_delay)
    known = ReplayGuard if guarded else _KnowsNothingAgain
    replays = known(pseudonyms, biometrics, clock, timedelta(hours=24))
    signer = open_signer(folder / "signing.json", KEYS, "attack.example", clock)
    disclosure = DisclosureService(catalogue, signer, pseudonyms, clock, Gatherer({}, catalogue, store, clock))
    guard = AttemptGuard(clock, rules)
    return Office(VerificationService(store, biometrics, disclosure, guard, replays, clock), clock)
