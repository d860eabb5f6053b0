"""What it costs a call that somebody watches: ``OUT/watched.json``.

One process, in which the same service runs four times, each on a database of its own: watched by nobody, with figures,
with figures and one call in a hundred traced, and with every call traced, to a collector in another process. Turn by
turn each answers as many calls of a kind, which come in by no door; what is compared is the time of the processor, of
all threads, with log and export of the traces. A ratio is the median over the turns: one turn's calls against those of
the service that nobody watches in the same turn.

python -m benchmarks.watched --out FOLDER
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import PIL.Image
import typer
from rich.table import Table

from benchmarks.command_line import run
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.watched.collector import collector
from benchmarks.watched.serving import Service, serving
from enroll_tools.command_line import people
from enroll_tools.synthetic import Population
from idverify.telemetry.log_lines import configure_logging
from idverify.v1 import attempts_pb2, enrolment_pb2, procedures_pb2, types_pb2, verification_pb2
from matcher.types import FingerPosition

NOBODY = "nobody"
LIST, READ, VERIFY = (
    "idverify.v1.ProcedureService/ListProcedures",
    "idverify.v1.AttemptService/ListAttemptLimits",
    "idverify.v1.VerificationService/Verify",
)
"""Answered on the event loop; by a worker, from the database; by a worker, with extraction, comparison and a write."""

_NUMBER = "027199000001"
_QUICK = 30
"""Quick calls for every verification."""

_EXPORT_MILLISECONDS = 50
_TURN_ENDS_SECONDS = 0.15
"""Spans of a turn are sent within it."""


def _watchers(endpoint: str) -> Mapping[str, Mapping[str, Any]]:
    figures = {"watch_listen": "127.0.0.1:0"}
    traced = figures | {"trace_endpoint": endpoint}
    return {
        NOBODY: {},
        "figures": figures,
        "figures, 1 % traced": traced | {"trace_share": 0.01},
        "figures, all traced": traced | {"trace_share": 1.0},
    }


def _sample(impression: int) -> types_pb2.FingerprintSample:
    image, file = Population(5).impression(1, FingerPosition.RIGHT_INDEX, impression).image, BytesIO()
    PIL.Image.fromarray(image.pixels).save(file, "PNG")
    picture = types_pb2.FingerImage(
        data=file.getvalue(), format=types_pb2.IMAGE_FORMAT_PNG, resolution_ppi=image.resolution_ppi
    )
    return types_pb2.FingerprintSample(finger_position=types_pb2.FINGER_POSITION_RIGHT_INDEX, image=picture)


def _context() -> types_pb2.RequestContext:
    return types_pb2.RequestContext(request_id=str(uuid.uuid4()), agency_code="H05.12")


def _verification(sample: types_pb2.FingerprintSample) -> bytes:
    request = verification_pb2.VerifyRequest(context=_context(), citizen_number=_NUMBER, samples=[sample])
    return request.SerializeToString()


async def _enrol(service: Service, sample: types_pb2.FingerprintSample) -> None:
    person = enrolment_pb2.PersonalData(full_name="Nobody")
    request = enrolment_pb2.EnrolCitizenRequest(
        context=_context(), citizen_number=_NUMBER, personal_data=person, samples=[sample]
    )
    await service.call("idverify.v1.EnrolmentService/EnrolCitizen", request.SerializeToString())


async def _turn(service: Service, method: str, bodies: Sequence[bytes]) -> float:
    """Return the seconds of the processor that a call takes."""
    began = time.process_time()
    for body in bodies:
        await service.call(method, body)
    await asyncio.sleep(_TURN_ENDS_SECONDS)
    return (time.process_time() - began) / len(bodies)


async def measured(folder: Path, endpoint: str, turns: int, calls: int) -> dict[str, dict[str, list[float]]]:
    """Return the seconds that a call took in each turn, by method and watcher.

    Args:
        folder: for the databases.
        endpoint: of the collector.
        turns: of each kind of calls, after one that does not count.
        calls: a turn, that are quick; one verification for so many of them as :data:`_QUICK`.
    """
    cheap = {
        LIST: procedures_pb2.ListProceduresRequest().SerializeToString(),
        READ: attempts_pb2.ListAttemptLimitsRequest().SerializeToString(),
    }
    probes = max(1, calls // _QUICK)
    taken: dict[str, dict[str, list[float]]] = {}
    async with AsyncExitStack() as undo:
        services = {
            name: await undo.enter_async_context(serving(folder / str(place), **settings))
            for place, (name, settings) in enumerate(_watchers(endpoint).items())
        }
        taken = {method: {name: [] for name in services} for method in (LIST, READ, VERIFY)}
        first = _sample(1)
        for service in services.values():
            await _enrol(service, first)
        for turn in range(turns + 1):
            samples = [_sample(2 + turn * probes + number) for number in range(probes)]
            order = list(services)
            order = order[turn % len(order) :] + order[: turn % len(order)]
            for method in taken:
                for name in order:
                    bodies = [cheap[method]] * calls if method in cheap else [_verification(each) for each in samples]
                    seconds = await _turn(services[name], method, bodies)
                    if turn:
                        taken[method][name].append(seconds)
    return taken


def _rows(taken: Mapping[str, Mapping[str, Sequence[float]]]) -> list[dict[str, Any]]:
    rows = []
    for method, by_watcher in taken.items():
        for name, seconds in by_watcher.items():
            ratios = [one / other for one, other in zip(seconds, by_watcher[NOBODY], strict=True)]
            row = {"method": method, "watched": name, "milliseconds": 1000 * median(seconds), "ratio": median(ratios)}
            rows.append(row | {"least": min(ratios), "most": max(ratios)})
    return rows


def watched(
    out: Annotated[Path, typer.Option(help="Folder for watched.json.")],
    turns: Annotated[int, typer.Option(min=1, help="Turns of each kind of calls.")] = 12,
    calls: Annotated[int, typer.Option(min=1, help="Quick calls a turn, and a thirtieth as many verifications.")] = 300,
) -> None:
    """Answer calls, watched and not, and print what a call costs the processor."""
    out.mkdir(parents=True, exist_ok=True)
    os.environ["OTEL_BSP_SCHEDULE_DELAY"] = str(_EXPORT_MILLISECONDS)
    with tempfile.TemporaryDirectory() as folder, collector() as endpoint, Path(os.devnull).open("w") as log:
        configure_logging(log)
        try:
            taken = asyncio.run(measured(Path(folder), endpoint, turns, calls))
        finally:
            configure_logging()
    rows = _rows(taken)
    write_json(out / "watched.json", {"machine": machine() | {"load": os.getloadavg()[0]}, "rows": rows})
    table = Table("call", "watched by", "ms of the processor", "ratio", "least", "most", box=None)
    for row in rows:
        figures = [f"{row[name]:.3f}" for name in ("milliseconds", "ratio", "least", "most")]
        table.add_row(row["method"].partition("/")[2], row["watched"], *figures)
    people().print(table)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return the exit status."""
    return run(arguments, watched)


if __name__ == "__main__":
    sys.exit(main())
