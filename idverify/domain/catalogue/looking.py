"""Going through what may be long, for somebody who may not wait for the end of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

Item = TypeVar("Item")

Check: TypeAlias = Callable[[], object]
"""Raises if nobody waits any more."""


def somebody_waits() -> None:
    """Go on: at the start, which has no deadline."""


def looked_at(items: Iterable[Item], check: Check) -> Iterator[Item]:
    """Yield items, asking before each whether to go on."""
    for item in items:
        check()
        yield item
