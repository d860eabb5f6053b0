"""What it costs an enrolment that its rows are marked: ``OUT/row_marks.json``.

Two databases on SQLite in the folder of temporary files, of which one marks no rows; turn by turn as many made-up
citizens are enrolled in each, with two templates, every one in a transaction of its own with its event. What is
compared is the time of the processor, turn by turn, and the size of the files afterwards. Extraction, comparison and
gallery, which take a hundred times as long, are left out.

python -m benchmarks.speed.row_marks --out FOLDER
"""

from __future__ import annotations

import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Annotated, Any
from unittest import mock

import typer
from rich.table import Table

from benchmarks.command_line import run
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from enroll_tools.command_line import people
from idverify.domain.model import AuditEntry, Features, FingerPosition, PersonalData, Quality, RequestContext
from idverify.storage.store import SqlStore, open_store
from idverify.storage.trail import audit_trail
from idverify.trust.key_file import load_or_create_master_keys

_NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_FEATURES = [
    Features(finger, b"template", Quality(80, "made-up", 40, (), usable=True), "made-up/1")
    for finger in (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX)
]


def _enrol(store: SqlStore, number: int) -> None:
    subject_id = str(uuid.uuid4())
    with store.transaction() as uow:
        uow.subjects.add(subject_id, f"0271{number:08}", PersonalData("Thử", "1990", "F"), _NOW)
        uow.subjects.add_encounter(subject_id, str(uuid.uuid4()), _NOW, _FEATURES)
        uow.audit.append(AuditEntry(_NOW, "counter-7", "EnrolCitizen", "ENROLLED", subject_id, RequestContext(), {}))


def _turn(store: SqlStore, numbers: range) -> float:
    """Return the seconds of the processor that an enrolment takes."""
    began = time.process_time()
    for number in numbers:
        _enrol(store, number)
    return (time.process_time() - began) / len(numbers)


def measure(folder: Path, turns: int, citizens: int) -> dict[str, Any]:
    """Return the figures of ``row_marks.json``: milliseconds of the processor an enrolment, bytes a citizen.

    Args:
        folder: for the databases.
        turns: after one that does not count.
        citizens: enrolled in each database in a turn.
    """
    keys = load_or_create_master_keys(folder / "keys.json")
    with_marks, without, ratios = [], [], []
    marked, unmarked = (folder / f"{name}.db" for name in ("marked", "unmarked"))
    with (
        closing(open_store(f"sqlite:///{marked}", keys)) as one,
        closing(open_store(f"sqlite:///{unmarked}", keys)) as two,
    ):
        for turn in range(turns + 1):
            numbers = range(turn * citizens, (turn + 1) * citizens)
            taken = _turn(one, numbers)
            with mock.patch.object(audit_trail, "put_marks"):
                bare = _turn(two, numbers)
            if turn:
                with_marks.append(taken)
                without.append(bare)
                ratios.append(taken / bare)
    enrolled = (turns + 1) * citizens
    return {
        "machine": machine(),
        "enrolled": enrolled,
        "milliseconds": {"marked": 1000 * median(with_marks), "unmarked": 1000 * median(without)},
        "ratio": {"median": median(ratios), "least": min(ratios), "most": max(ratios)},
        "bytes_a_citizen": {
            "marked": marked.stat().st_size / enrolled,
            "marks": (marked.stat().st_size - unmarked.stat().st_size) / enrolled,
        },
    }


def row_marks(
    out: Annotated[Path, typer.Option(help="Folder for row_marks.json.")],
    turns: Annotated[int, typer.Option(min=1, help="Turns that count.")] = 10,
    citizens: Annotated[int, typer.Option(min=10, help="Enrolled in a turn, in each database.")] = 200,
) -> None:
    """Enrol in two databases, one of which marks no rows, and print what the marks cost."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        report = measure(Path(folder), turns, citizens)
    write_json(out / "row_marks.json", report)
    spent, ratio, room = report["milliseconds"], report["ratio"], report["bytes_a_citizen"]
    table = Table("an enrolment", "marked", "unmarked", "ratio", "least", "most", box=None)
    figures = spent["marked"], spent["unmarked"], ratio["median"], ratio["least"], ratio["most"]
    table.add_row("ms of the processor", *(f"{figure:.2f}" for figure in figures))
    people().print(table)
    people().print(f"bytes a citizen: {room['marked']:.0f}, of which marks {room['marks']:.0f}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status."""
    return run(arguments, row_marks)


if __name__ == "__main__":
    sys.exit(main())
