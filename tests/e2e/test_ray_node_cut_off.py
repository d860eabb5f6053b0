"""A whole machine of the Ray cluster whose cable is pulled is not missed, and what it held is soon elsewhere."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_gallery_on_ray import PEOPLE, RayWorld, everybody
from tests.namespace_kit import SecondMachine, can_make_one, second_machine
from tests.ray_kit import ray_cluster
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="make install-cluster has Ray"),
]

_PATIENCE = 180.0
"""Seconds: Ray starts a node, and finds one gone, in tens of them on a busy machine."""


@pytest.fixture
def machine() -> Iterator[SecondMachine]:
    if not can_make_one():
        pytest.skip("root alone, with iproute2, makes network namespaces")
    with second_machine() as machine:
        yield machine


def test_a_machine_that_is_cut_off_is_not_missed(machine: SecondMachine, tmp_path: Path) -> None:
    with ray_cluster(1, machine.here) as cluster:
        ray = str(Path(sys.executable).parent / "ray")
        node = [ray, "start", f"--address={cluster.address}", f"--node-ip-address={machine.address}", "--num-cpus=4"]
        with machine.running([*node, f"--object-store-memory={80 << 20}", "--block"]):
            wait_until(lambda: machines(cluster.address) == 2, _PATIENCE)
            world = RayWorld(tmp_path, cluster)
            try:
                world.people = [world.enrol(seed)[0] for seed in range(1, PEOPLE + 1)]
                everybody(world)
                assert len(networks(world)) == 2
                machine.cut_off()
                everybody(world)  # by the copies on the other machine
                world.people.append(world.enrol(PEOPLE + 1)[0])
                everybody(world)
                wait_until(lambda: machines(cluster.address) == 1, _PATIENCE)  # Ray has noticed
                wait_until(world.whole, _PATIENCE)  # and started the others here
                everybody(world)
                assert len(networks(world)) == 1
                machine.put_back()
                everybody(world)
            finally:
                world.end()


def machines(address: str) -> int:
    """Return how many nodes Ray takes to be there."""
    import ray

    from idverify.cluster.actors import join

    join(address)
    return sum(node["Alive"] for node in ray.nodes())


def networks(world: RayWorld) -> set[str]:
    """Return the networks in which the copies run."""
    processes = [world.process(shard, copy) for shard in range(2) for copy in range(2)]
    return {str(Path(f"/proc/{process}/ns/net").readlink()) for process in processes}
