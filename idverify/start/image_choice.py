"""Whether images are kept is decided before anybody is enrolled: not for some people one way, for others another."""

from __future__ import annotations

from idverify.domain.errors import SettingsError
from idverify.domain.model import AuditEntry, RequestContext
from idverify.ports import Clock
from idverify.start.check import State
from idverify.storage.store import SqlStore


def require_same_choice(state: State, *, keep: bool) -> None:
    """Require that the settings say what was decided for the people who are enrolled.

    Whoever was enrolled before there was a choice, was without images.

    Raises:
        SettingsError: they say something else; says what to do.
    """
    end = state.survey.end
    kept = bool(end and end.state and end.state.images_kept)
    if state.survey.people and kept != keep:
        raise SettingsError(_SINCE_THEN_KEPT if kept else _SINCE_THEN_NOT_KEPT)


def note_choice(store: SqlStore, clock: Clock, *, keep: bool) -> None:
    """Keep the choice with the register, and put in the trail that images are kept, or no longer."""
    kept = store.images_kept()
    if kept == keep:
        return
    with store.transaction() as uow:
        uow.audit.note_images_kept(keep)
        if kept or keep:
            outcome = "ON" if keep else "OFF"
            uow.audit.append(AuditEntry(clock.now(), "service", "KeepImages", outcome, "", RequestContext(), {}))


_SINCE_THEN_KEPT = (
    "keep_images: images are kept in this register, and the settings say that none are; set keep_images to true, or, "
    "with the service stopped, have all of them erased by 'idverify images off', which puts that in the audit trail"
)
_SINCE_THEN_NOT_KEPT = (
    "keep_images: people were enrolled in this register without their images, and the settings say that images are "
    "kept; set keep_images to false, or, with the service stopped, run 'idverify images on', which holds for whoever "
    "is enrolled afterwards and puts that in the audit trail"
)
