"""What is kept of large requests by a client that may make them: refused at different depths, and done."""

from __future__ import annotations

import asyncio
import io
import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

import grpc
import grpc.aio
import numpy as np
import PIL.Image

from benchmarks.overload.attack import Memory
from benchmarks.overload.certificates import ENROLLER
from benchmarks.overload.service import Service
from enroll_tools.synthetic import Population
from idverify.v1 import enrolment_pb2, types_pb2
from matcher.types import FingerPosition

CALLS, BYTES = 300, 14_000_000
ENROLMENTS = 20
_WARM_UP = 4
_AT_ONCE = 16
_METHOD = "/idverify.v1.EnrolmentService/EnrolCitizen"
_SETTLING_SECONDS = 10.0
_SIDE, _PPI = 2400, 1200
"""Pixels of the largest image that is read: a megapixel at 500 ppi."""

_FINGERS = (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX)


@dataclass(frozen=True, slots=True)
class Bodies:
    """Requests of one kind, and how often they are sent."""

    bodies: Sequence[bytes]
    calls: int


def kinds() -> Mapping[str, Bodies]:
    """Return requests by what becomes of them."""
    noise = random.Random(5).randbytes(BYTES)  # noqa: S311 - nothing secret
    halves = noise[: BYTES // 2], noise[BYTES // 2 :]
    enrolments = [_enrolment(10 + person, _prints(person)) for person in range(ENROLMENTS + _WARM_UP)]
    undecodable = [_enrolment(number, halves) for number in range(2)]
    return {
        "warm up": Bodies(enrolments[:_WARM_UP], _WARM_UP),
        "no message": Bodies([noise], CALLS),
        "no image": Bodies(undecodable, CALLS),
        "no number": Bodies([_enrolment(None, halves)], CALLS),
        "enrolled": Bodies(enrolments[_WARM_UP:], ENROLMENTS),
    }


async def large_bodies(service: Service, sent: Bodies) -> Memory:
    """Send them, some at a time; return what the service's memory did."""
    idle = service.resident()
    service.forget_most()
    options = [("grpc.max_send_message_length", -1)]
    places = asyncio.Semaphore(_AT_ONCE)
    async with grpc.aio.secure_channel(service.address, service.credentials(ENROLLER), options) as channel:
        call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(_METHOD)

        async def one(body: bytes) -> bool:
            async with places:
                try:
                    await call(body, timeout=300.0)
                except grpc.aio.AioRpcError:
                    return False
                return True

        done = await asyncio.gather(*map(one, islice(cycle(sent.bodies), sent.calls)))
    most = service.most_resident()
    await asyncio.sleep(_SETTLING_SECONDS)
    return Memory(idle, most, service.resident(), done.count(False))


def _enrolment(person: int | None, images: Sequence[bytes]) -> bytes:
    number = "nobody's" if person is None else f"0271990{person:05}"
    samples = [
        types_pb2.FingerprintSample(
            finger_position=f"FINGER_POSITION_{finger.name}",
            image=types_pb2.FingerImage(data=data, format=types_pb2.IMAGE_FORMAT_BMP, resolution_ppi=_PPI),
        )
        for finger, data in zip(_FINGERS, images, strict=True)
    ]
    return enrolment_pb2.EnrolCitizenRequest(
        context=types_pb2.RequestContext(request_id=str(uuid.UUID(int=1 + (person or 0), version=4))),
        citizen_number=number,
        personal_data=enrolment_pb2.PersonalData(full_name="Nguyễn Thị Thử", birth_date="1990", sex="F"),
        samples=samples,
    ).SerializeToString()


def _prints(person: int) -> Sequence[bytes]:
    """Return two prints in the midst of images as large as they may be."""
    population = Population(9)
    return [_large(population.impression(person, finger, 1).image.pixels) for finger in _FINGERS]


def _large(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    factor = _PPI / 500
    height, width = (min(_SIDE, round(side * factor)) for side in pixels.shape)
    canvas = PIL.Image.new("L", (_SIDE, _SIDE), 255)
    canvas.paste(PIL.Image.fromarray(pixels).resize((width, height)), ((_SIDE - width) // 2, (_SIDE - height) // 2))
    file = io.BytesIO()
    canvas.save(file, "BMP")
    return file.getvalue()
