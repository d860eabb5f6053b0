"""The facts of law that a service goes by, and what is due by them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from idverify.domain.errors import SettingsError
from idverify.domain.findings import refuse
from idverify.domain.law.facts import LawFacts
from idverify.ports import Clock
from idverify.records.files import CatalogueError
from idverify.records.law import load_law
from idverify.services.law.retention import Due, look_up
from idverify.settings import Settings
from idverify.start.check import look
from idverify.storage.store import open_store


def law_of(settings: Settings) -> LawFacts:
    """Return the operator's facts, or those of the package. Raises SettingsError."""
    try:
        return load_law(settings.law_file)
    except CatalogueError as error:
        raise SettingsError(f"law_file: {error}") from None


def what_is_due(settings: Settings, clock: Clock) -> Sequence[Due]:
    """Return what has been kept for its time; nothing is changed, and the service need not be stopped.

    Raises:
        SettingsError: the facts cannot be used, or there is no register yet.
        DomainError: the database cannot be reached.
        StoredDataError: something is lost or was changed.
        OSError: a file cannot be read.
    """
    law = law_of(settings)
    state = look(settings, clock)
    refuse(state.findings)
    if state.keys is None or not state.begun:
        raise SettingsError("there is no register yet")
    with closing(open_store(settings.store_url, state.keys)) as store, store.reading() as view:
        return look_up(view, law, clock.now())
