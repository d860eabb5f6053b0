"""Importing, exporting and comparing the catalogue; effective with the next call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idverify.domain.catalogue.changes import Change, changes, merged, new_versions
from idverify.domain.catalogue.content import CatalogueContent, Key, Kind, Origin, Revision, State
from idverify.domain.catalogue.drafts import Draft, FileFormat
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Procedure
from idverify.ports import CatalogueExchange, Clock, HeldCatalogue, Store
from idverify.services.calls.approved import stale
from idverify.services.calls.auditing import entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.refusing import Concern
from idverify.services.catalogue.revising import revision_details, revision_of


@dataclass(frozen=True, slots=True)
class Import:
    """A file, and how it is to be taken.

    Attributes:
        file_format: what it is.
        data: its bytes.
        complete: it holds all procedures there are to be; others are withdrawn.
        expected_revision: refused if the catalogue is at another; None: whichever.
    """

    file_format: FileFormat
    data: bytes
    complete: bool = False
    expected_revision: int | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changes, or would: ``revision`` the newest afterwards, as of before if nothing is different."""

    revision: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class CatalogueService:
    """Keeps the catalogue."""

    store: Store
    catalogue: HeldCatalogue
    exchange: CatalogueExchange
    clock: Clock

    def try_import(self, call: Call, given: Import) -> Imported:
        """Return what an import would change; nothing does.

        Raises:
            DomainError: CATALOGUE_INVALID, FIELD_INVALID, VERSION_MISMATCH.
        """
        draft = self.exchange.read(given.file_format, given.data, call.deadline.check)
        call.deadline.check()
        with self.store.reading() as view:
            content = view.catalogue.content()
        before, after = self._states(call, content, given, draft)
        return Imported(content.newest, tuple(changes(before, after, call.deadline.check)))

    def import_(self, call: Call, given: Import, encode: Callable[[Imported], bytes]) -> bytes:
        """Take a file in, all of it or nothing.

        Raises:
            DomainError: CATALOGUE_INVALID, FIELD_INVALID, VERSION_MISMATCH, ACT_STALE, REQUEST_REPLAYED.
        """

        def work(_: Concern) -> bytes:
            draft = self.exchange.read(given.file_format, given.data, call.deadline.check)
            call.deadline.check()
            with self.store.transaction(alone=True) as uow:
                content = uow.catalogue.content()
                _require_as_approved(call, content)
                before, after = self._states(call, content, given, draft)
                items = new_versions(before, after, call.deadline.check)
                different = changes(before, after, call.deadline.check)
                revision = revision_of(
                    content, different, self.clock.now(), call.caller.name, Origin.IMPORT, draft.digest
                )
                if items:
                    uow.catalogue.add(revision, items)
                    uow.audit.append(entry(self.clock, call, "IMPORTED", details=revision_details(revision)))
                    content = content.with_revision(revision, items)
                body = encode(Imported(content.newest, tuple(different)))
                remember(uow, call, body, None)
            self.catalogue.hold(content)
            return body

        return answer_once(self.store, self.clock, call, work)

    def export(self, call: Call, file_format: FileFormat, revision: int | None, kind: Kind | None) -> bytes:
        """Return the catalogue as a file: what counts, and what will; nothing that was withdrawn.

        Args:
            call: as made.
            file_format: of the file.
            revision: as it was after that one; None: as it is.
            kind: only procedures, or only record types; None: both, where the format holds both.

        Raises:
            DomainError: FIELD_INVALID without such a revision, CATALOGUE_INVALID if the format cannot hold it.
        """
        state = self._state(call, revision)
        kinds = {kind} if kind else set(Kind)
        items = [state[key] for key in sorted(state, key=_in_order) if key.kind in kinds]
        return self.exchange.write(file_format, (i for i in items if not (isinstance(i, Procedure) and i.withdrawn)))

    def history(self, call: Call) -> list[Revision]:
        """Return all revisions, the newest first."""
        return list(reversed(self._content(call).revisions))

    def difference(self, call: Call, before: int, after: int | None) -> list[Change]:
        """Return what differs between two revisions; ``before`` 0: nothing; ``after`` None: as it is.

        Raises:
            DomainError: FIELD_INVALID without such a revision.
        """
        content = self._content(call)
        _require(content, before, "before_revision")
        newest = content.newest if after is None else _require(content, after, "after_revision")
        return changes(content.at(before), content.at(newest))

    def versions(self, call: Call, code: str) -> list[Procedure]:
        """Return every version of a procedure, the newest first. Raises DomainError PROCEDURE_NOT_FOUND."""
        entries = self._content(call).entries
        found = [e.item for e in entries if isinstance(e.item, Procedure) and e.item.code == code]
        if not found:
            raise DomainError(Reason.PROCEDURE_NOT_FOUND, "there is no procedure with this code; list them")
        return found[::-1]

    def _states(self, call: Call, content: CatalogueContent, given: Import, draft: Draft) -> tuple[State, State]:
        if given.expected_revision not in {None, content.newest}:
            raise DomainError(
                Reason.VERSION_MISMATCH,
                "the catalogue is at another revision; look at what changed",
                {"current_version": str(content.newest)},
            )
        if given.complete and not any(isinstance(item, Procedure) for item in draft.items):
            message = "a whole catalogue has procedures; this file has none, and all would be withdrawn"
            raise DomainError(Reason.FIELD_INVALID, message, {"field": "complete"})
        before = content.state()
        after = merged(before, draft.items, complete=given.complete, check=call.deadline.check)
        self.exchange.require_sound(after, draft, call.deadline.check)
        return before, after

    def _state(self, call: Call, revision: int | None) -> State:
        content = self._content(call)
        return content.state() if revision is None else content.at(_require(content, revision, "revision"))

    def _content(self, call: Call) -> CatalogueContent:
        call.deadline.check()
        with self.store.reading() as view:
            return view.catalogue.content()


def _require_as_approved(call: Call, content: CatalogueContent) -> None:
    """Require that the catalogue is the one that two people looked at: what a file changes depends on it.

    Raises:
        DomainError: ACT_STALE.
    """
    approval = call.approval
    if approval is not None and any(revision.time > approval.asked for revision in content.revisions):
        raise stale(approval.act_id)


def _require(content: CatalogueContent, revision: int, field: str) -> int:
    if not 0 <= revision <= content.newest:
        message = f"{field} must be a revision, 0 to {content.newest}"
        raise DomainError(Reason.FIELD_INVALID, message, {"field": field})
    return revision


def _in_order(key: Key) -> tuple[str, str, str]:
    return key.kind.value, key.code, key.valid_from.isoformat() if key.valid_from else ""
