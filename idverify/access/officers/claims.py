"""From what a provider says of somebody to an officer of this service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from idverify.domain.model import Officer, OfficerRole
from idverify.domain.visible_text import has_hidden

LONGEST_OFFICER, LONGEST_AGENCY, LONGEST_NAME = 20, 35, 100
"""Characters, as in the context of a call."""


class NotAnOfficerError(Exception):
    """Whoever signed in is none; says what is missing, in a word."""


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """Where a provider says what; dots lead into objects.

    Attributes:
        officer: of their id.
        agency: of the code of their agency; empty: it is not said.
        roles: of the list of their roles.
        meaning: from what stands in that list to what it means here.
    """

    officer: str
    agency: str
    roles: str
    meaning: Mapping[str, OfficerRole]


def officer_of(claims: Mapping[str, Any], names: ClaimNames) -> Officer:
    """Return the officer.

    Raises:
        NotAnOfficerError: no id that fits a context, no agency where one is said, or no role.
    """
    officer_id = _text(_found(claims, names.officer), LONGEST_OFFICER)
    agency = _text(_found(claims, names.agency), LONGEST_AGENCY) if names.agency else ""
    said = _found(claims, names.roles)
    stated = said if isinstance(said, list) else [said]
    roles = frozenset(names.meaning[each] for each in stated if isinstance(each, str) and each in names.meaning)
    if not officer_id:
        raise NotAnOfficerError("OFFICER_ID")
    if names.agency and not agency:
        raise NotAnOfficerError("AGENCY")
    if not roles:
        raise NotAnOfficerError("ROLE")
    return Officer(officer_id, roles, agency)


def name_of(claims: Mapping[str, Any]) -> str:
    """Return the name of whoever signed in, for showing; empty: none that can be shown."""
    return _text(claims.get("name"), LONGEST_NAME)


def _found(claims: Mapping[str, Any], path: str) -> Any:
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _text(value: Any, longest: int) -> str:
    """Return a text that can stand on one line; empty for anything else."""
    fits = isinstance(value, str) and value.isprintable() and not has_hidden(value) and len(value) <= longest
    return value.strip() if fits else ""
