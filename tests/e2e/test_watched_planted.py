"""Whom calls concern is in no metric and in no trace, however the calls end; and it would be found if it were."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import grpc
import pytest
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Status, StatusCode
from prometheus_client import Counter

from idverify.domain.model import AuditEntry, RequestContext
from idverify.ports import CallEnded, Stage, Watch
from idverify.telemetry.several import Several
from idverify.telemetry.watching import fresh
from idverify.telemetry.watching.metrics import Metrics
from idverify.telemetry.watching.traces import Traces
from idverify.v1 import verification_pb2
from tests.e2e.harness import context, print_of, refusal
from tests.e2e.planted import (
    FAULT,
    NAME,
    NUMBER,
    STATED,
    TEMPLATE,
    FaultyBiometrics,
    enrol,
    found,
    over_http,
    refused,
    streamed,
    verify,
    whole,
)
from tests.e2e.stubs import Stubs
from tests.e2e.watched_kit import OPENMETRICS, TRACED, scraped, to_memory, watched_server


def test_metrics_and_traces_tell_nothing_of_anybody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    spans = to_memory(monkeypatch)
    with (
        watched_server(tmp_path / "data", caplog, FaultyBiometrics(), http="127.0.0.1:0", **TRACED) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        stubs = Stubs(channel)
        enrolled = stubs.enrolment.EnrolCitizen(enrol())
        for text in (f"{TEMPLATE}/RIGHT_INDEX/80", "stranger/RIGHT_INDEX/80"):
            stubs.verification.Verify(verify(NUMBER, text))
        stubs.verification.Identify(
            verification_pb2.IdentifyRequest(
                context=context(**STATED), samples=[print_of(f"{TEMPLATE}/RIGHT_INDEX/79")]
            )
        )
        for ends in (refused(stubs), over_http(server.http)):
            for expected, ended in ends:
                assert ended == expected
        assert streamed(stubs) == 2
        events = stubs.trail()
        metrics, openmetrics = scraped(caplog), scraped(caplog, OPENMETRICS)
    assert openmetrics.endswith("# EOF\n")
    contexts = [json.loads(event.context_json) for event in events]
    ids = {event.subject_id for event in events} | {enrolled.subject_id}
    ids |= {context[name] for context in contexts for name in ("request_id", "transaction_id")}
    ids -= {""}
    assert len(ids) > 5
    seen = whole(metrics + openmetrics, spans.get_finished_spans())
    assert found(seen) == []
    assert found(seen, (*ids, server.settings.local_caller)) == []
    for code in ("OK", "INVALID_ARGUMENT", "NOT_FOUND", "INTERNAL"):
        assert f'code="{code}"' in metrics
        assert f'"rpc.grpc.code": "{code}"' in seen
    labels = "\n".join(re.findall(r"\{.*?\}", metrics + openmetrics))
    assert not re.search(r"\d{9}", labels), "a number in a label"


def in_a_label(watch: Watch, word: str) -> None:
    watch.call_ended(CallEnded(word, None, "OK", None, 0.1))


def in_a_label_of_an_event(watch: Watch, word: str) -> None:
    watch.recorded(AuditEntry(datetime.now(UTC), "c", "Verify", word, "", RequestContext(), {}))


def in_the_name_of_a_chore(watch: Watch, word: str) -> None:
    watch.chore(word, 0.1, failed=False)


def in_an_exemplar(watch: Watch, word: str) -> None:
    assert isinstance(watch, Several)
    (metrics,) = (each for each in watch.watches if isinstance(each, Metrics))
    Counter("planted", "Planted", registry=metrics.registry).inc(exemplar={"who": word})


def in_the_name_of_a_span(watch: Watch, word: str) -> None:
    with watch.call(word):
        pass


def in_an_attribute(watch: Watch, word: str) -> None:
    with watch.call("Verify"):
        trace.get_current_span().set_attribute("who", word)


def in_an_event_of_a_stage(watch: Watch, word: str) -> None:
    with watch.call("Verify"), watch.stage(Stage.WORK):
        trace.get_current_span().add_event("seen", {"who": word})


def in_an_exception(watch: Watch, word: str) -> None:
    with watch.call("Verify"):
        trace.get_current_span().record_exception(ValueError(word))


def in_a_status(watch: Watch, word: str) -> None:
    with watch.call("Verify"):
        trace.get_current_span().set_status(Status(StatusCode.ERROR, word))


PLACES: tuple[Callable[[Watch, str], None], ...] = (
    in_a_label, in_a_label_of_an_event, in_the_name_of_a_chore, in_an_exemplar,
    in_the_name_of_a_span, in_an_attribute, in_an_event_of_a_stage, in_an_exception, in_a_status,
)  # fmt: skip


def test_what_is_planted_in_any_place_is_found(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other side of the test above: what is told to the watch of a server is seen by the same look."""
    spans = to_memory(monkeypatch)
    monkeypatch.setattr(fresh, "_FRESH_SECONDS", 0.0)  # two looks come within one second
    with watched_server(tmp_path / "data", caplog, **TRACED) as server:
        for place in PLACES:
            word = f"{NAME} {place.__name__}"
            looks = []
            for plant in (False, True):
                if plant:
                    place(server.application.watch, word)
                looks.append(found(whole(scraped(caplog, OPENMETRICS), spans.get_finished_spans()), (word,)))
            assert looks == [[], [word]]


def test_the_text_of_an_error_would_be_found(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Did spans tell of errors, as OpenTelemetry has them do unless it is told not to, this is what they would tell."""
    spans = to_memory(monkeypatch)
    monkeypatch.setattr(Traces, "_span", Telling._span)
    with (
        watched_server(tmp_path / "data", caplog, FaultyBiometrics(), **TRACED) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        stubs = Stubs(channel)
        stubs.enrolment.EnrolCitizen(enrol())
        assert refusal(stubs.verification.Verify, verify(NUMBER, f"{FAULT}/RIGHT_INDEX/80")).code.name == "INTERNAL"
    assert found(whole("", spans.get_finished_spans())) == [NAME, NUMBER, FAULT]


class Telling(Traces):
    """Says what an error says."""

    @contextmanager
    def _span(self, name: str, context: Context | None = None) -> Iterator[None]:
        with self._tracer.start_as_current_span(name, context):
            yield
