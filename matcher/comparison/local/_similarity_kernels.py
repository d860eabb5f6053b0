"""Compiled loops that hold the cylinders of two prints together, GIL released; each has a plain twin in the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import floor, pi
from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from matcher._compiled import compiled
from matcher._lanes import LANES, NUMBERS, Lanes
from matcher.comparison.params import TurnParams
from matcher.comparison.prints import CELL_WORDS, COUNT_BITS, WORDS, Cylinders
from matcher.types import FloatArray

STEPS = 256
"""Turns are told apart in so many steps of the full turn."""

_VOTE_STEPS = 1024
_VALID = WORDS + COUNT_BITS * CELL_WORDS  # rows of the words from which on cells are told to be valid


@compiled
def local_similarities(a: Cylinders, b: Cylinders, least_common: int) -> FloatArray:
    """Compare every cylinder of one print with every cylinder of the other (TPAMI 32(12), 2010, eqs. 18 to 20).

    ``1 - sqrt|a' xor b'| / (sqrt|a'| + sqrt|b'|)`` over the cells valid in both, in single precision; 0 for two empty
    cylinders and for too few cells valid in both.

    Args:
        a: n cylinders of the one print.
        b: m of the other.
        least_common: least number of cells valid in both, at least 1.

    Returns:
        float32, shape (n, m rounded up to whole lanes), in [0, 1]; 0 in the columns beyond m. About 10 ns for each two.
    """
    n, blocks, words_a, words_b = a.minutia.shape[0], b.words.shape[0], a.words, b.words
    similarity = np.empty((n, blocks * LANES), np.float32)
    for block in range(blocks):
        for i in range(n):
            _compare_lanes(words_a, i, words_b, block, least_common, similarity)
    return similarity


def _emit_lanes(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    """Emit what holds cylinder ``i`` against the ``LANES`` of one block, and writes what comes out into its row.

    Written as vectors of the machine's, because LLVM makes none of the loop: it cannot know that counts and words lie
    apart. A plain loop over the columns takes twice as long.
    """
    arrays = [
        context.make_array(kind)(context, builder, value) if isinstance(kind, types.Array) else value
        for kind, value in zip(signature.args, values, strict=True)
    ]
    words_a, i, words_b, block, least, similarity = arrays
    lanes = Lanes(builder)
    own_block, own_lane = lanes.block_of(words_a, i)
    others_block = lanes.block(words_b, block)

    def own(row: int) -> Any:
        return lanes.everywhere(own_block, row, own_lane)

    def others(row: int) -> Any:
        return lanes.loaded(others_block, row)

    def each(first: int, count: int) -> Iterator[Any]:
        return (builder.and_(own(first + w), others(first + w)) for w in range(count))

    def among(counts: Callable[[int], Any], valid: Callable[[int], Any], bit: int) -> Iterator[Any]:
        first = WORDS + CELL_WORDS * bit
        return (builder.and_(counts(first + w), valid(_VALID + w)) for w in range(CELL_WORDS))

    common, in_both = lanes.ones([each(_VALID, CELL_WORDS)]), lanes.ones([each(0, WORDS)])
    in_a = lanes.ones([among(own, others, bit) for bit in range(COUNT_BITS)])
    in_b = lanes.ones([among(others, own, bit) for bit in range(COUNT_BITS)])
    either = builder.add(in_a, in_b)
    unequal = builder.sub(either, builder.add(in_both, in_both))
    length = builder.fadd(lanes.root(in_a), lanes.root(in_b))
    alike = builder.fsub(lanes.floats(1.0), builder.fdiv(lanes.root(unequal), length))
    enough = builder.icmp_signed(">=", common, lanes.splat(builder.trunc(least, NUMBERS.element), NUMBERS))
    told = builder.and_(enough, builder.icmp_signed(">", either, lanes.numbers(0)))
    lanes.store(builder.select(told, alike, lanes.floats(0.0)), similarity, i, block)
    return context.get_dummy_value()


@intrinsic
def _compare_lanes_of(
    _context: Any, words_a: Any, i: Any, words_b: Any, block: Any, least: Any, similarity: Any
) -> Any:
    return types.void(words_a, i, words_b, block, least, similarity), _emit_lanes


_compare_lanes: Any = _compare_lanes_of


@compiled
def turn_steps(direction: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return directions, radians, in ``STEPS`` of the full turn."""
    steps = np.empty(direction.shape[0], np.int64)
    for i in range(direction.shape[0]):
        steps[i] = floor(direction[i] * (STEPS / (2 * pi)) + 0.5) & (STEPS - 1)
    return steps


@compiled
def likely_turns(
    similarity: FloatArray, steps_a: NDArray[np.int64], steps_b: NDArray[np.int64], middle: int, turns: TurnParams
) -> list[NDArray[np.bool_]]:
    """Tell by which turns the one print may be turned against the other: by what most alike cylinders agree on.

    Every two cylinders vote for the turn between them, with the square of what their similarity exceeds
    ``turns.doubtful`` by; a vote counts for the turns around it, the less the farther. Whole numbers: their sum has no
    order.

    Args:
        similarity: float32, shape (n, m rounded up to whole lanes), as :func:`local_similarities` returns it.
        steps_a: int64, shape (n,): directions, in ``STEPS`` of the full turn.
        steps_b: likewise, shape (m,).
        middle: 0, or half a turn: those around it are told by themselves.
        turns: what votes count.

    Returns:
        bool, shape (STEPS,) each: turns from ``a`` to ``b``, counter-clockwise: all that are likely; and those of them
        around the middle, where these are as likely as others.
    """
    votes = np.zeros(STEPS, np.int64)
    least = np.float32(turns.doubtful)
    for i in range(steps_a.shape[0]):
        for first in range(0, similarity.shape[1], LANES):
            any_votes = False
            for j in range(first, first + LANES):  # eight at once: most have none that votes
                any_votes |= similarity[i, j] > least
            if not any_votes:
                continue
            for j in range(first, first + LANES):
                if similarity[i, j] > least:
                    above = int((similarity[i, j] - least) * _VOTE_STEPS)
                    votes[(steps_b[j] - steps_a[i]) & (STEPS - 1)] += above * above
    around = _summed(_summed(votes, turns.reach, 0), turns.reach, turns.reach - 1) + turns.anyway
    likely, half, most = around >= turns.share * around.max(), np.zeros(STEPS, np.bool_), 0
    for d in range(-turns.upright, turns.upright + 1):
        t = (middle + d) & (STEPS - 1)
        half[t] = likely[t]
        most = max(most, around[t])
    return [likely, half] if half.sum() < likely.sum() and most >= turns.as_likely * around.max() else [likely]


@compiled
def _summed(votes: NDArray[np.int64], width: int, shift: int) -> NDArray[np.int64]:
    """Return the sum of ``width`` neighbours, the last of them ``shift`` steps on, around the full turn."""
    sums = np.empty_like(votes)
    running = 0
    for k in range(shift + 1 - width, shift + 1):
        running += votes[k & (STEPS - 1)]
    for k in range(STEPS):
        sums[k] = running
        running += votes[(k + shift + 1) & (STEPS - 1)] - votes[(k + shift + 1 - width) & (STEPS - 1)]
    return sums
