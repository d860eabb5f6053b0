"""Who counts as another person: another client, with another key."""

from __future__ import annotations

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller


def require_another(approver: Caller, asker: str, asked_with: str) -> None:
    """Require that a caller is not the client that asked, nor holds the key with which it asked.

    One key may have several certificates, and a certificate may become another client's: neither makes two people.

    Args:
        approver: who approves.
        asker: name of the client that asked.
        asked_with: SHA-256 of the public key by which it was known then; empty: it showed no certificate.

    Raises:
        DomainError: CLIENT_NOT_AUTHORIZED, also where one of them showed no certificate: then nobody knows who it is.
    """
    shown = approver.presented
    if approver.name == asker or shown is None or not asked_with or shown.key_sha256 == asked_with:
        raise DomainError(
            Reason.CLIENT_NOT_AUTHORIZED,
            "nobody approves what they asked for; ask a second person, with a certificate of their own",
            {"cause": "SAME_CLIENT"},
        )
