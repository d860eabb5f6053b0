"""Registered client systems: who they are, what they may do, and whether they may do anything now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from idverify.domain.model.callers import Caller
from idverify.domain.reasons import Reason


class ClientState(Enum):
    """Whether a client may call."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


_BARRED = {ClientState.SUSPENDED: Reason.CLIENT_SUSPENDED, ClientState.REVOKED: Reason.CLIENT_REVOKED}


@dataclass(frozen=True, slots=True)
class ClientKey:
    """A public key by which a client is known without a certificate: it signs what it asks access tokens with.

    Attributes:
        key_id: by which the client names it, ``kid``.
        jwk: the public key, JSON (RFC 7517).
        sha256: of the key (DER, SubjectPublicKeyInfo), hexadecimal.
        until: when it ends.
        since: when it begins; None: it has.
    """

    key_id: str
    jwk: str = field(repr=False)
    sha256: str
    until: datetime
    since: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Tell whether the client is known by it at a time."""
        return now < self.until and (self.since is None or self.since <= now)


@dataclass(frozen=True, slots=True)
class ClientEntry:
    """What is said of a client when it is registered or changed: name, roles and limits; how it is known.

    By a certificate, by keys, or by both; an empty ``certificate``: by none.
    """

    may: Caller
    certificate: str
    keys: tuple[ClientKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    """One entry of the registry.

    Attributes:
        may: name, roles and limits; never barred: that is what ``state`` says.
        certificate: how it is known: ``sha256:`` and the fingerprint of its certificate, or ``name:`` and a name that
            the certificate carries; empty: by none.
        state: whether it may call.
        version: counts its changes from 1.
        created, updated: when it was registered, and last changed.
        from_file: it came from the clients file.
        keys: by which it is known besides.
    """

    may: Caller
    certificate: str
    state: ClientState
    version: int
    created: datetime
    updated: datetime
    from_file: bool = False
    keys: tuple[ClientKey, ...] = ()

    @property
    def name(self) -> str:
        """Its name, which never changes and is never given again."""
        return self.may.name

    @property
    def caller(self) -> Caller:
        """The client as it calls now."""
        barred = _BARRED.get(self.state)
        return self.may if barred is None else replace(self.may, barred=barred)

    @classmethod
    def registered(cls, entry: ClientEntry, now: datetime, *, from_file: bool = False) -> Client:
        """Return a new client."""
        return cls(entry.may, entry.certificate, ClientState.ACTIVE, 1, now, now, from_file, entry.keys)

    def as_entry(self, entry: ClientEntry, now: datetime) -> Client:
        """Return the next version, with what the entry says; its state stays."""
        known = replace(self, may=entry.may, certificate=entry.certificate, keys=entry.keys)
        return replace(known, version=self.version + 1, updated=now)

    def in_state(self, state: ClientState, now: datetime) -> Client:
        """Return the next version, in another state."""
        return replace(self, state=state, version=self.version + 1, updated=now)
