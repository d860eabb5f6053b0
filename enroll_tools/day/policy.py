"""What a procedure may be told, from the documentation alone (docs/procedures.md, docs/assertion.md).

The oracle shares no code with the service: an error of the service must not be the oracle's too.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

NO_BIOMETRIC = "no-biometric"
"""Two officers vouch: that meets nothing."""

SINGLE_BIOMETRIC = "single-biometric"
_ENOUGH: Mapping[str, AbstractSet[str]] = {
    SINGLE_BIOMETRIC: {SINGLE_BIOMETRIC, "level-3", "level-4"},
    "level-1": {"level-1", "level-2", "level-3", "level-4"},
    "level-2": {"level-2", "level-3", "level-4"},
    "level-3": {"level-3", "level-4"},
    "level-4": {"level-4"},
}
"""By what each requirement is met; a fingerprint alone is no level of the decree."""

_SERVED = {"", "CITIZEN_REQUEST", "CORRECTION", "TEST"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is true of a call that asks for records.

    Attributes:
        purpose: as stated; empty: not.
        consent: to what the citizen agreed, by record type; None: nothing is named. Of a consent that somebody else
            keeps it is not known: everything.
        shown: what was shown amounts to, as the catalogue names it.
        given: the record types that the client is given for the procedure.
    """

    purpose: str
    consent: AbstractSet[str] | None
    shown: str
    given: AbstractSet[str]


def names_of(access: Mapping[str, Any]) -> list[str]:
    """Return what a procedure lists of a record type: fields, and predicates as they are written."""
    return [*access.get("fields", []), *access.get("predicates", [])]


def cause_of(procedure: Mapping[str, Any], access: Mapping[str, Any], name: str, asked: Asked) -> str:
    """Return what speaks against telling one thing that is listed; empty: nothing does."""
    kind = access["record_type"]
    field = name.partition("(")[2].partition(",")[0].rstrip(")").strip() if "(" in name else name
    required = access.get("field_assurance", {}).get(field, "")
    on_consent = not procedure.get("legal_basis")
    causes = (
        (kind not in asked.given, "NOT_ENTITLED"),
        (asked.purpose not in _SERVED, "PURPOSE"),
        (on_consent and asked.consent is None, "CONSENT_MISSING"),
        (on_consent and asked.consent is not None and kind not in asked.consent, "CONSENT_SCOPE"),
        (bool(required) and asked.shown not in _ENOUGH.get(required, set()), "ASSURANCE"),
    )
    return next((cause for holds, cause in causes if holds), "")
