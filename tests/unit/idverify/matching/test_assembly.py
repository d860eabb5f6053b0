"""Putting together what works on fingerprints."""

from __future__ import annotations

from threadpoolctl import threadpool_info, threadpool_limits

from idverify.matching.assembly import load_matching


def test_linear_algebra_computes_in_the_calling_thread() -> None:
    with threadpool_limits(2, user_api="blas"):  # as on a machine of two cores
        load_matching("ridge", extractor_threads=1, search_threads=1)
        assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}
