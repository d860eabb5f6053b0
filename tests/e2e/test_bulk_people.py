"""Bulk enrolment of real people against a real server: names, encounters, records; and Ctrl-C, by a real process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from enroll_tools.cli import build_app
from idverify.client import Client
from idverify.domain.model import Features, Sample
from idverify.v1.types_pb2 import FingerPosition, Purpose
from tests.e2e.harness import RunningServer, local_settings, start_server
from tests.fakes import FakeBiometrics
from tests.places import REPOSITORY
from tests.waiting import PATIENCE, wait_until

HEADER = "citizen_number,full_name,birth_date,sex,records,encounter,path,finger_position,impression"
NUMBERS = ("027199000001", "027099000002", "027199000003")
INSURANCE = {"card_number": "DN4012345678901", "valid_from": "2026-01-01", "benefit_level": 4}


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Three people; the first with two encounters and a record. Files bear the number, as real ones may."""
    lines = [HEADER]
    for place, number in enumerate(NUMBERS):
        for finger in ("RIGHT_INDEX", "LEFT_INDEX"):
            (tmp_path / f"{number}-{finger}.png").write_bytes(f"FMR\0p{place}/{finger}/80".encode())
    (tmp_path / "r.json").write_text(json.dumps({"health_insurance": INSURANCE}))
    lines += [
        f"{NUMBERS[0]},Nguyễn Thị Thử,1999-05-01,F,r.json,1,{NUMBERS[0]}-RIGHT_INDEX.png,RIGHT_INDEX,1",
        f"{NUMBERS[1]},Trần Văn Thử,1999,M,,,{NUMBERS[1]}-RIGHT_INDEX.png,RIGHT_INDEX,1",
        f"{NUMBERS[0]},,,,,2,{NUMBERS[0]}-LEFT_INDEX.png,LEFT_INDEX,1",
        f"{NUMBERS[2]},Lê Thị Thử,,,,,{NUMBERS[2]}-RIGHT_INDEX.png,RIGHT_INDEX,1",
    ]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def arguments(people: Path, server: RunningServer, *more: str) -> list[str]:
    folder = people.parent
    named = ("--journal", str(folder / "j"), "--report", str(folder / "report.json"))
    return ["enrol", "--dataset", str(people), "--server", server.address, *named, *more]


def enrol(people: Path, server: RunningServer, *more: str) -> Any:
    return CliRunner().invoke(build_app(), arguments(people, server, *more))


def report_of(people: Path) -> Any:
    return json.loads((people.parent / "report.json").read_text(encoding="utf-8"))


def test_people_are_enrolled_as_their_list_says(server: RunningServer, people: Path) -> None:
    result = enrol(people, server)
    assert result.exit_code == 0, result.output
    assert "enrolled 3 people with 4 prints and 1 records" in result.output
    with Client(server.address) as client:
        citizens = {citizen.citizen_number: citizen for citizen in client.citizens(Purpose.PURPOSE_TEST)}
        record = client.get_record(NUMBERS[0], "health_insurance", Purpose.PURPOSE_TEST)
    assert set(citizens) == set(NUMBERS)
    personal = citizens[NUMBERS[0]].personal_data
    assert (personal.full_name, personal.birth_date, personal.sex) == ("Nguyễn Thị Thử", "1999-05-01", "F")
    assert [[i.finger_position for i in e.impressions] for e in citizens[NUMBERS[0]].encounters] == [
        [FingerPosition.FINGER_POSITION_RIGHT_INDEX],
        [FingerPosition.FINGER_POSITION_LEFT_INDEX],
    ]
    assert json.loads(record.json) == INSURANCE
    again = enrol(people, server)
    assert again.exit_code == 0
    assert report_of(people) | {"enrolled_before": 3, "enrolled": 0, "records": 0} == report_of(people)
    for text in (result.output, (people.parent / "report.json").read_text(), (people.parent / "j").read_text()):
        for value in (*NUMBERS, "Thử", "DN4012345678901"):
            assert value not in text


