"""Serving the reference source."""

from __future__ import annotations

import json
import secrets
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Annotated

import grpc
import typer
from joserfc.jwk import ECKey

from enroll_tools.command_line import people, refusals
from enroll_tools.record_source.register import load_register
from enroll_tools.record_source.service import Identity, ReferenceSource
from idverify.v1 import record_source_pb2_grpc

_THREADS = 8
_GRACE = 2.0  # seconds


# Many parameters: they are the options of the command, with their help.
def serve(
    records: Annotated[Path, typer.Option(help="JSON file: a list of citizen_number, record_type, version, record.")],
    keys: Annotated[Path, typer.Option(help="Where to write the public key, a JWK Set; the private one is made anew.")],
    name: Annotated[str, typer.Option(help="What the source calls itself (iss).")] = "reference",
    agency: Annotated[str, typer.Option(help="Agency that owns the records.")] = "Cơ quan thử nghiệm",
    listen: Annotated[str, typer.Option(help="HOST:PORT; without TLS, so of this machine.")] = "127.0.0.1:50061",
    keep_seconds: Annotated[int, typer.Option(min=0, help="How long an answer may be kept.")] = 0,
    delay_seconds: Annotated[float, typer.Option(min=0.0, help="How long it waits before each answer.")] = 0.0,
) -> None:
    """Serve records of made-up people, as an agency would serve those of its register."""
    with refusals(ValueError):
        register = load_register(records)
        key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(8)})
        keys.write_text(json.dumps({"keys": [key.as_dict(private=False)]}), encoding="utf-8")
        server, port = start(
            ReferenceSource(Identity(name, agency, key, keep_seconds, delay_seconds), register), listen
        )
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    people().print(f"listening on port {port}; Ctrl-C ends it")
    stop.wait()
    server.stop(_GRACE).wait()


def start(source: ReferenceSource, listen: str) -> tuple[grpc.Server, int]:
    """Start a server without TLS; return it and its port.

    Raises:
        OSError: the address cannot be listened on.
    """
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=[("grpc.so_reuseport", 0)])
    record_source_pb2_grpc.add_RecordSourceServiceServicer_to_server(source, server)
    try:
        port = server.add_insecure_port(listen)
    except RuntimeError:
        raise OSError(f"{listen} cannot be listened on") from None
    server.start()
    return server, port
