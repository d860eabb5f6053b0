"""Certificates that expire soon: told in the log a month, a week and a day before, and when it has come to that."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from idverify.ports import Clock, Figure, Shown

_LOG = logging.getLogger(__name__)

DAYS = (30, 7, 1, 0)
CLIENT_KEY = "client_key"
_SOON, _EXPIRED = "a certificate expires soon", "a certificate has expired"
_KEY_SOON, _KEY_EXPIRED = "a client's key expires soon", "a client's key has expired"


@dataclass(frozen=True, slots=True)
class Expiring:
    """Whose certificate it is, which, and until when it is valid; ``kind``: what they are, where nobody is named."""

    whose: str
    sha256: str
    until: datetime
    kind: str = "client"


class ExpiryWatch:
    """Tells each certificate once at each of the :data:`DAYS`; any thread."""

    def __init__(self, clock: Clock, own: Iterable[Expiring] = ()) -> None:
        self._clock = clock
        self._lock = Lock()
        self._known = {each.sha256: each for each in own}
        self._told: dict[str, int] = {}

    def seen(self, certificate: Expiring) -> None:
        """Watch a certificate by which a client has called."""
        with self._lock:
            self._known.setdefault(certificate.sha256, certificate)

    def figures(self) -> Sequence[Figure]:
        """Return when the first certificate expires, of every kind that is known: in seconds, negative if it has."""
        now = self._clock.now()
        with self._lock:
            known = list(self._known.values())
        kinds = sorted({each.kind for each in known})
        firsts = {kind: min(each.until for each in known if each.kind == kind) for kind in kinds}
        return [Figure(Shown.EXPIRES_IN, (until - now).total_seconds(), kind) for kind, until in firsts.items()]

    def look(self) -> None:
        """Tell what is due."""
        now = self._clock.now()
        with self._lock:
            known = list(self._known.values())
        for each in known:
            due = [days for days in DAYS if each.until - now <= timedelta(days=days)]
            if due and self._told.get(each.sha256, DAYS[0] + 1) > due[-1]:
                self._told[each.sha256] = due[-1]
                soon, expired = (_KEY_SOON, _KEY_EXPIRED) if each.kind == CLIENT_KEY else (_SOON, _EXPIRED)
                message = soon if each.until > now else expired
                days_left = max(0, (each.until - now).days)
                facts = {"certificate": each.whose, "certificate_sha256": each.sha256, "days": days_left}
                _LOG.warning(message, extra=facts)
