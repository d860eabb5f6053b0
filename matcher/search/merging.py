"""Which segments are due to be written anew, in the manner of log-structured merge trees.

P. O'Neil, E. Cheng, D. Gawlick, E. O'Neil, "The log-structured merge-tree", Acta Informatica 33, 1996.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import log

import numpy as np

from matcher.search.params import GalleryParams
from matcher.search.segment import Segment


def due(segments: Sequence[Segment], params: GalleryParams, largest: int) -> list[Segment]:
    """Return the first segments that are to become one of no more than ``largest`` impressions; none if none are."""
    for segment in segments:
        if segment.gone > params.gone_share * len(segment) and len(segment) <= largest:
            return [segment]
    tiers: defaultdict[int, list[Segment]] = defaultdict(list)
    for segment in segments:
        tiers[_tier(segment, params)].append(segment)
    for tier in sorted(tiers):
        ends = np.cumsum([len(segment) for segment in tiers[tier]])
        fitting = int(np.searchsorted(ends, params.largest_segment, side="right"))
        count = min(fitting, params.fan_out)
        # Fewer than the fan-out are merged where one more would make too large a segment.
        complete = count == params.fan_out or fitting < len(ends)
        if count > 1 and complete and ends[count - 1] <= largest:
            return tiers[tier][:count]
    return []


def _tier(segment: Segment, params: GalleryParams) -> int:
    return int(log(max(1, len(segment)), params.fan_out) + 1e-9)
