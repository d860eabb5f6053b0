"""People who are enrolled, verified and looked for by calls, every time by another touch of the finger."""

from __future__ import annotations

import asyncio
import io
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice

import grpc
import grpc.aio
import PIL.Image

from benchmarks.overload.certificates import CLIENTS, ENROLLER
from benchmarks.overload.service import Service
from enroll_tools.synthetic import Population
from enroll_tools.synthetic.templates.population import TemplatePopulation
from idverify.v1 import enrolment_pb2, types_pb2, verification_pb2
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.quality.score import assess
from matcher.types import FingerPosition, Template

_VERIFY = "/idverify.v1.VerificationService/Verify"
_IDENTIFY = "/idverify.v1.VerificationService/Identify"
_ENROL = "/idverify.v1.EnrolmentService/EnrolCitizen"
_SEED = 29
_FINGERS = (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX)
_PEOPLE, _PEOPLE_BY_IMAGE = 100, 10
_SEARCHED_FROM = 100_000
"""Number of the first touch that is searched for: what was shown once is refused."""
_LATER = 1000
"""Number of the first of those who are enrolled while it is timed."""
_GOOD = 40
"""Of poorer prints the service wants others."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked.

    Attributes:
        enrolments: requests by which everybody is enrolled beforehand.
        requests: in the order in which they are sent.
        a_round: how many of them a round has, by the number of callers.
        method: that they are for.
        clients: who send them.
    """

    enrolments: Sequence[bytes]
    requests: Sequence[bytes]
    a_round: Mapping[int, int]
    method: str = _VERIFY
    clients: Sequence[str] = CLIENTS


def people_by_template(rounds: int, a_round: Mapping[int, int], first_touch: int = 1) -> Asked:
    """Return people with two fingers each, who show one of them as a template, in a touch from that number on."""
    population, wanted = TemplatePopulation(_SEED), rounds * sum(a_round.values())
    enrolled = _prints(population, 0)
    good = [person for person, prints in enumerate(enrolled) if all(map(_is_good, prints))]
    enrolments = [_enrolment(person, map(_of_template, enrolled[person], _FINGERS)) for person in good]
    requests = [
        _verification(person, sample) for person, sample in islice(_touches(population, good, first_touch), wanted)
    ]
    return Asked(enrolments, requests, a_round)


def people_by_image(rounds: int, a_round: Mapping[int, int]) -> Asked:
    """Return people who show the finger that is enrolled of them as an image."""
    population, wanted, finger = Population(_SEED), rounds * sum(a_round.values()), _FINGERS[0]
    people = [_PEOPLE + number for number in range(_PEOPLE_BY_IMAGE)]
    enrolments = [_enrolment(person, [_of_image(population, person, f, 1) for f in _FINGERS]) for person in people]
    touches = ((person, impression) for impression in range(2, wanted + 2) for person in people)
    requests = [_verification(p, _of_image(population, p, finger, n)) for p, n in islice(touches, wanted)]
    return Asked(enrolments, requests, a_round)


def people_looked_for(rounds: int, a_round: Mapping[int, int]) -> Asked:
    """Return searches, by one touch of a finger that is not stated, for people of :func:`people_by_template`."""
    asked, requests = people_by_template(rounds, a_round, _SEARCHED_FROM), []
    for body in asked.requests:
        (sample,) = verification_pb2.VerifyRequest.FromString(body).samples
        requests.append(_search(sample))
    return Asked((), requests, a_round, _IDENTIFY)


def people_to_enrol(rounds: int, a_round: Mapping[int, int]) -> Asked:
    """Return enrolments of people of whom nothing is known yet, with two fingers each, among those who are there."""
    wanted, each = rounds * sum(a_round.values()), len(_FINGERS)
    population, requests = TemplatePopulation(_SEED), []
    for person in count(_LATER):
        columns = population.batch(person * each, each)
        if all(map(_is_good, columns)):
            requests.append(_enrolment(person, map(_of_template, columns, _FINGERS)))
        if len(requests) == wanted:
            break
    return Asked((), requests, a_round, _ENROL, (ENROLLER,))


