"""What a run came to, for people and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from enroll_tools.command_line import people
from tests.chaos.faults import Happened
from tests.chaos.told import Told

_SHOWN = 20
"""Of what is found against a bar."""


def figures(
    tells: Sequence[Told], happened: Sequence[Happened], against: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Return the report as JSON has it.

    Args:
        tells: of the load.
        happened: the faults.
        against: every bar, with what is found against it.
    """
    acts = sorted({told.act for told in tells})
    faults = Counter(each.name for each in happened)
    met = Counter(each.name for each in happened for told in tells if told.writes and each.met(told))
    return {
        "calls": {act: _act([told for told in tells if told.act == act], len(tells)) for act in acts},
        "calls_made": len(tells),
        "faults": dict(sorted(faults.items())),
        "enrolments_meanwhile": {name: met[name] for name in sorted(faults)},
        "verify_unanswered": _unanswered(tells, happened),
        "bars": {
            name: {"held": not found, "against": list(found[:_SHOWN]), "count": len(found)}
            for name, found in against.items()
        },
    }


def costs(calls: int, seconds: float, processors: Mapping[str, float]) -> dict[str, Any]:
    """Return what the load came to.

    Args:
        calls: that were made.
        seconds: in which.
        processors: seconds of processors that each kind of process took meanwhile.
    """
    return {
        "calls_a_second": round(calls / seconds, 1) if seconds else 0.0,
        "processor_ms_a_call": {
            kind: round(1000 * took / max(1, calls), 2) for kind, took in sorted(processors.items())
        },
    }


def _unanswered(tells: Sequence[Told], happened: Sequence[Happened]) -> dict[str, int]:
    """Count calls of Verify that were not answered, by what happened meanwhile."""
    during: Counter[str] = Counter()
    for told in tells:
        if told.act == "verify" and told.silent:
            names = [each.name for each in happened if each.met(told)]
            during[f"{told.answer}: {', '.join(names) or 'nothing'}"] += 1
    return dict(during.most_common())


def _act(tells: Sequence[Told], all_: int) -> dict[str, Any]:
    seconds = sorted(told.ended - told.began for told in tells if not told.silent)
    return {
        "calls": len(tells),
        "percent": round(100 * len(tells) / all_, 1),
        "unanswered": sum(told.silent for told in tells),
        "answers": dict(Counter(told.answer for told in tells).most_common()),
        "p50_ms": _at(seconds, 0.5),
        "p99_ms": _at(seconds, 0.99),
        "slowest_ms": _at(seconds, 1.0),
    }


def _at(ordered: Sequence[float], part: float) -> float:
    return round(1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))], 1) if ordered else 0.0


def tell(report: Mapping[str, Any]) -> None:
    """Print it as tables."""
    calls = Table("call", "made", "%", "unanswered", "p50 ms", "p99 ms", "slowest ms", "answers", box=None)
    for act, row in report["calls"].items():
        answers = ", ".join(f"{answer} {count}" for answer, count in row["answers"].items())
        columns = (row["calls"], row["percent"], row["unanswered"], row["p50_ms"], row["p99_ms"], row["slowest_ms"])
        calls.add_row(act, *map(str, columns), answers)
    faults = Table("what happened", "times", "enrolments meanwhile", box=None)
    for name, times in report["faults"].items():
        faults.add_row(name, str(times), str(report["enrolments_meanwhile"][name]))
    silent = Table("Verify was not answered", "times", box=None)
    for during, times in report["verify_unanswered"].items():
        silent.add_row(during, str(times))
    took = Table("processor time of", "ms a call", box=None)
    for kind, milliseconds in report["processor_ms_a_call"].items():
        took.add_row(kind, str(milliseconds))
    bars = Table("bar", "", box=None)
    for name, bar in report["bars"].items():
        bars.add_row(name, "holds" if bar["held"] else f"missed {bar['count']} times: {bar['against'][0]}")
    for table in (calls, faults, silent, took, bars):
        people().print(table)
        people().print()
