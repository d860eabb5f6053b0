"""One biometric information record: a block of biometric data, and what is said about it (ISO/IEC 19785-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from matcher.formats.cbeff.subtypes import fingers_of
from matcher.types import FingerPosition

FINGER = "Finger"
LEVELS = ("Raw", "Intermediate", "Processed")
PURPOSES = ("Verify", "Identify", "Enroll", "EnrollVerify", "EnrollIdentify", "Audit")

_EXCEPTION = "EXCEPTION"


@dataclass(frozen=True, slots=True)
class RegistryId:
    """Who registered an identifier, and which: of formats, algorithms, products.

    Attributes:
        organization: the number of ISO/IEC 19785-2, 257 being ISO/IEC JTC 1/SC 37; MOSIP writes its name instead.
        type: the organization's number for it.
    """

    organization: str
    type: str


FINGER_IMAGE = RegistryId("Mosip", "7")
"""ISO/IEC 19794-4 under the number of SC 37's registry, with the organization that MOSIP writes."""

FINGER_MINUTIAE = RegistryId("Mosip", "2")
"""ISO/IEC 19794-2, likewise."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a sample is, by whose measure.

    Attributes:
        score: 0 to 100; None where it could not be computed.
        algorithm: the measure.
        failed: why it could not be computed.
    """

    score: int | None
    algorithm: RegistryId | None = None
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class Bir:
    """A simple BIR. What its block of data is, is told by the bytes; what is said here about it may be wrong.

    Attributes:
        bdb: the biometric data block; empty where there is none, as for a finger that is missing.
        modalities: ``Finger``, ``Face``, ``Iris``, ... as the standard spells them; empty if not stated.
        subtype: which one: of ``Left``, ``Right``, ``Thumb``, ``IndexFinger``, ``MiddleFinger``, ``RingFinger``,
            ``LittleFinger``; words that are none of these stand as they came.
        format: what the block claims to be.
        level: ``Raw``, ``Intermediate`` or ``Processed``.
        purpose: ``Enroll``, ``Verify``, ``Identify``, ``EnrollVerify``, ``EnrollIdentify`` or ``Audit``.
        quality: what is said of the sample.
        created: when the block was made, in UTC; one without a time zone is taken for UTC, as MOSIP writes it.
        index: UUID of the block.
        encrypted: whether the block is said to be encrypted.
        integrity: whether a security block is said to protect it.
        sb: the security block.
        others: what MOSIP says beside the standard, e.g. ``EXCEPTION`` = ``true`` for a finger that is missing.
    """

    bdb: bytes
    modalities: tuple[str, ...] = (FINGER,)
    subtype: tuple[str, ...] = ()
    format: RegistryId | None = None
    level: str | None = None
    purpose: str | None = None
    quality: Quality | None = None
    created: datetime | None = None
    index: str | None = None
    encrypted: bool = False
    integrity: bool = False
    sb: bytes = b""
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_finger(self) -> bool:
        """Whether it is said to be of fingers."""
        return FINGER in self.modalities

    @property
    def is_missing(self) -> bool:
        """Whether it says of a finger that it cannot be shown: as MOSIP says it, or by holding nothing."""
        return self.is_finger and (self.others.get(_EXCEPTION, "").lower() == "true" or not self.bdb)

    @property
    def fingers(self) -> tuple[FingerPosition, ...]:
        """The fingers that the subtype names; several for a slap, none if it does not say, or it is no finger."""
        return fingers_of(self.subtype) if self.is_finger else ()

    @property
    def position(self) -> FingerPosition:
        """The finger, if the subtype names exactly one; UNKNOWN otherwise."""
        fingers = self.fingers
        return fingers[0] if len(fingers) == 1 else FingerPosition.UNKNOWN
