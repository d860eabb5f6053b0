"""The steps in which stored forms keep a minutia's numbers: both are made with these, so one is the other exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.types import ByteArray, FloatArray

ShortArray = NDArray[np.uint16]

STEPS_PER_PIXEL = 8
STEPS_PER_TURN = 65536
QUALITY_STEPS = 255


def position_steps(position: FloatArray) -> ShortArray:
    """Return pixels as eighths of a pixel; nothing beyond 8191 px fits."""
    return np.rint(position.astype(np.float64) * STEPS_PER_PIXEL).astype(np.uint16)


def angle_steps(angle: FloatArray) -> ShortArray:
    """Return radians, of any turn, as parts of 2 pi / 65536."""
    turns = angle.astype(np.float64) / (2 * np.pi)
    return (np.rint(turns * STEPS_PER_TURN).astype(np.int64) % STEPS_PER_TURN).astype(np.uint16)


def quality_steps(quality: FloatArray) -> ByteArray:
    """Return qualities in [0, 1] as parts of 1 / 255."""
    return np.rint(quality.astype(np.float64) * QUALITY_STEPS).astype(np.uint8)


def positions(steps: ShortArray) -> FloatArray:
    """Return pixels."""
    return (steps.astype(np.float64) / STEPS_PER_PIXEL).astype(np.float32)


def angles(steps: ShortArray) -> FloatArray:
    """Return radians in (-pi, pi]."""
    turn = steps.astype(np.float64)
    turn -= np.where(turn > STEPS_PER_TURN // 2, STEPS_PER_TURN, 0)
    return (turn * (2 * np.pi / STEPS_PER_TURN)).astype(np.float32)


def qualities(steps: ByteArray) -> FloatArray:
    """Return qualities in [0, 1]."""
    return (steps / QUALITY_STEPS).astype(np.float32)
