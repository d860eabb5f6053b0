"""Many identifications on one stream: each like one call, none the end of the others."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import grpc
import pytest
from google.rpc import error_details_pb2

from idverify.bootstrap import build
from idverify.client import Client, ServiceError, StreamAnswer
from idverify.matching.assembly import Matching
from idverify.ports import Deadline, Prepared, SearchResult
from idverify.v1 import types_pb2, verification_pb2
from tests.databases import Databases
from tests.e2e.harness import RunningServer, context, enrolment, local_settings, print_of
from tests.e2e.stubs import Stubs
from tests.fakes import FakeBiometrics, FakeGallery
from tests.waiting import PATIENCE, wait_until


def _request(text: str, **fields: Any) -> verification_pb2.IdentifyRequest:
    return verification_pb2.IdentifyRequest(context=context(), sample=print_of(text), **fields)


def _stream(stubs: Stubs, requests: Any, **options: Any) -> Any:
    messages = (verification_pb2.IdentifyStreamRequest(request=request) for request in requests)
    return stubs.verification.IdentifyStream(messages, **options)


def test_every_request_is_answered_and_a_bad_one_ends_nothing(enrolled: Stubs) -> None:
    requests = [_request("alice/RIGHT_INDEX/80" if n % 2 else "zoe/RIGHT_INDEX/80") for n in range(20)]
    requests[3] = _request("nonsense")
    requests[4].context.request_id = "no uuid"
    requests[6] = _request("alice/RIGHT_INDEX/80", target_fpir=0.5)
    answers = {answer.place: answer for answer in _stream(enrolled, requests)}
    assert sorted(answers) == list(range(20))
    for place, answer in answers.items():
        assert answer.request_id == requests[place].context.request_id
    reasons = {}
    for place in (3, 4, 6):
        info = error_details_pb2.ErrorInfo()
        assert answers[place].error.details[0].Unpack(info)
        reasons[place] = info.reason
    assert reasons == {3: "SAMPLE_INVALID", 4: "FIELD_INVALID", 6: "FIELD_INVALID"}
    matches = [p for p, a in answers.items() if a.response.decision == types_pb2.DECISION_MATCH]
    assert sorted(matches) == [n for n in range(20) if n % 2 and n != 3]


def test_a_request_of_a_stream_is_the_same_as_a_call(enrolled: Stubs) -> None:
    request = _request("alice/RIGHT_INDEX/70")
    answer = enrolled.verification.Identify(request)
    before = enrolled.outcomes()
    assert [a.response for a in _stream(enrolled, [request, request])] == [answer, answer]
    assert enrolled.outcomes() == [*before, "Identify:REPEATED", "Identify:REPEATED"]
    before = enrolled.outcomes()
    other = _request("alice/LEFT_INDEX/70")
    (streamed,) = _stream(enrolled, [other])
    assert enrolled.verification.Identify(other) == streamed.response
    assert enrolled.outcomes()[len(before) :] == ["Identify:NO_MATCH", "Identify:REPEATED"]


def test_an_empty_stream_ends(enrolled: Stubs) -> None:
    assert list(_stream(enrolled, [])) == []


def test_bytes_that_are_no_request_are_refused_in_their_place(enrolled: Stubs) -> None:
    raw: Any = enrolled.channel.stream_stream("/idverify.v1.VerificationService/IdentifyStream")
    good = verification_pb2.IdentifyStreamRequest(request=_request("alice/RIGHT_INDEX/80")).SerializeToString()
    answers = [verification_pb2.IdentifyStreamResponse.FromString(a) for a in raw(iter([b"\xff\xff", good]))]
    assert {a.place: a.WhichOneof("result") for a in answers} == {0: "error", 1: "response"}


@dataclass
class SlowGallery(FakeGallery):
    """Searches until told to go on, asking the deadline all the while."""

    go: threading.Event = field(default_factory=threading.Event)
    running: int = 0
    most: int = 0
    ended: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def search(self, probe: Prepared, *, deadline: Deadline, **options: Any) -> SearchResult:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        try:
            while not self.go.wait(0.01):
                deadline.check()
        except Exception:
            self.ended.append("stopped")
            raise
        finally:
            with self.lock:
                self.running -= 1
        self.ended.append("done")
        return super().search(probe, deadline=deadline, **options)


@pytest.fixture
def slow(tmp_path: Path, databases: Databases) -> Iterator[tuple[RunningServer, SlowGallery]]:
    gallery = SlowGallery()
    settings = local_settings(
        tmp_path / "data", databases, stream_concurrency=2, default_deadline_seconds=PATIENCE, queue_length=0
    )
    server = RunningServer(settings, build(settings, matching=Matching(FakeBiometrics(), gallery))).start()
    yield server, gallery
    gallery.go.set()
    server.stop()


def test_the_server_works_on_a_few_and_reads_no_further_ahead(slow: tuple[RunningServer, SlowGallery]) -> None:
    server, gallery = slow
    taken = 0

    def endless() -> Iterator[verification_pb2.IdentifyStreamRequest]:
        nonlocal taken
        while True:
            taken += 1
            request = _request("x/RIGHT_INDEX/80")
            request.sample.iso_19794_2_2005 = b"x/RIGHT_INDEX/80" + b" " * 100_000
            yield verification_pb2.IdentifyStreamRequest(request=request)

    with grpc.insecure_channel(server.address) as channel:
        call = Stubs(channel).verification.IdentifyStream(endless())
        wait_until(lambda: gallery.running == 2)
        time.sleep(0.5)
        assert gallery.running == 2
        assert taken < 200, "flow control holds the client up"
        call.cancel()
        wait_until(lambda: gallery.running == 0)
    assert (gallery.most, set(gallery.ended)) == (2, {"stopped"})


def test_a_cancelled_stream_stops_the_searches_inside(slow: tuple[RunningServer, SlowGallery]) -> None:
    server, gallery = slow
    with grpc.insecure_channel(server.address) as channel:
        call = _stream(Stubs(channel), [_request("x/RIGHT_INDEX/80")])
        wait_until(lambda: gallery.running == 1)
        call.cancel()
        wait_until(lambda: gallery.ended == ["stopped"])
        assert Stubs(channel).outcomes() == []


def _code_of_one(stubs: Stubs, timeout: float) -> int:
    """Return how a stream of one request ended, or how its answer did."""
    try:
        (answer,) = _stream(stubs, [_request("x/RIGHT_INDEX/80")], timeout=timeout)
    except grpc.RpcError as error:
        return int(cast("grpc.Call", error).code().value[0])
    return int(answer.error.code)


def test_the_streams_deadline_ends_it(slow: tuple[RunningServer, SlowGallery]) -> None:
    server, gallery = slow
    with grpc.insecure_channel(server.address) as channel:
        # Both sides keep the time: whichever is first, the client hears that it ran out.
        assert _code_of_one(Stubs(channel), timeout=0.5) == grpc.StatusCode.DEADLINE_EXCEEDED.value[0]
        wait_until(lambda: gallery.ended == ["stopped"])


def test_all_of_a_long_stream_is_answered_while_single_calls_are_refused(
    slow: tuple[RunningServer, SlowGallery],
) -> None:
    """With a queue of no length a call finds no worker; a stream waits for one."""
    server, gallery = slow
    gallery.go.set()
    with Client(server.address) as client:
        requests = [client.identify_request(print_of(f"p{n}/RIGHT_INDEX/80")) for n in range(100)]
        answers = list(client.identify_many(requests))
    assert sorted(answer.place for answer in answers) == list(range(100))
    assert [answer.error for answer in answers] == [None] * 100


def test_the_client_tells_refusals_as_of_single_calls(server: RunningServer, stubs: Stubs) -> None:
    stubs.enrolment.EnrolCitizen(enrolment())
    with Client(server.address) as client:
        requests = [
            client.identify_request(print_of("alice/RIGHT_INDEX/80")),
            client.identify_request(print_of("alice/RIGHT_INDEX/3")),
        ]
        answers: dict[int, StreamAnswer] = {answer.place: answer for answer in client.identify_many(requests)}
        assert answers[0].response is not None
        assert answers[0].request_id == requests[0].context.request_id
        error = answers[1].error
        assert isinstance(error, ServiceError)
        assert (error.code, error.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "SAMPLE_QUALITY_LOW")
        with pytest.raises(ServiceError, match="DEADLINE_EXCEEDED"):
            list(client.identify_many(_never(), timeout=0.3))


def _never() -> Iterator[verification_pb2.IdentifyRequest]:
    time.sleep(0.6)
    yield verification_pb2.IdentifyRequest(context=types_pb2.RequestContext(request_id=str(uuid.uuid4())))
