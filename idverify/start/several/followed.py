"""What a server keeps in memory of the database, and has to bring to what that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idverify.domain.errors import DomainError, Reason
from idverify.ports import Gallery, HeldCatalogue
from idverify.services.registry.directory import ClientDirectory

LONGEST_WAIT = 60.0
"""Seconds that a call waits for another one that brings it there."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What a server keeps in memory of the database.

    Attributes:
        gallery: whom searches find.
        catalogue, clients: as they are.
        compare: brings the gallery to what the database is, whatever it was.
    """

    gallery: Gallery
    catalogue: HeldCatalogue
    clients: ClientDirectory
    compare: Callable[[], object]


def not_caught_up() -> DomainError:
    """Return the refusal of a call that would be answered from what is not new enough."""
    return DomainError(Reason.STORE_UNAVAILABLE, "this server has not caught up with its database yet; try again")