def test_refusals_are_told_by_lines_and_people_of_a_list_are_not_enrolled_twice(
    server: RunningServer, people: Path
) -> None:
    (people.parent / "r.json").write_text(json.dumps({"health_insurance": INSURANCE | {"benefit_level": 9}}))
    twin = people.parent / f"{NUMBERS[2]}-RIGHT_INDEX.png"
    twin.write_bytes((people.parent / f"{NUMBERS[1]}-RIGHT_INDEX.png").read_bytes())
    assert enrol(people, server, "--concurrency", "1").exit_code == 1
    refused = {item["reason"]: item for item in report_of(people)["refused"]}
    assert set(refused) == {"RECORD_INVALID", "DUPLICATE_PERSON_SUSPECTED"}
    assert (refused["RECORD_INVALID"]["lines"], refused["RECORD_INVALID"]["files"]) == ([2], [])
    assert refused["DUPLICATE_PERSON_SUSPECTED"]["lines"] == [5]
    assert report_of(people)["enrolled"] == 2
    again = enrol(people, server)
    assert {item["message"] for item in report_of(people)["refused"]} == {"refused in an earlier run"}
    assert "line 5" in again.output
    (people.parent / "r.json").write_text(json.dumps({"health_insurance": INSURANCE}))
    assert enrol(people, server, "--retry-refused", "--duplicates", "report").exit_code == 0
    assert (report_of(people)["enrolled"], report_of(people)["records"]) == (1, 1)
    assert enrol(people, server, "--duplicates", "report").exit_code == 0  # however they were enrolled
    assert (report_of(people)["enrolled_before"], report_of(people)["records"]) == (3, 0)


def test_a_list_with_a_fault_enrols_nobody(server: RunningServer, people: Path) -> None:
    people.write_text(people.read_text(encoding="utf-8").replace(",M,", ",X,"), encoding="utf-8")
    result = enrol(people, server)
    assert result.exit_code == 2
    assert "line 3: sex must be M or F" in result.output
    with Client(server.address) as client:
        assert list(client.citizens(Purpose.PURPOSE_TEST)) == []


class SlowBiometrics(FakeBiometrics):
    """Works on nothing before it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.free = threading.Event()

    def extract(self, sample: Sample) -> Features:
        self.extractions += 1
        assert self.free.wait(PATIENCE)
        return super().extract(sample)


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[tuple[RunningServer, SlowBiometrics]]:
    biometrics = SlowBiometrics()
    running = start_server(local_settings(tmp_path / "data"), biometrics)
    yield running, biometrics
    biometrics.free.set()
    running.stop()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_waits_for_no_call_and_the_next_run_goes_on(
    slow: tuple[RunningServer, SlowBiometrics], people: Path, number: signal.Signals
) -> None:
    server, biometrics = slow
    command = [sys.executable, "-m", "enroll_tools", *arguments(people, server)]
    process = subprocess.Popen(command, cwd=REPOSITORY, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    wait_until(lambda: biometrics.extractions)
    process.send_signal(number)
    output, _ = process.communicate(timeout=PATIENCE)
    assert not biometrics.free.is_set()  # no call has been answered: it ended without waiting for any
    assert process.returncode == 130, output
    assert "interrupted with 3 people left; run the same command again to go on" in output
    assert (report_of(people)["interrupted"], report_of(people)["left"], report_of(people)["refused"]) == (True, 3, [])
    assert "Traceback" not in output
    biometrics.free.set()
    assert enrol(people, server).exit_code == 0
    assert (report_of(people)["interrupted"], report_of(people)["left"]) == (False, 0)
    with Client(server.address) as client:
        outcomes = [event.outcome for event in client.audit_events() if event.action == "EnrolCitizen"]
        assert len(list(client.citizens(Purpose.PURPOSE_TEST))) == 3
    assert outcomes.count("ENROLLED") == 3
