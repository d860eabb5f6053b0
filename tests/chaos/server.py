"""A server in a process of its own, and the cable to it: killed, stopped, cut off and started again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from idverify.client import Client
from tests.chaos.older import exchange
from tests.e2e.process import ServerProcess
from tests.places import REPOSITORY
from tests.postgres_kit import PostgresServer
from tests.waiting import PATIENCE

_START_SECONDS = 120.0


class Server:
    """One of those that serve.

    Behind the cable all is by sockets of Unix: of what a call takes, little is to be the cable's.

    Args:
        name: for people.
        settings: of the server; where it listens, and where its database is, is said here.
        database: None: files.
        gallery: folder of its gallery.

    Attributes:
        address, http: where clients find it, by gRPC and by HTTP.
    """

    def __init__(self, name: str, settings: Mapping[str, Any], database: PostgresServer | None, gallery: Path) -> None:
        self.name = name
        self._sockets = Path(tempfile.mkdtemp(prefix="cable-"))  # short: the path of a socket is
        near, near_http, far, far_http = free_port(), free_port(), self._sockets / "grpc", free_port()
        pairs = [f"{near}={far}", f"{near_http}={far_http}"]
        url = ""
        if database is not None:
            own = self._sockets / database.socket.name
            pairs.append(f"{own}={database.socket}")
            url = f"postgresql://idverify@/postgres?host={own.parent}&port={database.port}"
        self.address = f"127.0.0.1:{near}"
        self.http = f"127.0.0.1:{near_http}"
        listens = {"listen": f"unix:{far}", "http": f"127.0.0.1:{far_http}"}
        self._settings = json.dumps({**settings, "database_url": url, **listens})
        self._gallery = gallery
        self._cable = _begin("tests.chaos.cable", *pairs)
        assert self._cable.stdout is not None
        assert self._cable.stdout.readline() == "ready\n"
        self._process: ServerProcess | None = None

    def start(self) -> None:
        """Start it; return when it answers."""
        self._process = ServerProcess(_begin("tests.chaos.served", self._settings))
        self._process.await_listening()
        self.await_serving()

    def await_serving(self) -> None:
        """Return when it says that it serves."""
        with Client(self.address) as client:
            assert client.wait_until_serving(_START_SECONDS), f"{self.name} does not serve"

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def stop(self) -> None:
        """Let it do nothing, as a machine does that is out of memory."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def processes(self) -> list[int]:
        """Return the number of its process, if it runs."""
        return [self._process.process.pid] if self._process is not None else []

    def cut(self) -> None:
        """Let nothing through to it or from it."""
        os.kill(self._cable.pid, signal.SIGSTOP)

    def mend(self) -> None:
        """Let it through again, what was sent meanwhile too."""
        os.kill(self._cable.pid, signal.SIGCONT)

    def resident(self) -> float:
        """Return what it holds of the memory, MB."""
        return self._process.resident() / 1e6 if self._process is not None else 0.0

    def start_with_old_gallery(self) -> None:
        """Start it with the snapshot that was there when this was done before; the first time with its own."""
        exchange(self._gallery, self._gallery.with_name(f"{self._gallery.name}-old"))
        self.start()

    def destroy(self) -> None:
        """End everything at once."""
        self.kill()
        self._cable.kill()
        self._cable.communicate(timeout=PATIENCE)  # which closes what leads to it
        shutil.rmtree(self._sockets)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.process.send_signal(number)


def _begin(module: str, *arguments: str) -> subprocess.Popen[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("IDVERIFY_")}
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if module.endswith("cable") else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env=own,
    )


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
