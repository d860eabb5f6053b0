"""A print, and the constants, as the compiled comparison takes them: one array each.

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
from matcher.comparison.evidence import EvidenceModel
from matcher.comparison.local._relaxation_kernels import Fits, fits
from matcher.comparison.params import ComparisonParams, GrowthParams, LocalParams, Skin
from matcher.comparison.prints import Cylinders, Print

Flat = NDArray[np.float64]
Record = NDArray[np.void]

to_fixed_tuple: Any = ndarray.to_fixed_tuple

_HEAD = 6  # minutiae, corners of the hull, cylinders, blocks of words, words of a cylinder, cells
_FITS, _SKIN, _GROWTH, _EVIDENCE = 6, len(Skin._fields), len(GrowthParams._fields) - 2, len(EvidenceModel._fields)
_MODEL = _FITS + 2 * _SKIN + _GROWTH


def flat(of: Print, cylinders: Cylinders) -> Flat:
    """Return a print and its cylinders one after the other, whole numbers and words by their bits."""
    blocks, rows, _ = cylinders.words.shape
    head = np.array([len(of.pose), len(of.hull), len(cylinders.minutia), blocks, rows, cylinders.cells], np.float64)
    parts = (of.pose, of.quality, of.kind.astype(np.float64), of.hull, of.common, cylinders.pose)
    bits = (cylinders.minutia.view(np.float64), cylinders.words.view(np.float64))
    return np.concatenate([head, *(np.ascontiguousarray(part).ravel() for part in (*parts, *bits))])


@compiled
def unpacked(flat: Flat) -> tuple[Print, Cylinders]:
    """Return a print and its cylinders: views of what :func:`flat` made."""
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
    common = flat[at : at + n]
    at += n
    lying = flat[at : at + 3 * k].reshape((k, 3))
    at += 3 * k
    minutia = flat.view(np.int64)[at : at + k]
    at += k
    words = flat.view(np.uint64)[at : at + blocks * rows * LANES].reshape((blocks, rows, LANES))
    return Print(pose, quality, kind, hull, common), Cylinders(minutia, lying, words, cells)


class Handed(NamedTuple):
    """What the compiled comparison takes of the parameters.

    Attributes:
        table: see :class:`~matcher.comparison.local._relaxation_kernels.Fits`.
        local: record, shape (1,), its fields named as those of :class:`~matcher.comparison.params.LocalParams`.
        numbers: float64: steps and ends of the table, those of the growth, of the evidence, and the handicap of what
            reports no qualities.
    """

    table: NDArray[np.float64]
    local: Record
    numbers: NDArray[np.float64]


_MOST = 8
_made: list[tuple[ComparisonParams, Handed]] = []


def handed(params: ComparisonParams) -> Handed:
    """Return what is handed over, made once."""
    for known, found in _made:  # by identity: to hash a hundred numbers takes longer
        if known is params:
            return found
    tables, growth = fits(params.local.fit_centres, params.local.fit_steepness), params.growth
    of_fits = [*tables.steps, *tables.farthest]
    numbers = [*of_fits, *growth.stiff, *growth.elastic, *growth[2:], *params.evidence, params.unreported_handicap]
    made = Handed(
        tables.table,
        np.array([_plain(params.local)], _dtype(params.local)),
        np.array(numbers, np.float64),
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
