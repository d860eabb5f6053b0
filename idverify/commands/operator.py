"""What the operator runs on the host of the service: settings from options, and the server itself."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idverify.commands.session import UsageError, refusals
from idverify.domain.errors import DomainError, SettingsError, StoredDataError
from idverify.loading import loading

if TYPE_CHECKING:
    from idverify.settings import Settings

Config = Annotated[Path | None, typer.Option(envvar="IDVERIFY_CONFIG", help="TOML file with settings.")]
DataDir = Annotated[Path | None, typer.Option(help="Folder of database and keys; made if missing.")]


def serve(
    config: Config = None,
    data_dir: DataDir = None,
    listen: Annotated[str | None, typer.Option(help="HOST:PORT to listen on; port 0 takes any free one.")] = None,
    http: Annotated[
        str | None, typer.Option(help="HOST:PORT of the same calls by HTTP and JSON; off if missing.")
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate of the server, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key, PEM.")] = None,
    tls_client_ca: Annotated[Path | None, typer.Option(help="Who issues the clients' certificates, PEM.")] = None,
    clients_file: Annotated[Path | None, typer.Option(help="TOML file of the known clients and their roles.")] = None,
) -> None:
    """Run the service until SIGTERM. Without certificates it listens on this machine only.

    Every setting can also come from the environment (IDVERIFY_DATA_DIR, ...) or from --config; options win.
    """
    with refusals(as_json=False):
        settings = host_settings(
            config,
            data_dir=data_dir,
            listen=listen,
            http=http,
            tls_cert=tls_cert,
            tls_key=tls_key,
            tls_client_ca=tls_client_ca,
            clients_file=clients_file,
        )
        # Loaded here: the matcher's libraries take a second that no other command needs to spend.
        with loading():
            from idverify.serving import serve as run  # noqa: PLC0415

        try:
            run(settings)
        except (SettingsError, DomainError, StoredDataError) as error:
            raise UsageError(str(error)) from error
    _leave()


def _leave() -> None:
    """End the process. All is closed; Python would take seconds to clear away what gRPC holds, and nobody waits."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


@contextmanager
def on_the_host() -> Iterator[None]:
    """Say what is wrong with settings, keys or database of this host. Raises UsageError."""
    try:
        yield
    except (SettingsError, DomainError, StoredDataError) as error:
        raise UsageError(str(error)) from error


def host_settings(config: Path | None, **options: Any) -> Settings:
    """Return the settings of the service on this host. Raises UsageError."""
    # What validates them takes a third of the time in which a command of the client starts.
    from idverify.settings import load_settings  # noqa: PLC0415

    try:
        return load_settings(config, **options)
    except SettingsError as error:
        raise UsageError(str(error)) from None
