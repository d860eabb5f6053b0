"""Made-up citizens with fingers that are nobody's, and how to enrol and to try them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from functools import cache

from enroll_tools.synthetic.templates.population import TemplatePopulation
from idverify.client.samples import finger_position
from idverify.v1 import enrolment_pb2, types_pb2, verification_pb2
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.quality.score import assess
from matcher.types import FingerPosition, Template
from tests.attack.stage import Server
from tests.e2e.harness import PROCEDURE, context

_FINGERS, _STRANGERS = TemplatePopulation(7), TemplatePopulation(8)
_PER_PERSON = 10
_TOUCHES = 12
_AT_ONCE = 100
_GOOD = 40
"""Quality, 0 to 100: one of six touches has less."""


def number_of(citizen: int) -> str:
    """Return a citizen's number."""
    return f"0271840{citizen:05}"


@cache
def _touches(finger: int) -> list[Template]:
    """Return touches of a finger, the best first: a counter sends no poor one."""
    made = [_FINGERS.batch(finger, 1, impression)[0] for impression in range(_TOUCHES)]
    return sorted(made, key=lambda template: -assess(template).score)


def touch(citizen: int, number: int = 0, finger: int = 0) -> Template:
    """Return one of a dozen touches of one of a citizen's ten fingers; the same whenever it is asked for."""
    return _touches(citizen * _PER_PERSON + finger)[number]


def strangers() -> Iterator[Template]:
    """Yield touches of fingers of people who are nobody's here, one of each."""
    for first in itertools.count(0, _AT_ONCE):
        batch = _STRANGERS.batch(first, _AT_ONCE)
        yield from (batch[place] for place in range(_AT_ONCE) if assess(batch[place]).score >= _GOOD)


def minutiae(template: Template, position: str = "right-index") -> types_pb2.FingerprintSample:
    """Return a sample of a template, as a record."""
    of = FingerPosition[position.upper().replace("-", "_")]
    record = write_record(template_to_record(template, of))
    return types_pb2.FingerprintSample(finger_position=finger_position(position), iso_19794_2_2005=record)


def enrolment(
    citizen: int, samples: Iterable[types_pb2.FingerprintSample], check: str = "REFUSE"
) -> enrolment_pb2.EnrolCitizenRequest:
    """Return a request to enrol somebody; ``check`` as in ``DuplicateCheck``."""
    return enrolment_pb2.EnrolCitizenRequest(
        context=context(),
        citizen_number=number_of(citizen),
        personal_data=enrolment_pb2.PersonalData(full_name="Người Thử", birth_date="1984-02-01", sex="M"),
        samples=samples,
        duplicate_check=f"DUPLICATE_CHECK_{check}",
    )


def enrol(server: Server, citizens: Iterable[int], check: str = "REFUSE") -> None:
    """Enrol people by the right index finger, touch 0, as the client ``enroller``, or ``admin`` to SKIP."""
    stubs = server.stubs("admin" if check == "SKIP" else "enroller")
    for citizen in citizens:
        stubs.enrolment.EnrolCitizen(enrolment(citizen, [minutiae(touch(citizen))], check))


def verification(
    citizen: int, samples: Iterable[types_pb2.FingerprintSample], **fields: str
) -> verification_pb2.VerifyRequest:
    """Return a try at a citizen, for a procedure whose assertion a match brings."""
    return verification_pb2.VerifyRequest(
        context=context(**({"procedure_code": PROCEDURE} | fields)), citizen_number=number_of(citizen), samples=samples
    )
