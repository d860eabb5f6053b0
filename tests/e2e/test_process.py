"""What outlives the process: everything that was answered OK, whatever ended it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from idverify.domain.errors import SettingsError
from idverify.start.instance_lock import only_instance
from idverify.v1 import audit_pb2, enrolment_pb2, types_pb2, verification_pb2
from tests.databases import Databases
from tests.e2e.harness import NUMBER, OTHER_NUMBER, PROCEDURE, context, enrolment, print_of, refusal
from tests.e2e.process import ServerProcess, start_process

pytestmark = pytest.mark.slow


@pytest.fixture
def first(tmp_path: Path, databases: Databases) -> Iterator[ServerProcess]:
    server = start_process(tmp_path / "data", databases=databases)
    yield server
    if server.process.poll() is None:
        server.kill()


def _verify(number: str, who: str) -> verification_pb2.VerifyRequest:
    return verification_pb2.VerifyRequest(
        context=context(procedure_code=PROCEDURE), citizen_number=number, samples=[print_of(f"{who}/RIGHT_INDEX/60")]
    )


@pytest.mark.every_database
@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_a_restart_loses_nothing(first: ServerProcess, tmp_path: Path, databases: Databases, end: str) -> None:
    request, deletion = enrolment(), enrolment_pb2.DeleteCitizenRequest(context=context(), citizen_number=OTHER_NUMBER)
    verification = _verify(NUMBER, "alice")
    with first.stubs() as stubs:
        answers = (stubs.enrolment.EnrolCitizen(request), stubs.verification.Verify(verification))
        stubs.enrolment.EnrolCitizen(enrolment(OTHER_NUMBER, "bob"))
        stubs.enrolment.DeleteCitizen(deletion)
        trail = stubs.trail()
        getattr(first, end)()  # the last answer has just come
    second = start_process(tmp_path / "data", databases=databases)
    try:
        with second.stubs() as stubs:
            assert stubs.trail() == trail
            assert stubs.audit.CheckAuditTrail(audit_pb2.CheckAuditTrailRequest()).intact
            assert (stubs.enrolment.EnrolCitizen(request), stubs.verification.Verify(verification)) == answers
            assert stubs.verification.Verify(_verify(NUMBER, "alice")).decision == types_pb2.DECISION_MATCH
            search = verification_pb2.IdentifyRequest(context=context(), sample=print_of("alice/LEFT_INDEX/60", ""))
            found = stubs.verification.Identify(search)
            assert ([c.subject_id for c in found.candidates], found.searched_fingers) == ([answers[0].subject_id], 2)
            assert refusal(stubs.verification.Verify, _verify(OTHER_NUMBER, "bob")).reason == "SUBJECT_NOT_FOUND"
            gone = verification_pb2.IdentifyRequest(context=context(), sample=print_of("bob/LEFT_INDEX/60", ""))
            assert not stubs.verification.Identify(gone).candidates
    finally:
        assert second.terminate() == 0


def test_the_log_tells_what_happened_and_nothing_of_the_people(first: ServerProcess) -> None:
    request = enrolment(transaction_id="T-42")
    with first.stubs() as stubs:
        enrolled = stubs.enrolment.EnrolCitizen(request)
        refusal(stubs.verification.Verify, _verify(OTHER_NUMBER, "bob"))
    assert first.terminate() == 0
    messages = [line["message"] for line in first.lines]
    assert [m for m in messages if m != "call"][-2:] == ["stopping", "stopped"]
    assert any(m.startswith("without TLS") for m in messages)
    calls = [line for line in first.lines if line["message"] == "call"]
    assert [(c["method"].rpartition("/")[2], c["code"], c.get("reason")) for c in calls] == [
        ("EnrolCitizen", "OK", None),
        ("Verify", "NOT_FOUND", "SUBJECT_NOT_FOUND"),
    ]
    assert (calls[0]["request_id"], calls[0]["transaction_id"]) == (request.context.request_id, "T-42")
    assert calls[0]["caller"] == "local-insecure"
    log = str(first.lines)
    for secret in (NUMBER, OTHER_NUMBER, "Nguyễn", "1999", enrolled.subject_id, "alice"):
        assert secret not in log


def test_a_log_longer_than_a_pipe_holds_nothing_up(first: ServerProcess) -> None:
    with first.stubs() as stubs:
        for _ in range(400):
            assert refusal(stubs.verification.Verify, _verify(OTHER_NUMBER, "bob")).reason == "SUBJECT_NOT_FOUND"
    assert first.terminate() == 0
    assert sum(line["message"] == "call" for line in first.lines) == 400


def test_one_server_a_data_folder(first: ServerProcess, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="another server"), only_instance(tmp_path / "data"):
        pass
    first.kill()
    with only_instance(tmp_path / "data"):
        pass
