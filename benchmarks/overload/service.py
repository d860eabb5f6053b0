"""The service in a process of its own, with certificates, and how much memory it takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc

SERVE = ("-m", "idverify.cli", "serve")
_START_SECONDS, _END_SECONDS = 300.0, 60.0


@dataclass(frozen=True, slots=True)
class Service:
    """A running service.

    Attributes:
        address: host and port.
        process: what serves.
        folder: where the certificates are.
    """

    address: str
    process: subprocess.Popen[bytes]
    folder: Path

    def credentials(self, name: str) -> grpc.ChannelCredentials:
        """Return the credentials of a client."""
        authority, key, certificate = (
            (self.folder / file).read_bytes() for file in ("ca.crt", f"{name}.key", f"{name}.crt")
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
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5", encoding="ascii")

    def _figure(self, name: str) -> float:
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) / 1e3 for line in lines if line.startswith(name))


def environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a service with data and certificates in a folder, and settings that win over those.

    Args:
        folder: holds ``ca.crt``, ``server.crt``, ``server.key`` and ``clients.toml``; data go to ``data`` in it.
        settings: by name.
    """
    files = {"tls_cert": "server.crt", "tls_key": "server.key", "tls_client_ca": "ca.crt"}
    paths = {name: str(folder / file) for name, file in (files | {"clients_file": "clients.toml"}).items()}
    wanted = {"data_dir": str(folder / "data"), "listen": "127.0.0.1:0", **paths, **settings}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("IDVERIFY_")}
    return kept | {f"IDVERIFY_{name.upper()}": value for name, value in wanted.items()}


@contextmanager
def running_service(
    folder: Path, settings: Mapping[str, str], program: Sequence[str] = SERVE, *, tree: Path | None = None
) -> Iterator[Service]:
    """Start the service, see :func:`environment`; it is stopped at the end of the block, at once where that is Ctrl-C.

    ``tree``: the project whose service it is; None: that of the working folder. Its log is ``service.log`` in the
    folder. Ctrl-C itself does not reach it: who measures it would meet its end.

    Raises:
        OSError: it did not start.
    """
    log = folder / "service.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(  # noqa: S603 - our own
            [sys.executable, *program],
            stdout=stream,
            stderr=stream,
            cwd=tree,
            env=environment(folder, settings),
            start_new_session=True,
        )
    try:
        yield Service(_address(process, log), process, folder)
    except KeyboardInterrupt:
        process.kill()
        raise
    finally:
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        finally:
            process.kill()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            if '"listening"' in line:
                return str(json.loads(line)["address"])
        time.sleep(0.1)
    raise OSError(f"the service did not start; see {log}")
