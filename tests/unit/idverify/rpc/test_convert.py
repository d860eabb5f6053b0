"""From messages to domain types and back."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from google.protobuf.duration_pb2 import Duration
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain import model
from idverify.domain.assurance import Factor
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Advice, Decision, FingerPosition, ImageFormat, MinutiaeSample
from idverify.rpc.convert.answers import (
    decision_code,
    encounter_message,
    position_code,
    quality_message,
)
from idverify.rpc.convert.context import CONTEXT_LIMITS, context_of, request_content
from idverify.rpc.convert.disclosing import disclosure_message
from idverify.rpc.convert.fields import optional_number, parse, seconds_of, text, uuid_text
from idverify.rpc.convert.samples import position_of, sample_of
from idverify.v1 import procedures_pb2, types_pb2, verification_pb2

REQUEST_ID = "3f2b8c54-6f0e-4a52-9d3c-0a8a3c1f7e11"


def _reason(work: Callable[[], object]) -> Reason | None:
    """Why it was refused; None if it was not."""
    try:
        work()
    except DomainError as error:
        return error.reason
    return None


@given(st.binary(max_size=200))
def test_any_bytes_are_a_request_or_refused(body: bytes) -> None:
    def read() -> None:
        request = parse(verification_pb2.VerifyRequest, body)
        context_of(request)
        for sample in request.samples:
            sample_of(sample, "samples")
        optional_number(request.target_fmr, "target_fmr")

    assert _reason(read) in {None, Reason.FIELD_INVALID, Reason.SAMPLE_INVALID}


@given(st.text(max_size=60))
def test_a_request_id_is_a_uuid_or_refused(value: str) -> None:
    if _reason(lambda: uuid_text(value, "f")) is None:
        assert value == "" or str(uuid.UUID(value)) == value.lower()


@given(st.uuids())
def test_uuids_are_taken_in_any_case(value: uuid.UUID) -> None:
    if value.int not in {0, 2**128 - 1}:
        assert uuid_text(str(value).upper(), "f") == str(value)


@pytest.mark.parametrize(
    "value", [f"{{{REQUEST_ID}}}", f"urn:uuid:{REQUEST_ID}", REQUEST_ID.replace("-", ""), "٣" * 36]
)
def test_other_spellings_of_a_uuid_are_refused(value: str) -> None:
    with pytest.raises(DomainError, match="must be a UUID"):
        uuid_text(value, "f")


@given(st.floats())
def test_a_number_is_positive_and_finite_or_not_stated(value: float) -> None:
    if value == 0.0:
        assert optional_number(value, "f") is None
    elif math.isfinite(value) and value > 0:
        assert optional_number(value, "f") == value
    else:
        with pytest.raises(DomainError):
            optional_number(value, "f")


def test_context_limits_are_those_of_the_protos() -> None:
    fields = set(types_pb2.RequestContext.DESCRIPTOR.fields_by_name)
    assert set(CONTEXT_LIMITS) | {"request_id", "purpose"} == fields
    longest = {name: ("~" if name == "nonce" else "é") * limit for name, limit in CONTEXT_LIMITS.items()}
    request = verification_pb2.VerifyRequest(context=types_pb2.RequestContext(request_id=REQUEST_ID, **longest))
    context = context_of(request)
    assert all(getattr(context, name) == value for name, value in longest.items())


@pytest.mark.parametrize("nonce", ["short", "a" * 15, "a" * 129, "é" * 16, "a b" * 6, "a" * 16 + "/"])
def test_a_nonce_is_bounded_and_needs_no_quoting(nonce: str) -> None:
    def given(text: str) -> str:
        return context_of(verification_pb2.VerifyRequest(context=types_pb2.RequestContext(nonce=text))).nonce

    assert [given(text) for text in ("", "a" * 16, "-._~" * 32)] == ["", "a" * 16, "-._~" * 32]
    with pytest.raises(DomainError) as caught:
        given(nonce)
    assert caught.value.metadata == {"field": "context.nonce"}


def test_a_purpose_is_one_of_those_known() -> None:
    def stated(purpose: int) -> str:
        context = types_pb2.RequestContext.FromString(bytes([8 << 3, purpose]))
        return context_of(verification_pb2.VerifyRequest(context=context)).purpose

    assert [stated(purpose) for purpose in (0, 1, 5)] == ["", "CITIZEN_REQUEST", "TEST"]
    with pytest.raises(DomainError) as caught:
        stated(6)
    assert caught.value.metadata == {"field": "context.purpose"}


@pytest.mark.parametrize(
    "character", ["\x00", "\n", "\x7f", "\u2028", "\u202e", "\u200b", "\ue000", "\u3164", "\u2800"]
)
def test_invisible_characters_are_refused(character: str) -> None:
    with pytest.raises(DomainError) as caught:
        text(f"a{character}b", "f", 10)
    assert caught.value.reason is Reason.FIELD_INVALID
    assert text("Phường Kinh Bắc, 07", "f", 30) == "Phường Kinh Bắc, 07"


def test_a_request_without_a_context_has_an_empty_one() -> None:
    request = procedures_pb2.GetProcedureRequest(code="1")
    assert context_of(request) == model.RequestContext()


def test_two_requests_are_the_same_if_all_but_the_id_is() -> None:
    def content(rpc: str = "Verify", **fields: str) -> bytes:
        context = types_pb2.RequestContext(**({"request_id": str(uuid.uuid4()), "officer_id": "a"} | fields))
        return request_content(rpc, verification_pb2.VerifyRequest(context=context, citizen_number="1"))

    assert content() == content()
    others = [content("Identify"), content(officer_id="b"), content(transaction_id="t"), content(counter_id="c")]
    assert len({content(), *others}) == 5


@pytest.mark.parametrize("position", FingerPosition)
def test_finger_positions_are_the_standards_plus_one(position: FingerPosition) -> None:
    code = types_pb2.FingerPosition.Value(position_code(position))
    assert code == position + 1
    assert position_of(code, "f") is position


def test_a_position_that_is_not_stated_is_not_unknown() -> None:
    assert position_of(types_pb2.FINGER_POSITION_UNSPECIFIED, "f") is None
    assert position_of(types_pb2.FINGER_POSITION_UNKNOWN, "f") is FingerPosition.UNKNOWN


def test_every_decision_and_advice_has_a_code_and_every_code_one_of_them() -> None:
    assert {decision_code(d) for d in Decision} == set(types_pb2.Decision.keys()) - {"DECISION_UNSPECIFIED"}
    quality = model.Quality(7, "q", 3, tuple(Advice), usable=False)
    codes = set(quality_message(quality).advice)
    assert codes == set(types_pb2.CaptureAdvice.values()) - {types_pb2.CAPTURE_ADVICE_UNSPECIFIED}


@pytest.mark.parametrize("code", [c for c in types_pb2.ImageFormat.values() if c])
def test_every_image_format_is_known(code: types_pb2.ImageFormat) -> None:
    image = types_pb2.FingerImage(data=b"x", format=code)
    content = sample_of(types_pb2.FingerprintSample(image=image), "f").content
    assert isinstance(content, model.ImageSample)
    assert content.format is not None
    assert types_pb2.ImageFormat.Name(code) == f"IMAGE_FORMAT_{content.format.name}"


def test_zero_is_not_stated() -> None:
    raw = types_pb2.FingerImage(data=b"x", format="IMAGE_FORMAT_RAW_GREY8", width=3, height=4, resolution_ppi=500)
    content = sample_of(types_pb2.FingerprintSample(image=raw), "f").content
    assert content == model.ImageSample(b"x", ImageFormat.RAW_GREY8, 3, 4, 500.0)
    bare = types_pb2.FingerprintSample(image=types_pb2.FingerImage(data=b"x"))
    assert sample_of(bare, "f").content == model.ImageSample(b"x")
    record = types_pb2.FingerprintSample(iso_19794_2_2005=b"FMR")
    assert sample_of(record, "f") == model.Sample(None, MinutiaeSample(b"FMR"))


@pytest.mark.parametrize(
    ("size", "field"),
    [((0, 400, 500), "width"), ((300, 16384, 500), "height"), ((300, 400, 99), "ppi"), ((300, 400, math.nan), "ppi")],
)
def test_the_frame_of_an_xyt_text_is_one(size: tuple[int, int, float], field: str) -> None:
    def sample(width: int, height: int, ppi: float) -> types_pb2.FingerprintSample:
        frame = types_pb2.MinutiaeFrame(width=width, height=height, resolution_ppi=ppi)
        return types_pb2.FingerprintSample(iso_19794_2_2005=b"1 2 3", minutiae_frame=frame)

    content = MinutiaeSample(b"1 2 3", model.MinutiaeFrame(300, 400, 500.0))
    assert sample_of(sample(300, 400, 500), "f").content == content
    with pytest.raises(DomainError) as error:
        sample_of(sample(*size), "f")
    assert error.value.reason is Reason.FIELD_INVALID
    assert error.value.metadata["field"].endswith(field)


def test_an_encounter_keeps_its_time_to_the_microsecond() -> None:
    created = datetime(2026, 1, 5, 8, 0, 1, 234567, tzinfo=UTC)
    quality = model.Quality(80, "q", 40, (), usable=True)
    impression = model.Impression(FingerPosition.LEFT_THUMB, quality, "x")
    message = encounter_message(model.Encounter("e", created, (impression,)))
    assert message.create_time.ToDatetime(UTC) == created
    assert message.impressions[0].finger_position == types_pb2.FINGER_POSITION_LEFT_THUMB


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**31), 2**31 - 1))
def test_a_duration_is_one_or_refused(seconds: int, nanos: int) -> None:
    duration = Duration(seconds=seconds, nanos=nanos)
    if _reason(lambda: seconds_of(duration, "f")) is None:
        assert duration.ToTimedelta().total_seconds() == pytest.approx(seconds_of(duration, "f"), abs=1e-6)


@pytest.mark.parametrize(("seconds", "nanos", "told"), [(0, 0, 0.0), (2, 500_000_000, 2.5), (-1, -250_000_000, -1.25)])
def test_durations(seconds: int, nanos: int, told: float) -> None:
    assert seconds_of(Duration(seconds=seconds, nanos=nanos), "f") == told


def test_a_disclosure_says_by_which_rule_its_assurance_was_given() -> None:
    assertion = model.Assertion("jwt", "id", datetime(2026, 1, 1, tzinfo=UTC))
    shown = frozenset({Factor.FINGERPRINT, Factor.PIN})
    message = disclosure_message(model.Disclosure(1, model.Ground.LAW, "Luật", (), shown, assertion, shown))
    assert message is not None
    reached = message.assurance
    assert (reached.rule, list(reached.amr)) == ("level-3", ["fpt", "pin", "mfa"])
    assert reached.acr == "urn:idverify:acr:vn:69-2024-nd-cp:level-3"
    assert reached.text_vi.endswith("mức độ 3 của Nghị định 69/2024/NĐ-CP.")
    assert reached.text_en.endswith("level 3 of Decree 69/2024/ND-CP.")


def test_where_two_officers_vouch_it_says_that_nothing_was_shown() -> None:
    assertion = model.Assertion("jwt", "id", datetime(2026, 1, 1, tzinfo=UTC))
    message = disclosure_message(model.Disclosure(1, model.Ground.LAW, "Luật", (), frozenset(), assertion, frozenset()))
    assert message is not None
    assert (message.assurance.rule, list(message.assurance.amr)) == ("no-biometric", [])
    assert message.assurance.acr == "urn:idverify:acr:no-biometric"
