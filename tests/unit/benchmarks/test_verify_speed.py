"""The benchmark of verifications asks what the service answers: of who is enrolled, another touch every time."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.measures.ratios import upper_bound
from benchmarks.overload.certificates import issue_all
from benchmarks.speed.former import revision
from benchmarks.speed.verifications import people_by_template, people_looked_for, people_to_enrol
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


def test_who_is_looked_for_is_enrolled_and_who_is_enrolled_later_is_somebody_else() -> None:
    known = people_by_template(1, {1: 5})
    prints = {enrolment_pb2.EnrolCitizenRequest.FromString(body).citizen_number for body in known.enrolments}
    searches = [verification_pb2.IdentifyRequest.FromString(body) for body in people_looked_for(1, {1: 5}).requests]
    shown = [verification_pb2.VerifyRequest.FromString(body) for body in known.requests]
    assert len(searches) == len(shown)
    assert not {s.sample.iso_19794_2_2005 for s in searches} & {v.samples[0].iso_19794_2_2005 for v in shown}
    assert not any(search.sample.finger_position for search in searches)
    later = people_to_enrol(2, {1: 1, 10: 2})
    numbers = [enrolment_pb2.EnrolCitizenRequest.FromString(body).citizen_number for body in later.requests]
    assert len(set(numbers)) == len(numbers) == 6
    assert not set(numbers) & prints


def test_the_bound_lies_above_the_mean_and_nears_it_with_the_rounds() -> None:
    few, many = [1.0, 1.21], [1.0, 1.21] * 50
    assert upper_bound([1.05] * 20) == pytest.approx(1.05)
    assert 1.1 < upper_bound(many) < upper_bound(few) <= 1.21 + 1e-12


def test_clients_may_send_templates(tmp_path: Path) -> None:
    issue_all(tmp_path)
    take_templates(tmp_path / "clients.toml")
    assert {entry.may.sample_kinds for entry in load_clients(tmp_path / "clients.toml")} == {frozenset(SampleKind)}


def test_a_revision_that_is_none_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(OSError, match="no files of no-such-revision"), revision("no-such-revision"):
        pass
    assert main(["--out", str(tmp_path), "--former", "no-such-revision", "--templates", "10", "--images", "0"]) == 2
    assert "no-such-revision" in capsys.readouterr().err
