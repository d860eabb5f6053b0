"""PINs: what a citizen knows. Six to twelve digits, and none that everybody tries first."""

from __future__ import annotations

import re
from itertools import pairwise

from idverify.domain.errors import DomainError, Reason

PIN_TRIES = 3
"""Wrong PINs at which a citizen's is locked: of a million PINs few are tried."""

_LAYOUT = re.compile("[0-9]{6,12}")


def require_pin_form(pin: str) -> None:
    """Require the form of a PIN. Raises DomainError FIELD_INVALID, which quotes nothing."""
    if not _LAYOUT.fullmatch(pin):
        raise DomainError(Reason.FIELD_INVALID, "a PIN has 6 to 12 digits", {"field": "pin"})


def require_good_pin(pin: str) -> None:
    """Require that a PIN is none of those that are tried first: one digit over and over, or one after the other.

    Raises:
        DomainError: FIELD_INVALID.
    """
    require_pin_form(pin)
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if steps in ({0}, {1}, {9}):
        raise DomainError(
            Reason.FIELD_INVALID, "this PIN is among the first that anybody tries; choose another", {"field": "pin"}
        )
