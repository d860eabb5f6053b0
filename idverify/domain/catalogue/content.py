"""What the catalogue holds: every version that ever was, and which of them counts on a day.

A procedure has editions, told apart by the first day on which they are in force: the one of now, and one that a new law
begins. A change of an edition is a new version of it. On a day that edition counts which began last, in its newest
version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import TypeAlias

from idverify.domain.model import Procedure, RecordType

Item: TypeAlias = Procedure | RecordType


class Kind(Enum):
    """What an entry is."""

    PROCEDURE = "procedure"
    RECORD_TYPE = "record_type"


class Origin(Enum):
    """Where a revision came from."""

    PACKAGE = "package"
    FILES = "files"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Key:
    """What is changed as one: a record type, or an edition of a procedure."""

    kind: Kind
    code: str
    valid_from: date | None = None


State: TypeAlias = Mapping[Key, Item]
"""The newest version of each, those that were withdrawn too."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of the catalogue, which made all its new versions at once.

    Attributes:
        number: counts from 1.
        time: when.
        author: name of the client, or ``operator``.
        origin: where it came from.
        digest: SHA-256 of what it was made from, hexadecimal.
        added, changed, withdrawn: how many procedures (by edition) and record types.
    """

    number: int
    time: datetime
    author: str
    origin: Origin
    digest: str
    added: int = 0
    changed: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of a procedure or a record type, and the revision that brought it."""

    item: Item
    revision: int


@dataclass(frozen=True, slots=True)
class CatalogueContent:
    """Everything, in the order in which it came."""

    revisions: tuple[Revision, ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def newest(self) -> int:
        """Number of the newest revision, also if its own row was lost; 0: there is none."""
        numbers = (*(revision.number for revision in self.revisions), *(entry.revision for entry in self.entries))
        return max(numbers, default=0)

    def at(self, revision: int) -> dict[Key, Item]:
        """Return the state after a revision."""
        return state_of(entry.item for entry in self.entries if entry.revision <= revision)

    def state(self) -> dict[Key, Item]:
        """Return the state now."""
        return self.at(self.newest)

    def with_revision(self, revision: Revision, items: Iterable[Item]) -> CatalogueContent:
        """Return the content with one more revision."""
        entries = (Entry(item, revision.number) for item in items)
        return CatalogueContent((*self.revisions, revision), (*self.entries, *entries))


def key_of(item: Item) -> Key:
    """Return what an item is a version of."""
    if isinstance(item, Procedure):
        return Key(Kind.PROCEDURE, item.code, item.valid_from)
    return Key(Kind.RECORD_TYPE, item.code)


def state_of(items: Iterable[Item]) -> dict[Key, Item]:
    """Return the newest of each; of versions of one code the later is the newer."""
    newest: dict[Key, Item] = {}
    for item in items:
        key = key_of(item)
        if key not in newest or newest[key].version < item.version:
            newest[key] = item
    return newest


def in_force(editions: Iterable[Procedure], day: date) -> Procedure | None:
    """Return the edition that counts on a day, of the newest versions of all editions of one code."""
    valid = [edition for edition in editions if is_valid(edition, day)]
    return max(valid, key=lambda edition: edition.valid_from or date.min, default=None)


def is_valid(procedure: Procedure, day: date) -> bool:
    """Tell whether a day is among those of a version that was not withdrawn."""
    begun = procedure.valid_from is None or procedure.valid_from <= day
    over = procedure.valid_until is not None and procedure.valid_until < day
    return begun and not over and not procedure.withdrawn
