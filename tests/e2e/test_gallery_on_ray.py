"""The gallery on a Ray cluster: what is killed, or says nothing, is not missed, or is told of."""

from __future__ import annotations

import importlib.util
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from idverify.cluster.buckets import bucket_of
from idverify.cluster.gallery import ShardedGallery
from idverify.cluster.keeping import ClusterKeeper
from idverify.cluster.messages import ShardKeys
from tests.ray_kit import RayCluster, go_on, ray_cluster, stop
from tests.unit.idverify.cluster.cluster_kit import SECRET, ClusterWorld
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="make install-cluster has Ray"),
]
PEOPLE = 8


class RayWorld(ClusterWorld):
    """The same database and people, with shards that are actors."""

    def __init__(self, folder: Path, cluster: RayCluster) -> None:
        from idverify.cluster.actors import ClusterPlan

        self.cluster = cluster
        key_file = folder / "shards.key"
        key_file.write_bytes(SECRET)
        key_file.chmod(0o600)
        self.plan = ClusterPlan(2, 2, key_file, 1, 1 << 30, f"file://{folder}/snapshots", cpus=0.5)
        super().__init__(folder, 2, 2)

    def start(self, shards: int) -> None:
        from idverify.cluster.actors import join, opener, secret_of

        join(self.cluster.address)
        self.gallery = ShardedGallery(opener(self.plan), shards, ShardKeys.of(secret_of(self.plan.key_file)).wire)
        self.keeper = ClusterKeeper(self.gallery, self.store, 1e6)
        self.keeper.open(120)

    def process(self, shard: int, copy: int) -> int:
        return self.cluster.process(f"idverify-shard-{shard}-{copy}")

    def whole(self) -> bool:
        return all(copy.can_search(copy.wanted) for copy in self.gallery.copies())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RayWorld]:
    folder = tmp_path_factory.mktemp("ray")
    with ray_cluster() as cluster:
        world = RayWorld(folder, cluster)
        world.people = [world.enrol(seed)[0] for seed in range(1, PEOPLE + 1)]
        yield world
        world.end()


def everybody(world: RayWorld) -> None:
    assert [world.found(seed) for seed in range(1, len(world.people) + 1)] == world.people
    found = world.search(1)
    assert (found.searched_share, found.searched_fingers) == (1.0, 2 * len(world.people))


def test_everybody_is_found_and_what_ray_carries_is_sealed(world: RayWorld) -> None:
    everybody(world)
    assert world.found(99) == ""


def test_a_copy_that_is_killed_is_not_missed_and_comes_back(world: RayWorld) -> None:
    for shard in range(2):
        os.kill(world.process(shard, 0), signal.SIGKILL)
    everybody(world)
    world.people.append(world.enrol(len(world.people) + 1)[0])
    everybody(world)
    wait_until(world.whole)
    everybody(world)


def test_a_copy_that_is_stopped_is_not_missed_and_misses_nothing(world: RayWorld) -> None:
    stopped = world.process(0, 0)
    stop(stopped)
    try:
        everybody(world)
        world.people.append(world.enrol(len(world.people) + 1)[0])
        everybody(world)
    finally:
        go_on(stopped)
    wait_until(world.whole)
    everybody(world)


def test_a_shard_without_any_copy_is_told_of_until_it_is_filled_again(world: RayWorld) -> None:
    assert world.keeper.save() == 0
    gone = world.gallery.places[bucket_of(world.people[0])]
    there = [person for person in world.people if world.gallery.places[bucket_of(person)] != gone]
    processes = [world.process(gone, copy) for copy in range(2)]
    for process in processes:
        stop(process)
    found = world.search(1)
    assert (found.searched_fingers, found.hits == () or found.hits[0].subject_id in there) == (2 * len(there), True)
    assert found.searched_share == pytest.approx(len(there) / len(world.people))
    for process in processes:
        os.kill(process, signal.SIGKILL)
    wait_until(world.whole)
    everybody(world)
