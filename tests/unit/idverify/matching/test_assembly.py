"""Putting together what works on fingerprints."""

from __future__ import annotations

import logging

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from idverify.matching.assembly import load_matching


def test_linear_algebra_computes_in_the_calling_thread() -> None:
    with threadpool_limits(2, user_api="blas"):  # as on a machine of two cores
        load_matching("ridge", extractor_threads=1, search_threads=1)
        assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}


def test_it_says_that_it_compiles_only_where_there_is_something_to_compile(caplog: pytest.LogCaptureFixture) -> None:
    load_matching("ridge", extractor_threads=1, search_threads=1)
    with caplog.at_level(logging.INFO, logger="idverify.matching"):
        load_matching("ridge", extractor_threads=1, search_threads=1)
    assert [record.message for record in caplog.records] == ["compiled"]
