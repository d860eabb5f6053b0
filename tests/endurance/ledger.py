"""What a clerk was answered, and what is not known because the service went away: the service is held to it."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import grpc

from idverify.v1 import enrolment_pb2, types_pb2, verification_pb2
from tests import prints
from tests.e2e.harness import PROCEDURE, context, record_of
from tests.e2e.stubs import TESTING, Stubs
from tests.waiting import PATIENCE

_GONE = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}
_ENROL, _VERIFY, _IDENTIFY = 0.4, 0.7, 0.85
"""Of all calls so many at most are this one or one of those before it; the others erase."""

Event = tuple[str, str]
"""Action and outcome of an event of the trail."""


@dataclass
class Ledger:
    """One clerk's.

    Attributes:
        first: number of the first person; no other clerk has any from there to a million on.
        enrolled, erased: as was answered.
        unknown: whom the last call was about, which was not answered.
        events: of the trail, by which answers were given, with what they say.
        touched: who was enrolled or erased since the last look.
        seconds: that calls took which were answered.
    """

    first: int
    enrolled: set[int] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    events: dict[int, Event] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    people: int = 0

    def live(self, stubs: Stubs, seed: int) -> None:
        """Enrol, verify, search and erase until the service is gone.

        Raises:
            grpc.RpcError: a call was refused that should not have been.
        """
        choice = random.Random(seed)
        try:
            while True:
                self._step(stubs, choice)
        except grpc.RpcError as error:
            if error.code() not in _GONE:
                raise

    def _step(self, stubs: Stubs, choice: random.Random) -> None:
        act = choice.random()
        if act < _ENROL or not self.enrolled:
            self.people += 1
            self._enrol(stubs, self.first + self.people)
            return
        person = choice.choice(sorted(self.enrolled))
        if act < _VERIFY:
            self._verify(stubs, person, choice)
        elif act < _IDENTIFY:
            self._identify(stubs, person, choice)
        else:
            self._erase(stubs, person)

    def _enrol(self, stubs: Stubs, person: int) -> None:
        request = enrolment_pb2.EnrolCitizenRequest(
            context=context(),
            citizen_number=number_of(person),
            personal_data=enrolment_pb2.PersonalData(full_name="X"),
            samples=[record_of(prints.finger(person))],
        )
        self.unknown.add(person)
        with self._timed():
            stubs.enrolment.EnrolCitizen(request, timeout=PATIENCE)
        self.unknown.discard(person)
        self.enrolled.add(person)
        self.touched.add(person)

    def _verify(self, stubs: Stubs, person: int, choice: random.Random) -> None:
        request = verification_pb2.VerifyRequest(
            context=context(procedure_code=PROCEDURE),
            citizen_number=number_of(person),
            samples=[_probe(person, choice)],
        )
        with self._timed():
            answer = stubs.verification.Verify(request, timeout=PATIENCE)
        self.events[answer.audit_event] = "Verify", _decided(answer.decision)

    def _identify(self, stubs: Stubs, person: int, choice: random.Random) -> None:
        request = verification_pb2.IdentifyRequest(context=context(), sample=_probe(person, choice))
        with self._timed():
            answer = stubs.verification.Identify(request, timeout=PATIENCE)
        self.events[answer.audit_event] = "Identify", _decided(answer.decision)

    def _erase(self, stubs: Stubs, person: int) -> None:
        request = enrolment_pb2.DeleteCitizenRequest(context=context(), citizen_number=number_of(person))
        self.enrolled.discard(person)
        self.unknown.add(person)
        with self._timed():
            stubs.enrolment.DeleteCitizen(request, timeout=PATIENCE)
        self.unknown.discard(person)
        self.erased.add(person)
        self.touched.add(person)

    def settle(self, stubs: Stubs) -> None:
        """Find out what became of what was not answered: it was done whole, or not at all."""
        for person in self.unknown:
            (self.enrolled if is_enrolled(stubs, person) else self.erased).add(person)
        self.touched |= self.unknown
        self.unknown.clear()

    @contextmanager
    def _timed(self) -> Iterator[None]:
        """Note how long a call took, if it is answered."""
        began = time.perf_counter()
        yield
        self.seconds.append(time.perf_counter() - began)


def number_of(person: int) -> str:
    """Return a person's citizen number."""
    return f"027199{person:06}"


def is_enrolled(stubs: Stubs, person: int) -> bool:
    """Ask whether somebody is enrolled."""
    key = enrolment_pb2.GetCitizenRequest(context=TESTING, citizen_number=number_of(person))
    try:
        stubs.enrolment.GetCitizen(key, timeout=PATIENCE)
    except grpc.RpcError as error:
        if error.code() is not grpc.StatusCode.NOT_FOUND:
            raise
        return False
    return True


def searched(stubs: Stubs, person: int, choice: random.Random) -> tuple[bool, int]:
    """Search for somebody by their print; return whether anybody is found, and among how many fingers."""
    request = verification_pb2.IdentifyRequest(context=context(), sample=_probe(person, choice))
    answer = stubs.verification.Identify(request, timeout=PATIENCE)
    return bool(answer.candidates), answer.searched_fingers


def _probe(person: int, choice: random.Random) -> types_pb2.FingerprintSample:
    """Return another impression of their finger: never the same again, which would be a copy."""
    return record_of(prints.impression(prints.finger(person), choice.randrange(1 << 32), kept=0.9, jitter=1.0))


def _decided(decision: types_pb2.Decision) -> str:
    return types_pb2.Decision.Name(decision).removeprefix("DECISION_")
