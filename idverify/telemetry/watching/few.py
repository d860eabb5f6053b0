"""Words that others choose, as labels: a few of them, the rest under one."""

from __future__ import annotations

from threading import Lock

OTHERS = "others"
_LONGEST = 60


class Few:
    """Lets the first so many different words through; any thread.

    Args:
        most: words.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: set[str] = set()
        self._lock = Lock()

    def word(self, word: str) -> str:
        """Return the word, or that it is one of the others."""
        word = word[:_LONGEST]
        with self._lock:
            if word not in self._known and len(self._known) >= self._most:
                return OTHERS
            self._known.add(word)
            return word
