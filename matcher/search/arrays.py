"""What the compiled loops of the search take: arrays in named tuples, made once, when a segment or a search is."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.comparison.prints import WordArray
from matcher.templates.columnar import TemplateColumns
from matcher.types import ByteArray, FloatArray

SCANNED_WORDS = 2
"""Of the four words of a code so many are compared and, once it lies in one of many lists, kept; which lists are near
is told by all four. Of 240 probes of six FVC sets, all enrolled among 786 432 fingers, the mate has most evidence for
232 with four words, 233 with three, 232 with two; scans take 27.7, 22.3 and 17.3 ms of the processor."""

PlaceArray = NDArray[np.unsignedinteger[Any]]


class Enrolled(NamedTuple):
    """The minutiae of e impressions, m in all, in the steps of :mod:`matcher.templates.quantisation`.

    Attributes:
        offsets: int64, shape (e + 1,): impression i has the minutiae ``offsets[i]:offsets[i + 1]``.
        x, y, angle: uint16, shape (m,).
        kind, quality: uint8, shape (m,).
        reported: bool, shape (e,): whether an impression's qualities are reported.
    """

    offsets: NDArray[np.int64]
    x: NDArray[np.uint16]
    y: NDArray[np.uint16]
    angle: NDArray[np.uint16]
    kind: ByteArray
    quality: ByteArray
    reported: NDArray[np.bool_]

    @classmethod
    def of(cls, templates: TemplateColumns) -> Enrolled:
        """Take the columns of templates, without copying."""
        return cls(*(getattr(templates, name) for name in cls._fields))


class Postings(NamedTuple):
    """m codes in l inverted lists, list after list; 20 bytes a code.

    Attributes:
        starts: int64, shape (l + 1,): list i are the rows ``starts[i]:starts[i + 1]``.
        codes: uint64, shape (m, w): all words of the codes while they lie in one list, since they are still to be
            given lists; else the first ``SCANNED_WORDS``.
        places: uint32, or uint64 where that is too short, shape (m,): whose minutia it is: the number of the
            impression, and in the lowest ``bits`` bits that of the minutia in it.
        bits: what the number of a minutia takes.
    """

    starts: NDArray[np.int64]
    codes: WordArray
    places: PlaceArray
    bits: int

    @property
    def size(self) -> int:
        """Number of codes."""
        return int(self.places.shape[0])

    @property
    def lists(self) -> int:
        """Number of lists."""
        return int(self.starts.shape[0]) - 1


class Found(NamedTuple):
    """The postings of one segment that are near the n codes of a probe, code after code and unordered within.

    Attributes:
        begins: int64, shape (n + 1,): those of code i are ``begins[i]:begins[i + 1]``.
        far: uint16, shape (f,): their Hamming distances.
        owners: int32, shape (f,): the impressions that they are of: to look for them again would wait for the memory.
        minutiae: uint16, shape (f,): which of the impression's minutiae each is of.
    """

    begins: NDArray[np.int64]
    far: NDArray[np.uint16]
    owners: NDArray[np.int32]
    minutiae: NDArray[np.uint16]


class Votes(NamedTuple):
    """The impressions of one segment that have votes, k of them with v votes in all.

    Attributes:
        rows: int64, shape (k,): which.
        peaks: float32, shape (k,): most votes of each that agree on one movement.
        centres: int64, shape (k,): the vote that they agree with; -1 for none.
        starts: int64, shape (k + 1,): where the votes of each begin.
        code: int64, shape (v,): the probe's code that cast each vote, ascending within an impression.
        minutia: uint16, shape (v,): the impression's minutia it is for.
        cast: float32, shape (v, 4): weight; turn in [-pi, pi), shift x, shift y that take the probe's minutia to the
            enrolled one, the shift measured after turning about the origin of the probe's pose.
    """

    rows: NDArray[np.int64]
    peaks: FloatArray
    centres: NDArray[np.int64]
    starts: NDArray[np.int64]
    code: NDArray[np.int64]
    minutia: NDArray[np.uint16]
    cast: FloatArray
