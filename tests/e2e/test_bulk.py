"""Bulk enrolment against a real server: grouping, refusals, crashes, going on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from enroll_tools.bulk import calls
from enroll_tools.bulk.enrolment import enrol_all
from enroll_tools.bulk.journal import Journal
from enroll_tools.bulk.people import group
from enroll_tools.bulk.report import Report
from enroll_tools.cli import build_app
from enroll_tools.datasets import open_dataset, open_listing
from idverify.client import Client
from idverify.v1.enrolment_pb2 import DuplicateCheck, EnrolCitizenResponse
from idverify.v1.types_pb2 import Purpose
from tests.e2e.harness import RunningServer

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a test set of prints that are lines of text: ``write(finger=[quality, ...])``, in FVC layout."""

    def make(*qualities: list[int]) -> Path:
        folder = tmp_path / "set"
        folder.mkdir(exist_ok=True)
        for finger, impressions in enumerate(qualities, 1):
            for number, quality in enumerate(impressions, 1):
                content = f"FMR\0finger{finger}-{number}/UNKNOWN/{quality}"
                (folder / f"{finger}_{number}.png").write_bytes(content.encode())
        return folder

    return make


@pytest.fixture
def client(server: RunningServer) -> Iterator[Client]:
    with Client(server.address) as opened:
        yield opened


def run(client: Client, folder: Path, journal: Path, **options: Any) -> Report:
    with Journal(journal) as log:
        return enrol_all(client, group(open_listing(folder), "set"), log, **options)


def acts(client: Client) -> list[str]:
    return [event.outcome for event in client.audit_events()]


def test_every_subject_becomes_a_citizen(client: Client, write: Write, tmp_path: Path) -> None:
    steps: list[None] = []
    report = run(client, write([80, 81], [90], [70, 71, 72]), tmp_path / "j", progress=lambda: steps.append(None))
    assert (report.enrolled, report.known, report.prints, report.refused, report.left_out) == (3, 0, 6, [], [])
    assert len(steps) == 3
    assert sorted(len(c.encounters[0].impressions) for c in client.citizens(Purpose.PURPOSE_TEST)) == [1, 2, 3]


def test_the_second_run_does_nothing(client: Client, write: Write, tmp_path: Path) -> None:
    folder = write([80], [90])
    run(client, folder, tmp_path / "j")
    report = run(client, folder, tmp_path / "j")
    assert (report.enrolled, report.known, report.prints) == (0, 2, 0)
    assert acts(client) == ["ENROLLED", "ENROLLED"]


def test_a_grown_set_goes_on(client: Client, write: Write, tmp_path: Path) -> None:
    run(client, write([80]), tmp_path / "j")
    report = run(client, write([80], [90]), tmp_path / "j")
    assert (report.enrolled, report.known) == (1, 1)


class PowerCutError(Exception):
    """Stands for the end of the process."""


class CutOff(Client):
    """A client whose process ends after the service has answered and before anything is written down."""

    def enrol(self, *args: Any, **options: Any) -> EnrolCitizenResponse:
        super().enrol(*args, **options)
        raise PowerCutError


def test_a_crash_between_answer_and_journal_enrols_nobody_twice(
    server: RunningServer, client: Client, write: Write, tmp_path: Path
) -> None:
    folder = write([80], [90], [70])
    with CutOff(server.address) as cut, pytest.raises(PowerCutError):
        run(cut, folder, tmp_path / "j", concurrency=1)
    before = acts(client)
    assert before
    report = run(client, folder, tmp_path / "j")
    assert report.refused == []  # not REFERENCE_EXISTS: the service knows the request and repeats its answer
    assert report.enrolled == 3
    assert len(list(client.citizens(Purpose.PURPOSE_TEST))) == 3
    assert acts(client).count("ENROLLED") == 3


def test_without_the_journal_the_same_people_are_refused(client: Client, write: Write, tmp_path: Path) -> None:
    folder = write([80])
    run(client, folder, tmp_path / "j")
    report = run(client, folder, tmp_path / "other")
    assert [item.reason for item in report.refused] == ["REFERENCE_EXISTS"]


