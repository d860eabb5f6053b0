"""Whether a server serves, by the standard health service."""

from __future__ import annotations

import time
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

_PATIENCE = 1.0  # seconds for one question: a server that starts may not answer the first
_PAUSE = 0.1


def wait_until_serving(channel: grpc.Channel, seconds: float) -> bool:
    """Wait until the server says that it serves; False if it does not within the time."""
    stub: Any = health_pb2_grpc.HealthStub(channel)
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if _is_serving(stub, min(left, _PATIENCE)):
            return True
        time.sleep(min(_PAUSE, left))
    return False


def _is_serving(stub: Any, timeout: float) -> bool:
    try:
        answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=timeout)
    except grpc.RpcError:
        return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)
