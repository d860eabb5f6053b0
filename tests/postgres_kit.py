"""PostgreSQL servers of a test's own: to be killed, followed, promoted and taken back in time."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.waiting import wait_until

_AS_SERVER = ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups") if os.geteuid() == 0 else ()
_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [
    Path(found).parent for found in [shutil.which("pg_basebackup")] if found
]


def postgresql_is_here() -> bool:
    """Tell whether there are its programs on this machine."""
    return bool(_PROGRAMS)


@contextmanager
def place_for_servers(what: str) -> Iterator[Path]:
    """Give a block a folder for servers, or skip the test, saying that ``what`` was not tried."""
    if not _PROGRAMS:
        pytest.skip(f"{what} was not tried: there is no PostgreSQL on this machine")
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:  # short: the path of a socket is
        if _AS_SERVER:
            shutil.chown(folder, "postgres", "postgres")
            Path(folder).chmod(0o755)
        yield Path(folder)


class PostgresServer:
    """A server with data in a folder of a place, on a port of this machine and a socket beside its data.

    Args:
        place: of several servers.
        name: of this one there.
    """

    def __init__(self, place: Path, name: str = "one") -> None:
        self.folder = place / name
        self.data = self.folder / "data"
        self.archive = self.folder / "archive"
        self.port = _free_port()
        self._settings: tuple[str, ...] = ()
        self._paused: list[int] = []

    @property
    def url(self) -> str:
        return f"postgresql://idverify@127.0.0.1:{self.port}/postgres"

    @property
    def socket(self) -> Path:
        return self.folder / f".s.PGSQL.{self.port}"

    def run(self, program: str, *arguments: str, quiet: bool = False) -> None:
        """Run one of its programs as its user; raises CalledProcessError."""
        command = [*_AS_SERVER, str(_PROGRAMS[-1] / program), *arguments]
        errors = subprocess.DEVNULL if quiet else None
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=errors)

    def make(self) -> None:
        """Make its data."""
        self._make_folders()
        self.run("initdb", "-D", str(self.data), "-U", "idverify", "--auth=trust", "--no-sync", "--encoding=UTF8")

    def follow(self, primary: PostgresServer) -> None:
        """Make its data of those of a primary that runs, which it then follows under the name of its folder."""
        self._make_folders()
        told = f"host=127.0.0.1 port={primary.port} user=idverify application_name={self.folder.name}"
        self.run("pg_basebackup", "-D", str(self.data), "-d", told, "-R", "-c", "fast", "-X", "stream")

    def start(self, *settings: str, quiet: bool = False) -> None:
        """Start it; wait until it takes connections. ``quiet``: nothing is told if it does not."""
        self._settings = settings
        given = (
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            f"unix_socket_directories={self.folder}",
            *settings,
        )
        options = " ".join(f'-c "{each}"' for each in given)
        log = str(self.folder / "log")
        self.run("pg_ctl", "start", "-w", "-s", "-D", str(self.data), "-l", log, "-o", options, quiet=quiet)

    def again(self) -> None:
        """Start it on the same data with the same settings, once what was killed has gone."""
        wait_until(self._starts)

    def stop(self) -> None:
        """End it in good order."""
        self.run("pg_ctl", "stop", "-s", "-D", str(self.data), "-m", "fast")

    def processes(self) -> list[int]:
        """Return the numbers of its processes, the postmaster's first."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        return [postmaster, *map(int, children)]

    def pause(self) -> None:
        """Have it stand still, and all its children: connections stay, and nothing is answered."""
        self._paused = self.processes()
        self._signal(self._paused, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on."""
        self._signal(self._paused, signal.SIGCONT)

    def kill(self) -> None:
        """Kill it, its children too, as the kernel does: those hold its memory until they notice, and so the next."""
        self._signal(self.processes(), signal.SIGKILL)
        (self.data / "postmaster.pid").unlink()  # where nobody clears away who died, the next would wait for them

    def promote(self) -> None:
        """Make a follower the primary."""
        self.run("pg_ctl", "promote", "-w", "-s", "-D", str(self.data))

    def base_backup(self) -> None:
        """Copy its data."""
        self.run("pg_basebackup", "-D", str(self.folder / "base"), "-d", self.url, "-c", "fast")

    def go_back(self) -> None:
        """Put the base backup in the place of the data, to be recovered."""
        subprocess.run([*_AS_SERVER, "touch", str(self.folder / "base" / "recovery.signal")], check=True)
        self.data.rename(self.folder / "lost")
        (self.folder / "base").rename(self.data)

    def _make_folders(self) -> None:
        subprocess.run([*_AS_SERVER, "mkdir", "-p", str(self.archive)], check=True)

    @staticmethod
    def _signal(processes: list[int], number: signal.Signals) -> None:
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, number)

    def _starts(self) -> bool:
        try:
            self.start(*self._settings, quiet=True)
        except subprocess.CalledProcessError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
