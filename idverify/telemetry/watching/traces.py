"""Tells a collector of OpenTelemetry how long the stages of some calls took. Nothing else is said of a call."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

from idverify.domain.model import AuditEntry
from idverify.ports import CallEnded, Figure, SampleSeen, Stage

_NOTHING = nullcontext()
_SECONDS = 3.0
"""That a collector has for a batch; the service ends no later than after the few batches that wait."""


class Traces:
    """Implements the port ``Watch`` for traces: a span a call, one a stage in it. The global provider stays as it is.

    No span has the text of an exception: it may quote what is personal.

    Args:
        processor: where spans go.
        share: of the calls that are traced.
    """

    def __init__(self, processor: SpanProcessor, share: float) -> None:
        resource = Resource({"service.name": "idverify"})
        sampler = ParentBased(TraceIdRatioBased(share))
        self._provider = TracerProvider(sampler, resource, shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("idverify")

    def call(self, method: str) -> AbstractContextManager[None]:
        """Begin a trace, whatever is being traced around it: a stream has one, and each of its requests."""
        return self._span(method, Context())

    def call_ended(self, ended: CallEnded) -> None:
        """Say how the call ended."""
        span = trace.get_current_span()
        span.set_attribute("rpc.grpc.code", ended.code)
        span.set_attribute("idverify.reason", ended.reason.code if ended.reason else "")
        span.set_attribute("idverify.role", ended.role.value if ended.role else "none")

    def stage(self, stage: Stage) -> AbstractContextManager[None]:
        """Tell a stage of the call at hand; of what belongs to none, or to one that is not traced, nothing."""
        return self._span(stage.value) if trace.get_current_span().is_recording() else _NOTHING

    def took(self, stage: Stage, seconds: float) -> None:
        """Tell a stage of the call at hand that ends now."""
        if trace.get_current_span().is_recording():
            now = time.time_ns()
            self._tracer.start_span(stage.value, start_time=now - int(seconds * 1e9)).end(now)

    def sample(self, seen: SampleSeen) -> None:
        """Do nothing."""

    def recorded(self, entry: AuditEntry) -> None:
        """Do nothing."""

    def chore(self, name: str, seconds: float, *, failed: bool) -> None:
        """Do nothing."""

    def show(self, figures: Callable[[], Sequence[Figure]]) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Send what is left, for some seconds at most."""
        self._provider.shutdown()

    @contextmanager
    def _span(self, name: str, context: Context | None = None) -> Iterator[None]:
        with self._tracer.start_as_current_span(name, context, record_exception=False, set_status_on_exception=False):
            yield


def to_collector(endpoint: str, share: float) -> Traces:
    """Return what sends traces by OTLP over gRPC; a collector that is away costs nothing but them."""
    exporter = OTLPSpanExporter(endpoint, insecure=endpoint.startswith("http://"), timeout=_SECONDS)
    return Traces(BatchSpanProcessor(exporter), share)
