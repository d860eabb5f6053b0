"""A request has its effect once, however often it is sent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from idverify.v1 import enrolment_pb2, verification_pb2
from tests.e2e.harness import NUMBER, PROCEDURE, context, enrolment, print_of, refusal
from tests.e2e.stubs import Stubs

pytestmark = pytest.mark.every_database


def test_a_retry_gets_the_first_answer(stubs: Stubs) -> None:
    request = enrolment()
    first = stubs.enrolment.EnrolCitizen(request)
    assert stubs.enrolment.EnrolCitizen(request) == first
    shouted = enrolment_pb2.EnrolCitizenRequest.FromString(request.SerializeToString())
    shouted.context.request_id = request.context.request_id.upper()
    assert stubs.enrolment.EnrolCitizen(shouted) == first
    assert stubs.outcomes() == ["EnrolCitizen:ENROLLED", "EnrolCitizen:REPEATED", "EnrolCitizen:REPEATED"]


def test_a_retry_of_a_disclosure_is_the_same_assertion(stubs: Stubs) -> None:
    stubs.enrolment.EnrolCitizen(enrolment())
    request = verification_pb2.VerifyRequest(
        context=context(procedure_code=PROCEDURE), citizen_number=NUMBER, samples=[print_of("alice/RIGHT_INDEX/60")]
    )
    first = stubs.verification.Verify(request)
    assert first.transaction_id != ""
    assert stubs.verification.Verify(request) == first
    assert stubs.outcomes() == ["EnrolCitizen:ENROLLED", "Verify:MATCH", "Verify:REPEATED"]


def test_another_request_under_the_same_id_is_refused(stubs: Stubs) -> None:
    request = enrolment()
    stubs.enrolment.EnrolCitizen(request)
    other = verification_pb2.VerifyRequest(
        context=request.context, citizen_number=NUMBER, samples=[print_of("alice/RIGHT_INDEX/60")]
    )
    found = refusal(stubs.verification.Verify, other)
    assert (found.code, found.reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_REPLAYED")
    request.context.officer_id = "somebody else"
    assert refusal(stubs.enrolment.EnrolCitizen, request).reason == "REQUEST_REPLAYED"


def test_an_answer_is_erased_with_its_citizen(stubs: Stubs) -> None:
    request = enrolment()
    stubs.enrolment.EnrolCitizen(request)
    delete = enrolment_pb2.DeleteCitizenRequest(context=context(), citizen_number=NUMBER)
    gone = stubs.enrolment.DeleteCitizen(delete)
    assert stubs.enrolment.DeleteCitizen(delete) == gone
    assert refusal(stubs.enrolment.EnrolCitizen, request).reason == "REQUEST_REPLAYED"


def test_twins_at_the_same_time_have_one_effect(stubs: Stubs) -> None:
    request = enrolment()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: stubs.enrolment.EnrolCitizen(request), range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert stubs.outcomes() == ["EnrolCitizen:ENROLLED", *["EnrolCitizen:REPEATED"] * 7]
