"""Who calls, by whatever a call shows: the one place that makes a caller of a certificate or a token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from idverify.access.expiry import CLIENT_KEY, Expiring
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, Client, ClientKey, Credentials, Presented

if TYPE_CHECKING:
    from idverify.access.officers.sign_in import OfficerSignIn

ByToken = Callable[[str], tuple[Client, ClientKey]]
"""From an access token to the client, as it is now, and its key. Raises DomainError TOKEN_INVALID."""


@dataclass(frozen=True, slots=True)
class KnownCallers:
    """Tells callers.

    Attributes:
        by_certificate: from a certificate, PEM, or None, to the caller.
        by_token: from a token.
        with_key: from a client's name and the digest of a key to the client, if it has that key now.
        seen: told of every key by which a client calls.
        sign_in: tells the callers of pages by their sessions; None: nobody signs in.
        page_client: name of the client of the pages, who is known by nothing else; empty: there is none.
    """

    by_certificate: Callable[[bytes | None], Caller]
    by_token: ByToken
    with_key: Callable[[str, str], tuple[Client, ClientKey] | None]
    seen: Callable[[Expiring], None] = lambda _: None
    sign_in: OfficerSignIn | None = None
    page_client: str = ""

    def caller_of(self, shown: Credentials) -> Caller:
        """Return the caller, as the registry has it at this moment; barred, if it may do nothing now.

        Raises:
            DomainError: CLIENT_UNKNOWN; TOKEN_INVALID, also where a token comes with another client's certificate;
                SESSION_ENDED, CSRF_TOKEN_WRONG.
        """
        if shown.token is None and self.sign_in is not None and shown.by_http:
            if shown.session is not None:
                return self.sign_in.caller_of(shown.session)
            if shown.certificate is None:
                raise DomainError(Reason.CLIENT_UNKNOWN, "sign in, or show a certificate or an access token")
        caller = self._by_itself(shown)
        if caller.name == self.page_client:
            raise DomainError(Reason.CLIENT_UNKNOWN, "the client of the pages is known by officers who sign in only")
        return caller

    def _by_itself(self, shown: Credentials) -> Caller:
        if shown.token is None:
            return self.by_certificate(shown.certificate)
        caller = self._calling(*self.by_token(shown.token))
        if shown.certificate is not None and self.by_certificate(shown.certificate).name != caller.name:
            raise DomainError(Reason.TOKEN_INVALID, "this access token is another client's than the certificate")
        return caller

    def caller_again(self, name: str, presented: Presented | None) -> Caller:
        """Return a client as it is now that was known by something before.

        Raises:
            DomainError: CLIENT_UNKNOWN, TOKEN_INVALID: it is not known by that any more.
        """
        if presented is None or presented.certificate:
            return self.by_certificate(presented.certificate if presented else None)
        known = self.with_key(name, presented.key_sha256)
        if known is None:
            raise DomainError(Reason.TOKEN_INVALID, "the client has no such key any more")
        return self._calling(*known)

    def _calling(self, client: Client, key: ClientKey) -> Caller:
        self.seen(Expiring(client.name, key.sha256, key.until, CLIENT_KEY))
        return replace(client.caller, presented=Presented(b"", key.sha256))
