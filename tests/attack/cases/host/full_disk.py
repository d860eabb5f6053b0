"""A disk that is full: of the database, and of the gallery's snapshots."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from datetime import datetime
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from idverify.v1 import enrolment_pb2
from tests.attack.case import Case, Findings, Outcome
from tests.attack.people import enrol, minutiae, number_of, touch, verification
from tests.attack.stage import Server, Stage
from tests.e2e.harness import refusal
from tests.e2e.stubs import TESTING
from tests.small_disk import fill, mounted
from tests.waiting import wait_until

_ROOM = 400_000
"""Bytes that are left on the disk for a few calls more."""

_PAUSE = 15
"""Seconds at least between two snapshots that fail."""


def run(stage: Stage) -> Outcome:
    """Fill the disk of the snapshots, then that of the database, and free both again."""
    found, disk = Findings(), stage.folder / "disk"
    with contextlib.ExitStack() as undo:
        try:
            undo.enter_context(mounted(disk, "6m"))
        except PermissionError as error:
            found.note(f"skipped: {error}", held=True)
            return found.outcome
        server = undo.enter_context(stage.site().serving(data_dir=disk / "data", snapshot_changes=1))
        undo.enter_context(mounted(disk / "data" / "gallery", "4k"))
        enrol(server, [1])
        wait_until(lambda: server.logged("gallery snapshot failed"))
        acknowledged = _until_full(found, server, disk)
        _note_retries(found, server, wait=4 * _PAUSE if stage.full else 4)
        (disk / "filler").unlink()
        _note_whole(found, server, acknowledged)
    return found.outcome


def _until_full(found: Findings, server: Server, disk: Path) -> int:
    """Verify until nothing more is taken; return how many were answered."""
    verify = server.stubs("counter-1").verification.Verify
    health: Any = health_pb2_grpc.HealthStub(server.stubs("counter-1").channel)
    filler = fill(disk)
    os.truncate(filler, filler.stat().st_size - _ROOM)
    numbers = count(1)
    answered = 0
    with contextlib.suppress(grpc.RpcError):
        while verify(verification(1, [minutiae(touch(1, next(numbers)))])):
            answered += 1
    refused = refusal(verify, verification(1, [minutiae(touch(1, next(numbers)))]))
    found.same("a full disk", (refused.reason, refused.metadata), ("STORE_NOT_WRITABLE", {"cause": "DISK_FULL"}))
    _note_in_time(found, "health says NOT_SERVING", lambda: health.Check(health_pb2.HealthCheckRequest()).status != 1)
    causes = [line["cause"] for line in server.logged("the database cannot be written")]
    found.same("the log says why", causes, ["DISK_FULL"])
    return answered


def _note_retries(found: Findings, server: Server, wait: float) -> None:
    time.sleep(wait)  # in which a snapshot a second would be tried
    failed = [datetime.fromisoformat(line["time"]) for line in server.logged("gallery snapshot failed")]
    pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(failed)]
    causes = sorted({line["cause"].partition(":")[0] for line in server.logged("gallery snapshot failed")})
    found.same("a snapshot that cannot be written: the log says", causes, ["ENOSPC"])
    told = ", ".join(f"{pause:.0f} s" for pause in pauses) or f"not within {wait:.0f} s"
    found.note(f"and is tried again after: {told}", all(pause >= _PAUSE - 1 for pause in pauses))


def _note_whole(found: Findings, server: Server, acknowledged: int) -> None:
    def again() -> bool:
        with contextlib.suppress(grpc.RpcError):
            enrol(server, [2])
            return True
        return False

    _note_in_time(found, "with room again it goes on without a restart", again)
    listed = enrolment_pb2.ListCitizensRequest(context=TESTING)
    numbers = {c.citizen_number for c in server.stubs("admin").enrolment.ListCitizens(listed).citizens}
    found.same("citizens enrolled before and after", len(numbers & {number_of(1), number_of(2)}), 2)
    matched = server.stubs("auditor").outcomes().count("Verify:MATCH")
    found.note(f"{matched} of {acknowledged} answered verifications are in the trail", 0 < matched == acknowledged)


def _note_in_time(found: Findings, text: str, holds: Callable[[], bool]) -> None:
    try:
        wait_until(holds)
    except AssertionError:
        found.note(f"not so: {text}", held=False)
    else:
        found.note(text, held=True)


CASE = Case(
    number="9",
    name="full disk",
    before='looked like "busy, try again" with health SERVING and no cause logged; the snapshot was tried each second',
    wanted="STORE_NOT_WRITABLE, health NOT_SERVING, the cause in the log, snapshots at growing intervals, nothing lost",
    run=run,
)
