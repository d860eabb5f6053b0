"""Four shards of the gallery on Ray, two copies each, and what may happen to them."""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.chaos.faults import Fault
from tests.chaos.older import exchange
from tests.chaos.slowing import Slowing
from tests.ray_kit import RayCluster, ray_cluster
from tests.waiting import wait_until

SHARDS, COPIES, _NODES = 4, 2, 2
_LONG = 2.0, 8.0
"""Seconds that a copy, or a shard, may be away."""


class Shards:
    """Those that a server makes of its settings.

    Args:
        folder: for key and snapshots.
        cluster: where they are.
    """

    def __init__(self, folder: Path, cluster: RayCluster) -> None:
        self._cluster = cluster
        self._key, self._snapshots = folder / "shards.key", folder / "snapshots"
        self._old = folder / "snapshots-old"
        self._key.touch(0o600)
        self._key.write_bytes(secrets.token_bytes(32))
        self._stopped: list[int] = []

    @property
    def settings(self) -> Mapping[str, Any]:
        """Of a server whose gallery they are."""
        return {
            "gallery": "ray",
            "gallery_address": self._cluster.address,
            "gallery_shards": SHARDS,
            "gallery_replicas": COPIES,
            "gallery_key_file": str(self._key),
            "gallery_snapshots": f"file://{self._snapshots}",
            "gallery_shard_gigabytes": 0.5,
            "snapshot_minutes": 0.25,
            "search_threads": 1,
        }

    def faults(self) -> Sequence[Fault]:
        """Return what may happen to them; each time to another."""
        return [fault for shard in range(SHARDS) for fault in self._faults(shard)]

    def _faults(self, shard: int) -> Sequence[Fault]:
        one, all_ = [(shard, shard % COPIES)], [(shard, copy) for copy in range(COPIES)]
        slowing = Slowing(lambda: self._processes(one))
        return [
            Fault("copy of a shard slowed", slowing.begin, slowing.end, *_LONG),
            Fault("copy of a shard killed", lambda: self._kill(one), lambda: self._await(one), *_LONG),
            Fault("copy of a shard stopped", lambda: self._stop(one), self._go_on, *_LONG),
            Fault("shard stopped, all copies", lambda: self._stop(all_), self._go_on, *_LONG),
            Fault(
                "shard killed, given an old snapshot", lambda: self._give_old(all_), lambda: self._await(all_), *_LONG
            ),
        ]

    def _kill(self, copies: Sequence[tuple[int, int]]) -> None:
        for process in self._processes(copies):
            os.kill(process, signal.SIGKILL)

    def _stop(self, copies: Sequence[tuple[int, int]]) -> None:
        self._stopped = self._processes(copies)
        for process in self._stopped:
            os.kill(process, signal.SIGSTOP)

    def _go_on(self) -> None:
        for process in self._stopped:
            os.kill(process, signal.SIGCONT)

    def _give_old(self, copies: Sequence[tuple[int, int]]) -> None:
        """Kill all copies of a shard, and have them find what was put away when this was done before."""
        exchange(self._snapshots, self._old)
        self._kill(copies)

    def _await(self, copies: Sequence[tuple[int, int]]) -> None:
        wait_until(lambda: self._there(copies))

    def _there(self, copies: Sequence[tuple[int, int]]) -> bool:
        from ray.exceptions import RayError

        try:
            return bool(self._processes(copies))
        except (RayError, ValueError):  # it is being started
            return False

    def _processes(self, copies: Sequence[tuple[int, int]]) -> list[int]:
        return [self._cluster.process(f"idverify-shard-{shard}-{copy}") for shard, copy in copies]


@contextmanager
def shards_on_ray(folder: Path) -> Iterator[Shards]:
    """Run a cluster for them."""
    with ray_cluster(_NODES) as cluster:
        from idverify.cluster.actors import join  # now that the cluster has said how Ray is to be imported

        join(cluster.address)
        yield Shards(folder, cluster)
