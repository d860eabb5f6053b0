"""A collector of traces that keeps nothing, in a process of its own: its work is not the service's."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

import grpc

_SERVICE = "opentelemetry.proto.collector.trace.v1.TraceService"
_START_SECONDS = 60.0


@contextmanager
def collector() -> Iterator[str]:
    """Run it during a block; give its endpoint."""
    process = get_context("spawn")
    ours, theirs = process.Pipe()
    child = process.Process(target=_collect, args=(theirs,), daemon=True)
    child.start()
    try:
        if not ours.poll(_START_SECONDS):
            raise TimeoutError("the collector does not start")
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        ours.send(None)
        child.join()


def _collect(asked: Connection) -> None:
    server = grpc.server(ThreadPoolExecutor(1))
    take: grpc.RpcMethodHandler[bytes, bytes] = grpc.unary_unary_rpc_method_handler(lambda *_: b"")
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(_SERVICE, {"Export": take})])
    asked.send(server.add_insecure_port("127.0.0.1:0"))
    server.start()
    asked.recv()
    server.stop(None)
