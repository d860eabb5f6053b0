"""What is shown of a citizen besides their fingers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from idverify.domain.assurance import BY_FINGER, Factor


@dataclass(frozen=True, slots=True)
class CitizenPin:
    """What a citizen knows: the hash of their PIN, which nobody else can make of it.

    Attributes:
        subject_id: whose.
        hashed: with the parameters it was made with (PHC string).
        version: counts how often it was set, from 1.
    """

    subject_id: str
    hashed: str = field(repr=False)
    version: int = 1


@dataclass(frozen=True, slots=True)
class CardRead:
    """What a reader read of a chip: EF.SOD, and data groups by number."""

    security_object: bytes = field(repr=False)
    data_groups: Mapping[int, bytes] = field(repr=False)

    @property
    def sha256(self) -> str:
        """Digest of the security object, which holds those of all data groups: hexadecimal."""
        return hashlib.sha256(self.security_object).hexdigest()


@dataclass(frozen=True, slots=True)
class CardHolder:
    """Whom a card is of, as its machine readable zone has it.

    Attributes:
        citizen_number: 12 digits.
        name: a line of letters and fillers, without marks.
        birth: YYMMDD, month and day with fillers where they are not known.
        sex: M, F, X, or a filler.
        expires: the last day; None: without an end.
    """

    citizen_number: str = field(repr=False)
    name: str = field(repr=False)
    birth: str = field(repr=False)
    sex: str = field(repr=False)
    expires: date | None


@dataclass(frozen=True, slots=True)
class CardSaid:
    """What a card says, found to be as its issuer signed it; ``sha256``: of the hashes that are signed."""

    holder: CardHolder
    issuer: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CardShown:
    """That a card of the citizen was read.

    Attributes:
        issuer: name of the trusted certificate on which it rests.
        sha256: of the hashes that its issuer signed, hexadecimal: names the card.
        device_id: the registered device that vouches for the reading; empty: none does.
        differing: fields by which the citizen's own data are others than the card's.
    """

    issuer: str
    sha256: str
    device_id: str = ""
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactorsShown:
    """What was shown in a transaction besides fingers, and checked.

    Attributes:
        pin: the citizen's PIN.
        card: the citizen's chip card; None: none.
    """

    pin: bool = False
    card: CardShown | None = None

    @property
    def factors(self) -> frozenset[Factor]:
        """All factors, with a finger that matches."""
        shown = {Factor.PIN: self.pin, Factor.IDENTITY_CARD: self.card is not None}
        return BY_FINGER.union(factor for factor, there in shown.items() if there)


NOTHING_BESIDES = FactorsShown()
