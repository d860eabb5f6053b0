"""What does a search cost where the gallery is in shards? ``OUT/sharded.json``: the same fingers, here and on Ray.

Both are asked in turn for the same prints of enrolled people and of strangers: the gallery of one process, with as many
threads as there are shards, and shards of one thread each on a Ray cluster that is started on this machine.

python -m benchmarks.speed.sharded --fingers 100000 --out FOLDER
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from benchmarks.command_line import print_json, run
from benchmarks.identification.distractors import PROBED_FROM, SEED
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.speed.made_up_service import NoDeadline
from enroll_tools.synthetic.templates.population import TemplatePopulation
from idverify.cluster.buckets import bucket_of, held_by
from idverify.cluster.gallery import ShardedGallery
from idverify.cluster.messages import Message, ShardKeys, templates_message
from idverify.domain.model import FingerPosition, Quality, StoredTemplate
from idverify.matching.parts import part_of_gallery
from idverify.ports import Gallery, Prepared
from matcher.comparison.prepared import prepare
from matcher.templates import compact

SHARDS, PROBES, FINGERS = 4, 60, 100_000
AT_ONCE = 1, 2, 4
_ADDRESS = "127.0.0.2"  # of 127.0.0.0/8: Ray takes 127.0.0.1 for the address by which others reach the machine
_BATCH = 2000
_FOUND = 1e-4


def _enrolled(fingers: int) -> Iterator[list[StoredTemplate]]:
    population, quality = TemplatePopulation(SEED), Quality(80, "", 40, (), usable=True)
    for first in range(0, fingers, _BATCH):
        batch = population.batch(first, min(_BATCH, fingers - first), threads=os.cpu_count() or 1)
        yield [
            StoredTemplate(
                first + i + 1, f"somebody {first + i}", FingerPosition.RIGHT_INDEX, compact.encode(t), quality, ""
            )
            for i, t in enumerate(batch)
        ]


def _probes(fingers: int, count: int) -> list[tuple[str, Prepared]]:
    population, step = TemplatePopulation(SEED), max(1, fingers // count)
    mates = [(f"somebody {i}", population.batch(i, 1, 1).template(0)) for i in range(0, step * (count // 2), step)]
    strangers = [("", population.batch(PROBED_FROM + i, 1).template(0)) for i in range(count - len(mates))]
    return [(who, Prepared(prepare(template))) for who, template in [*mates, *strangers]]


@contextmanager
def _sharded(shards: int, secret: bytes) -> Iterator[ShardedGallery]:
    """Start a Ray cluster with empty shards, each held for what it is."""
    os.environ |= {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_worker_niceness": "0",  # as docs/cluster.md has it
    }
    import ray  # noqa: PLC0415 - which reads these when it is imported
    from ray.cluster_utils import Cluster  # noqa: PLC0415

    from idverify.cluster.actors import ClusterPlan, join, opener  # noqa: PLC0415

    cluster = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": shards, "node_ip_address": _ADDRESS, "include_dashboard": False},
    )
    with TemporaryDirectory() as folder:
        key_file = Path(folder) / "shards.key"
        key_file.touch(0o600)
        key_file.write_bytes(secret)
        try:
            join(cluster.address)
            plan = ClusterPlan(shards, 1, key_file, 1, 1 << 40)
            gallery = ShardedGallery(opener(plan), shards, ShardKeys.of(secret))
            for number, copy in enumerate(gallery.copies()):
                copy.ask(Message({"do": "state"}), 600.0)
                found = copy.ask(Message({"do": "ids"}), 60.0).facts
                copy.life, copy.held = str(found["life"]), held_by(number, shards)
                facts = {"do": "hold", "life": copy.life, "drops": found["drops"], "buckets": sorted(copy.held)}
                copy.ask(Message({**facts, "mark": {"sequence": 0, "hash": "", "newest": 0}}), 60.0)
            yield gallery
        finally:
            ray.shutdown()
            cluster.shutdown()


def _fill(gallery: ShardedGallery, templates: Sequence[StoredTemplate]) -> None:
    """As the keeper does: without the time that a change may take in a transaction."""
    gallery.directory.add((t.template_id, bucket_of(t.subject_id)) for t in templates)
    for copy in gallery.copies():
        own = [t for t in templates if bucket_of(t.subject_id) in copy.held]
        for first in range(0, len(own), _BATCH):  # as large as elsewhere: a segment is made of each
            copy.ask(templates_message("add", own[first : first + _BATCH]), 600.0)


def _timed(gallery: Gallery, probe: Prepared) -> tuple[float, str]:
    began = time.perf_counter()
    hits = gallery.search(probe, position=None, limit=10, deadline=NoDeadline()).hits
    seconds = time.perf_counter() - began
    return seconds, hits[0].subject_id if hits and hits[0].likeness.fmr <= _FOUND else ""


def _rate(gallery: Gallery, probes: Sequence[tuple[str, Prepared]], at_once: int) -> float:
    """Return how many searches a second are done so many at a time, as those of everybody for everybody are."""
    began = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(lambda each: _timed(gallery, each[1]), probes))
    return len(probes) / (time.perf_counter() - began)


def measure(fingers: int, shards: int, count: int, progress: Callable[[int], None]) -> dict[str, Any]:
    """Fill both, ask both in turn, and return how long each took and whom it found."""
    secret = secrets.token_bytes(32)
    local = part_of_gallery(1, shards, ShardKeys.of(secret).codes)
    waiting: list[StoredTemplate] = []
    with _sharded(shards, secret) as gallery:
        for batch in _enrolled(fingers):
            local.add(batch)
            waiting += batch
            if len(waiting) >= shards * _BATCH or len(local) == fingers:
                _fill(gallery, waiting)
                waiting = []
            progress(len(local))
        while local.merge():
            pass
        probes = _probes(fingers, count)
        for _, probe in probes[:5]:
            _timed(local, probe), _timed(gallery, probe)
        rows = [(who, _timed(local, probe), _timed(gallery, probe)) for who, probe in probes]
        together = {str(at_once): _rate(gallery, probes, at_once) for at_once in AT_ONCE}
    mates = [row for row in rows if row[0]]
    ours = sorted(seconds * 1e3 for _, (seconds, _), _ in rows)
    theirs = sorted(seconds * 1e3 for _, _, (seconds, _) in rows)
    return {
        "fingers": fingers,
        "shards": shards,
        "probes": len(rows),
        "local_ms": {"p50": median(ours), "p95": ours[int(0.95 * len(ours))]},
        "sharded_ms": {"p50": median(theirs), "p95": theirs[int(0.95 * len(theirs))]},
        "sharded_a_second_by_searches_at_once": together,
        "allowed_p50_ms": 1.2 * median(ours) + 15.0,
        "mates": len(mates),
        "rank_1_local": sum(who == found for who, (_, found), _ in mates),
        "rank_1_sharded": sum(who == found for who, _, (_, found) in mates),
        "strangers_found_local": sum(bool(found) for who, (_, found), _ in rows if not who),
        "strangers_found_sharded": sum(bool(found) for who, _, (_, found) in rows if not who),
        "load_average": os.getloadavg()[0],
        "machine": machine(),
    }


def sharded(
    out: Annotated[Path, typer.Option(help="Folder of the answer.")],
    fingers: Annotated[int, typer.Option(min=1, help="Enrolled.")] = FINGERS,
    shards: Annotated[int, typer.Option(min=1, max=256, help="On this machine.")] = SHARDS,
    probes: Annotated[int, typer.Option(min=10, help="Half of them of people who are enrolled.")] = PROBES,
) -> None:
    """Measure searches of one gallery, and of the same in shards on Ray."""
    answer = measure(fingers, shards, probes, lambda enrolled: print(enrolled, file=sys.stderr))
    write_json(out / "sharded.json", answer)
    print_json(answer)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    return run(arguments, sharded)


if __name__ == "__main__":
    sys.exit(main())
