"""How many calls may be made in a minute: by a client, where its entry says so, and by those nobody knows."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller

_MOST_ADDRESSES = 10_000
_ALL = 10
"""How many addresses use up what all have together."""
_NETWORK = 64
"""Bits of an IPv6 address that whoever has it cannot choose (RFC 4291 section 2.5.1)."""


@dataclass(slots=True)
class _Bucket:
    left: float
    filled: float


class _Buckets:
    """A bucket a name, which holds the calls of a minute and is filled again as time goes (token bucket).

    Used on the event loop, so that it needs no lock.

    Args:
        most: names that are remembered; those that were used longest ago are forgotten, which fills their buckets.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, name: str, per_minute: int) -> int:
        """Take one call out of a bucket; return 0, or in how many seconds there will be one."""
        most, now = float(per_minute), time.monotonic()
        bucket = self._buckets.setdefault(name, _Bucket(most, now))
        self._buckets.move_to_end(name)
        if self._most is not None and len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        bucket.left = min(most, bucket.left + (now - bucket.filled) * most / 60.0)
        bucket.filled = now
        if bucket.left < 1.0:
            return math.ceil((1.0 - bucket.left) * 60.0 / most)
        bucket.left -= 1.0
        return 0


class CallBudgets:
    """Counts calls of clients that have a limit."""

    def __init__(self) -> None:
        self._buckets = _Buckets()

    def spend(self, caller: Caller) -> None:
        """Count a call. Raises DomainError CALL_BUDGET_EXCEEDED if there is none left."""
        most = caller.calls_per_minute
        if most is not None and (wait := self._buckets.take(caller.limited_as, most)):
            raise _exceeded("this client has made all the calls that it may make in a minute", most, wait)


class StrangerBudgets:
    """Counts what is asked by whoever it is: by address, and by all of them.

    Args:
        per_minute: of one address; all together have ten times as much.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._addresses = _Buckets(_MOST_ADDRESSES)
        self._all = _Buckets()

    def spend(self, peer: str) -> None:
        """Count a call. Raises DomainError CALL_BUDGET_EXCEEDED if there is none left."""
        most = self._per_minute
        if wait := self._addresses.take(_whose(peer), most):
            raise _exceeded("as much was asked from this address as strangers may ask in a minute", most, wait)
        if wait := self._all.take("", _ALL * most):
            raise _exceeded("as much was asked as all strangers together may ask in a minute", _ALL * most, wait)


def _whose(peer: str) -> str:
    """Return what stands for an address: of IPv6 its network, in which one machine has as many as it likes."""
    try:
        address = ip_address(peer)
    except ValueError:  # none: a socket of this machine
        return peer
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(int(address) >> (128 - _NETWORK))
    return peer


def _exceeded(text: str, most: int, wait: int) -> DomainError:
    return DomainError(Reason.CALL_BUDGET_EXCEEDED, text, {"calls_per_minute": str(most), "retry_seconds": str(wait)})
