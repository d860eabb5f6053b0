"""What may change about citizens after enrolment."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from idverify.client.calls import Calls
from idverify.v1 import citizens_pb2, citizens_pb2_grpc
from idverify.v1.enrolment_pb2 import Citizen, CitizenState, PersonalData
from idverify.v1.types_pb2 import FingerprintSample, RequestContext


class CitizenCalls(Calls):
    """CitizenService."""

    @cached_property
    def _citizens(self) -> citizens_pb2_grpc.CitizenServiceStub:
        return citizens_pb2_grpc.CitizenServiceStub(self._channel)

    def correct_personal_data(
        self,
        citizen_number: str,
        personal_data: PersonalData,
        grounds: citizens_pb2.ChangeGrounds,
        context: RequestContext | None = None,
    ) -> Citizen:
        """Correct personal data, given whole as they are to be."""
        request = citizens_pb2.CorrectPersonalDataRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            personal_data=personal_data,
            grounds=grounds,
        )
        answer = self._call(citizens_pb2.CorrectPersonalDataResponse, self._citizens.CorrectPersonalData, request)
        return answer.citizen

    def replace_citizen_number(
        self,
        citizen_number: str,
        new_citizen_number: str,
        grounds: citizens_pb2.ChangeGrounds,
        context: RequestContext | None = None,
    ) -> Citizen:
        """Give a citizen another number; a reissued one leads to them still."""
        request = citizens_pb2.ReplaceCitizenNumberRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            new_citizen_number=new_citizen_number,
            grounds=grounds,
        )
        answer = self._call(citizens_pb2.ReplaceCitizenNumberResponse, self._citizens.ReplaceCitizenNumber, request)
        return answer.citizen

    def change_citizen_state(
        self,
        citizen_number: str,
        state: CitizenState,
        grounds: citizens_pb2.ChangeGrounds,
        context: RequestContext | None = None,
    ) -> Citizen:
        """Deactivate, reactivate, or record a death."""
        request = citizens_pb2.ChangeCitizenStateRequest(
            context=context or self.new_context(), citizen_number=citizen_number, state=state, grounds=grounds
        )
        answer = self._call(citizens_pb2.ChangeCitizenStateResponse, self._citizens.ChangeCitizenState, request)
        return answer.citizen

    def citizen_changes(
        self, citizen_number: str, context: RequestContext | None = None
    ) -> list[citizens_pb2.CitizenChange]:
        """Return what was changed about a citizen, oldest first."""
        request = citizens_pb2.ListCitizenChangesRequest(
            context=context or self.new_context(), citizen_number=citizen_number
        )
        answer = self._call(citizens_pb2.ListCitizenChangesResponse, self._citizens.ListCitizenChanges, request)
        return list(answer.changes)

    def lock_citizen(
        self, citizen_number: str, samples: Iterable[FingerprintSample], context: RequestContext | None = None
    ) -> citizens_pb2.LockCitizenResponse:
        """Lock an identity by the citizen's own finger. A non-match is an answer, no error."""
        request = citizens_pb2.LockCitizenRequest(
            context=context or self.new_context(), citizen_number=citizen_number, samples=samples
        )
        return self._call(citizens_pb2.LockCitizenResponse, self._citizens.LockCitizen, request)

    def unlock_citizen(
        self, citizen_number: str, samples: Iterable[FingerprintSample], context: RequestContext | None = None
    ) -> citizens_pb2.UnlockCitizenResponse:
        """Unlock it likewise."""
        request = citizens_pb2.UnlockCitizenRequest(
            context=context or self.new_context(), citizen_number=citizen_number, samples=samples
        )
        return self._call(citizens_pb2.UnlockCitizenResponse, self._citizens.UnlockCitizen, request)
