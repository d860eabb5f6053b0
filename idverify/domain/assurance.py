"""What level of assurance the factors shown amount to, by Decree 69/2024/NĐ-CP on electronic identification.

The decree's levels for natural persons:

====== =======================================================================================
level  shown
====== =======================================================================================
1      one factor, no biometric characteristic
2      two different factors, no biometric characteristic
3      two or more different factors, one of them a biometric characteristic
4      a biometric characteristic, and something possessed, and something known
====== =======================================================================================

A fingerprint alone is none of them: levels 1 and 2 are defined without biometrics, levels 3 and 4 with more than one
factor. It gets a value of its own, which says so. The decree gives no names for machines; these are ours, and stable.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import Enum
from itertools import combinations

from idverify.domain.errors import DomainError, Reason

SINGLE_BIOMETRIC = "urn:idverify:acr:single-biometric"
NO_BIOMETRIC = "urn:idverify:acr:no-biometric"
"""Two officers vouched, and nothing was shown that a machine has checked: less than every level, it reaches none."""

NO_BIOMETRIC_RULE = "no-biometric"
"""The rule of that; no procedure requires it."""

LEVELS = {level: f"urn:idverify:acr:vn:69-2024-nd-cp:level-{level}" for level in (1, 2, 3, 4)}


class Assurance(Enum):
    """A rule of the table, by the name that a catalogue has for it: what can be required, and what was reached."""

    SINGLE_BIOMETRIC = "single-biometric"
    LEVEL_1 = "level-1"
    LEVEL_2 = "level-2"
    LEVEL_3 = "level-3"
    LEVEL_4 = "level-4"

    @property
    def acr(self) -> str:
        """The value of ``acr`` by which it is reached at least."""
        return _ACR[self]


_ACR = {
    Assurance.SINGLE_BIOMETRIC: SINGLE_BIOMETRIC,
    Assurance.LEVEL_1: LEVELS[1],
    Assurance.LEVEL_2: LEVELS[2],
    Assurance.LEVEL_3: LEVELS[3],
    Assurance.LEVEL_4: LEVELS[4],
}
_REACHED_BY = {
    Assurance.SINGLE_BIOMETRIC: {SINGLE_BIOMETRIC, LEVELS[3], LEVELS[4]},
    Assurance.LEVEL_1: set(LEVELS.values()),
    Assurance.LEVEL_2: {LEVELS[2], LEVELS[3], LEVELS[4]},
    Assurance.LEVEL_3: {LEVELS[3], LEVELS[4]},
    Assurance.LEVEL_4: {LEVELS[4]},
}
"""A fingerprint alone reaches no level of the decree, and levels without a biometric characteristic no fingerprint."""


class FactorClass(Enum):
    """The three classes of authentication factors."""

    BIOMETRIC = "something one is"
    POSSESSION = "something one has"
    KNOWLEDGE = "something one knows"


class Factor(Enum):
    """A factor that was shown and checked, with its class and its value for ``amr`` (RFC 8176)."""

    FINGERPRINT = FactorClass.BIOMETRIC, "fpt"
    IDENTITY_CARD = FactorClass.POSSESSION, "sc"
    PIN = FactorClass.KNOWLEDGE, "pin"


BY_FINGER = frozenset({Factor.FINGERPRINT})
"""What one call shows that has nothing but fingerprints."""


def assurance_of(factors: AbstractSet[Factor]) -> Assurance:
    """Return the rule that holds for the factors shown: what they amount to, never more.

    Raises:
        ValueError: no factor was shown.
    """
    if not factors:
        raise ValueError("without a factor nothing was authenticated")
    classes = {factor.value[0] for factor in factors}
    if FactorClass.BIOMETRIC not in classes:
        return Assurance.LEVEL_1 if len(classes) == 1 else Assurance.LEVEL_2
    if len(classes) == 1:
        return Assurance.SINGLE_BIOMETRIC
    return Assurance.LEVEL_3 if len(classes) == 2 else Assurance.LEVEL_4


def acr_of(factors: AbstractSet[Factor]) -> str:
    """Return the authentication context class of the factors shown. Raises ValueError: none was."""
    return assurance_of(factors).acr


def reaches(acr: str, required: Assurance) -> bool:
    """Tell whether what was shown is enough."""
    return acr in _REACHED_BY[required]


def still_needed(
    shown: AbstractSet[Factor], required: Assurance, offered: AbstractSet[Factor] = frozenset(Factor)
) -> tuple[Factor, ...] | None:
    """Return the fewest factors that must be shown besides, a card before a PIN.

    Args:
        shown: at least one.
        required: of the procedure.
        offered: those that can be shown.

    Returns:
        Nothing if what was shown is enough; None if all that are offered are too few.
    """
    left = [factor for factor in Factor if factor in offered and factor not in shown]
    for count in range(len(left) + 1):
        for more in combinations(left, count):
            if reaches(acr_of({*shown, *more}), required):
                return more
    return None


def require_reached(shown: AbstractSet[Factor], required: Assurance, offered: AbstractSet[Factor]) -> None:
    """Require that what is shown is enough.

    Raises:
        DomainError: ASSURANCE_UNREACHABLE, which says what is missing; with the cause NOT_OFFERED where all that are
            offered are too few.
    """
    missing = still_needed(shown, required, offered)
    if not missing and missing is not None:
        return
    names = ",".join(factor.value[1] for factor in missing or still_needed(shown, required) or ())
    remedy = f"nothing here takes: {names}" if missing is None else f"show in a transaction also: {names}"
    raise DomainError(
        Reason.ASSURANCE_UNREACHABLE,
        f"the procedure requires {required.value}, and what is shown is less; {remedy}",
        {"required_acr": required.acr, "missing_factors": names}
        | ({"cause": "NOT_OFFERED"} if missing is None else {}),
    )


def amr_of(factors: AbstractSet[Factor]) -> list[str]:
    """Return the authentication methods by RFC 8176; ``mfa`` is added for factors of several classes."""
    methods = sorted(factor.value[1] for factor in factors)
    return [*methods, "mfa"] if len({factor.value[0] for factor in factors}) > 1 else methods
