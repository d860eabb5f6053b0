"""The catalogue port: what counts today, and records held against their schemas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.resources.abc import Traversable
from threading import Lock

from idverify.domain.catalogue.content import CatalogueContent, Origin, Revision, in_force
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Procedure, RecordType
from idverify.records.files import load_files
from idverify.records.schema_bounds import SchemaInvalidError
from idverify.records.soundness import schema_of
from idverify.trust.strict_json import StrictJsonError, parse_strict

LARGEST_RECORD = 64 * 1024
"""Bytes of UTF-8. A record is a page of a register, not a scan of it."""


def load_catalogue(folder: Traversable | None = None) -> LiveCatalogue:
    """Load and check a folder, as a catalogue by itself.

    Args:
        folder: where its files are; None: the catalogue that comes with the package.

    Raises:
        CatalogueError: a file is missing, malformed, or names something that does not exist.
    """
    draft = load_files(folder)
    catalogue = LiveCatalogue(lambda: day_in_viet_nam(datetime.now(UTC)))
    revision = Revision(1, datetime.now(UTC), "", Origin.FILES, draft.digest)
    catalogue.hold(CatalogueContent().with_revision(revision, draft.items))
    return catalogue


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """One content, indexed; never changed."""

    revision: int = 0
    versions: dict[tuple[str, int], Procedure] = field(default_factory=dict)
    editions: dict[str, list[Procedure]] = field(default_factory=dict)
    record_types: dict[str, RecordType] = field(default_factory=dict)

    @classmethod
    def of(cls, content: CatalogueContent) -> _Held:
        items = sorted(content.state().values(), key=lambda item: item.code)
        editions: dict[str, list[Procedure]] = {}
        for item in items:
            if isinstance(item, Procedure):
                editions.setdefault(item.code, []).append(item)
        versions = {(e.item.code, e.item.version): e.item for e in content.entries if isinstance(e.item, Procedure)}
        return cls(
            content.newest, versions, editions, {item.code: item for item in items if isinstance(item, RecordType)}
        )


class LiveCatalogue:
    """Implements the port ``HeldCatalogue``; thread-safe: what it holds is exchanged whole.

    Args:
        today: the day in Viet Nam, which decides what is in force.
    """

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today
        self._held = _Held()
        self._listed: tuple[_Held, date, tuple[Procedure, ...]] = self._held, date.min, ()
        self._exchanging = Lock()

    def hold(self, content: CatalogueContent) -> None:
        """Answer from this from now on; an older content than is held changes nothing."""
        held = _Held.of(content)
        with self._exchanging:
            if held.revision >= self._held.revision:
                self._held = held

    def procedures(self) -> tuple[Procedure, ...]:
        """Return all procedures that are in force today, by code; as long as they are the same, the same tuple."""
        held, today, listed = self._held, self._today(), self._listed
        if listed[:2] != (held, today):
            found = (in_force(editions, today) for editions in held.editions.values())
            self._listed = listed = held, today, tuple(procedure for procedure in found if procedure is not None)
        return listed[2]

    def procedure(self, code: str, version: int | None = None) -> Procedure:
        """Return the version that is in force today, or that version, whatever its days.

        Raises:
            DomainError: PROCEDURE_NOT_FOUND.
        """
        held = self._held
        if version is not None:
            found = held.versions.get((code, version))
        else:
            found = in_force(held.editions.get(code, ()), self._today())
        if found is None:
            raise DomainError(
                Reason.PROCEDURE_NOT_FOUND, "there is no procedure with this code, or none in force; list them"
            )
        return found

    def knows(self, code: str) -> bool:
        """Tell whether there is such a procedure, in force or not."""
        return code in self._held.editions

    def record_types(self) -> list[RecordType]:
        """Return all record types, by code."""
        return list(self._held.record_types.values())

    def record_type(self, code: str) -> RecordType:
        """Return one. Raises DomainError RECORD_TYPE_NOT_FOUND."""
        found = self._held.record_types.get(code)
        if found is None:
            raise DomainError(Reason.RECORD_TYPE_NOT_FOUND, "there is no record type with this code; list them")
        return found

    def validate(self, record_type: str, json_text: str) -> None:
        """Check a record against its schema.

        Raises:
            DomainError: RECORD_TYPE_NOT_FOUND; RECORD_INVALID, with the JSON path and never the value.
        """
        kind = self.record_type(record_type)
        # A character takes one byte at least: what has too many is not worth encoding.
        if len(json_text) > LARGEST_RECORD or len(json_text.encode(errors="replace")) > LARGEST_RECORD:
            raise DomainError(Reason.RECORD_INVALID, f"a record has at most {LARGEST_RECORD} bytes", {"path": "$"})
        try:
            record = parse_strict(json_text)
        except StrictJsonError as error:
            raise DomainError(Reason.RECORD_INVALID, str(error), {"path": "$"}) from None
        try:
            faults = schema_of(kind.json_schema).faults(record)
        except SchemaInvalidError as error:  # taken by an earlier release
            facts = {"path": "$", "rule": "schema"}
            advice = f"the schema of record type {record_type} cannot be used, import it anew: {error}"
            raise DomainError(Reason.RECORD_INVALID, advice, facts) from None
        if faults:
            first = {"path": faults[0].path, "rule": faults[0].keyword}
            raise DomainError(Reason.RECORD_INVALID, "; ".join(map(str, faults)), first)
