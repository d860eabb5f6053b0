"""Enrol a whole test set through the service: several people at once, resumable, with a report of what was refused."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import cast

import grpc

from enroll_tools.bulk.journal import Entry, Journal
from enroll_tools.datasets import DatasetSample
from enroll_tools.synthetic.identities import Identity, make_identities
from idverify.client import Client, ServiceError, make_sample
from idverify.v1.enrolment_pb2 import (
    AddFingerprintsResponse,
    DuplicateCheck,
    EnrolCitizenRequest,
    EnrolCitizenResponse,
    PersonalData,
)
from idverify.v1.types_pb2 import FingerPosition, FingerprintSample

MOST_SAMPLES = 40
"""Prints that one call takes; of whoever has more, the first are enrolled and the rest added."""

MOST_BYTES = 12 << 20
"""Bytes of prints in one call: below what the service accepts."""

_PASSING = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.UNKNOWN,
    }
)
"""Not about the prints: such a refusal is not written down, and the next run tries again."""

_SILENT = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED})

_PATIENCE = (0.2, 0.5, 1.0, 2.0, 4.0)  # seconds between tries while the service is busy
_HOPELESS = 3  # people in a row whom the service could not be asked about


@dataclass(frozen=True, slots=True)
class Person:
    """A subject of a test set, to be enrolled."""

    identity: Identity
    samples: tuple[DatasetSample, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was not enrolled.

    Attributes:
        files: the prints it is about: the one at fault if the service named one, else all of the call.
        reason, message: the service's.
        final: trying again without changing the prints is useless.
    """

    files: tuple[Path, ...]
    reason: str
    message: str
    final: bool


@dataclass(slots=True)
class Report:
    """How a bulk enrolment ended.

    Attributes:
        enrolled: people enrolled in this run.
        known: people enrolled in a run before.
        prints: prints enrolled in this run.
        left_out: prints too poor to be enrolled, of people who are.
        refused: people who are not, and prints that could not be added.
        suspected: prints of people who were enrolled although they seem to be enrolled under another number too.
        stopped: the service was gone, so that the rest was not tried.
    """

    enrolled: int = 0
    known: int = 0
    prints: int = 0
    left_out: list[Refusal] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    suspected: list[Refusal] = field(default_factory=list)
    stopped: bool = False


def group(samples: Sequence[DatasetSample], namespace: str) -> list[Person]:
    """Return the people of a test set in the order in which they first appear, each with all prints."""
    by_subject: dict[str, list[DatasetSample]] = {}
    for sample in samples:
        by_subject.setdefault(sample.subject, []).append(sample)
    identities = make_identities(namespace, by_subject)
    return [Person(identities[subject], tuple(prints)) for subject, prints in by_subject.items()]


def enrol_all(
    client: Client,
    people: Sequence[Person],
    journal: Journal,
    *,
    concurrency: int = 4,
    skip_poor: bool = False,
    retry_refused: bool = False,
    duplicates: DuplicateCheck = DuplicateCheck.DUPLICATE_CHECK_REPORT,
    progress: Callable[[], None] = lambda: None,
) -> Report:
    """Enrol people, several at a time.

    Args:
        client: of the service; its role must be enroller.
        people: whom.
        journal: what was done before is not done again.
        concurrency: calls at the same time.
        skip_poor: enrol people without their prints that are too poor, rather than not at all.
        retry_refused: try those again who were refused before.
        duplicates: what to do about people who seem to be enrolled already; test sets hold fingers twice.
        progress: called after each person, from the thread that called this.
    """
    report = Report()
    enroller = _Enroller(client, journal, skip_poor=skip_poor, retry_refused=retry_refused, duplicates=duplicates)
    gone = 0
    with ThreadPoolExecutor(concurrency) as pool:
        for outcome in _as_done(pool, enroller.enrol, people, ahead=2 * concurrency):
            _count(report, outcome)
            gone = gone + 1 if outcome.unreachable else 0
            progress()
            if gone >= _HOPELESS:
                report.stopped = True
                pool.shutdown(cancel_futures=True)
                break
    return report


