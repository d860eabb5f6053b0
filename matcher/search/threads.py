"""The threads that one search, or one addition of many, computes with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Threads:
    """Does the same with many items at once. Thread-safe."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool = ThreadPoolExecutor(count, "gallery") if count > 1 else None

    def each(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Do the work with every item and return what it made, in order; in the caller's own thread if it is one."""
        return list(self._pool.map(work, items) if self._pool else map(work, items))
