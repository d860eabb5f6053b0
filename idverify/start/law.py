"""The facts of law that a service goes by, and what is due by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.errors import SettingsError
from idverify.domain.findings import refuse
from idverify.domain.law.facts import LawFacts
from idverify.ports import Clock, UnitOfWork
from idverify.records.catalogue import LiveCatalogue
from idverify.records.files import CatalogueError
from idverify.records.law import load_law
from idverify.services.law.register import Register, register_of
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
    with _register(settings, clock) as view:
        return look_up(view, law, clock.now())


def processing(settings: Settings, clock: Clock) -> Register:
    """Return the register of processing as of today; nothing is changed, and the service need not be stopped.

    Raises:
        SettingsError, DomainError, StoredDataError, OSError: as :func:`what_is_due`.
    """
    law, today = law_of(settings), day_in_viet_nam(clock.now())
    catalogue = LiveCatalogue(lambda: today)
    with _register(settings, clock) as view:
        catalogue.hold(view.catalogue.content())
        clients = view.clients.all()
    return register_of(catalogue.procedures(), catalogue.record_types(), clients, law, today)


@contextmanager
def _register(settings: Settings, clock: Clock) -> Iterator[UnitOfWork]:
    state = look(settings, clock)
    refuse(state.findings)
    if state.keys is None or not state.begun:
        raise SettingsError("there is no register yet")
    with closing(open_store(settings.store_url, state.keys)) as store, store.reading() as view:
        yield view
