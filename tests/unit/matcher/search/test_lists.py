"""The coarse quantiser and the threads of FAISS."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import faiss
import numpy as np
import pytest

from matcher.search.codes import default_codebook
from matcher.search.lists import CoarseQuantiser, default_centres


def test_each_thread_is_told_once_to_compute_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    plain = faiss.omp_set_num_threads

    def counted(number: int) -> None:
        told.append(number)
        plain(number)

    monkeypatch.setattr(faiss, "omp_set_num_threads", counted)
    centres = default_centres(default_codebook().id)
    coarse = CoarseQuantiser(centres)

    def nearest(_: int) -> tuple[int, int]:
        found = coarse.nearest(centres.centres[:1], 4)
        return faiss.omp_get_max_threads(), int(found[0, 0])

    with ThreadPoolExecutor(1) as pool:
        assert list(pool.map(nearest, range(3))) == [(1, 0)] * 3
    assert nearest(0) == (1, 0)
    assert told == [1, 1], "the thread that made it, and the one of the pool"


def test_no_codes_have_no_lists() -> None:
    coarse = CoarseQuantiser(default_centres(default_codebook().id))
    assert coarse.nearest(np.zeros((0, 4), np.uint64), 3).shape == (0, 3)
