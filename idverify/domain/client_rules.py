"""What an entry of the registry may say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import ALL, Client, ClientEntry

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$"
LONGEST_AGENCY = 35
LONGEST_CERTIFICATE_NAME = 255
MOST_ENTITLEMENTS = 1000
MOST_KEYS = 8
"""Of a client: some that begin while others end."""
LONGEST_KEY_LIFE = timedelta(days=3 * 366)

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
    if not entry.certificate and not entry.keys:
        raise DomainError(
            Reason.FIELD_MISSING, "a client is known by a certificate or by keys", {"field": "client.certificate"}
        )
    if entry.certificate:
        _require_certificate(entry)
    _require_entitlements(entry)


def require_keys_sound(entry: ClientEntry, now: datetime) -> None:
    """Check when keys begin and end, and that a client names each by an id of its own.

    Raises:
        DomainError: FIELD_INVALID.
    """
    if len(entry.keys) > MOST_KEYS:
        raise _invalid("keys", f"must be at most {MOST_KEYS}")
    for names in ([key.key_id for key in entry.keys], [key.sha256 for key in entry.keys]):
        if len(set(names)) < len(names):
            raise _invalid("keys", "must be different keys, each with an id (kid) of its own")
    for key in entry.keys:
        if key.until > now + LONGEST_KEY_LIFE or (key.since is not None and key.since >= key.until):
            raise _invalid("keys", f"must end at most {LONGEST_KEY_LIFE.days} days from now, and after they begin")


def shares_key(entry: ClientEntry, clients: Iterable[Client]) -> bool:
    """Tell whether another client has, or had until it was revoked, a key of this one: then it would be two people."""
    keys = {key.sha256 for key in entry.keys}
    return any(c.name != entry.may.name and not keys.isdisjoint({key.sha256 for key in c.keys}) for c in clients)


def _require_certificate(entry: ClientEntry) -> None:
    kind, _, known_by = entry.certificate.partition(":")
    if kind == "sha256" and not _SHA256.fullmatch(entry.certificate):
        raise _invalid("certificate_sha256", "must be 64 hexadecimal digits, small letters")
    if not 1 <= len(known_by) <= LONGEST_CERTIFICATE_NAME:
        raise _invalid("certificate_name", f"must have 1 to {LONGEST_CERTIFICATE_NAME} characters")


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
