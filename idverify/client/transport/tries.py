"""Several tries of one call at several servers: one that hangs answers nothing, and would take the whole deadline."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import grpc
from google.protobuf.message import Message

from idverify.client.channel.repeating import is_tried_elsewhere
from idverify.client.errors import ServiceError, translated

_SHARES = (0.35, 0.5)
"""Of what is left of the deadline, for the first tries; those after them have all that is left."""
_BUSY = "SERVER_BUSY"
_PAUSE = 0.2
"""Seconds before the next try where a server said that it is unavailable; gRPC has tried four others then."""
_BUSY_PAUSE = 1
"""Seconds before the next try where one is busy and does not say for how long; each further one twice as long."""
_DIGITS = 6


@dataclass(slots=True)
class Tries:
    """The tries of one call.

    Args:
        seconds: until it is given up.
        several: there are several servers, and the call may be made again.
    """

    seconds: float
    several: bool
    _end: float = field(init=False)
    _made: int = 0
    _busy: int = 0  # refusals that were waited for
    _unavailable: grpc.RpcError | None = None

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.seconds

    @classmethod
    def of(cls, request: Message, seconds: float, *, several: bool) -> Tries:
        """Return the tries of a call with a request."""
        return cls(seconds, several and is_tried_elsewhere(request))

    def timeout(self) -> float:
        """Return how many seconds the next try has."""
        left = self.seconds if self._made == 0 else max(0.0, self._end - time.monotonic())
        share = _SHARES[self._made] if self.several and self._made < len(_SHARES) else 1.0
        self._made += 1
        return left * share

    def pause(self, error: grpc.RpcError) -> float | None:
        """Return how many seconds to wait before the next try; None: there is none, it failed."""
        pause = {grpc.StatusCode.DEADLINE_EXCEEDED: 0.0, grpc.StatusCode.UNAVAILABLE: _PAUSE}.get(_code(error))
        if pause == _PAUSE:
            self._unavailable = error
        if _code(error) is grpc.StatusCode.RESOURCE_EXHAUSTED:
            pause = self._pause_of_busy(translated(error, None))
        if not self.several or pause is None or time.monotonic() + pause >= self._end:
            return None
        return pause

    def _pause_of_busy(self, told: ServiceError) -> float | None:
        if told.reason != _BUSY:
            return None
        if self._made <= len(_SHARES):
            return 0.0  # in a part of the time it could not be answered: in what is left it may
        self._busy += 1
        return _seconds(told.metadata.get("retry_seconds", "")) * 2.0 ** (self._busy - 1)

    def told(self, last: grpc.RpcError) -> grpc.RpcError:
        """Return what says best why all failed: what made them unavailable, rather than that the time was up."""
        if _code(last) is grpc.StatusCode.DEADLINE_EXCEEDED and self._unavailable is not None:
            return self._unavailable
        return last


def _code(error: grpc.RpcError) -> grpc.StatusCode:
    code = error.code() if isinstance(error, grpc.Call | grpc.aio.AioRpcError) else None
    return code or grpc.StatusCode.UNKNOWN


def _seconds(told: str) -> int:
    """Return how long one is busy: what a server writes, whole seconds; whatever else stands there says nothing."""
    return int(told) if told.isascii() and told.isdecimal() and len(told) < _DIGITS else _BUSY_PAUSE
