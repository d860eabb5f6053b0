"""1:N: retrieve, vote, weigh, verify, rank. The pure parts; :mod:`matcher.search.gallery` holds the state.

Every minutia of the probe retrieves the most alike codes of the gallery. Each votes for its impression and for the
movement it implies; an impression's vote is the most that agrees on one movement. Of those with the largest votes the
evidence is weighed, after that movement alone; those with most go to the full comparator, and only its scores decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.comparison.params import default_params
from matcher.comparison.prepared import PreparedTemplate
from matcher.search._candidate_kernels import Weighing, candidate_evidence
from matcher.search._scan_kernels import likely_limits, scan
from matcher.search._vote_kernels import consistent_peaks, tally
from matcher.search.arrays import SCANNED_WORDS, Found, Votes
from matcher.search.codes import IndexFeatures
from matcher.search.params import RetrievalParams
from matcher.search.segment import Segment
from matcher.templates import quantisation
from matcher.templates.columnar import TemplateColumns
from matcher.templates.confidence import UNREPORTED
from matcher.types import FloatArray

_SAMPLE_STEP = 16  # of the postings of the largest segment one in so many is looked at first
_PASSING = 4


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """Where a probe's like are looked for: the same in all galleries of one index, whoever is in them.

    Attributes:
        index_id: of the index.
        features: n codes.
        lists: int32, shape (n, p): lists in which each is looked for; None: as many as hold enough, of each gallery.
    """

    index_id: str
    features: IndexFeatures
    lists: NDArray[np.int32] | None


@dataclass(frozen=True, slots=True, eq=False)
class AimedProbe:
    """A probe for several galleries of one index; ``aim`` is of the minutiae of ``prepared.template``."""

    prepared: PreparedTemplate
    aim: Aim


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
        features = IndexFeatures(f.codes[own], f.owner[own], f.minutia[own])
        lists = None if self.lists is None else self.lists[own]
        return Probe(self.prepared, features, lists, self.pose[own])


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
        np.cumsum(lengths),
        np.concatenate([p.far for p in parts]),
        np.concatenate([p.owners for p in parts]),
        np.concatenate([p.minutiae for p in parts]),
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
    counts = np.zeros((count, 64 * SCANNED_WORDS + 1), np.int64)
    _limit_by_sample(probe, segments, limits, params)
    found = [
        _scanned(probe, segment, mask, params, limits, counts) for segment, mask in zip(segments, searched, strict=True)
    ]
    return found, limits


def _limit_by_sample(
    probe: Probe, segments: Sequence[Segment], limits: NDArray[np.int64], params: RetrievalParams
) -> None:
    """Lower the limits to where more should pass than are wanted."""
    largest = max((segment.postings for segment in segments), key=lambda postings: postings.size)
    if probe.lists is None or largest.lists == 1:
        return
    every = sum(segment.postings.size for segment in segments)
    passing = _PASSING * params.neighbours * largest.lists / (every * probe.lists.shape[1])
    step, share = _SAMPLE_STEP, min(1.0, passing)
    likely_limits(probe.features.codes, probe.lists, largest, step, share, limits)


def _scanned(
    probe: Probe,
    segment: Segment,
    searched: NDArray[np.bool_],
    params: RetrievalParams,
    limits: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> Found:
    features, lists, own = probe.features, probe.lists, segment.postings
    if lists is None or own.lists == 1:
        lists, own = np.zeros((len(features), 1), np.int32), own._replace(starts=own.starts[[0, -1]])
    return Found(*scan(features.codes, lists, own, searched, params.neighbours, limits, counts))


def voted(probe: Probe, segment: Segment, found: Found, limits: NDArray[np.int64], params: RetrievalParams) -> Votes:
    """Let what was found in a segment vote, as far as the limits allow."""
    rows, starts, code, minutia, cast = tally(
        found, limits, probe.pose, segment.enrolled, params.worthless, params.least_votes
    )
    peaks, centres = consistent_peaks(starts, code, cast, params.turn_tolerance, params.shift_tolerance)
    return Votes(rows, peaks, centres, starts, code, minutia, cast)


def evidence(
    probe: Probe, segment: Segment, votes: Votes, chosen: NDArray[np.int64], params: RetrievalParams
) -> NDArray[np.float64]:
    """Weigh the evidence for some of a segment's candidates, float64, shape (c,).

    The movement on which most votes agree lays the probe over each; then every minutia in the overlap counts, for and
    against, as in the comparison itself: a thirtieth of its cost, since no cylinders are built.
    """
    minutia = probe.features.minutia
    return candidate_evidence(probe.prepared.print, minutia, chosen, votes, segment.enrolled, params, _weighing())


@cache
def _weighing() -> Weighing:
    params = default_params()
    return Weighing(params.alignment, params.evidence, params.cylinder_quality, UNREPORTED)


def largest(values: Sequence[NDArray[np.floating[Any]]], count: int) -> list[NDArray[np.int64]]:
    """Return for each of several arrays which of its values are among the ``count`` largest of all, ascending.

    Of equal values the first by array and place.
    """
    every = np.concatenate([np.zeros(0), *values])
    best = np.sort(np.argsort(-every, kind="stable")[:count])
    ends = np.cumsum([len(each) for each in values], dtype=np.int64)
    parts = np.split(best, np.searchsorted(best, ends))[:-1]
    return [part - (end - len(each)) for part, end, each in zip(parts, ends, values, strict=True)]
