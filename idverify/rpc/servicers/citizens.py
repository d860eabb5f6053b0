"""CitizenService."""

from __future__ import annotations

from collections.abc import Callable

from idverify.dispatch.fair_queue import Priority
from idverify.dispatch.method import Method, Methods
from idverify.domain.model import ChangeReason, Citizen, CitizenState, Decision, PersonalData, VirtualNumber
from idverify.rpc.convert.answers import citizen_message, citizen_state_code, encoded, timestamp
from idverify.rpc.convert.citizens import (
    change_message,
    fingers_of,
    history_message,
    lifetime_of,
    state_of,
    virtual_number_message,
    why_of,
)
from idverify.rpc.convert.fields import missing, moment_of
from idverify.rpc.convert.numbers import Numbers
from idverify.rpc.convert.samples import samples_of
from idverify.rpc.convert.verified import verify_response
from idverify.rpc.methods import Request, bytes_of_samples, rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.people.changing import ChangingService, Why
from idverify.services.people.locking import LockingService
from idverify.services.people.merging import MergingService
from idverify.services.people.own_history import OwnHistory, OwnHistoryService
from idverify.services.people.pins import PinService
from idverify.services.people.virtual import VirtualNumberService
from idverify.services.verification import MOST_PROBES, Verified
from idverify.v1 import citizens_pb2 as pb


class CitizenServicer:
    """Changes citizens."""

    def __init__(
        self,
        changing: ChangingService,
        merging: MergingService,
        locking: LockingService,
        virtual: VirtualNumberService,
        pins: PinService,
        own_history: OwnHistoryService,
        numbers: Numbers,
    ) -> None:
        self._own_history = own_history
        self._numbers = numbers
        self._changing = changing
        self._virtual = virtual
        self._pins = pins
        self._merging = merging
        self._locking = locking

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "CitizenService")
        return [
            rpc(name, "CorrectPersonalData", pb.CorrectPersonalDataRequest, self.correct, needs_request_id=True),
            rpc(name, "ReplaceCitizenNumber", pb.ReplaceCitizenNumberRequest, self.renumber, needs_request_id=True),
            rpc(name, "ChangeCitizenState", pb.ChangeCitizenStateRequest, self.change_state, needs_request_id=True),
            rpc(name, "ListCitizenChanges", pb.ListCitizenChangesRequest, self.list_changes, needs_purpose=True),
            rpc(name, "NoteFingers", pb.NoteFingersRequest, self.note_fingers, needs_request_id=True),
            rpc(name, "MergeCitizens", pb.MergeCitizensRequest, self.merge, needs_request_id=True),
            rpc(name, "SplitCitizen", pb.SplitCitizenRequest, self.split, needs_request_id=True),
            rpc(name, "MoveEncounter", pb.MoveEncounterRequest, self.move, needs_request_id=True),
            _by_finger(name, "CreateVirtualNumber", pb.CreateVirtualNumberRequest, self.create_virtual_number),
            rpc(
                name,
                "RevokeVirtualNumber",
                pb.RevokeVirtualNumberRequest,
                self.revoke_virtual_number,
                needs_request_id=True,
            ),
            rpc(
                name, "ListVirtualNumbers", pb.ListVirtualNumbersRequest, self.list_virtual_numbers, needs_purpose=True
            ),
            _by_finger(name, "SetPin", pb.SetPinRequest, self.set_pin),
            _by_finger(name, "GetOwnHistory", pb.GetOwnHistoryRequest, self.get_own_history),
            _by_finger(name, "LockCitizen", pb.LockCitizenRequest, self.lock),
            _by_finger(name, "UnlockCitizen", pb.UnlockCitizenRequest, self.unlock),
        ]

    def correct(self, call: Call, request: pb.CorrectPersonalDataRequest) -> bytes:
        """Correct personal data."""
        personal = request.personal_data
        data = PersonalData(personal.full_name, personal.birth_date, personal.sex)
        return self._changing.correct(call, request.citizen_number, data, why_of(request.grounds), self._corrected)

    def renumber(self, call: Call, request: pb.ReplaceCitizenNumberRequest) -> bytes:
        """Give another number."""
        why = why_of(request.grounds)
        return self._changing.renumber(call, request.citizen_number, request.new_citizen_number, why, self._renumbered)

    def change_state(self, call: Call, request: pb.ChangeCitizenStateRequest) -> bytes:
        """Bring into another state."""
        state, why = state_of(request.state), why_of(request.grounds)
        return self._changing.change_state(call, request.citizen_number, state, why, _state_changed)

    def list_changes(self, call: Call, request: pb.ListCitizenChangesRequest) -> bytes:
        """Tell what was changed."""
        changes = self._changing.history(call, request.citizen_number)
        return encoded(pb.ListCitizenChangesResponse(changes=map(change_message, changes)))

    def note_fingers(self, call: Call, request: pb.NoteFingersRequest) -> bytes:
        """Note which fingers cannot be shown."""
        why = Why(ChangeReason.FINGERS_SEEN, expected_version=request.expected_version or None)
        return self._changing.note_fingers(call, request.citizen_number, fingers_of(request.fingers), why, _noted)

    def merge(self, call: Call, request: pb.MergeCitizensRequest) -> bytes:
        """Merge two entries of one person."""
        why, absorbed = why_of(request.grounds), request.absorbed_citizen_number
        return self._merging.merge(call, request.citizen_number, absorbed, why, request.despite_prints, _merged)

    def split(self, call: Call, request: pb.SplitCitizenRequest) -> bytes:
        """Take a merge back."""
        return self._merging.split(
            call,
            request.citizen_number,
            request.split_citizen_number,
            list(request.encounter_ids),
            why_of(request.grounds),
            request.despite_prints,
            _split,
        )

    def move(self, call: Call, request: pb.MoveEncounterRequest) -> bytes:
        """Give an encounter to another citizen."""
        return self._merging.move(
            call,
            request.citizen_number,
            request.encounter_id,
            request.to_citizen_number,
            why_of(request.grounds),
            request.despite_prints,
            _moved,
        )

    def create_virtual_number(self, call: Call, request: pb.CreateVirtualNumberRequest) -> bytes:
        """Make a number by the citizen's own finger."""
        lifetime = lifetime_of(request)
        samples = samples_of(request.samples)
        return self._virtual.create(call, request.citizen_number, samples, lifetime, request.one_time, _created)

    def revoke_virtual_number(self, call: Call, request: pb.RevokeVirtualNumberRequest) -> bytes:
        """Take numbers back."""
        return self._virtual.revoke(
            call, request.number, lambda revoked: encoded(pb.RevokeVirtualNumberResponse(revoked=revoked))
        )

    def list_virtual_numbers(self, call: Call, request: pb.ListVirtualNumbersRequest) -> bytes:
        """List numbers by their last digits."""
        numbers = self._virtual.of(call, request.citizen_number)
        return encoded(pb.ListVirtualNumbersResponse(virtual_numbers=map(virtual_number_message, numbers)))

    def set_pin(self, call: Call, request: pb.SetPinRequest) -> bytes:
        """Set a PIN by the citizen's own finger."""
        if not request.pin:
            raise missing("pin")
        return self._pins.set(call, request.citizen_number, samples_of(request.samples), request.pin, _pin_set)

    def get_own_history(self, call: Call, request: pb.GetOwnHistoryRequest) -> bytes:
        """Tell a citizen who asked about them."""
        since, samples = moment_of(request, "since"), samples_of(request.samples)
        return self._own_history.tell(call, request.citizen_number, samples, since, request.most, _history)

    def lock(self, call: Call, request: pb.LockCitizenRequest) -> bytes:
        """Lock by the citizen's own finger."""
        return self._locking.lock(call, request.citizen_number, samples_of(request.samples), _locked)

    def unlock(self, call: Call, request: pb.UnlockCitizenRequest) -> bytes:
        """Unlock likewise."""
        return self._locking.unlock(call, request.citizen_number, samples_of(request.samples), _unlocked)

    def _corrected(self, citizen: Citizen) -> bytes:
        return encoded(pb.CorrectPersonalDataResponse(citizen=self._numbers.citizen(citizen)))

    def _renumbered(self, citizen: Citizen) -> bytes:
        return encoded(pb.ReplaceCitizenNumberResponse(citizen=self._numbers.citizen(citizen)))


