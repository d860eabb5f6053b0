"""A server in a process of its own: ``python -m tests.e2e.process DATA_DIR`` serves prints that are lines of text."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc

from idverify.bootstrap import build
from idverify.matching.assembly import Matching
from idverify.rpc.server import serve
from idverify.settings import load_settings
from tests.databases import Databases
from tests.e2e.stubs import Stubs
from tests.fakes import FakeBiometrics, FakeGallery
from tests.places import REPOSITORY
from tests.waiting import PATIENCE


@dataclass
class ServerProcess:
    """A running process and the log lines read from it so far."""

    process: subprocess.Popen[str]
    address: str
    lines: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def stubs(self) -> Iterator[Stubs]:
        with grpc.insecure_channel(self.address) as channel:
            yield Stubs(channel)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.communicate(timeout=PATIENCE)

    def terminate(self) -> int:
        """End it in good order, read the rest of its log, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        self.process.send_signal(signal.SIGTERM)  # as a program does that passes on what the process has got already
        _, rest = self.process.communicate(timeout=PATIENCE)
        self.lines += [json.loads(line) for line in rest.splitlines()]
        return self.process.returncode


def start_process(data_dir: Path, *command: str, databases: Databases | None = None) -> ServerProcess:
    """Start a server and wait until it listens; ``command``: another program than this module."""
    arguments = [sys.executable, *(command or ("-m", "tests.e2e.process")), str(data_dir)]
    environment = {**os.environ, "IDVERIFY_DATABASE_URL": databases.url(data_dir) if databases else ""}
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, cwd=REPOSITORY, env=environment)
    assert process.stderr is not None
    server = ServerProcess(process, "")
    for line in process.stderr:
        server.lines.append(json.loads(line))
        if server.lines[-1]["message"] == "listening":
            server.address = server.lines[-1]["address"]
            return server
    process.communicate()
    raise AssertionError(f"ended before it listened: {server.lines}")


if __name__ == "__main__":
    serve(
        load_settings(data_dir=Path(sys.argv[1]), listen="127.0.0.1:0", workers=2),
        lambda settings: build(settings, matching=Matching(FakeBiometrics(), FakeGallery())),
    )
