"""What a bulk enrolment asks the service: prints in portions that fit into a call, sent until the service has time."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from enroll_tools.bulk.journal import Journal
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
from idverify.v1.types_pb2 import FingerPosition, FingerprintSample

MOST_SAMPLES = 40
"""Prints that one call takes; of whoever has more, the first are enrolled and the rest added."""

MOST_BYTES = 12 << 20
"""Bytes of prints in one call: below what the service accepts."""

_PATIENCE = (0.2, 0.5, 1.0, 2.0, 4.0)  # seconds between tries while the service is busy

Answer = EnrolCitizenResponse | AddFingerprintsResponse


@dataclass(frozen=True, slots=True)
class Caller:
    """Sends prints of people; the first portion of somebody enrols, further ones add.

    Attributes:
        client: of the service.
        journal: from which the requests' ids follow.
        duplicates: what to do about people who seem to be enrolled already.
    """

    client: Client
    journal: Journal
    duplicates: DuplicateCheck

    def key(self, person: Person, prints: Sequence[FingerprintSample], *, first: bool) -> str:
        """Return a digest of all that the service is told, so that equal keys are equal requests."""
        request = EnrolCitizenRequest(
            citizen_number=person.identity.citizen_number,
            personal_data=_personal(person.identity),
            samples=prints,
            duplicate_check=self.duplicates,
        )
        prefix = b"enrol" if first else b"add"
        return hashlib.sha256(prefix + request.SerializeToString(deterministic=True)).hexdigest()

    def send(self, person: Person, prints: list[FingerprintSample], *, first: bool) -> Answer:
        """Enrol or add, and try again for a while if the service is busy.

        Raises:
            ServiceError: it refuses, is still busy, or cannot be reached.
        """
        context = self.client.new_context(request_id=self.journal.request_id(self.key(person, prints, first=first)))
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


def portions(samples: Sequence[DatasetSample]) -> Iterator[list[DatasetSample]]:
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


def read(sample: DatasetSample) -> FingerprintSample:
    """Return the print as the service takes it."""
    finger = cast("FingerPosition", int(sample.finger) + 1)  # the proto keeps zero for "not stated"
    return make_sample(sample.path.read_bytes(), finger, resolution_ppi=sample.resolution_ppi)


def culprit(error: ServiceError, count: int) -> int | None:
    """Return which of ``count`` prints the service complains about, None if it does not say."""
    text = error.metadata.get("sample", "")
    return int(text) if text.isdecimal() and int(text) < count else None


def _personal(identity: Identity) -> PersonalData:
    return PersonalData(full_name=identity.full_name, birth_date=identity.birth_date, sex=identity.sex)
