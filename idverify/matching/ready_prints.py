"""Stored prints that were made ready lately: whoever is asked about again need not be made ready again.

They are in memory alone, as the gallery is, and leave it at once when anything is taken out of the gallery: nothing of
whoever is erased stays. What a call that was under way puts here after that goes with the rest when it is old.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from matcher.comparison.prepared import PreparedTemplate

MOST_BYTES = 64 << 20
"""Some 1,500 prints: a few hundred people with the one finger that they show, and their last touches of it."""

MOST_SECONDS = 600.0
"""However often it is asked for."""


class ReadyPrints:
    """Prints by what is stored of them; those that were asked for last. Any thread.

    Args:
        most_bytes: that all together take.
        most_seconds: how long one is kept.
        clock: seconds.
    """

    def __init__(
        self,
        most_bytes: int = MOST_BYTES,
        most_seconds: float = MOST_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most_bytes = most_bytes
        self._most_seconds = most_seconds
        self._clock = clock
        self._lock = Lock()
        self._prints: OrderedDict[bytes, tuple[PreparedTemplate, int, float]] = OrderedDict()
        self._emptied = 0
        self.taken = 0
        """Bytes that all together take."""

    def __len__(self) -> int:
        return len(self._prints)

    def of(self, template: bytes, make: Callable[[bytes], PreparedTemplate]) -> PreparedTemplate:
        """Return a print, made ready by ``make`` unless it is here; raises what that raises."""
        with self._lock:
            emptied, found = self._emptied, self._prints.get(template)
            if found is not None:
                self._prints.move_to_end(template)
                return found[0]
        made = make(template)
        with self._lock:
            if emptied == self._emptied and template not in self._prints:
                size = len(template) + made.flat.nbytes
                self._prints[template] = made, size, self._clock()
                self.taken += size
                while self.taken > self._most_bytes:
                    self._drop(next(iter(self._prints)))
        return made

    def forget(self) -> None:
        """Keep none of them."""
        with self._lock:
            self._prints.clear()
            self.taken = 0
            self._emptied += 1

    def forget_old(self) -> None:
        """Keep none of those that are old."""
        with self._lock:
            before = self._clock() - self._most_seconds
            for template in [each for each, (_, _, made) in self._prints.items() if made <= before]:
                self._drop(template)

    def _drop(self, template: bytes) -> None:
        _, size, _ = self._prints.pop(template)
        self.taken -= size
