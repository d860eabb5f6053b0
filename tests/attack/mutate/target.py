"""What is attacked: a whole service with real storage, trail, comparator, gallery and registry, and people to find.

Only extraction is made up, and time is the test's: it goes on between calls by as much as the test says.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import uuid
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from idverify.bootstrap import build
from idverify.domain.model import (
    Act,
    Capture,
    Citizen,
    ClientState,
    Consent,
    ConsentGiven,
    ConsentGiver,
    ConsentManner,
    Features,
    FingerPosition,
    HeldAct,
    Operation,
    OperationState,
    Outcome,
    PersonalData,
    Presented,
    Quality,
    Record,
    RequestContext,
    Transaction,
)
from idverify.matching.assembly import Matching, keep_algebra_to_one_thread
from idverify.matching.biometrics import MatcherBiometrics
from idverify.matching.gallery import MatcherGallery
from idverify.ports import UnitOfWork
from idverify.services.application import Application
from idverify.services.calls.auditing import entry
from idverify.settings import Settings, load_settings
from idverify.v1.enrolment_pb2 import DeleteCitizenRequest
from idverify.v1.types_pb2 import RequestContext as RequestContextMessage
from matcher.comparison.calibration import default_calibration
from matcher.templates import compact
from matcher.warm_up import warm_up
from tests.attack.mutate.callers import NOBODY, WHO, make_certificates
from tests.attack.mutate.counter import consent_text
from tests.attack.mutate.prints import EXTRACTOR, MadeUp, fingers_of, made_up
from tests.attack.mutate.standing import (
    ACT,
    ACT_DIGEST,
    AGENCY,
    BEGUN,
    BORN,
    CAPTURED,
    CONSENT,
    NAME,
    NONCE,
    OFFICER,
    OPERATION,
    PEOPLE,
    POSITIONS,
    PROCEDURE,
    RESIDENCE,
    STEP,
    number_of,
)
from tests.fakes import FakeClock
from tests.register_kit import call

_SHARED = Path("/dev/shm")
_ROOM = 1 << 30
_MEMORY = _SHARED if _SHARED.is_dir() and shutil.disk_usage(_SHARED).free > _ROOM else None
"""Where the database lies: what is measured is not a disk. None: in a container it may have no room."""

_QUALITY = Quality(80, "made-up", 35, (), usable=True)
_MOST_VERSIONS = 8
_LONG = timedelta(days=100_000)
_ENROLLED_TOUCH, _SHOWN_TOUCH = 100, 101
"""No print that is sent is a copy of one that is enrolled."""


@dataclass(frozen=True)
class Target:
    """The service, and how it is put back as it was."""

    settings: Settings
    application: Application
    clock: FakeClock
    certificates: dict[str, bytes | None]

    @property
    def gallery(self) -> MatcherGallery:
        gallery = self.application.gallery
        assert isinstance(gallery, MatcherGallery)
        return gallery

    def restore(self, changed: Collection[str] = ("subjects", "operations", "transactions", "held_acts")) -> None:
        """Put back what requests changed that were rightly answered.

        Args:
            changed: tables.
        """
        people = not {"subjects", "templates", "citizen_changes"}.isdisjoint(changed)
        if people or "transactions" in changed:
            with self.application.store.transaction() as uow:
                enrolled = self._restore_people(uow) if people else ()
                if number_of(0) in enrolled or "transactions" in changed:
                    self._restore_transactions(uow)
        if "held_acts" in changed:
            self._restore_act()
        if "operations" in changed:
            self._restore_operations()

    def lift_limits(self) -> None:
        """Let everybody try again."""
        with self.application.store.transaction() as uow:
            uow.attempts.clear([counted for counted, _ in uow.attempts.closed(self.clock.now())])

    def _restore_people(self, uow: UnitOfWork) -> Collection[str]:
        """Return the numbers of those who had to be enrolled."""
        missing = {number_of(person): person for person in range(PEOPLE)}
        for citizen in uow.subjects.page(0, 1000):
            if citizen.citizen_number in missing and self._is_sound(uow, citizen):
                del missing[citizen.citizen_number]
            else:
                self._remove(uow, citizen.subject_id)
        for number, person in missing.items():
            self._enrol(uow, number, person)
        return missing

    def _is_sound(self, uow: UnitOfWork, citizen: Citizen) -> bool:
        """Tell whether a citizen is as they should be, or near enough."""
        impressions = sum(len(encounter.impressions) for encounter in citizen.encounters)
        record = uow.records.get(citizen.subject_id, "residence")
        few = citizen.version == 1 and record is not None and record.version < _MOST_VERSIONS
        return few and impressions == len(POSITIONS) and len(uow.consents.of(citizen.subject_id)) < _MOST_VERSIONS

    def _remove(self, uow: UnitOfWork, subject_id: str) -> None:
        self.gallery.remove([template.template_id for template in uow.subjects.templates(subject_id)])
        uow.subjects.delete(subject_id)
        uow.audit.append(entry(self.clock, call("DeleteCitizen"), "DELETED", subject_id))

    def _enrol(self, uow: UnitOfWork, number: str, person: int) -> None:
        subject_id, now = str(uuid.uuid4()), self.clock.now()
        uow.subjects.add(subject_id, number, PersonalData(NAME, BORN, "M"), now)
        features = [
            Features(FingerPosition(position - 1), _template(finger), _QUALITY, EXTRACTOR)
            for position, finger in zip(POSITIONS, fingers_of(person), strict=True)
        ]
        _, stored = uow.subjects.add_encounter(subject_id, str(uuid.uuid4()), now, features)
        digest = hashlib.sha256(RESIDENCE.encode()).hexdigest()
        uow.records.put(subject_id, Record("residence", "Bộ Công an", RESIDENCE, digest, 1, now))
        uow.audit.append(entry(self.clock, call("EnrolCitizen"), "ENROLLED", subject_id, {"templates": len(stored)}))
        uow.audit.append(entry(self.clock, call("PutRecord"), "STORED", subject_id, {"version": 1}))
        self.gallery.add(stored)
        if person == 0:
            codes = (PROCEDURE, ("residence",))
            uow.consents.add(Consent(CONSENT, subject_id, "everything", *codes, _given(now)))
            uow.audit.append(entry(self.clock, call("Consent"), "CONSENT", subject_id, {"consent": CONSENT}))

    def _restore_transactions(self, uow: UnitOfWork) -> None:
        """Put the two back where they stood, and away with all others."""
        now = self.clock.now()
        for other in uow.transactions.overdue(now + _LONG, 1000):
            uow.transactions.put(replace(other, outcome=Outcome.ABANDONED, captures=(), consent=None))
        uow.transactions.forget(now + _LONG + _LONG)
        subject_id = uow.subjects.id_of(number_of(0)) or ""
        context = RequestContext(procedure_code=PROCEDURE, agency_code=AGENCY, officer_id=OFFICER, purpose="TEST")
        version = self.application.catalogue.procedure(PROCEDURE).version
        begun = Transaction(BEGUN, "everything", context, NONCE, STEP, now, now + _LONG, version, subject_id=subject_id)
        features = Features(FingerPosition.RIGHT_INDEX, _template(0, _SHOWN_TOUCH), _QUALITY, EXTRACTOR)
        capture = Capture(features, "6" * 64)
        uow.transactions.put(begun)
        captured = replace(begun, captures=(capture,), consent=_given(now), consent_id=str(uuid.uuid4()))
        uow.transactions.put(replace(captured, transaction_id=CAPTURED))

    def _restore_act(self) -> None:
        """Have the act wait again."""
        now, certificate = self.clock.now(), self.certificates["enroller"]
        request = DeleteCitizenRequest(context=RequestContextMessage(request_id=ACT), citizen_number=number_of(1))
        assert certificate is not None
        held = HeldAct(
            ACT,
            Act.ERASE,
            "idverify.v1.EnrolmentService/DeleteCitizen",
            "enroller",
            ACT,
            RequestContext(request_id=ACT),
            ACT_DIGEST,
            request.SerializeToString(),
            Presented(certificate, "0" * 64),
            now,
            now + _LONG,
        )
        with self.application.store.transaction() as uow:
            uow.acts.forget(now + _LONG + _LONG)
            uow.acts.add(held)

    def _restore_operations(self) -> None:
        with self.application.foreground.working():  # as every call is counted that waits for work in the background
            self._end_operations()

    def _end_operations(self) -> None:
        service, found = self.application.operations, False
        for operation in service.page(call("ListOperations"), 1000, "")[0]:
            if operation.operation_id == OPERATION:
                found = True
                continue
            service.wait(call("WaitOperation"), operation.operation_id, 5.0)
            service.delete(call("DeleteOperation"), operation.operation_id)
        if not found:
            now = self.clock.now()
            with self.application.store.transaction() as uow:
                uow.operations.add(Operation(OPERATION, OperationState.CANCELLED, now, now))


@cache
def _template(finger: int, touch: int = _ENROLLED_TOUCH) -> bytes:
    return compact.encode(made_up(finger, touch))


def _given(now: datetime) -> ConsentGiven:
    text = consent_text(AGENCY)
    who = ConsentManner.SIGNATURE, ConsentGiver.CITIZEN, OFFICER
    return ConsentGiven(text.text_id, text.language, text.sha256, *who, now)


@contextmanager
def open_target() -> Iterator[Target]:
    """Build the service in memory, fill it, and close it in good order."""
    with tempfile.TemporaryDirectory(dir=_MEMORY) as name:
        folder = Path(name)
        make_certificates(folder)
        tls = {
            "tls_cert": "server.crt",
            "tls_key": "server.key",
            "tls_client_ca": "ca.crt",
            "clients_file": "clients.toml",
        }
        files = {setting: folder / file for setting, file in tls.items()}
        unbound = 1_000_000  # calls of strangers: what a number comes to does not depend on the time
        settings = load_settings(
            data_dir=folder / "data", listen="127.0.0.1:0", workers=1, public_calls_per_minute=unbound, **files
        )
        calibration, clock = default_calibration(), FakeClock()
        gallery = MatcherGallery(calibration)
        warm_up(MadeUp())
        keep_algebra_to_one_thread()
        matching = Matching(MatcherBiometrics(MadeUp(), calibration), gallery, gallery)
        certificates: dict[str, bytes | None] = {who: (folder / f"{who}.crt").read_bytes() for who in WHO}
        certificates[NOBODY] = None
        with closing(build(settings, clock=clock, matching=matching)) as application:
            target = Target(settings, application, clock, certificates)
            _bar(application)
            target.restore()
            yield target


def _bar(application: Application) -> None:
    for name, state in (("suspended", ClientState.SUSPENDED), ("revoked", ClientState.REVOKED)):
        application.clients.put_in_state(call(state.name), name, state, None, lambda _: b"")
