"""What a door, such as gRPC, tells of the calls that come in by it."""

from __future__ import annotations

from typing import Protocol

from idverify.domain.model import Credentials, Language


class Arrival(Protocol):
    """One call, as its door sees it."""

    @property
    def credentials(self) -> Credentials:
        """What the call shows of who makes it."""

    @property
    def peer(self) -> str:
        """The address that the call comes from, without the port; empty if it has none."""

    @property
    def connection(self) -> str:
        """What tells the connection that the call comes by from all others that are open."""

    @property
    def watermark(self) -> str:
        """What an answer that the client had from some server said of how new it was; empty: it does not say."""

    @property
    def language(self) -> Language:
        """The language that the client asks to be answered in."""

    def admitted(self) -> None:
        """Note that its caller is known and let in; what is told to these alone may be told with the answer."""

    def seconds_left(self) -> float | None:
        """Return how long the client still waits, at least 0; None if it does not say."""

    async def read(self) -> bytes | None:
        """Return the next request, which the door has kept outside so far; None after the last."""


class StreamArrival(Arrival, Protocol):
    """A call of many requests, each with an answer of its own."""

    async def write(self, answer: bytes) -> None:
        """Send an answer; takes as long as the client is slow. One at a time."""
