"""Two servers on one PostgreSQL database, with true prints: whatever one does, the other knows before it answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import grpc
import pytest

from idverify.bootstrap import build
from idverify.v1 import enrolment_pb2, types_pb2, verification_pb2
from tests.databases import KINDS, Databases
from tests.e2e.harness import RunningServer, context, local_settings, read_refusal, record_of
from tests.e2e.stubs import Stubs
from tests.prints import finger, impression

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("postgresql" not in KINDS, reason="several servers work on PostgreSQL alone"),
]


@dataclass(frozen=True)
class Pair:
    """Two servers, and what calls each."""

    servers: tuple[RunningServer, RunningServer]
    stubs: tuple[Stubs, Stubs]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with ExitStack() as undo:
        databases = Databases("postgresql")
        undo.callback(databases.drop)
        servers, stubs = [], []
        for name in ("a", "b"):
            data = tmp_path_factory.getbasetemp() / "several"
            settings = local_settings(data, databases, extractor="ridge", server_name=name)
            servers.append(RunningServer(settings, build(settings)).start())
            undo.callback(servers[-1].stop)
            stubs.append(Stubs(undo.enter_context(grpc.insecure_channel(servers[-1].address))))
        yield Pair((servers[0], servers[1]), (stubs[0], stubs[1]))


def sample(person: int, seed: int) -> types_pb2.FingerprintSample:
    """An impression of somebody's finger."""
    return record_of(impression(finger(person), seed))


def enrolment_of(number: str, person: int, seed: int = 0) -> enrolment_pb2.EnrolCitizenRequest:
    return enrolment_pb2.EnrolCitizenRequest(
        context=context(),
        citizen_number=number,
        personal_data=enrolment_pb2.PersonalData(full_name="Người Thử"),
        samples=[sample(person, seed)],
    )


def found(stubs: Stubs, person: int, seed: int) -> list[str]:
    request = verification_pb2.IdentifyRequest(context=context(), sample=sample(person, seed))
    return [candidate.subject_id for candidate in stubs.verification.Identify(request).candidates]


@pytest.mark.parametrize("enrols", [0, 1])
def test_who_is_enrolled_at_one_is_found_and_forgotten_at_the_other_at_once(pair: Pair, enrols: int) -> None:
    here, there = pair.stubs[enrols], pair.stubs[1 - enrols]
    number = f"02719900010{enrols}"
    subject_id = here.enrolment.EnrolCitizen(enrolment_of(number, 10 + enrols)).subject_id
    assert found(there, 10 + enrols, 1) == [subject_id]
    there.enrolment.DeleteCitizen(enrolment_pb2.DeleteCitizenRequest(context=context(), citizen_number=number))
    assert found(here, 10 + enrols, 2) == []
    assert len(pair.servers[0].application.gallery) == len(pair.servers[1].application.gallery)


def enrolled_at_once(pair: Pair, requests: list[enrolment_pb2.EnrolCitizenRequest]) -> list[str]:
    """Return whom each server says that it enrolled, or why it did not."""
    begin = threading.Barrier(2)

    def enrol(at: int) -> str:
        begin.wait()
        try:
            return str(pair.stubs[at].enrolment.EnrolCitizen(requests[at]).subject_id)
        except grpc.RpcError as error:
            return read_refusal(error).reason

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(enrol, range(2)))


@pytest.mark.parametrize("person", range(20, 23))
def test_a_person_enrolled_at_both_in_the_same_second_is_enrolled_once(pair: Pair, person: int) -> None:
    requests = [enrolment_of(f"0271990002{person}", person), enrolment_of(f"0271990003{person}", person, seed=1)]
    answers = enrolled_at_once(pair, requests)
    assert answers.count("DUPLICATE_PERSON_SUSPECTED") == 1
    (enrolled,) = set(answers) - {"DUPLICATE_PERSON_SUSPECTED"}
    assert [found(stubs, person, 2) for stubs in pair.stubs] == [[enrolled], [enrolled]]
