"""A verification passes the rooms in the order that ``docs/architecture.md`` draws."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FrameType

import grpc
import pytest

from enroll_tools.synthetic.prints.impression import make_impression
from enroll_tools.synthetic.prints.master import make_master
from idverify.bootstrap import build
from idverify.v1 import enrolment_pb2, types_pb2, verification_pb2
from tests.development.architecture.rooms import HOUSES
from tests.development.architecture.way import WAY
from tests.e2e.harness import NUMBER, PROCEDURE, RunningServer, context, local_settings
from tests.e2e.stubs import Stubs
from tests.e2e.test_real_matcher import _sample
from tests.places import REPOSITORY


class Footprints:
    """Rooms in the order in which functions of theirs are called, in threads that start while it listens."""

    def __init__(self) -> None:
        self.rooms: list[str] = []

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and (room := room_of(frame.f_code.co_filename)) and self.rooms[-1:] != [room]:
            self.rooms.append(room)


@cache
def room_of(file: str) -> str | None:
    path = Path(file)
    if not path.is_relative_to(REPOSITORY):
        return None
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(parts[:2]) if parts[0] in HOUSES else None


@pytest.fixture
def footprints() -> Iterator[Footprints]:
    made = Footprints()
    threading.setprofile(made)
    yield made
    threading.setprofile(None)


@pytest.fixture
def stubs(tmp_path: Path, footprints: Footprints) -> Iterator[Stubs]:
    """A server whose threads leave footprints."""
    assert footprints.rooms == []
    settings = local_settings(tmp_path, extractor="ridge")
    server = RunningServer(settings, build(settings)).start()
    with grpc.insecure_channel(server.address) as channel:
        yield Stubs(channel)
    server.stop()


def test_a_verification_goes_the_way_that_is_drawn(stubs: Stubs, footprints: Footprints) -> None:
    master = make_master(0)
    enrolled, probe = (_sample(make_impression(master, seed).image) for seed in range(2))
    person = enrolment_pb2.PersonalData(full_name="Người Thử")
    stubs.enrolment.EnrolCitizen(
        enrolment_pb2.EnrolCitizenRequest(
            context=context(), citizen_number=NUMBER, personal_data=person, samples=[enrolled]
        )
    )
    footprints.rooms.clear()
    about = context(procedure_code=PROCEDURE)
    answer = stubs.verification.Verify(
        verification_pb2.VerifyRequest(context=about, citizen_number=NUMBER, samples=[probe])
    )
    walked = iter(list(footprints.rooms))
    assert answer.decision == types_pb2.DECISION_MATCH
    missed = [step for step in WAY if step.room not in walked]  # "in" goes on where the last one was found
    assert missed == []
