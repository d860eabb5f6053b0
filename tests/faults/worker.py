"""Runs in a process that was started with the shim: ``python -m tests.faults.worker FOLDER JOB...``.

A fault or a cut has a process of its own, forked from this one, which has loaded everything and begun nothing. Each
tells what it found in a line of JSON on stdout.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.faults.disk import FAULTS, Disk
from tests.faults.judging import judged
from tests.faults.power_cut import LEFT, cuts, laid_out, read_record
from tests.faults.service import Service
from tests.faults.workload import played

_PATIENCE = 120
"""Seconds after which a process that has not ended hangs."""


def apart(work: Callable[[], Any], folder: Path) -> Any:
    """Do something in a process of its own; return what it returns, or ``{"findings": [...]}`` of how it ended."""
    answer = folder / "answer.json"
    answer.unlink(missing_ok=True)
    child = os.fork()
    if not child:
        signal.alarm(_PATIENCE)
        try:
            answer.write_text(json.dumps(work()), encoding="utf-8")
        except BaseException:  # noqa: BLE001 - nothing may get past a fork
            answer.write_text(json.dumps({"findings": [traceback.format_exc(limit=-6)]}), encoding="utf-8")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status):
        return {"findings": [f"the process ended with {os.waitstatus_to_exitcode(status)}"]}
    return json.loads(answer.read_text(encoding="utf-8"))


def _play(folder: Path, number: int, kind: str) -> dict[str, Any]:
    disk = Disk(folder)
    disk.break_at(number, FAULTS[kind])
    told = played(Service(folder), disk, FAULTS[kind])
    changes = disk.changes()
    disk.mend()
    return asdict(told) | {"changes": changes}


def _record(folder: Path, record: Path) -> dict[str, Any]:
    disk = Disk(folder)
    disk.mend()
    with record.open("wb") as file:
        disk.record(file.fileno())
        told = played(Service(folder), disk)
        disk.record(-1)
    return asdict(told) | {"changes": disk.changes()}


def _judge(folder: Path, acknowledged: dict[str, str]) -> dict[str, Any]:
    return {"findings": judged(folder, acknowledged)}


def _chosen(changes: int, kinds: Sequence[str], every: int) -> Iterator[tuple[int, str]]:
    """Yield every place in every way; of every so-manyth place one way after the other."""
    for turn, number in enumerate(range(1, changes + 1, every)):
        yield from ((number, kind) for kind in (kinds if every == 1 else [kinds[turn % len(kinds)]]))


def faults(folder: Path, every: int, kinds: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Break every so-manyth change, in each way, in a life of its own."""
    data = folder / "disk"
    data.mkdir()
    changes = int(apart(lambda: _record(data, folder / "record"), folder)["changes"])
    for number, kind in _chosen(changes, kinds, every):
        shutil.rmtree(data)
        data.mkdir()
        told = apart(lambda n=number, k=kind: _play(data, n, k), folder)  # type: ignore[misc]
        after = apart(lambda t=told: _judge(data, t.get("answers", {})), folder)  # type: ignore[misc]
        yield {
            "what": f"change {number} of {changes}: {kind}",
            "acknowledged": len(told.get("answers", {})),
            "refused": told.get("refused", {}),
            "findings": told["findings"] + after["findings"],
        }


def power_cuts(folder: Path, every: int) -> Iterator[dict[str, Any]]:
    """Cut the power at every so-manyth moment, with each thing that may be left."""
    data, left = folder / "disk", folder / "left"
    data.mkdir()
    apart(lambda: _record(data, folder / "record"), folder)
    changes = list(read_record((folder / "record").read_bytes()))
    moments = list(cuts(changes))
    for place, how in _chosen(len(moments), list(LEFT), every):
        cut = moments[place - 1]
        shutil.rmtree(left, ignore_errors=True)
        laid_out(changes, cut, how, data, left)
        after = apart(lambda c=cut: _judge(left, c.acknowledged), folder)  # type: ignore[misc]
        yield {
            "what": f"power cut before change {cut.number} of {len(changes)}, {LEFT[how]} left",
            "acknowledged": len(cut.acknowledged),
            "refused": {},
            "findings": after["findings"],
        }


def main(arguments: Sequence[str]) -> None:
    """``FOLDER faults EVERY KIND...`` or ``FOLDER cuts EVERY``."""
    logging.disable()
    folder, job, every, *kinds = arguments
    found = (
        faults(Path(folder), int(every), kinds or list(FAULTS))
        if job == "faults"
        else power_cuts(Path(folder), int(every))
    )
    for line in found:
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
