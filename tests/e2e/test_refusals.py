"""Everything malformed gets its documented reason and changes nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message

from idverify.client import Client
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Features, Sample
from idverify.services.calls.refusing import AUDITED
from idverify.v1 import (
    audit_pb2,
    biometrics_pb2,
    enrolment_pb2,
    procedures_pb2,
    records_pb2,
    types_pb2,
    verification_pb2,
)
from tests.e2e.harness import (
    NUMBER,
    OTHER_NUMBER,
    context,
    enrolment,
    local_settings,
    print_of,
    refusal,
    start_server,
)
from tests.e2e.stubs import TESTING, Stubs
from tests.fakes import FakeBiometrics

INVALID = grpc.StatusCode.INVALID_ARGUMENT
NOT_FOUND = grpc.StatusCode.NOT_FOUND
PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION
EXISTS = grpc.StatusCode.ALREADY_EXISTS

Case = tuple[str, Message, grpc.StatusCode, str, str]
"""Service/RPC, request, code, reason, field in the metadata (empty: not looked at)."""


def _changed(request: Message, change: Callable[[Any], object]) -> Message:
    change(request)
    return request


def _enrol(change: Callable[[enrolment_pb2.EnrolCitizenRequest], object], number: str = OTHER_NUMBER) -> Message:
    return _changed(enrolment(number, "bob"), change)


def _verify(change: Callable[[verification_pb2.VerifyRequest], object]) -> Message:
    request = verification_pb2.VerifyRequest(
        context=context(), citizen_number=NUMBER, samples=[print_of("alice/RIGHT_INDEX/60")]
    )
    return _changed(request, change)


def _identify(change: Callable[[verification_pb2.IdentifyRequest], object]) -> Message:
    request = verification_pb2.IdentifyRequest(context=context(), sample=print_of("alice/RIGHT_INDEX/60"))
    return _changed(request, change)


def _set(path: str, value: Any) -> Callable[[Any], None]:
    def change(request: Any) -> None:
        *parents, last = path.split(".")
        for name in parents:
            request = request[int(name)] if name.isdecimal() else getattr(request, name)
        setattr(request, last, value)

    return change


def _clear(path: str) -> Callable[[Any], None]:
    return lambda request: request.ClearField(path)


def _image(**fields: Any) -> types_pb2.FingerprintSample:
    return types_pb2.FingerprintSample(image=types_pb2.FingerImage(**fields))


CONTEXT_CASES: list[Case] = [
    ("enrolment/EnrolCitizen", _enrol(_clear("context")), INVALID, "FIELD_MISSING", "context.request_id"),
    ("enrolment/AddFingerprints", enrolment_pb2.AddFingerprintsRequest(citizen_number=NUMBER), INVALID, "FIELD_MISSING",
     "context.request_id"),
    ("enrolment/DeleteCitizen", enrolment_pb2.DeleteCitizenRequest(citizen_number=NUMBER), INVALID, "FIELD_MISSING",
     "context.request_id"),
    ("verification/Verify", _verify(_set("context.request_id", "")), INVALID, "FIELD_MISSING", "context.request_id"),
    ("verification/Identify", _identify(_clear("context")), INVALID, "FIELD_MISSING", "context.request_id"),
    ("records/PutRecord", records_pb2.PutRecordRequest(citizen_number=NUMBER, record_type="residence", json="{}"),
     INVALID, "FIELD_MISSING", "context.request_id"),
    *[
        ("verification/Verify", _verify(_set(f"context.{name}", value)), INVALID, "FIELD_INVALID", f"context.{name}")
        for name, value in [
            ("request_id", "not-a-uuid"),
            ("request_id", "{" + "1" * 34 + "}"),
            ("request_id", "00000000-0000-0000-0000-000000000000"),
            ("transaction_id", "x" * 65),
            ("procedure_code", "x" * 65),
            ("dossier_code", "x" * 65),
            ("agency_code", "x" * 36),
            ("officer_id", "x" * 21),
            ("counter_id", "x" * 65),
            ("officer_id", "a\nb"),
            ("dossier_code", "a\x00b"),
            ("counter_id", "\u202eabc"),
        ]
    ],
    ("verification/Verify", _verify(_set("context.procedure_code", "9.999999")), NOT_FOUND, "PROCEDURE_NOT_FOUND", ""),
    ("verification/Identify", _identify(_set("context.procedure_code", "9.999999")), NOT_FOUND, "PROCEDURE_NOT_FOUND",
     ""),
    ("procedures/GetProcedure", procedures_pb2.GetProcedureRequest(code="9.999999"), NOT_FOUND, "PROCEDURE_NOT_FOUND",
     ""),
]  # fmt: skip

PERSON_CASES: list[Case] = [
    *[
        ("enrolment/EnrolCitizen", _enrol(_set("citizen_number", number)), INVALID, "IDENTIFIER_MALFORMED",
         "citizen_number")
        for number in ["", "12345", f" {OTHER_NUMBER}", f"{OTHER_NUMBER} ", "０" * 12, "x" * 100_000]
    ],
    ("enrolment/EnrolCitizen", _enrol(lambda _: None, NUMBER), EXISTS, "REFERENCE_EXISTS", ""),
    ("enrolment/EnrolCitizen", _enrol(_clear("personal_data")), INVALID, "FIELD_MISSING", "personal_data.full_name"),
    ("enrolment/EnrolCitizen", _enrol(_set("personal_data.full_name", "x" * 101)), INVALID, "FIELD_INVALID",
     "personal_data.full_name"),
    ("enrolment/EnrolCitizen", _enrol(_set("personal_data.birth_date", "1999-02-30")), INVALID, "FIELD_INVALID",
     "personal_data.birth_date"),
    ("enrolment/EnrolCitizen", _enrol(_set("personal_data.sex", "X")), INVALID, "FIELD_INVALID", "personal_data.sex"),
    ("verification/Verify", _verify(_set("citizen_number", OTHER_NUMBER)), NOT_FOUND, "SUBJECT_NOT_FOUND", ""),
    ("enrolment/GetCitizen", enrolment_pb2.GetCitizenRequest(context=TESTING), INVALID, "FIELD_MISSING", "key"),
    ("enrolment/GetCitizen", enrolment_pb2.GetCitizenRequest(context=TESTING, citizen_number="1"), INVALID,
     "IDENTIFIER_MALFORMED", "citizen_number"),
    ("enrolment/GetCitizen", enrolment_pb2.GetCitizenRequest(context=TESTING, subject_id="x" * 65), INVALID,
     "FIELD_INVALID", "subject_id"),
    ("enrolment/GetCitizen", enrolment_pb2.GetCitizenRequest(context=TESTING, subject_id="nobody"), NOT_FOUND,
     "SUBJECT_NOT_FOUND", ""),
    ("enrolment/ListCitizens", enrolment_pb2.ListCitizensRequest(context=TESTING, page_size=-1), INVALID,
     "FIELD_INVALID", "page_size"),
    ("enrolment/ListCitizens", enrolment_pb2.ListCitizensRequest(context=TESTING, page_size=1001), INVALID,
     "FIELD_INVALID", "page_size"),
    ("enrolment/ListCitizens", enrolment_pb2.ListCitizensRequest(context=TESTING, page_token="!"), INVALID,
     "PAGE_TOKEN_INVALID", ""),
    ("enrolment/ListCitizens", enrolment_pb2.ListCitizensRequest(), INVALID, "FIELD_MISSING", "context.purpose"),
    # As clients ask that were made before there was a purpose.
    ("enrolment/GetCitizen", enrolment_pb2.GetCitizenRequest(citizen_number=NUMBER), INVALID, "FIELD_MISSING",
     "context.purpose"),
    ("records/GetRecord", records_pb2.GetRecordRequest(citizen_number=NUMBER, record_type="residence"), INVALID,
     "FIELD_MISSING", "context.purpose"),
    ("enrolment/DeleteCitizen", enrolment_pb2.DeleteCitizenRequest(context=context(), citizen_number=OTHER_NUMBER),
     NOT_FOUND, "SUBJECT_NOT_FOUND", ""),
    ("audit/ListAuditEvents", audit_pb2.ListAuditEventsRequest(page_token="YXVkaXQ6" + "OTk5" * 2000), INVALID,
     "PAGE_TOKEN_INVALID", ""),
    ("audit/ListAuditEvents", audit_pb2.ListAuditEventsRequest(subject_id="a\tb"), INVALID, "FIELD_INVALID",
     "subject_id"),
]  # fmt: skip

SAMPLE_CASES: list[Case] = [
    ("enrolment/EnrolCitizen", _enrol(_clear("samples")), INVALID, "FIELD_MISSING", "samples"),
    ("enrolment/EnrolCitizen", _enrol(lambda r: r.samples.extend([print_of("b/X/90")] * 39)), INVALID,
     "FINGER_COUNT_EXCEEDED", "samples"),
    ("enrolment/EnrolCitizen", _enrol(_set("samples.1.finger_position", 0)), INVALID, "FIELD_MISSING",
     "samples[1].finger_position"),
    ("enrolment/EnrolCitizen", _enrol(_set("samples.1.finger_position", 12)), INVALID, "FIELD_INVALID",
     "samples[1].finger_position"),
    ("enrolment/EnrolCitizen", _enrol(_set("samples.1.iso_19794_2_2005", b"")), INVALID, "SAMPLE_INVALID",
     "samples[1].iso_19794_2_2005"),
    ("enrolment/EnrolCitizen", _enrol(lambda r: r.samples[1].ClearField("sample")), INVALID, "SAMPLE_INVALID",
     "samples[1]"),
    ("enrolment/EnrolCitizen", _enrol(_set("samples.1.iso_19794_2_2005", b"garbage")), INVALID, "SAMPLE_INVALID", ""),
    ("enrolment/EnrolCitizen", _enrol(_set("samples.1.iso_19794_2_2005", b"bob/LEFT_INDEX/2")), PRECONDITION,
     "SAMPLE_QUALITY_LOW", ""),
    ("verification/Verify", _verify(_clear("samples")), INVALID, "FIELD_MISSING", "samples"),
    ("verification/Verify", _verify(lambda r: r.samples.append(r.samples[0])), INVALID, "FINGER_DUPLICATED", ""),
    ("verification/Verify", _verify(lambda r: r.samples.extend([r.samples[0]] * 10)), INVALID,
     "FINGER_COUNT_EXCEEDED", "samples"),
    ("verification/Verify", _verify(_set("samples.0.finger_position", "FINGER_POSITION_LEFT_LITTLE")), NOT_FOUND,
     "FINGER_NOT_ENROLLED", ""),
    ("verification/Identify", _identify(_clear("sample")), INVALID, "SAMPLE_INVALID", "sample"),
    ("biometrics/ExtractTemplate", biometrics_pb2.ExtractTemplateRequest(), INVALID, "SAMPLE_INVALID", "sample"),
    ("biometrics/ExtractTemplate", biometrics_pb2.ExtractTemplateRequest(sample=_image()), INVALID, "SAMPLE_INVALID",
     "sample.image.data"),
    ("biometrics/ExtractTemplate", biometrics_pb2.ExtractTemplateRequest(sample=_image(data=b"x", format=77)), INVALID,
     "FIELD_INVALID", "sample.image.format"),
    ("biometrics/ExtractTemplate", biometrics_pb2.ExtractTemplateRequest(sample=_image(data=b"x", width=3)), INVALID,
     "FIELD_INVALID", "sample.image.width"),
    ("biometrics/ExtractTemplate",
     biometrics_pb2.ExtractTemplateRequest(sample=_image(data=bytes((8 << 20) + 1))), INVALID, "SAMPLE_INVALID",
     "sample.image.data"),
    ("biometrics/CheckQuality", biometrics_pb2.CheckQualityRequest(sample=print_of("not a print")), INVALID,
     "SAMPLE_INVALID", ""),
    ("biometrics/CompareSamples", biometrics_pb2.CompareSamplesRequest(probe=print_of("a/X/60")), INVALID,
     "SAMPLE_INVALID", "reference"),
    *[
        ("biometrics/ExtractTemplate",
         biometrics_pb2.ExtractTemplateRequest(sample=_image(data=b"x", resolution_ppi=number)), INVALID,
         "FIELD_INVALID", "sample.image.resolution_ppi")
        for number in [math.nan, math.inf, -500.0]
    ],
]  # fmt: skip

NUMBER_CASES: list[Case] = [
    *[
        ("verification/Verify", _verify(_set("target_fmr", number)), INVALID, "FIELD_INVALID", "target_fmr")
        for number in [math.nan, math.inf, -1e-4, 1e-7, 0.02]
    ],
    *[
        ("verification/Identify", _identify(_set("target_fpir", number)), INVALID, "FIELD_INVALID", "target_fpir")
        for number in [math.nan, -math.inf, -1e-4, 1e-7, 0.2]
    ],
    ("verification/Identify", _identify(_set("max_candidates", 101)), INVALID, "FIELD_INVALID", "max_candidates"),
    ("records/GetRecord", records_pb2.GetRecordRequest(context=TESTING, citizen_number=NUMBER, record_type="horoscope"),
     NOT_FOUND, "RECORD_TYPE_NOT_FOUND", ""),
    *[
        ("records/PutRecord",
         records_pb2.PutRecordRequest(
             context=context(), citizen_number=NUMBER, record_type="residence", json=json),
         INVALID, "RECORD_INVALID", "")
        for json in ['{"' + "ế" * 20_000 + '": 1}', "", "{", "[]", '{"a": NaN}', "x" * (64 * 1024 + 1)]
    ],
]  # fmt: skip


@pytest.mark.parametrize(
    ("rpc", "request_", "code", "reason", "field"),
    CONTEXT_CASES + PERSON_CASES + SAMPLE_CASES + NUMBER_CASES,
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_refused_and_nothing_changed(
    enrolled: Stubs, rpc: str, request_: Message, code: grpc.StatusCode, reason: str, field: str
) -> None:
    service, method = rpc.split("/")
    before = (enrolled.count(), enrolled.outcomes())
    found = refusal(getattr(getattr(enrolled, service), method), request_)
    assert (found.code, found.reason) == (code, reason)
    if field:
        assert found.metadata["field"] == field
        assert found.fields == [field]
    count, outcomes = enrolled.count(), enrolled.outcomes()
    assert count == before[0]
    # Listing is audited, and so is a refusal that concerns a person; nothing else came to the trail.
    noted = [f"{method}:REFUSED"] if Reason[reason] in AUDITED else []
    assert outcomes == [*before[1], *noted, "ListCitizens:READ"]
    assert NUMBER not in found.message
    assert OTHER_NUMBER not in found.message


def test_bytes_that_are_no_message(enrolled: Stubs) -> None:
    call: Any = enrolled.channel.unary_unary("/idverify.v1.VerificationService/Verify")
    for body in [b"\xff\xff\xff", b"\x0a\x05ab", b"\x12\x02\xff\xfe"]:  # the last: a citizen number that is not UTF-8
        found = refusal(call, body)
        assert (found.code, found.reason, found.metadata) == (INVALID, "FIELD_INVALID", {"field": "request"})


def test_an_rpc_that_does_not_exist(enrolled: Stubs) -> None:
    call: Any = enrolled.channel.unary_unary("/idverify.v1.VerificationService/Forge")
    assert refusal(call, b"").code is grpc.StatusCode.UNIMPLEMENTED


def test_more_bytes_than_a_message_may_have(enrolled: Stubs) -> None:
    request = biometrics_pb2.ExtractTemplateRequest(sample=_image(data=bytes(17 << 20)))
    assert refusal(enrolled.biometrics.ExtractTemplate, request).code is grpc.StatusCode.RESOURCE_EXHAUSTED
    # Seventeen kilobytes on the wire that become seventeen megabytes are not let in either.
    packed = refusal(enrolled.biometrics.ExtractTemplate, request, compression=grpc.Compression.Gzip)
    assert packed.code is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_one_sample_and_several_exclude_each_other(enrolled: Stubs) -> None:
    one, two = print_of("alice/RIGHT_INDEX/80"), print_of("alice/LEFT_INDEX/80", "LEFT_INDEX")
    both = verification_pb2.IdentifyRequest(context=context(), sample=one, samples=[one, two])
    refused = refusal(enrolled.verification.Identify, both)
    assert (refused.reason, refused.fields) == ("FIELD_INVALID", ["samples"])
    neither = verification_pb2.IdentifyRequest(context=context())
    assert refusal(enrolled.verification.Identify, neither).reason == "SAMPLE_INVALID"
    several = enrolled.verification.Identify(verification_pb2.IdentifyRequest(context=context(), samples=[one, two]))
    assert [finger.score > 0 for finger in several.candidates[0].fingers] == [True, True]
    assert len(several.probe_qualities) == 2


def test_an_unknown_duplicate_check_is_refused(stubs: Stubs) -> None:
    request = enrolment()
    request.duplicate_check = 9  # type: ignore[assignment]
    assert refusal(stubs.enrolment.EnrolCitizen, request).reason == "FIELD_INVALID"


class _OnceAway(FakeBiometrics):
    """Is not there when it is asked first."""

    asked = 0

    def extract(self, sample: Sample) -> Features:
        self.asked += 1
        if self.asked == 1:
            raise DomainError(Reason.MATCHER_UNAVAILABLE, "away")
        return super().extract(sample)


def test_a_refusal_that_may_pass_is_made_again_by_grpc_itself(tmp_path: Path) -> None:
    biometrics = _OnceAway()
    server = start_server(local_settings(tmp_path), biometrics)
    try:
        with Client(server.address) as client:
            assert client.extract_template(print_of("alice/RIGHT_INDEX/60")).quality.score == 60
    finally:
        server.stop()
    assert biometrics.asked == 2
