"""What is held against which topology: the same cases and the same load against each."""

from __future__ import annotations

from dataclasses import dataclass

from tests.chaos.topologies import TOPOLOGIES

SERVES = {
    "one": "one process, SQLite",
    "postgresql": "one process, PostgreSQL",
    "replicas": "three servers, one PostgreSQL",
    "shards": "three servers, one PostgreSQL, four shards on Ray, two copies each",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the table.

    Attributes:
        topology: that serves.
        what: is held against it.
        shows: what a part that held has shown.
        command: as the table of threats has commands: ``pytest ...`` or ``make ...``.
    """

    topology: str
    what: str
    shows: str
    command: str

    @property
    def name(self) -> str:
        """For ``--only``."""
        return f"{self.topology}-{self.what}"


def _parts(topology: str) -> tuple[Part, Part]:
    load = f"--topology {topology} --calm --minutes 0.5 --rate 30 --least 300"
    return (
        Part(
            topology,
            "cases",
            "what one server did every other knows; repeated, refused, signed, proven; OSIA's description holds",
            f"pytest -k {topology} tests/topologies",
        ),
        Part(
            topology,
            "load",
            "mixed load: every answer right, none late, one log, nobody lost, nobody twice",
            f"make cluster-chaos CHAOS='{load}'",
        ),
    )


PARTS = tuple(part for topology in TOPOLOGIES for part in _parts(topology))
