"""Giving access tokens to clients that show a key of theirs (RFC 6749 section 4.4, RFC 7523 section 2.2)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from idverify.domain.assertions.access_token import client_of, token_claims
from idverify.domain.assertions.client_assertion import UsableAssertion, invalid, require_usable
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import AuditEntry, Client, ClientKey, RequestContext
from idverify.ports import ClientAssertions, Clock, Pseudonyms, Signer, Store, UnitOfWork
from idverify.services.calls.auditing import AuditService
from idverify.services.registry.directory import ClientDirectory

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_ACTION = "IssueToken"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token, and how many seconds it holds."""

    token: str = field(repr=False)
    seconds: int


@dataclass(frozen=True, slots=True)
class TokenService:
    """Gives tokens, and tells whose one is.

    Attributes:
        store: remembers which assertions were used.
        clock: the time.
        directory: who is registered.
        assertions: reads what clients sign.
        signer: signs tokens.
        pseudonyms: makes the digests by which used assertions are known.
        audit: where refusals are recorded.
        lifetime: of a token.
    """

    store: Store
    clock: Clock
    directory: ClientDirectory
    assertions: ClientAssertions
    signer: Signer
    pseudonyms: Pseudonyms
    audit: AuditService
    lifetime: timedelta

    @property
    def audiences(self) -> Collection[str]:
        """By what an assertion may mean this service: its issuer, and where it has an address, its token endpoint."""
        issuer = self.signer.issuer
        return {issuer, f"{issuer.rstrip('/')}/oauth2/token"} if "://" in issuer else {issuer}

    def issue(self, assertion: str, client_id: str) -> AccessToken:
        """Return a token for whoever signed an assertion.

        Args:
            assertion: JWT; used once.
            client_id: as stated besides; empty: not at all.

        Raises:
            DomainError: CLIENT_ASSERTION_INVALID; CLIENT_SUSPENDED, CLIENT_REVOKED, once the key was shown.
        """
        return self._token(*self._authenticated(assertion, client_id, _ACTION, issued=True))

    def authenticated(self, assertion: str, client_id: str, action: str) -> tuple[Client, ClientKey]:
        """Return who signed an assertion, and with which key; for what else a client shows its key.

        Args:
            assertion: JWT; used once.
            client_id: as stated besides; empty: not at all.
            action: by which a refusal is on the record.

        Raises:
            DomainError: as :meth:`issue`.
        """
        return self._authenticated(assertion, client_id, action, issued=False)

    def denied(self, client: Client, action: str, reason: Reason) -> None:
        """Record that a client that has shown its key was turned away all the same."""
        self.audit.denied(client.caller, action, reason, RequestContext())

    def issue_with(
        self, uow: UnitOfWork, client: Client, key: ClientKey, claims: Mapping[str, Any]
    ) -> tuple[AccessToken, str]:
        """Return a token for a client that has just shown its key, and an ID token that lives as long.

        That it was given is on the record with all else that the unit of work does.
        """
        now = int(self.clock.now().timestamp())
        until = now + int(self.lifetime.total_seconds())
        said = {"iss": self.signer.issuer, "iat": now, "exp": until, "jti": str(uuid.uuid4()), **claims}
        given = self._token(client, key), self.signer.sign_id_token(said)
        uow.audit.append(self._issued(client, key))
        return given

    def _authenticated(self, assertion: str, client_id: str, action: str, *, issued: bool) -> tuple[Client, ClientKey]:
        client = None
        try:
            client, key = self._signed_by(assertion, client_id)
            claims = self._read(assertion, key)
            usable = require_usable(claims, client.name, self.audiences, self.clock.now())
            _require_unbarred(client)
            self._use(client, key, usable, issued=issued)
        except DomainError as refusal:
            self.audit.denied(None if client is None else client.caller, action, refusal.reason, RequestContext())
            raise
        return client, key

    def _token(self, client: Client, key: ClientKey) -> AccessToken:
        now, token_id = self.clock.now(), str(uuid.uuid4())
        said = token_claims(self.signer.issuer, client.name, key.sha256, token_id, now, self.lifetime)
        return AccessToken(self.signer.sign_access_token(said), int(self.lifetime.total_seconds()))

    def shown_by(self, token: str) -> tuple[Client, ClientKey]:
        """Return whose token it is, as they are now, and with which key they got it.

        Raises:
            DomainError: TOKEN_INVALID.
        """
        claims = self.signer.own_access_token(token)
        found = claims and client_of(claims, self.signer.issuer, self.clock.now(), self.lifetime)
        known = found and self.with_key(*found)
        if not known:
            raise DomainError(Reason.TOKEN_INVALID, "this access token does not hold; ask for another one")
        return known

    def with_key(self, name: str, key_sha256: str) -> tuple[Client, ClientKey] | None:
        """Return a client and a key of it that holds now; None if it has it no more."""
        client, now = self.directory.get(name), self.clock.now()
        keys = [] if client is None else [k for k in client.keys if k.sha256 == key_sha256 and k.holds(now)]
        return (client, keys[0]) if client is not None and keys else None

    def _signed_by(self, assertion: str, client_id: str) -> tuple[Client, ClientKey]:
        try:
            name, key_id = self.assertions.named(assertion)
        except ValueError as error:
            raise invalid("FORM", f"the assertion is no JWT that names its client and its key: {error}") from None
        if client_id not in {"", name}:
            raise invalid("FORM", "client_id is another than that of the assertion")
        client, now = self.directory.get(name), self.clock.now()
        keys = [] if client is None else [key for key in client.keys if key.key_id == key_id and key.holds(now)]
        if client is None or not keys:
            raise invalid("KEY", "no client of this name has such a key that holds now")
        return client, keys[0]

    def _read(self, assertion: str, key: ClientKey) -> dict[str, object]:
        try:
            return self.assertions.read(assertion, key.jwk)
        except ValueError:
            raise invalid("SIGNATURE", "the assertion is not signed by the key that it names") from None

    def _use(self, client: Client, key: ClientKey, usable: UsableAssertion, *, issued: bool) -> None:
        """Note that an assertion was used, for as long as it could be used again, whatever the clock does meanwhile.

        That a token was given for it is on the record; that somebody polls is not.
        """
        digest = self.pseudonyms.sample_digest(f"client-assertion\0{client.name}\0{usable.assertion_id}".encode())
        with self.store.transaction() as uow:
            if uow.seen_samples.known([digest], _EVER):
                raise invalid("REPLAYED", "this assertion was used before: sign another one, with a new jti")
            uow.seen_samples.add([digest], usable.until)
            if issued:
                uow.audit.append(self._issued(client, key))

    def _issued(self, client: Client, key: ClientKey) -> AuditEntry:
        details: dict[str, str | int | float | bool | list[str]] = {"key_id": key.key_id, "key_sha256": key.sha256}
        return AuditEntry(self.clock.now(), client.name, _ACTION, "ISSUED", "", RequestContext(), details)


def _require_unbarred(client: Client) -> None:
    barred = client.caller.barred
    if barred is not None:
        raise DomainError(barred, "this client may not call")
