"""Samples alone: nothing is stored, no person concerned."""

from __future__ import annotations

from functools import cached_property

from idverify.client.calls import Call
from idverify.client.transport.asked import Asked, ask
from idverify.client.transport.caller import Caller
from idverify.v1 import biometrics_pb2, biometrics_pb2_grpc
from idverify.v1.types_pb2 import FingerprintSample, RequestContext


class BiometricCalls(Caller):
    """BiometricService."""

    @cached_property
    def _biometric(self) -> biometrics_pb2_grpc.BiometricServiceStub:
        return biometrics_pb2_grpc.BiometricServiceStub(self._channel)

    @Call
    def extract_template(
        self, sample: FingerprintSample, context: RequestContext | None = None
    ) -> Asked[biometrics_pb2.ExtractTemplateResponse]:
        """Find the minutiae and return them as an ISO/IEC 19794-2 record."""
        request = biometrics_pb2.ExtractTemplateRequest(context=context or self.new_context(), sample=sample)
        return ask(biometrics_pb2.ExtractTemplateResponse, self._biometric.ExtractTemplate, request)

    @Call
    def compare(
        self,
        probe: FingerprintSample,
        reference: FingerprintSample,
        context: RequestContext | None = None,
        *,
        target_fmr: float = 0.0,
    ) -> Asked[biometrics_pb2.CompareSamplesResponse]:
        """Compare two samples of nobody in particular."""
        request = biometrics_pb2.CompareSamplesRequest(
            context=context or self.new_context(), probe=probe, reference=reference, target_fmr=target_fmr
        )
        return ask(biometrics_pb2.CompareSamplesResponse, self._biometric.CompareSamples, request)

    @Call
    def check_quality(
        self, sample: FingerprintSample, context: RequestContext | None = None, *, profile: str = ""
    ) -> Asked[biometrics_pb2.CheckQualityResponse]:
        """Ask how good a sample is and what to do better; and how it meets an enrolment profile."""
        request = biometrics_pb2.CheckQualityRequest(
            context=context or self.new_context(), sample=sample, profile=profile
        )
        return ask(biometrics_pb2.CheckQualityResponse, self._biometric.CheckQuality, request)
