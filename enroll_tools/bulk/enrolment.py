"""Enrol a whole test set through the service: several people at once, resumable, with a report of what was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice

import grpc

from enroll_tools.bulk.calls import Answer, Caller, culprit, portions, read
from enroll_tools.bulk.journal import Entry, Journal
from enroll_tools.bulk.people import Person
from enroll_tools.bulk.report import Refusal, Report
from enroll_tools.datasets import DatasetSample
from idverify.client import Client, ServiceError
from idverify.v1.enrolment_pb2 import DuplicateCheck

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

_HOPELESS = 3  # people in a row whom the service could not be asked about


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
    enroller = _Enroller(Caller(client, journal, duplicates), skip_poor=skip_poor, retry_refused=retry_refused)
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
    caller: Caller
    skip_poor: bool
    retry_refused: bool

    def enrol(self, person: Person) -> _Outcome:
        """Enrol one person: the first call enrols, further ones add."""
        outcome = _Outcome()
        for number, part in enumerate(portions(person.samples)):
            if not self._send(person, part, outcome, first=number == 0):
                break
        return outcome

    def _send(self, person: Person, samples: list[DatasetSample], outcome: _Outcome, *, first: bool) -> bool:
        prints = [read(sample) for sample in samples]
        key = self.caller.key(person, prints, first=first)
        before = self.caller.journal.find(key)
        if before is not None and not (before.reason and self.retry_refused):
            outcome.known |= not before.reason
            if before.reason:
                outcome.refused.append(_refused(samples, before.reason, "refused in an earlier run", final=True))
            return not before.reason
        left_out: list[Refusal] = []
        while True:
            try:
                answer = self.caller.send(person, prints, first=first)
            except ServiceError as error:
                index = culprit(error, len(samples))
                if self.skip_poor and error.reason == "SAMPLE_QUALITY_LOW" and index is not None and len(samples) > 1:
                    left_out.append(_refused([samples[index]], error.reason, error.message, final=True))
                    del samples[index], prints[index]
                    continue
                self._note_refusal(outcome, key, error, samples if index is None else [samples[index]])
                return False
            self.caller.journal.add(Entry(key, subject_id=answer.subject_id, left_out=len(left_out)))
            if answer.duplicate_check_result.suspects:
                outcome.suspected.append(_suspected(samples, answer))
            outcome.enrolled |= first
            outcome.prints += len(prints)
            outcome.left_out += left_out
            return True

    def _note_refusal(self, outcome: _Outcome, key: str, error: ServiceError, samples: list[DatasetSample]) -> None:
        final = error.code not in _PASSING
        if final:
            self.caller.journal.add(Entry(key, reason=error.reason))
        outcome.unreachable = error.code in _SILENT
        outcome.refused.append(_refused(samples, error.reason, error.message, final=final))


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


def _refused(samples: Sequence[DatasetSample], reason: str, message: str, *, final: bool) -> Refusal:
    return Refusal(tuple(sample.path for sample in samples), reason, message, final)


def _suspected(samples: Sequence[DatasetSample], answer: Answer) -> Refusal:
    best = answer.duplicate_check_result.suspects[0]
    score = f" (score {best.score:.1f})" if best.fmr_at_score else ""
    message = f"enrolled; the fingers seem to be enrolled under another number too{score}"
    return _refused(samples, "DUPLICATE_PERSON_SUSPECTED", message, final=True)


def _count(report: Report, outcome: _Outcome) -> None:
    report.enrolled += outcome.enrolled
    report.known += outcome.known and not outcome.enrolled
    report.prints += outcome.prints
    report.left_out += outcome.left_out
    report.refused += outcome.refused
    report.suspected += outcome.suspected
