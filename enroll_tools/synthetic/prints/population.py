"""People made of synthetic fingers: any number of them, each made when asked for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np

from enroll_tools.synthetic.prints.impression import Impression, make_impression, poor_impression
from enroll_tools.synthetic.prints.master import Master, make_master
from enroll_tools.synthetic.prints.params import DEFAULT_MASTER, MEDIUM, ImpressionParams, MasterParams
from matcher.types import FingerPosition, Image

_KEPT = 64  # masters kept in memory: 3 MB each
_POOR = 1_000_000_000  # branch of the seed for poor impressions, beyond any impression's number


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Synthetic people, numbered from 0; equal seeds and parameters give equal people.

    Thread-safe: two threads may make the same master at once, and get equal ones.

    Attributes:
        seed: names the population.
        impressions: how hard its impressions are.
        masters: constants of its fingers.
    """

    seed: int
    impressions: ImpressionParams = MEDIUM
    masters: MasterParams = DEFAULT_MASTER
    _made: OrderedDict[tuple[int, FingerPosition], Master] = field(default_factory=OrderedDict, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def person(self, person: int) -> Person:
        """Return a person; nothing is made yet."""
        return Person(self, person)

    def master(self, person: int, finger: FingerPosition) -> Master:
        """Return a finger. Cost: about a second the first time."""
        key = (person, finger)
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        master = make_master(self._seed(person, finger), params=self.masters)
        with self._lock:
            self._made[key] = master
            if len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return master

    def impression(self, person: int, finger: FingerPosition, impression: int) -> Impression:
        """Return an impression of a finger, numbered from 1. Cost: about a tenth of a second."""
        if impression < 1:
            raise ValueError("impressions are numbered from 1")
        seed = self._seed(person, finger, impression)
        return make_impression(self.master(person, finger), seed, self.impressions)

    def poor_impression(self, person: int, finger: FingerPosition) -> Image:
        """Return an image of the finger that is too poor for any decision."""
        return poor_impression(self.master(person, finger), self._seed(person, finger, _POOR), self.impressions)

    def _seed(self, *path: int) -> np.random.SeedSequence:
        """Return the seed of a branch; a spawn key keeps (1, 23) and (12, 3) apart."""
        return np.random.SeedSequence(self.seed, spawn_key=tuple(int(step) for step in path))


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """One synthetic person of a population."""

    population: Population
    number: int

    def impression(self, finger: FingerPosition, impression: int) -> Impression:
        """Return an impression of one of the ten fingers, numbered from 1."""
        return self.population.impression(self.number, finger, impression)