def searched_for(template: Template) -> bytes:
    """Return a search for whose finger, whichever it is, left a print."""
    return _search(_of_template(template, _FINGERS[0]))


def _search(sample: types_pb2.FingerprintSample) -> bytes:
    sample.ClearField("finger_position")
    return verification_pb2.IdentifyRequest(context=_context(), sample=sample).SerializeToString()


def enrol(service: Service, requests: Sequence[bytes]) -> None:
    """Enrol everybody."""
    with grpc.secure_channel(service.address, service.credentials(ENROLLER)) as channel:
        call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(_ENROL)
        for request in requests:
            call(request, timeout=60.0)


async def answered(
    service: Service, asked: Asked, requests: Sequence[bytes], callers: int
) -> tuple[list[float], float]:
    """Have so many callers share some of the requests, each of whom waits for every answer.

    Returns:
        Seconds of every call, and of all together.

    Raises:
        grpc.aio.AioRpcError: one was refused.
    """
    seconds: list[float] = []
    waiting = iter(requests)
    channels = [grpc.aio.secure_channel(service.address, service.credentials(name)) for name in asked.clients]
    await asyncio.gather(*(channel.channel_ready() for channel in channels))

    async def caller(number: int) -> None:
        call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channels[number % len(channels)].unary_unary(
            asked.method
        )
        for request in waiting:
            began = time.perf_counter()
            await call(request, timeout=60.0)
            seconds.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(caller(number) for number in range(callers)))
    whole = time.perf_counter() - began
    await asyncio.gather(*(channel.close() for channel in channels))
    return seconds, whole


def _touches(
    population: TemplatePopulation, people: Sequence[int], first: int
) -> Iterator[tuple[int, types_pb2.FingerprintSample]]:
    """Yield touches of everybody's first finger, one person after the other, that the service compares."""
    for impression in count(first):
        prints = _prints(population, impression)
        for person in people:
            if _is_good(prints[person][0]):
                yield person, _of_template(prints[person][0], _FINGERS[0])


def _prints(population: TemplatePopulation, impression: int) -> list[list[Template]]:
    """Return one impression of all fingers of everybody."""
    columns, each = population.batch(0, _PEOPLE * len(_FINGERS), impression), len(_FINGERS)
    return [[columns.template(person * each + n) for n in range(each)] for person in range(_PEOPLE)]


def _is_good(template: Template) -> bool:
    return assess(template).score >= _GOOD


def _enrolment(person: int, samples: Iterable[types_pb2.FingerprintSample]) -> bytes:
    return enrolment_pb2.EnrolCitizenRequest(
        context=_context(),
        citizen_number=_number(person),
        personal_data=enrolment_pb2.PersonalData(full_name="Made Up", birth_date="1990-05-01", sex="F"),
        samples=samples,
        duplicate_check=enrolment_pb2.DUPLICATE_CHECK_REPORT,
    ).SerializeToString()


def _verification(person: int, sample: types_pb2.FingerprintSample) -> bytes:
    return verification_pb2.VerifyRequest(
        context=_context(), citizen_number=_number(person), samples=[sample]
    ).SerializeToString()


def _context() -> types_pb2.RequestContext:
    return types_pb2.RequestContext(request_id=str(uuid.uuid4()))


def _number(person: int) -> str:
    return f"001190{person:06}"


def _of_template(template: Template, finger: FingerPosition) -> types_pb2.FingerprintSample:
    record = write_record(template_to_record(template, finger))
    return types_pb2.FingerprintSample(finger_position=f"FINGER_POSITION_{finger.name}", iso_19794_2_2005=record)


def _of_image(
    population: Population, person: int, finger: FingerPosition, impression: int
) -> types_pb2.FingerprintSample:
    file = io.BytesIO()
    PIL.Image.fromarray(population.impression(person, finger, impression).image.pixels).save(file, "PNG")
    picture = types_pb2.FingerImage(data=file.getvalue(), format=types_pb2.IMAGE_FORMAT_PNG, resolution_ppi=500)
    return types_pb2.FingerprintSample(finger_position=f"FINGER_POSITION_{finger.name}", image=picture)
