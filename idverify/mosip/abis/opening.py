"""The queue as the settings have it."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

from idverify.access.callers import local_caller
from idverify.domain.errors import DomainError, Reason, SettingsError
from idverify.domain.model import Caller
from idverify.mosip.abis.broker import Address, Broker
from idverify.mosip.abis.fetching import Fetcher
from idverify.mosip.abis.operations import Operations
from idverify.mosip.abis.serving import Abis
from idverify.mosip.abis.unsealing import key_in, unsealed
from idverify.rpc.servicers.all import performer_of
from idverify.services.application import Application
from idverify.settings import Settings
from idverify.trust.secret_file import KeyFileError, read_secret_file


def broker_of(settings: Settings, application: Application) -> Broker:
    """Return the queue. Raises SettingsError if a file cannot be used."""
    unseal = None if settings.mosip_key_file is None else partial(unsealed, key=key_in(settings.mosip_key_file))
    operations = Operations(
        application.references,
        application.reference_search,
        application.reference_reading,
        Fetcher(settings.mosip_fetch_hosts, unseal),
        application.store,
        application.clock,
    )
    caller = partial(_caller, settings, application)
    abis = Abis(operations, performer_of(application), caller, application.foreground, application.watch)
    return Broker(abis, address_of(settings), settings.mosip_workers)


def address_of(settings: Settings) -> Address:
    """Return where the broker is. Raises SettingsError if the password cannot be read."""
    parts = urlsplit(settings.mosip_broker)
    try:
        file = settings.mosip_broker_password_file
        password = "" if file is None else read_secret_file(file).decode().strip()
    except KeyFileError as error:
        raise SettingsError(f"mosip_broker_password_file cannot be used: {error}") from None
    except (OSError, ValueError):
        raise SettingsError("mosip_broker_password_file cannot be read") from None
    return Address(
        parts.hostname or "",
        parts.port or 0,
        parts.scheme == "stomp+tls",
        settings.mosip_broker_ca,
        settings.mosip_broker_user,
        password,
        settings.mosip_requests,
        settings.mosip_answers,
    )


def _caller(settings: Settings, application: Application) -> Caller:
    """Return who MOSIP is: a client of the registry; without TLS whoever is on this machine."""
    if settings.clients_file is None:
        return local_caller(settings.local_caller)
    client = application.clients.directory.get(settings.mosip_client)
    if client is None:
        raise DomainError(Reason.CLIENT_UNKNOWN, "mosip_client is not registered")
    return client.caller
