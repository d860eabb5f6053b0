"""The benchmark of preparation: two ways, the same answers, and a file of figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.speed import preparation
from benchmarks.speed.prepared_each_time import EachTimeBiometrics
from idverify.domain.model import Likeness

pytestmark = pytest.mark.slow


@pytest.mark.long
def test_both_ways_are_measured_and_answer_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "PEOPLE", 2)
    monkeypatch.setattr(preparation, "REPEATS", 1)
    assert preparation.main(["--out", str(tmp_path), "--json"]) == 0
    figures = json.loads((tmp_path / "preparation.json").read_text())
    assert (figures["people"], figures["repeats"]) == (2, 1)
    assert len(figures["work"]) == 4
    assert all(row["once_ms"] > 0 and row["ratio"] > 0 for row in figures["work"].values())


def test_ways_that_answer_differently_are_not_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EachTimeBiometrics, "compare", lambda *_: Likeness(1.0, 0.0))
    with pytest.raises(AssertionError):
        preparation.measure(tmp_path, people=2, repeats=1)
