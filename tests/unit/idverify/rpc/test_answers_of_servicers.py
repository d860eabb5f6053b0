"""What is told of operations and of suspects, and to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from google.rpc import code_pb2

from idverify.domain.errors import DomainError
from idverify.domain.model import Caller, FingerPosition, Likeness, Operation, OperationState, Role
from idverify.rpc.servicers import enrolment, operations
from idverify.services.prints.duplicates import Duplicates, Suspect
from idverify.v1 import enrolment_pb2, gallery_pb2

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
CLERK, TESTER = (Caller("x", frozenset({role})) for role in (Role.ADMIN, Role.TESTER))
PAIR = gallery_pb2.DuplicatePair(subject_id="a", other_subject_id="b", score=61.0, fmr_at_score=8e-7)
RESULT = gallery_pb2.FindDuplicatesResponse(pairs=[PAIR], pairs_found=1, people=2)
ENDED = Operation("7b0e", OperationState.SUCCEEDED, NOW, NOW, 2, 2, 1, RESULT.SerializeToString())


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (OperationState.RUNNING, code_pb2.OK),
        (OperationState.SUCCEEDED, code_pb2.OK),
        (OperationState.CANCELLED, code_pb2.CANCELLED),
        (OperationState.INTERRUPTED, code_pb2.ABORTED),
        (OperationState.FAILED, code_pb2.INTERNAL),
    ],
)
def test_an_operation_says_how_it_ended(state: OperationState, code: int) -> None:
    message = operations._message(replace(ENDED, state=state, result=None), CLERK)
    assert message.error.code == code
    assert message.done is (state is not OperationState.RUNNING)


@pytest.mark.parametrize(("caller", "told"), [(CLERK, False), (TESTER, True)])
def test_how_alike_people_are_is_told_to_testers_only(caller: Caller, told: bool) -> None:
    response = gallery_pb2.FindDuplicatesResponse()
    assert operations._message(ENDED, caller).response.Unpack(response)
    assert (response.pairs_found, response.people) == (1, 2)
    assert (response.pairs[0].subject_id, response.pairs[0].other_subject_id) == ("a", "b")
    assert response.pairs[0].score == (61.0 if told else 0.0)
    assert response.pairs[0].fmr_at_score == (8e-7 if told else 0.0)


@pytest.mark.parametrize("told", [True, False])
def test_suspects_come_with_figures_or_without(told: bool) -> None:
    suspect = Suspect("a", Likeness(8e-7, 61.0, 12), 1e-4, FingerPosition.RIGHT_INDEX)
    message = enrolment._found(Duplicates((suspect,), 1e-3, 7, figures_told=told), ())
    assert message is not None
    (shown,) = message.suspects
    assert (shown.subject_id, message.searched_fingers) == ("a", 7)
    assert (shown.score, shown.fmr_at_score, shown.fpir_at_score) == ((61.0, 8e-7, 1e-4) if told else (0.0, 0.0, 0.0))


def test_nothing_is_told_of_a_check_that_was_not_made() -> None:
    assert enrolment._found(None, ()) is None


def test_a_duplicate_check_is_one_of_those_there_are() -> None:
    assert enrolment._check(enrolment_pb2.DUPLICATE_CHECK_SKIP).name == "SKIP"
    with pytest.raises(DomainError, match="duplicate_check"):
        enrolment._check(99)
