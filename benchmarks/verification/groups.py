"""Rates by finger, sex and device, where the set says them, at one threshold for the whole set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks.impressions import Impression
from benchmarks.measures.error_rates import exceeded_by
from benchmarks.measures.pairs import Pair
from enroll_tools.datasets import DatasetSample
from matcher.types import FingerPosition

FMR = 1e-3
"""Of all impostor pairs of the set, at most so many are accepted at the threshold."""


def groups(
    samples: Sequence[DatasetSample],
    impressions: Sequence[Impression],
    pairs: Sequence[Pair],
    scores: Sequence[float],
) -> list[dict[str, Any]]:
    """Count prints, failures and errors of each group; nothing where all are of one.

    A pair is of a group if both prints are; a pair of two devices is of the group ``A × B``. ``rejected`` and
    ``accepted`` are counts, failures counted as rejections; percent are of the pairs of the group, None without any.
    """
    threshold = exceeded_by([s for p, s in zip(pairs, scores, strict=True) if not p.genuine], FMR)
    found = []
    for name, value, across in _MEANINGS:
        values = [value(sample) for sample in samples]
        if len(set(values) - {""}) < 2:
            continue
        found += [
            {"by": name, "group": group, **_counted(group, values, impressions, pairs, scores, threshold)}
            for group in _order(values, pairs, across=across)
        ]
    return found


def _finger(sample: DatasetSample) -> str:
    return "" if sample.finger is FingerPosition.UNKNOWN else sample.finger.name


_MEANINGS: tuple[tuple[str, Callable[[DatasetSample], str], bool], ...] = (
    ("finger", _finger, False),
    ("sex", lambda sample: sample.sex, False),
    ("device", lambda sample: sample.device, True),
)


def _order(values: Sequence[str], pairs: Sequence[Pair], *, across: bool) -> Iterator[str]:
    yield from sorted(set(values) - {""})
    if across:
        yield from sorted({_group(values[a], values[b]) for a, b, _ in pairs if values[a] != values[b]} - {""})


def _group(a: str, b: str) -> str:
    """Return the group of a pair; empty if it is of none."""
    if not a or not b:
        return ""
    return a if a == b else " × ".join(sorted((a, b)))


def _counted(
    group: str,
    values: Sequence[str],
    impressions: Sequence[Impression],
    pairs: Sequence[Pair],
    scores: Sequence[float],
    threshold: float,
) -> dict[str, Any]:
    of = [
        (pair.genuine, score)
        for pair, score in zip(pairs, scores, strict=True)
        if _group(values[pair.a], values[pair.b]) == group
    ]
    genuine, impostor = ([score > threshold for kind, score in of if kind is wanted] for wanted in (True, False))
    prints = [one for one, value in zip(impressions, values, strict=True) if value == group]
    failed = sum(one.template is None for one in prints)
    rejected, accepted = len(genuine) - sum(genuine), sum(impostor)
    return {
        "impressions": len(prints),
        "failures_to_acquire": failed,
        "genuine_pairs": len(genuine),
        "rejected": rejected,
        "false_rejection_percent": 100 * rejected / len(genuine) if genuine else None,
        "impostor_pairs": len(impostor),
        "accepted": accepted,
        "false_acceptance_percent": 100 * accepted / len(impostor) if impostor else None,
    }
