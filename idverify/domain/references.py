"""People whom a foreign programme knows by an identifier of its own: references. They have no citizen number.

To a store a reference is a subject like any other, under a key that no citizen number can be; only searches tell them
apart. Standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from idverify.domain.errors import DomainError, Reason
from idverify.domain.visible_text import has_hidden, is_blank

ALL = "ALL"
"""The gallery that has every encounter of a programme in it (OSIA ABIS 1.6, identify)."""

MOST_LETTERS = 256
MOST_GALLERIES = 64
MOST_CONTENT = 1 << 20
"""Bytes of what a programme wants back with an encounter: it is opened with each, and no store of files."""


@dataclass(frozen=True, slots=True)
class ReferenceKey:
    """Who somebody is to a programme.

    Attributes:
        programme: short lower-case name, given by the door they came by.
        person_id: as the programme has it; OSIA: ``personId``, MOSIP: ``referenceId``.
    """

    programme: str
    person_id: str = field(repr=False)

    @property
    def text(self) -> str:
        """What they are found by, where citizens are by their number: no number has a colon."""
        return f"{self.programme}:{self.person_id}"

    @classmethod
    def parse(cls, text: str) -> ReferenceKey:
        """Return the key of a stored text."""
        programme, _, person_id = text.partition(":")
        return cls(programme, person_id)


def is_reference(number: str) -> bool:
    """Tell whether what somebody is found by is the key of a reference, and no citizen number."""
    return ":" in number


@dataclass(frozen=True, slots=True)
class Given:
    """What a programme gives of an encounter besides its fingers.

    Attributes:
        encounter_id: the programme's own, unique within the person.
        galleries: that it is in; ``ALL`` need not be named.
        active: whether it is searched.
        content: what the programme wants back as it gave it; opaque here, sealed at rest.
    """

    encounter_id: str = field(repr=False)
    galleries: tuple[str, ...] = ()
    active: bool = True
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class ReferenceEncounter:
    """An encounter as it is kept. ``entry_id``: of the encounter in the store; ``given``: what the programme said."""

    entry_id: str
    programme: str
    given: Given
    created: datetime
    updated: datetime
    version: int = 1

    def changed(self, given: Given, now: datetime) -> ReferenceEncounter:
        """Return the next version."""
        return replace(self, given=given, updated=now, version=self.version + 1)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a search looks at: a gallery of a programme; with ``person_ids``, these only."""

    programme: str
    gallery: str = ALL
    person_ids: tuple[str, ...] | None = field(default=None, repr=False)


def require_identifier(text: str, name: str) -> str:
    """Return an identifier that a programme gave.

    Raises:
        DomainError: FIELD_MISSING; FIELD_INVALID for more than 256 letters, or any that cannot be seen.
    """
    if not text:
        raise DomainError(Reason.FIELD_MISSING, f"{name} is required", {"field": name})
    if len(text) > MOST_LETTERS or not text.isprintable() or is_blank(text) or has_hidden(text):
        what = f"{name} must be at most {MOST_LETTERS} letters, all of which can be seen"
        raise DomainError(Reason.FIELD_INVALID, what, {"field": name})
    return text


def require_given(given: Given) -> Given:
    """Return what was given of an encounter, if it can be kept. Raises DomainError FIELD_MISSING, FIELD_INVALID."""
    require_identifier(given.encounter_id, "encounterId")
    if len(given.galleries) > MOST_GALLERIES or len(set(given.galleries)) < len(given.galleries):
        what = f"galleries must be different, and at most {MOST_GALLERIES}"
        raise DomainError(Reason.FIELD_INVALID, what, {"field": "galleries"})
    for gallery in given.galleries:
        require_identifier(gallery, "galleries")
    if len(given.content) > MOST_CONTENT:
        what = f"what is kept with an encounter besides its fingers must be at most {MOST_CONTENT} bytes"
        raise DomainError(Reason.FIELD_INVALID, what, {"field": "content"})
    return given