def _by_finger(
    service: str, name: str, request_type: type[Request], run: Callable[[Call, Request], bytes]
) -> Method[Request]:
    most = bytes_of_samples(MOST_PROBES)
    return rpc(service, name, request_type, run, needs_request_id=True, most_bytes=most, priority=Priority.COUNTER)


def _state_changed(citizen: Citizen) -> bytes:
    return encoded(pb.ChangeCitizenStateResponse(citizen=citizen_message(citizen)))


def _created(verified: Verified, made: VirtualNumber | None) -> bytes:
    answer = pb.CreateVirtualNumberResponse(verification=verify_response(verified))
    if made is not None:
        answer.virtual_number = made.number
        answer.expire_time.CopyFrom(timestamp(made.expires))
    return encoded(answer)


def _pin_set(verified: Verified) -> bytes:
    done = verified.decision is Decision.MATCH
    return encoded(pb.SetPinResponse(verification=verify_response(verified), pin_set=done))


def _history(verified: Verified, history: OwnHistory) -> bytes:
    return encoded(
        pb.GetOwnHistoryResponse(
            verification=verify_response(verified),
            entries=map(history_message, history.entries),
            more=history.more,
            older_archived=history.older_archived,
        )
    )


def _noted(citizen: Citizen) -> bytes:
    return encoded(pb.NoteFingersResponse(citizen=citizen_message(citizen)))


def _merged(citizen: Citizen) -> bytes:
    return encoded(pb.MergeCitizensResponse(citizen=citizen_message(citizen)))


def _split(citizen: Citizen) -> bytes:
    return encoded(pb.SplitCitizenResponse(citizen=citizen_message(citizen)))


def _moved(citizen: Citizen) -> bytes:
    return encoded(pb.MoveEncounterResponse(citizen=citizen_message(citizen)))


def _locked(verified: Verified, state: CitizenState) -> bytes:
    answer = verify_response(verified)
    return encoded(pb.LockCitizenResponse(verification=answer, state=citizen_state_code(state)))


def _unlocked(verified: Verified, state: CitizenState) -> bytes:
    answer = verify_response(verified)
    return encoded(pb.UnlockCitizenResponse(verification=answer, state=citizen_state_code(state)))
