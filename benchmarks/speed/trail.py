"""How long it takes to check the audit trail and the rows: ``OUT/trail.json``.

A database of made-up citizens, each with two templates and a record, on SQLite in the folder of temporary files, and as
many events as are asked for. What is timed is the check that ``idverify audit check`` has done: of all events, of the
numbers of rows alone, and with ``--full`` of every row too. Seconds are those of the clock, and of the processor beside
them, which other programs hardly count in.

python -m benchmarks.speed.trail --out FOLDER
"""

from __future__ import annotations

import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from benchmarks.command_line import run
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from enroll_tools.command_line import people
from idverify.domain.model import (
    BEGINNING,
    AuditEntry,
    Caller,
    Features,
    FingerPosition,
    PersonalData,
    Quality,
    Record,
    RequestContext,
    TrailHead,
)
from idverify.services.calls.call import Call, begin
from idverify.services.trail_check import TrailCheckService
from idverify.storage.store import SqlStore, open_store
from idverify.trust.key_file import load_or_create_master_keys

_ROWS_OF_A_CITIZEN = 4
_AT_A_TIME = 2000
_NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_FEATURES = [
    Features(finger, b"template", Quality(80, "made-up", 40, (), usable=True), "made-up/1")
    for finger in (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX)
]
_ENTRY = AuditEntry(
    _NOW,
    "counter-7",
    "Verify",
    "MATCH",
    str(uuid.UUID(int=7, version=4)),
    RequestContext(str(uuid.UUID(int=8, version=4)), str(uuid.UUID(int=9, version=4)), "1.001193", "D-7", "H05.12"),
    {"score": 43.2, "target_fmr": 1e-4, "fingers": ["RIGHT_INDEX"], "comparator": "made-up/1"},
)


@dataclass
class _Memory:
    """Up to where the chain was recomputed, as long as this lives."""

    head: TrailHead = BEGINNING

    def verified(self) -> TrailHead:
        return self.head

    def note_verified(self, head: TrailHead) -> None:
        self.head = head


class _NoDeadline:
    def check(self) -> None:
        """Never raises."""

    def seconds_left(self) -> float:
        return float("inf")


def _fill(store: SqlStore, events: int, citizens: int) -> None:
    for first in range(0, citizens, _AT_A_TIME):
        with store.transaction() as uow:
            for number in range(first, min(citizens, first + _AT_A_TIME)):
                subject_id = str(uuid.uuid4())
                uow.subjects.add(subject_id, f"0271{number:08}", PersonalData("Thử", "1990", "F"), _NOW)
                uow.subjects.add_encounter(subject_id, str(uuid.uuid4()), _NOW, _FEATURES)
                uow.records.put(subject_id, Record("residence", "police", "{}", "00" * 32, 1, _NOW))
    for first in range(0, events, _AT_A_TIME):
        with store.transaction() as uow:
            for _ in range(first, min(events, first + _AT_A_TIME)):
                uow.audit.append(_ENTRY)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def measure(folder: Path, events: int, rows: int) -> dict[str, Any]:
    """Return the figures of ``trail.json``, in seconds by the clock and by the processor."""
    store = open_store(f"sqlite:///{folder / 'trail.db'}", load_or_create_master_keys(folder / "keys.json"))
    try:
        _fill(store, events, rows // _ROWS_OF_A_CITIZEN)
        checks = TrailCheckService(store, _Memory())
        found: dict[str, tuple[float, float]] = {}
        found["all events"] = _timed(lambda: checks.check(_call()))
        found["the numbers of rows"] = _timed(lambda: checks.check(_call()))
        whole = _timed(lambda: checks.check(_call(), full=True))
        assert checks.check(_call(), full=True).findings == ()
        found["every row"] = whole[0] - found["all events"][0], whole[1] - found["all events"][1]
    finally:
        store.close()
    return {
        "machine": machine(),
        "events": events,
        "rows": rows,
        "seconds": {name: {"clock": clock, "processor": processor} for name, (clock, processor) in found.items()},
    }


def _call() -> Call:
    return begin(Caller("auditor", frozenset()), RequestContext(), "CheckAuditTrail", b"", _NoDeadline())


def trail(
    out: Annotated[Path, typer.Option(help="Folder for trail.json.")],
    events: Annotated[int, typer.Option(min=1000, help="Events of the trail.")] = 1_000_000,
    rows: Annotated[int, typer.Option(min=1000, help="Citizens, templates and records.")] = 1_000_000,
) -> None:
    """Fill a database, check it, and print how long a million takes."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        report = measure(Path(folder), events, rows)
    write_json(out / "trail.json", report)
    table = Table("check of", "seconds", "of the processor", "a million", box=None)
    for name, taken in report["seconds"].items():
        count = events if name == "all events" else rows
        figures = (taken["clock"], taken["processor"], taken["processor"] * 1e6 / count)
        table.add_row(name, *(f"{figure:.1f}" for figure in figures))
    people().print(table)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status."""
    return run(arguments, trail)


if __name__ == "__main__":
    sys.exit(main())
