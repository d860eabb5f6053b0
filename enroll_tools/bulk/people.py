"""Who is enrolled: the people of a list as it states them, or the subjects of a test set with made-up identities."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from enroll_tools.datasets import DatasetSample, Listing
from enroll_tools.synthetic.identities import Identity, make_identities


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be enrolled.

    Attributes:
        identity: number, name, birth date, sex.
        samples: all prints, in order.
        records: JSON file of the records to put, None: none.
        real: stated by a list, not made up; such people are told by lines of the list, not by names of files.
    """

    identity: Identity
    samples: tuple[DatasetSample, ...]
    records: Path | None = None
    real: bool = False


def group(listing: Listing, namespace: str) -> list[Person]:
    """Return the people in the order in which they first appear, each with all prints.

    Args:
        listing: of a test set, or of real people.
        namespace: from which the numbers of a test set's subjects follow.
    """
    by_subject: dict[str, list[DatasetSample]] = {}
    for sample in listing.samples:
        by_subject.setdefault(sample.subject, []).append(sample)
    if listing.people:
        return [_stated(number, listing, tuple(prints)) for number, prints in by_subject.items()]
    identities = make_identities(namespace, by_subject)
    return [Person(identities[subject], tuple(prints)) for subject, prints in by_subject.items()]


def _stated(number: str, listing: Listing, prints: tuple[DatasetSample, ...]) -> Person:
    stated = listing.people[number]
    identity = Identity(number, stated.full_name, stated.birth_date, stated.sex)
    return Person(identity, prints, stated.records, real=True)
