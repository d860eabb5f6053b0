"""The benchmark of verifications asks what the service answers: of who is enrolled, another touch every time."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.overload.certificates import issue_all
from benchmarks.speed.former import revision
from benchmarks.speed.verifications import people_by_template
from benchmarks.speed.verify import main, take_templates
from idverify.access.clients_file import load_clients
from idverify.domain.model import SampleKind
from idverify.v1 import enrolment_pb2, verification_pb2


def test_everybody_who_is_asked_about_is_enrolled_and_no_touch_comes_twice() -> None:
    asked = people_by_template(2, {1: 20, 10: 100})
    enrolled = {enrolment_pb2.EnrolCitizenRequest.FromString(body).citizen_number for body in asked.enrolments}
    requests = [verification_pb2.VerifyRequest.FromString(body) for body in asked.requests]
    assert len(enrolled) == len(asked.enrolments) > 10
    assert len(requests) == 240
    assert {request.citizen_number for request in requests} <= enrolled
    assert len({request.samples[0].iso_19794_2_2005 for request in requests}) == 240
    assert len({request.context.request_id for request in requests}) == 240


def test_clients_may_send_templates(tmp_path: Path) -> None:
    issue_all(tmp_path)
    take_templates(tmp_path / "clients.toml")
    assert {entry.may.sample_kinds for entry in load_clients(tmp_path / "clients.toml")} == {frozenset(SampleKind)}


def test_a_revision_that_is_none_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(OSError, match="no files of no-such-revision"), revision("no-such-revision"):
        pass
    assert main(["--out", str(tmp_path), "--former", "no-such-revision", "--templates", "10", "--images", "0"]) == 2
    assert "no-such-revision" in capsys.readouterr().err
