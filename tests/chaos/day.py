"""One run: load, trouble, mending, reading, judgement."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Any

from idverify.client import Client
from tests.chaos.clerks import DEADLINE, Clerk, Town
from tests.chaos.costs import Meter
from tests.chaos.faults import Trouble
from tests.chaos.judge import Case, judged
from tests.chaos.order import Watcher, disorder
from tests.chaos.reading import await_whole, registers, searches
from tests.chaos.report import costs, figures
from tests.chaos.topologies import Plant

_CLERKS = 16
_CLIENTS = 2
"""That clerks share: each has one connection to each server, and is safe to use from many threads."""
_FIRST, _FIRST_AT_ONCE = 6, 4
"""People that each clerk enrols before anything happens, and so many clerks at a time."""
_WRITES, _WRITES_SECONDS = 4, 5.0
"""So many writes are begun before anything happens; where that takes longer, it does not happen."""
_LONGEST = 5.0
"""Times as long as asked for clerks call where they have not made the calls that are wanted."""
_EACH_SECONDS = 1.0


class Day:
    """A town's.

    Args:
        plant: what serves.
        seed: of all that is drawn.
        calm: nothing happens but the load.

    Attributes:
        town: what was told.
    """

    def __init__(self, plant: Plant, seed: int, *, calm: bool) -> None:
        self._plant, self._seed = plant, seed
        self.town = Town()
        announced = partial(self.town.have_written, _WRITES, _WRITES_SECONDS)
        self._trouble = Trouble([] if calm else plant.faults, seed, announced)
        self._watcher = Watcher(plant.addresses)
        self._meter = Meter(plant.processes())
        self._seconds, self._first = 0.0, 0

    def live(self, seconds: float, rate: float, least: int) -> dict[str, Any]:
        """Have clerks call for so long, at so many calls a second if that can be; judge; return the report.

        Where they have not made ``least`` calls by then, they go on until they have, and trouble with them.

        Raises:
            ServiceError: what is to be read at the end is not.
            AssertionError: what was hit does not serve again.
        """
        await_whole(self._plant.addresses)
        self._load(seconds, rate, least)
        await_whole(self._plant.addresses)
        return self.judge(least)

    def judge(self, least: int) -> dict[str, Any]:
        """Read every server and hold what was told to it, now that nobody writes; return the report.

        Raises:
            ServiceError: what is to be read is not.
        """
        servers, load = self._plant.addresses, list(self.town.tells)
        tells = [*load, *searches(load, servers, self._seed)]
        order = disorder(tells, self._watcher.seen, servers, self._seed)
        case = Case(tells, registers(servers), order, self._trouble.happened, least)
        return {
            **figures(load, self._trouble.happened, judged(case)),
            "seconds": round(self._seconds, 1),
            **costs(len(load) - self._first, self._seconds, self._meter.seconds()),
            "enrolled": len(case.enrolled),
            "checkpoints": len(self._watcher.seen),
            "memory_mb": {server.name: round(server.resident()) for server in self._plant.servers},
        }

    def _load(self, seconds: float, rate: float, least: int) -> None:
        with ExitStack() as undo:
            clients = [undo.enter_context(Client(self._plant.target, timeout=DEADLINE)) for _ in range(_CLIENTS)]
            servers = [undo.enter_context(Client(at, timeout=DEADLINE)) for at in self._plant.addresses.values()]
            clerks = [Clerk(n, self.town, clients[n % _CLIENTS], servers, self._seed + n) for n in range(_CLERKS)]
            ended = threading.Event()
            try:
                with ThreadPoolExecutor(_FIRST_AT_ONCE) as pool:
                    list(pool.map(lambda clerk: clerk.enrol_first(_FIRST), clerks))
                self._first = len(self.town.tells)
                with ThreadPoolExecutor(_CLERKS) as pool:
                    self._watcher.start()
                    self._meter.start()
                    self._trouble.start()
                    began = time.monotonic()
                    working = [pool.submit(clerk.work, _CLERKS / rate, ended) for clerk in clerks]
                    try:
                        self._have_called(began, seconds, least)
                    finally:
                        ended.set()  # here: to leave the pool is to wait for clerks, who wait for this
                    for work in working:
                        work.result()
                    self._seconds = time.monotonic() - began
            finally:
                for clerk in clerks:
                    clerk.close()
                if self._watcher.is_alive():
                    self._meter.stop()
                    try:
                        self._trouble.stop()
                    finally:
                        self._watcher.stop()

    def _have_called(self, began: float, seconds: float, least: int) -> None:
        """Return when clerks have called for so long and so often, or for much longer, or trouble itself failed."""
        while (so_far := time.monotonic() - began) < _LONGEST * seconds:
            enough = len(self.town.tells) - self._first >= least
            if (enough and so_far >= seconds) or self._trouble.failure is not None:
                return
            time.sleep(min(_EACH_SECONDS, seconds))
