"""JSON and protobuf."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.errors import DomainError, Reason
from idverify.rest.transcoding import Transcoder, read_json
from idverify.v1 import enrolment_pb2, verification_pb2

VERIFY = Transcoder.of("idverify.v1.VerificationService", "Verify")
SECRET = "027199000001"


def test_what_is_written_is_read() -> None:
    request = verification_pb2.VerifyRequest(citizen_number=SECRET, target_fmr=1e-5, sd_jwt=True)
    assert VERIFY.request(json_format.MessageToDict(request), []) == request
    assert VERIFY.request({"citizen_number": SECRET, "target_fmr": 1e-5, "sd_jwt": True}, []) == request


def test_an_answer_always_has_the_same_fields() -> None:
    answer = json.loads(VERIFY.answer(b""))
    assert answer["decision"] == "DECISION_UNSPECIFIED"
    assert answer["fingers"] == []
    transcoder = Transcoder.of("idverify.v1.EnrolmentService", "EnrolCitizen")
    body = enrolment_pb2.EnrolCitizenResponse(subject_id="Nguyễn").SerializeToString()
    assert "Nguyễn".encode() in transcoder.answer(body)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ([1], "request"),
        ("text", "request"),
        ({"nothing": 1}, "nothing"),
        ({"context": {"nothing": SECRET}}, "context.nothing"),
        ({"citizenNumber": 27199000001}, "citizenNumber"),
        ({"context": SECRET}, "context"),
        ({"samples": {"a": 1}}, "samples"),
        ({"samples": [{"fingerPosition": SECRET}]}, "samples"),
        ({"targetFmr": f"x{SECRET}"}, "targetFmr"),
        ({"sdJwt": "perhaps"}, "sdJwt"),
        ({"samples": [{"fingerPosition": 1e300}]}, "samples"),
        ({"samples": [{"fingerPosition": float("inf")}]}, "request"),
        ({"citizenNumber": SECRET, "citizen_number": SECRET}, "request"),
        ({"samples": [{"fingerPosition": 1, "finger_position": 2}]}, "request"),
    ],
)
def test_what_does_not_fit_is_said_by_its_place_and_not_by_its_value(content: Any, field: str) -> None:
    with pytest.raises(DomainError) as error:
        VERIFY.request(content, [])
    assert error.value.reason is Reason.FIELD_INVALID
    assert error.value.metadata["field"].startswith(field)
    assert SECRET not in str(error.value)


def test_parameters_are_fields_by_either_spelling() -> None:
    given_so = [("context.purpose", "PURPOSE_TEST"), ("targetFmr", "0.5"), ("sd_jwt", "true")]
    message = VERIFY.request({"context": {"officerId": "CB-1"}}, given_so)
    assert message == verification_pb2.VerifyRequest(
        context={"purpose": "PURPOSE_TEST", "officer_id": "CB-1"}, target_fmr=0.5, sd_jwt=True
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nothing", "1"),
        ("context", "1"),
        ("samples", "1"),
        ("samples.image", "1"),
        ("context.nothing", "1"),
        ("citizenNumber.x", "1"),
        ("sdJwt", "yes"),
        ("context.purpose", "NONE"),
    ],
)
def test_a_parameter_that_is_no_field_is_refused(name: str, value: str) -> None:
    with pytest.raises(DomainError) as error:
        VERIFY.request(None, [(name, value)])
    assert error.value.reason is Reason.FIELD_INVALID


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"NaN", b'{"a": Infinity}', b"[" * 100_000])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(DomainError) as error:
        read_json(body)
    assert error.value.metadata == {"field": "request"}


def test_more_values_than_any_request_has_are_not_made_messages_of() -> None:
    """Three bytes were some microseconds each: 3 MB held the door for 20 seconds."""
    with pytest.raises(DomainError, match="at most 50000 values"):
        read_json(b'{"samples": [' + b"{}," * 60_000 + b"{}]}")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["context", "samples", "image", "data", "citizenNumber", "x", ""]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_is_sent_is_a_request_or_a_field_that_is_wrong(content: Any) -> None:
    try:
        VERIFY.request(content, [])
    except DomainError as error:
        reason = error.reason
    else:
        reason = Reason.FIELD_INVALID
    assert reason is Reason.FIELD_INVALID
