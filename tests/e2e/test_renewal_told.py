"""What the office is told of a renewal at the command line: figures, what was left, who is to come again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from idverify.cli import build_app
from idverify.domain.model import FingerPosition
from tests.databases import Databases
from tests.e2e.harness import RunningServer, local_settings, start_server
from tests.fakes import FakeBiometrics, image_sample, sample
from tests.register_kit import PERSON, call, number_of

pytestmark = pytest.mark.every_database

LATER = "later-extractor"


@pytest.fixture
def biometrics() -> FakeBiometrics:
    return FakeBiometrics(images=True)


@pytest.fixture
def server(tmp_path: Path, databases: Databases, biometrics: FakeBiometrics) -> Iterator[RunningServer]:
    """It knows one citizen by an image and one by minutiae, whom another extractor than that of now enrolled."""
    running = start_server(local_settings(tmp_path / "data", databases, keep_images=True), biometrics)
    for person, print_ in enumerate((image_sample("0/RIGHT_INDEX/40"), sample("1/RIGHT_INDEX/80"))):
        enrolment = call("EnrolCitizen")
        running.application.enrolment.enrol(enrolment, number_of(person), PERSON, [print_], lambda _: b"answer")
    biometrics.extractor_id = LATER
    yield running
    running.stop()


def renew(server: RunningServer, *options: str) -> Result:
    result = CliRunner().invoke(build_app(), ["templates", "renew", *options], env={"IDVERIFY_SERVER": server.address})
    assert result.exit_code == 0, result.output
    return result


def subject_of(server: RunningServer, person: int) -> str:
    with server.application.store.reading() as view:
        return view.subjects.id_of(number_of(person)) or ""


def test_a_dry_run_and_then_it_is_done(server: RunningServer) -> None:
    figures = {
        "extractor": LATER,
        "people": "2",
        "templates_current": "0",
        "templates_renewed": "1",
        "templates_kept": "0",
        "kept": [],
        "people_to_capture": "1",
        "to_capture": [subject_of(server, 1)],
        "former_quality": 40.0,
        "renewed_quality": 40.0,
        "better": "0",
        "worse": "0",
    }
    told = json.loads(renew(server, "--dry-run", "--json").stdout)
    assert told["response"] == figures | {"dry_run": True}
    assert told["operation"].startswith("operations/")
    text = renew(server).stdout
    assert subject_of(server, 1) in text
    assert "would be" not in text
    again = json.loads(renew(server, "--json").stdout)["response"]
    assert (again["templates_current"], again["templates_renewed"]) == ("1", "0")


def test_what_is_left_is_named_with_its_reason(server: RunningServer, biometrics: FakeBiometrics) -> None:
    biometrics.images = False
    kept = {
        "subject_id": subject_of(server, 0),
        "finger_position": f"FINGER_POSITION_{FingerPosition.RIGHT_INDEX.name}",
        "extractor": "fake-extractor",
        "why": "WHY_FAILED",
        "reason": "SAMPLE_INVALID",
    }
    told = json.loads(renew(server, "--json").stdout)["response"]
    assert (told["kept"], told["templates_kept"]) == ([kept], "1")
    assert "FAILED SAMPLE_INVALID" in renew(server, "--most-people", "1").stdout
