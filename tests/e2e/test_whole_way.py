"""Enrol, verify, identify, disclose, read the trail, delete: over a real socket."""

from __future__ import annotations

import base64
import hashlib
import json

import grpc
import pytest

from idverify.v1 import (
    assertions_pb2,
    audit_pb2,
    biometrics_pb2,
    enrolment_pb2,
    procedures_pb2,
    records_pb2,
    types_pb2,
    verification_pb2,
)
from tests.e2e.harness import NUMBER, OTHER_NUMBER, PROCEDURE, context, enrolment, print_of, refusal
from tests.e2e.stubs import TESTING, Stubs

pytestmark = pytest.mark.every_database

RESIDENCE = json.dumps(
    {
        "permanent_address": {"province": "Bắc Ninh", "commune": "Phường Kinh Bắc"},
        "household_head": "Nguyễn Văn Thử",
    }
)


def _verify(who: str, **fields: str) -> verification_pb2.VerifyRequest:
    return verification_pb2.VerifyRequest(
        context=context(**fields), citizen_number=NUMBER, samples=[print_of(f"{who}/RIGHT_INDEX/60")]
    )


def _put(expected_version: int = 0) -> records_pb2.PutRecordRequest:
    return records_pb2.PutRecordRequest(
        context=context(),
        citizen_number=NUMBER,
        record_type="residence",
        json=RESIDENCE,
        expected_version=expected_version,
    )


def test_enrolled_is_verifiable_and_findable_at_once(stubs: Stubs) -> None:
    enrolled = stubs.enrolment.EnrolCitizen(enrolment())
    assert [i.finger_position for i in enrolled.encounter.impressions] == [
        types_pb2.FINGER_POSITION_RIGHT_INDEX,
        types_pb2.FINGER_POSITION_LEFT_INDEX,
    ]
    said = enrolled.number_facts
    assert (said.province_code, said.province_name, said.province_until) == ("027", "Bắc Ninh", "")
    assert (said.birth_year, said.sex) == (1999, "F")
    by_number = enrolment_pb2.GetCitizenRequest(context=TESTING, citizen_number=NUMBER)
    assert stubs.enrolment.GetCitizen(by_number).number_facts == said
    match = stubs.verification.Verify(_verify("alice", transaction_id="T-1"))
    assert match.decision == types_pb2.DECISION_MATCH
    assert match.transaction_id == "T-1"
    assert not match.HasField("disclosure")
    stranger = stubs.verification.Verify(_verify("mallory"))
    assert stranger.decision == types_pb2.DECISION_NO_MATCH
    assert list(stranger.next_best_fingers) == [types_pb2.FINGER_POSITION_LEFT_INDEX]
    found = stubs.verification.Identify(
        verification_pb2.IdentifyRequest(context=context(), sample=print_of("alice/LEFT_INDEX/50", ""))
    )
    assert [c.subject_id for c in found.candidates] == [enrolled.subject_id]
    assert found.candidates[0].finger_position == types_pb2.FINGER_POSITION_LEFT_INDEX
    assert found.searched_fingers == 2
    nobody = stubs.verification.Identify(
        verification_pb2.IdentifyRequest(context=context(), sample=print_of("mallory/LEFT_INDEX/50", ""))
    )
    assert (list(nobody.candidates), nobody.decision) == ([], types_pb2.DECISION_NO_MATCH)


