"""Whether a server serves, by the standard health service. It is asked and not watched: servers bound who watches."""

from __future__ import annotations

from typing import Any

from grpc_health.v1 import health_pb2, health_pb2_grpc

from idverify.client.transport.asked import Asked, ask

PATIENCE = 1.0
"""Seconds for one question: a server that starts may not answer the first."""

PAUSE = 0.1
"""Seconds between two questions."""


def health_question(channel: Any) -> Asked[bool]:
    """Describe the question whether the whole server serves, over a channel of whichever kind."""
    stub: Any = health_pb2_grpc.HealthStub(channel)
    return ask(
        health_pb2.HealthCheckResponse,
        stub.Check,
        health_pb2.HealthCheckRequest(),
        lambda answer: bool(answer.status == health_pb2.HealthCheckResponse.SERVING),
    )
