"""Train the projection of the index's codes: principal components, then the rotation of iterative quantization.

Y. Gong, S. Lazebnik, "Iterative Quantization: A Procrustean Approach to Learning Binary Codes", CVPR 2011, section 3.
Nobody's fingerprint is in the result: it is the mean and the covariance structure of all cylinders together.

Equal on one machine and linear algebra library. Elsewhere the mean and the space of the components come out the same to
rounding, the rotation in it only nearly: it is one of many near optima, and rounding decides which.

python -m benchmarks.training.index_codes --dataset FOLDER[:PPI] [--dataset ...] --out index_codes_v1.npz
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from benchmarks.command_line import Datasets, run
from benchmarks.named_sets import load_named
from benchmarks.sources import from_images
from enroll_tools.command_line import people
from matcher.comparison.cylinders import circle_sums
from matcher.extraction.leader import load_leader
from matcher.search.codes import CODE_BITS, CodeBook, cell_values, indexed_pose, provenance
from matcher.search.params import DEFAULT_CYLINDERS, IndexCylinderParams
from matcher.types import FloatArray, Template

VERSION = 1
SEED = 20_110_301
ITERATIONS = 50


def training_values(templates: Sequence[Template], cylinders: IndexCylinderParams) -> FloatArray:
    """Return the cell values of all templates and of their mirror images, float32, shape (n, cells).

    A mirrored print is as likely a print as the first (a left hand is a mirrored right hand), so training on both
    favours neither hand.
    """
    both = [t for template in templates for t in (template, mirrored(template))]
    return cell_values(np.concatenate([circle_sums(indexed_pose(t, cylinders), cylinders) for t in both]), cylinders)


def mirrored(template: Template) -> Template:
    """Return the mirror image, left and right exchanged."""
    angle = np.pi - template.angle
    return Template(
        x=(template.width - 1 - template.x).astype(np.float32).clip(0),
        y=template.y,
        angle=np.where(angle > np.pi, angle - 2 * np.pi, angle).astype(np.float32),
        kind=template.kind,
        quality=template.quality,
        width=template.width,
        height=template.height,
        extractor=template.extractor,
    )


def train(
    values: FloatArray, cylinders: IndexCylinderParams, seed: int = SEED, iterations: int = ITERATIONS
) -> CodeBook:
    """Fit mean, components and rotation to cell values, float32 of shape (n, cells), n above 256."""
    mean = values.mean(axis=0, dtype=np.float64)
    centred = values - mean
    components = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :CODE_BITS]
    reduced = centred @ components
    rotation = _balanced_rotation(reduced, seed, iterations)
    projection = (components @ rotation).astype(np.float32)
    return CodeBook(VERSION, cylinders, mean.astype(np.float32), projection)


def _balanced_rotation(reduced: NDArray[np.float64], seed: int, iterations: int) -> NDArray[np.float64]:
    """Alternate: nearest corners of the cube, then the rotation that brings the values closest to them."""
    start = np.random.default_rng(seed).normal(size=(CODE_BITS, CODE_BITS))
    rotation = np.linalg.qr(start)[0]
    for _ in range(iterations):
        corners = np.sign(reduced @ rotation)
        left, _, right = np.linalg.svd(reduced.T @ corners)
        rotation = left @ right
    return rotation


def index_codes(
    dataset: Datasets,
    out: Annotated[Path, typer.Option(help="Where to write the code book, .npz.")],
) -> None:
    """Train, and write the code book with its provenance beside it."""
    extractor = load_leader()
    loaded = load_named(dataset, from_images(extractor), people())
    sets = {name: [i.template for i in each if i.template is not None] for name, each in loaded.items()}
    values = training_values([t for templates in sets.values() for t in templates], DEFAULT_CYLINDERS)
    book = train(values, DEFAULT_CYLINDERS)
    book.save(out)
    training: dict[str, object] = {
        "method": "PCA and ITQ, mirrored templates added",
        "templates": {name: len(templates) for name, templates in sets.items()},
        "extractor": extractor.id,
        "cylinders": len(values),
        "seed": SEED,
        "iterations": ITERATIONS,
        "numpy": np.__version__,
    }
    out.with_suffix(".json").write_text(provenance(book, training), encoding="utf-8")
    people().print(f"{book.id}: {len(values)} cylinders")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the training; return the exit status."""
    return run(arguments, index_codes)


if __name__ == "__main__":
    sys.exit(main())
