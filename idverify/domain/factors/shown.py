"""What is shown of a citizen besides their fingers."""

from __future__ import annotations

from dataclasses import dataclass, field

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
class FactorsShown:
    """What was shown in a transaction besides fingers, and checked.

    Attributes:
        pin: the citizen's PIN.
    """

    pin: bool = False

    @property
    def factors(self) -> frozenset[Factor]:
        """All factors, with a finger that matches."""
        return BY_FINGER | ({Factor.PIN} if self.pin else set())


NOTHING_BESIDES = FactorsShown()
