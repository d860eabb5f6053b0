"""Samples extracted and compared in this process: as the service does it, and without its audit trail."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Literal, cast

import cv2

from idverify.bootstrap import SystemClock
from idverify.commands.session import RefusedError
from idverify.commands.views import decision_name
from idverify.dispatch.deadline import CallDeadline
from idverify.domain.errors import DomainError
from idverify.domain.model import AuditEntry, Caller, RequestContext, Role, SampleKind
from idverify.matching.assembly import load_matching
from idverify.ports import Store
from idverify.rpc.servicers.biometrics import BiometricServicer
from idverify.services.calls.call import Call
from idverify.services.samples import SampleService
from idverify.v1 import biometrics_pb2 as pb
from idverify.v1.types_pb2 import FingerprintSample
from matcher.comparison.compare import compare
from matcher.comparison.prepared import PreparedTemplate, prepare
from matcher.errors import MatcherError
from matcher.formats.iso19794_2 import read_record, view_to_template
from matcher.images.decoding import decode_image, resample
from matcher.pictures.captions import two_scores
from matcher.pictures.pair import Side, draw_pair

_SLOW_SECONDS = 3.0
_SELF = Caller("local", frozenset({Role.TESTER}), sample_kinds=frozenset(SampleKind))


class _NoTrail:
    """Stands where the store is: what is decided here is nobody's, and nothing is kept of it."""

    @property
    def audit(self) -> _NoTrail:
        return self

    def append(self, entry: AuditEntry) -> None:
        """Forget it."""
        del entry

    @contextmanager
    def transaction(self, *, alone: bool = False) -> Iterator[_NoTrail]:
        """Begin what is forgotten."""
        del alone
        yield self


class OwnMatcher:
    """Answers as the service would, to a client that is told everything."""

    def __init__(self, extractor: Literal["leader", "ridge"]) -> None:
        """Load the matcher; says on stderr why that takes long, the first time. Raises RefusedError."""
        hint = Timer(_SLOW_SECONDS, lambda: print("compiling, about a minute, once", file=sys.stderr))  # noqa: T201
        hint.start()
        with _refusals():
            try:
                matching = load_matching(extractor, extractor_threads=2, search_threads=1)
            finally:
                hint.cancel()
        store = cast("Store", _NoTrail())
        self._servicer = BiometricServicer(SampleService(store, matching.biometrics, SystemClock(), {}))

    def extract_template(self, sample: FingerprintSample) -> pb.ExtractTemplateResponse:
        """Find the minutiae. Raises RefusedError."""
        request = pb.ExtractTemplateRequest(sample=sample)
        with _refusals():
            body = self._servicer.extract_template(_call("ExtractTemplate"), request)
        return pb.ExtractTemplateResponse.FromString(body)

    def compare(
        self, probe: FingerprintSample, reference: FingerprintSample, target_fmr: float
    ) -> pb.CompareSamplesResponse:
        """Compare two samples. Raises RefusedError."""
        request = pb.CompareSamplesRequest(probe=probe, reference=reference, target_fmr=target_fmr)
        with _refusals():
            body = self._servicer.compare_samples(_call("CompareSamples"), request)
        return pb.CompareSamplesResponse.FromString(body)

    def picture(
        self, probe: FingerprintSample, reference: FingerprintSample, answer: pb.CompareSamplesResponse
    ) -> bytes:
        """Draw what two images have in common, PNG. Raises RefusedError."""
        first, second = self._side(probe, "first"), self._side(reference, "second")
        found = compare(first.prepared, second.prepared)
        caption = (
            f"{decision_name(answer.decision)}  score {answer.score:.1f}  FMR {answer.fmr_at_score:.1e}",
            *two_scores(answer.score, found.score),
            f"{len(found.pairs)} pairs connected",
        )
        return cv2.imencode(".png", draw_pair(first, second, found, caption))[1].tobytes()

    def _side(self, sample: FingerprintSample, name: str) -> Side:
        record = self.extract_template(sample).iso_19794_2_2005
        prepared: PreparedTemplate = prepare(view_to_template(read_record(record)))
        with _refusals():
            image = decode_image(sample.image.data, resolution_ppi=sample.image.resolution_ppi or None)
            return Side(resample(image), prepared, name)


def _call(method: str) -> Call:
    return Call(_SELF, RequestContext(), method, b"", CallDeadline(math.inf))


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except DomainError as error:
        raise RefusedError(error.reason.code, error.message) from None
    except MatcherError as error:
        raise RefusedError(error.reason, str(error)) from None
