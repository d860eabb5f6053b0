"""Where a case is played: real servers in processes of their own, with certificates, and clients with entries."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from typer.testing import CliRunner

from benchmarks.overload.service import SERVE, Service, environment, running_service
from idverify.cli import build_app
from tests.attack.clock import SharedClock
from tests.e2e.stubs import Stubs
from tests.places import REPOSITORY
from tests.register_kit import Register
from tests.waiting import PATIENCE, wait_until

_EVERYTHING = 'procedures = { "*" = ["*"] }\nrecord_types = ["*"]\n'


@dataclass(frozen=True)
class Entry:
    """What the registry says of a client.

    Attributes:
        roles: as the clients file names them.
        kinds: how its prints may come.
        rest: further lines of the clients file; every procedure and record type unless told otherwise.
        registered: False: it has a certificate and no entry.
    """

    roles: tuple[str, ...] = ("counter",)
    kinds: tuple[str, ...] = ("image", "minutiae")
    rest: str = _EVERYTHING
    registered: bool = True

    def table(self, name: str) -> str:
        lists = f"roles = {json.dumps(self.roles)}\nsample_kinds = {json.dumps(self.kinds)}\n"
        return f'[clients."{name}"]\n{lists}certificate_name = "urn:idverify:{name}"\n{self.rest}'


ENTRIES: Mapping[str, Entry] = {
    "counter-1": Entry(),
    "counter-2": Entry(),
    "images-only": Entry(kinds=("image",)),
    "enroller": Entry(("enroller",)),
    "admin": Entry(("admin", "enroller")),
    "auditor": Entry(("auditor",)),
    "tester": Entry(("counter", "tester")),
    "stranger": Entry(registered=False),
}
"""The clients of a site unless a case names others."""


@dataclass
class Server:
    """A running server. ``clock`` is None unless it runs on one that the case moves."""

    service: Service
    clock: SharedClock | None
    _open: ExitStack = field(default_factory=ExitStack)
    _stubs: dict[str, Stubs] = field(default_factory=dict)

    def stubs(self, client: str) -> Stubs:
        """The services as a client calls them, on a connection of its own that stays open."""
        if client not in self._stubs:
            options = [("grpc.use_local_subchannel_pool", 1), ("grpc.max_send_message_length", -1)]
            channel = grpc.secure_channel(self.service.address, self.service.credentials(client), options)
            self._stubs[client] = Stubs(self._open.enter_context(channel))
        return self._stubs[client]

    def kill(self) -> None:
        """End it as a power cut would."""
        self.service.process.kill()
        self.service.process.wait(PATIENCE)

    def log(self) -> list[dict[str, Any]]:
        """What it has logged so far, a dictionary a line; lines that are no JSON as ``{"raw": line}``."""
        return _log_lines((self.service.folder / "service.log").read_text(encoding="utf-8", errors="replace"))

    def logged(self, message: str) -> list[dict[str, Any]]:
        """The lines of the log with this message so far."""
        return [line for line in self.log() if line.get("message") == message]


@dataclass(frozen=True)
class Refused:
    """A start that came to nothing: the exit status, and what was written."""

    status: int
    text: str


@dataclass(frozen=True)
class Site:
    """A folder with certificates, a clients file and ``data``; servers on it come and go."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @contextmanager
    def serving(self, *, moved_clock: bool = False, **settings: object) -> Iterator[Server]:
        """Serve until the end of the block. Raises OSError if it does not start.

        Args:
            moved_clock: on ``Server.clock``, which stands still unless it is moved, instead of the machine's.
            settings: over the defaults; by default image processing alone extracts, as it is quick.
        """
        file = self.folder / "clock"
        clock = SharedClock(file) if moved_clock else None
        program = ("-m", "tests.attack.clock", str(file)) if moved_clock else SERVE
        with (
            running_service(self.folder, _settings(settings), program) as service,
            ExitStack() as connections,
        ):
            yield Server(service, clock, connections)

    def wait_until_noted(self) -> None:
        """Return when ``trail-head.json`` has come as far as the trail."""
        register = Register(self.data)
        ((sequence,),) = register.ask("SELECT sequence FROM audit_head")
        wait_until(lambda: json.loads((self.data / "trail-head.json").read_text())["sequence"] >= sequence)

    def refused_start(self, shadows: Path | None = None, **settings: object) -> Refused:
        """Start a server that must end by itself; raises TimeoutExpired if it goes on.

        Args:
            shadows: a folder whose modules stand before those that are installed.
            settings: over the defaults.
        """
        wanted = environment(self.folder, _settings(settings))
        done = subprocess.run(
            [sys.executable, *SERVE],
            capture_output=True,
            check=False,
            timeout=PATIENCE,
            cwd=REPOSITORY,
            env=wanted if shadows is None else wanted | {"PYTHONPATH": str(shadows)},
        )
        return Refused(done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace"))


@dataclass(frozen=True)
class Stage:
    """What a case is given.

    Attributes:
        folder: empty, the case's own.
        full: as ``make attack`` does it; else in small, as among the tests.
    """

    folder: Path
    full: bool

    def site(self, name: str = "site", entries: Mapping[str, Entry] = ENTRIES, days: int = 90) -> Site:
        """Make a site with the certificates of ``idverify certs``, valid for so long, and entries for its clients."""
        folder = self.folder / name
        clients = [f"--client={client}={entry.roles[0]}" for client, entry in entries.items()]
        made = CliRunner().invoke(build_app(), ["certs", str(folder), f"--days={days}", "--host=127.0.0.1", *clients])
        assert made.exit_code == 0, made.output
        tables = [entry.table(client) for client, entry in entries.items() if entry.registered]
        (folder / "clients.toml").write_text("\n".join(tables), encoding="utf-8")
        return Site(folder)

    def tell(self, text: str) -> None:
        """Say on stderr how far a long case has come."""
        if self.full:
            print(f"    {text}", file=sys.stderr, flush=True)


def _settings(given: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in ({"extractor": "ridge", "workers": 2} | dict(given)).items()}


def _log_lines(text: str) -> list[dict[str, Any]]:
    lines = []
    for line in text.splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            lines.append({"raw": line})
    return lines
