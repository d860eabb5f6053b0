"""MOSIP is a client with a role of its own, and whatever it may not do is refused and on the record."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import UTC, datetime
from unittest.mock import MagicMock

import pytest

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import Caller, Role
from idverify.mosip.abis.operations import Operations
from idverify.mosip.abis.serving import Abis, LaterError
from idverify.ports import UNWATCHED
from tests.fakes import NoDeadline


def asked(operation: str) -> bytes:
    return json.dumps(
        {"id": operation, "version": "1.1", "requestId": "r", "requesttime": "2026-11-26T00:00:00Z", "referenceId": "x"}
    ).encode()


def abis(role: Role, performed: object = b"{}") -> Abis:
    clock, performer, foreground = MagicMock(), MagicMock(), MagicMock()
    clock.now.return_value = datetime(2026, 11, 26, tzinfo=UTC)
    foreground.working.side_effect = nullcontext
    performer.perform.side_effect = [performed]
    operations = Operations(MagicMock(), MagicMock(), MagicMock(), MagicMock(), MagicMock(), clock)
    return Abis(operations, performer, lambda: Caller("mosip", frozenset({role})), foreground, UNWATCHED)


@pytest.mark.parametrize("operation", ["mosip.abis.insert", "mosip.abis.ping", "mosip.abis.referenceCount"])
def test_another_role_may_nothing(operation: str) -> None:
    served = abis(Role.ENROLLER)
    answer = json.loads(served.answer(asked(operation), 0, NoDeadline()))
    assert (answer["returnValue"], answer["failureReason"]) == ("2", "2")
    denied: MagicMock = served.performer.audit.denied  # type: ignore[assignment]
    assert denied.call_args.args[2] is Reason.CLIENT_NOT_AUTHORIZED


def test_what_passes_is_done_later() -> None:
    with pytest.raises(LaterError, match="STORE_UNAVAILABLE"):
        abis(Role.ABIS, DomainError(Reason.STORE_UNAVAILABLE, "")).answer(asked("mosip.abis.insert"), 0, NoDeadline())


def test_what_fails_is_answered_and_keeps_nobody_waiting() -> None:
    answer = json.loads(abis(Role.ABIS, ZeroDivisionError()).answer(asked("mosip.abis.delete"), 0, NoDeadline()))
    assert answer["failureReason"] == "1"


def test_what_waits_is_counted() -> None:
    answer = json.loads(abis(Role.ABIS).answer(asked("mosip.abis.pendingJobs"), 7, NoDeadline()))
    assert answer["jobscount"] == "7"


@pytest.mark.parametrize("failure", [ZeroDivisionError(), StoredDataError("lost")])
def test_a_question_that_fails_is_answered_and_ends_no_thread(failure: Exception) -> None:
    served = abis(Role.ABIS)
    count: MagicMock = served.operations.reading.count  # type: ignore[assignment]
    count.side_effect = failure
    answer = json.loads(served.answer(asked("mosip.abis.referenceCount"), 0, NoDeadline()))
    assert answer["failureReason"] == "1"
    count.side_effect = DomainError(Reason.STORE_UNAVAILABLE, "")
    with pytest.raises(LaterError, match="STORE_UNAVAILABLE"):
        served.answer(asked("mosip.abis.referenceCount"), 0, NoDeadline())
