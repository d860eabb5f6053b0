"""What may change about citizens after enrolment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cached_property

from idverify.client.calls import Call
from idverify.client.transport.asked import Asked, ask
from idverify.client.transport.caller import Caller
from idverify.v1 import citizens_pb2, citizens_pb2_grpc
from idverify.v1.enrolment_pb2 import Citizen, CitizenState, FingerException, PersonalData
from idverify.v1.types_pb2 import FingerprintSample, Purpose, RequestContext


class CitizenCalls(Caller):
    """CitizenService."""

    @cached_property
    def _citizens(self) -> citizens_pb2_grpc.CitizenServiceStub:
        return citizens_pb2_grpc.CitizenServiceStub(self._channel)

    @Call
    def correct_personal_data(
        self,
        citizen_number: str,
        personal_data: PersonalData,
        grounds: citizens_pb2.ChangeGrounds,
        context: RequestContext | None = None,
    ) -> Asked[Citizen]:
        """Correct personal data, given whole as they are to be."""
        request = citizens_pb2.CorrectPersonalDataRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            personal_data=personal_data,
            grounds=grounds,
        )
        return ask(
            citizens_pb2.CorrectPersonalDataResponse,
            self._citizens.CorrectPersonalData,
            request,
            lambda answer: answer.citizen,
        )

    @Call
    def replace_citizen_number(
        self,
        citizen_number: str,
        new_citizen_number: str,
        grounds: citizens_pb2.ChangeGrounds,
        context: RequestContext | None = None,
    ) -> Asked[Citizen]:
        """Give a citizen another number; a reissued one leads to them still."""
        request = citizens_pb2.ReplaceCitizenNumberRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            new_citizen_number=new_citizen_number,
            grounds=grounds,
        )
        return ask(
            citizens_pb2.ReplaceCitizenNumberResponse,
            self._citizens.ReplaceCitizenNumber,
            request,
            lambda answer: answer.citizen,
        )

    @Call
    def change_citizen_state(
        self,
        citizen_number: str,
        state: CitizenState,
        grounds: citizens_pb2.ChangeGrounds,
        context: RequestContext | None = None,
    ) -> Asked[Citizen]:
        """Deactivate, reactivate, or record a death."""
        request = citizens_pb2.ChangeCitizenStateRequest(
            context=context or self.new_context(), citizen_number=citizen_number, state=state, grounds=grounds
        )
        return ask(
            citizens_pb2.ChangeCitizenStateResponse,
            self._citizens.ChangeCitizenState,
            request,
            lambda answer: answer.citizen,
        )

    @Call
    def citizen_changes(
        self, citizen_number: str, purpose: Purpose, context: RequestContext | None = None
    ) -> Asked[list[citizens_pb2.CitizenChange]]:
        """Return what was changed about a citizen, oldest first. Say what for."""
        request = citizens_pb2.ListCitizenChangesRequest(
            context=context or self.new_context(), citizen_number=citizen_number
        )
        request.context.purpose = purpose
        return ask(
            citizens_pb2.ListCitizenChangesResponse,
            self._citizens.ListCitizenChanges,
            request,
            lambda answer: list(answer.changes),
        )

    @Call
    def note_fingers(
        self,
        citizen_number: str,
        fingers: Iterable[FingerException],
        context: RequestContext | None = None,
        *,
        expected_version: int = 0,
    ) -> Asked[Citizen]:
        """Note which fingers a citizen cannot show, in place of what was noted before."""
        request = citizens_pb2.NoteFingersRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            fingers=fingers,
            expected_version=expected_version,
        )
        return ask(citizens_pb2.NoteFingersResponse, self._citizens.NoteFingers, request, lambda answer: answer.citizen)

    @Call
    def merge_citizens(
        self,
        citizen_number: str,
        absorbed_citizen_number: str,
        grounds: citizens_pb2.ChangeGrounds,
        context: RequestContext | None = None,
        *,
        despite_prints: bool = False,
    ) -> Asked[Citizen]:
        """Merge two entries of one person; return the one that stays."""
        request = citizens_pb2.MergeCitizensRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            absorbed_citizen_number=absorbed_citizen_number,
            grounds=grounds,
            despite_prints=despite_prints,
        )
        return ask(
            citizens_pb2.MergeCitizensResponse, self._citizens.MergeCitizens, request, lambda answer: answer.citizen
        )

    @Call
    def split_citizen(
        self,
        citizen_number: str,
        split_citizen_number: str,
        encounter_ids: Iterable[str],
        grounds: citizens_pb2.ChangeGrounds,
        context: RequestContext | None = None,
        *,
        despite_prints: bool = False,
    ) -> Asked[Citizen]:
        """Take a merge back, with some encounters; return the one that the other was merged into."""
        request = citizens_pb2.SplitCitizenRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            split_citizen_number=split_citizen_number,
            encounter_ids=encounter_ids,
            grounds=grounds,
            despite_prints=despite_prints,
        )
        return ask(
            citizens_pb2.SplitCitizenResponse, self._citizens.SplitCitizen, request, lambda answer: answer.citizen
        )

    @Call
    def move_encounter(
        self,
        citizen_number: str,
        encounter_id: str,
        to_citizen_number: str,
        grounds: citizens_pb2.ChangeGrounds,
        context: RequestContext | None = None,
        *,
        despite_prints: bool = False,
    ) -> Asked[Citizen]:
        """Give an encounter to the citizen whose prints it holds; return who had it."""
        request = citizens_pb2.MoveEncounterRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            encounter_id=encounter_id,
            to_citizen_number=to_citizen_number,
            grounds=grounds,
            despite_prints=despite_prints,
        )
        return ask(
            citizens_pb2.MoveEncounterResponse, self._citizens.MoveEncounter, request, lambda answer: answer.citizen
        )

    @Call
    def create_virtual_number(
        self,
        citizen_number: str,
        samples: Iterable[FingerprintSample],
        context: RequestContext | None = None,
        *,
        lifetime: timedelta | None = None,
        one_time: bool = False,
    ) -> Asked[citizens_pb2.CreateVirtualNumberResponse]:
        """Have a number made by the citizen's own finger that stands for theirs. A non-match is an answer, no error."""
        request = citizens_pb2.CreateVirtualNumberRequest(
            context=context or self.new_context(), citizen_number=citizen_number, samples=samples, one_time=one_time
        )
        if lifetime is not None:
            request.lifetime.FromTimedelta(lifetime)
        return ask(citizens_pb2.CreateVirtualNumberResponse, self._citizens.CreateVirtualNumber, request)

    @Call
    def revoke_virtual_number(self, number: str, context: RequestContext | None = None) -> Asked[int]:
        """Take a virtual number back, or by a citizen number all that stand for it; return how many."""
        request = citizens_pb2.RevokeVirtualNumberRequest(context=context or self.new_context(), number=number)
        return ask(
            citizens_pb2.RevokeVirtualNumberResponse,
            self._citizens.RevokeVirtualNumber,
            request,
            lambda answer: answer.revoked,
        )

    @Call
    def virtual_numbers(
        self, citizen_number: str, purpose: Purpose, context: RequestContext | None = None
    ) -> Asked[list[citizens_pb2.VirtualNumber]]:
        """Return the virtual numbers of a citizen, by their last digits. Say what for."""
        request = citizens_pb2.ListVirtualNumbersRequest(
            context=context or self.new_context(), citizen_number=citizen_number
        )
        request.context.purpose = purpose
        return ask(
            citizens_pb2.ListVirtualNumbersResponse,
            self._citizens.ListVirtualNumbers,
            request,
            lambda answer: list(answer.virtual_numbers),
        )

    @Call
    def set_pin(
        self,
        citizen_number: str,
        samples: Iterable[FingerprintSample],
        pin: str,
        context: RequestContext | None = None,
    ) -> Asked[citizens_pb2.SetPinResponse]:
        """Set the citizen's PIN by their own finger. A non-match is an answer, no error."""
        request = citizens_pb2.SetPinRequest(
            context=context or self.new_context(), citizen_number=citizen_number, samples=samples, pin=pin
        )
        return ask(citizens_pb2.SetPinResponse, self._citizens.SetPin, request)

    @Call
    def own_history(
        self,
        citizen_number: str,
        samples: Iterable[FingerprintSample],
        context: RequestContext | None = None,
        *,
        since: datetime | None = None,
        most: int = 0,
    ) -> Asked[citizens_pb2.GetOwnHistoryResponse]:
        """Return who asked about a citizen, by their own finger, newest first. A non-match is an answer, no error."""
        request = citizens_pb2.GetOwnHistoryRequest(
            context=context or self.new_context(), citizen_number=citizen_number, samples=samples, most=most
        )
        if since is not None:
            request.since.FromDatetime(since.astimezone(UTC))
        return ask(citizens_pb2.GetOwnHistoryResponse, self._citizens.GetOwnHistory, request)

    @Call
    def lock_citizen(
        self, citizen_number: str, samples: Iterable[FingerprintSample], context: RequestContext | None = None
    ) -> Asked[citizens_pb2.LockCitizenResponse]:
        """Lock an identity by the citizen's own finger. A non-match is an answer, no error."""
        request = citizens_pb2.LockCitizenRequest(
            context=context or self.new_context(), citizen_number=citizen_number, samples=samples
        )
        return ask(citizens_pb2.LockCitizenResponse, self._citizens.LockCitizen, request)

    @Call
    def unlock_citizen(
        self, citizen_number: str, samples: Iterable[FingerprintSample], context: RequestContext | None = None
    ) -> Asked[citizens_pb2.UnlockCitizenResponse]:
        """Unlock it likewise."""
        request = citizens_pb2.UnlockCitizenRequest(
            context=context or self.new_context(), citizen_number=citizen_number, samples=samples
        )
        return ask(citizens_pb2.UnlockCitizenResponse, self._citizens.UnlockCitizen, request)
