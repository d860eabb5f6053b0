"""Opens the gallery on a Ray cluster."""

from __future__ import annotations

import logging

from idverify.cluster.actors import ClusterPlan, agreed_shards, cpus, join, opener, secret_of
from idverify.cluster.gallery import ShardedGallery
from idverify.cluster.keeping import ClusterKeeper
from idverify.cluster.messages import ShardKeys
from idverify.ports import Store

_LOG = logging.getLogger(__name__)

_PATIENCE_SECONDS = 600.0
"""For shards that are there and filled this is not needed; new ones are filled of snapshots and the database."""

_NO_PLACE_SECONDS = 60.0
"""Where Ray has no place for all copies: those that have one are found or filled, the others may never come."""


def open_cluster(address: str, plan: ClusterPlan, store: Store, snapshot_seconds: float) -> ClusterKeeper:
    """Join a Ray cluster, find or make the shards, and bring them to what the database is.

    Args:
        address: of the cluster, ``host:port``, or ``auto``: the one that this machine is a node of.
        plan: what shards are made with.
        store: the database.
        snapshot_seconds: how often they are put away, if anything changed.

    Returns:
        What has the gallery, and keeps it until it is closed; the shards go on.

    Raises:
        SettingsError: there is no such cluster, or no key.
        DomainError: STORE_UNAVAILABLE.
    """
    keys = ShardKeys.of(secret_of(plan.key_file))
    join(address)
    shards = agreed_shards(plan.shards) or plan.shards
    wanted, there = shards * plan.replicas * plan.cpus, cpus()
    if wanted > there:
        _LOG.warning("the Ray cluster has too few CPUs for all copies", extra={"wanted": wanted, "cpus": there})
    gallery = ShardedGallery(opener(plan), shards, keys)
    keeper = ClusterKeeper(gallery, store, snapshot_seconds, agreed_shards, plan.snapshots)
    keeper.open(_NO_PLACE_SECONDS if wanted > there else _PATIENCE_SECONDS)
    for copy in gallery.copies():
        if not copy.can_search(copy.wanted):
            _LOG.error("a copy of a shard is still pending", extra={"copy": copy.name, "cause": copy.trouble})
    return keeper
