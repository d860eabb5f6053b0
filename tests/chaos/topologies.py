"""What serves the town: one process, one on PostgreSQL, several; each with what may happen to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from tests.chaos.faults import Fault
from tests.chaos.server import Server
from tests.chaos.shards import shards_on_ray
from tests.chaos.slowing import Slowing
from tests.postgres_kit import PostgresServer, place_for_servers, postgresql_is_here

_BRIEF = 0.3, 1.5
"""Seconds that the only one may be away: callers wait for it."""
_LONG = 2.0, 10.0
"""Seconds that one of several may be away."""


@dataclass(frozen=True)
class Plant:
    """What runs.

    Attributes:
        servers: who answers.
        faults: what may happen.
        database: of all of them; None: files.
    """

    servers: Sequence[Server]
    faults: Sequence[Fault] = field(default_factory=list)
    database: PostgresServer | None = None

    def processes(self) -> Sequence[int]:
        """Return the numbers of processes that this one did not start, as far as they are known."""
        return [] if self.database is None else self.database.processes()[:1]

    @property
    def target(self) -> str:
        """What clients are given."""
        return ",".join(server.address for server in self.servers)

    @property
    def addresses(self) -> Mapping[str, str]:
        """Of each server, by its name."""
        return {server.name: server.address for server in self.servers}


@contextmanager
def one_process(folder: Path, **others: Any) -> Iterator[Plant]:
    """Run one server on SQLite; ``others``: further settings, here and below."""
    settings = {"data_dir": str(folder / "data"), **others}
    with _running([Server("one", settings, None, folder / "data" / "gallery")]) as servers:
        yield Plant(servers, _brief(servers[0]))


@contextmanager
def one_on_postgresql(folder: Path, **others: Any) -> Iterator[Plant]:
    """Run one server on PostgreSQL."""
    with _postgresql() as database:
        settings = {"data_dir": str(folder / "data"), **others}
        server = Server("one", settings, database, folder / "data" / "gallery")
        with _running([server]) as servers:
            yield Plant(servers, [*_brief(server), *_of_database(database)], database)


@contextmanager
def three_replicas(folder: Path, **others: Any) -> Iterator[Plant]:
    """Run three servers on one PostgreSQL."""
    with _postgresql() as database:
        servers = [_replica(folder, f"server-{place}", database, **others) for place in range(1, 4)]
        with _running(servers):
            yield Plant(servers, _of_several(servers, database), database)


@contextmanager
def four_shards(folder: Path, **others: Any) -> Iterator[Plant]:
    """Run three servers on one PostgreSQL, whose gallery is four shards on Ray."""
    with _postgresql() as database, shards_on_ray(folder) as shards:
        settings = {**shards.settings, **others}
        servers = [_replica(folder, f"server-{place}", database, **settings) for place in range(1, 4)]
        with _running(servers):
            yield Plant(servers, [*_of_several(servers, database), *shards.faults()], database)


Kind = Literal["one", "postgresql", "replicas", "shards"]

TOPOLOGIES: Mapping[Kind, Callable[..., Any]] = {
    "one": one_process,
    "postgresql": one_on_postgresql,
    "replicas": three_replicas,
    "shards": four_shards,
}
"""By name."""


def missing(topology: Kind) -> str:
    """Return what of a topology is not on this machine; empty: all is."""
    if topology != "one" and not postgresql_is_here():
        return f"{topology}: there is no PostgreSQL on this machine"
    if topology == "shards" and find_spec("ray") is None:
        return "shards: there is no Ray; make install-cluster has it"
    return ""


@contextmanager
def _running(servers: Sequence[Server]) -> Iterator[Sequence[Server]]:
    """Start servers, one after the other; at the end of the block all of them are gone."""
    with ExitStack() as undo:
        for server in servers:
            undo.callback(server.destroy)
        for server in servers:
            server.start()
        yield servers


@contextmanager
def _postgresql() -> Iterator[PostgresServer]:
    with place_for_servers("a town on PostgreSQL") as place:
        database = PostgresServer(place)
        database.make()
        # No power is cut here: what is committed outlives any process. With fsync a start again takes five seconds.
        database.start("max_connections=200", "fsync=off")
        try:
            yield database
        finally:
            database.stop()


def _replica(folder: Path, name: str, database: PostgresServer, **others: Any) -> Server:
    data = folder / "data"
    settings = {"data_dir": str(data), "server_name": name, **others}
    return Server(name, settings, database, data / "servers" / name / "gallery")


def _of_several(servers: Sequence[Server], database: PostgresServer) -> list[Fault]:
    return [*(fault for server in servers for fault in _hard(server)), *_of_database(database)]


def _brief(server: Server) -> list[Fault]:
    return [
        Fault("server stopped for a moment", server.stop, server.go_on, *_BRIEF),
        Fault("server cut off for a moment", server.cut, server.mend, *_BRIEF),
    ]


def _hard(server: Server) -> list[Fault]:
    def mend() -> None:
        server.mend()
        server.await_serving()

    def go_on() -> None:
        server.go_on()
        server.await_serving()

    slowing = Slowing(server.processes)
    return [
        Fault("server slowed", slowing.begin, slowing.end, *_LONG),
        Fault("server killed", server.kill, server.start, *_LONG),
        Fault("server killed, started with an old gallery", server.kill, server.start_with_old_gallery, *_LONG),
        Fault("server stopped", server.stop, go_on, *_LONG),
        Fault("server cut off", server.cut, mend, *_LONG),
    ]


def _of_database(database: PostgresServer) -> list[Fault]:
    return [
        Fault("PostgreSQL killed and started again", database.kill, database.again, 0.0, 0.5),
        Fault("PostgreSQL stopped for a moment", database.pause, database.go_on, *_BRIEF),
    ]
