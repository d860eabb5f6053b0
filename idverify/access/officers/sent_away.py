"""Whom we sent to the provider: kept by their own browser, sealed, so that strangers who begin can push nobody out."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from threading import Lock

from cryptography.fernet import Fernet, InvalidToken

WAIT_SECONDS = 600
_MOST_RETURNED = 10_000
"""States of ways that ended and are not taken again; the oldest may go, as the provider takes a code once too."""


@dataclass(frozen=True, slots=True)
class SentAway:
    """Somebody who was sent to the provider.

    Attributes:
        state: that the answer states.
        nonce, verifier: that belong to the answer.
        return_to: path of the page to come back to.
        second_for: what a second officer is to give their word for; empty: for none.
        at: seconds since 1970.
    """

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    return_to: str
    second_for: str
    at: int


class WaysToTheProvider:
    """Seals what a browser keeps until it comes back, and opens it once; any thread.

    A start of the service ends all ways: its key is of the process alone.

    Args:
        monotonic: seconds.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._fernet = Fernet(Fernet.generate_key())
        self._monotonic = monotonic
        self._lock = Lock()
        self._returned: dict[bytes, None] = {}

    def sealed(self, sent: SentAway) -> str:
        """Return what the browser keeps: ASCII without signs that a cookie may not have."""
        plain = json.dumps(asdict(sent)).encode()
        return self._fernet.encrypt_at_time(plain, self._now()).decode()

    def returned(self, state: str, browser: str) -> SentAway | None:
        """Return who comes back with a state, once, from the browser that was sent with it, and in time; else None."""
        try:
            plain = self._fernet.decrypt_at_time(browser.encode(), WAIT_SECONDS, self._now())
        except InvalidToken:
            return None
        sent = SentAway(**json.loads(plain))
        if not hmac.compare_digest(sent.state.encode(), state.encode()):
            return None
        return sent if self._remember(state) else None

    def _remember(self, state: str) -> bool:
        """Return whether this state comes back for the first time."""
        digest = hashlib.sha256(state.encode()).digest()
        with self._lock:
            if digest in self._returned:
                return False
            self._returned[digest] = None
            if len(self._returned) > _MOST_RETURNED:
                del self._returned[next(iter(self._returned))]
        return True

    def _now(self) -> int:
        return int(self._monotonic())
