"""One search: who is looked for in which segments, and who of those is compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from matcher.comparison.compare import Comparison, compare
from matcher.comparison.prepared import PreparedTemplate, prepare
from matcher.search.arrays import Votes
from matcher.search.codes import CodeBook, IndexFeatures
from matcher.search.hits import Entry
from matcher.search.lists import CoarseQuantiser
from matcher.search.params import RetrievalParams, among
from matcher.search.retrieval import (
    Aim,
    AimedProbe,
    Probe,
    centred_pose,
    evidence,
    joined,
    largest,
    lists_to_scan,
    near,
    voted,
)
from matcher.search.segment import Segment
from matcher.search.threads import Threads
from matcher.templates import columnar

_WEIGHED_AT_ONCE = 50  # candidates: one thread's piece of work

Checkpoint = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An impression to be verified, and the evidence for it so far."""

    segment: Segment
    row: int
    evidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Searcher:
    """Searches segments. Thread-safe: a search's state is its own.

    Attributes:
        codes: what codes are made with.
        coarse: which lists they are in.
        params: how much is retrieved, weighed and verified.
        threads: that one search computes with.
    """

    codes: CodeBook
    coarse: CoarseQuantiser
    params: RetrievalParams
    threads: Threads

    def aimed(self, prepared: PreparedTemplate, codes: int) -> AimedProbe:
        """Say where the like of a probe are looked for in galleries that have so many codes together."""
        features = self.codes.describe(columnar.of_templates([prepared.template]))
        return AimedProbe(prepared, Aim(self.coarse.id, features, self._lists(features, codes)))

    def wanted(
        self,
        probe: PreparedTemplate | AimedProbe,
        segments: Sequence[Segment],
        masks: Sequence[NDArray[np.bool_]],
        checkpoint: Checkpoint,
    ) -> list[Wanted]:
        """Return the impressions to verify, most evidence first; all of those searched if they are few.

        Args:
            probe: who is looked for; an aim of another index is not used.
            segments: where.
            masks: for each segment bool, one for each impression: whether it is searched.
            checkpoint: called between the stages; may raise to cancel.
        """
        if sum(int(np.count_nonzero(mask)) for mask in masks) <= self.params.exhaustive_up_to:
            rows = [np.flatnonzero(mask) for mask in masks]
            return [Wanted(s, int(row), inf) for s, own in zip(segments, rows, strict=True) for row in own]
        return self._shortlist(self._described(probe, segments), segments, masks, checkpoint)

    def verified(
        self, probe: PreparedTemplate, wanted: Sequence[Wanted], beyond_doubt: float, checkpoint: Checkpoint
    ) -> list[tuple[Entry, Comparison]]:
        """Compare with the wanted impressions, most evidence first, until the rest can be nobody.

        Args:
            probe: what is looked for.
            wanted: most evidence first.
            beyond_doubt: score from which only those with comparable evidence are compared any more.
            checkpoint: called every few comparisons; may raise to cancel.
        """

        def one_verified(one: Wanted) -> tuple[Entry, Comparison]:
            reference = prepare(one.segment.templates.template(one.row))
            return Entry.of(one.segment, one.row), compare(probe, reference)

        compared: list[tuple[Entry, Comparison]] = []
        least, params = self.params.least_evidence, self.params
        for first in range(0, len(wanted), params.batch):
            batch = [one for one in wanted[first : first + params.batch] if not first or one.evidence >= least]
            if not batch:
                break
            checkpoint()
            results = self.threads.each(one_verified, batch)
            compared += results
            for one, (_, comparison) in zip(batch, results, strict=True):
                if comparison.score >= beyond_doubt:
                    least = max(least, params.certain_share * one.evidence)
        return compared

    def _described(self, probe: PreparedTemplate | AimedProbe, segments: Sequence[Segment]) -> Probe:
        if isinstance(probe, PreparedTemplate):
            return self._described(self.aimed(probe, _codes_of(segments)), segments)
        prepared, aim = probe.prepared, probe.aim
        if aim.index_id != self.coarse.id:
            return self._described(prepared, segments)
        lists = self._lists(aim.features, _codes_of(segments)) if aim.lists is None else aim.lists
        columns = columnar.of_templates([prepared.template])
        return Probe(prepared, aim.features, lists, centred_pose(columns, aim.features.minutia))

    def _lists(self, features: IndexFeatures, codes: int) -> NDArray[np.int32] | None:
        count = lists_to_scan(codes, self.coarse.lists, self.params)
        if count is None:
            return None
        parts = np.array_split(features.codes, self.threads.count)
        return np.concatenate(self.threads.each(lambda own: self.coarse.nearest(own, count), parts))

    def _shortlist(
        self, probe: Probe, segments: Sequence[Segment], masks: Sequence[NDArray[np.bool_]], checkpoint: Checkpoint
    ) -> list[Wanted]:
        params, each = among(self.params, sum(map(len, segments))), self.threads.each

        scans = each(lambda part: near(part, segments, masks, params), probe.split(self.threads.count))
        checkpoint()
        limits = np.concatenate([own for _, own in scans])

        def votes_of(number: int) -> Votes:
            found = joined([found[number] for found, _ in scans])
            return voted(probe, segments[number], found, limits, params)

        votes = each(votes_of, range(len(segments)))
        checkpoint()
        return self._weighed(probe, segments, votes, params)

    def _weighed(
        self, probe: Probe, segments: Sequence[Segment], votes: Sequence[Votes], params: RetrievalParams
    ) -> list[Wanted]:
        chosen = largest([of.peaks for of in votes], params.weighed)
        pieces = [
            (segment, of, piece)
            for segment, of, own in zip(segments, votes, chosen, strict=True)
            for piece in np.split(own, range(_WEIGHED_AT_ONCE, len(own), _WEIGHED_AT_ONCE))
        ]
        weights = self.threads.each(lambda p: evidence(probe, *p, params), pieces)
        best = largest(weights, params.shortlist)
        wanted = [
            Wanted(segment, int(of.rows[piece[i]]), float(weight[i]))
            for (segment, of, piece), weight, own in zip(pieces, weights, best, strict=True)
            for i in own
        ]
        return sorted(wanted, key=lambda one: -one.evidence)


def _codes_of(segments: Sequence[Segment]) -> int:
    return sum(segment.postings.size for segment in segments)
