"""Numbers that stand for a citizen's for a while: random, so that nobody tells two of one person from two of two.

Sixteen digits, none of which says anything; a citizen number has twelve or nine, so that the two are never taken for
each other. Whoever guesses is a client whose tries that fail are counted.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import VirtualNumber

USUAL_LIFETIME = timedelta(days=30)
SHORTEST_LIFETIME, LONGEST_LIFETIME = timedelta(minutes=1), timedelta(days=366)

_DIGITS = 16
_LAYOUT = re.compile(rf"[0-9]{{{_DIGITS}}}")


def is_virtual(text: str) -> bool:
    """Tell whether a number has the form of a virtual one."""
    return _LAYOUT.fullmatch(text) is not None


def new_virtual_number() -> str:
    """Return a number from the operating system's source of chance."""
    return f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"


def require_lifetime(lifetime: timedelta | None) -> timedelta:
    """Return how long a number is to live. Raises DomainError FIELD_INVALID."""
    if lifetime is None:
        return USUAL_LIFETIME
    if not SHORTEST_LIFETIME <= lifetime <= LONGEST_LIFETIME:
        raise DomainError(
            Reason.FIELD_INVALID, "lifetime must be a minute to 366 days, or be left out", {"field": "lifetime"}
        )
    return lifetime


def require_valid(number: VirtualNumber, now: datetime, matched: datetime | None = None) -> None:
    """Require that a number stands for its citizen still.

    Args:
        number: as it is kept.
        now: by when it must not be over.
        matched: when a match was made that is gone on with; it counts what the number was worth then.

    Raises:
        DomainError: VIRTUAL_NUMBER_REVOKED, VIRTUAL_NUMBER_USED, VIRTUAL_NUMBER_EXPIRED.
    """
    if number.revoked is not None:
        raise DomainError(Reason.VIRTUAL_NUMBER_REVOKED, "the citizen has taken this number back")
    if number.one_time and number.used is not None and (matched is None or number.used < matched):
        raise DomainError(Reason.VIRTUAL_NUMBER_USED, "this number was good for one match, and is used up")
    if (matched or now) >= number.expires:
        raise DomainError(Reason.VIRTUAL_NUMBER_EXPIRED, "the time of this number is over")
