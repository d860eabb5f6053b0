"""Train the centres of the index's inverted lists: clusters of clusters of codes of synthetic fingers.

k-means on the codes as corners of a cube, first for the groups, then within each; a centre is the nearest corner to the
mean. Equal on one machine and linear algebra library; elsewhere rounding may move a centre.

python -m benchmarks.training.index_lists --out index_lists_v1.npz
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import faiss
import numpy as np
import typer
from numpy.typing import NDArray
from rich.progress import track

from benchmarks.command_line import run
from benchmarks.json_files import write_json
from enroll_tools.command_line import people
from enroll_tools.synthetic.templates.population import TemplatePopulation
from matcher.comparison.prints import WordArray
from matcher.search.codes import default_codebook
from matcher.search.lists import ListCentres

VERSION = 1
SEED = 20_110_302
FINGERS = 12_000
GROUPS = 128
LISTS_PER_GROUP = 128
ITERATIONS = 8


def train(codes: WordArray, codebook: str, groups: int, lists_per_group: int, seed: int = SEED) -> ListCentres:
    """Cluster codes, uint64 of shape (n, 4), into at most ``groups`` times ``lists_per_group`` lists."""
    corners = _corners(codes)
    tops, nearest = _clusters(corners, groups, seed)
    centres = [
        _clusters(corners[nearest == group], lists_per_group, seed + 1 + group)[0]
        for group in track(range(len(tops)), "lists", console=people())
        if (nearest == group).any()
    ]
    return ListCentres(VERSION, codebook, _codes(tops), _distinct(_codes(np.concatenate(centres))))


def _clusters(corners: NDArray[np.float32], count: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return at most ``count`` centres, and the number of the nearest for every corner."""
    kmeans = faiss.Kmeans(
        corners.shape[1],
        min(count, len(corners)),
        niter=ITERATIONS,
        seed=seed,
        min_points_per_centroid=1,
        max_points_per_centroid=len(corners),
    )
    kmeans.train(corners)
    _, nearest = kmeans.index.search(corners, 1)
    return np.asarray(kmeans.centroids, np.float32), nearest[:, 0]


def _corners(codes: WordArray) -> NDArray[np.float32]:
    bits = np.unpackbits(np.ascontiguousarray(codes).view(np.uint8), axis=1, bitorder="little")
    return bits.astype(np.float32) - np.float32(0.5)


def _codes(corners: NDArray[np.float32]) -> WordArray:
    return np.packbits(corners > 0, axis=1, bitorder="little").view(np.uint64)


def _distinct(codes: WordArray) -> WordArray:
    """Drop centres that fell on one corner: the second of them would stay empty."""
    _, first = np.unique(codes, axis=0, return_index=True)
    return np.ascontiguousarray(codes[np.sort(first)])


def index_lists(
    out: Annotated[Path, typer.Option(help="Where to write the centres, .npz.")],
) -> None:
    """Train, and write the centres with their provenance beside them."""
    book, population = default_codebook(), TemplatePopulation(SEED)
    codes = book.describe(population.batch(0, FINGERS)).codes
    centres = train(codes, book.id, GROUPS, LISTS_PER_GROUP)
    centres.save(out)
    about = {
        "id": centres.id,
        "method": f"k-means in two levels, {GROUPS} by {LISTS_PER_GROUP}, {ITERATIONS} iterations",
        "population": population.about(0, FINGERS, 1),
        "codes": len(codes),
        "seed": SEED,
        "faiss": faiss.__version__,
    }
    write_json(out.with_suffix(".json"), about)
    people().print(f"{centres.id}: {len(codes)} codes")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the training; return the exit status."""
    return run(arguments, index_lists)


if __name__ == "__main__":
    sys.exit(main())
