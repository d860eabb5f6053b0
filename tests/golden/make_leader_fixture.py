"""Make ``leader_ridges.npz``: a procedural ridge pattern and what pyfing's own Keras model answers to it.

Run once, where Keras with a backend is installed beside pyfing 0.7.3: ``python tests/golden/make_leader_fixture.py``.
The file holds the image (uint8), flat indices of sampled pixels, and at them the four maps as Keras computed them:
position, direction in radians, kind, quality. All maxima of quality are among the samples.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pyfing.minutiae_end_to_end import Leader

HEIGHT, WIDTH = 160, 192
RIDGE_PERIOD = 9.0
SAMPLES = 600


def ridge_image(seed: int) -> NDArray[np.uint8]:
    """Return waves of one ridge period with twelve phase spirals, each of which is a minutia, and mild noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    phase = 2 * np.pi / RIDGE_PERIOD * (y + 12 * np.sin(x / 60))
    for _ in range(12):
        column, row = rng.uniform(20, WIDTH - 20), rng.uniform(20, HEIGHT - 20)
        phase += rng.choice([-1, 1]) * np.arctan2(y - row, x - column)
    grey = 128 + 90 * np.cos(phase) + rng.normal(0, 8, phase.shape)
    image: NDArray[np.uint8] = np.clip(np.round(grey), 0, 255).astype(np.uint8)
    return image


def main() -> None:
    """Write the fixture beside this script."""
    image = ridge_image(20260215)
    maps = np.asarray(Leader().model(image[None, :, :, None], training=False))[0].reshape(-1, 4)
    drawn = np.random.default_rng(1).choice(len(maps), SAMPLES, replace=False)
    indices = np.union1d(drawn, np.flatnonzero(maps[:, 3] > 0.05)).astype(np.int32)
    target = Path(__file__).with_name("leader_ridges.npz")
    np.savez_compressed(target, image=image, indices=indices, maps=maps[indices].astype(np.float32))


if __name__ == "__main__":
    main()