def test_a_poor_print_refuses_the_person_and_is_named(client: Client, write: Write, tmp_path: Path) -> None:
    folder = write([80, 3], [90])
    report = run(client, folder, tmp_path / "j")
    assert report.enrolled == 1
    (refused,) = report.refused
    assert (refused.reason, [path.name for path in refused.files], refused.final) == (
        "SAMPLE_QUALITY_LOW",
        ["1_2.png"],
        True,
    )
    again = run(client, folder, tmp_path / "j")
    assert [item.reason for item in again.refused] == ["SAMPLE_QUALITY_LOW"]
    (folder / "1_2.png").write_bytes(b"FMR\0finger1-2/UNKNOWN/50")  # another print: another request
    assert run(client, folder, tmp_path / "j").enrolled == 1


def test_poor_prints_can_be_left_out(client: Client, write: Write, tmp_path: Path) -> None:
    folder = write([3, 80, 4], [2])
    report = run(client, folder, tmp_path / "j", skip_poor=True)
    assert (report.enrolled, report.prints) == (1, 1)
    assert [item.files[0].name for item in report.left_out] == ["1_1.png", "1_3.png"]
    assert [item.files[0].name for item in report.refused] == ["2_1.png"]  # nothing would be left
    assert run(client, folder, tmp_path / "j", skip_poor=True).known == 1


def test_refused_people_can_be_tried_again(client: Client, write: Write, tmp_path: Path) -> None:
    folder = write([3])
    run(client, folder, tmp_path / "j")
    before = len(acts(client))
    run(client, folder, tmp_path / "j")
    assert len(acts(client)) == before
    run(client, folder, tmp_path / "j", retry_refused=True)
    assert len(acts(client)) == before + 1


def test_more_prints_than_fit_into_a_call_are_added(
    client: Client, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "MOST_SAMPLES", 2)
    folder = write([80, 81, 82, 83, 84])
    report = run(client, folder, tmp_path / "j")
    assert (report.enrolled, report.prints) == (1, 5)
    (citizen,) = client.citizens(Purpose.PURPOSE_TEST)
    assert [len(encounter.impressions) for encounter in citizen.encounters] == [2, 2, 1]
    assert run(client, folder, tmp_path / "j").known == 1


def test_prints_are_portioned_by_size_too(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "MOST_BYTES", 60)
    (person,) = group(open_listing(write([80, 81, 82])), "set")
    assert [len(part) for part in calls.portions(person.samples)] == [2, 1]


def test_a_service_that_is_gone_stops_the_run_and_nothing_is_written_down(
    server: RunningServer, client: Client, write: Write, tmp_path: Path
) -> None:
    folder = write(*([80] for _ in range(20)))
    with Client("127.0.0.1:1", timeout=1.0) as gone:
        report = run(gone, folder, tmp_path / "j", concurrency=2)
    assert report.stopped
    assert report.enrolled == 0
    assert all(not item.final for item in report.refused)
    assert run(client, folder, tmp_path / "j").enrolled == 20


def invoke(*arguments: str) -> Any:
    return CliRunner().invoke(build_app(), list(arguments))


def test_the_command_reports_in_json_without_people(server: RunningServer, write: Write, tmp_path: Path) -> None:
    folder, journal, report = write([80, 3], [90]), tmp_path / "j", tmp_path / "report.json"
    arguments = ["enrol", "--dataset", str(folder), "--server", server.address, "--journal", str(journal), "--json"]
    result = invoke(*arguments, "--report", str(report))
    assert result.exit_code == 1
    content = json.loads(result.stdout)
    assert content == json.loads(report.read_text())
    assert (content["enrolled"], content["refused"][0]["files"]) == (1, ["1_2.png"])
    with Client(server.address) as client:
        (citizen,) = client.citizens(Purpose.PURPOSE_TEST)
    for text in (result.output, report.read_text(), journal.read_text()):
        assert citizen.citizen_number not in text
        assert citizen.personal_data.full_name not in text


