"""Two writers, four readers and the merging at once: every answer is checked against a plain model.

For as long as ``IDVERIFY_STRESS_SECONDS`` says; 5 if it does not.
"""

from __future__ import annotations

import itertools
import os
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from math import inf
from threading import Event
from typing import Any

import numpy as np
import pytest

from enroll_tools.synthetic.templates.population import TemplatePopulation
from matcher.comparison.compare import compare
from matcher.comparison.prepared import PreparedTemplate, prepare
from matcher.search.gallery import Gallery
from matcher.search.params import GalleryParams, RetrievalParams

pytestmark = pytest.mark.slow

FINGERS = 600
SURE = 80.0
"""Raw score from which a mate must be found whatever else is enrolled: no stranger of this population comes near."""


@dataclass
class Life:
    """When an impression was enrolled and removed: after ``since`` and before ``until`` it is there for certain."""

    finger: int
    begun: float
    since: float = inf
    until: float = inf
    ended: float = inf

    def surely_during(self, start: float, end: float) -> bool:
        return self.since <= start and end <= self.until

    def maybe_during(self, start: float, end: float) -> bool:
        return self.begun <= end and start <= self.ended


class Model:
    """What was enrolled when, and whether what a search says agrees. One writer an impression, so no lock."""

    def __init__(self, seed: int) -> None:
        population = TemplatePopulation(seed)
        self.enrolled = population.batch(0, FINGERS)
        self.probes = population.batch(0, FINGERS, impression=1)
        self.lives: dict[int, Life] = {}

    def prepared(self, probe: int) -> PreparedTemplate:
        return prepare(self.probes.template(probe))

    def score(self, probe: PreparedTemplate, entry_id: int) -> float:
        return compare(probe, prepare(self.enrolled.template(self.lives[entry_id].finger))).score

    def check(self, gallery: Gallery, probe: int) -> bool:
        """Search, hold the answer against the model, and tell whether the mate had to be found, and was."""
        start = time.monotonic()
        outcome = gallery.search(self.probes.template(probe), limit=FINGERS)
        end = time.monotonic()
        lives = dict(self.lives.copy())
        surely = {life.finger for life in lives.values() if life.surely_during(start, end)}
        maybe = {life.finger for life in lives.values() if life.maybe_during(start, end)}
        assert len(surely) <= outcome.searched <= len(maybe)
        prepared = self.prepared(probe)
        for hit in outcome.hits[:3]:
            life = lives[hit.entry_id]
            assert life.begun <= end, "found before it was enrolled"
            assert life.ended >= start, "found after it was removed"
            assert hit.group == f"finger {life.finger}"
            assert hit.label == life.finger % 10 + 1
            assert hit.score == self.score(prepared, hit.entry_id)
        mates = [i for i, life in lives.items() if life.finger == probe and life.surely_during(start, end)]
        if not mates or max(self.score(prepared, i) for i in mates) < SURE:
            return False
        assert outcome.hits, "the mate is enrolled and nobody was found"
        assert outcome.hits[0].group == f"finger {probe}"
        return True


def change(gallery: Gallery, model: Model, stop: Event, first: int, seed: int) -> int:
    """Enrol and remove every second finger, some at a time; return the number of changes."""
    random = np.random.default_rng(seed)
    own: list[int] = []
    for number in itertools.count():
        if stop.is_set():
            return number
        free = np.setdiff1d(np.arange(first, FINGERS, 2), [model.lives[i].finger for i in own])
        if len(own) < FINGERS // 4 or (random.random() < 0.5 and len(free)):
            fingers = random.choice(free, min(len(free), int(random.integers(1, 24))), replace=False)
            ids = [1_000_000 * first + 1000 * number + i for i in range(len(fingers))]
            for entry_id, finger in zip(ids, fingers, strict=True):
                model.lives[entry_id] = Life(int(finger), time.monotonic())
            names = [f"finger {finger}" for finger in fingers]
            gallery.add_columns(ids, model.enrolled.take(fingers), names, [int(f) % 10 + 1 for f in fingers])
            for entry_id in ids:
                model.lives[entry_id].since = time.monotonic()
            own += ids
        else:
            gone = [own.pop(int(random.integers(len(own)))) for _ in range(min(len(own), 16))]
            for entry_id in gone:
                model.lives[entry_id].until = time.monotonic()
            gallery.remove(gone)
            for entry_id in gone:
                model.lives[entry_id].ended = time.monotonic()
    raise AssertionError


def read(gallery: Gallery, model: Model, stop: Event, seed: int) -> tuple[int, int]:
    """Search for one finger after the other; return how many searches, and how many had to find the mate."""
    random = np.random.default_rng(seed)
    searches, found = 0, 0
    while not stop.is_set():
        found += model.check(gallery, int(random.integers(FINGERS)))
        searches += 1
    return searches, found


def keep_merging(gallery: Gallery, stop: Event) -> int:
    merges = 0
    while not stop.is_set():
        merges += gallery.merge()
        time.sleep(0.002)
    return merges


@pytest.mark.parametrize("threads", [1, 2])
def test_no_wrong_answer_and_no_lost_update(threads: int) -> None:
    retrieval = RetrievalParams(exhaustive_up_to=0)
    gallery = Gallery(params=GalleryParams(retrieval, threads=threads, fan_out=3, merged_at_once=8))
    model, stop = Model(7), Event()
    seconds = float(os.environ.get("IDVERIFY_STRESS_SECONDS", "5"))
    with ThreadPoolExecutor(7) as pool:
        writers = [pool.submit(change, gallery, model, stop, first, first) for first in range(2)]
        readers = [pool.submit(read, gallery, model, stop, seed) for seed in range(4)]
        merger = pool.submit(keep_merging, gallery, stop)
        until = time.monotonic() + seconds
        running: list[Future[Any]] = [*writers, *readers, merger]
        while time.monotonic() < until and not any(f.done() for f in running):
            time.sleep(0.01)
        stop.set()
        changes, searches = [f.result() for f in writers], [f.result() for f in readers]
    assert min(changes) > 5
    assert all(count > 0 for count, _ in searches)
    assert sum(found for _, found in searches) > 0
    assert merger.result() > 0
    left = {i for i, life in model.lives.items() if life.until == inf}
    assert set(gallery.entry_ids().tolist()) == left
    assert len(gallery) == len(left)
