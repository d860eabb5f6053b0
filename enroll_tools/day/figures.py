"""What the day comes to: faults by story, papers, times."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from enroll_tools.day.oracle import Oracle
from enroll_tools.day.tries import Try
from idverify.v1.reports_pb2 import CountDisclosuresResponse, CountPresencesResponse, PresenceKind

_DECIDED = {"MATCH", "NO_MATCH", "INCONCLUSIVE"}


@dataclass(frozen=True, slots=True)
class StoryFigures:
    """The tries of one story: what came how often, and how many were wrong."""

    story: str
    visits: int
    came: dict[str, int]
    wrong: int


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of ``Verify`` from a picture that was compared; NaN where there was none."""

    calls: int
    p50: float
    p99: float
    longest: float


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Everything. ``faults`` are sentences without personal data; ``limit_seconds`` 0: times are only told."""

    stories: list[StoryFigures]
    tries: int
    disclosed_records: int
    silent_records: int
    disputed_records: int
    papers_saved: int
    papers_due: int
    times: Times
    limit_seconds: float
    faults: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether everything is as expected."""
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        """Return them for ``day.json``."""
        return {"passed": self.passed, **asdict(self)}


def judge(
    oracle: Oracle,
    tries: Sequence[Try],
    report: CountDisclosuresResponse,
    vouched: CountPresencesResponse,
    limit_seconds: float,
) -> DayFigures:
    """Have the oracle read every answer, and both reports."""
    wrong = [oracle.faults(one) for one in tries]
    faults = [
        f"{one.visit.story.value}, {one.visit.procedure}, {'after' if one.truth.afternoon else 'before'} noon: {fault}"
        for one, found in zip(tries, wrong, strict=True)
        for fault in found
    ]
    due, saved = oracle.papers(tries), _counted(report, "papers_saved")
    faults.extend(_miscounted("papers saved", due, saved))
    faults.extend(_miscounted("disclosures", oracle.disclosures(tries), _counted(report, "disclosed")))
    due_presences, came_presences = oracle.presences(tries), _presences(vouched)
    if due_presences != came_presences:
        faults.append(f"exceptions and slips: {due_presences.total()} were due, {came_presences.total()} came")
    times = _times([one.came.seconds for one in tries if not one.truth.led and one.came.said in _DECIDED])
    if limit_seconds and not times.p99 < limit_seconds:
        faults.append(f"Verify took {times.p99:.2f} s at p99, {limit_seconds:g} s at most were due")
    given = [one.came.disclosure for one in tries if one.came.disclosure is not None]
    return DayFigures(
        stories=_stories(tries, wrong),
        tries=len(tries),
        disclosed_records=sum(len(disclosure.records) for disclosure in given),
        silent_records=sum(len(disclosure.silent_sources) for disclosure in given),
        disputed_records=sum(len(disclosure.disputed_records) for disclosure in given),
        papers_saved=saved.total(),
        papers_due=due.total(),
        times=times,
        limit_seconds=limit_seconds,
        faults=faults,
    )


def _counted(report: CountDisclosuresResponse, column: str) -> Counter[tuple[str, str]]:
    """Return a column of the report by procedure and record type, without those of which there is nothing."""
    counted: Counter[tuple[str, str]] = Counter()
    for row in report.counts:
        counted[row.procedure_code, row.record_type] += getattr(row, column)
    return +counted


def _miscounted(what: str, due: Counter[tuple[str, str]], came: Counter[tuple[str, str]]) -> list[str]:
    different = sorted({code for code, kind in due.keys() | came.keys() if due[code, kind] != came[code, kind]})
    return [f"{what}: {due.total()} were due, {came.total()} came; {', '.join(different)}"] if different else []


def _presences(report: CountPresencesResponse) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for row in report.counts:
        found[row.procedure_code, PresenceKind.Name(row.kind).removeprefix("PRESENCE_KIND_")] += row.count
    return found


def _stories(tries: Sequence[Try], wrong: Sequence[list[str]]) -> list[StoryFigures]:
    found: dict[str, list[tuple[Try, bool]]] = {}
    for one, faults in zip(tries, wrong, strict=True):
        found.setdefault(one.visit.story.value, []).append((one, bool(faults)))
    return [
        StoryFigures(
            story,
            len({one.visit.citizen.index for one, _ in rows}),
            dict(Counter(one.came.said for one, _ in rows).most_common()),
            sum(is_wrong for _, is_wrong in rows),
        )
        for story, rows in sorted(found.items())
    ]


def _times(seconds: Iterable[float]) -> Times:
    ordered = sorted(seconds)
    if not ordered:
        return Times(0, math.nan, math.nan, math.nan)
    return Times(len(ordered), _percentile(ordered, 50), _percentile(ordered, 99), ordered[-1])


def _percentile(ordered: Sequence[float], percent: int) -> float:
    """Return the least value that so many percent do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]
