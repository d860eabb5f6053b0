"""Opens the gallery on a Ray cluster."""

from __future__ import annotations

from idverify.cluster.actors import ClusterPlan, agreed_shards, join, opener, secret_of
from idverify.cluster.gallery import ShardedGallery
from idverify.cluster.keeping import ClusterKeeper
from idverify.cluster.messages import ShardKeys
from idverify.ports import Store

_PATIENCE_SECONDS = 600.0
"""For shards that are there and filled this is not needed; new ones are filled of snapshots and the database."""


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
    gallery = ShardedGallery(opener(plan), agreed_shards(plan.shards) or plan.shards, keys)
    keeper = ClusterKeeper(gallery, store, snapshot_seconds, agreed_shards)
    keeper.open(_PATIENCE_SECONDS)
    return keeper
