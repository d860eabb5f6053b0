"""Who is enrolled: the subjects of a test set, each with a made-up identity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from enroll_tools.datasets import DatasetSample
from enroll_tools.synthetic.identities import Identity, make_identities


@dataclass(frozen=True, slots=True)
class Person:
    """A subject of a test set, to be enrolled."""

    identity: Identity
    samples: tuple[DatasetSample, ...]


def group(samples: Sequence[DatasetSample], namespace: str) -> list[Person]:
    """Return the people of a test set in the order in which they first appear, each with all prints."""
    by_subject: dict[str, list[DatasetSample]] = {}
    for sample in samples:
        by_subject.setdefault(sample.subject, []).append(sample)
    identities = make_identities(namespace, by_subject)
    return [Person(identities[subject], tuple(prints)) for subject, prints in by_subject.items()]
