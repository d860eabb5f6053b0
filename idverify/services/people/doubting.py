"""What a finger gave while it was not settled whose it is: it is taken back when entries are merged, split or moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from idverify.domain.model import Citizen, CitizenPin
from idverify.ports import UnitOfWork
from idverify.services.citizens import require_unheld


def erase_pins(uow: UnitOfWork, people: Iterable[Citizen]) -> int:
    """Erase the PINs of people, and return how many there were: whoever set them may be somebody else.

    The version goes on, so that none that was set before can be put back unnoticed.

    Raises:
        DomainError: LEGAL_HOLD if there is one on somebody who has a PIN, under whichever of their entries.
    """
    before = [uow.pins.of(each.subject_id) for each in people]
    there = [pin for pin in before if pin is not None and pin.hashed]
    require_unheld(uow, *(pin.subject_id for pin in there))
    for pin in there:
        uow.pins.put(CitizenPin(pin.subject_id, "", pin.version + 1))
    return len(there)


def revoke_virtual(uow: UnitOfWork, citizen: Citizen, since: datetime | None, now: datetime) -> int:
    """Revoke the virtual numbers that were made since a time, and return how many: either person may have made them."""
    numbers = [each for each in uow.virtual_numbers.of(citizen.subject_id) if each.revoked is None]
    made = [each for each in numbers if since is None or each.created >= since]
    for each in made:
        uow.virtual_numbers.put(replace(each, version=each.version + 1, revoked=now))
    return len(made)
