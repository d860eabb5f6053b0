"""What a server keeps in memory of the database, and has to bring to what that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from idverify.domain.errors import DomainError, Reason
from idverify.ports import Deadline, Gallery, HeldCatalogue, Store
from idverify.services.registry.directory import ClientDirectory

LONGEST_WAIT = 60.0
"""Seconds that anybody waits for who brings it there."""


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

    def fill(self, store: Store) -> None:
        """Bring clients and catalogue to what the database is. Raises DomainError STORE_UNAVAILABLE."""
        with store.reading() as view:
            self.clients.fill(view.clients.all())
            self.catalogue.hold(view.catalogue.content())


@contextmanager
def in_turn(turn: Lock, deadline: Deadline) -> Iterator[None]:
    """Take a turn for a block, which a call waits for.

    Raises:
        DomainError: DEADLINE_EXCEEDED, STORE_UNAVAILABLE.
    """
    if not turn.acquire(timeout=min(deadline.seconds_left(), LONGEST_WAIT)):
        deadline.check()
        raise not_caught_up()
    try:
        yield
    finally:
        turn.release()


def not_caught_up() -> DomainError:
    """Return the refusal of a call that would be answered from what is not new enough."""
    return DomainError(Reason.STORE_UNAVAILABLE, "this server has not caught up with its database yet; try again")
