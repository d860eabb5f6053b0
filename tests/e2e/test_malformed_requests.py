"""Requests that `make mutate` found to end in INTERNAL or UNKNOWN, each with the refusal that it has now."""

from __future__ import annotations

import logging
from typing import Any

import grpc
import pytest
from google.longrunning import operations_pb2, operations_pb2_grpc
from google.protobuf.duration_pb2 import Duration

from idverify.v1 import clients_pb2, clients_pb2_grpc
from tests.e2e.harness import Refusal, context, read_refusal, refusal
from tests.e2e.stubs import Stubs

NO_MESSAGE = b"\x0a\x05ab"
OPERATION = "operations/fedcba98-7654-4321-8765-0123456789ab"


def _of_stream(stubs: Stubs, rpc: str) -> Refusal:
    call: Any = stubs.channel.stream_stream(rpc)
    with pytest.raises(grpc.RpcError) as caught:
        list(call(iter([NO_MESSAGE])))
    return read_refusal(caught.value)


@pytest.mark.parametrize(
    "rpc",
    [
        "/grpc.health.v1.Health/Check",
        "/grpc.health.v1.Health/List",
        "/grpc.health.v1.Health/Watch",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    ],
)
def test_bytes_that_are_no_message_for_what_grpc_brings_along(
    stubs: Stubs, rpc: str, caplog: pytest.LogCaptureFixture
) -> None:
    found = _of_stream(stubs, rpc)
    assert (found.code, found.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")
    assert found.metadata == {"field": "request"}
    assert [record.name for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_what_health_does_not_have_is_no_error_of_ours(stubs: Stubs, caplog: pytest.LogCaptureFixture) -> None:
    call: Any = stubs.channel.unary_unary("/grpc.health.v1.Health/List")
    assert refusal(call, b"").code is grpc.StatusCode.UNIMPLEMENTED
    assert [record.name for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    "timeout",
    [
        Duration(seconds=-(1 << 63)),
        Duration(seconds=(1 << 63) - 1),
        Duration(seconds=315_576_000_001),
        Duration(nanos=1_000_000_000),
        Duration(seconds=1, nanos=-1),
    ],
)
def test_a_wait_that_is_no_duration(stubs: Stubs, timeout: Duration) -> None:
    operations: Any = operations_pb2_grpc.OperationsStub(stubs.channel)
    request = operations_pb2.WaitOperationRequest(name=OPERATION, timeout=timeout)
    found = refusal(operations.WaitOperation, request)
    assert (found.code, found.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")
    assert found.fields == ["timeout"]


@pytest.mark.parametrize("name", ["a\0b", "x" * 65])
def test_a_name_that_no_client_has(stubs: Stubs, name: str) -> None:
    """PostgreSQL takes no NUL in a text."""
    registry: Any = clients_pb2_grpc.ClientRegistryServiceStub(stubs.channel)
    for call, request in (
        (registry.SuspendClient, clients_pb2.SuspendClientRequest),
        (registry.ReinstateClient, clients_pb2.ReinstateClientRequest),
        (registry.RevokeClient, clients_pb2.RevokeClientRequest),
    ):
        found = refusal(call, request(context=context(), name=name))
        assert (found.code, found.reason, found.fields) == (
            grpc.StatusCode.INVALID_ARGUMENT,
            "FIELD_INVALID",
            ["name"],
        )
