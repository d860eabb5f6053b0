"""Who is compared with whom when several fingers or several impressions make one claim.

*Fingers.* Every k fingers of a database are taken for one person. Mated: two impressions of the person, impression i of
every finger with impression j. Non-mated: two persons who share no finger, in every order of the second one's fingers.
With one finger that is every pair of impressions. *Impressions.* Every m impressions of a finger are enrolled; its
others are mated probes, those of all other fingers non-mated ones. Where a database has too many persons or choices of
impressions, a sample of them is drawn, always the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, permutations
from math import comb, factorial

import numpy as np
from numpy.typing import NDArray

from enroll_tools.datasets import DatasetError
from matcher.comparison.fusion import combine_fingers, combine_impressions

MOST_PEOPLE = 1500
"""Persons, and pairs of persons, of one database that are compared."""

MOST_ENROLMENTS = 100
"""Choices of enrolled impressions that are tried for every finger."""

SEED = 2026

Rates = NDArray[np.float64]
Fingers = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """False match rates claimed, one a comparison.

    Attributes:
        mated: float64, shape (g,).
        non_mated: float64, shape (i,).
    """

    mated: Rates
    non_mated: Rates


@dataclass(frozen=True, slots=True)
class Attempt:
    """One person's fingers against another's, or against their own: which prints meet.

    Attributes:
        probe: (finger, impression) of each finger.
        reference: likewise.
    """

    probe: tuple[tuple[int, int], ...]
    reference: tuple[tuple[int, int], ...]


def table(fingers: Sequence[str], numbers: Sequence[int]) -> NDArray[np.int64]:
    """Lay a database out: int64, shape (fingers, impressions): where each print stands in the list.

    Impressions that not every finger has are left out.

    Args:
        fingers: the finger of every print.
        numbers: its impression number within the finger.

    Raises:
        DatasetError: fewer than two fingers, or fewer than two impressions that all of them have.
    """
    found = {(finger, number): k for k, (finger, number) in enumerate(zip(fingers, numbers, strict=True))}
    names = list(dict.fromkeys(fingers))
    common = [n for n in sorted(set(numbers)) if all((name, n) in found for name in names)]
    if len(names) < 2 or len(common) < 2:
        raise DatasetError("fusion needs two fingers, and two impressions that every finger has")
    return np.array([[found[name, n] for n in common] for name in names])


def mated_attempts(fingers: int, impressions: int, count: int) -> Iterator[Attempt]:
    """Yield two impressions of every person of ``count`` fingers."""
    for person in _people(fingers, count):
        for i, j in combinations(range(impressions), 2):
            yield _attempt(person, i, person, j)


def non_mated_attempts(fingers: int, impressions: int, count: int) -> Iterator[Attempt]:
    """Yield every impression of one person with every impression of another."""
    for one, other in _strangers(fingers, count):
        for i in range(impressions):
            for j in range(impressions):
                yield _attempt(one, i, other, j)


def claims_by_fingers(rates: Rates, count: int) -> Claims:
    """Fuse so many fingers.

    Args:
        rates: float64, shape (fingers, impressions, fingers, impressions): FMR claimed of every two prints.
        count: fingers of a person; a database with fewer than twice as many has no two strangers.
    """
    fingers, impressions = rates.shape[:2]
    sides = (mated_attempts(fingers, impressions, count), non_mated_attempts(fingers, impressions, count))
    mated, non_mated = (np.fromiter((_fused(rates, attempt) for attempt in side), np.float64) for side in sides)
    return Claims(mated, non_mated)


def claims_by_impressions(rates: Rates, count: int) -> Claims:
    """Enrol so many impressions of a finger; fewer than there are.

    Args:
        rates: see :func:`claims_by_fingers`.
        count: impressions enrolled.
    """
    fingers, impressions = rates.shape[:2]
    mated, non_mated = [], []
    for enrolled in _sampled(list(combinations(range(impressions), count)), MOST_ENROLMENTS):
        probes = [p for p in range(impressions) if p not in enrolled]
        for finger in range(fingers):
            against = rates[finger, list(enrolled)]  # shape (count, fingers, impressions)
            others = np.delete(against, finger, axis=1).reshape(count, -1)
            mated += [combine_impressions(column) for column in against[:, finger, probes].T.tolist()]
            non_mated += [combine_impressions(column) for column in others.T.tolist()]
    return Claims(np.array(mated), np.array(non_mated))


def _fused(rates: Rates, attempt: Attempt) -> float:
    return combine_fingers([float(rates[p + r]) for p, r in zip(attempt.probe, attempt.reference, strict=True)])


def _attempt(one: Fingers, i: int, other: Fingers, j: int) -> Attempt:
    return Attempt(tuple((f, i) for f in one), tuple((f, j) for f in other))


def _people(fingers: int, count: int) -> list[Fingers]:
    if comb(fingers, count) <= MOST_PEOPLE:
        return list(combinations(range(fingers), count))
    return [tuple(sorted(drawn)) for drawn in _draws(fingers, count)]


def _strangers(fingers: int, count: int) -> list[tuple[Fingers, Fingers]]:
    """Return pairs of persons who share no finger; the second one's fingers in every order, or in a random one."""
    if fingers < 2 * count:
        return []
    if comb(fingers, count) * comb(fingers - count, count) * factorial(count) // 2 > MOST_PEOPLE:
        return [(drawn[:count], drawn[count:]) for drawn in _draws(fingers, 2 * count)]
    return [
        (one, order)
        for one, other in combinations(combinations(range(fingers), count), 2)
        if not set(one) & set(other)
        for order in permutations(other)
    ]


def _draws(fingers: int, count: int) -> Iterator[Fingers]:
    random = np.random.default_rng(SEED)
    endless = (tuple(random.permutation(fingers)[:count].tolist()) for _ in iter(int, 1))
    return islice(endless, MOST_PEOPLE)


def _sampled(choices: list[Fingers], most: int) -> list[Fingers]:
    if len(choices) <= most:
        return choices
    drawn = np.random.default_rng(SEED).choice(len(choices), most, replace=False)
    return [choices[k] for k in sorted(drawn.tolist())]
