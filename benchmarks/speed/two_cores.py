"""Do two cores extract twice what one does? ``OUT/cores.json``: LEADER by threads and processes, and matrix products.

Whatever is measured is done by one worker, then by two at once, in turn. Products of two matrices in the cache, by
processes that share nothing, tell what the machine has to give: where two of them together make less than twice of
one, the cores are threads of one core, or slow down together, and no program gets more out of them.

python -m benchmarks.speed.two_cores --dataset FOLDER[:PPI] --out FOLDER
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import numpy as np
import typer
from rich.table import Table
from threadpoolctl import threadpool_limits

from benchmarks.command_line import print_json, run
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.named_sets import open_named
from benchmarks.sources import read_image
from enroll_tools.command_line import AsJson, people
from matcher.extraction.leader import LeaderExtractor, load_leader
from matcher.types import Image

ROUNDS = 9
"""Times that each is measured, alone and together, unless told otherwise."""

IMAGES = 8
_SIDE = 384
"""Of a matrix: three of them are 1.8 MB."""


@cache
def _extractor() -> LeaderExtractor:
    return load_leader()


@cache
def _images(dataset: str) -> list[Image]:
    samples = open_named(dataset).samples
    return [read_image(samples[i]) for i in np.linspace(0, len(samples) - 1, IMAGES).astype(int)]


def extracted(dataset: str, times: int) -> float:
    """Extract from that many prints; return the processor time of one."""
    images, start = _images(dataset), time.thread_time()
    for number in range(times):
        _extractor().extract(images[number % IMAGES])
    return (time.thread_time() - start) / times


def multiplied(_dataset: str, times: int) -> float:
    """Multiply two matrices so often, in this thread alone; return the processor time of one product."""
    a, product = np.random.default_rng(0).random((_SIDE, _SIDE), np.float32), np.empty((_SIDE, _SIDE), np.float32)
    with threadpool_limits(1):
        start = time.thread_time()
        for _ in range(50 * times):
            np.matmul(a, a, out=product)
        return (time.thread_time() - start) / (50 * times)


MEASURED: dict[str, tuple[bool, Callable[[str, int], float]]] = {
    "matrix products, processes": (True, multiplied),
    "LEADER, processes": (True, extracted),
    "LEADER, threads": (False, extracted),
}
"""Whether by processes, and what."""


@contextmanager
def _workers(processes: bool) -> Iterator[Executor]:
    """Provide two workers."""
    if processes:
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            yield pool
    else:
        with ThreadPoolExecutor(2) as threads:
            yield threads


def rate(
    pool: Executor, work: Callable[[str, int], float], dataset: str, times: int, workers: int
) -> tuple[float, float]:
    """Return how much is done a second by so many workers at once, and the processor time of one, seconds."""
    start = time.perf_counter()
    seconds = list(pool.map(work, [dataset] * workers, [times] * workers))
    return workers * times / (time.perf_counter() - start), median(seconds)


def measure(dataset: str, rounds: int, times: int) -> dict[str, dict[str, float]]:
    """Return of each what two workers do for what one does, and what one piece of work takes them of a processor."""
    results = {}
    for name, (processes, work) in MEASURED.items():
        with _workers(processes) as pool:
            for _ in range(2):
                rate(pool, work, dataset, times, workers=2)  # both have loaded what they need
            pairs = [[rate(pool, work, dataset, times, workers) for workers in (1, 2)] for _ in range(rounds)]
        results[name] = {
            "one_a_second": median(alone for (alone, _), _ in pairs),
            "two_for_one": median(together / alone for (alone, _), (together, _) in pairs),
            "processor_time_beside_another": median(together / alone for (_, alone), (_, together) in pairs),
        }
    return results


def two_cores(
    dataset: Annotated[str, typer.Option(help="FOLDER or FOLDER:PPI, in FVC layout.")],
    out: Annotated[Path, typer.Option(help="Folder for cores.json.")],
    rounds: Annotated[int, typer.Option(min=1, help="How often each is measured.")] = ROUNDS,
    times: Annotated[int, typer.Option(min=1, help="Prints in a row.")] = IMAGES,
    as_json: AsJson = False,
) -> None:
    """Measure what two cores do for what one does: LEADER, and matrix products."""
    results = {"dataset": dataset, "rounds": rounds, "work": measure(dataset, rounds, times), "machine": machine()}
    write_json(out / "cores.json", results)
    if as_json:
        print_json(results)
    else:
        _show(results, out)


def _show(results: dict[str, Any], out: Path) -> None:
    console = people()
    table = Table(title=f"two at once, {results['rounds']} rounds")
    for heading in ("work", "two do for one", "processor time of one beside another"):
        table.add_column(heading, justify="left" if heading == "work" else "right")
    for name, row in results["work"].items():
        table.add_row(name, f"{row['two_for_one']:.2f}", f"{row['processor_time_beside_another']:.2f}")
    console.print(table)
    console.print(f"wrote {out / 'cores.json'}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    return run(arguments, two_cores)


if __name__ == "__main__":
    sys.exit(main())
