"""Several servers on one database: how one keeps up with what the others write."""

from __future__ import annotations

from typing import Protocol

from idverify.ports.timing import Deadline


class Following(Protocol):
    """Keeps what a server has in memory as new as the database."""

    @property
    def position(self) -> int:
        """How new an answer is that is given now; a server that has followed so far answers from as new a state.

        0: it works alone, and there is nothing to follow.
        """

    @property
    def behind(self) -> bool:
        """Whether the database may know what this server does not: a call asks it first then."""

    @property
    def followed(self) -> int:
        """How far this server has followed: all is in its memory that was committed up to there.

        But for its gallery, which searches wait for.
        """

    def leads(self) -> bool:
        """Tell whether this server does now what is done once for all. Raises DomainError STORE_UNAVAILABLE."""

    def catch_up(self, deadline: Deadline) -> None:
        """Return when whatever was committed before it was called has been followed, but for the gallery.

        Raises:
            DomainError: STORE_UNAVAILABLE, DEADLINE_EXCEEDED.
        """

    def catch_up_gallery(self, deadline: Deadline) -> None:
        """Return when the gallery has followed that too: what a search waits for, and nobody else.

        Raises:
            DomainError: STORE_UNAVAILABLE, DEADLINE_EXCEEDED.
        """


class Alone:
    """Implements :class:`Following` for a server that works alone: all that is written, it writes itself."""

    position = followed = 0
    behind = False

    def leads(self) -> bool:
        """Return True."""
        return True

    def catch_up(self, deadline: Deadline) -> None:
        """Return at once."""

    def catch_up_gallery(self, deadline: Deadline) -> None:
        """Return at once."""


ALONE: Following = Alone()
