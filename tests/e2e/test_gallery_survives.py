"""kill -9 while people are enrolled and deleted and snapshots are written: the next start finds who was answered OK."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest

from idverify.v1 import enrolment_pb2, verification_pb2
from tests import prints
from tests.databases import Databases
from tests.e2e.harness import context, record_of
from tests.e2e.process import ServerProcess, start_process
from tests.e2e.stubs import TESTING, Stubs
from tests.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.slow

ROUNDS = 2


def _number(person: int) -> str:
    return f"0271990{person:05}"


@dataclass
class Town:
    """Who is enrolled as far as the service has answered; and of whom it is not known."""

    enrolled: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)
    people: int = 0

    def live(self, stubs: Stubs, seed: int) -> None:
        """Enrol and delete until the service is gone."""
        choice = random.Random(seed)
        while True:
            if self.enrolled and choice.random() < 0.3:
                person = choice.choice(sorted(self.enrolled))
                self.enrolled.discard(person)
                self.unknown.add(person)
                request = enrolment_pb2.DeleteCitizenRequest(context=context(), citizen_number=_number(person))
                try:
                    stubs.enrolment.DeleteCitizen(request, timeout=PATIENCE)
                except grpc.RpcError as error:
                    if error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
                        continue  # busy, and changed nothing: of whom it is not known
                    return
                self.unknown.discard(person)
                self.deleted.add(person)
            else:
                self.people += 1
                person = self.people
                self.unknown.add(person)
                enrolment = enrolment_pb2.EnrolCitizenRequest(
                    context=context(),
                    citizen_number=_number(person),
                    personal_data=enrolment_pb2.PersonalData(full_name="X"),
                    samples=[record_of(prints.finger(person))],
                )
                try:
                    stubs.enrolment.EnrolCitizen(enrolment, timeout=PATIENCE)
                except grpc.RpcError as error:
                    if error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
                        continue  # busy, and changed nothing: of whom it is not known
                    return
                self.unknown.discard(person)
                self.enrolled.add(person)


def _gallery(server: ServerProcess) -> list[dict[str, Any]]:
    """What the log says of the gallery."""
    return [line for line in list(server.lines) if str(line["message"]).startswith("gallery")]


def _await_snapshot(server: ServerProcess) -> None:
    wait_until(lambda: any(line["message"] == "gallery snapshot written" for line in _gallery(server)))


@contextmanager
def running(folder: Path, databases: Databases) -> Iterator[ServerProcess]:
    server = start_process(folder, "-m", "tests.e2e.gallery_process", databases=databases)
    try:
        yield server
    finally:
        server.kill()


def test_whoever_was_answered_is_found_and_nobody_else(tmp_path: Path, databases: Databases) -> None:
    town, opened = Town(), []
    for seed in range(ROUNDS):
        with running(tmp_path, databases) as service, service.stubs() as stubs:
            opened.append(_gallery(service)[-1]["message"])
            _check(stubs, town)
            clerk = threading.Thread(target=town.live, args=(stubs, seed))
            clerk.start()
            # Long enough for a snapshot or two, and never at the same moment of one.
            clerk.join(3.1 + 0.37 * seed)
            if seed == 0:
                _await_snapshot(service)  # on a busy machine that takes longer
            service.kill()
            clerk.join(PATIENCE)
    with running(tmp_path, databases) as service, service.stubs() as stubs:
        _check(stubs, town)
        assert service.terminate() == 0
    with running(tmp_path, databases) as service:
        (restored,) = _gallery(service)
        assert (restored["message"], restored["added"], restored["removed"]) == ("gallery restored", 0, 0)
    assert opened[0] == "gallery filled"
    assert "gallery restored" in opened, "a snapshot written before a kill was used"
    assert len(town.enrolled) > 10
    assert len(town.deleted) > 3


def _check(stubs: Stubs, town: Town) -> None:
    """Search for everybody by another impression; settle those of whom it was not known."""
    for person in sorted(town.enrolled | town.deleted | town.unknown):
        probe = record_of(prints.impression(prints.finger(person), 7, jitter=1.0))
        search = verification_pb2.IdentifyRequest(context=context(), sample=probe)
        found = len(stubs.verification.Identify(search, timeout=PATIENCE).candidates)
        key = enrolment_pb2.GetCitizenRequest(context=TESTING, citizen_number=_number(person))
        try:
            stubs.enrolment.GetCitizen(key)
            enrolled = True
        except grpc.RpcError:
            enrolled = False
        if person in town.enrolled:
            assert (found, enrolled) == (1, True)
        elif person in town.deleted:
            assert (found, enrolled) == (0, False)
        else:
            assert found == enrolled, "the gallery says what the database says"
            (town.enrolled if enrolled else town.deleted).add(person)
    town.unknown.clear()
