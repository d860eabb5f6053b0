"""MOSIP's ABIS interface through a real broker: the eleven cases of its testing kit, and what else can go wrong."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any
from unittest.mock import MagicMock

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from idverify.access.trial_authority import make_trial_certificates
from idverify.domain.errors import SettingsError
from idverify.mosip.abis.broker import Address, Broker
from idverify.trust.secret_file import create_secret_file
from tests.activemq import ActiveMq
from tests.e2e.harness import RunningServer, local_settings, start_server
from tests.e2e.process import start_process
from tests.mosip_kit import LEFT_OUT, Mosip, Share, cbeff, require_valid, sealed_for
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

INSERT, IDENTIFY, DELETE = "mosip.abis.insert", "mosip.abis.identify", "mosip.abis.delete"
FLAGS = {"maxResults": "10", "targetFPIR": "30", "flag1": "", "flag2": ""}
CONTRACT = "mosip-abis"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ActiveMq]:
    running = ActiveMq(tmp_path_factory.mktemp("broker") / "activemq").start()
    yield running
    running.kill()


@pytest.fixture(scope="module")
def share() -> Iterator[Share]:
    running = Share()
    yield running
    running.close()


@pytest.fixture(scope="module")
def server(broker: ActiveMq, share: Share, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    data = tmp_path_factory.mktemp("abis") / "data"
    running = start_server(local_settings(data, mosip_broker=broker.address, mosip_fetch_hosts=[share.host]))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def mosip(broker: ActiveMq, server: RunningServer) -> Iterator[Mosip]:
    assert server.address
    running = Mosip(broker.port)
    yield running
    running.close()


def new() -> str:
    return str(uuid.uuid4())


def inserted(mosip: Mosip, share: Share, *lines: str) -> str:
    """Insert somebody with prints of their own; return their reference."""
    reference = new()
    share.files[reference] = cbeff(*lines)
    answer = mosip.ask(INSERT, referenceId=reference, referenceURL=share.url(reference))
    assert answer["returnValue"] == "1", answer
    return reference


def someone() -> tuple[str, ...]:
    name = uuid.uuid4().hex
    return f"{name}/RIGHT_INDEX/70", f"{name}/LEFT_INDEX/70"


def failure(answer: dict[str, Any]) -> str:
    assert answer["returnValue"] == "2"
    return str(answer["failureReason"])


def found(answer: dict[str, Any]) -> list[str]:
    """Hold an answer of identify to the schemas, and return whom it found."""
    assert answer["returnValue"] == "1", answer
    for name in ("IdentifyResponseSchema", "kit-identify_response"):
        require_valid(answer, CONTRACT, name)
    candidates = answer["candidateList"]["candidates"]
    assert answer["candidateList"]["count"] == str(len(candidates))
    assert all(float(each["analytics"]["confidence"]) > 99.0 for each in candidates)
    return [each["referenceId"] for each in candidates]


def test_case_1_an_insert_is_done(mosip: Mosip, share: Share) -> None:
    reference, request = new(), new()
    share.files[reference] = cbeff(*someone())
    answer = mosip.ask(INSERT, requestId=request, referenceId=reference, referenceURL=share.url(reference))
    assert (answer["requestId"], answer["returnValue"]) == (request, "1")
    for name in ("InsertResponseSchema", "kit-insert_response"):
        require_valid(answer, CONTRACT, name)


def test_case_2_nothing_is_inserted_where_there_is_nothing(mosip: Mosip, share: Share) -> None:
    answer = mosip.ask(INSERT, referenceId=new(), referenceURL=share.url("nobody"))
    assert failure(answer) == "7"
    require_valid(answer, CONTRACT, "InsertErrorResponseSchema")


def test_case_3_nor_for_nobody(mosip: Mosip, share: Share) -> None:
    assert failure(mosip.ask(INSERT, referenceId=None, referenceURL=share.url("null"))) == "7"


def test_case_4_who_is_alone_is_found_by_nobody(mosip: Mosip, share: Share) -> None:
    reference = inserted(mosip, share, *someone())
    assert found(mosip.ask(IDENTIFY, referenceId=reference, referenceURL=None, flags=FLAGS, gallery=None)) == []


def test_case_5_a_duplicate_is_found(mosip: Mosip, share: Share) -> None:
    person = someone()
    first, second = inserted(mosip, share, *person), inserted(mosip, share, *person)
    assert found(mosip.ask(IDENTIFY, referenceId=second, flags=FLAGS, gallery={})) == [first]


def test_cases_6_and_7_a_gallery_and_a_number_bound_who_is_found(mosip: Mosip, share: Share) -> None:
    person = someone()
    first, second, third = (inserted(mosip, share, *person) for _ in range(3))
    gallery = {"referenceIds": [{"referenceId": first}]}
    assert found(mosip.ask(IDENTIFY, referenceId=third, flags=FLAGS, gallery=gallery)) == [first]
    assert set(found(mosip.ask(IDENTIFY, referenceId=third, flags=FLAGS))) == {first, second}
    assert len(found(mosip.ask(IDENTIFY, referenceId=third, flags={**FLAGS, "maxResults": "1"}))) == 1


def test_case_8_nobody_is_not_identified(mosip: Mosip) -> None:
    answer = mosip.ask(IDENTIFY, referenceId=None, flags=FLAGS, gallery={})
    assert failure(answer) == "5"
    require_valid(answer, CONTRACT, "IdentifyErrorResponseSchema")


def test_cases_9_and_10_who_is_deleted_is_not_found_again(mosip: Mosip, share: Share) -> None:
    person = someone()
    first, second = inserted(mosip, share, *person), inserted(mosip, share, *person)
    answer = mosip.ask(DELETE, referenceId=first)
    assert answer["returnValue"] == "1"
    require_valid(answer, CONTRACT, "kit-delete_response")
    assert failure(mosip.ask(IDENTIFY, referenceId=first, flags=FLAGS)) == "12"
    assert found(mosip.ask(IDENTIFY, referenceId=second, flags=FLAGS)) == []
    assert failure(mosip.ask(DELETE, referenceId=first)) == "12"


def test_case_11_it_is_there(mosip: Mosip, share: Share) -> None:
    for operation, schema, counted in (
        ("mosip.abis.ping", "kit-ping_response", ""),
        ("mosip.abis.pendingJobs", "kit-pending_jobs_response", "jobscount"),
        ("mosip.abis.referenceCount", "kit-reference_count_response", "count"),
    ):
        answer = mosip.ask(operation, version=LEFT_OUT, ver="1.1")
        assert answer["returnValue"] == "1"
        require_valid(answer, CONTRACT, schema)
        assert not counted or answer[counted].isdecimal()
    before = int(mosip.ask("mosip.abis.referenceCount")["count"])
    inserted(mosip, share, *someone())
    assert int(mosip.ask("mosip.abis.referenceCount")["count"]) == before + 1


def test_a_request_that_comes_again_has_its_answer(mosip: Mosip, share: Share) -> None:
    reference, request = new(), new()
    share.files[reference] = cbeff(*someone())
    first = mosip.ask(INSERT, requestId=request, referenceId=reference, referenceURL=share.url(reference))
    del share.files[reference]  # its address has expired by then
    mosip.send(INSERT, requestId=request, referenceId=reference, referenceURL=share.url("elsewhere"))
    wait_until(lambda: len(mosip.answers[request]) == 2)
    assert mosip.answers[request] == [first, first]
    mosip.send(INSERT, requestId=request, referenceId=new(), referenceURL=share.url("x"))
    wait_until(lambda: len(mosip.answers[request]) == 3)
    assert failure(mosip.answers[request][2]) == "4"


def test_a_failure_that_was_answered_is_the_answer(mosip: Mosip, share: Share) -> None:
    reference, request = new(), new()
    first = mosip.ask(INSERT, requestId=request, referenceId=reference, referenceURL=share.url(reference))
    share.files[reference] = cbeff(*someone())
    mosip.send(INSERT, requestId=request, referenceId=reference, referenceURL=share.url(reference))
    wait_until(lambda: len(mosip.answers[request]) == 2)
    assert mosip.answers[request] == [first, first]
    assert failure(first) == "7"


def test_somebody_who_is_not_kept_is_identified_by_what_is_shown(mosip: Mosip, share: Share) -> None:
    person = someone()
    first = inserted(mosip, share, *person)
    share.files["shown"] = cbeff(*person)
    assert found(mosip.ask(IDENTIFY, referenceId=new(), referenceURL=share.url("shown"), flags=FLAGS)) == [first]


def test_poor_fingers_are_left_out_and_only_poor_ones_refused(mosip: Mosip, share: Share) -> None:
    good, name = someone(), uuid.uuid4().hex
    first = inserted(mosip, share, f"{name}/RIGHT_THUMB/3", *good, f"{name}/LEFT_THUMB/2")
    second = inserted(mosip, share, *good)
    assert found(mosip.ask(IDENTIFY, referenceId=second, flags=FLAGS)) == [first]
    share.files["poor"] = cbeff(f"{name}/RIGHT_THUMB/3", f"{name}/LEFT_THUMB/2")
    assert failure(mosip.ask(INSERT, referenceId=new(), referenceURL=share.url("poor"))) == "18"


def test_an_answer_is_a_message_of_the_kind_that_the_request_is(mosip: Mosip) -> None:
    text, of_bytes = mosip.send("mosip.abis.ping"), mosip.send("mosip.abis.ping", as_bytes=True)
    assert mosip.answer(text)["returnValue"] == mosip.answer(of_bytes)["returnValue"] == "1"
    assert (text in mosip.as_bytes, of_bytes in mosip.as_bytes) == (False, True)


WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "no request time": ("9", {"requesttime": LEFT_OUT}),
    "a request time that is none": ("15", {"requesttime": "yesterday"}),
    "no version": ("13", {"version": LEFT_OUT}),
    "another version": ("13", {"version": "7.0"}),
    "a reference that is no text": ("4", {"referenceId": 7}),
    "no address": ("8", {"referenceURL": None}),
    "the address of a file": ("7", {"referenceURL": "file:///etc/hostname"}),
    "the address of another host": ("7", {"referenceURL": "http://127.0.0.1:1/x"}),
    "an address with a name": ("7", {"referenceURL": "http://me@127.0.0.1/x"}),
    "what is no address": ("7", {"referenceURL": "http://[x/"}),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_request_has_its_number(mosip: Mosip, share: Share, name: str) -> None:
    number, wrong = WRONG[name]
    share.files["right"] = cbeff(*someone())
    content = {"referenceId": new(), "referenceURL": share.url("right"), **wrong}
    assert failure(mosip.ask(INSERT, **content)) == number


FETCHED: dict[str, tuple[str, bytes, int]] = {
    "nothing": ("11", b"", 200),
    "no finger": ("11", b"<BIR><BIRInfo/></BIR>", 200),
    "no CBEFF": ("16", b"<html></html>", 200),
    "no XML": ("16", b"<BIR", 200),
    "encrypted, without a key": ("16", b"AAAA", 200),
    "no print": ("16", cbeff("what", fingers=["Right Thumb"]), 200),
    "a print of no finger": ("16", cbeff("a/b/70", fingers=[""]), 200),
    "an error of the share": ("7", b'{"errors":[{"errorCode":"DAT-SER-003"}]}', 200),
    "one that has expired": ("17", b'{"errors":[{"message":"Data share expired"}]}', 200),
    "gone": ("17", b"x", 410),
    "moved": ("7", b"x", 302),
}


@pytest.mark.parametrize("name", FETCHED)
def test_what_is_wrong_with_what_is_fetched_has_its_number(mosip: Mosip, share: Share, name: str) -> None:
    number, share.files["wrong"], share.statuses["wrong"] = FETCHED[name]
    assert failure(mosip.ask(INSERT, referenceId=new(), referenceURL=share.url("wrong"))) == number


@pytest.mark.parametrize("flags", [{"maxResults": "many"}, {"targetFPIR": "99"}, {"maxResults": "0"}, [1]])
def test_flags_are_numbers_within_bounds(mosip: Mosip, share: Share, flags: Any) -> None:
    reference = inserted(mosip, share, *someone())
    assert failure(mosip.ask(IDENTIFY, referenceId=reference, flags=flags)) == "4"


@pytest.mark.parametrize("gallery", ["all", {"referenceIds": "x"}, {"referenceIds": [{}]}])
def test_a_gallery_is_a_list_of_references(mosip: Mosip, share: Share, gallery: Any) -> None:
    reference = inserted(mosip, share, *someone())
    assert failure(mosip.ask(IDENTIFY, referenceId=reference, gallery=gallery)) == "4"


def test_a_known_reference_is_not_inserted_again(mosip: Mosip, share: Share) -> None:
    reference = inserted(mosip, share, *someone())
    assert failure(mosip.ask(INSERT, referenceId=reference, referenceURL=share.url(reference))) == "10"


@pytest.mark.parametrize(("body", "number"), [("{", "4"), ("[]", "4"), ('{"id": "mosip.abis.ping"}', "6")])
def test_what_is_no_request_is_answered_and_keeps_nobody_waiting(mosip: Mosip, body: str, number: str) -> None:
    before = len(mosip.answers.get("", []))
    mosip.send_text(body)
    wait_until(lambda: len(mosip.answers.get("", [])) == before + 1)
    assert failure(mosip.answers[""][-1]) == number
    assert failure(mosip.ask("mosip.abis.sing")) == "14"


@pytest.mark.timeout(180)
def test_nothing_is_lost_when_either_side_is_killed(
    share: Share, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = ActiveMq(tmp_path / "activemq").start()
    monkeypatch.setenv("IDVERIFY_MOSIP_BROKER", broker.address)
    monkeypatch.setenv("IDVERIFY_MOSIP_FETCH_HOSTS", f'["{share.host}"]')
    data = tmp_path / "data"
    local_settings(data)
    server = start_process(data)
    try:
        mosip = Mosip(broker.port)
        requests = []
        for number in range(40):
            reference = f"person-{number}"
            share.files[reference] = cbeff(*someone())
            requests.append(mosip.send(INSERT, referenceId=reference, referenceURL=share.url(reference)))
        wait_until(lambda: len(mosip.answers) > 5)
        server.kill()
        server = start_process(data)
        wait_until(lambda: len(mosip.answers) > 12)
        answered = dict(mosip.answers)
        broker.kill()
        broker.start()
        after = Mosip(broker.port)
        wait_until(lambda: {*answered, *mosip.answers, *after.answers} >= set(requests))
        every = [*mosip.answers.values(), *after.answers.values()]
        assert {answer["returnValue"] for answers in every for answer in answers} == {"1"}
        assert after.ask("mosip.abis.referenceCount")["count"] == str(len(requests))
        after.close()
    finally:
        server.kill()
        broker.kill()


def test_over_tls_and_with_what_the_data_share_encrypts(broker: ActiveMq, share: Share, tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    create_secret_file(tmp_path / "key", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    settings: dict[str, Any] = {
        "mosip_requests": "tls-requests",
        "mosip_answers": "tls-answers",
        "mosip_broker": broker.tls_address,
        "mosip_broker_ca": broker.folder / "ca.crt",
        "mosip_fetch_hosts": [share.host],
        "mosip_key_file": tmp_path / "key",
    }
    server = start_server(local_settings(tmp_path / "data", **settings))
    mosip = Mosip(broker.port, "tls-requests", "tls-answers")
    try:
        person = someone()
        share.files["sealed"] = sealed_for(key.public_key(), cbeff(*person))
        first, second = new(), new()
        for reference in (first, second):
            answer = mosip.ask(INSERT, referenceId=reference, referenceURL=share.url("sealed"))
            assert answer["returnValue"] == "1", answer
        assert found(mosip.ask(IDENTIFY, referenceId=second, flags=FLAGS)) == [first]
        share.files["another's"] = sealed_for(rsa.generate_private_key(65537, 2048).public_key(), cbeff(*person))
        assert failure(mosip.ask(INSERT, referenceId=new(), referenceURL=share.url("another's"))) == "16"
    finally:
        mosip.close()
        server.stop()


@pytest.mark.parametrize("wrong", ["another authority", "another host"])
def test_a_broker_that_is_not_the_one_is_told_nothing(
    broker: ActiveMq, tmp_path: Path, wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    make_trial_certificates(tmp_path, ["127.0.0.1"], {}, datetime.now(UTC), 1)
    known = tmp_path if wrong == "another authority" else broker.folder
    host = "localhost" if wrong == "another host" else "127.0.0.1"
    address = Address(host, broker.tls_port, tls=True, ca=known / "ca.crt", user="me", password="secret")
    asking = Broker(MagicMock(), address)
    with caplog.at_level(logging.INFO, "idverify.mosip.abis.broker"):
        asking.start()
        wait_until(lambda: "no connection to the broker" in caplog.text)
        asking.close()
    assert "taking requests" not in caplog.text


def test_of_several_servers_one_is_given_requests_until_it_goes(
    broker: ActiveMq, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    asking = {}
    for name in ("first", "second"):
        abis = MagicMock()

        def answer(data: bytes, *_: object, name: str = name) -> bytes:
            told.append(name)
            return data

        abis.answer.side_effect = answer
        asking[name] = Broker(abis, Address("127.0.0.1", broker.port, requests="shared", answers="shared-answers"))
    mosip = Mosip(broker.port, "shared", "shared-answers")
    try:
        with caplog.at_level(logging.INFO, "idverify.mosip.abis.broker"):
            asking["first"].start()
            mosip.answer(mosip.send("mosip.abis.ping"))
            asking["second"].start()
            wait_until(lambda: caplog.text.count("taking requests") == 2)
        for request in [mosip.send("mosip.abis.ping") for _ in range(20)]:
            mosip.answer(request)
        assert set(told) == {"first"}
        asking.pop("first").close()
        mosip.answer(mosip.send("mosip.abis.ping"))
        assert told[-1] == "second"
    finally:
        mosip.close()
        for each in asking.values():
            each.close()


def test_people_are_inserted_beside_each_other(mosip: Mosip, share: Share) -> None:
    """Of two who are fetched, neither comes before the other is asked for."""
    share.together = Barrier(2)
    try:
        requests = []
        for _ in range(2):
            reference = new()
            share.files[reference] = cbeff(*someone())
            requests.append(mosip.send(INSERT, referenceId=reference, referenceURL=share.url(reference)))
        assert [mosip.answer(request)["returnValue"] for request in requests] == ["1", "1"]
    finally:
        share.together = None


def test_a_broker_is_an_address_and_has_a_client_where_there_are_clients(tmp_path: Path) -> None:
    for address in ("tcp://x:61616", "stomp://x", "stomp://x:0", "stomp://x:1/y"):
        with pytest.raises(SettingsError, match="mosip_broker must be"):
            local_settings(tmp_path / address[-1], mosip_broker=address)
