"""What a bulk enrolment asks the service: prints in portions that fit into a call, sent until the service has time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from threading import Event
from typing import TypeVar, cast

from enroll_tools.bulk.journal import Entry, Journal
from enroll_tools.bulk.people import Person
from enroll_tools.datasets import DatasetSample
from enroll_tools.synthetic.identities import Identity
from idverify.client import Client, ServiceError, make_sample
from idverify.v1.enrolment_pb2 import (
    AddFingerprintsResponse,
    DuplicateCheck,
    EnrolCitizenRequest,
    EnrolCitizenResponse,
    PersonalData,
)
from idverify.v1.types_pb2 import FingerPosition, FingerprintSample, Record, RequestContext

MOST_SAMPLES = 40
"""Prints that one call takes; of whoever has more, the first are enrolled and the rest added."""

MOST_BYTES = 12 << 20
"""Bytes of prints in one call: below what the service accepts."""

_PATIENCE = (0.2, 0.5, 1.0, 2.0, 4.0)  # seconds between tries while the service is busy

_CHECKS = (
    DuplicateCheck.DUPLICATE_CHECK_REFUSE,
    DuplicateCheck.DUPLICATE_CHECK_REPORT,
    DuplicateCheck.DUPLICATE_CHECK_SKIP,
)

Answer = EnrolCitizenResponse | AddFingerprintsResponse
T = TypeVar("T")


class InterruptedByUserError(Exception):
    """The run was stopped; what was being sent is sent again by the next, under the same id."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Sends prints of people; the first portion of somebody enrols, further ones add.

    Attributes:
        client: of the service.
        journal: from which the requests' ids follow.
        duplicates: what to do about people who seem to be enrolled already.
        stop: set when no more is to be sent.
        profile: enrolment profile that is reported on; empty: none.
    """

    client: Client
    journal: Journal
    duplicates: DuplicateCheck
    stop: Event
    profile: str = ""

    def key(self, person: Person, prints: Sequence[FingerprintSample], *, first: bool) -> str:
        """Return a digest of all that the service is told, so that equal keys are equal requests."""
        return _key(person, prints, self.duplicates, self.profile, first=first)

    def enrolled_before(self, person: Person, prints: Sequence[FingerprintSample], *, first: bool) -> Entry | None:
        """Return the entry of the same prints enrolled before, whatever was to be done about duplicates then.

        With a profile or without is the same enrolment: it gates nothing.
        """
        profiles = dict.fromkeys((self.profile, ""))
        keys = (_key(person, prints, check, profile, first=first) for check in _CHECKS for profile in profiles)
        entries = (self.journal.find(key) for key in keys)
        return next((entry for entry in entries if entry is not None and not entry.reason), None)

    def send(self, person: Person, prints: list[FingerprintSample], *, first: bool) -> Answer:
        """Enrol or add, and try again for a while if the service is busy.

        Raises:
            ServiceError: it refuses, is still busy, or cannot be reached.
            InterruptedByUserError: it was stopped meanwhile; whether the call had its effect is not known.
        """
        context = self._context(self.key(person, prints, first=first))
        number = person.identity.citizen_number

        def call() -> Answer:
            if first:
                personal = _personal(person.identity)
                return self.client.enrol(
                    number, personal, prints, context, duplicate_check=self.duplicates, profile=self.profile
                )
            return self.client.add_fingerprints(
                number, prints, context, duplicate_check=self.duplicates, profile=self.profile
            )

        return self._patiently(call)

    def record_key(self, person: Person, kind: str, json: str) -> str:
        """Return a digest of a record, its citizen and their first prints.

        The prints are in it because a record has few likely values: without them, whoever has the journal could find it
        by trying them.
        """
        prints = [read(sample) for sample in next(portions(person.samples))]
        text = "\0".join((_key(person, prints, DuplicateCheck.DUPLICATE_CHECK_UNSPECIFIED, "", first=True), kind, json))
        content = b"".join(sample.SerializeToString(deterministic=True) for sample in prints)
        return hashlib.sha256(b"record" + text.encode() + content).hexdigest()

    def put(self, person: Person, kind: str, json: str, key: str) -> Record:
        """Put a record. Raises as :meth:`send`."""
        context = self._context(key)
        return self._patiently(lambda: self.client.put_record(person.identity.citizen_number, kind, json, context))

    def _context(self, key: str) -> RequestContext:
        return self.client.new_context(request_id=self.journal.request_id(key))

    def _patiently(self, call: Callable[[], T]) -> T:
        for pause in (*_PATIENCE, None):
            if self.stop.is_set():
                raise InterruptedByUserError
            try:
                return call()
            except (ServiceError, ValueError) as error:  # ValueError: the connection is closed, from another thread
                if self.stop.is_set():
                    raise InterruptedByUserError from None
                if not isinstance(error, ServiceError) or error.reason != "SERVER_BUSY" or pause is None:
                    raise
                self.stop.wait(pause)
        raise AssertionError("the last try returns or raises")


def _key(
    person: Person, prints: Sequence[FingerprintSample], duplicates: DuplicateCheck, profile: str, *, first: bool
) -> str:
    request = EnrolCitizenRequest(
        citizen_number=person.identity.citizen_number,
        personal_data=_personal(person.identity),
        samples=prints,
        duplicate_check=duplicates,
        profile=profile,
    )
    prefix = b"enrol" if first else b"add"
    return hashlib.sha256(prefix + request.SerializeToString(deterministic=True)).hexdigest()


def portions(samples: Sequence[DatasetSample]) -> Iterator[list[DatasetSample]]:
    """Yield prints in portions that fit into one call and are of one encounter, encounters as they first appear."""
    first = {sample.encounter: place for place, sample in reversed(list(enumerate(samples)))}
    ordered = sorted(samples, key=lambda sample: first[sample.encounter])
    for _, taken in groupby(ordered, key=lambda sample: sample.encounter):
        yield from _fitting(list(taken))


def _fitting(samples: Sequence[DatasetSample]) -> Iterator[list[DatasetSample]]:
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


def read(sample: DatasetSample) -> FingerprintSample:
    """Return the print as the service takes it."""
    code = 0 if sample.several else int(sample.finger) + 1  # the proto keeps zero for "not stated"
    finger = cast("FingerPosition", code)
    return make_sample(sample.path.read_bytes(), finger, resolution_ppi=sample.resolution_ppi)


def culprit(error: ServiceError, samples: Sequence[DatasetSample]) -> int | None:
    """Return which of the prints the service complains about, None if it does not say.

    It counts impressions: among files of several nobody here knows whose it is.
    """
    text = error.metadata.get("sample", "")
    told = text.isdecimal() and int(text) < len(samples) and not any(sample.several for sample in samples)
    return int(text) if told else None


def _personal(identity: Identity) -> PersonalData:
    return PersonalData(full_name=identity.full_name, birth_date=identity.birth_date, sex=identity.sex)
