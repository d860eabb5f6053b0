"""What an entry of the registry may say."""

from __future__ import annotations

import re

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import ALL, ClientEntry

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$"
LONGEST_AGENCY = 35
LONGEST_CERTIFICATE_NAME = 255
MOST_ENTITLEMENTS = 1000

_RESERVED = frozenset({"operator", "service", "unknown"})
"""Who acts in the audit trail without being a client."""

_SHA256 = re.compile("sha256:[0-9a-f]{64}")


def require_sound(entry: ClientEntry) -> None:
    """Check an entry.

    Raises:
        DomainError: FIELD_INVALID, FIELD_MISSING.
    """
    may = entry.may
    if not re.fullmatch(NAME_PATTERN, may.name) or is_reserved(may.name):
        raise _invalid(
            "name", "must be 1 to 64 letters, digits and ._:/-, and none that the audit trail uses for others"
        )
    if not may.roles:
        raise DomainError(Reason.FIELD_MISSING, "client.roles is required", {"field": "client.roles"})
    if len(may.agency_code or "") > LONGEST_AGENCY:
        raise _invalid("agency_code", f"must have at most {LONGEST_AGENCY} characters")
    kind, _, known_by = entry.certificate.partition(":")
    if kind == "sha256" and not _SHA256.fullmatch(entry.certificate):
        raise _invalid("certificate_sha256", "must be 64 hexadecimal digits, small letters")
    if not 1 <= len(known_by) <= LONGEST_CERTIFICATE_NAME:
        raise _invalid("certificate_name", f"must have 1 to {LONGEST_CERTIFICATE_NAME} characters")
    _require_entitlements(entry)


def is_reserved(name: str) -> bool:
    """Tell whether a name stands for somebody else in the audit trail."""
    return name in _RESERVED or name.startswith("local-")


def procedures_named(entry: ClientEntry) -> set[str]:
    """Return the procedures of its entitlements, without the sign for all."""
    return {entitlement.procedure for entitlement in entry.may.entitlements} - {ALL}


def record_types_named(entry: ClientEntry) -> set[str]:
    """Return the record types that it names, without the sign for all."""
    given = (entitlement.record_types for entitlement in entry.may.entitlements)
    return set(entry.may.record_types).union(*given) - {ALL}


def _require_entitlements(entry: ClientEntry) -> None:
    named = [entitlement.procedure for entitlement in entry.may.entitlements]
    if len(named) > MOST_ENTITLEMENTS:
        raise _invalid("entitlements", f"must be at most {MOST_ENTITLEMENTS}")
    if len(set(named)) < len(named) or not all(named):
        raise _invalid("entitlements", "must name each procedure once")


def _invalid(field: str, what: str) -> DomainError:
    return DomainError(Reason.FIELD_INVALID, f"client.{field} {what}", {"field": f"client.{field}"})
