"""A server in a process of its own: ``python -m tests.e2e.process DATA_DIR`` serves prints that are lines of text."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc

from idverify.bootstrap import build
from idverify.matching.assembly import Matching
from idverify.serving import serve
from idverify.settings import load_settings
from tests.databases import Databases
from tests.e2e.stubs import Stubs
from tests.fakes import FakeBiometrics, FakeGallery
from tests.places import REPOSITORY
from tests.waiting import PATIENCE


@dataclass
class ServerProcess:
    """A running process, and the lines of its log read so far: from its start on a thread reads all the while.

    A full pipe would hold the server up.
    """

    process: subprocess.Popen[str]
    address: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    """What came that was no JSON."""
    reading: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.reading = threading.Thread(target=self._read, daemon=True)
        self.reading.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as log:
            for line in log:
                try:
                    self.lines.append(json.loads(line))
                except ValueError:
                    self.unreadable.append(line)

    @contextmanager
    def stubs(self) -> Iterator[Stubs]:
        with grpc.insecure_channel(self.address) as channel:
            yield Stubs(channel)

    def await_listening(self) -> None:
        """Return when it listens."""
        read = 0
        while self.reading.is_alive() or read < len(self.lines):
            for line in self.lines[read:]:
                read += 1
                if line["message"] == "listening":
                    self.address = line["address"]
                    return
            time.sleep(0.01)
        self.process.wait(PATIENCE)
        raise AssertionError(f"ended before it listened: {self.lines} {self.unreadable}")

    def resident(self, name: str = "VmRSS") -> int:
        """Return a figure of its memory in bytes: ``VmRSS`` now, ``VmHWM`` at most so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(name))

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self._await_end()

    def terminate(self) -> int:
        """End it in good order, read the rest of its log, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        self.process.send_signal(signal.SIGTERM)  # as a program does that passes on what the process has got already
        self._await_end()
        assert not self.unreadable
        return self.process.returncode

    def _await_end(self) -> None:
        self.process.wait(PATIENCE)
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.reading.join(PATIENCE)
        assert not self.reading.is_alive()


def begin_process(
    data_dir: Path, *command: str, databases: Databases | None = None, database_url: str = ""
) -> ServerProcess:
    """Start a server, as :func:`start_process`, and wait for nothing. Its standard input ends with this process."""
    arguments = [sys.executable, *(command or ("-m", "tests.e2e.process")), str(data_dir)]
    environment = {**os.environ, "IDVERIFY_DATABASE_URL": databases.url(data_dir) if databases else database_url}
    return ServerProcess(
        subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=REPOSITORY, env=environment
        )
    )


def start_process(data_dir: Path, *command: str, databases: Databases | None = None) -> ServerProcess:
    """Start a server and wait until it listens; ``command``: another program than this module."""
    server = begin_process(data_dir, *command, databases=databases)
    server.await_listening()
    return server


def leave() -> None:
    """End this process, having done what is done at its end: Python would clear away for seconds what gRPC holds."""
    atexit._run_exitfuncs()
    os._exit(0)


if __name__ == "__main__":
    serve(
        load_settings(data_dir=Path(sys.argv[1]), listen="127.0.0.1:0", workers=2),
        lambda settings: build(settings, matching=Matching(FakeBiometrics(), FakeGallery())),
    )
    leave()
