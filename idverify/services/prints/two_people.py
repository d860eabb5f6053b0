"""A print that is like two people who are unlike each other was made of both: of two fingers' minutiae, or images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition, StoredTemplate
from idverify.ports import Biometrics
from idverify.services.prints.fingers import EnrolledFingers
from idverify.services.prints.searching import FoundPerson

SURELY_LIKE = 1e-6
"""False match rate up to which a print is like somebody by more than chance."""

UNLIKE = 1e-2
"""False match rate above which two enrolled fingers are of two people: prints of one finger seldom come so near it."""


def made_of_two(
    biometrics: Biometrics, templates_of: Callable[[str], Sequence[StoredTemplate]], suspects: Sequence[FoundPerson]
) -> FingerPosition | None:
    """Return the finger that is like two people who are unlike each other; None: there is none.

    Args:
        biometrics: compares.
        templates_of: gives what is enrolled of a person.
        suspects: whom the prints are like.
    """
    for one, other in combinations(suspects, 2):
        both = _fingers(one) & _fingers(other)
        enrolled = [EnrolledFingers(templates_of(person.subject_id)) for person in (one, other)] if both else []
        for position in sorted(both):
            prints = [fingers.prepared(biometrics, position) for fingers in enrolled]
            if min(biometrics.compare(each, prints[1]).fmr for each in prints[0]) > UNLIKE:
                return position
    return None


def refused_as_made_of_two(position: FingerPosition) -> DomainError:
    """Return the refusal, which does not say whom."""
    return DomainError(
        Reason.SAMPLE_IMPLAUSIBLE,
        "this print is like two people who are unlike each other; take a new impression from the finger itself",
        {"finger": position.name},
    )


def _fingers(person: FoundPerson) -> set[FingerPosition]:
    alike = {finger.position for finger in person.fingers if finger.likeness.fmr <= SURELY_LIKE}
    return alike - {FingerPosition.UNKNOWN}
