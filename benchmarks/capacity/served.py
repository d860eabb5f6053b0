"""A service with as many fingers as are asked for: how soon it is there, and how soon it answers. ``OUT/served.json``.

Database and sealed gallery of made-up people with ten fingers each are made once and kept
(:mod:`benchmarks.capacity.register`). Then the service is started, in a process of its own and with TLS, and is
asked to identify other touches of fingers all through the register, at no stated position, so that all fingers are
searched: by one caller who waits for every answer, and by four at once. Who asks shares the cores of who serves.

python -m benchmarks.capacity.served --fingers N --out OUT [--store FOLDER]
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from statistics import median
from threading import Event
from typing import Annotated, Any

import grpc
import numpy as np
import typer
from platformdirs import user_cache_path
from rich.progress import Progress

from benchmarks.capacity.model import Costs
from benchmarks.capacity.register import FINGERS, fill_database, is_made, seal_gallery, subject_id_of
from benchmarks.capacity.room import room
from benchmarks.command_line import leave, run
from benchmarks.identification.distractors import SEED, made_blocks
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.overload.certificates import CLIENTS, issue_all
from benchmarks.overload.service import Service, running_service
from benchmarks.speed.verifications import Asked, answered, searched_for
from benchmarks.speed.verify import take_templates
from enroll_tools.command_line import people, unwind_on_sigterm
from enroll_tools.synthetic import TemplatePopulation
from idverify.v1 import verification_pb2
from matcher.quality.score import assess
from matcher.search.params import GalleryParams
from matcher.types import Template

IDENTIFY = "/idverify.v1.VerificationService/Identify"
DRAWN = 2
"""So many fingers are looked at for each that is shown: poor prints are passed over."""

ASKED_AT_WILL = {"attempts_client_free": "999999", "attempts_client_lock": "1000000"}
"""Settings of a service that is asked: who is not found counts against whoever asks, and a register outlives a run."""
_CALLERS = 1, 4
_COMPARED = 10_000_000
_MADE_MS = 1.1  # gallery 0.7, database 0.4
_GOOD = 40  # of poorer prints the service wants others


def served(
    out: Annotated[Path, typer.Option(help="Folder for served.json.")],
    fingers: Annotated[int, typer.Option(min=1000, help="In the register, ten a person.")] = 1_000_000,
    probes: Annotated[int, typer.Option(min=10, help="Searched for.")] = 400,
    store: Annotated[Path | None, typer.Option(help="Where it is kept; by default in the user's cache folder.")] = None,
) -> None:
    """Start the service with a large register, and search in it."""
    kept = store or user_cache_path("idverify") / "galleries"
    if lacking := room(fingers, kept).lacking:
        raise typer.BadParameter(lacking, param_hint="fingers")
    home, made = made_register(kept, fingers)
    shown = touches(fingers, probes)
    started = time.perf_counter()
    with running_service(home, ASKED_AT_WILL) as service:
        figures: dict[str, Any] = {"start_s": time.perf_counter() - started, "resident_gb": service.resident() / 1e3}
        figures |= _searched(service, shown)
    data = home / "data"
    report: dict[str, Any] = {
        "machine": machine(),
        "fingers": fingers,
        **figures,
        "made_s": made,
        "database_gb": (data / "idverify.db").stat().st_size / 1e9,
        "gallery_gb": sum(file.stat().st_size for file in (data / "gallery").iterdir()) / 1e9,
    }
    report["ten_million"] = _ten_million(figures["callers_1"]["p50_ms"], fingers, kept)
    write_json(out / "served.json", report)
    people().print_json(data=report)


def made_register(kept: Path, fingers: int) -> tuple[Path, float]:
    """Make a register, and certificates, as far as they are not there; return their folder, and the seconds it took."""
    began, home = time.perf_counter(), kept / f"register-{fingers}"
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "clients.toml").exists():
        issue_all(home)
        take_templates(home / "clients.toml")
    if not (home / "data").exists():
        with running_service(home, {}):
            pass  # keys, and an empty database
    if not is_made(home / "data"):
        with Progress(console=people(), transient=True) as progress:
            _fill(home / "data", kept, fingers, progress)
    return home, time.perf_counter() - began


def _fill(data: Path, kept: Path, fingers: int, progress: Progress) -> None:
    """Make the blocks; while one is made, those before are enrolled: that takes about as long, and has another core."""
    gallery, database = (progress.add_task(f"{what} of {fingers:,}", total=fingers) for what in ("gallery", "database"))
    blocks: list[Path] = []
    waiting: SimpleQueue[Path | None] = SimpleQueue()
    stopped = Event()
    with ThreadPoolExecutor(1) as pool:
        enrolling = pool.submit(
            fill_database,
            data,
            iter(waiting.get, None),
            lambda more: progress.advance(database, more),
            stopped.is_set,
        )
        try:
            for own, _ in made_blocks(fingers, kept, GalleryParams(threads=2), lambda n: progress.advance(gallery, n)):
                blocks.append(own)
                waiting.put(own)
                if enrolling.done():
                    break  # it failed: result() says how
        except BaseException:
            stopped.set()
            raise
        finally:
            waiting.put(None)
        enrolling.result()
    seal_gallery(data, blocks)


def touches(fingers: int, count: int) -> list[tuple[int, Template]]:
    """Return other touches of fingers at even distances, each with the number of its person, that the service takes."""
    population, touch = TemplatePopulation(SEED), int(time.time())  # what was shown once is refused
    numbers = np.unique(np.linspace(0, fingers - 1, DRAWN * count).astype(int))  # one shown twice is refused
    shown = [(int(n) // FINGERS, population.batch(int(n), 1, touch).template(0)) for n in numbers]
    return [(person, template) for person, template in shown if assess(template).score >= _GOOD][:count]


def _searched(service: Service, shown: Sequence[tuple[int, Template]]) -> dict[str, Any]:
    """Search; return times, and for how many the person is first."""
    requests = [searched_for(template) for _, template in shown]
    first, part = 0, len(shown) // (len(_CALLERS) + 1)
    with grpc.secure_channel(service.address, service.credentials(CLIENTS[0])) as channel:
        call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(IDENTIFY)
        for (person, _), request in zip(shown[:part], requests[:part], strict=True):
            answer = verification_pb2.IdentifyResponse.FromString(call(request, timeout=60.0))
            first += bool(answer.candidates) and answer.candidates[0].subject_id == subject_id_of(person)
    figures: dict[str, Any] = {"searched": answer.searched_fingers, "probes": part, "first": first / part}
    for number, callers in enumerate(_CALLERS, 1):
        own = requests[number * part : (number + 1) * part]
        seconds, whole = asyncio.run(answered(service, Asked((), own, {}, IDENTIFY), own, callers))
        figures[f"callers_{callers}"] = {
            "p50_ms": 1e3 * median(seconds),
            "p95_ms": 1e3 * float(np.quantile(seconds, 0.95)),
            "a_second": len(own) / whole,
        }
    return figures


def _ten_million(p50_ms: float, fingers: int, kept: Path) -> dict[str, Any]:
    """Say what ten million would take, or why they are not in this report."""
    there, costs = room(_COMPARED, kept), Costs()
    more = (costs.of_search(_COMPARED) - costs.of_search(fingers)) / costs.threads
    hours = _MADE_MS * _COMPARED / 3.6e6
    told = there.lacking or f"nobody asked for them; there is room: N={_COMPARED} makes them in {hours:.0f} core hours"
    return {
        **asdict(there),
        "p50_ms_computed": p50_ms + 1e3 * more,
        "reason": "these are they" if fingers == _COMPARED else told,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status."""
    return run(arguments, served)


if __name__ == "__main__":
    unwind_on_sigterm()  # the service ends too
    leave(main(sys.argv[1:]))
