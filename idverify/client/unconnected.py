"""Why no connection came about: gRPC says it in the words of its TLS, and says the same of different things."""

from __future__ import annotations

from idverify.client.connection import Tls

_NO_CONNECTION = "failed to connect"
_OF_THE_SERVER = {
    "WRONG_VERSION_NUMBER": "the server has no TLS: call it without, or another one",
    "Hostname Verification Check failed": "the server's certificate is for another name or address than this",
    "CERTIFICATE_VERIFY_FAILED": "the server's certificate is not of the authority that is trusted, or is out of date",
}
_ENDED = ("Socket closed", "Connection reset", "Broken pipe")
"""Said alike where TLS is missing and where the server refuses a certificate."""


def explained(details: str, tls: Tls | None) -> str:
    """Return what gRPC said, after what is wrong with the connection where that can be told.

    Args:
        details: of a call that was UNAVAILABLE.
        tls: with what it was made.
    """
    if _NO_CONNECTION not in details:
        return details
    found = next((said for mark, said in _OF_THE_SERVER.items() if mark in details), "")
    if not found and any(mark in details for mark in _ENDED):
        found = _refused(tls)
    return f"{found} ({details})" if found else details


def _refused(tls: Tls | None) -> str:
    if tls is None:
        return "the server ended the connection: it wants TLS"
    if tls.certificate is None:
        return "the server ended the connection: it wants a certificate of the caller"
    return "the server ended the connection: it does not take the caller's certificate"
