"""Three agencies that own the records: processes of their own, one of them slow, one that dies at noon."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from enroll_tools.day.people import Citizen

_START_SECONDS = 60.0
_LISTENING = "listening on port "


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency: its name, the record types it owns, how long each of its answers takes, whether it dies at noon."""

    name: str
    title: str
    record_types: tuple[str, ...]
    delay_seconds: float = 0.0
    dies: bool = False


AGENCIES = (
    Agency("police", "Công an tỉnh", ("identity", "residence")),
    Agency("justice", "Sở Tư pháp", ("civil_status_birth", "civil_status_marriage"), delay_seconds=0.3),
    Agency("insurer", "Bảo hiểm xã hội tỉnh", ("health_insurance", "social_insurance"), dies=True),
)
LOST_AT_NOON = frozenset(kind for agency in AGENCIES if agency.dies for kind in agency.record_types)


@dataclass(frozen=True, slots=True)
class Sources:
    """The running ones; ``file`` is what the service is told of them."""

    file: Path
    processes: dict[str, subprocess.Popen[bytes]]

    def noon(self) -> None:
        """Kill those that die."""
        for agency in AGENCIES:
            if agency.dies:
                self.processes[agency.name].kill()
                self.processes[agency.name].wait()


@contextmanager
def running_sources(folder: Path, citizens: Sequence[Citizen]) -> Iterator[Sources]:
    """Serve the citizens' records until the end of the block.

    Raises:
        OSError: a source does not start.
    """
    with ExitStack() as stack:
        started = [(agency, *_start(stack, folder, agency, citizens)) for agency in AGENCIES]
        file = folder / "sources.toml"
        file.write_text("\n".join(_entry(agency, port) for agency, _, port in started), encoding="utf-8")
        yield Sources(file, {agency.name: process for agency, process, _ in started})


def _start(
    stack: ExitStack, folder: Path, agency: Agency, citizens: Sequence[Citizen]
) -> tuple[subprocess.Popen[bytes], int]:
    rows = [
        {"citizen_number": citizen.number, "record_type": kind, "version": 1, "record": citizen.records[kind]}
        for citizen in citizens
        for kind in agency.record_types
        if kind in citizen.records
    ]
    records, log = folder / f"{agency.name}.json", folder / f"{agency.name}.log"
    records.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    command = [sys.executable, "-m", "enroll_tools.record_source", "--listen", "127.0.0.1:0", "--name", agency.name]
    command += ["--agency", agency.title, "--delay-seconds", str(agency.delay_seconds)]
    command += ["--records", str(records), "--keys", str(folder / f"{agency.name}.jwks.json")]
    stream = stack.enter_context(log.open("wb"))
    process = subprocess.Popen(command, stdout=stream, stderr=stream)  # noqa: S603 - our own
    stack.callback(_end, process)
    return process, _port(process, log)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
        process.wait()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        _, found, rest = log.read_text(encoding="utf-8").partition(_LISTENING)
        if found and ";" in rest:
            return int(rest.partition(";")[0])
        time.sleep(0.05)
    raise OSError(f"a source of records did not start: {log.read_text(encoding='utf-8')[-500:]}")


def _entry(agency: Agency, port: int) -> str:
    return f"""[sources.{agency.name}]
title = "{agency.title}"
record_types = {json.dumps(agency.record_types)}
keys = "{agency.name}.jwks.json"
seconds = 5.0
hedge_seconds = 4.0
max_age_days = 30
grpc = {{ address = "127.0.0.1:{port}" }}
"""
