"""Error versus discard: how fast do errors vanish when the samples of worst quality are taken again?

Of all samples a share with the lowest quality is left out, and with them every pair that holds one: a pair is as good
as its worse sample (ISO/IEC 29794-1, error versus discard characteristic). The threshold stays where it was. Samples of
equal quality go together: a share that would part them is rounded down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Index = NDArray[np.int64]

SHARES = tuple(i / 200 for i in range(61))
"""Shares of samples that are discarded: 0 to 30 % in steps of half a percent."""

AREA_UP_TO = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class MatedPairs:
    """The mated comparisons of several databases.

    Attributes:
        pair: shape (g, 2): samples of each, from 0.
        raw: shape (g,): comparison scores.
        level: shape (g,): -10 log10 of the FMRs they claim; claims end at 120, raw scores do not.
        finger: shape (s,): the finger of every sample, from 0; one number for a finger of one database.
    """

    pair: Index
    raw: Float
    level: Float
    finger: Index


def discard_curve(quality: Float, pair: Index, missed: NDArray[np.bool_], times: Index | None = None) -> Float:
    """Return the FNMR at each of :data:`SHARES`; 0 where no pair is left.

    Args:
        quality: shape (s,): of the samples; higher is better.
        pair: shape (g, 2): samples of the mated pairs.
        missed: shape (g,): which pairs are false non-matches.
        times: shape (s,): how often each sample counts; a pair counts as its first one does. Once each if left out.
    """
    times = np.ones(len(quality), np.int64) if times is None else times
    order = np.argsort(quality, kind="stable")
    ascending, discarded = quality[order], np.concatenate([[0], np.cumsum(times[order])])
    worse = quality[pair].min(axis=1)
    by_quality = np.argsort(worse, kind="stable")
    weight = times[pair[:, 0]][by_quality]
    left = _remaining(weight)
    wrong = _remaining(weight * missed[by_quality])
    wanted = np.array(SHARES) * discarded[-1]
    # The last place at which no more samples are discarded than wanted, back to where its equals begin.
    place = np.searchsorted(discarded, wanted + 1e-9, side="right") - 1
    least = ascending[np.minimum(place, len(ascending) - 1)]
    first = np.searchsorted(worse[by_quality], least, side="left")
    fnmr: Float = wrong[first] / np.maximum(left[first], 1)
    return fnmr


def _remaining(weight: Index) -> Index:
    """Return the sums of all that follow, itself included; 0 at the end."""
    return np.concatenate([np.cumsum(weight[::-1])[::-1], [0]])


def mean_up_to(curve: Float, share: float = AREA_UP_TO) -> float:
    """Return the mean FNMR while the first ``share`` of samples is discarded: the partial area under the curve."""
    shares = np.array(SHARES)
    within = shares <= share + 1e-12
    return float(np.trapezoid(curve[within], shares[within]) / share)


def usefulness(pairs: MatedPairs) -> Float:
    """Return the mean raw score of every sample's mated comparisons: what quality is to foretell."""
    total, count = np.zeros(len(pairs.finger)), np.zeros(len(pairs.finger))
    for side in (0, 1):
        np.add.at(total, pairs.pair[:, side], pairs.raw)
        np.add.at(count, pairs.pair[:, side], 1)
    return total / np.maximum(count, 1)


def rank_correlation(a: Float, b: Float) -> float:
    """Return Spearman's rank correlation, equals sharing their mean rank; 0 if all of one are equal."""
    x, y = _ranks(a) - (len(a) + 1) / 2, _ranks(b) - (len(b) + 1) / 2
    size = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / size if size > 0 else 0.0


def _ranks(values: Float) -> Float:
    _, group, size = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Float = (np.cumsum(size) - (size - 1) / 2)[group]
    return ranks


def resampled_means(
    qualities: Sequence[Float], pairs: MatedPairs, threshold: float, draws: int, seed: int
) -> NDArray[np.float64]:
    """Return :func:`mean_up_to` of every quality under draws of fingers with replacement, shape (draws, qualities)."""
    rng = np.random.default_rng(seed)
    fingers = int(pairs.finger.max()) + 1
    missed = pairs.level < threshold
    means = np.zeros((draws, len(qualities)))
    for row in means:
        drawn = np.bincount(rng.integers(0, fingers, fingers), minlength=fingers)
        times = drawn[pairs.finger].astype(np.int64)
        row[:] = [mean_up_to(discard_curve(q, pairs.pair, missed, times)) for q in qualities]
    return means
