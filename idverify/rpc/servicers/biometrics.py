"""BiometricService."""

from __future__ import annotations

from collections.abc import Iterable

from idverify.dispatch.method import Methods
from idverify.domain.model.prints import RecordQuirk
from idverify.rpc.convert.answers import decision_code, encoded, figures, operating_point_message, quality_message
from idverify.rpc.convert.enrolling import LONGEST_PROFILE, profile_message
from idverify.rpc.convert.fields import optional_number, text
from idverify.rpc.convert.samples import sample_of
from idverify.rpc.methods import bytes_of_samples, rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.samples import SampleService
from idverify.v1 import biometrics_pb2 as pb


class BiometricServicer:
    """Works on samples alone."""

    def __init__(self, service: SampleService) -> None:
        self._service = service

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "BiometricService")
        one, two = bytes_of_samples(1), bytes_of_samples(2)
        return [
            rpc(name, "ExtractTemplate", pb.ExtractTemplateRequest, self.extract_template, most_bytes=one),
            rpc(name, "CompareSamples", pb.CompareSamplesRequest, self.compare_samples, most_bytes=two),
            rpc(name, "CheckQuality", pb.CheckQualityRequest, self.check_quality, most_bytes=one),
        ]

    def extract_template(self, call: Call, request: pb.ExtractTemplateRequest) -> bytes:
        """Make a minutiae record."""
        extracted = self._service.extract(call, sample_of(request.sample, "sample"))
        return encoded(
            pb.ExtractTemplateResponse(
                iso_19794_2_2005=extracted.iso_minutiae,
                quality=quality_message(extracted.quality),
                extractor=extracted.extractor,
                record_quirks=_quirks(extracted.quirks),
            )
        )

    def compare_samples(self, call: Call, request: pb.CompareSamplesRequest) -> bytes:
        """Compare two samples."""
        probe = sample_of(request.probe, "probe", 0)
        reference = sample_of(request.reference, "reference", 1)
        target_fmr = optional_number(request.target_fmr, "target_fmr")
        compared = self._service.compare(call, probe, reference, target_fmr)
        return encoded(
            pb.CompareSamplesResponse(
                decision=decision_code(compared.decision),
                operating_point=operating_point_message(compared.operating_point),
                probe_quality=quality_message(compared.probe_quality),
                reference_quality=quality_message(compared.reference_quality),
                paired_minutiae=compared.likeness.paired_minutiae if compared.likeness else None,
                **figures(compared.likeness),
            )
        )

    def check_quality(self, call: Call, request: pb.CheckQualityRequest) -> bytes:
        """Say how good a sample is."""
        profile = text(request.profile, "profile", LONGEST_PROFILE)
        checked = self._service.check_quality(call, sample_of(request.sample, "sample"), profile)
        return encoded(
            pb.CheckQualityResponse(
                quality=quality_message(checked.quality),
                profile_tests=map(profile_message, checked.results),
                record_quirks=_quirks(checked.quirks),
            )
        )


def _quirks(quirks: Iterable[RecordQuirk]) -> list[pb.RecordQuirk]:
    return [pb.RecordQuirk(code=quirk.code, byte=quirk.byte) for quirk in quirks]
