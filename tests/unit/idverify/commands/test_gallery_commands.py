"""What a search of everybody is expected to take, said before it begins."""

from __future__ import annotations

import pytest

from idverify.commands.gallery import expected
from idverify.v1.gallery_pb2 import GetGalleryStatusResponse, LatencyHistogram


@pytest.mark.parametrize(
    ("counts", "seconds", "says"),
    [
        ([30, 10], 8.0, "at most 90,000 searches of 200 ms (mean of 40): 5 hours"),
        ([0, 0], 0.0, "at most 90,000 searches; how long one takes is not known before the first"),
    ],
)
def test_a_search_of_everybody_takes_as_many_searches_as_impressions(
    counts: list[int], seconds: float, says: str
) -> None:
    latency = LatencyHistogram(bounds_seconds=[1.0], counts=counts, sum_seconds=seconds)
    assert expected(GetGalleryStatusResponse(impressions=90_000, search_latency=latency)) == says
