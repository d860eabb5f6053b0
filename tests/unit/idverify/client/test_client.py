"""The client against a real gRPC server whose answers are written by the test."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import grpc
import pytest
from google.protobuf import any_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from idverify.client import (
    Client,
    ServiceError,
    Tls,
    finger_name,
    finger_names,
    finger_position,
    make_raw_sample,
    make_sample,
)
from idverify.client.channel.servers import are_loopback
from idverify.v1 import audit_pb2, enrolment_pb2
from idverify.v1.types_pb2 import FingerPosition, ImageFormat, Purpose
from tests.unit.idverify.client.scripted import DESK, Answer, Script, deleted, refuse, scripted
from tests.waiting import PATIENCE

Start = Callable[..., tuple[Client, Script]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a server with a script, and a client of it."""
    with ExitStack() as undo:

        def begin(*answers: Answer, timeout: float = PATIENCE, serving: bool = True) -> tuple[Client, Script]:
            address, script = undo.enter_context(scripted(*answers, serving=serving))
            return undo.enter_context(Client(address, desk=DESK, timeout=timeout)), script

        yield begin


def test_a_refusal_keeps_reason_message_and_metadata(start: Start) -> None:
    client, script = start(refuse(grpc.StatusCode.INVALID_ARGUMENT, "FIELD_MISSING", field="citizen_number"))
    with pytest.raises(ServiceError) as caught:
        client.delete_citizen("001099000001")
    error = caught.value
    assert (error.code, error.reason, error.message) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "FIELD_MISSING",
        "do this next",
    )
    assert error.metadata == {"field": "citizen_number"}
    assert str(error) == "FIELD_MISSING: do this next"
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    "code", [grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.INTERNAL, grpc.StatusCode.ABORTED]
)
def test_nothing_but_unavailable_is_repeated(start: Start, code: grpc.StatusCode) -> None:
    client, script = start(refuse(code, "X_Y"), deleted)
    with pytest.raises(ServiceError):
        client.delete_citizen("001099000001")
    assert len(script.requests) == 1


