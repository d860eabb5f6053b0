"""What is done to those who serve, one after the other, each as often as the others."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.chaos.told import Told


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that happens to one of them, and passes.

    Attributes:
        name: what.
        begin: has it happen.
        end: mends it, and returns when who was hit serves again.
        shortest, longest: seconds that it lasts.
    """

    name: str
    begin: Callable[[], object]
    end: Callable[[], object]
    shortest: float
    longest: float


@dataclass(frozen=True, slots=True)
class Happened:
    """One that did: when it began, and when who was hit served again, by the clock of what was told."""

    name: str
    began: float
    ended: float

    def met(self, told: Told) -> bool:
        """Tell whether a call was under way meanwhile."""
        return told.began <= self.ended and self.began <= told.ended


class Trouble(threading.Thread):
    """Has faults happen until it is stopped; then all are mended.

    Args:
        faults: all in turn, drawn anew when each has happened. None: nothing happens.
        seed: of what is drawn.
        announced: called before each; it happens now if that is answered with yes.

    Attributes:
        happened: what did.
        failure: by what it ended before it was stopped.
    """

    _PAUSE = 2.0, 8.0
    """Seconds in which all is well: something happens each thirteen, and to everybody in ten minutes."""

    def __init__(self, faults: Sequence[Fault], seed: int, announced: Callable[[], bool]) -> None:
        super().__init__(name="trouble")
        self.happened: list[Happened] = []
        self.failure: BaseException | None = None
        self._faults, self._choice, self._announced = faults, random.Random(seed), announced
        self._stopped = threading.Event()

    def run(self) -> None:
        try:
            while self._faults and not self._stopped.is_set():
                for fault in self._choice.sample(self._faults, len(self._faults)):
                    if self._stopped.wait(self._choice.uniform(*self._PAUSE)):
                        return
                    if self._announced():
                        self._suffer(fault)
        except BaseException as failure:  # noqa: BLE001 - carried over to who stops it
            self.failure = failure

    def _suffer(self, fault: Fault) -> None:
        began = time.monotonic()
        fault.begin()
        try:
            self._stopped.wait(self._choice.uniform(fault.shortest, fault.longest))
        finally:
            fault.end()
        self.happened.append(Happened(fault.name, began, time.monotonic()))

    def stop(self) -> None:
        """Have no more happen; return when all is mended.

        Raises:
            BaseException: what was hit did not come back.
        """
        self._stopped.set()
        self.join()
        if self.failure is not None:
            raise self.failure
