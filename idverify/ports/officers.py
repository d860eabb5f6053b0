"""Officers who sign in to a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from idverify.domain.model import Officer, ShownSession


@dataclass(frozen=True, slots=True)
class SignInBegun:
    """Where to send the officer, and what their browser keeps meanwhile."""

    location: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignInEnded:
    """How a sign-in ended.

    Attributes:
        return_to: path of the page that it began on.
        problem: why nobody signed in: DENIED, NO_ROLE or FAILED; empty: somebody did.
        session_id: of the session that began; empty: none did.
        witness: it was for the word of a second officer.
    """

    return_to: str
    problem: str = ""
    session_id: str = field(default="", repr=False)
    witness: bool = False


@dataclass(frozen=True, slots=True)
class SessionShown:
    """What a page is told of its session; ``idle``: seconds that it lasts without being used."""

    officer: Officer
    name: str = field(repr=False)
    csrf: str = field(repr=False)
    expires: datetime
    idle: int


@dataclass(frozen=True, slots=True)
class WitnessShown:
    """What a page is told of a second officer who signed in for it."""

    officer: Officer
    name: str = field(repr=False)
    ticket: str = field(repr=False)
    expires: datetime


class OfficerDoor(Protocol):
    """Lets officers sign in and out. What asks the provider takes seconds."""

    @property
    def protected(self) -> bool:
        """Whether pages are reached by TLS, so that cookies are for it alone."""

    def begin(self, return_to: str, second_for: str, shown: ShownSession | None) -> SignInBegun:
        """Send an officer to the provider.

        Args:
            return_to: path of the page to come back to.
            second_for: id of what a second officer is to give their word for at the page of the first; empty: none.
            shown: session of the page.

        Raises:
            DomainError: SIGN_IN_FAILED; SESSION_ENDED where there is no session for a second officer to be in.
        """

    def finish(self, answer: dict[str, str], browser: str, shown: ShownSession | None, peer: str) -> SignInEnded:
        """Take what the provider sent an officer back with.

        Args:
            answer: the query.
            browser: what the browser kept.
            shown: session that it is in already; a new one takes its place.
            peer: address of the browser.

        Raises:
            DomainError: SIGN_IN_FAILED if nobody was sent there from this browser.
        """

    def session(self, shown: ShownSession | None) -> SessionShown | None:
        """Return what a page may know of its session; None: there is none."""

    def witness(self, shown: ShownSession | None, target: str) -> WitnessShown | None:
        """Return the word of a second officer about something; None: there is none (any more)."""

    def end(self, shown: ShownSession | None) -> str:
        """End a session; return where to send the browser to sign out of the provider too; empty: nowhere.

        Raises:
            DomainError: SESSION_ENDED, CSRF_TOKEN_WRONG.
        """
