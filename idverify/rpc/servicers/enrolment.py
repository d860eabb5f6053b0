"""EnrolmentService."""

from __future__ import annotations

from collections.abc import Sequence

from idverify.dispatch.fair_queue import Priority
from idverify.dispatch.method import Methods
from idverify.domain.citizen_number import CitizenNumber
from idverify.domain.model import Act, DuplicateCheck, FingerException, PersonalData
from idverify.domain.model.enrolling import Besides, SlapPosition
from idverify.rpc.convert.answers import citizen_message, encoded, encounter_message, position_code
from idverify.rpc.convert.citizens import fingers_of
from idverify.rpc.convert.enrolling import LONGEST_PROFILE, slaps_of, taken_message
from idverify.rpc.convert.fields import LONGEST_SUBJECT_ID, known_enum, missing, text
from idverify.rpc.convert.numbers import Numbers, warning_messages
from idverify.rpc.convert.samples import samples_of
from idverify.rpc.methods import bytes_of_samples, rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.citizens import CitizenService, Deleted
from idverify.services.enrolment import MOST_ENROLLED_SAMPLES, Added, Enrolled, EnrolmentService
from idverify.services.prints.duplicates import Duplicates, Suspect
from idverify.services.prints.same_finger import SameFinger
from idverify.v1 import enrolment_pb2 as pb


class EnrolmentServicer:
    """Enrols, reads and deletes citizens."""

    def __init__(self, enrolment: EnrolmentService, citizens: CitizenService, numbers: Numbers) -> None:
        self._enrolment = enrolment
        self._citizens = citizens
        self._numbers = numbers

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "EnrolmentService")
        most = bytes_of_samples(MOST_ENROLLED_SAMPLES + len(SlapPosition))
        return [
            rpc(
                name,
                "EnrolCitizen",
                pb.EnrolCitizenRequest,
                self.enrol_citizen,
                needs_request_id=True,
                most_bytes=most,
                priority=Priority.BATCH,
            ),
            rpc(
                name,
                "AddFingerprints",
                pb.AddFingerprintsRequest,
                self.add_fingerprints,
                needs_request_id=True,
                most_bytes=most,
                priority=Priority.BATCH,
            ),
            rpc(name, "GetCitizen", pb.GetCitizenRequest, self.get_citizen, needs_purpose=True),
            rpc(
                name,
                "ListCitizens",
                pb.ListCitizensRequest,
                self.list_citizens,
                needs_purpose=True,
                act=lambda _: Act.EXPORT,
            ),
            rpc(
                name,
                "DeleteCitizen",
                pb.DeleteCitizenRequest,
                self.delete_citizen,
                needs_request_id=True,
                act=lambda _: Act.ERASE,
                citizen_number=lambda request: request.citizen_number,
            ),
        ]

    def enrol_citizen(self, call: Call, request: pb.EnrolCitizenRequest) -> bytes:
        """Enrol a citizen."""
        personal = request.personal_data
        check = _check(request.duplicate_check)
        besides = _besides(request, fingers_of(request.finger_exceptions, "finger_exceptions"))
        data = PersonalData(personal.full_name, personal.birth_date, personal.sex)
        return self._enrolment.enrol(
            call, request.citizen_number, data, samples_of(request.samples), self._enrolled, check, besides
        )

    def add_fingerprints(self, call: Call, request: pb.AddFingerprintsRequest) -> bytes:
        """Add an encounter."""
        check = _check(request.duplicate_check)
        return self._enrolment.add(
            call, request.citizen_number, samples_of(request.samples), _added, check, _besides(request)
        )

    def get_citizen(self, call: Call, request: pb.GetCitizenRequest) -> bytes:
        """Return a citizen by either key."""
        match request.WhichOneof("key"):
            case "citizen_number":
                citizen = self._citizens.get(call, citizen_number=request.citizen_number, subject_id=None)
            case "subject_id":
                subject_id = text(request.subject_id, "subject_id", LONGEST_SUBJECT_ID)
                citizen = self._citizens.get(call, citizen_number=None, subject_id=subject_id)
            case _:
                raise missing("key")
        facts = self._numbers.facts(CitizenNumber(citizen.citizen_number))
        return encoded(pb.GetCitizenResponse(citizen=self._numbers.citizen(citizen), number_facts=facts))

    def list_citizens(self, call: Call, request: pb.ListCitizensRequest) -> bytes:
        """Return a page of citizens."""
        citizens, token = self._citizens.page(call, request.page_size, request.page_token)
        return encoded(
            pb.ListCitizensResponse(citizens=[citizen_message(citizen) for citizen in citizens], next_page_token=token)
        )

    def delete_citizen(self, call: Call, request: pb.DeleteCitizenRequest) -> bytes:
        """Delete a citizen."""
        return self._citizens.delete(call, request.citizen_number, _deleted)

    def _enrolled(self, enrolled: Enrolled) -> bytes:
        return encoded(
            pb.EnrolCitizenResponse(
                subject_id=enrolled.subject_id,
                encounter=encounter_message(enrolled.encounter),
                warnings=enrolled.warnings,
                duplicate_check_result=_found(enrolled.duplicates, enrolled.same_fingers),
                number_facts=self._numbers.facts(enrolled.number),
                taken_impressions=map(taken_message, enrolled.taken),
                number_warnings=warning_messages(enrolled.warnings),
            )
        )


