"""Inverted lists: the codes of many impressions, those that are alike near each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.search._posting_kernels import copy_kept, count_kept, order_by_list
from matcher.search.arrays import SCANNED_WORDS, PlaceArray, Postings
from matcher.search.codes import IndexFeatures


def post(features: IndexFeatures, lists: NDArray[np.int32], count: int) -> Postings:
    """Sort features into ``count`` lists; ``lists``, int32 of shape (m,), is the list of each."""
    starts, order = order_by_list(lists, count)
    codes = features.codes if count == 1 else features.codes[:, :SCANNED_WORDS]
    return Postings(starts, np.take(codes, order, axis=0), *packed(features.owner[order], features.minutia[order]))


def features_of(own: Postings) -> IndexFeatures:
    """Return what was posted in one list, in order."""
    kind = own.places.dtype.type
    owner, minutia = own.places >> kind(own.bits), own.places & kind((1 << own.bits) - 1)
    return IndexFeatures(own.codes, owner.astype(np.int32), minutia.astype(np.uint16))


def merge(parts: Sequence[Postings], renumbered: Sequence[NDArray[np.int32]]) -> Postings:
    """Put inverted lists together, as many as each part has, leaving out impressions that are gone.

    Args:
        parts: at least one, all with the same lists.
        renumbered: for each part the new number of each of its impressions, int32, -1 for one that is left out.
    """
    sizes = np.zeros(parts[0].lists, np.int64)
    for part, numbers in zip(parts, renumbered, strict=True):
        count_kept(part, numbers, sizes)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    total = int(starts[-1])
    bits = max(part.bits for part in parts)
    kind = _place_kind(max(int(numbers.max(initial=0)) for numbers in renumbered), bits)
    merged = Postings(starts, np.empty((total, parts[0].codes.shape[1]), np.uint64), np.empty(total, kind), bits)
    following = starts[:-1].copy()
    for part, numbers in zip(parts, renumbered, strict=True):
        copy_kept(part, numbers, following, merged)
    return merged


def packed(owner: NDArray[np.int32], minutia: NDArray[np.uint16]) -> tuple[PlaceArray, int]:
    """Return places of minutiae as :class:`~matcher.search.arrays.Postings` has them, and the bits of a minutia."""
    bits = int(minutia.max(initial=0)).bit_length()
    kind = _place_kind(int(owner.max(initial=0)), bits)
    places: PlaceArray = np.left_shift(owner.astype(kind), bits, dtype=kind) | minutia
    return places, bits


def _place_kind(owner: int, bits: int) -> type[np.uint32 | np.uint64]:
    """Return what places take of impressions up to the number ``owner``."""
    return np.uint32 if owner < 1 << (32 - bits) else np.uint64


def stored(own: Postings) -> dict[str, NDArray[np.generic]]:
    """Return inverted lists as arrays by name, without copying."""
    return {"starts": own.starts, "codes": own.codes, "places": own.places, "bits": np.array([own.bits], np.uint8)}


def of_stored(arrays: Mapping[str, NDArray[Any]]) -> Postings:
    """Return inverted lists of what :func:`stored` returned, without copying.

    Before 2026-12 every word of a code was stored in lists too, impression and minutia apart, and the minutia's
    direction: of those a shorter copy is made.

    Raises:
        KeyError: an array is missing.
    """
    starts, codes = arrays["starts"], arrays["codes"]
    if "places" in arrays:
        return Postings(starts, codes, arrays["places"], int(arrays["bits"][0]))
    if len(starts) > 2:
        codes = np.ascontiguousarray(codes[:, :SCANNED_WORDS])
    return Postings(starts, codes, *packed(arrays["owner"], arrays["minutia"]))
