"""Everybody is searched among everybody over shards: what one of them misses is not taken for searched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.idverify.cluster.cluster_kit import ClusterWorld, sweeping, swept

PEOPLE = 8


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ClusterWorld]:
    """The last but one is the third, and the last the fifth."""
    world = ClusterWorld(tmp_path, 3)
    twice = {PEOPLE - 1: 3, PEOPLE: 5}
    world.people = [world.enrol(seed, of=twice.get(seed))[0] for seed in range(1, PEOPLE + 1)]
    yield world
    world.end()


@pytest.mark.parametrize("at_once", [1, 3])
def test_a_search_that_missed_a_shard_goes_on_when_it_is_back(world: ClusterWorld, at_once: int) -> None:
    searching = sweeping(world, at_once)
    sweep = searching.begun(None)

    def progress(done: int, _total: int, _found: int) -> None:
        world.replicas[1, 0].cut = done >= 3

    assert swept(searching, sweep, progress) is None
    assert sweep.people < 3 + at_once  # whoever was under way when it was cut off may have been searched
    world.replicas[1, 0].cut = False
    ended = None
    while ended is None:  # where the machine is busy a shard may say nothing for five seconds
        world.settle()
        sweep = searching.going_on(sweep.encoded(), None)
        ended = swept(searching, sweep, lambda *_: None)
    people = world.people
    pairs = {(pair.subject_id, pair.other_subject_id) for pair in ended.pairs}
    assert pairs == {tuple(sorted((people[2], people[6]))), tuple(sorted((people[4], people[7])))}
    assert (ended.people, ended.found) == (PEOPLE, 2)
