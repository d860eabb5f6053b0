"""How many connections, calls and streams may be open at the same time: of one client, and of all together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from idverify.domain.errors import DomainError, Reason


@dataclass(frozen=True, slots=True)
class OpenLimits:
    """Most that may be open; the names are those of the settings.

    Attributes:
        client_connections: connections of one client on which it has calls open.
        client_calls: calls of one client, streams included.
        max_calls: of all clients.
        client_streams: streams of one client.
        max_streams: of all clients.
    """

    client_connections: int
    client_calls: int
    max_calls: int
    client_streams: int
    max_streams: int


@dataclass(slots=True)
class _Open:
    """What one client has open: calls by connection, and streams."""

    calls: Counter[str] = field(default_factory=Counter)
    streams: int = 0


class OpenCalls:
    """Counts what is open. For the event loop only.

    A connection counts as long as a call is open on it: whose it is shows with its first call, and that an idle one was
    closed shows nowhere.

    Args:
        limits: of all doors together.
    """

    def __init__(self, limits: OpenLimits) -> None:
        self._limits = limits
        self._clients: dict[str, _Open] = {}
        self._calls = 0
        self._streams = 0

    @property
    def calls(self) -> int:
        """How many are open, streams included."""
        return self._calls

    @contextmanager
    def one_more(self, client: str, connection: str, *, stream: bool = False) -> Iterator[None]:
        """Count a call during a block.

        Args:
            client: whose it is.
            connection: by which it came, as its door tells it from others.
            stream: it is one.

        Raises:
            DomainError: TOO_MANY_OPEN.
        """
        mine = self._clients.setdefault(client, _Open())
        try:
            self._require_room(mine, connection, stream)
            mine.calls[connection] += 1
            mine.streams += stream
            self._calls += 1
            self._streams += stream
            try:
                yield
            finally:
                self._calls -= 1
                self._streams -= stream
                mine.streams -= stream
                mine.calls[connection] -= 1
                if not mine.calls[connection]:
                    del mine.calls[connection]
        finally:
            if not mine.calls:
                self._clients.pop(client, None)

    def _require_room(self, mine: _Open, connection: str, stream: bool) -> None:
        limits = self._limits
        if connection not in mine.calls and len(mine.calls) >= limits.client_connections:
            raise _too_many("client_connections", limits.client_connections)
        if mine.calls.total() >= limits.client_calls:
            raise _too_many("client_calls", limits.client_calls)
        if stream and mine.streams >= limits.client_streams:
            raise _too_many("client_streams", limits.client_streams)
        if self._calls >= limits.max_calls:
            raise _too_many("max_calls", limits.max_calls)
        if stream and self._streams >= limits.max_streams:
            raise _too_many("max_streams", limits.max_streams)


def _too_many(setting: str, most: int) -> DomainError:
    return DomainError(
        Reason.TOO_MANY_OPEN,
        "so many are open already; end some, or use one connection for all calls",
        {"limit": setting, "most": str(most)},
    )
