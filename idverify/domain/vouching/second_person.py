"""Who counts as another person: another officer who signed in, or another client with another key."""

from __future__ import annotations

from dataclasses import dataclass

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller
from idverify.domain.vouching.officers import same_officer


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked for something, as far as that was known.

    Attributes:
        client: name of the client.
        key_sha256: of the public key by which it was known; empty: it showed none.
        officer_id: as stated, or as signed in.
        signed_in: the officer had signed in.
    """

    client: str
    key_sha256: str
    officer_id: str
    signed_in: bool


def require_another(approver: Caller, asker: Asker) -> None:
    """Require that whoever approves is another person than who asked.

    Two officers who signed in are two people, be it before pages of one client. Otherwise it takes two clients, of
    which each showed a key of its own or an officer who signed in: one key may have several certificates, and a
    certificate may become another client's; neither makes two people. An officer who signed in approves nothing that
    was asked for in their name.

    Raises:
        DomainError: CLIENT_NOT_AUTHORIZED, also where one of them showed nothing: then nobody knows who it is.
    """
    officer, shown = approver.officer, approver.presented
    if officer is not None and asker.officer_id and same_officer(officer.officer_id, asker.officer_id):
        raise DomainError(
            Reason.CLIENT_NOT_AUTHORIZED,
            "no officer approves what they asked for; ask a second one",
            {"cause": "SAME_OFFICER"},
        )
    if officer is not None and asker.signed_in:
        return
    known = officer is not None or shown is not None
    by_same_key = shown is not None and shown.key_sha256 == asker.key_sha256
    if approver.name == asker.client or not known or not (asker.key_sha256 or asker.signed_in) or by_same_key:
        raise DomainError(
            Reason.CLIENT_NOT_AUTHORIZED,
            "nobody approves what they asked for; ask a second person, with a certificate or a sign-in of their own",
            {"cause": "SAME_CLIENT"},
        )
