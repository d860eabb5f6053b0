"""Which calls may be made again, and by several servers which of them: said to gRPC as a service config."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from google.api import annotations_pb2
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions
from google.protobuf.message import Message

import idverify.v1
from idverify.v1.types_pb2 import RequestContext

_OF_OTHERS = ("grpc.health.v1.Health", "google.longrunning.Operations")
"""Services whose calls have the same effect once and twice: asking, waiting, cancelling."""

# Only UNAVAILABLE is worth repeating (AIP-194), and every repetition stays within the call's deadline (gRFC A6).
_POLICY = {
    "maxAttempts": 4,
    "initialBackoff": "0.2s",
    "maxBackoff": "2s",
    "backoffMultiplier": 2,
    "retryableStatusCodes": ["UNAVAILABLE"],
}

_SOONER = _POLICY | {"initialBackoff": "0.1s", "maxBackoff": "0.5s"}
"""By several servers: the next is another."""

_SEVERAL = {
    # In turn; who says by grpc.health.v1 that it does not serve is left out (gRFC A17), and for ten seconds who answers
    # hardly any call well, as one that hangs (gRFC A50). One of three at most: gRPC leaves out another as long as fewer
    # are out than that, and at 50 it left out two while the third was started again: nobody answered for ten seconds.
    "loadBalancingConfig": [
        {
            "outlier_detection_experimental": {
                "interval": "1s",
                "baseEjectionTime": "10s",
                "maxEjectionTime": "10s",
                "maxEjectionPercent": 33,
                "failurePercentageEjection": {
                    "threshold": 85,
                    "enforcementPercentage": 100,
                    "minimumHosts": 2,
                    "requestVolume": 3,
                },
                "childPolicy": [{"round_robin": {}}],
            }
        },
        {"round_robin": {}},
    ],
    "healthCheckConfig": {"serviceName": ""},
}

_LONG = {"idverify.v1.CheckAuditTrailRequest"}
"""Of calls that may take minutes, and read: another server would begin anew."""


@cache
def service_config(*, several: bool = False) -> str:
    """Return the service config, JSON: which methods are repeated, and how; of ``several`` servers also which is asked.

    Those are repeated whose request has a request_id, by which the service does nothing twice (AIP-155); those that
    read (GET by HTTP); and those that say of themselves that twice is as good as once (``idempotency_level``).
    """
    names = [name for service in _services() for name in _repeated(service)]
    names += [{"service": service} for service in _OF_OTHERS]
    config: dict[str, Any] = {"methodConfig": [{"name": names, "retryPolicy": _SOONER if several else _POLICY}]}
    return json.dumps(config | _SEVERAL if several else config)


def is_repeated(method: MethodDescriptor) -> bool:
    """Tell whether a method is safe to be called again."""
    options = method.GetOptions()
    return (
        _has_request_id(method)
        or options.Extensions[annotations_pb2.http].WhichOneof("pattern") == "get"
        or options.idempotency_level != MethodOptions.IDEMPOTENCY_UNKNOWN
    )


def is_tried_elsewhere(request: Message) -> bool:
    """Tell whether a call with a request may be given up at one server, and made again at another."""
    return request.DESCRIPTOR.full_name in _tried_elsewhere()


@cache
def _tried_elsewhere() -> frozenset[str]:
    single = [method for service in _services() for method in service.methods if not method.server_streaming]
    names = {method.input_type.full_name for method in single if is_repeated(method)}
    return frozenset(names - _LONG)


def _has_request_id(method: MethodDescriptor) -> bool:
    field = method.input_type.fields_by_name.get("context")
    return field is not None and field.message_type is RequestContext.DESCRIPTOR


def _repeated(service: ServiceDescriptor) -> list[dict[str, str]]:
    repeated = [method for method in service.methods if is_repeated(method)]
    if len(repeated) == len(service.methods):
        return [{"service": service.full_name}]
    return [{"service": service.full_name, "method": method.name} for method in repeated]


def _services() -> Iterator[ServiceDescriptor]:
    for module in pkgutil.iter_modules(idverify.v1.__path__, "idverify.v1."):
        if module.name.endswith("_pb2"):
            file: Any = import_module(module.name).DESCRIPTOR
            yield from file.services_by_name.values()
