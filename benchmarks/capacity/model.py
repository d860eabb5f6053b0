"""What a register of so many people takes: bytes, processor time, machines, and how long a search takes at the busiest.

Every figure is a field with its origin. docs/capacity.md says what follows and what it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np

from benchmarks.capacity.queueing import poisson, responses

FINGERS = 10
"""Enrolled of a person."""

_SIMULATED, _SEED = 4000, 17


@dataclass(frozen=True, slots=True)
class Costs:
    """What was measured, of prints that come as templates unless it says otherwise (docs/capacity.md: where and when).

    Attributes:
        memory, gallery, database: bytes a finger: in memory, on disk as the sealed gallery, in the database.
        process: bytes of a process without anybody.
        search: core seconds of one finger searched for among up to ``flat`` million.
        search_more: core seconds more for each further million: from there on twenty lists are scanned, however long.
        flat: million fingers.
        verify: core seconds of a Verify.
        extract: core seconds of an image, with LEADER.
        call: seconds for asking a shard on another machine and putting answers together.
        threads: cores that one search is worked on by; more was not measured.
    """

    memory: float = 1220.0
    gallery: float = 1262.0
    database: float = 1084.0
    process: float = 0.4e9
    search: float = 0.085
    search_more: float = 0.0151
    flat: float = 1.15
    verify: float = 0.010
    extract: float = 0.26
    call: float = 0.004
    threads: float = 2.0

    def of_search(self, fingers: float) -> float:
        """Return core seconds of one finger searched for among so many."""
        return self.search + self.search_more * max(0.0, fingers / 1e6 - self.flat)


@dataclass(frozen=True, slots=True)
class Use:
    """How often people come: assumptions, which whoever buys replaces by their own.

    Attributes:
        verified, searched, enrolled: times a person and year: shown one finger for verification; one finger looked for;
            enrolled, or enrolled anew, with ten images, of which all are looked for.
        seconds: a year in which counters are open: 250 days of 8 hours.
        peak: how much busier than the mean the busiest hour is.
    """

    verified: float = 6.0
    searched: float = 0.1
    enrolled: float = 0.15
    seconds: float = 250 * 8 * 3600.0
    peak: float = 3.0

    def rate(self, people: int, times: float) -> float:
        """Return calls a second in the busiest hour."""
        return people * times / self.seconds * self.peak


@dataclass(frozen=True, slots=True)
class Machine:
    """What is bought: cores, bytes of memory, the part of it that the gallery may take, how busy the cores may be."""

    cores: int = 16
    memory: float = 64e9
    used_for_gallery: float = 0.75
    busy: float = 0.6


@dataclass(frozen=True, slots=True)
class Needs:
    """What a place needs.

    Attributes:
        fingers: enrolled.
        memory_gb, disk_gb: of the gallery in memory, once; of gallery and database.
        verifications, searches, enrolments: a second, in the busiest hour.
        shards: machines that each hold a part of the gallery.
        serving: machines that extract, compare and keep the database's callers.
        busy: how busy a shard's machine is in that hour.
        median_s, late_s: what half and 95 % of the searches for one finger take at most then.
    """

    fingers: int
    memory_gb: float
    disk_gb: float
    verifications: float
    searches: float
    enrolments: float
    shards: int
    serving: int
    busy: float
    median_s: float
    late_s: float


def needs(people: int, costs: Costs, use: Use, machine: Machine) -> Needs:
    """Return what so many people need, by as few machines as memory and work allow."""
    fingers = people * FINGERS
    verified, searched, enrolled = (use.rate(people, n) for n in (use.verified, use.searched, use.enrolled))
    looked_for = searched + FINGERS * enrolled
    room = machine.memory * machine.used_for_gallery - costs.process
    shards = ceil(fingers * costs.memory / room)
    while looked_for * costs.of_search(fingers / shards) > machine.busy * machine.cores:
        shards += 1
    work = costs.of_search(fingers / shards)
    drawing = np.random.default_rng(_SEED)
    taken = responses(
        poisson(drawing, looked_for, _SIMULATED),
        work * drawing.gamma(4.0, 0.25, _SIMULATED),  # as searches differ: half as much again is one in seven
        machine.cores,
        min(costs.threads, machine.cores),
    )
    # An answer is there when the last shard's is: what half of the answers take, all of the shards take at most.
    median_s, late_s = (float(np.quantile(taken, share ** (1 / shards))) for share in (0.5, 0.95))
    away = costs.call if shards > 1 else 0.0
    serving = verified * (costs.verify + costs.extract) + enrolled * FINGERS * costs.extract + searched * costs.extract
    return Needs(
        fingers,
        fingers * costs.memory / 1e9,
        fingers * (costs.gallery + costs.database) / 1e9,
        verified,
        searched,
        enrolled,
        shards,
        ceil(serving / (machine.busy * machine.cores)),
        looked_for * work / machine.cores,
        median_s + away,
        late_s + away,
    )


PLACES = {"district": 200_000, "province": 2_000_000, "country": 100_000_000}


def table() -> str:
    """Return what the places need, as Markdown."""
    return "\n".join(_rows({name: needs(people, Costs(), Use(), Machine()) for name, people in PLACES.items()}))


def _rows(of: dict[str, Needs]) -> Iterator[str]:
    yield f"| | {' | '.join(f'{name}: {PLACES[name]:,} people' for name in of)} |"
    yield "|---" * (len(of) + 1) + "|"
    told: dict[str, Callable[[Needs], str]] = {
        "fingers": lambda n: f"{n.fingers:,}",
        "gallery in memory, GB": lambda n: f"{n.memory_gb:,.1f}",
        "gallery and database on disk, GB": lambda n: f"{n.disk_gb:,.1f}",
        "verifications a second, busiest hour": lambda n: f"{n.verifications:.2f}",
        "searches for one finger a second": lambda n: f"{n.searches:.3f}",
        "enrolments a second": lambda n: f"{n.enrolments:.3f}",
        "machines that hold the gallery": lambda n: str(n.shards),
        "how busy they are then": lambda n: f"{n.busy:.0%}",
        "machines that extract and compare": lambda n: str(n.serving),
        "a search for one finger, half and 95 %, ms": lambda n: f"{1e3 * n.median_s:.0f}, {1e3 * n.late_s:.0f}",
    }
    for what, tell in told.items():
        yield f"| {what} | {' | '.join(tell(n) for n in of.values())} |"
