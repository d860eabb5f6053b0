"""A print, the constants and a laying as they are handed to the compiled comparison, and back: one array each.

To hand over a named tuple of arrays or of numbers takes Numba's Python side as long as the loops take for a third of a
comparison; an array takes next to nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba.np.unsafe import ndarray
from numpy.typing import NDArray

from matcher._compiled import compiled
from matcher._lanes import LANES
from matcher.comparison._evidence_kernels import PARTS
from matcher.comparison._growth_kernels import Laid
from matcher.comparison.evidence import EvidenceModel
from matcher.comparison.local._relaxation_kernels import Fits, fits
from matcher.comparison.params import ComparisonParams, GrowthParams, LocalParams, Skin, SurroundingsParams
from matcher.comparison.prints import Cylinders, Print, Said

Flat = NDArray[np.float64]
Record = NDArray[np.void]

to_fixed_tuple: Any = ndarray.to_fixed_tuple

_HEAD = 8  # minutiae, corners of the hull, cylinders, blocks of words, words of a cylinder, cells, area, one way
AREA, ONE_WAY = 6, 7
_LAID = PARTS + 7  # the local score, the parts, turn, shift, middle, and the number of pairs
_FITS, _SKIN, _GROWTH, _EVIDENCE = 6, len(Skin._fields), len(GrowthParams._fields) - 2, len(EvidenceModel._fields)
_MODEL = _FITS + 2 * _SKIN + _GROWTH
_AROUND, _SURROUNDINGS = _MODEL + _EVIDENCE, len(SurroundingsParams._fields)


@compiled
def flat(of: Print, says: Said, cylinders: Cylinders, area: float, one_way: float) -> Flat:
    """Return a print, what it says and its cylinders one after the other, whole numbers and words by their bits.

    Args:
        of: the print, its kinds as floats.
        says: what it says.
        cylinders: its cylinders.
        area: see :class:`~matcher.comparison.prepared.PreparedTemplate`; as it is.
        one_way: likewise.
    """
    n, h, k = of.pose.shape[0], of.hull.shape[0], cylinders.minutia.shape[0]
    blocks, rows, lanes = cylinders.words.shape
    whole = np.empty(_HEAD + 18 * n + 2 * h + 4 * k + blocks * rows * lanes)
    whole[0], whole[1], whole[2], whole[3], whole[4], whole[5] = n, h, k, blocks, rows, cylinders.cells
    whole[AREA], whole[ONE_WAY] = area, one_way
    numbers, bits = whole.view(np.int64), whole.view(np.uint64)
    at = _HEAD
    whole[at : at + 3 * n] = of.pose.ravel()
    at += 3 * n
    whole[at : at + n], whole[at + n : at + 2 * n] = of.quality, of.kind
    at += 2 * n
    whole[at : at + 2 * h] = of.hull.ravel()
    at += 2 * h
    whole[at : at + n], whole[at + n : at + 2 * n], whole[at + 2 * n : at + 3 * n] = of.common, says.pro, says.contra
    at += 3 * n
    whole[at : at + 8 * n] = says.from_left.ravel()
    at += 8 * n
    whole[at : at + 3 * k] = cylinders.pose.ravel()
    at += 3 * k
    numbers[at : at + n], numbers[at + n : at + 2 * n] = says.by_x, says.cylinder
    numbers[at + 2 * n : at + 2 * n + k] = cylinders.minutia
    bits[at + 2 * n + k :] = cylinders.words.ravel()
    return whole


@compiled
def unpacked(flat: Flat) -> tuple[Print, Said, Cylinders]:
    """Return a print, what it says and its cylinders: views of what :func:`flat` made."""
    n, h, k = int(flat[0]), int(flat[1]), int(flat[2])
    blocks, rows, cells = int(flat[3]), int(flat[4]), int(flat[5])
    at = _HEAD
    pose = flat[at : at + 3 * n].reshape((n, 3))
    at += 3 * n
    quality = flat[at : at + n]
    kind: Any = flat[at + n : at + 2 * n]  # told apart, no more: whole numbers, as floats
    at += 2 * n
    hull = flat[at : at + 2 * h].reshape((h, 2))
    at += 2 * h
    common, pro, contra = flat[at : at + n], flat[at + n : at + 2 * n], flat[at + 2 * n : at + 3 * n]
    at += 3 * n
    from_left = flat[at : at + 8 * n].reshape((n, 8))
    at += 8 * n
    lying = flat[at : at + 3 * k].reshape((k, 3))
    at += 3 * k
    numbers = flat.view(np.int64)
    by_x, cylinder, minutia = numbers[at : at + n], numbers[at + n : at + 2 * n], numbers[at + 2 * n : at + 2 * n + k]
    at += 2 * n + k
    words = flat.view(np.uint64)[at : at + blocks * rows * LANES].reshape((blocks, rows, LANES))
    says = Said(pro, contra, by_x, from_left, cylinder)
    return Print(pose, quality, kind, hull, common), says, Cylinders(minutia, lying, words, cells)


class Handed(NamedTuple):
    """What the compiled comparison takes of the parameters.

    Attributes:
        table: see :class:`~matcher.comparison.local._relaxation_kernels.Fits`.
        local: record, shape (1,), its fields named as those of :class:`~matcher.comparison.params.LocalParams`.
        numbers: float64: steps and ends of the table, those of the growth, of the evidence, of the surroundings, and
            the handicap, for two prints that both report qualities.
        unreported: likewise, for two of which one does not.
    """

    table: NDArray[np.float64]
    local: Record
    numbers: NDArray[np.float64]
    unreported: NDArray[np.float64]


_MOST = 8
_made: list[tuple[ComparisonParams, Handed]] = []


def handed(params: ComparisonParams) -> Handed:
    """Return what is handed over, made once."""
    for known, found in _made:  # by identity: to hash a hundred numbers takes longer
        if known is params:
            return found
    tables, growth = fits(params.local.fit_centres, params.local.fit_steepness), params.growth
    of_fits = [*tables.steps, *tables.farthest]
    rest = [*of_fits, *growth.stiff, *growth.elastic, *growth[2:]]
    dearer = params.evidence._replace(elastic_cost=params.unreported.elastic_cost)
    around, sparser = params.surroundings, params.surroundings._replace(density=params.unreported.density)
    made = Handed(
        tables.table,
        np.array([_plain(params.local)], _dtype(params.local)),
        np.array([*rest, *params.evidence, *around, 0.0], np.float64),
        np.array([*rest, *dearer, *sparser, params.unreported.handicap], np.float64),
    )
    _made[:] = [(params, made), *_made[: _MOST - 1]]
    return made


@compiled
def growth_of(numbers: NDArray[np.float64]) -> GrowthParams:
    """Return the constants of the growth, whole numbers as floats."""
    stiff = to_fixed_tuple(numbers[_FITS : _FITS + _SKIN], _SKIN)
    elastic = to_fixed_tuple(numbers[_FITS + _SKIN : _FITS + 2 * _SKIN], _SKIN)
    rest = to_fixed_tuple(numbers[_FITS + 2 * _SKIN : _MODEL], _GROWTH)
    return GrowthParams(Skin(*stiff), Skin(*elastic), *rest)


@compiled
def evidence_of(numbers: NDArray[np.float64]) -> EvidenceModel:
    """Return the constants of the evidence."""
    return EvidenceModel(*to_fixed_tuple(numbers[_MODEL : _MODEL + _EVIDENCE], _EVIDENCE))


@compiled
def surroundings_of(numbers: NDArray[np.float64]) -> SurroundingsParams:
    """Return the constants of the surroundings."""
    return SurroundingsParams(*to_fixed_tuple(numbers[_AROUND : _AROUND + _SURROUNDINGS], _SURROUNDINGS))


@compiled
def fits_of(table: NDArray[np.float64], numbers: NDArray[np.float64]) -> Fits:
    """Return the tables of the relaxation."""
    return Fits(table, (numbers[0], numbers[1], numbers[2]), (numbers[3], numbers[4], numbers[5]))


def _plain(value: Any) -> Any:
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


def _dtype(value: LocalParams | Any) -> Any:
    if hasattr(value, "_fields"):
        return np.dtype([(name, _dtype(each)) for name, each in zip(value._fields, value, strict=True)])
    if isinstance(value, tuple):
        return np.dtype((_dtype(value[0]), len(value)))
    return np.dtype(np.int64 if isinstance(value, int) else np.float64)


@compiled
def packed(score: float, found: Laid) -> NDArray[np.float64]:
    """Return a local score and a laying as one array: to hand many over to Python takes as long as making them.

    What has one size comes first; then ``over``, ``back``, ``flat``, ``alone_a``, ``alone_b``, and the pairs.
    """
    n, m, k = found.over.shape[0], found.back.shape[0], found.pairs.shape[0]
    whole = np.empty(_LAID + 7 * n + 4 * m + 2 * k)
    whole[0], whole[1 : 1 + PARTS], whole[_LAID - 1] = score, found.parts, k
    whole[1 + PARTS], whole[2 + PARTS], whole[3 + PARTS] = found.movement
    whole[4 + PARTS], whole[5 + PARTS] = found.middle
    at = _LAID
    for pose in (found.over, found.back, found.flat):
        for i in range(pose.shape[0]):
            for c in range(3):
                whole[at + 3 * i + c] = pose[i, c]
        at += 3 * pose.shape[0]
    if k:
        whole[at : at + n], whole[at + n : at + n + m] = found.alone_a, found.alone_b
    at += n + m
    for p in range(k):
        whole[at + 2 * p], whole[at + 2 * p + 1] = found.pairs[p, 0], found.pairs[p, 1]
    return whole


def unpacked_laid(whole: NDArray[np.float64], n: int, m: int) -> tuple[float, Laid]:
    """Return what :func:`packed` was given, of prints of n and m minutiae: views."""
    k, at = int(whole[_LAID - 1]), _LAID
    over, back, flat = (
        whole[first : first + 3 * size].reshape(size, 3)
        for first, size in ((at, n), (at + 3 * n, m), (at + 3 * n + 3 * m, n))
    )
    at += 6 * n + 3 * m
    head = whole[:_LAID].tolist()
    alone_a, alone_b = (whole[at : at + n], whole[at + n : at + n + m]) if k else (whole[:0], whole[:0])
    pairs = whole[at + n + m :].astype(np.int64).reshape(k, 2)
    return head[0], Laid(
        whole[1 : 1 + PARTS],
        (head[1 + PARTS], head[2 + PARTS], head[3 + PARTS]),
        over,
        back,
        pairs,
        alone_a,
        alone_b,
        flat,
        (head[4 + PARTS], head[5 + PARTS]),
    )
