"""The service in a process of its own, with certificates, and how much memory it takes."""

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

import grpc

from benchmarks.overload.certificates import issue_all

_START_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Service:
    """A running service.

    Attributes:
        address: host and port.
        pid: of the process.
        folder: where the certificates are.
    """

    address: str
    pid: int
    folder: Path

    def credentials(self, name: str) -> grpc.ChannelCredentials:
        """Return the credentials of a client."""
        authority, key, certificate = (
            (self.folder / file).read_bytes() for file in ("authority.crt", f"{name}.key", f"{name}.crt")
        )
        return grpc.ssl_channel_credentials(authority, key, certificate)

    def resident(self) -> float:
        """Return what the process holds of the memory now, in MB."""
        return self._figure("VmRSS")

    def most_resident(self) -> float:
        """Return what it has held at most since :meth:`forget_most`, in MB."""
        return self._figure("VmHWM")

    def forget_most(self) -> None:
        """Begin to look for the most anew."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5", encoding="ascii")

    def _figure(self, name: str) -> float:
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) / 1e3 for line in lines if line.startswith(name))


@contextmanager
def running_service(folder: Path, settings: Mapping[str, str]) -> Iterator[Service]:
    """Start the service with settings beside those of its certificates; it is stopped at the end of the block.

    Raises:
        OSError: it did not start; its log is ``service.log`` in the folder.
    """
    issue_all(folder)
    files = {"tls_cert": "server.crt", "tls_key": "server.key", "tls_client_ca": "authority.crt"}
    paths = {name: str(folder / file) for name, file in (files | {"clients_file": "clients.toml"}).items()}
    wanted = {"data_dir": str(folder / "data"), "listen": "127.0.0.1:0", **paths, **settings}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("IDVERIFY_")}
    environment = kept | {f"IDVERIFY_{name.upper()}": value for name, value in wanted.items()}
    log = folder / "service.log"
    command = [sys.executable, "-m", "idverify.cli", "serve"]
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, env=environment)  # noqa: S603 - our own
    try:
        yield Service(_address(process, log), process.pid, folder)
    finally:
        process.terminate()
        process.wait(60.0)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            if '"listening"' in line:
                return str(json.loads(line)["address"])
        time.sleep(0.1)
    raise OSError(f"the service did not start; see {log}")