def test_the_command_tells_people_what_happened(server: RunningServer, write: Write, tmp_path: Path) -> None:
    arguments = ["enrol", "--dataset", str(write([80], [3])), "--server", server.address, "--journal"]
    result = invoke(*arguments, str(tmp_path / "j"))
    assert "enrolled 1 people with 1 prints" in result.output
    assert "SAMPLE_QUALITY_LOW: 1" in result.output


def test_the_tests_of_a_profile_are_counted_and_refuse_nobody(
    server: RunningServer, write: Write, tmp_path: Path
) -> None:
    arguments = ["enrol", "--dataset", str(write([98], [120, 90])), "--server", server.address, "--profile"]
    journal = ["--journal", str(tmp_path / "j")]
    result = invoke(*arguments, "vn-110-2020", *journal, "--json")
    assert result.exit_code == 0
    counted = json.loads(result.stdout)["profile"]
    assert counted["minutiae"] == {"failed": 2, "passed": 1}
    assert counted["format"] == {"untold": 3}
    again = invoke(*arguments, "vn-110-2020", *journal)
    assert "enrolled 0 people with 0 prints, 2 were before" in again.output
    assert "minutiae" not in again.output
    assert "FIELD_INVALID" in invoke(*arguments, "vn-2021", "--journal", str(tmp_path / "k")).output


def test_who_was_enrolled_without_a_profile_is_not_enrolled_again_for_it(
    client: Client, write: Write, tmp_path: Path
) -> None:
    folder = write([80])
    run(client, folder, tmp_path / "j")
    report = run(client, folder, tmp_path / "j", profile="vn-110-2020")
    assert (report.enrolled, report.known) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--dataset", "/nowhere"), "does not exist"),
        (("--dataset", "/nowhere", "--layout", "nist"), "fvc, socofing, casia, polyu, sd4, sd302, manifest"),
        (("--dataset", "."), "nothing usable"),
    ],
)
def test_wrong_usage_says_what_is_expected(arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    result = invoke("enrol", *arguments, "--journal", str(tmp_path / "j"))
    assert result.exit_code == 2
    assert says in result.output


@pytest.mark.slow
def test_no_service_is_said_so(write: Write, tmp_path: Path) -> None:
    arguments = ["enrol", "--dataset", str(write([80])), "--server", "127.0.0.1:1", "--journal", str(tmp_path / "j")]
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert "idverify serve" in result.output


def test_synthesize_writes_a_set(tmp_path: Path) -> None:
    result = invoke("synthesize", "--out", str(tmp_path / "s"), "--fingers", "1", "--impressions", "2", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["files"] == 2
    assert [s.path.name for s in open_dataset(tmp_path / "s")] == ["1_1.png", "1_2.png"]
    assert invoke("synthesize", "--out", str(tmp_path), "--difficulty", "no").exit_code == 2


def test_people_who_are_enrolled_already_are_enrolled_and_named(client: Client, write: Write, tmp_path: Path) -> None:
    folder = write([80], [90])
    run(client, folder, tmp_path / "first")
    again = tmp_path / "again"
    folder.rename(again)

    def rerun(duplicates: DuplicateCheck) -> Report:
        with Journal(tmp_path / str(duplicates)) as log:
            return enrol_all(client, group(open_listing(again), "another"), log, duplicates=duplicates)

    refused = rerun(DuplicateCheck.DUPLICATE_CHECK_REFUSE)
    assert [item.reason for item in refused.refused] == ["DUPLICATE_PERSON_SUSPECTED"] * 2
    assert (refused.enrolled, refused.suspected) == (0, [])
    reported = rerun(DuplicateCheck.DUPLICATE_CHECK_REPORT)
    assert (reported.enrolled, reported.refused) == (2, [])
    assert sorted(item.files[0].name for item in reported.suspected) == ["1_1.png", "2_1.png"]
    assert rerun(DuplicateCheck.DUPLICATE_CHECK_REPORT).known == 2
