"""Spans: a call, its stages in it, and no text of an error."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from idverify.domain.errors import Reason
from idverify.domain.model import Role
from idverify.ports import CallEnded, Stage
from idverify.telemetry.watching.traces import Traces, to_collector


class Traced:
    """Every call is traced, to memory, or as many as told."""

    def __init__(self, share: float = 1.0) -> None:
        self.memory = InMemorySpanExporter()
        self.traces = Traces(SimpleSpanProcessor(self.memory), share)

    def spans(self) -> Sequence[ReadableSpan]:
        return self.memory.get_finished_spans()


def test_stages_lie_in_their_call_in_whatever_thread() -> None:
    traced = Traced()
    traces = traced.traces

    def work() -> None:
        traces.took(Stage.QUEUE, 0.5)
        with traces.stage(Stage.WORK), traces.stage(Stage.EXTRACT):
            pass

    with ThreadPoolExecutor(1) as pool, traces.call("Verify"):
        pool.submit(copy_context().run, work).result()
        traces.call_ended(CallEnded("Verify", Role.COUNTER, "NOT_FOUND", Reason.SUBJECT_NOT_FOUND, 0.1))
    spans = {span.name: span for span in traced.spans()}
    assert spans.keys() == {"Verify", "queue", "work", "extract"}
    parents = {name: span.parent.span_id if span.parent else None for name, span in spans.items()}
    call, work_span = spans["Verify"].context.span_id, spans["work"].context.span_id
    assert parents == {"Verify": None, "queue": call, "work": call, "extract": work_span}
    queue = spans["queue"]
    assert queue.end_time is not None
    assert queue.start_time is not None
    assert queue.end_time - queue.start_time == 500_000_000
    assert spans["Verify"].attributes == {
        "rpc.grpc.code": "NOT_FOUND",
        "idverify.reason": "SUBJECT_NOT_FOUND",
        "idverify.role": "counter",
    }
    assert spans["Verify"].resource.attributes == {"service.name": "idverify"}


def test_an_error_leaves_no_text() -> None:
    traced = Traced()
    with pytest.raises(ValueError, match="Alice"), traced.traces.call("Verify"), traced.traces.stage(Stage.WORK):
        raise ValueError("Alice")
    assert len(traced.spans()) == 2
    assert not any("Alice" in span.to_json() for span in traced.spans())


def test_requests_of_a_stream_are_traces_of_their_own() -> None:
    traced = Traced()
    with traced.traces.call("IdentifyStream"), traced.traces.call("IdentifyStream"):
        pass
    assert all(span.parent is None for span in traced.spans())
    assert len({span.context.trace_id for span in traced.spans()}) == 2


def test_what_belongs_to_no_call_or_to_one_that_is_not_traced_is_not_told() -> None:
    traced = Traced()
    with traced.traces.stage(Stage.WRITE):
        traced.traces.took(Stage.QUEUE, 0.1)
    assert traced.spans() == ()
    none = Traced(share=0.0)
    with none.traces.call("Verify"), none.traces.stage(Stage.WORK):
        none.traces.took(Stage.QUEUE, 0.1)
    assert none.spans() == ()


def test_a_collector_that_is_away_costs_nothing_but_the_traces() -> None:
    traces = to_collector("http://127.0.0.1:1", 1.0)
    with traces.call("Verify"):
        pass
    traces.close()
