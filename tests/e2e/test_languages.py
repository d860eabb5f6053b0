"""A clerk is told in the language that the call asks for, by a real server."""

from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from idverify.client import Client, Desk, ServiceError
from idverify.v1 import enrolment_pb2, types_pb2, verification_pb2
from tests.e2e.harness import NUMBER, OTHER_NUMBER, RunningServer, context, enrolment, print_of
from tests.e2e.stubs import TESTING, Stubs


@pytest.fixture
def client(server: RunningServer) -> Iterator[Client]:
    with Client(server.address, desk=Desk(language="en")) as opened:
        yield opened


def told(stubs: Stubs, number: str, language: str | None) -> tuple[str, str]:
    """Return locale and text of a refusal."""
    request = enrolment_pb2.GetCitizenRequest(context=TESTING, citizen_number=number)
    metadata = (("accept-language", language),) if language is not None else None
    with pytest.raises(grpc.RpcError) as caught:
        stubs.enrolment.GetCitizen(request, metadata=metadata)
    status = rpc_status.from_call(caught.value)  # type: ignore[arg-type]
    assert status is not None
    message = error_details_pb2.LocalizedMessage()
    assert sum(detail.Unpack(message) for detail in status.details) == 1
    return message.locale, message.message


def test_vietnamese_unless_english_is_asked_for(enrolled: Stubs) -> None:
    vietnamese = (
        "vi",
        "Xem thông tin công dân: Chưa có người này trong hệ thống. Hãy kiểm tra lại số định danh, hoặc đăng ký.",
    )
    english = ("en", "See a citizen's data: This person is not enrolled. Check the number again, or enrol them.")
    for language, expected in (
        (None, vietnamese),
        ("vi-VN, en;q=0.5", vietnamese),
        ("en-US", english),
        ("xx", vietnamese),
    ):
        assert told(enrolled, OTHER_NUMBER, language) == expected
    locale, text = told(enrolled, "12", "en")
    assert (locale, "Compare it with the card" in text) == ("en", True)


def test_the_client_has_it_with_the_reason(client: Client) -> None:
    with pytest.raises(ServiceError) as caught:
        client.get_citizen(NUMBER, purpose=types_pb2.PURPOSE_TEST)
    assert (caught.value.reason, caught.value.told[:21]) == ("SUBJECT_NOT_FOUND", "See a citizen's data:")
    poor = client.identify_request(print_of("alice/RIGHT_INDEX/3", ""))
    (answer,) = client.identify_many([poor])
    assert answer.error is not None
    assert answer.error.told.startswith("Find a person by fingerprint: The fingerprint is not clear enough.")
    assert answer.error.told.endswith("press a little more.")


def test_the_next_step_is_told_in_both(stubs: Stubs) -> None:
    stubs.enrolment.EnrolCitizen(enrolment())

    def verified(text: str) -> verification_pb2.VerifyResponse:
        request = verification_pb2.VerifyRequest(
            context=context(), citizen_number=NUMBER, samples=[print_of(text, "RIGHT_INDEX")]
        )
        answer: verification_pb2.VerifyResponse = stubs.verification.Verify(request)
        return answer

    assert not verified("alice/RIGHT_INDEX/60").HasField("next")
    step = verified("bob/RIGHT_INDEX/60").next
    assert step.action == types_pb2.OFFICER_ACTION_CAPTURE
    assert (step.text_vi[:14], step.text_en[:21]) == ("Mời công dân đ", "Have the citizen plac")
    request = verification_pb2.IdentifyRequest(context=context(), sample=print_of("eve/RIGHT_INDEX/60", ""))
    assert stubs.verification.Identify(request).next.action == types_pb2.OFFICER_ACTION_CAPTURE
