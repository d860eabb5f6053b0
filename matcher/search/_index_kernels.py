"""Compiled loops of the index, GIL released. Each has a slow plain twin in the tests that it must equal."""

from __future__ import annotations

from math import cos, exp, pi, sin

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, wrap
from matcher.comparison._cylinder_kernels import add_neighbours, direction_spread
from matcher.types import FloatArray

_SATURATED, _VALUE_STEPS = 0.025, 256
"""Blurred counts are told apart in so many steps up to where a cell's value is 1. In the first step a cell is as good
as empty: its value differs from an empty cell's by 0.004."""

_DIRECTION_STEPS = 1024  # a third of a degree


@compiled
def index_codes(
    offsets: NDArray[np.int64],
    x: NDArray[np.uint16],
    y: NDArray[np.uint16],
    angle: NDArray[np.uint16],
    quality: NDArray[np.uint8],
    reported: NDArray[np.bool_],
    least_quality: int,
    unreported_quality: int,
    grid: NDArray[np.int64],
    cell: float,
    directions: int,
    sigma_position: float,
    sigma_direction: float,
    threshold: float,
    steepness: float,
    mean: FloatArray,
    projection: FloatArray,
) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.uint16]]:
    """Make the balanced codes of the minutiae of many templates.

    The product with the projection is added on one core in an order that no machine changes: a threaded product of this
    size waits for its threads longer than it computes as soon as the other cores are busy. Cells without neighbours, a
    third to a half, have one value, and their share is added once.

    Args:
        offsets: int64, shape (t + 1,): template i has the minutiae ``offsets[i]:offsets[i + 1]``.
        x: uint16: eighths of a pixel.
        y: likewise.
        angle: uint16: parts of 2 pi / 65536.
        quality: uint8: parts of 1 / 255.
        reported: bool, shape (t,): whether a template's qualities are reported.
        least_quality: minutiae below are left out, and not seen by the others.
        unreported_quality: what counts where they are not.
        grid: cells of a cylinder; see :func:`~matcher.comparison._cylinder_kernels.cell_sums`.
        cell: likewise.
        directions: likewise.
        sigma_position: likewise.
        sigma_direction: likewise.
        threshold: a minutia without any sum above it says nothing and is left out.
        steepness: of the sigmoid around the threshold.
        mean: float32, shape (c,).
        projection: float32, shape (c, b), b a multiple of 64.

    Returns:
        Codes, uint64, shape (n, b / 64), lowest bit first; the template of each, int32, shape (n,); which of its
        minutiae it is of, uint16, shape (n,). About 1 ms for 50 minutiae.
    """
    cells, planes = projection.shape
    total = offsets[-1] - offsets[0]
    codes = np.zeros((total, planes // 64), np.uint64)
    owner, minutia = np.empty(total, np.int32), np.empty(total, np.uint16)
    sums, usual, side = np.empty(cells, np.float32), np.zeros(planes, np.float32), np.empty(planes, np.float32)
    spread = direction_spread(_DIRECTION_STEPS, directions, sigma_direction)
    common = float(1 / (1 + exp(steepness * threshold)))
    table = _value_table(common, threshold, steepness)
    for c in range(cells):
        offset = np.float32(common) - mean[c]
        for b in range(planes):
            usual[b] += offset * projection[c, b]
    count = 0
    for t in range(offsets.shape[0] - 1):
        members = _indexed(quality, offsets[t], offsets[t + 1], reported[t], least_quality, unreported_quality)
        px, py = x[members].astype(np.float64) / 8, y[members].astype(np.float64) / 8
        turn = angle[members].astype(np.float64) * (2 * pi / 65536)
        for i in range(members.shape[0]):
            sums[:] = 0
            add_neighbours(i, px, py, turn, grid, cell, directions, sigma_position, sigma_direction, spread, sums)
            if sums.max() > threshold:
                side[:] = usual
                _add_sides(sums, table, projection, side)
                for b in range(planes):
                    codes[count, b >> 6] |= np.uint64(side[b] > 0) << np.uint64(b & 63)
                owner[count], minutia[count] = t, members[i] - offsets[t]
                count += 1
    return codes[:count].copy(), owner[:count].copy(), minutia[:count].copy()


@compiled
def _indexed(
    quality: NDArray[np.uint8], first: int, last: int, reported: bool, least_quality: int, unreported_quality: int
) -> NDArray[np.int64]:
    """Return which of the minutiae ``first:last`` of one template are sure enough for the index."""
    members, kept = np.empty(last - first, np.int64), 0
    for i in range(first, last):
        if (quality[i] if reported else unreported_quality) >= least_quality:
            members[kept] = i
            kept += 1
    return members[:kept]


@compiled
def _value_table(common: float, threshold: float, steepness: float) -> FloatArray:
    """Return by how much a cell's value exceeds an empty cell's, for blurred counts in steps up to ``_SATURATED``."""
    table = np.empty(_VALUE_STEPS + 1, np.float32)
    for k in range(_VALUE_STEPS + 1):
        count = (k + 0.5) * _SATURATED / _VALUE_STEPS
        table[k] = 1 / (1 + exp(-steepness * (count - threshold))) - common
    table[0] = 0
    return table


@compiled
def _add_sides(sums: FloatArray, table: FloatArray, projection: FloatArray, side: FloatArray) -> None:
    """Add what the cells with neighbours put on either side of each plane, more than cells without would.

    Four cells at a time: adding is bound by the memory that ``side`` passes through.
    """
    cell, offset, count = np.zeros(sums.shape[0] + 3, np.int64), np.zeros(sums.shape[0] + 3, np.float32), 0
    for c in range(sums.shape[0]):
        step = min(_VALUE_STEPS, int(sums[c] * np.float32(_VALUE_STEPS / _SATURATED)))
        if step > 0:
            cell[count], offset[count] = c, table[step]
            count += 1
    for k in range(0, count, 4):
        p, q, r, s = cell[k], cell[k + 1], cell[k + 2], cell[k + 3]
        o, u, v, w = offset[k], offset[k + 1], offset[k + 2], offset[k + 3]
        for b in range(side.shape[0]):
            side[b] += (o * projection[p, b] + u * projection[q, b]) + (v * projection[r, b] + w * projection[s, b])


@compiled
def tally(
    begins: NDArray[np.int64],
    found: NDArray[np.int64],
    far: NDArray[np.uint16],
    limits: NDArray[np.int64],
    pose: FloatArray,
    posted_owner: NDArray[np.int32],
    posted_minutia: NDArray[np.uint16],
    offsets: NDArray[np.int64],
    x: NDArray[np.uint16],
    y: NDArray[np.uint16],
    angle: NDArray[np.uint16],
    worthless: float,
    least: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint16], FloatArray]:
    """Turn what was found into votes, impression after impression, and say which movement each implies.

    Args:
        begins: int64, shape (n + 1,): as :func:`~matcher.search._scan_kernels.scan` returns it.
        found: int64: likewise.
        far: uint16: likewise.
        limits: int64, shape (n,): what was found for a code and is farther does not vote.
        pose: float32, shape (n, 3): x, y, direction of the probe's minutiae.
        posted_owner: int32, shape (m,): impression of each posting.
        posted_minutia: uint16, shape (m,): its minutia.
        offsets: int64, shape (e + 1,): where each impression's minutiae begin.
        x: uint16: their positions, eighths of a pixel.
        y: likewise.
        angle: uint16: their directions, parts of 2 pi / 65536.
        worthless: distance at which a vote counts nothing.
        least: impressions with fewer votes are left out.

    Returns:
        The impressions, int64, shape (k,); where the votes of each begin, int64, shape (k + 1,); the code of the probe
        that cast each vote, int64, ascending within an impression; the minutia it is for, uint16; and float32, shape
        (v, 4): weight, turn in [-pi, pi), shift x, shift y that take the probe's minutia to the enrolled one, the shift
        measured after turning about the origin of the probe's pose.
    """
    n, impressions = pose.shape[0], offsets.shape[0] - 1
    counts = np.zeros(impressions, np.int32)
    for i in range(n):
        for p in range(begins[i], begins[i + 1]):
            counts[posted_owner[found[p]]] += far[p] <= limits[i]
    place = np.full(impressions, -1, np.int64)
    owners = np.empty(impressions, np.int64)
    starts = np.zeros(impressions + 1, np.int64)
    kept = 0
    for e in range(impressions):
        if counts[e] >= least:
            owners[kept] = e
            starts[kept + 1] = starts[kept] + counts[e]
            place[e] = starts[kept]
            kept += 1
    code = np.empty(starts[kept], np.int64)
    minutia = np.empty(starts[kept], np.uint16)
    votes = np.empty((starts[kept], 4), np.float32)
    for i in range(n):
        for p in range(begins[i], begins[i + 1]):
            owner = posted_owner[found[p]]
            at = place[owner]
            if at < 0 or far[p] > limits[i]:
                continue
            m = offsets[owner] + posted_minutia[found[p]]
            turn = wrap(angle[m] * (2 * pi / 65536) - pose[i, 2])
            code[at], minutia[at] = i, posted_minutia[found[p]]
            votes[at, 0] = max(0.0, 1 - far[p] / worthless)
            votes[at, 1] = turn
            votes[at, 2] = x[m] / 8.0 - (cos(turn) * pose[i, 0] + sin(turn) * pose[i, 1])
            votes[at, 3] = y[m] / 8.0 - (cos(turn) * pose[i, 1] - sin(turn) * pose[i, 0])
            place[owner] += 1
    return owners[:kept].copy(), starts[: kept + 1].copy(), code, minutia, votes


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
    votes: FloatArray,
    turn_tolerance: float,
    shift_tolerance: float,
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Find for every enrolled impression the most votes that agree on one movement.

    A Hough peak without a grid: each vote in turn is the centre of a window of +- the tolerances, and the largest sum
    counts. Within a window, each code of the probe counts once, with its best vote.

    Args:
        starts: int64, shape (e + 1,): votes of impression i are ``starts[i]:starts[i + 1]``.
        code: int64, shape (v,): code of the probe, ascending within an impression.
        votes: float32, shape (v, 4): as :func:`tally` returns them.
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
                if votes[j, 0] > best and agrees(votes[j], votes[i], turn_tolerance, shift_tolerance):
                    best = votes[j, 0]
            if total + best > peaks[e]:
                peaks[e], centres[e] = total + best, i
    return peaks, centres
