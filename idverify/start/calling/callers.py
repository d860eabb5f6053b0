"""Who may call: the registry, what the authority has revoked, and what has to be looked at again for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from idverify.access.callers import CertifiedCallers, local_caller
from idverify.access.changes import Changes
from idverify.access.clients_file import load_clients
from idverify.access.expiry import Expiring, ExpiryWatch
from idverify.access.known import KnownCallers
from idverify.access.revocation import Revocations
from idverify.domain.errors import SettingsError
from idverify.ports import UNWATCHED, Clock, Pseudonyms, Signer, Watch
from idverify.services.calls.auditing import AuditService
from idverify.services.registry.clients import ClientsService
from idverify.services.registry.tokens import TokenService
from idverify.settings import Settings
from idverify.start.housekeeping import Chore
from idverify.telemetry.troubles import Rarely

if TYPE_CHECKING:
    from idverify.access.officers.sign_in import OfficerSignIn

_LOG = logging.getLogger(__name__)
_LOOK_SECONDS = 2.0
_HOUR = 3600.0


def known_callers(
    settings: Settings,
    clients: ClientsService,
    tokens: TokenService,
    sign_in: OfficerSignIn | None,
    clock: Clock,
    watch: Watch = UNWATCHED,
) -> tuple[KnownCallers, Sequence[Chore]]:
    """Return what tells the caller of a call, and what keeps that up to date.

    Raises:
        SettingsError: a certificate or a revocation list cannot be used.
    """
    known = partial(
        KnownCallers,
        by_token=tokens.shown_by,
        with_key=tokens.with_key,
        sign_in=sign_in,
        page_client=settings.page_client,
    )
    if settings.clients_file is None or settings.tls_cert is None or settings.tls_client_ca is None:
        local = local_caller(settings.local_caller)
        return known(lambda _: local), []
    own = certificates(settings.tls_cert, "tls_cert")
    authorities = certificates(settings.tls_client_ca, "tls_client_ca")
    expiry = ExpiryWatch(clock, [*_expiring("server", own), *_expiring("authority", authorities)])
    watch.show(expiry.figures)
    file = Changes(settings.clients_file)
    chores = [
        Chore("reading the clients file", _LOOK_SECONDS, partial(_take_in, settings.clients_file, file, clients)),
        Chore("watching certificates expire", _HOUR, expiry.look, first=0.0),
    ]
    if settings.tls_client_crl is None:
        certified = CertifiedCallers(clients.directory.known_by, seen=expiry.seen)
        return known(certified.caller_of, seen=expiry.seen), chores
    revocations = Revocations(settings.tls_client_crl, authorities, clock)
    chores += [
        Chore("reading the revocation lists", _LOOK_SECONDS, revocations.look),
        Chore("watching revocation lists grow old", 60.0, partial(_tell_old, revocations, Rarely()), first=0.0),
    ]
    certified = CertifiedCallers(clients.directory.known_by, revocations.is_revoked, expiry.seen)
    return known(certified.caller_of, seen=expiry.seen), chores


def open_tokens(
    settings: Settings, clients: ClientsService, signer: Signer, pseudonyms: Pseudonyms, audit: AuditService
) -> TokenService:
    """Return what gives access tokens to registered clients."""
    lifetime = timedelta(seconds=settings.token_seconds)
    return TokenService(
        clients.store, clients.clock, clients.directory, clients.assertions, signer, pseudonyms, audit, lifetime
    )


def certificates(path: Path, setting: str) -> Sequence[x509.Certificate]:
    """Read certificates that gRPC can use.

    Raises:
        SettingsError: there is none, or one has a key of a kind that gRPC makes no connection with.
    """
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise SettingsError(f"{setting} cannot be used: {error.strerror}") from None
    except ValueError:
        raise SettingsError(f"{setting} cannot be used: {path} holds no certificate in PEM") from None
    for certificate in found:
        if isinstance(certificate.public_key(), Ed25519PublicKey | Ed448PublicKey):
            raise SettingsError(
                f"{setting} cannot be used: a certificate in {path} has an Ed25519 or Ed448 key, with which gRPC makes "
                "no connection; use ECDSA P-256 or RSA ('idverify certs' makes a set for trying out)"
            )
    return found


def _expiring(whose: str, found: Sequence[x509.Certificate]) -> Iterator[Expiring]:
    for each in found:
        yield Expiring(whose, each.fingerprint(SHA256()).hex(), each.not_valid_after_utc, whose)


def _take_in(path: Path, changes: Changes, clients: ClientsService) -> None:
    if changes.any():
        clients.take_in(load_clients(path))
        _LOG.info("clients file read")


def _tell_old(revocations: Revocations, trouble: Rarely) -> None:
    if number := revocations.out_of_date():
        if trouble.due(str(number)):
            _LOG.warning("a revocation list is out of date, and goes on to be used", extra={"lists": number})
    else:
        trouble.over()
