"""Seeded randomness inside compiled loops: SplitMix64 (Steele, Lea and Flood 2014), a stream for every finger.

NumPy's generators cannot be made inside a compiled loop, and one of them for a whole batch would tie a finger to the
batch it was made in.
"""

from __future__ import annotations

from math import cos, log, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled

Stream = NDArray[np.uint64]
"""The state of a stream, shape (1,); every draw changes it."""

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_UNIT = 1.0 / (1 << 53)


@compiled
def mixed(word: np.uint64) -> np.uint64:
    """Scramble a word: every bit of it changes half the bits of the answer."""
    word = (word ^ (word >> _30)) * _FIRST
    word = (word ^ (word >> _27)) * _SECOND
    return word ^ (word >> _31)


@compiled
def open_stream(seed: np.uint64, finger: np.uint64, branch: np.uint64) -> Stream:
    """Return the stream of a finger's branch: 0 is the finger itself, others its impressions."""
    stream = np.empty(1, np.uint64)
    stream[0] = mixed(mixed(mixed(seed + _GAMMA) + finger + _GAMMA) + branch + _GAMMA)
    return stream


@compiled
def word(stream: Stream) -> np.uint64:
    """Draw 64 bits."""
    stream[0] += _GAMMA
    return mixed(stream[0])


@compiled
def uniform(stream: Stream, low: float, high: float) -> float:
    """Draw uniformly from [low, high)."""
    return low + (high - low) * (np.float64(word(stream) >> _11) * _UNIT)


@compiled
def normal(stream: Stream, deviation: float) -> float:
    """Draw from a normal distribution around 0 (Box and Muller 1958)."""
    radius = sqrt(-2 * log(1 - uniform(stream, 0.0, 1.0)))
    return deviation * radius * cos(uniform(stream, 0.0, 2 * pi))
