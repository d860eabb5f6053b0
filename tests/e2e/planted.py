"""What is planted where a client can write, calls that are made with it, and what finds it again."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

import httpx2
from google.protobuf import json_format
from opentelemetry.sdk.trace import ReadableSpan

from benchmarks.speed.made_up_service import NoExtractor
from idverify.domain.model import Features, ImageSample, Sample
from idverify.matching.biometrics import MatcherBiometrics
from idverify.rpc.convert.context import CONTEXT_LIMITS
from idverify.v1 import enrolment_pb2, types_pb2, verification_pb2
from matcher.comparison.calibration import default_calibration
from tests.e2e.harness import context, enrolment, print_of, refusal
from tests.e2e.stubs import Stubs
from tests.fakes import FakeBiometrics

NAME, BORN = "Đoàn Thị Gieo", "1943-02-17"
NUMBER, STRANGER, MALFORMED = "027199000001", "027199999999", "02719-gieo-77"
TEMPLATE, FAULT, IMAGE = "gieo-template", "gieo-fault", b"\x89PNG\r\n\x1a\ngieo-image"
STATED = {"officer_id": "gieo-officer", "counter_id": "gieo-counter", "agency_code": "H99.77"}
FIELD, PATH, QUERY, BODY, METHOD = "gieo-field", "gieo.path", "gieo-query", "gieo-body", "GieoMethod"
HIDDEN = "\u200b"
PLANTED = (
    NAME, BORN, NUMBER, STRANGER, MALFORMED, TEMPLATE, FAULT, "gieo-image", *STATED.values(),
    FIELD, PATH, QUERY, BODY, METHOD,
)  # fmt: skip


def found(text: str, planted: tuple[str, ...] = PLANTED) -> list[str]:
    """Return what of it is in a text, as it is or in a form in which programs write it."""
    return [one for one in planted if any(form in text for form in _forms(one))]


def _forms(one: str) -> set[str]:
    data = one.encode()
    whole = {one, repr(data)[2:-1], ascii(one)[1:-1], json.dumps(one)[1:-1], quote(one), data.hex(), data.hex().upper()}
    return whole | {encode(data, before) for encode in (_standard, _safe) for before in range(3)}


def _standard(data: bytes, before: int) -> str:
    """Return what stands in base64 for bytes and nothing else, after so many bytes of others."""
    sure = base64.b64encode(bytes(before) + data).decode()
    return sure[(0, 2, 3)[before] : len(sure) - 4 if sure.endswith("=") else None]


def _safe(data: bytes, before: int) -> str:
    return _standard(data, before).translate({ord("+"): "-", ord("/"): "_"})


class FaultyBiometrics(FakeBiometrics):
    """Reads images as the real one does, and fails with a text that quotes whom it fails over."""

    def extract(self, sample: Sample) -> Features:
        if isinstance(sample.content, ImageSample):
            return MatcherBiometrics(NoExtractor(), default_calibration()).extract(sample)
        if FAULT.encode() in sample.content.data:
            raise ValueError(f"{NAME} {NUMBER} {sample.content.data!r}")
        return super().extract(sample)


def verify(number: str, text: str, **stated: str) -> verification_pb2.VerifyRequest:
    """A request that states where and by whom it is made."""
    about = context(**(STATED | stated))
    return verification_pb2.VerifyRequest(context=about, citizen_number=number, samples=[print_of(text)])


def enrol(who: str = TEMPLATE, **person: str) -> enrolment_pb2.EnrolCitizenRequest:
    """A request to enrol, with what is planted of a person."""
    request = enrolment(NUMBER, who, **STATED)
    request.personal_data.CopyFrom(enrolment_pb2.PersonalData(**({"full_name": NAME, "birth_date": BORN} | person)))
    return request


def refused(stubs: Stubs) -> Iterator[tuple[str, str]]:
    """Make calls that are refused, for every kind of field; yield how each must end and how it did: reason or code."""
    alike, field = f"{TEMPLATE}/RIGHT_INDEX/81", f"{FIELD}{HIDDEN}" * 30
    of_samples = [
        ("IDENTIFIER_MALFORMED", verify(MALFORMED, alike)),
        ("SUBJECT_NOT_FOUND", verify(STRANGER, alike)),
        ("SAMPLE_QUALITY_LOW", verify(NUMBER, f"{TEMPLATE}/RIGHT_INDEX/3")),
        ("SAMPLE_INVALID", verify(NUMBER, TEMPLATE)),
        ("SAMPLE_INVALID", _of_image()),
        ("PROCEDURE_NOT_FOUND", verify(NUMBER, alike, procedure_code=f"1.{FIELD}")),
        ("FIELD_INVALID", verify(NUMBER, alike, request_id=FIELD)),
        ("FIELD_INVALID", verify(NUMBER, alike, officer_id=f"{STATED['officer_id']}-of-many-letters")),
        *(("FIELD_INVALID", verify(NUMBER, alike, **{name: field})) for name in CONTEXT_LIMITS),
        ("INTERNAL", verify(NUMBER, f"{FAULT}/RIGHT_INDEX/80")),
    ]
    for expected, request in of_samples:
        ended = refusal(stubs.verification.Verify, request)
        yield expected, ended.reason or ended.code.name
    for name in ("full_name", "birth_date", "sex"):
        person = {name: f"{NAME}{HIDDEN}" * 40}
        yield "FIELD_INVALID", refusal(stubs.enrolment.EnrolCitizen, enrol("gieo-other", **person)).reason
    for expected, method, body in (
        ("UNIMPLEMENTED", METHOD, BODY.encode()),
        ("INVALID_ARGUMENT", "Verify", b"\x0a\x05" + BODY.encode()),
    ):
        call: Callable[..., Any] = stubs.channel.unary_unary(f"/idverify.v1.VerificationService/{method}")
        yield expected, refusal(call, body).code.name


def _of_image() -> verification_pb2.VerifyRequest:
    image = types_pb2.FingerImage(data=IMAGE, format=types_pb2.IMAGE_FORMAT_PNG, resolution_ppi=500)
    sample = types_pb2.FingerprintSample(finger_position=types_pb2.FINGER_POSITION_RIGHT_INDEX, image=image)
    return verification_pb2.VerifyRequest(context=context(**STATED), citizen_number=NUMBER, samples=[sample])


def streamed(stubs: Stubs) -> int:
    """Identify in a stream, once with what is no print and once with what is planted; return how many are answered."""
    texts = (f"{TEMPLATE}/RIGHT_INDEX/79", FIELD)
    requests = [verification_pb2.IdentifyRequest(context=context(**STATED), samples=[print_of(text)]) for text in texts]
    sent = (verification_pb2.IdentifyStreamRequest(request=request) for request in requests)
    return len(list(stubs.verification.IdentifyStream(sent)))


def over_http(address: str) -> Iterator[tuple[int, int]]:
    """Make calls over HTTP with what is planted in path, query, headers and body; yield the status due and had."""
    calls: list[tuple[int, str, dict[str, Any] | None]] = [
        (404, f"/v1/procedures/{PATH}", None),
        (404, f"/v1/{PATH}/{quote(NAME)}", None),
        (400, f"/v1/clients?page_token={QUERY}&{QUERY}={quote(NAME)}", None),
        (400, f"/v1/legal-holds?context.officer_id={QUERY}{quote(HIDDEN)}", None),
        (400, "/v1/citizens:get", {"citizenNumber": MALFORMED}),
        (400, "/v1/verifications", {BODY: NAME}),
        (200, "/v1/verifications", _asked(f"{TEMPLATE}/RIGHT_INDEX/86")),
        (500, "/v1/verifications", _asked(f"{FAULT}/RIGHT_INDEX/86")),
    ]
    with httpx2.Client(base_url=f"http://{address}", headers={"User-Agent": FIELD}) as client:
        for expected, path, body in calls:
            yield expected, client.request("POST" if body else "GET", path, json=body).status_code


def _asked(text: str) -> dict[str, Any]:
    return dict(json_format.MessageToDict(verify(NUMBER, text)))


def whole(metrics: str, spans: Sequence[ReadableSpan]) -> str:
    """Return all that a watch has to tell, as one text: metrics, and spans with their events, status and attributes.

    ``to_json`` writes no letter beyond ASCII as it is; :func:`found` knows that form.
    """
    return metrics + "\n".join(span.to_json() for span in spans)
