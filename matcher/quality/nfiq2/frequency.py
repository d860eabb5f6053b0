"""Frequency domain analysis (ISO/IEC 29794-4:2024, 6.2.4): what share of a local region's profile is one period."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.quality.nfiq2.histogram import histogram
from matcher.quality.nfiq2.slanted import EXTRA, HEIGHT, WIDTH, Regions, windows

LIMITS = (0.268, 0.304, 0.33, 0.355, 0.38, 0.407, 0.44, 0.5, 1.0)
_SIDE_LOBES = 0.3


def frequency_domain(regions: Regions) -> dict[str, float]:
    """Return the measures ``FDA_Bin10_*`` of the foreground."""
    held = regions.foreground
    # Ridges lie here, so that a row's mean is a point of the profile.
    lying = windows(regions.around[held], regions.orientation[held] + np.pi / 2, HEIGHT, WIDTH, EXTRA)
    return histogram("FDA", LIMITS, strongest_share(lying.mean(axis=2)))


def strongest_share(profiles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what share the strongest amplitude and three tenths of its neighbours have of all; 1 if it is the first.

    The sum of all leaves out the mean and the last amplitude.

    Args:
        profiles: shape (n, 32).
    """
    amplitudes = np.abs(np.fft.rfft(profiles, axis=1))[:, 1:]
    strongest = amplitudes.argmax(axis=1)
    mirrored = np.concatenate([amplitudes, amplitudes[:, -2:-1]], axis=1)
    each = np.arange(len(profiles))
    beside = mirrored[each, strongest - 1] + mirrored[each, strongest + 1]
    total = amplitudes[:, :-1].sum(axis=1)
    share = (amplitudes[each, strongest] + _SIDE_LOBES * beside) / np.where(total > 0, total, 1.0)
    return np.asarray(np.where(strongest == 0, 1.0, share), np.float64)
