"""How often somebody may try, and how long they then wait: rate limiting after NIST SP 800-63B-4, 3.2.2 and 3.2.3.

Failures are counted three times: of a client with a citizen, so that a clerk's mistakes cost only that clerk; of a
citizen with all clients, so that many clients are no way around; and of a client with all citizens, so that many
citizens are none. The first is set back by a match. The others never are: whoever has a citizen of their own to match
with would set them back at will. They are forgiven at a slow pace instead.

Wrong PINs count as any failure, and besides by themselves: few of them lock the PIN, and nothing else of the citizen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from idverify.domain.errors import DomainError, Reason

FAILURE = 1.0
POOR_SAMPLE = 0.25
"""What a try counts whose samples are too poor to decide anything: a wet finger is no attack. It depends on the samples
alone and on nothing that is enrolled, so that the tries that are left do not tell whether one came near."""


class Scope(Enum):
    """Whose failures are counted together."""

    CLIENT_AND_CITIZEN = "CLIENT_AND_CITIZEN"
    CITIZEN = "CITIZEN"
    CLIENT = "CLIENT"
    PIN = "PIN"


@dataclass(frozen=True, slots=True)
class Limit:
    """How many failures a scope bears.

    Attributes:
        free: after so many each further one makes the next try wait.
        lock: at so many the scope is locked.
        forgiven_per_hour: how many are forgotten.
        locked_for: how long a lock lasts; None: until somebody lifts it.
    """

    free: float
    lock: float
    forgiven_per_hour: float
    locked_for: timedelta | None


@dataclass(frozen=True, slots=True)
class AttemptRules:
    """All limits. ``first_delay`` doubles with every failure up to ``longest_delay``."""

    limits: Mapping[Scope, Limit]
    first_delay: timedelta
    longest_delay: timedelta


@dataclass(frozen=True, slots=True)
class Standing:
    """Failures of a scope as they stood at ``updated``; ``closed_until`` None and ``locked``: until it is lifted."""

    failures: float
    updated: datetime
    closed_until: datetime | None = None
    locked: bool = False


@dataclass(frozen=True, slots=True)
class AttemptsLeft:
    """What is left to a caller after a failure.

    Attributes:
        left: failures until something locks.
        wait: before the next try.
        locked: something is locked.
    """

    left: int
    wait: timedelta
    locked: bool


def failures_at(standing: Standing | None, limit: Limit, now: datetime) -> float:
    """Return how many failures count now."""
    if standing is None:
        return 0.0
    hours = max(0.0, (now - standing.updated) / timedelta(hours=1))
    return max(0.0, standing.failures - limit.forgiven_per_hour * hours)


def standing_at(standing: Standing | None, limit: Limit, now: datetime) -> Standing:
    """Return how an open scope stands now."""
    return Standing(failures_at(standing, limit, now), now)


def is_closed(standing: Standing | None, now: datetime) -> bool:
    """Tell whether a scope takes no try now."""
    if standing is None:
        return False
    return now < standing.closed_until if standing.closed_until is not None else standing.locked


def after_failure(
    standing: Standing | None, scope: Scope, rules: AttemptRules, weight: float, now: datetime
) -> Standing:
    """Return how a scope stands after one more failure."""
    limit = rules.limits[scope]
    failures = failures_at(standing, limit, now) + weight
    counted = _in_quarters(failures)
    if counted >= limit.lock:
        until = None if limit.locked_for is None else now + limit.locked_for
        return Standing(failures, now, until, locked=True)
    if counted < limit.free:
        return Standing(failures, now)
    doublings = min(30, math.floor(counted - limit.free))
    return Standing(failures, now, now + min(rules.longest_delay, rules.first_delay * 2**doublings))


def _in_quarters(failures: float) -> float:
    """Round up: what is forgiven between two tries must not make six of five."""
    return math.ceil(failures / POOR_SAMPLE - 1e-6) * POOR_SAMPLE


def attempts_left(standings: Mapping[Scope, Standing], rules: AttemptRules, now: datetime) -> AttemptsLeft:
    """Return what is left where all of several scopes, as they stand now, must bear the next try."""
    left = min(math.ceil(rules.limits[s].lock - _in_quarters(at.failures)) for s, at in standings.items())
    waits = [at.closed_until - now for at in standings.values() if at.closed_until is not None]
    locked = any(at.locked and is_closed(at, now) for at in standings.values())
    return AttemptsLeft(max(0, left), max([timedelta(0), *waits]), locked)


def refusal(scope: Scope, standing: Standing, now: datetime, left: int = 0) -> DomainError:
    """Return why a closed scope takes no try, and when it will or who opens it; ``left``: failures until a lock."""
    metadata = {"scope": scope.value, "attempts_left": str(left)}
    if scope is Scope.PIN:
        return DomainError(
            Reason.PIN_LOCKED, "too many wrong PINs; the citizen sets a new one by their finger (SetPin)", metadata
        )
    if standing.closed_until is not None:
        metadata["retry_seconds"] = str(max(1, math.ceil((standing.closed_until - now).total_seconds())))
    if not standing.locked:
        return _refused(Reason.ATTEMPTS_EXCEEDED, "wait before the next", metadata)
    if standing.closed_until is None:
        return _refused(Reason.ATTEMPTS_LOCKED, "an administrator must lift it", metadata)
    return _refused(Reason.ATTEMPTS_LOCKED, "wait, or have an administrator lift it", metadata)


def _refused(reason: Reason, remedy: str, metadata: Mapping[str, str]) -> DomainError:
    return DomainError(reason, f"too many tries that did not match; {remedy}", metadata)
