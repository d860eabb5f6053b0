"""A Ray cluster on this machine, every part of it on the loopback address, with Ray's token."""

from __future__ import annotations

import os
import secrets
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FIRST = 2
"""Of 127.0.0.0/8: what is given as 127.0.0.1 Ray takes for the address by which others reach the machine."""


@dataclass
class RayCluster:
    """Where it is, and what may be done to it."""

    address: str
    nodes: Any
    count: int = 0

    def add_node(self) -> Any:
        """Add a machine, as it were."""
        self.count += 1
        return self.nodes.add_node(**_node(self.count))

    def process(self, actor: str) -> int:
        """Return the number of the process of an actor."""
        import ray

        return int(ray.get(ray.get_actor(actor, "idverify").process.remote(), timeout=60))


@contextmanager
def ray_cluster(nodes: int = 2, head: str = f"127.0.0.{_FIRST}") -> Iterator[RayCluster]:
    """Start one, and end it; the first node has the address ``head``."""
    if "ray" not in sys.modules:  # which reads these when it is first imported
        os.environ |= {
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": secrets.token_hex(32),
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
            # Else Ray has its processes give way to all others, and where servers keep a machine busy a shard starves.
            "RAY_worker_niceness": "0",
            # Of what Ray tells about itself nobody reads anything here.
            "RAY_enable_metrics_collection": "0",
            "RAY_enable_timeline": "0",
            "RAY_event_stats": "0",
            "RAY_task_events_report_interval_ms": "0",
            "PYTHONPATH": str(Path(__file__).parent.parent),
        }
    assert "RAY_AUTH_TOKEN" in os.environ
    import ray
    from ray.cluster_utils import Cluster

    cluster = Cluster(
        initialize_head=True, head_node_args={**_node(0), "node_ip_address": head, "include_dashboard": False}
    )
    try:
        made = RayCluster(cluster.address, cluster)
        for _ in range(nodes - 1):
            made.add_node()
        yield made
    finally:
        ray.shutdown()
        cluster.shutdown()


def _node(number: int) -> dict[str, Any]:
    return {
        "num_cpus": 4,
        "node_ip_address": f"127.0.0.{_FIRST + number}",
        "object_store_memory": 80 << 20,
        "include_log_monitor": False,
        "no_monitor": True,
    }


def stop(process: int) -> None:
    """Have a process say nothing any more."""
    os.kill(process, signal.SIGSTOP)


def go_on(process: int) -> None:
    """Let it go on."""
    os.kill(process, signal.SIGCONT)
