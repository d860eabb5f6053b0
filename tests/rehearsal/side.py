"""What one version does in a rehearsal; run with the root of its checkout as PYTHONPATH: ``side.py JOB WHERE``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from idverify.client import Client
from idverify.v1 import enrolment_pb2, types_pb2
from tests.e2e.harness import local_settings, print_of, start_server
from tests.faults.judging import judged
from tests.faults.service import Service
from tests.faults.workload import STEPS

NUMBER = "027199000003"


def fill(folder: str) -> object:
    """Live a short day in a new folder; return what was answered."""
    service = Service(Path(folder))
    return {name: step(service) for name, step in STEPS.items()}


def judge(folder: str) -> object:
    """Open a folder and hold it to what was answered, which comes on stdin; return what is missing."""
    return judged(Path(folder), json.load(sys.stdin))


def serve(folder: str) -> object:
    """Serve a new folder until stdin ends."""
    server = start_server(local_settings(Path(folder)))
    print(json.dumps(server.address), flush=True)
    sys.stdin.read()
    server.stop()
    return []


def visit(address: str) -> object:
    """Call a server as a counter does; return what is wrong."""
    found: list[str] = []
    with Client(address) as client:
        person = enrolment_pb2.PersonalData(full_name="Nguyễn Thị Thử", birth_date="1999-05-01", sex="F")
        client.enrol(NUMBER, person, [print_of("chi/RIGHT_INDEX/80")])
        for name, wanted in (("chi", "DECISION_MATCH"), ("dung", "DECISION_NO_MATCH")):
            answer = client.verify(NUMBER, [print_of(f"{name}/RIGHT_INDEX/60")])
            if types_pb2.Decision.Name(answer.decision) != wanted:
                found.append(f"{name} is answered with {answer.decision}")
        client.delete_citizen(NUMBER)
    return found


if __name__ == "__main__":
    jobs = {job.__name__: job for job in (fill, judge, serve, visit)}
    print(json.dumps(jobs[sys.argv[1]](sys.argv[2])))