def _besides(
    request: pb.EnrolCitizenRequest | pb.AddFingerprintsRequest, fingers: tuple[FingerException, ...] = ()
) -> Besides:
    return Besides(slaps_of(request.slaps), fingers, text(request.profile, "profile", LONGEST_PROFILE))


def _check(value: int) -> DuplicateCheck:
    return _CHECKS[known_enum(value, pb.DuplicateCheck, "duplicate_check")]


_CHECKS: dict[int, DuplicateCheck] = {
    pb.DUPLICATE_CHECK_UNSPECIFIED: DuplicateCheck.REFUSE,
    pb.DUPLICATE_CHECK_REFUSE: DuplicateCheck.REFUSE,
    pb.DUPLICATE_CHECK_REPORT: DuplicateCheck.REPORT,
    pb.DUPLICATE_CHECK_SKIP: DuplicateCheck.SKIP,
}


def _found(duplicates: Duplicates | None, same: Sequence[SameFinger]) -> pb.DuplicateCheckResult | None:
    if duplicates is None:
        return None
    return pb.DuplicateCheckResult(
        suspects=[
            pb.SuspectedDuplicate(
                subject_id=suspect.subject_id,
                finger_position=position_code(suspect.position),
                **_figures(suspect, duplicates),
            )
            for suspect in duplicates.suspects
        ],
        target_fpir=duplicates.target_fpir,
        searched_fingers=duplicates.searched_fingers,
        same_fingers=[
            pb.SameFinger(
                finger_position=position_code(finger.position),
                other_position=position_code(finger.other),
                enrolled=finger.other_sample is None,
            )
            for finger in same
        ],
    )


def _figures(suspect: Suspect, found: Duplicates) -> dict[str, float]:
    if not found.figures_told:
        return {}
    likeness = suspect.likeness
    return {"score": likeness.score, "fmr_at_score": likeness.fmr, "fpir_at_score": suspect.fpir}


def _added(added: Added) -> bytes:
    return encoded(
        pb.AddFingerprintsResponse(
            subject_id=added.subject_id,
            encounter=encounter_message(added.encounter),
            duplicate_check_result=_found(added.duplicates, added.same_fingers),
            taken_impressions=map(taken_message, added.taken),
        )
    )


def _deleted(deleted: Deleted) -> bytes:
    return encoded(pb.DeleteCitizenResponse(subject_id=deleted.subject_id, removed_templates=deleted.removed_templates))
