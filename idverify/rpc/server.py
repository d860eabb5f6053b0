"""The server process: listens, serves, and goes in good order."""

from __future__ import annotations

from idverify.settings import Settings


def serve(settings: Settings) -> None:
    """Build the application and serve it until SIGTERM or SIGINT; return when calls in flight have ended.

    Logs one JSON object a line to stderr. The line ``"message": "listening"`` has the ``address`` with the port bound.

    Raises:
        SettingsError: the certificates or the clients file cannot be used, or the address cannot be listened on.
        DomainError, StoredDataError, ExtractorUnavailableError, OSError: as :func:`idverify.bootstrap.build`.
    """
    raise NotImplementedError(settings)