def test_a_match_for_a_procedure_discloses_what_it_may_see(stubs: Stubs) -> None:
    stubs.enrolment.EnrolCitizen(enrolment())
    procedure = stubs.procedures.GetProcedure(procedures_pb2.GetProcedureRequest(code=PROCEDURE)).procedure
    answer = stubs.verification.Verify(_verify("alice", procedure_code=PROCEDURE))
    required = {access.record_type for access in procedure.records if access.required}
    assert {item.record_type for item in answer.disclosure.missing_records} == required - {"identity"}
    optional = {item.paper for item in answer.disclosure.missing_optional_records}
    told = [*answer.disclosure.replaced_papers, *optional, *(item.paper for item in answer.disclosure.missing_records)]
    assert optional
    assert sorted(told) == sorted(access.replaced_paper for access in procedure.records)
    (identity,) = answer.disclosure.records
    assert identity.source == types_pb2.RECORD_SOURCE_ENROLMENT
    assert json.loads(identity.json)["full_name"] == "Nguyễn Thị Thử"
    assert "nationality" in identity.absent_fields
    assert answer.disclosure.assertion.jwt.count(".") == 2
    keys = stubs.assertions.GetKeySet(assertions_pb2.GetKeySetRequest())
    assert keys.active_key_id in {key["kid"] for key in json.loads(keys.jwks_json)["keys"]}
    assert stubs.verification.Verify(_verify("mallory", procedure_code=PROCEDURE)).HasField("disclosure") is False


def test_deleted_means_gone(stubs: Stubs) -> None:
    enrolled = stubs.enrolment.EnrolCitizen(enrolment())
    gone = stubs.enrolment.DeleteCitizen(enrolment_pb2.DeleteCitizenRequest(context=context(), citizen_number=NUMBER))
    assert (gone.subject_id, gone.removed_templates) == (enrolled.subject_id, 2)
    assert refusal(stubs.verification.Verify, _verify("alice")).reason == "SUBJECT_NOT_FOUND"
    found = stubs.verification.Identify(
        verification_pb2.IdentifyRequest(context=context(), sample=print_of("alice/RIGHT_INDEX/50"))
    )
    assert (list(found.candidates), found.searched_fingers) == ([], 0)
    by_id = enrolment_pb2.GetCitizenRequest(context=TESTING, subject_id=enrolled.subject_id)
    assert refusal(stubs.enrolment.GetCitizen, by_id).code is grpc.StatusCode.NOT_FOUND
    assert "DeleteCitizen:DELETED" in stubs.outcomes()


def test_samples_alone(stubs: Stubs) -> None:
    extracted = stubs.biometrics.ExtractTemplate(
        biometrics_pb2.ExtractTemplateRequest(sample=print_of("a/RIGHT_INDEX/60", ""))
    )
    assert extracted.iso_19794_2_2005.startswith(b"FMR")
    poor = stubs.biometrics.CheckQuality(biometrics_pb2.CheckQualityRequest(sample=print_of("a/RIGHT_INDEX/3")))
    assert (poor.quality.usable, list(poor.quality.advice)) == (False, [types_pb2.CAPTURE_ADVICE_SMALL_AREA])
    compared = stubs.biometrics.CompareSamples(
        biometrics_pb2.CompareSamplesRequest(
            probe=print_of("a/RIGHT_INDEX/60"), reference=print_of("a/RIGHT_INDEX/70"), target_fmr=1e-3
        )
    )
    assert (compared.decision, compared.operating_point.target_fmr) == (types_pb2.DECISION_MATCH, 1e-3)


def test_records_are_kept_in_versions(stubs: Stubs) -> None:
    stubs.enrolment.EnrolCitizen(enrolment())
    types = stubs.records.ListRecordTypes(records_pb2.ListRecordTypesRequest()).record_types
    assert "residence" in {kind.code for kind in types}
    get = records_pb2.GetRecordRequest(context=TESTING, citizen_number=NUMBER, record_type="residence")
    assert refusal(stubs.records.GetRecord, get).reason == "RECORD_NOT_FOUND"
    put = _put(expected_version=3)
    found = refusal(stubs.records.PutRecord, put)
    assert (found.code, found.reason) == (grpc.StatusCode.ABORTED, "VERSION_MISMATCH")
    assert found.metadata["current_version"] == "0"
    first = stubs.records.PutRecord(_put()).record
    assert (first.version, json.loads(first.json)["household_head"]) == (1, "Nguyễn Văn Thử")
    assert stubs.records.PutRecord(_put(expected_version=1)).record.version == 2
    assert stubs.records.GetRecord(get).record.version == 2


