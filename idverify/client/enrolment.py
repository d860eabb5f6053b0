"""Citizens: enrolling, reading, deleting."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from idverify.client.calls import Call, Pages
from idverify.client.transport.asked import Asked, Paged, ask, paged
from idverify.client.transport.caller import Caller
from idverify.v1 import enrolment_pb2, enrolment_pb2_grpc
from idverify.v1.types_pb2 import FingerprintSample, Purpose, RequestContext


class EnrolmentCalls(Caller):
    """EnrolmentService."""

    @cached_property
    def _enrolment(self) -> enrolment_pb2_grpc.EnrolmentServiceStub:
        return enrolment_pb2_grpc.EnrolmentServiceStub(self._channel)

    @Call
    def enrol(
        self,
        citizen_number: str,
        personal_data: enrolment_pb2.PersonalData,
        samples: Iterable[FingerprintSample] = (),
        context: RequestContext | None = None,
        *,
        slaps: Iterable[enrolment_pb2.SlapImage] = (),
        finger_exceptions: Iterable[enrolment_pb2.FingerException] = (),
        duplicate_check: enrolment_pb2.DuplicateCheck = enrolment_pb2.DUPLICATE_CHECK_UNSPECIFIED,
        profile: str = "",
    ) -> Asked[enrolment_pb2.EnrolCitizenResponse]:
        """Enrol a citizen: all or nothing; refused if they seem to be enrolled already, unless you say otherwise.

        Slaps are cut into their fingers; those that cannot be shown are stated, and noted. A profile, such as
        ``vn-110-2020``, is reported on and gates nothing.
        """
        request = enrolment_pb2.EnrolCitizenRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            personal_data=personal_data,
            samples=samples,
            duplicate_check=duplicate_check,
            profile=profile,
            slaps=slaps,
            finger_exceptions=finger_exceptions,
        )
        return ask(enrolment_pb2.EnrolCitizenResponse, self._enrolment.EnrolCitizen, request)

    @Call
    def add_fingerprints(
        self,
        citizen_number: str,
        samples: Iterable[FingerprintSample] = (),
        context: RequestContext | None = None,
        *,
        slaps: Iterable[enrolment_pb2.SlapImage] = (),
        duplicate_check: enrolment_pb2.DuplicateCheck = enrolment_pb2.DUPLICATE_CHECK_UNSPECIFIED,
        profile: str = "",
    ) -> Asked[enrolment_pb2.AddFingerprintsResponse]:
        """Add an encounter to an enrolled citizen; refused if the fingers seem to be somebody else's."""
        request = enrolment_pb2.AddFingerprintsRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            samples=samples,
            duplicate_check=duplicate_check,
            profile=profile,
            slaps=slaps,
        )
        return ask(enrolment_pb2.AddFingerprintsResponse, self._enrolment.AddFingerprints, request)

    @Call
    def get_citizen(
        self,
        citizen_number: str | None = None,
        *,
        purpose: Purpose,
        subject_id: str | None = None,
        context: RequestContext | None = None,
    ) -> Asked[enrolment_pb2.Citizen]:
        """Return a citizen by number or by internal identifier; exactly one is to be given. Say what for."""
        request = enrolment_pb2.GetCitizenRequest(
            context=context or self.new_context(), citizen_number=citizen_number, subject_id=subject_id
        )
        request.context.purpose = purpose
        return ask(enrolment_pb2.GetCitizenResponse, self._enrolment.GetCitizen, request, lambda answer: answer.citizen)

    @Pages
    def citizens(
        self, purpose: Purpose, *, page_size: int = 0, context: RequestContext | None = None
    ) -> Paged[enrolment_pb2.Citizen]:
        """Iterate over all citizens in order of enrolment, fetching a page when it is needed. Say what for."""
        request = enrolment_pb2.ListCitizensRequest(context=context or self.new_context(), page_size=page_size)
        request.context.purpose = purpose
        return paged(
            enrolment_pb2.ListCitizensResponse, self._enrolment.ListCitizens, request, lambda page: page.citizens
        )

    @Call
    def delete_citizen(
        self, citizen_number: str, context: RequestContext | None = None
    ) -> Asked[enrolment_pb2.DeleteCitizenResponse]:
        """Remove a citizen and everything personal."""
        request = enrolment_pb2.DeleteCitizenRequest(
            context=context or self.new_context(), citizen_number=citizen_number
        )
        return ask(enrolment_pb2.DeleteCitizenResponse, self._enrolment.DeleteCitizen, request)
