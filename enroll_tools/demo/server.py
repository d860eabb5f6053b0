"""The service as a process of its own, on a free port of this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_START_SECONDS = 300.0  # the first start builds the extraction network and compiles comparator and search
_STOP_SECONDS = 30.0


class ServerError(Exception):
    """The service does not start or stop as it should; the text holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running service."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> None:
        """Stop it in good order. Raises ServerError if it ends otherwise."""
        self.process.terminate()
        try:
            code = self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise ServerError(f"the server did not stop within {_STOP_SECONDS:g} s") from None
        if code != 0:
            raise ServerError(f"the server ended with code {code}:\n{_tail(self.log)}")


@contextmanager
def running_server(data_dir: Path, log: Path, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Start the service; it is stopped at the end of the block, whatever happens in it.

    Args:
        data_dir: where it keeps database and keys.
        log: file for its log.
        settings: what is set besides, by name; None: nothing.

    Raises:
        ServerError: it did not start.
    """
    command = [sys.executable, "-m", "idverify.cli", "serve", "--data-dir", str(data_dir), "--listen", "127.0.0.1:0"]
    # Settings of another server in the environment are not meant for this one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("IDVERIFY_")}
    environment |= {f"IDVERIFY_{name.upper()}": value for name, value in (settings or {}).items()}
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, env=environment)  # noqa: S603 - our own
        try:
            yield Server(_address(process, log), process, log)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(_STOP_SECONDS)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Wait for the line of the log that says where it listens."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            if (address := _listening(line)) is not None:
                return address
        if process.poll() is not None:
            raise ServerError(f"the server did not start:\n{_tail(log)}")
        time.sleep(0.05)
    raise ServerError(f"the server did not listen within {_START_SECONDS:g} s:\n{_tail(log)}")


def _listening(line: str) -> str | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    if isinstance(entry, dict) and entry.get("message") == "listening":
        return str(entry["address"])
    return None


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-10:])
