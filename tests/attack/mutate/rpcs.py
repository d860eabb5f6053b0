"""Every RPC that the server has, gRPC's own too."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from google.longrunning import operations_pb2
from google.protobuf.descriptor import Descriptor, MethodDescriptor
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2

import idverify.v1
from tests.e2e.permission_rows import ROWS

_OURS = [
    import_module(f"idverify.v1.{path.stem}") for path in sorted(Path(idverify.v1.__file__).parent.glob("*_pb2.py"))
]

RPCS: Mapping[str, MethodDescriptor] = {
    name: method
    for module in (*_OURS, operations_pb2, health_pb2, reflection_pb2)
    for service in module.DESCRIPTOR.services_by_name.values()
    for method in service.methods
    if (name := f"{service.full_name}/{method.name}") in ROWS or name.startswith("grpc.")
}
"""By full name. Of the protos of ours some are for others to serve: an agency's own source of records."""

FOREIGN = tuple(name for name in RPCS if name.startswith("grpc."))
"""Served by gRPC's own code, so at the socket only."""


def request_type(rpc: str) -> Descriptor:
    """Return the descriptor of an RPC's request."""
    return RPCS[rpc].input_type
