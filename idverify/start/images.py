"""Deciding anew whether images are kept: the operator does, on the record; and erasing what is kept no longer."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from idverify.domain.errors import SettingsError
from idverify.domain.findings import refuse
from idverify.domain.model import AuditEntry, RequestContext
from idverify.domain.visible_text import has_hidden, is_blank
from idverify.ports import Clock, Deadline, Store, UnitOfWork
from idverify.services.calls.auditing import Details
from idverify.services.citizens import held_entries
from idverify.services.foreground import Foreground
from idverify.settings import Settings
from idverify.start.check import look
from idverify.start.instance_lock import only_instance
from idverify.start.opening import locked
from idverify.storage.store import open_store

LONGEST_REASON = 300

_BATCH = 50
"""Images that are erased in one transaction: some megabytes, so that nobody waits long for the database."""

_BATCHES = 20
"""Transactions of one turn: then other chores have theirs."""

_PATIENCE_SECONDS = 1.0
"""That erasing waits for calls at most, before each transaction."""


@dataclass(frozen=True, slots=True)
class Choice:
    """For how many it was decided.

    Attributes:
        citizens: who were enrolled.
        images: that were kept of them.
        held: of those images, how many are of citizens under a legal hold.
    """

    citizens: int
    images: int
    held: int = 0


def switch_images(settings: Settings, clock: Clock, reason: str, *, keep: bool) -> Choice:
    """Decide anew. The server must be stopped.

    Switched off, the next start erases every image but those of citizens under a legal hold; switched on, those of
    later enrolments are kept.

    Args:
        settings: of the service; what they say of images is not asked.
        clock: the time.
        reason: why; goes to the audit trail, and names nobody.
        keep: whether images are kept from now on.

    Raises:
        SettingsError: no register is there, it is so already, or the reason is none; or a server is running.
        DomainError: the database cannot be reached.
        StoredDataError: something is lost or was changed; nothing is decided before that is mended.
        OSError: a file cannot be read.
    """
    if is_blank(reason) or has_hidden(reason) or len(reason) > LONGEST_REASON:
        raise SettingsError(f"the reason must be a text of 1 to {LONGEST_REASON} characters")
    with only_instance(settings.data_dir):
        lock = locked(settings, clock)
        try:
            return _switch(settings, clock, reason, keep=keep)
        finally:
            lock.close()


def erase_unkept(store: Store, clock: Clock, foreground: Foreground, life: Deadline) -> None:
    """Erase some images, in several transactions; what is left, the next turn erases, or the next service.

    Those of citizens under a legal hold stay until it is released.

    Raises:
        DomainError, StoredDataError: the database cannot be written; DEADLINE_EXCEEDED: the service ends.
    """
    with store.reading() as view:
        left = _counted(view, held_entries(view))[0]
    for _ in range(_BATCHES if left else 0):
        life.check()
        foreground.give_way(_PATIENCE_SECONDS)
        with store.transaction() as uow:
            entries = held_entries(uow)
            erased = uow.images.erase_some(_BATCH, entries)
            left, held = _counted(uow, entries)
            details: Details = {"images": erased, "left": left}
            if held:
                details["held"] = held
            uow.audit.append(AuditEntry(clock.now(), "service", "EraseImages", "ERASED", "", RequestContext(), details))
        if not left:
            return


def _counted(view: UnitOfWork, held: frozenset[str]) -> tuple[int, int]:
    """Return how many images may be erased, and how many are of citizens under a legal hold."""
    under_hold = view.images.count(held)
    return view.images.count() - under_hold, under_hold


def _switch(settings: Settings, clock: Clock, reason: str, *, keep: bool) -> Choice:
    state = look(settings, clock)
    refuse(state.findings)
    if not state.begun or state.keys is None:
        raise SettingsError("there is no register yet; the setting keep_images decides at its first start")
    with closing(open_store(settings.store_url, state.keys)) as store:
        if bool(store.images_kept()) == keep:
            raise SettingsError("it is so already: images are kept" if keep else "it is so already: none are kept")
        with store.transaction() as uow:
            choice = Choice(uow.subjects.count(), uow.images.count(), uow.images.count(held_entries(uow)))
            uow.audit.note_images_kept(keep)
            details: Details = {
                "reason": reason,
                "citizens": choice.citizens,
                "images": choice.images,
            }
            outcome = "ON" if keep else "OFF"
            uow.audit.append(AuditEntry(clock.now(), "operator", "KeepImages", outcome, "", RequestContext(), details))
    return choice
