"""When a chip card counts: it is what its issuer signed, it is valid, and it is the citizen's."""

from __future__ import annotations

import hmac
from datetime import date

from idverify.domain.errors import DomainError, Reason
from idverify.domain.factors.shown import CardSaid

MOST_SECURITY_OBJECT = 32 * 1024
MOST_DATA_GROUP = 48 * 1024
"""Bytes; what is read of a chip is smaller, but for pictures, which are not asked for."""


def require_valid_card(said: CardSaid, citizen_number: str, today: date) -> None:
    """Require that a card is the citizen's, by the number that they bear now, and has not ended.

    Raises:
        DomainError: CARD_MISMATCH; CARD_INVALID with the part ``expired``.
    """
    if not hmac.compare_digest(said.holder.citizen_number, citizen_number):
        raise DomainError(
            Reason.CARD_MISMATCH, "the card is of another citizen, or of a number that is not theirs any more"
        )
    if said.holder.expires is not None and said.holder.expires < today:
        raise card_invalid("expired")


def card_invalid(part: str, data_group: str = "") -> DomainError:
    """Return the refusal; ``part`` names what does not fit, ``data_group`` of which number."""
    return DomainError(
        Reason.CARD_INVALID,
        "what was read of the chip is not what its issuer signed, or is valid no more; read it again",
        {"part": part, **({"data_group": data_group} if data_group else {})},
    )


def card_unavailable() -> DomainError:
    """Return the refusal of any card where nobody's are trusted."""
    return DomainError(Reason.CARD_READS_UNAVAILABLE, "this service trusts no issuer of cards; show another factor")