@dataclass(slots=True)
class _Outcome:
    enrolled: bool = False
    known: bool = False
    prints: int = 0
    left_out: list[Refusal] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    suspected: list[Refusal] = field(default_factory=list)
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class _Enroller:
    client: Client
    journal: Journal
    skip_poor: bool
    retry_refused: bool
    duplicates: DuplicateCheck

    def enrol(self, person: Person) -> _Outcome:
        """Enrol one person: the first call enrols, further ones add."""
        outcome = _Outcome()
        for number, part in enumerate(_parts(person.samples)):
            if not self._send(person, list(part), outcome, first=number == 0):
                break
        return outcome

    def _send(self, person: Person, samples: list[DatasetSample], outcome: _Outcome, *, first: bool) -> bool:
        prints = [_read(sample) for sample in samples]
        key = self._key(person, prints, first=first)
        before = self.journal.find(key)
        if before is not None and not (before.reason and self.retry_refused):
            outcome.known |= not before.reason
            if before.reason:
                outcome.refused.append(_refused(samples, before.reason, "refused in an earlier run", final=True))
            return not before.reason
        left_out: list[Refusal] = []
        while True:
            try:
                answer = self._call(person, prints, first=first)
            except ServiceError as error:
                index = _culprit(error, len(samples))
                if self.skip_poor and error.reason == "SAMPLE_QUALITY_LOW" and index is not None and len(samples) > 1:
                    left_out.append(_refused([samples[index]], error.reason, error.message, final=True))
                    del samples[index], prints[index]
                    continue
                self._note_refusal(outcome, key, error, samples if index is None else [samples[index]])
                return False
            self.journal.add(Entry(key, subject_id=answer.subject_id, left_out=len(left_out)))
            if answer.duplicate_check_result.suspects:
                outcome.suspected.append(_suspected(samples, answer))
            outcome.enrolled |= first
            outcome.prints += len(prints)
            outcome.left_out += left_out
            return True

    def _note_refusal(self, outcome: _Outcome, key: str, error: ServiceError, samples: list[DatasetSample]) -> None:
        final = error.code not in _PASSING
        if final:
            self.journal.add(Entry(key, reason=error.reason))
        outcome.unreachable = error.code in _SILENT
        outcome.refused.append(_refused(samples, error.reason, error.message, final=final))

    def _call(
        self, person: Person, prints: list[FingerprintSample], *, first: bool
    ) -> EnrolCitizenResponse | AddFingerprintsResponse:
        key = self._key(person, prints, first=first)
        context = self.client.new_context(request_id=self.journal.request_id(key))
        number = person.identity.citizen_number
        for pause in (*_PATIENCE, None):
            try:
                if first:
                    personal = _personal(person.identity)
                    return self.client.enrol(number, personal, prints, context, duplicate_check=self.duplicates)
                return self.client.add_fingerprints(number, prints, context, duplicate_check=self.duplicates)
            except ServiceError as error:
                if error.reason != "SERVER_BUSY" or pause is None:
                    raise
                time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _key(self, person: Person, prints: Sequence[FingerprintSample], *, first: bool) -> str:
        """Return a digest of all that the service is told, so that equal keys are equal requests."""
        request = EnrolCitizenRequest(
            citizen_number=person.identity.citizen_number,
            personal_data=_personal(person.identity),
            samples=prints,
            duplicate_check=self.duplicates,
        )
        prefix = b"enrol" if first else b"add"
        return hashlib.sha256(prefix + request.SerializeToString(deterministic=True)).hexdigest()


def _as_done(
    pool: ThreadPoolExecutor, work: Callable[[Person], _Outcome], people: Sequence[Person], ahead: int
) -> Iterator[_Outcome]:
    """Yield outcomes as they come, with a few people at a time handed to the pool."""
    waiting = iter(people)
    running: set[Future[_Outcome]] = {pool.submit(work, person) for person in islice(waiting, ahead)}
    while running:
        done, running = wait(running, return_when=FIRST_COMPLETED)
        running |= {pool.submit(work, person) for person in islice(waiting, len(done))}
        for future in done:
            yield future.result()


def _parts(samples: Sequence[DatasetSample]) -> Iterator[list[DatasetSample]]:
    """Yield prints in portions that fit into one call."""
    part: list[DatasetSample] = []
    size = 0
    for sample in samples:
        weight = sample.path.stat().st_size
        if part and (len(part) == MOST_SAMPLES or size + weight > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(sample)
        size += weight
    yield part


def _read(sample: DatasetSample) -> FingerprintSample:
    finger = cast("FingerPosition", int(sample.finger) + 1)  # the proto keeps zero for "not stated"
    return make_sample(sample.path.read_bytes(), finger, resolution_ppi=sample.resolution_ppi)


def _personal(identity: Identity) -> PersonalData:
    return PersonalData(full_name=identity.full_name, birth_date=identity.birth_date, sex=identity.sex)


def _culprit(error: ServiceError, count: int) -> int | None:
    """Return which print the service complains about."""
    text = error.metadata.get("sample", "")
    return int(text) if text.isdecimal() and int(text) < count else None


def _refused(samples: Sequence[DatasetSample], reason: str, message: str, *, final: bool) -> Refusal:
    return Refusal(tuple(sample.path for sample in samples), reason, message, final)


def _suspected(samples: Sequence[DatasetSample], answer: EnrolCitizenResponse | AddFingerprintsResponse) -> Refusal:
    best = answer.duplicate_check_result.suspects[0]
    message = f"enrolled; the fingers seem to be enrolled under another number too (score {best.score:.1f})"
    return _refused(samples, "DUPLICATE_PERSON_SUSPECTED", message, final=True)


def _count(report: Report, outcome: _Outcome) -> None:
    report.enrolled += outcome.enrolled
    report.known += outcome.known and not outcome.enrolled
    report.prints += outcome.prints
    report.left_out += outcome.left_out
    report.refused += outcome.refused
    report.suspected += outcome.suspected
