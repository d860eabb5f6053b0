"""How a bulk enrolment ended, for programs and for people. It names files or lines, never people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from idverify.v1.enrolment_pb2 import AddFingerprintsResponse, EnrolCitizenResponse
from idverify.v1.types_pb2 import ProfileOutcome, ProfileTest


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was not enrolled.

    Attributes:
        files: the prints it is about: the one at fault if the service named one, else all of the call. Empty for people
            of a list, whose files may bear their numbers.
        lines: of the list, the same for them.
        reason, message: the service's.
        final: trying again without changing the prints is useless.
    """

    files: tuple[Path, ...]
    lines: tuple[int, ...]
    reason: str
    message: str
    final: bool


@dataclass(slots=True)
class Report:
    """How a bulk enrolment ended.

    Attributes:
        enrolled: people enrolled in this run.
        known: people enrolled in a run before.
        prints: prints enrolled in this run.
        records: records put in this run.
        left_out: prints too poor to be enrolled, of people who are.
        refused: people who are not, and prints that could not be added.
        tests: how often a test of the profile ended so, by test and outcome, of prints enrolled in this run.
        suspected: prints of people who were enrolled although they seem to be enrolled under another number too.
        stopped: the service was gone, so that the rest was not tried.
        interrupted: the user ended it.
        left: people who were not tried, or whose calls were cut off.
    """

    enrolled: int = 0
    known: int = 0
    prints: int = 0
    records: int = 0
    left_out: list[Refusal] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    suspected: list[Refusal] = field(default_factory=list)
    tests: Counter[tuple[str, str]] = field(default_factory=Counter)
    stopped: bool = False
    interrupted: bool = False
    left: int = 0


def tests_of(answer: EnrolCitizenResponse | AddFingerprintsResponse) -> Iterator[tuple[str, str]]:
    """Yield test and outcome, in lower case, for each test of each print of an answer."""
    for taken in answer.taken_impressions:
        for result in taken.profile_tests:
            test = ProfileTest.Name(result.test).removeprefix("PROFILE_TEST_").lower()
            yield test, ProfileOutcome.Name(result.outcome).removeprefix("PROFILE_OUTCOME_").lower()


def report_content(report: Report, dataset: Path) -> dict[str, Any]:
    """Return a report as JSON; files by their places below the test set."""
    return {
        "enrolled": report.enrolled,
        "enrolled_before": report.known,
        "prints": report.prints,
        "records": report.records,
        "stopped": report.stopped,
        "interrupted": report.interrupted,
        "left": report.left,
        "profile": _profile(report.tests),
        "refused": [_refusal(item, dataset) for item in report.refused],
        "left_out": [_refusal(item, dataset) for item in report.left_out],
        "suspected": [_refusal(item, dataset) for item in report.suspected],
    }


def _profile(tests: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (test, outcome), count in sorted(tests.items()):
        found.setdefault(test, {})[outcome] = count
    return found


def _refusal(item: Refusal, dataset: Path) -> dict[str, Any]:
    return {
        "files": [_relative(path, dataset) for path in item.files],
        "lines": list(item.lines),
        "reason": item.reason,
        "message": item.message,
        "final": item.final,
    }


def _relative(path: Path, dataset: Path) -> str:
    folder = dataset if dataset.is_dir() else dataset.parent
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name


def show_report(report: Report, dataset: Path) -> None:
    """Print a report for people."""
    console = Console(highlight=False)
    before = f", {report.known} were before" if report.known else ""
    records = f" and {report.records} records" if report.records else ""
    console.print(f"enrolled {report.enrolled} people with {report.prints} prints{records}{before}")
    for test, outcomes in _profile(report.tests).items():
        console.print(f"{test}: " + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()))
    _show_items(console, report, dataset)
    if report.stopped:
        console.print("the service went away; run the same command again to go on", style="bold red")
    if report.interrupted:
        text = f"interrupted with {report.left} people left; run the same command again to go on"
        console.print(text, style="bold red")


def _show_items(console: Console, report: Report, dataset: Path) -> None:
    kinds = {"left out": report.left_out, "suspected": report.suspected, "refused": report.refused}
    items = [(what, item) for what, found in kinds.items() for item in found]
    if not items:
        return
    table = Table("", "reason", "prints", "what the service said", box=None, pad_edge=False, header_style="dim")
    for what, item in items:
        names = [_relative(path, dataset) for path in item.files] or [f"line {line}" for line in item.lines]
        table.add_row(what, item.reason, ", ".join(names[:4]) + (" ..." if len(names) > 4 else ""), item.message)
    console.print(table)
    counts = Counter(item.reason for _, item in items)
    console.print("; ".join(f"{reason}: {count}" for reason, count in counts.most_common()))