def test_a_disclosed_record_is_reduced_and_its_digest_signed(stubs: Stubs) -> None:
    stubs.enrolment.EnrolCitizen(enrolment())
    stubs.records.PutRecord(_put())
    procedure = stubs.procedures.GetProcedure(procedures_pb2.GetProcedureRequest(code=PROCEDURE)).procedure
    (access,) = [access for access in procedure.records if access.record_type == "residence"]
    disclosure = stubs.verification.Verify(_verify("alice", procedure_code=PROCEDURE)).disclosure
    (record,) = [record for record in disclosure.records if record.record_type == "residence"]
    assert set(json.loads(record.json)) == set(access.fields) & set(json.loads(RESIDENCE))
    assert record.sha256 == hashlib.sha256(record.json.encode()).hexdigest()
    assert record.source == types_pb2.RECORD_SOURCE_REGISTER
    assert access.replaced_paper in disclosure.replaced_papers
    payload = disclosure.assertion.jwt.split(".")[1]
    assert record.sha256 in base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()


def test_a_record_of_another_person_is_refused_or_disputed_and_never_disclosed(stubs: Stubs) -> None:
    stubs.enrolment.EnrolCitizen(enrolment())
    identity = {"citizen_number": OTHER_NUMBER, "full_name": "NGUYỄN THỊ THỬ", "birth_date": "1999-05-01", "sex": "F"}
    put = records_pb2.PutRecordRequest(
        context=context(),
        citizen_number=NUMBER,
        record_type="identity",
        json=json.dumps(identity | {"nationality": "Việt Nam"}),
    )
    found = refusal(stubs.records.PutRecord, put)
    assert (found.code, found.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "RECORD_DISAGREES")
    assert found.metadata["fields"] == "citizen_number"
    assert OTHER_NUMBER not in found.message
    put.context.CopyFrom(context())
    put.store_disputed = True
    assert list(stubs.records.PutRecord(put).record.disputed_fields) == ["citizen_number"]
    disclosure = stubs.verification.Verify(_verify("alice", procedure_code=PROCEDURE)).disclosure
    assert [d.record_type for d in disclosure.disputed_records] == ["identity"]
    assert "identity" in {m.record_type for m in disclosure.missing_records}
    assert OTHER_NUMBER not in str(disclosure)


def test_the_trail_tells_everything_and_holds(stubs: Stubs) -> None:
    stubs.enrolment.EnrolCitizen(enrolment(officer_id="cb-07"))
    stubs.verification.Verify(_verify("alice", dossier_code="H05.12-260105-0001"))
    events = stubs.trail()
    assert [f"{e.action}:{e.outcome}" for e in events] == ["EnrolCitizen:ENROLLED", "Verify:MATCH"]
    assert {e.caller for e in events} == {"local-insecure"}
    assert json.loads(events[0].context_json)["officer_id"] == "cb-07"
    assert json.loads(events[1].context_json)["dossier_code"] == "H05.12-260105-0001"
    assert NUMBER not in str(events)
    check = stubs.audit.CheckAuditTrail(audit_pb2.CheckAuditTrailRequest())
    assert (check.intact, check.events, check.head_hash) == (True, 2, events[-1].hash)


def test_citizens_are_listed_page_by_page(stubs: Stubs) -> None:
    for index in range(3):
        stubs.enrolment.EnrolCitizen(enrolment(f"02719900000{index}", f"person{index}"))
    first = stubs.enrolment.ListCitizens(enrolment_pb2.ListCitizensRequest(context=TESTING, page_size=2))
    second = stubs.enrolment.ListCitizens(
        enrolment_pb2.ListCitizensRequest(context=TESTING, page_size=2, page_token=first.next_page_token)
    )
    assert [c.citizen_number[-1] for c in (*first.citizens, *second.citizens)] == ["0", "1", "2"]
    assert second.next_page_token == ""
