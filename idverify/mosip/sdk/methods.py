"""The calls of the Bio-SDK as methods of the dispatch, each by the use case of an RPC and with its permission."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from statistics import fmean
from typing import Any

from idverify.dispatch.method import Method
from idverify.domain.errors import DomainError
from idverify.domain.model import FingerPosition, RequestContext
from idverify.domain.model.prints import ImageExchange
from idverify.matching.containers import sample_of
from idverify.mosip.birs import finger_birs
from idverify.mosip.sdk.answers import NOT_HERE, SUBTYPES, against, record, segmented
from idverify.mosip.sdk.envelope import EnvelopeError, Opened, answer, opened
from idverify.mosip.sdk.requests import (
    FINGER,
    birs_of,
    fingers_of,
    records_in,
    target_fmr_of,
    text_of,
    unsupported_of,
)
from idverify.mosip.sdk.statuses import Status, StatusError, status_of
from idverify.mosip.slaps import slap_of
from idverify.ports import Clock
from idverify.rpc.methods import bytes_of_samples
from idverify.services.calls.call import Call
from idverify.services.samples import SampleService
from matcher.formats.cbeff import FINGER_IMAGE, FINGER_MINUTIAE, Quality, RegistryId

_SERVICE = "idverify.v1.BiometricService"
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BioSdk:
    """Answers the calls.

    Attributes:
        service: the use cases.
        clock: tells the time.
    """

    service: SampleService
    clock: Clock

    def methods(self) -> dict[str, Method[bytes]]:
        """Return the methods by the last part of their path."""
        calls: dict[str, tuple[str, Callable[[Call, Body], object]]] = {
            "init": ("CheckQuality", self._init),
            "check-quality": ("CheckQuality", self._check_quality),
            "match": ("CompareSamples", self._match),
            "extract-template": ("ExtractTemplate", self._extract_template),
            "convert-format": ("ExtractTemplate", self._convert_format),
            "segment": ("ExtractTemplate", self._segment),
        }
        return {path: self._method(name, run) for path, (name, run) in calls.items()}

    def _method(self, name: str, call_on: Callable[[Call, Body], object]) -> Method[bytes]:
        def run(call: Call, data: bytes) -> bytes:
            try:
                request = opened(data)
            except EnvelopeError as error:
                return answer(error.version, self.clock.now(), None, {error.code: str(error)})
            return answer(request.version, self.clock.now(), self._told(call, request, call_on))

        # The envelope is opened where the answer can say what is wrong with it, as this interface says it.
        return Method(_SERVICE, name, bytes, lambda _: RequestContext(), bytes, run, most_bytes=bytes_of_samples(2))

    def _told(self, call: Call, request: Opened, call_on: Callable[[Call, Body], object]) -> object:
        try:
            told = call_on(call, request.body)
        except StatusError as error:
            return _wrapped(error.status, str(error), None)
        except DomainError as error:
            refused = status_of(error)
            if refused is None:
                raise
            return _wrapped(refused.status, str(refused), None)
        return told if call_on == self._init else _wrapped(Status.SUCCESS, Status.SUCCESS.words(), told)

    def _init(self, _: Call, __: Body) -> object:
        fingers = [FINGER]
        methods = ("QUALITY_CHECK", "EXTRACT", "MATCH", "CONVERT_FORMAT")
        return {
            "apiVersion": "0.9",
            "sdkVersion": version("idverify"),
            "supportedModalities": fingers,
            "supportedMethods": dict.fromkeys(methods, fingers),
            "otherInfo": {},
            "productOwner": {"organization": "idverify", "type": self.service.biometrics.comparator_id},
        }

    def _check_quality(self, call: Call, body: Body) -> object:
        others = unsupported_of(body, "modalitiesToCheck")
        scores = [self.service.check_quality(call, sample_of(bir)).quality.score for bir in fingers_of(body, "sample")]
        told: dict[str, object] = {FINGER: {"score": fmean(scores), "errors": [], "analyticsInfo": {}}}
        told |= {other: {"score": 0.0, "errors": [NOT_HERE], "analyticsInfo": {}} for other in others}
        return {"scores": told, "analyticsInfo": {}}

    def _match(self, call: Call, body: Body) -> object:
        others = unsupported_of(body, "modalitiesToMatch")
        target_fmr = target_fmr_of(body)
        probes = [sample_of(bir) for bir in fingers_of(body, "sample")]
        stated = body.get("gallery")
        if not stated:
            raise StatusError(Status.MISSING_INPUT, "gallery")
        if not isinstance(stated, list):
            raise StatusError(Status.INVALID_INPUT, "gallery must be an array")
        gallery = [[sample_of(bir) for bir in finger_birs(records_in(each))] for each in stated]
        outcomes = self.service.match(call, probes, gallery, target_fmr)
        return [against(index, outcome, others) for index, outcome in enumerate(outcomes)]

    def _extract_template(self, call: Call, body: Body) -> object:
        unsupported_of(body, "modalitiesToExtract")
        made = []
        for bir in fingers_of(body, "sample"):
            extracted = self.service.extract(call, sample_of(bir))
            quality = Quality(extracted.quality.score, RegistryId("idverify", extracted.quality.algorithm))
            made.append(
                replace(
                    bir, bdb=extracted.iso_minutiae, format=FINGER_MINUTIAE, level="Processed", quality=quality, sb=b""
                )
            )
        return record(made, self.clock.now())

    def _convert_format(self, call: Call, body: Body) -> object:
        unsupported_of(body, "modalitiesToConvert")
        source, wanted = text_of(body, "sourceFormat"), text_of(body, "targetFormat")
        if source != "ISO19794_4_2011":
            raise StatusError(Status.INVALID_INPUT, "sourceFormat must be ISO19794_4_2011")
        try:
            target = ImageExchange(wanted)
        except ValueError:
            known = ", ".join(each.value for each in ImageExchange)
            raise StatusError(Status.INVALID_INPUT, f"targetFormat must be one of {known}") from None
        made = [
            replace(bir, bdb=self.service.convert(call, sample_of(bir), target), sb=b"")
            for bir in fingers_of(body, "sample")
        ]
        return record(made, self.clock.now())

    def _segment(self, call: Call, body: Body) -> object:
        unsupported_of(body, "modalitiesToSegment")
        birs = birs_of(body, "sample")
        missing = {FingerPosition(finger) for bir in birs if bir.is_missing for finger in bir.fingers}
        found = []
        for bir in fingers_of(body, "sample"):
            slap = slap_of(bir, missing)
            if slap is None:
                found.append(bir)
                continue
            for position, image in self.service.segment(call, slap.sample, slap.missing):
                found.append(replace(bir, bdb=image, format=FINGER_IMAGE, subtype=SUBTYPES[position], sb=b""))
        return segmented(found, self.clock.now())


def _wrapped(status: Status, words: str, response: object) -> object:
    return {"statusCode": status.code, "statusMessage": words, "response": response}
