"""The catalogue at a start: what the register holds, and what the operator's files say anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idverify.domain.catalogue.changes import changes, merged, new_versions
from idverify.domain.catalogue.content import CatalogueContent, Origin
from idverify.domain.catalogue.drafts import Draft
from idverify.domain.model import AuditEntry, RequestContext
from idverify.ports import Clock, HeldCatalogue, Store, UnitOfWork
from idverify.services.catalogue.revising import revision_details, revision_of


@dataclass(frozen=True, slots=True)
class Files:
    """A catalogue in files.

    Attributes:
        origin: whose they are.
        read: reads and checks them. Raises SettingsError.
    """

    origin: Origin
    read: Callable[[], Draft]


def open_catalogue(store: Store, catalogue: HeldCatalogue, clock: Clock, files: Files) -> None:
    """Hold what the register holds; take the files in if it holds nothing, or if the operator's say something new.

    The operator's files are a whole catalogue: procedures that they do not name are withdrawn.

    Raises:
        SettingsError: the files are wrong.
        DomainError: STORE_UNAVAILABLE, STORE_NOT_WRITABLE.
    """
    with store.reading() as view:
        content = view.catalogue.content()
    if not content.revisions or files.origin is Origin.FILES:
        draft = files.read()
        if draft.digest != _taken_in_last(content, files.origin):
            with store.transaction(alone=True) as uow:
                content = uow.catalogue.content()  # of several servers another one may have been here first
                if draft.digest != _taken_in_last(content, files.origin):
                    content = _take_in(uow, clock, content, files.origin, draft)
    catalogue.hold(content)


def _taken_in_last(content: CatalogueContent, origin: Origin) -> str | None:
    return next((r.digest for r in reversed(content.revisions) if r.origin is origin), None)


def _take_in(
    uow: UnitOfWork, clock: Clock, content: CatalogueContent, origin: Origin, draft: Draft
) -> CatalogueContent:
    before = content.state()
    after = merged(before, draft.items, complete=True)
    revision = revision_of(content, changes(before, after), clock.now(), "operator", origin, draft.digest)
    items = new_versions(before, after)
    uow.catalogue.add(revision, items)
    # That there is a catalogue is nobody's act; that it is another one is.
    if origin is not Origin.PACKAGE:
        details = revision_details(revision)
        uow.audit.append(
            AuditEntry(revision.time, "operator", "ImportCatalogue", "IMPORTED", "", RequestContext(), details)
        )
    return content.with_revision(revision, items)
