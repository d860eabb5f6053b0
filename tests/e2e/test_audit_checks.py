"""Checks of the trail keep nobody waiting but each other, and end with their deadline."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import grpc
import pytest

from idverify.storage.trail.audit_trail import AuditView
from idverify.v1 import audit_pb2, types_pb2, verification_pb2
from tests.e2e.harness import NUMBER, RunningServer, context, enrolment, print_of
from tests.e2e.harness import refusal as refused
from tests.e2e.stubs import Stubs

CHECK = audit_pb2.CheckAuditTrailRequest


@pytest.fixture
def gate(server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """While it is closed no check comes to its end."""
    opened, true = threading.Event(), AuditView.check_part

    def check_part(self: AuditView, *arguments: object) -> object:
        opened.wait(60)
        return true(self, *arguments)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(AuditView, "check_part", check_part)
    yield opened
    opened.set()


def test_thirty_checks_keep_no_verification_waiting(stubs: Stubs, gate: threading.Event) -> None:
    stubs.enrolment.EnrolCitizen(enrolment())
    checks = [stubs.audit.CheckAuditTrail.future(CHECK(full=number % 2 == 0)) for number in range(30)]
    samples = [print_of("alice/RIGHT_INDEX/60")]
    request = verification_pb2.VerifyRequest(context=context(), citizen_number=NUMBER, samples=samples)
    assert stubs.verification.Verify(request, timeout=20).decision == types_pb2.DECISION_MATCH
    assert not any(check.done() for check in checks)
    gate.set()
    answers = [check.result(timeout=60) for check in checks]
    assert all(answer.intact for answer in answers)
    assert {answer.events for answer in answers} == {2}


def test_a_check_ends_with_its_deadline_and_the_next_goes_on(stubs: Stubs, gate: threading.Event) -> None:
    stubs.enrolment.EnrolCitizen(enrolment())
    for _ in range(2):
        found = refused(stubs.audit.CheckAuditTrail, CHECK(), timeout=0.3)
        assert found.code is grpc.StatusCode.DEADLINE_EXCEEDED
    gate.set()
    assert stubs.audit.CheckAuditTrail(CHECK()).intact


def test_a_second_check_takes_the_first_for_granted(stubs: Stubs) -> None:
    stubs.enrolment.EnrolCitizen(enrolment())
    stubs.audit.CheckAuditTrail(CHECK())
    again = stubs.audit.CheckAuditTrail(CHECK())
    full = stubs.audit.CheckAuditTrail(CHECK(full=True))
    assert [(c.intact, c.events, c.verified_before) for c in (again, full)] == [(True, 1, 1), (True, 1, 0)]
    assert again.head_hash == full.head_hash == stubs.trail()[-1].hash