def test_unavailable_is_repeated_with_the_same_request_id(start: Start) -> None:
    unavailable = refuse(grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
    client, script = start(unavailable, unavailable, deleted)
    assert client.delete_citizen("001099000001").removed_templates == 3
    assert len(script.requests) == 3
    assert len({request.context.request_id for request in script.requests}) == 1


def test_repeating_ends_and_the_last_reason_remains(start: Start) -> None:
    client, script = start(refuse(grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE"))
    with pytest.raises(ServiceError) as caught:
        client.delete_citizen("001099000001")
    assert caught.value.reason == "STORE_UNAVAILABLE"
    assert len(script.requests) == 4


def test_the_deadline_goes_with_the_call_and_ends_it(start: Start) -> None:
    left: list[float | None] = []

    def slow(_: Any, context: grpc.ServicerContext) -> Message:
        left.append(context.time_remaining())
        while context.is_active():
            pass
        return deleted()

    client, _ = start(slow, timeout=2.0)
    with pytest.raises(ServiceError) as caught:
        client.delete_citizen("001099000001")
    assert caught.value.code is grpc.StatusCode.DEADLINE_EXCEEDED
    assert caught.value.reason == "DEADLINE_EXCEEDED"
    assert left[0] is not None
    assert left[0] < 3.0


def test_a_refusal_without_a_reason_takes_the_name_of_its_code(start: Start) -> None:
    client, _ = start(refuse(grpc.StatusCode.INTERNAL))
    with pytest.raises(ServiceError) as caught:
        client.delete_citizen("001099000001")
    assert caught.value.reason == "INTERNAL"
    with pytest.raises(ServiceError) as caught:  # the server has no such method
        client.record_types()
    assert caught.value.reason == "UNIMPLEMENTED"


def test_a_status_that_contradicts_the_code_gives_no_reason(start: Start) -> None:
    def forged(_: Any, context: grpc.ServicerContext) -> Message:
        status = status_pb2.Status(code=5, message="do this next")
        detail = any_pb2.Any()
        detail.Pack(error_details_pb2.ErrorInfo(reason="SUBJECT_NOT_FOUND"))
        status.details.append(detail)
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(grpc.StatusCode.PERMISSION_DENIED, "no")
        raise AssertionError

    client, _ = start(forged)
    with pytest.raises(ServiceError) as caught:
        client.delete_citizen("001099000001")
    assert (caught.value.code, caught.value.reason) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED")


def test_nobody_listens() -> None:
    with Client("127.0.0.1:1", timeout=2.0) as client, pytest.raises(ServiceError) as caught:
        client.key_set()
    assert caught.value.code in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}


def test_the_context_says_who_calls_and_is_new_every_time(start: Start) -> None:
    client, script = start(deleted)
    client.delete_citizen("001099000001")
    client.delete_citizen("001099000001")
    first, second = (request.context for request in script.requests)
    assert (first.agency_code, first.officer_id, first.counter_id) == ("H05.12", "officer-1", "counter-3")
    assert uuid.UUID(first.request_id) != uuid.UUID(second.request_id)
    own = client.new_context(procedure="1.001193", dossier="d", transaction="t", request_id=str(uuid.UUID(int=7)))
    client.delete_citizen("001099000001", own)
    assert script.requests[-1].context == own
    assert (own.procedure_code, own.dossier_code, own.transaction_id) == ("1.001193", "d", "t")


def test_pages_are_fetched_until_the_last(start: Start) -> None:
    def page(request: enrolment_pb2.ListCitizensRequest, _: grpc.ServicerContext) -> Message:
        number = int(request.page_token or 0)
        following = str(number + 1) if number < 2 else ""
        return enrolment_pb2.ListCitizensResponse(
            citizens=[enrolment_pb2.Citizen(subject_id=f"s{number}")], next_page_token=following
        )

    client, script = start(page)
    people = client.citizens(Purpose.PURPOSE_TEST, page_size=1)
    assert [citizen.subject_id for citizen in people] == ["s0", "s1", "s2"]
    assert {request.page_size for request in script.requests} == {1}


def test_audit_pages_keep_their_filter(start: Start) -> None:
    def page(request: audit_pb2.ListAuditEventsRequest, _: grpc.ServicerContext) -> Message:
        number = int(request.page_token or 0)
        following = str(number + 1) if number < 1 else ""
        return audit_pb2.ListAuditEventsResponse(
            events=[audit_pb2.AuditEvent(sequence=number + 1)], next_page_token=following
        )

    client, script = start(page)
    assert [event.sequence for event in client.audit_events(subject_id="s")] == [1, 2]
    assert {request.subject_id for request in script.requests} == {"s"}


def test_the_key_of_a_citizen_is_the_one_given(start: Start) -> None:
    client, script = start(lambda *_: enrolment_pb2.GetCitizenResponse())
    client.get_citizen("001099000001", purpose=Purpose.PURPOSE_TEST)
    client.get_citizen(subject_id="s", purpose=Purpose.PURPOSE_TEST)
    assert [request.WhichOneof("key") for request in script.requests] == ["citizen_number", "subject_id"]
    assert {request.context.purpose for request in script.requests} == {Purpose.PURPOSE_TEST}


def test_waiting_for_a_server(start: Start) -> None:
    assert start(deleted)[0].wait_until_serving(10)
    assert not start(deleted, serving=False)[0].wait_until_serving(0.3)


@pytest.mark.parametrize(
    "server", ["198.51.100.7:50051", "service.example:443", "[2001:db8::1]:50051", "localhost.evil:1"]
)
def test_without_tls_only_this_machine_is_called(server: str) -> None:
    with pytest.raises(ValueError, match="without TLS"):
        Client(server)


@pytest.mark.parametrize("server", ["localhost:1", "127.0.0.1:1", "127.9.9.9:1", "[::1]:50051", "unix:/tmp/socket"])
def test_loopback_addresses(server: str) -> None:
    assert are_loopback(server)


def test_half_a_client_certificate_is_refused() -> None:
    with pytest.raises(ValueError, match="go together"):
        Client("service.example:443", tls=Tls(certificate=b"x"))
    assert "secret" not in repr(Tls(private_key=b"secret"))


def test_samples_are_told_by_content() -> None:
    for record in (b"FMR\x00 20\x00rest", b"\x01\x01\x00\x02FMR\x00 20\x00rest", b" Rk1SACAyMA"):
        assert make_sample(record).WhichOneof("sample") == "iso_19794_2_2005"
    image = make_sample(b"\x89PNG", finger_position("left-thumb"), resolution_ppi=569)
    assert image.WhichOneof("sample") == "image"
    assert image.finger_position == FingerPosition.FINGER_POSITION_LEFT_THUMB
    assert image.image.resolution_ppi == 569
    text = make_sample(b"10 390 180 50\n20 1 0\n", resolution_ppi=500, size=(300, 400))
    assert text.WhichOneof("sample") == "iso_19794_2_2005"
    frame = text.minutiae_frame
    assert (frame.width, frame.height, frame.resolution_ppi) == (300, 400, 500)
    assert not make_sample(b"10 390 180").HasField("minutiae_frame")
    raw = make_raw_sample(bytes(6), 2, 3, 500)
    assert (raw.image.format, raw.image.width, raw.image.height) == (ImageFormat.IMAGE_FORMAT_RAW_GREY8, 2, 3)


def test_finger_names_go_both_ways() -> None:
    assert len(finger_names()) == 11
    assert all(finger_name(finger_position(name)) == name for name in finger_names())
    assert finger_position(" Right_Index ") == FingerPosition.FINGER_POSITION_RIGHT_INDEX
    with pytest.raises(ValueError, match="right-thumb"):
        finger_position("index")


def test_the_client_needs_none_of_the_servers_libraries() -> None:
    heavy = "cv2 faiss numpy numba matcher sqlalchemy enroll_tools idverify.services idverify.storage"
    program = f"import idverify.client, sys; print(sorted(set('{heavy}'.split()) & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
