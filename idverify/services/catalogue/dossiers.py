"""A dossier keeps the version of its procedure that it began with, however often the catalogue changes meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from idverify.domain.assertions.confirmation import LONGEST
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.model import Dossier, Procedure
from idverify.ports import Catalogue, Clock, Store, UnitOfWork
from idverify.services.calls.call import Call


def procedure_for(view: UnitOfWork, catalogue: Catalogue, call: Call) -> Procedure:
    """Return the procedure that a call names, in the version that its dossier began with, or that of today.

    Raises:
        DomainError: PROCEDURE_NOT_FOUND.
    """
    dossier = _named(call)
    version = None if dossier is None else view.dossiers.version(dossier)
    return catalogue.procedure(call.context.procedure_code, version)


def note_dossier(uow: UnitOfWork, clock: Clock, call: Call, procedure: Procedure) -> None:
    """Note by which version the dossier that a call names began, in the transaction that goes by it."""
    dossier = _named(call)
    if dossier is not None:
        uow.dossiers.note(dossier, procedure.version, day_in_viet_nam(clock.now()))


@dataclass(frozen=True, slots=True)
class ClosedDossiers:
    """Forgets dossiers that nobody named for as long as one may be open."""

    store: Store
    clock: Clock

    def sweep(self) -> None:
        """Do it once."""
        with self.store.transaction() as uow:
            uow.dossiers.forget(day_in_viet_nam(self.clock.now() - LONGEST))


def _named(call: Call) -> Dossier | None:
    context = call.context
    if not context.dossier_code:
        return None
    return Dossier(context.agency_code or call.caller.name, context.procedure_code, context.dossier_code)
