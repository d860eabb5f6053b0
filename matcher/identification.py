"""1:N: retrieve, vote, verify, rank. The pure parts; :mod:`matcher.gallery` holds the state.

Every minutia of the probe retrieves the most alike codes of the gallery. Each votes for its impression and for the
movement it implies; an impression's vote is the most that agrees on one movement. The impressions with the largest
votes go to the full comparator, and only its scores decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matcher._index_kernels import consistent_peaks, nearest_limits, tally
from matcher._scan_kernels import scan
from matcher.codes import CODE_BITS, IndexFeatures
from matcher.formats import quantisation
from matcher.formats.columnar import TemplateColumns
from matcher.segment import Segment
from matcher.types import FloatArray


@dataclass(frozen=True, slots=True)
class RetrievalParams:
    """How much is retrieved, what agrees, and how many are verified.

    Attributes:
        lists: inverted lists in which the like of a code are looked for.
        neighbours: codes retrieved for each minutia of the probe.
        farthest: largest Hamming distance that is retrieved, in bits of 256.
        worthless: distance at which a vote counts nothing, likewise.
        largest_turn: two minutiae whose directions differ by more do not vote, in 1/256 of the full turn.
        least_votes: impressions with fewer votes are not candidates.
        turn_tolerance, shift_tolerance: half the window in which votes agree, radians and pixels at 500 dpi.
        exhaustive_up_to: up to this many impressions all are verified; exact, and cheaper than searching.
        shortlist: most impressions that are verified.
        batch: impressions that are verified before it is asked again whether the rest need be.
        certain_share: once somebody is beyond doubt, only impressions with at least this part of their vote are still
            verified: another impression, or another enrolment, of the same finger.
    """

    lists: int = 32
    neighbours: int = 1000
    farthest: int = 96
    worthless: float = 100.0
    largest_turn: int = 71
    least_votes: int = 2
    turn_tolerance: float = 0.35
    shift_tolerance: float = 40.0
    exhaustive_up_to: int = 48
    shortlist: int = 48
    batch: int = 8
    certain_share: float = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """A probe, described: its codes, their lists, and where their minutiae are.

    Attributes:
        features: n codes.
        lists: int32, shape (n, p): lists in which each is looked for.
        pose: float32, shape (n, 3): x, y, direction, the origin in the middle, so that a wrong turn shifts a minutia as
            little as it can.
    """

    features: IndexFeatures
    lists: NDArray[np.int32]
    pose: FloatArray

    def split(self, parts: int) -> list[Probe]:
        """Share the codes out, in order, over at most so many probes."""
        cuts = np.linspace(0, len(self.features), parts + 1).astype(int)
        return [self._part(slice(first, last)) for first, last in pairwise(cuts)]

    def _part(self, own: slice) -> Probe:
        f = self.features
        features = IndexFeatures(f.codes[own], f.owner[own], f.minutia[own], f.direction[own])
        return Probe(features, self.lists[own], self.pose[own])


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What one segment has near the codes of a probe, as :func:`~matcher._scan_kernels.scan` returns it."""

    begins: NDArray[np.int64]
    postings: NDArray[np.int64]
    far: NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Impressions of one segment with their votes: rows, int64, and votes, float32, both of shape (k,)."""

    rows: NDArray[np.int64]
    votes: FloatArray


def joined(parts: Sequence[Found]) -> Found:
    """Put together what was found for consecutive codes of one probe."""
    lengths = np.concatenate([np.zeros(1, np.int64), *(np.diff(part.begins) for part in parts)])
    return Found(
        np.cumsum(lengths), np.concatenate([p.postings for p in parts]), np.concatenate([p.far for p in parts])
    )


def centred_pose(template: TemplateColumns, minutia: NDArray[np.uint16]) -> FloatArray:
    """Return x, y and direction of some minutiae of one template, float32, shape (n, 3), the origin in the middle."""
    position = [quantisation.positions(column[minutia]) for column in (template.x, template.y)]
    pose = np.stack([*position, quantisation.angles(template.angle[minutia])], axis=1)
    if len(pose):
        pose[:, :2] -= pose[:, :2].mean(axis=0)
    return pose


def near(probe: Probe, segment: Segment, searched: NDArray[np.bool_], params: RetrievalParams) -> Found:
    """Find the codes of a segment that are near the probe's.

    Args:
        probe: n codes.
        segment: where.
        searched: bool, one for each impression of the segment: whether it is.
        params: how much.
    """
    features, own = probe.features, segment.postings
    lists = np.zeros((len(features), 1), np.int32) if own.lists == 1 else probe.lists
    found = scan(
        features.codes,
        features.direction,
        lists,
        own.starts,
        own.codes,
        own.direction,
        own.owner,
        searched,
        params.largest_turn,
        params.farthest,
        params.neighbours,
    )
    return Found(*found)


def limits_of(found: Sequence[Found], codes: int, params: RetrievalParams) -> NDArray[np.int64]:
    """Return for each code how far its nearest ``neighbours`` over all segments reach, int64, shape (codes,)."""
    limits = np.full(codes, params.farthest, np.int64)
    counts = np.zeros((codes, CODE_BITS + 1), np.int64)
    for part in found:
        nearest_limits(part.begins, part.far, params.neighbours, limits, counts)
    return limits


def votes(
    probe: Probe, segment: Segment, found: Found, limits: NDArray[np.int64], params: RetrievalParams
) -> Candidates:
    """Let what was found in a segment vote, as far as the limits allow."""
    templates, own = segment.templates, segment.postings
    rows, starts, minutia, each = tally(
        found.begins,
        found.postings,
        found.far,
        limits,
        probe.pose,
        own.owner,
        own.minutia,
        templates.offsets,
        templates.x,
        templates.y,
        templates.angle,
        params.worthless,
        params.least_votes,
    )
    peaks = consistent_peaks(starts, minutia, each, params.turn_tolerance, params.shift_tolerance)
    return Candidates(rows, peaks)


def largest(candidates: Iterable[Candidates], count: int) -> list[tuple[int, int, float]]:
    """Return the ``count`` largest votes as (segment, row, vote), largest first; equal votes by segment and row."""
    listed = list(candidates)
    segment = np.repeat(np.arange(len(listed)), [len(c.rows) for c in listed])
    rows = np.concatenate([np.zeros(0, np.int64), *(c.rows for c in listed)])
    each = np.concatenate([np.zeros(0, np.float32), *(c.votes for c in listed)])
    if count < len(each):
        enough = np.flatnonzero(each >= np.partition(each, -count)[-count])
        segment, rows, each = segment[enough], rows[enough], each[enough]
    order = np.lexsort((rows, segment, -each))[:count]
    return [(int(segment[i]), int(rows[i]), float(each[i])) for i in order]
