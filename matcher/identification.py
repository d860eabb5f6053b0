"""1:N: retrieve, vote, verify, rank. The pure parts; :mod:`matcher.gallery` holds the state.

Every minutia of the probe retrieves the most alike cylinders of the gallery. Each is weighed exactly and votes for its
impression and for the movement it implies; an impression's vote is the most evidence that agrees on one movement. The
impressions with the largest votes go to the full comparator, and only its scores decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, pi
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher._index_kernels import consistent_peaks, evidence
from matcher.codes import IndexFeatures
from matcher.cylinders import WordArray
from matcher.types import FloatArray

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RetrievalParams:
    """How much is retrieved, what agrees, and how many are verified.

    Attributes:
        neighbours: cylinders retrieved for each minutia of the probe.
        largest_turn: two minutiae whose directions differ by more do not vote, radians.
        turn_tolerance, shift_tolerance: half the window in which votes agree, radians and pixels at 500 dpi.
        exhaustive_up_to: up to this many impressions all are verified; exact, and cheaper than searching.
        shortlist_fraction: part of the searched impressions that is verified, at least ``shortlist_least`` and at most
            ``shortlist_most``.
    """

    neighbours: int = 200
    largest_turn: float = pi / 2
    turn_tolerance: float = 0.35
    shift_tolerance: float = 40.0
    exhaustive_up_to: int = 200
    shortlist_fraction: float = 0.01
    shortlist_least: int = 50
    shortlist_most: int = 2000


@dataclass(frozen=True, slots=True, eq=False)
class CylinderRows:
    """The cylinders of all enrolled impressions, by row.

    Attributes:
        bits: uint64, shape (r, w).
        pose: float32, shape (r, 3).
        owner: int64, shape (r,): the enrolled impression a row belongs to.
    """

    bits: WordArray
    pose: FloatArray
    owner: NDArray[np.int64]


def centred(pose: FloatArray) -> FloatArray:
    """Move the origin to the mean position, so that a wrong turn shifts a minutia as little as it can."""
    moved = pose.copy()
    moved[:, :2] -= pose[:, :2].mean(axis=0)
    return moved


def votes(
    probe: IndexFeatures, rows: NDArray[np.int64], gallery: CylinderRows, params: RetrievalParams
) -> tuple[NDArray[np.int64], FloatArray]:
    """Weigh what the probe's minutiae retrieved.

    Args:
        probe: the probe's cylinders, n of them.
        rows: int64, shape (n, k): retrieved rows of ``gallery``, -1 for none.
        gallery: all rows.
        params: tolerances.

    Returns:
        Enrolled impressions with a vote, ascending, and their votes, float32.
    """
    found = evidence(probe.bits, centred(probe.pose), rows, gallery.bits, gallery.pose, params.largest_turn)
    minutia, column = np.nonzero(found[:, :, 0] > 0)
    owner = gallery.owner[rows[minutia, column]]
    order = np.lexsort((minutia, owner))
    owners, starts = np.unique(owner[order], return_index=True)
    peaks = consistent_peaks(
        np.append(starts, order.size).astype(np.int64),
        minutia[order],
        found[minutia, column][order],
        params.turn_tolerance,
        params.shift_tolerance,
    )
    return owners, peaks


def shortlist_size(searched: int, params: RetrievalParams) -> int:
    """Return how many of the searched impressions are verified."""
    if searched <= params.exhaustive_up_to:
        return searched
    wanted = ceil(params.shortlist_fraction * searched)
    return min(searched, params.shortlist_most, max(params.shortlist_least, wanted))


def largest(owners: NDArray[np.int64], peaks: FloatArray, count: int) -> list[int]:
    """Return the ``count`` impressions with the largest votes, best first; equal votes by ascending number."""
    order = np.lexsort((owners, -peaks))[:count]
    return [int(o) for o in owners[order]]


def with_checkpoints(items: Sequence[T], every: int, checkpoint: Callable[[], None]) -> Iterable[T]:
    """Yield the items, calling ``checkpoint`` before the first and after every ``every``; it may raise to cancel."""
    for i, item in enumerate(items):
        if i % every == 0:
            checkpoint()
        yield item
