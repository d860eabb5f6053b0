"""A sound request of every RPC, as a client would send it: what is then mutated."""

from __future__ import annotations

from random import Random
from typing import Any

from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from idverify.v1 import (
    biometrics_pb2,
    citizens_pb2,
    enrolment_pb2,
    types_pb2,
    verification_pb2,
)
from tests.attack.mutate.counter import CounterExemplars
from tests.attack.mutate.plain import PLAIN, context
from tests.attack.mutate.prints import PrintBox, fingers_of
from tests.attack.mutate.rpcs import request_type
from tests.attack.mutate.standing import (
    AGENCY,
    BORN,
    CONSENT,
    NAME,
    PEOPLE,
    POSITIONS,
    number_of,
)

PROFILE = "vn-110-2020"


class Exemplars:
    """Makes sound requests.

    Args:
        prints: what to take prints from.
    """

    def __init__(self, prints: PrintBox) -> None:
        self.prints = prints
        counter = CounterExemplars(context, lambda random: self.fingers(random, 0)[0], AGENCY)
        self._makers = {
            **PLAIN,
            **counter.makers,
            "EnrolCitizen": self.enrol,
            "AddFingerprints": self.add,
            "Verify": self.verify,
            "Identify": self.identify,
            "IdentifyStream": self.identify_in_stream,
            "LockCitizen": self.lock,
            "UnlockCitizen": self.lock,
            "GetOwnHistory": self.own_history,
            "SetPin": self.set_pin,
            "ExtractTemplate": self.extract,
            "CompareSamples": self.compare,
            "CheckQuality": self.check_quality,
        }

    def of(self, rpc: str, random: Random) -> Message:
        """Return a request; of an RPC that nobody has made one for, what can be told by the names of its fields."""
        name = rpc if rpc.startswith("grpc.") else rpc.rpartition("/")[2]
        return self._makers[name](random) if name in self._makers else _guessed(rpc, random)

    def fingers(self, random: Random, person: int, most: int = 2) -> list[types_pb2.FingerprintSample]:
        """Return prints of somebody's fingers, the first of which is the right index."""
        both = zip(fingers_of(person), POSITIONS, strict=True)
        return [self.prints.sample(random, *one) for one in list(both)[: random.randint(1, most)]]

    def enrol(self, random: Random) -> Message:
        person = random.choice((0, PEOPLE, *range(PEOPLE, 40)))
        data = enrolment_pb2.PersonalData(full_name=NAME, birth_date=BORN, sex="M")
        check: Any = random.choice((0, 0, 1, 2, 3))
        request = enrolment_pb2.EnrolCitizenRequest(
            context=context(random),
            citizen_number=number_of(person),
            personal_data=data,
            samples=self.fingers(random, random.choice((0, PEOPLE, PEOPLE))),
            duplicate_check=check,
            profile=random.choice(("", PROFILE)),
        )
        if random.random() < 0.3:
            both = enrolment_pb2.SLAP_POSITION_TWO_THUMBS
            request.slaps.append(enrolment_pb2.SlapImage(position=both, image=self.prints.thumb))
            request.finger_exceptions.append(
                enrolment_pb2.FingerException(
                    finger_position=types_pb2.FINGER_POSITION_LEFT_THUMB, fault=enrolment_pb2.FINGER_FAULT_MISSING
                )
            )
        return request

    def add(self, random: Random) -> Message:
        person = random.randrange(PEOPLE + 1)
        return enrolment_pb2.AddFingerprintsRequest(
            context=context(random), citizen_number=number_of(person), samples=self.fingers(random, person)
        )

    def verify(self, random: Random) -> Message:
        person = random.randrange(PEOPLE + 1)
        return verification_pb2.VerifyRequest(
            context=context(random, procedure=True),
            citizen_number=number_of(person),
            samples=self.fingers(random, random.choice((person, person, PEOPLE))),
            target_fmr=random.choice((0.0, 0.0, 1e-5, 1e-3)),
            sd_jwt=random.random() < 0.2,
        )

    def identify(self, random: Random) -> verification_pb2.IdentifyRequest:
        fingers = self.fingers(random, random.randrange(PEOPLE + 1))
        request = verification_pb2.IdentifyRequest(
            context=context(random, procedure=True), max_candidates=random.choice((0, 5)), target_fpir=0.01
        )
        if len(fingers) == 1:
            request.sample.CopyFrom(fingers[0])
        else:
            request.samples.extend(fingers)
        return request

    def identify_in_stream(self, random: Random) -> Message:
        return verification_pb2.IdentifyStreamRequest(request=self.identify(random))

    def lock(self, random: Random) -> Message:
        person = random.randrange(PEOPLE)
        make = random.choice((citizens_pb2.LockCitizenRequest, citizens_pb2.UnlockCitizenRequest))
        return make(context=context(random), citizen_number=number_of(person), samples=self.fingers(random, person))

    def own_history(self, random: Random) -> Message:
        person = random.randrange(PEOPLE)
        return citizens_pb2.GetOwnHistoryRequest(
            context=context(random), citizen_number=number_of(person), samples=self.fingers(random, person)
        )

    def set_pin(self, random: Random) -> Message:
        person = random.randrange(PEOPLE)
        samples, pin = self.fingers(random, person), f"{random.randrange(10**8):08}"
        return citizens_pb2.SetPinRequest(
            context=context(random), citizen_number=number_of(person), samples=samples, pin=pin
        )

    def extract(self, random: Random) -> Message:
        return biometrics_pb2.ExtractTemplateRequest(context=context(random), sample=self.fingers(random, 0)[0])

    def check_quality(self, random: Random) -> Message:
        sample = self.fingers(random, 0)[0]
        profile = random.choice(("", PROFILE))
        return biometrics_pb2.CheckQualityRequest(context=context(random), sample=sample, profile=profile)

    def compare(self, random: Random) -> Message:
        probe, reference = self.fingers(random, 0)[0], self.fingers(random, random.randrange(2))[0]
        return biometrics_pb2.CompareSamplesRequest(context=context(random), probe=probe, reference=reference)


_GUESSED = {"citizen_number": number_of(0), "record_type": "residence", "consent_ref": CONSENT}


def _guessed(rpc: str, random: Random) -> Message:
    request: Any = GetMessageClass(request_type(rpc))()
    for field in request_type(rpc).fields:
        if field.name == "context":
            request.context.CopyFrom(context(random, procedure=True))
        elif field.name in _GUESSED:
            setattr(request, field.name, _GUESSED[field.name])
    made: Message = request
    return made
