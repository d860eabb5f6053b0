"""What lies between a server and all others: ``python -m tests.chaos.cable NEAR=FAR...``, ports of this machine.

A process of its own, so that it can be stopped: then nothing gets through either way, and nobody is told of it. What
was sent meanwhile arrives when it goes on, as what TCP sends again does when a network is mended.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import suppress


class _End(asyncio.Protocol):
    """One end of a connection; what it gets the other sends."""

    def __init__(self) -> None:
        self.other: _End | None = None
        self.transport: asyncio.Transport | None = None
        self.waiting = bytearray()
        self.ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.write(data)
        else:
            self.waiting += data

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = True
        if self.other is not None and self.other.transport is not None:
            self.other.transport.abort() if exc else self.other.transport.close()

    def join(self, other: _End) -> None:
        """Make two ends one connection."""
        self.other, other.other = other, self
        assert other.transport is not None
        other.transport.write(bytes(self.waiting))
        self.waiting.clear()
        if self.ended:
            other.transport.close()


class _Near(_End):
    def __init__(self, far: int, connecting: set[asyncio.Task[None]]) -> None:
        super().__init__()
        self._far, self._connecting = far, connecting

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        task = asyncio.ensure_future(self._reach())
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def _reach(self) -> None:
        assert self.transport is not None
        try:
            _, far = await asyncio.get_running_loop().create_connection(_End, "127.0.0.1", self._far)
        except OSError:  # nobody is there: whoever calls is to know
            self.transport.abort()
            return
        self.join(far)


async def _lay(pairs: list[tuple[int, int]]) -> None:
    loop, connecting = asyncio.get_running_loop(), set[asyncio.Task[None]]()
    for near, far in pairs:
        await loop.create_server(lambda far=far: _Near(far, connecting), "127.0.0.1", near)  # type: ignore[misc]
    print("ready", flush=True)
    await asyncio.Event().wait()


def _end_with_who_started_it() -> None:
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_who_started_it, daemon=True).start()
    with suppress(KeyboardInterrupt):
        asyncio.run(_lay([(int(near), int(far)) for near, far in (pair.split("=") for pair in sys.argv[1:])]))
