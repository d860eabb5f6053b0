"""Officers who sign in: the provider, and the sessions of pages, as the settings have them."""

from __future__ import annotations

import ssl
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from joserfc.jwk import ECKey, RSAKey

from idverify.access.officers.claims import ClaimNames
from idverify.domain.errors import Reason, SettingsError
from idverify.domain.model import AuditEntry, RequestContext
from idverify.services.calls.auditing import SIGNED_IN, AuditService, Details
from idverify.services.registry.clients import ClientsService
from idverify.settings import Settings
from idverify.start.housekeeping import Chore, Housekeeper
from idverify.trust.secret_file import read_secret_file

if TYPE_CHECKING:
    from idverify.access.officers.sign_in import OfficerSignIn

CALLBACK_PATH = "/sign-in/callback"
"""Where the provider sends officers back to, below the address of the pages."""

_LOOK_SECONDS = 15.0


def open_sign_in(
    settings: Settings, clients: ClientsService, audit: AuditService, undo: ExitStack
) -> OfficerSignIn | None:
    """Return what lets officers sign in, and begin asking the provider again about who has; None: nobody signs in.

    Raises:
        SettingsError: the key, the secret or the authority of the provider cannot be used.
    """
    if not settings.oidc_issuer:
        return None
    # A quarter of a second, which only who has a provider pays.
    from idverify.access.officers.provider import Provider, ProviderAccess  # noqa: PLC0415
    from idverify.access.officers.sessions import SessionLimits, Sessions  # noqa: PLC0415
    from idverify.access.officers.sign_in import OfficerSignIn, Recorder  # noqa: PLC0415

    access = ProviderAccess(
        settings.oidc_issuer,
        settings.oidc_client_id,
        _secret(settings),
        settings.page_url + CALLBACK_PATH,
        settings.oidc_scope,
        _tls(settings.oidc_ca_file),
    )
    names = ClaimNames(
        settings.oidc_officer_claim,
        settings.oidc_agency_claim,
        settings.oidc_roles_claim,
        settings.oidc_roles,
    )
    limits = SessionLimits(60.0 * settings.session_idle_minutes, 3600.0 * settings.session_hours, settings.sessions)
    sign_in = OfficerSignIn(
        Provider(access, clients.clock),
        Sessions(limits),
        names,
        settings.page_url,
        partial(clients.directory.get, settings.page_client),
        clients.clock,
        Recorder(partial(_record, settings.page_client, clients), partial(_denied, audit)),
    )
    seconds = 60.0 * settings.session_recheck_minutes
    again = Chore("asking about officers", min(_LOOK_SECONDS, seconds), partial(sign_in.check_again, seconds))
    housekeeper = Housekeeper("officers", [again])
    housekeeper.start()
    undo.callback(housekeeper.close)
    return sign_in


def _record(page_client: str, clients: ClientsService, action: str, outcome: str, context: RequestContext) -> None:
    details: Details = {"known_by": "session", "officer_proof": SIGNED_IN}
    entry = AuditEntry(clients.clock.now(), page_client, action, outcome, "", context, details)
    with clients.store.transaction() as uow:
        uow.audit.append(entry)


def _denied(audit: AuditService, reason: Reason, context: RequestContext, peer: str) -> None:
    audit.denied(None, "SignIn", reason, context, peer)


def _secret(settings: Settings) -> ECKey | RSAKey | str | None:
    from idverify.access.officers.provider import private_key  # noqa: PLC0415

    try:
        if settings.oidc_client_key_file is not None:
            return private_key(_read(settings.oidc_client_key_file))
        if settings.oidc_client_secret_file is not None:
            return _read(settings.oidc_client_secret_file).strip()
    except OSError as error:
        raise SettingsError(f"oidc_client_key_file or oidc_client_secret_file: {error.strerror}") from None
    except ValueError as error:
        raise SettingsError(f"oidc_client_key_file: {error}") from None
    return None


def _read(path: Path) -> str:
    """Return a secret that nobody else can read."""
    return read_secret_file(path).decode()


def _tls(authority: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=authority)
    except OSError as error:
        raise SettingsError(f"oidc_ca_file cannot be used: {error}") from None
