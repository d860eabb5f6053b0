"""What MOSIP's queue takes in: ``python -m tests.endurance.abis_queue``, on ActiveMQ, with the matcher that ships.

Made-up people with ten fingers each are inserted, from a data share that takes its time, and then searched for: all
requests are sent at once, and the time is from then to the last answer. Each number of workers has a service of its
own, and the numbers take turns, so that what else the machine does meets all of them. What a person takes of a
processor does not depend on that.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from enroll_tools.command_line import run_command
from enroll_tools.synthetic import Population
from matcher.formats.cbeff import FINGER_IMAGE, Bir, write_bir_xml
from matcher.images.decoding import encode_png
from matcher.types import FingerPosition
from tests.activemq import ActiveMq
from tests.e2e.process import ServerProcess
from tests.mosip_kit import Mosip, Share

_SUBTYPES = [
    (side, finger) for side in ("Right", "Left") for finger in ("Thumb", "IndexFinger", "MiddleFinger", "RingFinger")
] + [("Right", "LittleFinger"), ("Left", "LittleFinger")]
_POSITIONS = [FingerPosition(number) for number in (1, 2, 3, 4, 6, 7, 8, 9, 5, 10)]
_WAITED = ("insert", "identify")
_WORKED = ("insert_of_a_processor", "identify_of_a_processor")
Times = dict[str, float]
"""Seconds a person."""

_FLAGS = {"maxResults": "10", "targetFPIR": "30"}


def measure(
    people: Annotated[int, typer.Option(min=1, help="Inserted and searched for, in each turn.")] = 8,
    workers: Annotated[str, typer.Option(help="Numbers that are compared.")] = "1,2,4",
    turns: Annotated[int, typer.Option(min=1, help="Of each number.")] = 3,
    seconds: Annotated[float, typer.Option(min=0, help="That the data share takes for an answer.")] = 0.1,
) -> None:
    """Print seconds of a person inserted and searched for, and those of a processor, for each number of workers."""
    documents = [_document(number) for number in range(people)]
    numbers = [int(each) for each in workers.split(",")]
    found: dict[int, list[Times]] = {number: [] for number in numbers}
    share = Share(seconds)
    with tempfile.TemporaryDirectory(prefix="abis-") as folder:
        broker = ActiveMq(Path(folder) / "broker").start()
        try:
            for turn in range(turns):
                for number in numbers:
                    data = Path(folder) / f"{turn}-{number}"
                    found[number].append(_turn(broker, share, data, number, documents))
        finally:
            broker.kill()
            share.close()
    told = {number: _median(times) for number, times in found.items()}
    first = told[numbers[0]]
    ratios = {n: {what: round(first[what] / times[what], 2) for what in _WAITED} for n, times in told.items()}
    print(json.dumps({"cores": os.cpu_count(), "seconds_a_person": told, "times_as_fast": ratios}, indent=2))


def _turn(broker: ActiveMq, share: Share, data: Path, workers: int, documents: Sequence[bytes]) -> Times:
    queues = {"IDVERIFY_MOSIP_REQUESTS": f"in-{uuid.uuid4()}", "IDVERIFY_MOSIP_ANSWERS": f"out-{uuid.uuid4()}"}
    settings = {
        "IDVERIFY_DATA_DIR": str(data),
        "IDVERIFY_LISTEN": "127.0.0.1:0",
        "IDVERIFY_MOSIP_BROKER": broker.address,
        "IDVERIFY_MOSIP_WORKERS": str(workers),
        "IDVERIFY_MOSIP_FETCH_HOSTS": json.dumps([share.host]),
        **queues,
    }
    command = [sys.executable, "-m", "idverify", "serve"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | settings)
    server = ServerProcess(process)
    mosip = Mosip(broker.port, *queues.values())
    try:
        server.await_listening()
        mosip.ask("mosip.abis.ping")
        share.files = {str(uuid.uuid4()): document for document in documents}
        each: list[dict[str, Any]] = [{"referenceId": name, "referenceURL": share.url(name)} for name in share.files]
        inserted = _asked(mosip, process.pid, "mosip.abis.insert", each)
        searched = _asked(mosip, process.pid, "mosip.abis.identify", [{"flags": _FLAGS, **one} for one in each])
    finally:
        mosip.close()
        process.kill()
        process.wait()
    return dict(zip((*_WAITED, *_WORKED), (inserted[0], searched[0], inserted[1], searched[1]), strict=True))


def _asked(mosip: Mosip, pid: int, operation: str, each: Sequence[dict[str, Any]]) -> tuple[float, float]:
    """Return the seconds a request that all of them take, and those of a processor."""
    begun, worked = time.perf_counter(), _processor(pid)
    requests = [mosip.send(operation, **content) for content in each]
    failed = [answer for answer in map(mosip.answer, requests) if answer["returnValue"] != "1"]
    assert not failed, failed[0]
    return (time.perf_counter() - begun) / len(requests), (_processor(pid) - worked) / len(requests)


def _processor(pid: int) -> float:
    """Return the seconds that a process has had of a processor so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _median(times: Sequence[Times]) -> Times:
    return {name: round(statistics.median(each[name] for each in times), 3) for name in times[0]}


def _document(person: int) -> bytes:
    population = Population(16)
    images = (population.impression(person, finger, 1).image for finger in _POSITIONS)
    return write_bir_xml(
        Bir(encode_png(image), subtype=subtype, format=FINGER_IMAGE, purpose="Enroll")
        for image, subtype in zip(images, _SUBTYPES, strict=True)
    )


if __name__ == "__main__":
    run_command(measure)
