"""Passive authentication (ICAO Doc 9303, part 11, 5.1): what was read of a chip is what its issuer signed.

A copy of a chip passes as well: that it is no copy is shown by active or chip authentication, which is not done here.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from asn1crypto import core
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from idverify.domain.errors import DomainError
from idverify.domain.factors.cards import card_invalid, card_unavailable
from idverify.domain.factors.mrz import holder_in
from idverify.domain.model import CardRead, CardSaid
from idverify.trust.cards.issuers import HASHES, issuer_of
from idverify.trust.cards.layout import LdsSecurityObject, mrz_of, signed_data
from idverify.trust.cards.signature import checked

_MALFORMED = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError, UnsupportedAlgorithm),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
)
"""What asn1crypto and cryptography raise at what is malformed: more than their own errors."""

_AHEAD = timedelta(days=1)
"""A signer states a day, and its clock is another's."""

_LONGEST_NAME = 200


class ChipCards:
    """Implements the port ``CardReader``."""

    def __init__(self, trusted: Sequence[x509.Certificate]) -> None:
        self._trusted = tuple(trusted)

    @property
    def offered(self) -> bool:
        """Whether anybody's cards are trusted."""
        return bool(self._trusted)

    def read(self, card: CardRead, now: datetime) -> CardSaid:
        """Return whom a card is of, once all that was read of it was found to be as it was signed.

        Raises:
            DomainError: CARD_READS_UNAVAILABLE; CARD_INVALID, with the part that does not fit.
        """
        if not self._trusted:
            raise card_unavailable()
        try:
            return self._read(card, now)
        except DomainError:
            raise
        except _MALFORMED:
            raise card_invalid("form") from None

    def _read(self, card: CardRead, now: datetime) -> CardSaid:
        signed = checked(signed_data(card.security_object))
        if signed.time is not None and signed.time > now + _AHEAD:
            raise card_invalid("validity")
        issuer = issuer_of(signed.signer, self._trusted, signed.time or now)
        _require_as_signed(LdsSecurityObject.load(signed.content, strict=True), card.data_groups)
        if 1 not in card.data_groups:
            raise card_invalid("data_group_missing", "1")
        try:
            holder = holder_in(mrz_of(card.data_groups[1]))
        except ValueError:
            raise card_invalid("layout", "1") from None
        name = issuer.subject.rfc4514_string()[:_LONGEST_NAME]
        # Of what is signed: octets around it can be changed at will.
        which = hashlib.sha256(signed.content).hexdigest()
        return CardSaid(holder, "".join(c for c in name if c.isprintable()), which)


def _require_as_signed(signed: core.Sequence, given: Mapping[int, bytes]) -> None:
    algorithm = signed["hash_algorithm"]["algorithm"].native
    if algorithm not in HASHES:
        raise card_invalid("algorithm")
    known: dict[int, bytes] = {}
    for one in signed["hashes"]:
        if one["number"].native in known:
            raise card_invalid("form")
        known[one["number"].native] = one["hash"].native
    for number, content in given.items():
        found = hashlib.new(algorithm, content).digest()
        if not hmac.compare_digest(known.get(number, b""), found):
            raise card_invalid("data_group", str(number))
