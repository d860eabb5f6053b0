"""1:N: retrieve, vote, weigh, verify, rank. The pure parts; :mod:`matcher.search.gallery` holds the state.

Every minutia of the probe retrieves the most alike codes of the gallery. Each votes for its impression and for the
movement it implies; an impression's vote is the most that agrees on one movement. Of those with the largest votes the
evidence is weighed, after that movement alone; those with most go to the full comparator, and only its scores decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.comparison.compare import PreparedTemplate, default_params
from matcher.search._candidate_kernels import candidate_evidence
from matcher.search._index_kernels import consistent_peaks, tally
from matcher.search._scan_kernels import likely_limits, scan
from matcher.search.codes import CODE_BITS, IndexFeatures
from matcher.search.segment import Segment
from matcher.templates import quantisation
from matcher.templates.columnar import TemplateColumns
from matcher.templates.confidence import UNREPORTED
from matcher.types import FloatArray

_SAMPLE_STEP = 16  # of the postings of the largest segment one in so many is looked at first
_PASSING = 4


@dataclass(frozen=True, slots=True)
class RetrievalParams:
    """How much is retrieved, what agrees, and how many are verified.

    Attributes:
        lists: least and most inverted lists in which the like of a code are looked for.
        scanned: codes of the gallery that each code of the probe is held against: as many lists as hold them, and all
            of a gallery that has no more.
        neighbours: codes retrieved for each minutia of the probe.
        farthest: largest Hamming distance that is retrieved, in bits of 256.
        worthless: distance at which a vote counts nothing, likewise.
        largest_turn: two minutiae whose directions differ by more do not vote, in 1/256 of the full turn.
        least_votes: impressions with fewer votes are not candidates.
        turn_tolerance, shift_tolerance: half the window in which votes agree, radians and pixels at 500 dpi.
        exhaustive_up_to: up to this many impressions all are verified; exact, and cheaper than searching.
        weighed: most impressions whose evidence is weighed, those with the largest votes.
        shortlist: most impressions that are verified, those with most evidence.
        batch: impressions that are verified before it is asked again whether the rest need be.
        least_evidence: with less, only the first batch is verified. Of 4493 strangers and 307 mates of FVC in a gallery
            of 131 072 (places 1 to 60), strangers with less score at most 33, and no mate has less than 20.
        certain_share: once somebody is beyond doubt, only impressions with at least this part of their evidence are
            still verified: another impression, or another enrolment, of the same finger.
    """

    lists: tuple[int, int] = (20, 512)
    scanned: int = 55_000
    neighbours: int = 600
    farthest: int = 96
    worthless: float = 100.0
    largest_turn: int = 71
    least_votes: int = 2
    turn_tolerance: float = 0.25
    shift_tolerance: float = 25.0
    exhaustive_up_to: int = 48
    weighed: int = 200
    shortlist: int = 16
    batch: int = 4
    least_evidence: float = 10.0
    certain_share: float = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """A probe, described: its codes, their lists, and where their minutiae are.

    Attributes:
        prepared: the probe made ready to be compared.
        features: n codes.
        lists: int32, shape (n, p): lists in which each is looked for; None if in all.
        pose: float32, shape (n, 3): x, y, direction, the origin in the middle, so that a wrong turn shifts a minutia as
            little as it can.
    """

    prepared: PreparedTemplate
    features: IndexFeatures
    lists: NDArray[np.int32] | None
    pose: FloatArray

    def split(self, parts: int) -> list[Probe]:
        """Share the codes out, in order, over at most so many probes."""
        cuts = np.linspace(0, len(self.features), parts + 1).astype(int)
        return [self._part(slice(first, last)) for first, last in pairwise(cuts)]

    def _part(self, own: slice) -> Probe:
        f = self.features
        features = IndexFeatures(f.codes[own], f.owner[own], f.minutia[own], f.direction[own])
        lists = None if self.lists is None else self.lists[own]
        return Probe(self.prepared, features, lists, self.pose[own])


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What one segment has near the codes of a probe, as :func:`~matcher.search._scan_kernels.scan` returns it."""

    begins: NDArray[np.int64]
    postings: NDArray[np.int64]
    far: NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Impressions of one segment that have votes, k of them with v votes in all.

    Attributes:
        rows: int64, shape (k,): which.
        peaks: float32, shape (k,): most votes of each that agree on one movement.
        centres: int64, shape (k,): the vote that they agree with.
        starts: int64, shape (k + 1,): where the votes of each begin.
        code: int64, shape (v,): the probe's code that cast each vote.
        minutia: uint16, shape (v,): the impression's minutia it is for.
        votes: float32, shape (v, 4): see :func:`~matcher.search._index_kernels.tally`.
    """

    rows: NDArray[np.int64]
    peaks: FloatArray
    centres: NDArray[np.int64]
    starts: NDArray[np.int64]
    code: NDArray[np.int64]
    minutia: NDArray[np.uint16]
    votes: FloatArray


def lists_to_scan(codes: int, lists: int, params: RetrievalParams) -> int | None:
    """Return in how many lists to look for a code, of a gallery with so many codes in so many lists; None: in all."""
    if codes <= params.scanned:
        return None
    least, most = params.lists
    return min(lists, max(least, min(most, params.scanned * lists // codes)))


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


def near(
    probe: Probe, segments: Sequence[Segment], searched: Sequence[NDArray[np.bool_]], params: RetrievalParams
) -> tuple[list[Found], NDArray[np.int64]]:
    """Find the codes of a gallery that are nearest to the probe's.

    Args:
        probe: n codes.
        segments: where.
        searched: for each segment bool, one for each impression: whether it is.
        params: how much.

    Returns:
        What each segment has, and for each code how far the nearest ``neighbours`` of all reach, int64, shape (n,).
    """
    count = len(probe.features)
    limits = np.full(count, params.farthest, np.int64)
    counts = np.zeros((count, CODE_BITS + 1), np.int64)
    _limit_by_sample(probe, segments, limits, params)
    found = [
        _scanned(probe, segment, mask, params, limits, counts) for segment, mask in zip(segments, searched, strict=True)
    ]
    return found, limits


def _limit_by_sample(
    probe: Probe, segments: Sequence[Segment], limits: NDArray[np.int64], params: RetrievalParams
) -> None:
    """Lower the limits to where twice as many as are wanted should pass, half of them for pointing the wrong way."""
    largest = max((segment.postings for segment in segments), key=len)
    if probe.lists is None or largest.lists == 1:
        return
    every = sum(len(segment.postings) for segment in segments)
    passing = _PASSING * params.neighbours * largest.lists / (every * probe.lists.shape[1])
    likely_limits(
        probe.features.codes, probe.lists, largest.starts, largest.codes, _SAMPLE_STEP, min(1.0, passing), limits
    )


def _scanned(
    probe: Probe,
    segment: Segment,
    searched: NDArray[np.bool_],
    params: RetrievalParams,
    limits: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> Found:
    features, own = probe.features, segment.postings
    lists, starts = probe.lists, own.starts
    if lists is None or own.lists == 1:
        lists, starts = np.zeros((len(features), 1), np.int32), starts[[0, -1]]
    found = scan(
        features.codes,
        features.direction,
        lists,
        starts,
        own.codes,
        own.direction,
        own.owner,
        searched,
        params.largest_turn,
        params.neighbours,
        limits,
        counts,
    )
    return Found(*found)


def candidates(
    probe: Probe, segment: Segment, found: Found, limits: NDArray[np.int64], params: RetrievalParams
) -> Candidates:
    """Let what was found in a segment vote, as far as the limits allow."""
    templates, own = segment.templates, segment.postings
    rows, starts, code, minutia, votes = tally(
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
    peaks, centres = consistent_peaks(starts, code, votes, params.turn_tolerance, params.shift_tolerance)
    return Candidates(rows, peaks, centres, starts, code, minutia, votes)


def evidence(
    probe: Probe, segment: Segment, of: Candidates, chosen: NDArray[np.int64], params: RetrievalParams
) -> NDArray[np.float64]:
    """Weigh the evidence for some of a segment's candidates, float64, shape (c,).

    The movement on which most votes agree lays the probe over each; then every minutia in the overlap counts, for and
    against, as in the comparison itself: a thirtieth of its cost, since no cylinders are built.
    """
    templates, comparison = segment.templates, default_params()
    return candidate_evidence(
        probe.prepared.pose,
        probe.prepared.quality,
        probe.prepared.template.kind,
        probe.prepared.hull,
        probe.features.minutia,
        chosen,
        of.rows,
        of.starts,
        of.code,
        of.minutia,
        of.votes,
        of.centres,
        params.turn_tolerance,
        params.shift_tolerance,
        templates.offsets,
        templates.x,
        templates.y,
        templates.angle,
        templates.kind,
        templates.quality,
        templates.reported,
        UNREPORTED,
        comparison.cylinder_quality,
        comparison.arrays.reaches,
        comparison.alignment.turn_reach,
        comparison.alignment.bend_reach,
        comparison.alignment.stiffness,
        comparison.arrays.evidence,
    )


def largest(values: Sequence[NDArray[np.floating[Any]]], count: int) -> list[NDArray[np.int64]]:
    """Return for each of several arrays which of its values are among the ``count`` largest of all, ascending.

    Of equal values the first by array and place.
    """
    every = np.concatenate([np.zeros(0), *values])
    best = np.sort(np.argsort(-every, kind="stable")[:count])
    ends = np.cumsum([len(each) for each in values], dtype=np.int64)
    parts = np.split(best, np.searchsorted(best, ends))[:-1]
    return [part - (end - len(each)) for part, end, each in zip(parts, ends, values, strict=True)]
