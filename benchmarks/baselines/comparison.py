"""A baseline held against what was measured again: what got worse, what better, what is not the same any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from benchmarks.baselines.measuring import Baseline
from benchmarks.measures.error_rates import POINTS
from enroll_tools.datasets import DatasetError

Verdict = Literal["worse", "better", "within"]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is not what it was.

    Attributes:
        where: the set, or ``mean`` or ``pooled``.
        what: the operating point, or ``failures_to_extract``.
        was, now: percent, or a number of prints.
        verdict: beyond the tolerance to either side, or within it.
    """

    where: str
    what: str
    was: float
    now: float
    verdict: Verdict


def changes(baseline: Baseline, measured: Baseline) -> list[Change]:
    """Return every figure that differs, of the sets that were measured.

    Raises:
        DatasetError: a set has not as many pairs as when the baseline was made: it is another set.
    """
    return [change for where, was, now in _both(baseline, measured) for change in _of_entry(where, was, now)]


def other_names(baseline: Baseline, measured: Baseline) -> list[str]:
    """Say which parts are not the ones that the baseline was made with."""
    parts = ("extractor", "comparator", "calibration")
    return [f"{part} {measured[part]}, not {baseline[part]}" for part in parts if measured[part] != baseline[part]]


def _both(baseline: Baseline, measured: Baseline) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    found = {_key(entry): entry for entry in measured["sets"]}
    for was in baseline["sets"]:
        now = found.get(_key(was))
        if now is not None:
            yield f"{was['name']} at {was['resolution_ppi']:g} ppi", _same_pairs(was, now), now
    # Fewer sets than the baseline has mean other rates, not worse ones.
    if "mean" in measured and measured["mean"]["sets"] == baseline["mean"]["sets"]:
        for where in ("mean", "pooled"):
            yield where, baseline[where], measured[where]


def _key(entry: dict[str, Any]) -> tuple[str, float]:
    return entry["name"], entry["resolution_ppi"]


def _same_pairs(was: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    pairs = [tuple(entry[kind] for kind in ("genuine_pairs", "impostor_pairs")) for entry in (was, now)]
    if pairs[0] != pairs[1]:
        (genuine, impostor), (genuine_now, impostor_now) = pairs
        raise DatasetError(
            f"{was['name']} has {genuine_now} + {impostor_now} pairs, not the {genuine} + {impostor} of the baseline"
        )
    return was


def _of_entry(where: str, was: dict[str, Any], now: dict[str, Any]) -> Iterator[Change]:
    for point in POINTS:
        before, after = was["percent"][point], now["percent"][point]
        if before != after:
            yield Change(where, point, before, after, _verdict(after - before, was["tolerance"]))
    failed = "failures_to_extract"
    if was.get(failed) != now.get(failed):
        yield Change(where, failed, was[failed], now[failed], _verdict(now[failed] - was[failed], 0))


def _verdict(difference: float, tolerance: float) -> Verdict:
    if abs(difference) <= tolerance:
        return "within"
    return "worse" if difference > 0 else "better"
