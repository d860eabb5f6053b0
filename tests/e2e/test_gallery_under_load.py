"""Enrolling, deleting and searching at the same time through the service, with the real gallery: no wrong answer.

Each clerk has citizens of their own, so that a plain set says what must be found. ``IDVERIFY_STRESS_SECONDS`` says how
long.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest

from idverify.v1 import audit_pb2, enrolment_pb2, verification_pb2
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.types import FingerPosition
from tests import prints
from tests.databases import Databases
from tests.e2e.gallery_process import build_with_records_only
from tests.e2e.harness import RunningServer, context, local_settings
from tests.e2e.stubs import Stubs

pytestmark = [pytest.mark.slow, pytest.mark.every_database]

SECONDS = float(os.environ.get("IDVERIFY_STRESS_SECONDS", "8"))
WRITERS, READERS, EACH = 2, 4, 30


@pytest.fixture
def server(tmp_path: Path, databases: Databases) -> Iterator[RunningServer]:
    settings = local_settings(tmp_path / "data", databases, snapshot_changes=20)
    running = RunningServer(settings, build_with_records_only(settings)).start()
    yield running
    running.stop()


class Clerk:
    """Enrols and deletes citizens of their own, and says at every moment who is enrolled and who is not."""

    def __init__(self, number: int) -> None:
        self.first = number * EACH + 1
        self.choice = random.Random(number)
        # A reader takes the version before and after a search: only if nothing changed between is the answer sure.
        self.version = dict.fromkeys(range(self.first, self.first + EACH), 0)  # odd: being changed
        self.enrolled: set[int] = set()

    def work(self, stubs: Stubs, end: float) -> None:
        while time.monotonic() < end:
            person = self.choice.choice(list(self.version))
            self.version[person] += 1
            if person in self.enrolled:
                request = enrolment_pb2.DeleteCitizenRequest(context=context(), citizen_number=_citizen(person))
                _answer(stubs.enrolment.DeleteCitizen, request)
                self.enrolled.discard(person)
            else:
                enrolment = enrolment_pb2.EnrolCitizenRequest(
                    context=context(),
                    citizen_number=_citizen(person),
                    personal_data=enrolment_pb2.PersonalData(full_name="X"),
                    samples=[_sample(person)],
                )
                _answer(stubs.enrolment.EnrolCitizen, enrolment)
                self.enrolled.add(person)
            self.version[person] += 1


def _answer(method: Callable[[Any], Any], request: Any) -> Any:
    """Ask again, with the same request_id, while the database is busy: all cores may be, and then it says so."""
    while True:
        try:
            return method(request)
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
            time.sleep(0.1)


def _citizen(person: int) -> str:
    return f"0271990{person:05}"


def _sample(person: int, again: bool = False) -> dict[str, object]:
    template = prints.finger(person)
    if again:
        template = prints.impression(template, 7, jitter=1.0)
    record = template_to_record(template, FingerPosition.RIGHT_INDEX, finger_quality=80)
    return {"finger_position": "FINGER_POSITION_RIGHT_INDEX", "iso_19794_2_2005": write_record(record)}


def test_no_wrong_answer_and_no_lost_update(server: RunningServer) -> None:
    clerks = [Clerk(number) for number in range(WRITERS)]
    wrong: list[str] = []
    sure = 0
    end = time.monotonic() + SECONDS
    counting = threading.Lock()

    def search(seed: int, stubs: Stubs) -> None:
        nonlocal sure
        choice = random.Random(100 + seed)
        while time.monotonic() < end:
            clerk = choice.choice(clerks)
            person = choice.choice(list(clerk.version))
            before, expected = clerk.version[person], person in clerk.enrolled
            request = verification_pb2.IdentifyRequest(context=context(), sample=_sample(person, again=True))
            found = len(_answer(stubs.verification.Identify, request).candidates)
            if before % 2 or clerk.version[person] != before:
                continue
            with counting:
                sure += 1
                if found != expected:
                    wrong.append(f"person {person}: {found} found, {expected} enrolled")

    def guarded(work: object, *args: object) -> None:
        assert callable(work)
        try:
            work(*args)
        except grpc.RpcError as error:
            wrong.append(str(error))

    with grpc.insecure_channel(server.address) as channel:
        stubs = Stubs(channel)
        threads = [threading.Thread(target=guarded, args=(clerk.work, stubs, end)) for clerk in clerks]
        threads += [threading.Thread(target=guarded, args=(search, seed, stubs)) for seed in range(READERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert sure > 10
        people = {person for clerk in clerks for person in clerk.enrolled}
        assert stubs.count() == len(people)
        store, gallery = server.application.store, server.application.gallery
        assert len(store.template_ids()) == len(gallery) == len(people)
        assert stubs.audit.CheckAuditTrail(audit_pb2.CheckAuditTrailRequest()).intact
    assert np.all(np.diff(store.template_ids()) > 0)
