"""Having more shards of a gallery on a Ray cluster, or fewer."""

from __future__ import annotations

from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.operator import Config, host_settings, on_the_host
from idverify.commands.session import UsageError, out, refusals


def shards(
    count: Annotated[int, typer.Argument(min=1, max=256, help="How many there are to be.")], config: Config = None
) -> None:
    """Have the gallery on a Ray cluster in so many shards, while all servers on it serve.

    Each server fills new shards before it asks them, and misses nothing meanwhile; it stays so for servers that start
    later, whatever gallery_shards says. Run it where the service, or a node of the cluster, is.
    """
    with refusals(as_json=False):
        settings = host_settings(config)
        if settings.gallery != "ray":
            raise UsageError("gallery: the gallery of this service is in its own process; set gallery = ray")
        # Loaded here: it needs the extra 'cluster', and takes a second.
        from idverify.cluster.actors import cpus, join, want_shards  # noqa: PLC0415

        with on_the_host():
            join(settings.gallery_address)
            wanted, there = count * settings.gallery_replicas, cpus()
            if wanted > there:
                raise UsageError(
                    f"{count} shards of {settings.gallery_replicas} copies take {wanted} CPUs, and the Ray cluster has"
                    f" {there:g}; add nodes first"
                )
            want_shards(count)
        out().print(views.facts({"shards": count}))
