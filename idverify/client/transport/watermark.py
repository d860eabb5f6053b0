"""How new the answers were that a client had: said with each call, so that no other server answers from before them."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

WATERMARK = "idverify-watermark"
_LONGEST = 18
"""Digits that a server takes."""


class Watermark:
    """The newest that any answer told; any thread. Where one server works alone, none tells anything."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._newest = 0

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """Return what is said with the next call."""
        return ((WATERMARK, str(self._newest)),) if self._newest else ()

    def note(self, trailing: Iterable[tuple[str, str | bytes]] | None) -> None:
        """Note what came with an answer; what no server says, a proxy may have written."""
        told = [int(value) for name, value in trailing or () if name == WATERMARK and _is_one(value)]
        with self._lock:
            self._newest = max(self._newest, *told, 0)


def _is_one(value: str | bytes) -> bool:
    return len(value) <= _LONGEST and value.isascii() and value.isdigit()
