"""What may change about a citizen, through a real server and the client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from idverify.client import Client, ServiceError
from idverify.v1 import citizens_pb2 as pb
from idverify.v1.enrolment_pb2 import (
    CITIZEN_STATE_ACTIVE,
    CITIZEN_STATE_DECEASED,
    CITIZEN_STATE_LOCKED,
    CITIZEN_STATE_MERGED,
    DUPLICATE_CHECK_REPORT,
    FINGER_FAULT_BANDAGED,
    CitizenState,
    FingerException,
    PersonalData,
)
from idverify.v1.types_pb2 import (
    DECISION_MATCH,
    DECISION_NO_MATCH,
    FINGER_POSITION_LEFT_INDEX,
    PURPOSE_TEST,
    FingerprintSample,
)
from tests.e2e.harness import NUMBER, OTHER_NUMBER, PROCEDURE, RunningServer, enrolment, print_of

pytestmark = pytest.mark.every_database

LAW = pb.ChangeGrounds(reason=pb.CHANGE_REASON_LEGAL_CHANGE, grounds="QĐ 12/2026")
REISSUED = pb.ChangeGrounds(reason=pb.CHANGE_REASON_NUMBER_REISSUED)
DEATH = pb.ChangeGrounds(reason=pb.CHANGE_REASON_DEATH_REGISTERED)
RENAMED = PersonalData(full_name="Nguyễn Thị Thử Mới", birth_date="1999-05-01", sex="F")


@pytest.fixture
def client(server: RunningServer) -> Iterator[Client]:
    """A client of a server that knows Alice."""
    with Client(server.address) as made:
        request = enrolment()
        made.enrol(NUMBER, request.personal_data, request.samples)
        yield made


def shown(quality: int) -> list[FingerprintSample]:
    return [print_of(f"alice/RIGHT_INDEX/{quality}")]


def reason(error: pytest.ExceptionInfo[ServiceError]) -> tuple[str, str]:
    return error.value.code.name, error.value.reason


def test_a_correction_serves_the_next_verification(client: Client) -> None:
    changed = client.correct_personal_data(NUMBER, RENAMED, LAW)
    assert (changed.personal_data, changed.version, changed.state) == (RENAMED, 2, CITIZEN_STATE_ACTIVE)
    answer = client.verify(NUMBER, shown(80), client.new_context(procedure=PROCEDURE))
    (identity,) = answer.disclosure.records
    assert (json.loads(identity.json)["full_name"], identity.version) == ("Nguyễn Thị Thử Mới", 2)
    (change,) = client.citizen_changes(NUMBER, PURPOSE_TEST)
    assert (change.version, change.reason, change.grounds) == (2, pb.CHANGE_REASON_LEGAL_CHANGE, "QĐ 12/2026")
    assert change.before.personal_data.full_name == "Nguyễn Thị Thử"
    assert change.after == pb.CitizenStanding(personal_data=RENAMED, citizen_number=NUMBER, state=CITIZEN_STATE_ACTIVE)
    with pytest.raises(ServiceError) as error:
        client.correct_personal_data(NUMBER, RENAMED, LAW)
    assert reason(error) == ("INVALID_ARGUMENT", "NOTHING_TO_CHANGE")


def test_a_repeated_correction_is_one(client: Client) -> None:
    context = client.new_context()
    first = client.correct_personal_data(NUMBER, RENAMED, LAW, context)
    assert client.correct_personal_data(NUMBER, RENAMED, LAW, context) == first
    assert len(client.citizen_changes(NUMBER, PURPOSE_TEST)) == 1


def test_the_old_number_leads_to_the_person_and_says_so(client: Client) -> None:
    changed = client.replace_citizen_number(NUMBER, OTHER_NUMBER, REISSUED)
    assert (changed.citizen_number, list(changed.former_citizen_numbers)) == (OTHER_NUMBER, [NUMBER])
    old, new = client.verify(NUMBER, shown(80)), client.verify(OTHER_NUMBER, shown(81))
    assert (old.decision, old.number_superseded) == (DECISION_MATCH, True)
    assert (new.decision, new.number_superseded) == (DECISION_MATCH, False)
    assert client.get_citizen(NUMBER, purpose=PURPOSE_TEST).citizen_number == OTHER_NUMBER


def test_a_death_holds_from_the_next_call_on(client: Client) -> None:
    assert client.change_citizen_state(NUMBER, CITIZEN_STATE_DECEASED, DEATH).state == CITIZEN_STATE_DECEASED
    with pytest.raises(ServiceError) as error:
        client.verify(NUMBER, shown(80))
    assert reason(error) == ("FAILED_PRECONDITION", "SUBJECT_DECEASED")
    with pytest.raises(ServiceError) as error:
        client.change_citizen_state(NUMBER, CITIZEN_STATE_DECEASED, DEATH)
    assert reason(error) == ("FAILED_PRECONDITION", "CITIZEN_STATE_UNFIT")
    mistake = pb.ChangeGrounds(reason=pb.CHANGE_REASON_RECORDING_ERROR)
    client.change_citizen_state(NUMBER, CITIZEN_STATE_ACTIVE, mistake)
    assert client.verify(NUMBER, shown(81)).decision == DECISION_MATCH


def test_a_citizen_locks_and_unlocks_by_their_own_finger(client: Client) -> None:
    stranger = client.lock_citizen(NUMBER, [print_of("mallory/RIGHT_INDEX/80")])
    assert (stranger.verification.decision, stranger.state) == (DECISION_NO_MATCH, CITIZEN_STATE_ACTIVE)
    assert client.lock_citizen(NUMBER, shown(80)).state == CITIZEN_STATE_LOCKED
    with pytest.raises(ServiceError) as error:
        client.verify(NUMBER, shown(81))
    assert reason(error) == ("FAILED_PRECONDITION", "AUTH_LOCKED_BY_SUBJECT")
    assert client.unlock_citizen(NUMBER, shown(82)).state == CITIZEN_STATE_ACTIVE
    assert client.verify(NUMBER, shown(83)).decision == DECISION_MATCH


def test_a_citizen_is_told_who_asked_about_them(client: Client) -> None:
    client.verify(NUMBER, shown(80), client.new_context(procedure=PROCEDURE))
    answer = client.own_history(NUMBER, shown(81), since=datetime.now(UTC) - timedelta(days=1))
    verify = answer.entries[1]
    assert (verify.action, verify.procedure_code, verify.action_vi) == ("Verify", PROCEDURE, "Xác minh công dân")
    assert verify.outcome == pb.HISTORY_OUTCOME_CONFIRMED
    assert (answer.more, answer.older_archived) == (False, False)
    stranger = client.own_history(NUMBER, [print_of("mallory/RIGHT_INDEX/80")])
    assert (stranger.verification.decision, len(stranger.entries)) == (DECISION_NO_MATCH, 0)
    with pytest.raises(ServiceError) as error:
        client.own_history(NUMBER, shown(82), most=1001)
    assert error.value.metadata["field"] == "most"


@pytest.mark.parametrize(
    ("state", "grounds", "field"),
    [
        (CITIZEN_STATE_LOCKED, DEATH, "state"),
        (CITIZEN_STATE_MERGED, DEATH, "state"),
        (0, DEATH, "state"),
        (17, DEATH, "state"),
        (CITIZEN_STATE_DECEASED, pb.ChangeGrounds(), "grounds.reason"),
        (CITIZEN_STATE_DECEASED, pb.ChangeGrounds(reason=77), "grounds.reason"),  # type: ignore[arg-type]
        (CITIZEN_STATE_DECEASED, pb.ChangeGrounds(reason=7, grounds="x" * 201), "grounds.grounds"),  # type: ignore[arg-type]
        (CITIZEN_STATE_DECEASED, LAW, "reason"),
    ],
)
def test_what_is_asked_wrongly_names_its_field(
    client: Client, state: CitizenState, grounds: pb.ChangeGrounds, field: str
) -> None:
    with pytest.raises(ServiceError) as error:
        client.change_citizen_state(NUMBER, state, grounds)
    assert error.value.metadata["field"] == field
    assert client.get_citizen(NUMBER, purpose=PURPOSE_TEST).state == CITIZEN_STATE_ACTIVE


def test_one_person_under_two_numbers_is_merged_and_parted_again(client: Client) -> None:
    request = enrolment(OTHER_NUMBER)
    client.enrol(OTHER_NUMBER, request.personal_data, request.samples, duplicate_check=DUPLICATE_CHECK_REPORT)
    mistake = pb.ChangeGrounds(reason=pb.CHANGE_REASON_RECORDING_ERROR, grounds="biên bản 3")
    kept = client.merge_citizens(NUMBER, OTHER_NUMBER, mistake)
    assert (list(kept.former_citizen_numbers), len(kept.encounters)) == ([OTHER_NUMBER], 2)
    answer = client.verify(OTHER_NUMBER, shown(80))
    assert (answer.decision, answer.number_superseded) == (DECISION_MATCH, True)
    assert [c.subject_id for c in client.identify(shown(81)).candidates] == [kept.subject_id]
    absorbed = client.get_citizen(subject_id=kept.absorbed_subject_ids[0], purpose=PURPOSE_TEST)
    assert (absorbed.state, absorbed.merged_into_subject_id) == (CITIZEN_STATE_MERGED, kept.subject_id)
    theirs = [kept.encounters[1].encounter_id]
    with pytest.raises(ServiceError) as error:
        client.split_citizen(NUMBER, OTHER_NUMBER, theirs, mistake)
    assert reason(error) == ("FAILED_PRECONDITION", "PRINTS_CONTRADICT")
    alone = client.split_citizen(NUMBER, OTHER_NUMBER, theirs, mistake, despite_prints=True)
    assert (list(alone.absorbed_subject_ids), len(alone.encounters)) == ([], 1)
    own = client.get_citizen(OTHER_NUMBER, purpose=PURPOSE_TEST)
    assert (own.subject_id, own.state) == (absorbed.subject_id, CITIZEN_STATE_ACTIVE)
    moved = client.move_encounter(OTHER_NUMBER, theirs[0], NUMBER, mistake)
    assert list(moved.encounters) == []


def test_a_virtual_number_stands_for_the_citizens_until_it_ends(client: Client) -> None:
    stranger = client.create_virtual_number(NUMBER, [print_of("mallory/RIGHT_INDEX/80")])
    assert (stranger.verification.decision, stranger.virtual_number) == (DECISION_NO_MATCH, "")
    once = client.create_virtual_number(NUMBER, shown(80), one_time=True, lifetime=timedelta(hours=1))
    lasting = client.create_virtual_number(NUMBER, shown(81))
    assert once.virtual_number != lasting.virtual_number
    assert {len(once.virtual_number), len(lasting.virtual_number)} == {16}
    answer = client.verify(once.virtual_number, shown(82), client.new_context(procedure=PROCEDURE))
    assert (answer.decision, answer.number_superseded) == (DECISION_MATCH, False)
    with pytest.raises(ServiceError) as error:
        client.verify(once.virtual_number, shown(83))
    assert reason(error) == ("FAILED_PRECONDITION", "VIRTUAL_NUMBER_USED")
    assert client.get_citizen(lasting.virtual_number, purpose=PURPOSE_TEST).citizen_number == NUMBER
    used, valid = client.virtual_numbers(NUMBER, PURPOSE_TEST)
    assert (used.last_digits, used.HasField("use_time")) == (once.virtual_number[-4:], True)
    assert (valid.one_time, valid.HasField("revoke_time")) == (False, False)
    assert client.revoke_virtual_number(lasting.virtual_number) == 1
    with pytest.raises(ServiceError) as error:
        client.verify(lasting.virtual_number, shown(84))
    assert reason(error) == ("FAILED_PRECONDITION", "VIRTUAL_NUMBER_REVOKED")
    with pytest.raises(ServiceError) as error:
        client.create_virtual_number(NUMBER, shown(85), lifetime=timedelta(days=400))
    assert error.value.metadata["field"] == "lifetime"


def test_a_bandaged_finger_is_not_asked_for(client: Client) -> None:
    bandage = FingerException(
        finger_position=FINGER_POSITION_LEFT_INDEX, fault=FINGER_FAULT_BANDAGED, until="2999-12-31"
    )
    noted = client.note_fingers(NUMBER, [bandage])
    assert list(noted.finger_exceptions) == [bandage]
    assert list(client.verify(NUMBER, [print_of("mallory/RIGHT_INDEX/80")]).next_best_fingers) == []
    (change,) = client.citizen_changes(NUMBER, PURPOSE_TEST)
    assert list(change.after.finger_exceptions) == [bandage]
    for field, value in (("until", "2999-2-1"), ("until", "20991231"), ("fault", 0), ("finger_position", 0)):
        wrong = FingerException()
        wrong.CopyFrom(bandage)
        setattr(wrong, field, value)
        with pytest.raises(ServiceError) as error:
            client.note_fingers(NUMBER, [wrong])
        assert error.value.metadata["field"] == f"fingers[0].{field}"
