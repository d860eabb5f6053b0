"""The tuned constants of the search, each with unit and origin."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, pi, sqrt
from typing import NamedTuple

from matcher.comparison.params import CylinderShape


@dataclass(frozen=True, slots=True)
class IndexCylinderParams(CylinderShape):
    """Cylinders of the index: the paper set of recipe and TPAMI 33(5), 2011.

    Attributes:
        steepness: of the sigmoid that turns a blurred count into a value in (0, 1) (the papers' tau_psi).
        least_quality: minutiae of lower quality are not indexed, nor seen by those that are.
    """

    cells_across: int = 8
    directions: int = 6
    radius: float = 70.0
    sigma_position: float = 28 / 3
    sigma_direction: float = 2 * pi / 9
    threshold: float = 0.005
    steepness: float = 400.0
    least_quality: float = 0.2


DEFAULT_CYLINDERS = IndexCylinderParams()


class RetrievalParams(NamedTuple):
    """How much is retrieved, what agrees, and how many are verified.

    Attributes:
        lists: least and most inverted lists in which the like of a code are looked for.
        scanned: codes of the gallery that each code of the probe is held against: as many lists as hold them, and all
            of a gallery that has no more.
        crowd: impressions up to which ``neighbours`` and ``weighed`` are as here; of more both grow as the root of how
            many times as many there are. Of 239 mates of FVC one is lost among 3,000,000 without it, and none with.
        neighbours: codes retrieved for each minutia of the probe.
        farthest: largest Hamming distance that is retrieved, in bits of the 128 that are compared.
        worthless: distance at which a vote counts nothing, likewise; of 877 mates one more is on the short list
            than with 50.
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
    crowd: int = 1 << 20
    neighbours: int = 600
    farthest: int = 48
    worthless: float = 58.0
    least_votes: int = 2
    turn_tolerance: float = 0.25
    shift_tolerance: float = 25.0
    exhaustive_up_to: int = 48
    weighed: int = 200
    shortlist: int = 16
    batch: int = 4
    least_evidence: float = 10.0
    certain_share: float = 0.25


_LEAST_SHORTLIST = 8
"""Of a part: where all who are alike happen to be in one, they are verified all the same."""


def part_of(params: RetrievalParams, parts: int) -> RetrievalParams:
    """Return how much is retrieved of one of several galleries that are searched together, each with people at random.

    In all of them together the same lists are scanned, and as many are weighed and verified, as in one that holds all.
    """
    if parts == 1:
        return params
    return params._replace(
        scanned=ceil(params.scanned / parts),
        crowd=ceil(params.crowd / parts),
        neighbours=ceil(params.neighbours / parts),
        exhaustive_up_to=ceil(params.exhaustive_up_to / parts),
        weighed=ceil(params.weighed / parts),
        shortlist=max(min(_LEAST_SHORTLIST, params.shortlist), ceil(params.shortlist / parts)),
        batch=ceil(params.batch / parts),
    )


def among(params: RetrievalParams, impressions: int) -> RetrievalParams:
    """Return how much is retrieved of a gallery of so many impressions."""
    if impressions <= params.crowd:
        return params
    more = sqrt(impressions / params.crowd)
    return params._replace(neighbours=ceil(more * params.neighbours), weighed=ceil(more * params.weighed))


@dataclass(frozen=True, slots=True)
class GalleryParams:
    """How the gallery searches and keeps itself in order.

    Attributes:
        retrieval: what is retrieved and how much of it is verified.
        threads: that one search, or one addition of many, computes with.
        fan_out: segments of about one size that are merged into one.
        merged_at_once: up to so many impressions are merged by whoever adds, more by :meth:`Gallery.merge`.
        largest_segment: impressions; such segments are not merged any more.
        gone_share: a segment is written anew when this part of it was removed.
    """

    retrieval: RetrievalParams = field(default_factory=RetrievalParams)
    threads: int = 1
    fan_out: int = 8
    merged_at_once: int = 512
    largest_segment: int = 262_144
    gone_share: float = 0.2
