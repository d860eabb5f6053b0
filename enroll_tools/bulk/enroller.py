"""One person: prints sent in portions, then records; what was done in an earlier run is not done again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import grpc

from enroll_tools.bulk.calls import Answer, Caller, InterruptedByUserError, culprit, portions, read
from enroll_tools.bulk.journal import Entry
from enroll_tools.bulk.people import Person
from enroll_tools.bulk.report import Refusal, tests_of
from enroll_tools.datasets import DatasetSample
from enroll_tools.datasets.people_columns import records_of
from idverify.client import ServiceError

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

_EARLIER = "refused in an earlier run"

_SILENT = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED})


@dataclass(slots=True)
class Outcome:
    """What came of one person; as :class:`~enroll_tools.bulk.report.Report` has it of all."""

    enrolled: bool = False
    known: bool = False
    prints: int = 0
    records: int = 0
    left_out: list[Refusal] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    suspected: list[Refusal] = field(default_factory=list)
    tests: Counter[tuple[str, str]] = field(default_factory=Counter)
    unreachable: bool = False
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Enroller:
    """Enrols people one by one. Thread-safe."""

    caller: Caller
    skip_poor: bool
    retry_refused: bool

    def enrol(self, person: Person) -> Outcome:
        """Enrol one person: the first call enrols, further ones add, and whoever is enrolled whole is given records."""
        outcome = Outcome()
        try:
            if all(
                self._send(person, part, outcome, first=number == 0)
                for number, part in enumerate(portions(person.samples))
            ):
                self._put_records(person, outcome)
        except InterruptedByUserError:
            outcome.interrupted = True
        return outcome

    def _send(self, person: Person, samples: list[DatasetSample], outcome: Outcome, *, first: bool) -> bool:
        prints = [read(sample) for sample in samples]
        key = self.caller.key(person, prints, first=first)
        enrolled = self.caller.enrolled_before(person, prints, first=first)
        if (before := enrolled or self._earlier(key)) is not None:
            outcome.known |= not before.reason
            if before.reason:
                outcome.refused.append(_refused(person, samples, before.reason, _EARLIER, final=True))
            return not before.reason
        left_out: list[Refusal] = []
        while True:
            try:
                answer = self.caller.send(person, prints, first=first)
            except ServiceError as error:
                index = culprit(error, samples)
                if self.skip_poor and error.reason == "SAMPLE_QUALITY_LOW" and index is not None and len(samples) > 1:
                    left_out.append(_refused(person, [samples[index]], error.reason, error.message, final=True))
                    del samples[index], prints[index]
                    continue
                self._note_refusal(person, outcome, key, error, samples if index is None else [samples[index]])
                return False
            self.caller.journal.add(Entry(key, subject_id=answer.subject_id, left_out=len(left_out)))
            if answer.duplicate_check_result.suspects:
                outcome.suspected.append(_suspected(person, samples, answer))
            outcome.enrolled |= first
            outcome.prints += len(prints)
            outcome.left_out += left_out
            outcome.tests.update(tests_of(answer))
            return True

    def _put_records(self, person: Person, outcome: Outcome) -> None:
        if person.records is None:
            return
        for kind, json in records_of(person.records, "records").items():
            key = self.caller.record_key(person, kind, json)
            if (before := self._earlier(key)) is not None:
                if before.reason:
                    outcome.refused.append(_refused(person, person.samples[:1], before.reason, _EARLIER, final=True))
                continue
            try:
                self.caller.put(person, kind, json, key)
            except ServiceError as error:
                self._note_refusal(person, outcome, key, error, person.samples[:1], f"record {kind}: ")
                continue
            self.caller.journal.add(Entry(key))
            outcome.records += 1

    def _earlier(self, key: str) -> Entry | None:
        """Return how a request ended in an earlier run, if it is not to be made again."""
        before = self.caller.journal.find(key)
        return None if before is not None and before.reason and self.retry_refused else before

    def _note_refusal(
        self,
        person: Person,
        outcome: Outcome,
        key: str,
        error: ServiceError,
        samples: Sequence[DatasetSample],
        what: str = "",
    ) -> None:
        final = error.code not in _PASSING
        if final:
            self.caller.journal.add(Entry(key, reason=error.reason))
        outcome.unreachable = error.code in _SILENT
        outcome.refused.append(_refused(person, samples, error.reason, what + error.message, final=final))


def _refused(person: Person, samples: Sequence[DatasetSample], reason: str, message: str, *, final: bool) -> Refusal:
    if person.real:
        # A file of a real person may bear their number.
        return Refusal((), tuple(sample.line for sample in samples if sample.line is not None), reason, message, final)
    return Refusal(tuple(sample.path for sample in samples), (), reason, message, final)


def _suspected(person: Person, samples: Sequence[DatasetSample], answer: Answer) -> Refusal:
    best = answer.duplicate_check_result.suspects[0]
    score = f" (score {best.score:.1f})" if best.fmr_at_score else ""
    message = f"enrolled; the fingers seem to be enrolled under another number too{score}"
    return _refused(person, samples, "DUPLICATE_PERSON_SUSPECTED", message, final=True)
