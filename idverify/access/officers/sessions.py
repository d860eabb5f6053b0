"""The sessions that officers are in: in memory, each known by a random id that is kept as its digest only.

A restart ends them all. A session ends when nothing is asked in it for a while, after a shift whatever is asked, when
the officer signs out, and when the provider says that they are none any more.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock

from idverify.access.officers.provider import Tokens
from idverify.domain.model import Officer

WITNESS_SECONDS = 120.0
"""That the word of a second officer lasts."""
_OF_ONE_OFFICER = 4
_RANDOM_BYTES = 32


@dataclass(slots=True)
class Witness:
    """A second officer who signed in at the counter of another, for one thing that is decided."""

    officer: Officer
    name: str
    target: str
    ticket: str = field(repr=False)
    until: float
    used_for: bytes = field(default=b"", repr=False)

    def may(self, target: str, digest: bytes) -> bool:
        """Tell whether a request may be made by this word: one about its target, and the same again."""
        if target != self.target or self.used_for not in {b"", digest}:
            return False
        self.used_for = digest
        return True


@dataclass(slots=True)
class Session:
    """One officer before one page.

    Attributes:
        officer: who.
        subject: as the provider names them.
        name: for showing only.
        csrf: what a page must send with what changes something.
        tokens: of the provider.
        begun, last_asked, checked: monotonic; when it began, when something was asked in it, when the provider was.
        witnesses: second officers, by what they decide on.
    """

    officer: Officer
    subject: str = field(repr=False)
    name: str = field(repr=False)
    csrf: str = field(repr=False)
    tokens: Tokens = field(repr=False)
    begun: float
    last_asked: float
    checked: float
    witnesses: dict[str, Witness] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """Seconds that a session lasts: without being used, and in all; and how many there are."""

    idle: float
    absolute: float
    most: int


class Sessions:
    """Keeps sessions; any thread."""

    def __init__(self, limits: SessionLimits, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self._monotonic = monotonic
        self._lock = Lock()
        self._by_digest: dict[bytes, Session] = {}

    def begin(self, officer: Officer, subject: str, name: str, tokens: Tokens) -> str:
        """Return the id of a new session; the longest unused make room for it, the officer's own first."""
        now, session_id = self._monotonic(), secrets.token_urlsafe(_RANDOM_BYTES)
        session = Session(officer, subject, name, secrets.token_urlsafe(_RANDOM_BYTES), tokens, now, now, now)
        with self._lock:
            self._drop_ended(now)
            own = [digest for digest, each in self._by_digest.items() if each.subject == subject]
            self._drop_oldest(own, _OF_ONE_OFFICER)
            self._drop_oldest(list(self._by_digest), self.limits.most)
            self._by_digest[_digest(session_id)] = session
        return session_id

    def get(self, session_id: str, *, asked: bool) -> Session | None:
        """Return a session that lasts; ``asked``: it is being used, and lasts on."""
        now = self._monotonic()
        with self._lock:
            session = self._by_digest.get(_digest(session_id))
            if session is None or self._ended(session, now):
                self._by_digest.pop(_digest(session_id), None)
                return None
            if asked:
                session.last_asked = now
            return session

    def end(self, session_id: str) -> Session | None:
        """End a session and return what it was."""
        with self._lock:
            return self._by_digest.pop(_digest(session_id), None)

    def seconds_left(self, session: Session) -> float:
        """Return for how long a session lasts at most."""
        return self._end(session) - self._monotonic()

    def add_witness(self, session: Session, officer: Officer, name: str, target: str) -> None:
        """Note the word of a second officer in the session of the first; it replaces one about the same."""
        now = self._monotonic()
        witness = Witness(officer, name, target, secrets.token_urlsafe(_RANDOM_BYTES), now + WITNESS_SECONDS)
        with self._lock:
            live = {about: each for about, each in session.witnesses.items() if each.until > now}
            session.witnesses = live | {target: witness}

    def witness(self, session: Session, *, target: str = "", ticket: str = "") -> Witness | None:
        """Return the word of a second officer about something, or by its ticket, while it lasts."""
        now = self._monotonic()
        with self._lock:
            for each in session.witnesses.values():
                named = each.target == target if target else hmac.compare_digest(each.ticket.encode(), ticket.encode())
                if named and each.until > now:
                    return each
        return None

    def as_witness(self, witness: Witness) -> Officer:
        """Return the second officer, bound to what the word is about, once."""

        def may(target: str, digest: bytes) -> bool:
            with self._lock:
                return witness.may(target, digest)

        return replace(witness.officer, ticket=may)

    def due(self, seconds: float) -> list[tuple[bytes, Session]]:
        """Return the sessions about which the provider was not asked for so long, with what to change them by."""
        now = self._monotonic()
        with self._lock:
            self._drop_ended(now)
            return [(digest, each) for digest, each in self._by_digest.items() if now - each.checked >= seconds]

    def renewed(self, digest: bytes, officer: Officer | None, tokens: Tokens | None) -> None:
        """Note what the provider said of an officer; None: they are none any more, which ends the session."""
        with self._lock:
            session = self._by_digest.get(digest)
            if session is None:
                return
            if officer is None or tokens is None:
                del self._by_digest[digest]
                return
            session.officer, session.tokens, session.checked = officer, tokens, self._monotonic()

    def _end(self, session: Session) -> float:
        """Return when a session ends whatever is asked; without a refresh token, with the access token."""
        shift = session.begun + self.limits.absolute
        return shift if session.tokens.refresh else min(shift, session.tokens.until)

    def _ended(self, session: Session, now: float) -> bool:
        return now >= self._end(session) or now - session.last_asked >= self.limits.idle

    def _drop_ended(self, now: float) -> None:
        self._by_digest = {d: each for d, each in self._by_digest.items() if not self._ended(each, now)}

    def _drop_oldest(self, digests: list[bytes], most: int) -> None:
        """Leave room for one more of these."""
        digests.sort(key=lambda digest: self._by_digest[digest].last_asked)
        for digest in digests[: max(0, len(digests) - most + 1)]:
            del self._by_digest[digest]


def _digest(session_id: str) -> bytes:
    return hashlib.sha256(session_id.encode()).digest()
