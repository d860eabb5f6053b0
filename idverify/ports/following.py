"""Several servers on one database: how one keeps up with what the others write."""

from __future__ import annotations

from typing import Protocol

from idverify.ports.timing import Deadline


class Following(Protocol):
    """Keeps what a server has in memory as new as the database."""

    @property
    def position(self) -> int:
        """How far this server has followed; whoever tells it to another server is answered from as new a state there.

        0: it works alone, and there is nothing to follow.
        """

    def catch_up(self, deadline: Deadline, at_least: int = 0) -> None:
        """Return when whatever was committed before it was called has been followed.

        Args:
            deadline: until when.
            at_least: a position that some server told of.

        Raises:
            DomainError: STORE_UNAVAILABLE, DEADLINE_EXCEEDED; NOT_FOLLOWED_YET if the database does not know the
                position, as one that fell behind another.
        """


class Alone:
    """Implements :class:`Following` for a server that works alone: all that is written, it writes itself."""

    position = 0

    def catch_up(self, deadline: Deadline, at_least: int = 0) -> None:
        """Return at once."""


ALONE: Following = Alone()
