"""Requests of citizens about their data, through a real server, the client and the command line."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.client import Client, ServiceError
from idverify.v1 import subject_requests_pb2 as pb
from idverify.v1 import subject_requests_pb2_grpc
from idverify.v1.types_pb2 import PURPOSE_TEST
from tests.e2e.harness import NUMBER, RunningServer, enrolment, refusal

pytestmark = pytest.mark.every_database


@pytest.fixture
def client(server: RunningServer) -> Iterator[Client]:
    """A client of a server that knows Alice."""
    with Client(server.address) as made:
        request = enrolment()
        made.enrol(NUMBER, request.personal_data, request.samples)
        yield made


def test_access_the_whole_way_by_the_command_line(client: Client, server: RunningServer, tmp_path: Path) -> None:
    def run(*arguments: str) -> dict[str, object]:
        done = CliRunner().invoke(build_app(), ["requests", *arguments, "--server", server.address, "--json"])
        assert done.exit_code == 0, done.output
        told: dict[str, object] = json.loads(done.stdout)
        return told

    opened = run("open", NUMBER, "access", "--received", "2020-01-02T08:00")
    (listed,) = client.subject_requests()
    assert opened["letter_vi"]
    assert not listed.HasField("due_time"), "of then, the facts say nothing"
    late = client.open_subject_request(
        NUMBER, pb.SUBJECT_REQUEST_KIND_ERASURE, datetime.now(UTC) - timedelta(days=90)
    ).request
    assert run("list", "--overdue")["requests"] != []
    assert [each.subject_request_id for each in client.subject_requests(overdue_only=True)] == [late.subject_request_id]
    run("decide", listed.subject_request_id, "accepted")
    file = tmp_path / "an.json"
    run("export", listed.subject_request_id, str(file))
    assert json.loads(file.read_text(encoding="utf-8"))["entries"][0]["citizen_number"] == NUMBER
    assert file.stat().st_mode & 0o777 == 0o600
    run("decide", listed.subject_request_id, "done", "--grounds", "handed over")
    assert [each.state for each in client.subject_requests(pb.SUBJECT_REQUEST_STATE_DONE)] == [
        pb.SUBJECT_REQUEST_STATE_DONE
    ]


def test_fields_are_checked_before_anything_is_looked_for(client: Client, server: RunningServer) -> None:
    stub = subject_requests_pb2_grpc.SubjectRequestServiceStub(client._channel)
    access, accepted = pb.SUBJECT_REQUEST_KIND_ACCESS, pb.SUBJECT_REQUEST_STATE_ACCEPTED
    some = str(uuid.uuid4())
    requests: list[tuple[Any, Any, str]] = [
        (stub.OpenSubjectRequest, pb.OpenSubjectRequestRequest(kind=access), "FIELD_MISSING"),
        (stub.OpenSubjectRequest, pb.OpenSubjectRequestRequest(citizen_number=NUMBER), "FIELD_MISSING"),
        (
            stub.OpenSubjectRequest,
            pb.OpenSubjectRequestRequest(citizen_number=NUMBER, kind=access, receive_time=Timestamp(seconds=-(10**12))),
            "FIELD_INVALID",
        ),
        (stub.DecideSubjectRequest, pb.DecideSubjectRequestRequest(state=accepted), "FIELD_MISSING"),
        (stub.DecideSubjectRequest, pb.DecideSubjectRequestRequest(subject_request_id=some), "FIELD_MISSING"),
        (
            stub.DecideSubjectRequest,
            pb.DecideSubjectRequestRequest(subject_request_id=some, state=pb.SUBJECT_REQUEST_STATE_OPEN),
            "FIELD_INVALID",
        ),
        (
            stub.DecideSubjectRequest,
            pb.DecideSubjectRequestRequest(subject_request_id=some, state=pb.SUBJECT_REQUEST_STATE_REFUSED),
            "FIELD_MISSING",
        ),
        (
            stub.DecideSubjectRequest,
            pb.DecideSubjectRequestRequest(subject_request_id=some, state=accepted),
            "SUBJECT_REQUEST_NOT_FOUND",
        ),
    ]
    for method, request, reason in requests:
        request.context.CopyFrom(client.new_context())
        assert refusal(method, request).reason == reason, request
    with pytest.raises(ServiceError) as error:
        client.export_subject_data("no id", PURPOSE_TEST)
    assert error.value.reason == "FIELD_INVALID"
