"""Seeded randomness: the same seed gives the same finger on every machine."""

from __future__ import annotations

import cv2
import numpy as np

from enroll_tools.synthetic.prints.params import Range
from matcher.types import FloatArray

Seed = int | np.random.SeedSequence


def generator(seed: Seed) -> np.random.Generator:
    """Return NumPy's PCG64 stream of a seed: its values are documented not to change between versions."""
    sequence = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    return np.random.Generator(np.random.PCG64(sequence))


def draw(rng: np.random.Generator, bounds: Range) -> float:
    """Draw uniformly between two bounds."""
    return float(rng.uniform(*bounds))


def smooth_field(rng: np.random.Generator, shape: tuple[int, int], cells: int) -> FloatArray:
    """Return smooth noise of about unit variance, float32 of ``shape``, varying over 1/``cells`` of the frame."""
    grid = rng.standard_normal((cells + 2, cells + 2)).astype(np.float32)
    return np.asarray(cv2.resize(grid, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), dtype=np.float32)
