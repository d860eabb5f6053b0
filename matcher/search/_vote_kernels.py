"""Compiled loops that let what was found vote, GIL released. Each has a slow plain twin in the tests."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, wrap
from matcher._prefetch import prefetch
from matcher.search.arrays import Enrolled, Found
from matcher.templates.quantisation import STEPS_PER_PIXEL, STEPS_PER_TURN
from matcher.types import FloatArray

_PLACES = 1 << 15  # in so few votes are counted before it is known whose they are
_KEY_BITS = 32  # of a row of what was found, below its impression: sorted so, votes lie by impression, then by code
_AHEAD = 4  # impressions further on, whose minutiae are fetched meanwhile


@compiled
def tally(
    found: Found,
    limits: NDArray[np.int64],
    pose: FloatArray,
    enrolled: Enrolled,
    worthless: float,
    least: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint16], FloatArray]:
    """Turn what was found into votes, impression after impression, and say which movement each implies.

    Args:
        found: for the n codes of the probe.
        limits: int64, shape (n,): what was found for a code and is farther does not vote.
        pose: float32, shape (n, 3): x, y, direction of the probe's minutiae.
        enrolled: the segment's minutiae.
        worthless: distance at which a vote counts nothing.
        least: impressions with fewer votes are left out.

    Returns:
        Rows, starts, code, minutia and cast, as :class:`~matcher.search.arrays.Votes` has them.
    """
    rows, starts, voting, code = _voters(found, limits, least)
    minutia, cast = np.empty(voting.shape[0], np.uint16), np.empty((voting.shape[0], 4), np.float32)
    for r in range(rows.shape[0]):
        _fetch(enrolled, rows, r)
        first = enrolled.offsets[rows[r]]
        for v in range(starts[r], starts[r + 1]):
            i, minutia[v] = code[v], found.minutiae[voting[v]]
            m = first + minutia[v]
            turn = wrap(enrolled.angle[m] * (2 * pi / STEPS_PER_TURN) - pose[i, 2])
            cast[v, 0] = max(0.0, 1 - found.far[voting[v]] / worthless)
            cast[v, 1] = turn
            cast[v, 2] = enrolled.x[m] / STEPS_PER_PIXEL - (cos(turn) * pose[i, 0] + sin(turn) * pose[i, 1])
            cast[v, 3] = enrolled.y[m] / STEPS_PER_PIXEL - (cos(turn) * pose[i, 1] - sin(turn) * pose[i, 0])
    return rows, starts, code, minutia, cast


@compiled
def _fetch(enrolled: Enrolled, rows: NDArray[np.int64], r: int) -> None:
    """Have fetched where the minutiae of an impression further on begin, and those of one that is nearer."""
    if r + 2 * _AHEAD < rows.shape[0]:
        prefetch(enrolled.offsets, rows[r + 2 * _AHEAD])
    if r + _AHEAD < rows.shape[0]:
        first = enrolled.offsets[rows[r + _AHEAD]]
        prefetch(enrolled.angle, first)
        prefetch(enrolled.x, first)
        prefetch(enrolled.y, first)


@compiled
def _voters(
    found: Found, limits: NDArray[np.int64], least: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return which impressions have votes enough, ascending, where those of each begin, which they are, and of what.

    By the votes, not by the impressions: a segment has a hundred times as many as there are votes in it. Most have one
    vote, and are told apart by counting in few places before any are sorted.

    Returns:
        ``rows`` and ``starts`` as :class:`~matcher.search.arrays.Votes` has them; int64, shape (v,): the rows of
        ``found``, and the codes they are for.
    """
    counts, code_of = np.zeros(_PLACES, np.int32), np.empty(found.begins[-1], np.int64)
    for i in range(limits.shape[0]):
        for p in range(found.begins[i], found.begins[i + 1]):
            counts[found.owners[p] % _PLACES] += found.far[p] <= limits[i]
            code_of[p] = i
    keys, count = np.empty(code_of.shape[0], np.int64), 0
    for p in range(code_of.shape[0]):
        keys[count] = np.int64(found.owners[p]) << _KEY_BITS | p
        count += found.far[p] <= limits[code_of[p]] and counts[found.owners[p] % _PLACES] >= least
    keys = np.sort(keys[:count])
    rows, starts = np.empty(count, np.int64), np.zeros(count + 1, np.int64)
    voting, code = np.empty(count, np.int64), np.empty(count, np.int64)
    kept, votes, first = 0, 0, 0
    for v in range(1, count + 1):
        owner = keys[first] >> _KEY_BITS
        if v < count and keys[v] >> _KEY_BITS == owner:
            continue
        if v - first >= least:
            for own in range(first, v):
                voting[votes] = keys[own] - (owner << _KEY_BITS)
                code[votes] = code_of[voting[votes]]
                votes += 1
            rows[kept], starts[kept + 1] = owner, votes
            kept += 1
        first = v
    return rows[:kept].copy(), starts[: kept + 1].copy(), voting[:votes].copy(), code[:votes].copy()


@compiled
def agrees(vote: FloatArray, centre: FloatArray, turn_tolerance: float, shift_tolerance: float) -> bool:
    """Tell whether a vote, as :func:`tally` returns it, implies nearly the same movement as another."""
    return bool(
        abs(wrap(vote[1] - centre[1])) <= turn_tolerance
        and abs(vote[2] - centre[2]) <= shift_tolerance
        and abs(vote[3] - centre[3]) <= shift_tolerance
    )


@compiled
def consistent_peaks(
    starts: NDArray[np.int64],
    code: NDArray[np.int64],
    cast: FloatArray,
    turn_tolerance: float,
    shift_tolerance: float,
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Find for every enrolled impression the most votes that agree on one movement.

    A Hough peak without a grid: each vote in turn is the centre of a window of +- the tolerances, and the largest sum
    counts. Within a window, each code of the probe counts once, with its best vote.

    Args:
        starts: int64, shape (e + 1,): votes of impression i are ``starts[i]:starts[i + 1]``.
        code: int64, shape (v,): code of the probe, ascending within an impression.
        cast: float32, shape (v, 4): as :func:`tally` returns them.
        turn_tolerance: radians.
        shift_tolerance: pixels.

    Returns:
        The sums, float32, shape (e,), and the votes that are the centres, int64, shape (e,); -1 for none. Cost: the sum
        of squares of the votes of an impression.
    """
    peaks = np.zeros(starts.shape[0] - 1, np.float32)
    centres = np.full(peaks.shape[0], -1, np.int64)
    for e in range(peaks.shape[0]):
        for i in range(starts[e], starts[e + 1]):
            total, best, current = 0.0, 0.0, -1
            for j in range(starts[e], starts[e + 1]):
                if code[j] != current:
                    total, best, current = total + best, 0.0, code[j]
                if cast[j, 0] > best and agrees(cast[j], cast[i], turn_tolerance, shift_tolerance):
                    best = cast[j, 0]
            if total + best > peaks[e]:
                peaks[e], centres[e] = total + best, i
    return peaks, centres
