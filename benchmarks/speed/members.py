"""How long a search takes to know whom it looks at: ``OUT/members.json``.

A database (SQLite) in the folder of temporary files with made-up people of a programme, each with ten templates in one
gallery. Timed is what a search reads of it: the first time, when nothing changed since, and when somebody was put in;
for the gallery, and for citizens, among whom they are not. The index and its comparisons are left out.

python -m benchmarks.speed.members --out FOLDER
"""

from __future__ import annotations

import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.table import Table

from benchmarks.command_line import run
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from enroll_tools.command_line import people as readers
from idverify.domain.model import Features, FingerPosition, PersonalData, Quality
from idverify.domain.references import Given, ReferenceEncounter, ReferenceKey, Scope
from idverify.ports import Among, UnitOfWork
from idverify.storage.store import SqlStore, open_store
from idverify.trust.key_file import load_or_create_master_keys

_NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_AT_A_TIME = 500
_FINGERS = 10
_FEATURES = [
    Features(FingerPosition(finger), b"template", Quality(80, "made-up", 40, (), usable=True), "made-up/1")
    for finger in range(1, _FINGERS + 1)
]


def _put(uow: UnitOfWork, number: int) -> None:
    subject_id, entry_id = str(uuid.uuid4()), str(uuid.uuid4())
    uow.subjects.add(subject_id, ReferenceKey("osia", f"P-{number}").text, PersonalData(""), _NOW)
    uow.subjects.add_encounter(subject_id, entry_id, _NOW, _FEATURES)
    uow.references.add(subject_id, ReferenceEncounter(entry_id, "osia", Given("E-1"), _NOW, _NOW))


def _of_gallery(store: SqlStore) -> Among | None:
    with store.reading() as view:
        return view.references.members(Scope("osia"))


def _of_citizens(store: SqlStore) -> Among | None:
    with store.reading() as view:
        return view.references.citizens()


def _milliseconds(work: Callable[[SqlStore], Among | None], store: SqlStore) -> float:
    began = time.perf_counter()
    assert work(store) is not None
    return 1000 * (time.perf_counter() - began)


def measure(folder: Path, people: int, repeats: int) -> dict[str, Any]:
    """Return the figures of ``members.json``, in milliseconds."""
    found: dict[str, dict[str, float]] = {}
    with closing(open_store(f"sqlite:///{folder / 'm.db'}", load_or_create_master_keys(folder / "keys.json"))) as store:
        for first in range(0, people, _AT_A_TIME):
            with store.transaction() as uow:
                for number in range(first, min(people, first + _AT_A_TIME)):
                    _put(uow, number)
        number = people
        for name, work in (("of a gallery", _of_gallery), ("of citizens", _of_citizens)):
            first_time = _milliseconds(work, store)
            again = [_milliseconds(work, store) for _ in range(repeats)]
            changed = []
            for _ in range(repeats):
                with store.transaction() as uow:
                    _put(uow, number)
                number += 1
                changed.append(_milliseconds(work, store))
            found[name] = {"first": first_time, "again": median(again), "changed": median(changed)}
    return {"machine": machine(), "templates": people * _FINGERS, "milliseconds": found}


def members(
    out: Annotated[Path, typer.Option(help="Folder for members.json.")],
    people: Annotated[int, typer.Option(min=10, help="People of the programme, ten templates each.")] = 10_000,
    repeats: Annotated[int, typer.Option(min=1, help="Times that each is asked again.")] = 20,
) -> None:
    """Fill a gallery, and print what a search reads of it first, and then."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        report = measure(Path(folder), people, repeats)
    write_json(out / "members.json", report)
    table = Table("members", "ms the first time", "again", "somebody came", box=None)
    for name, taken in report["milliseconds"].items():
        table.add_row(name, *(f"{taken[when]:.2f}" for when in ("first", "again", "changed")))
    readers().print(table)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status."""
    return run(arguments, members)


if __name__ == "__main__":
    sys.exit(main())
