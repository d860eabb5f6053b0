"""A real gRPC server whose answers are written by the test, and clients of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf import any_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import HealthServicer
from grpc_status import rpc_status

from idverify.client import Desk
from idverify.v1 import audit_pb2_grpc, enrolment_pb2, enrolment_pb2_grpc

DESK = Desk("H05.12", "officer-1", "counter-3")

Answer = Callable[[Any, grpc.ServicerContext], Message]


@dataclass
class Script:
    """What the server does with each call, in turn; the last is repeated."""

    answers: list[Answer]
    requests: list[Any] = field(default_factory=list)

    def __call__(self, request: Any, context: grpc.ServicerContext) -> Message:
        self.requests.append(request)
        return self.answers[min(len(self.requests), len(self.answers)) - 1](request, context)


class Enrolment(enrolment_pb2_grpc.EnrolmentServiceServicer):
    def __init__(self, script: Script) -> None:
        self.EnrolCitizen = self.GetCitizen = self.ListCitizens = self.DeleteCitizen = script  # type: ignore[method-assign]


class Audit(audit_pb2_grpc.AuditServiceServicer):
    def __init__(self, script: Script) -> None:
        self.ListAuditEvents = self.CheckAuditTrail = script  # type: ignore[method-assign]


@contextmanager
def scripted(
    *answers: Answer, serving: bool = True, credentials: grpc.ServerCredentials | None = None
) -> Iterator[tuple[str, Script]]:
    """Serve a script; yields the address."""
    script = Script(list(answers))
    server = grpc.server(ThreadPoolExecutor(2))
    enrolment_pb2_grpc.add_EnrolmentServiceServicer_to_server(Enrolment(script), server)
    audit_pb2_grpc.add_AuditServiceServicer_to_server(Audit(script), server)
    health = HealthServicer()
    state = health_pb2.HealthCheckResponse.SERVING if serving else health_pb2.HealthCheckResponse.NOT_SERVING
    health.set("", state)
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    place = "127.0.0.1:0"
    port = server.add_secure_port(place, credentials) if credentials else server.add_insecure_port(place)
    server.start()
    yield f"127.0.0.1:{port}", script
    server.stop(None).wait()


def refuse(code: grpc.StatusCode, reason: str | None = None, **metadata: str) -> Answer:
    def answer(_: Any, context: grpc.ServicerContext) -> Message:
        status = status_pb2.Status(code=code.value[0], message="do this next")
        if reason:
            detail = any_pb2.Any()
            detail.Pack(error_details_pb2.ErrorInfo(reason=reason, domain="idverify", metadata=metadata))
            status.details.append(detail)
        context.abort_with_status(rpc_status.to_status(status))
        raise AssertionError

    return answer


def deleted(*_: Any) -> Message:
    return enrolment_pb2.DeleteCitizenResponse(subject_id="s", removed_templates=3)
