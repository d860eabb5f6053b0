"""How a step is bound to the one before, and what comes next."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.assurance import Factor
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import (
    Action,
    Advice,
    Capture,
    Features,
    FingerPosition,
    NextStep,
    Outcome,
    Quality,
    RequestContext,
    StepTaken,
    Transaction,
)
from idverify.domain.transactions import following_step, next_step, require_at, require_same_context
from tests.service_kit import refused

NOW = datetime(2026, 3, 4, tzinfo=UTC)
CONTEXT = RequestContext(procedure_code="1.001193", officer_id="CB-1")
OPEN = Transaction("t", "counter", CONTEXT, "n", "0a", NOW, NOW + timedelta(minutes=15), 1, wanted=(FingerPosition(2),))


def test_a_step_is_the_digest_that_the_docs_describe() -> None:
    content = bytes.fromhex("0a") + b"\0\0\0\x06Verify" + b"\0\0\0\x02\x01\x02"
    assert following_step("0a", "Verify", b"\x01\x02") == hashlib.sha256(content).hexdigest()


@given(st.binary(max_size=8), st.binary(max_size=8), st.sampled_from(["AddCapture", "GiveConsent"]))
def test_other_requests_lead_to_other_steps(one: bytes, other: bytes, method: str) -> None:
    assert (following_step("", method, one) == following_step("", method, other)) == (one == other)


def test_a_later_context_may_leave_out_what_is_known() -> None:
    stated = RequestContext(request_id="r", officer_id="CB-1", transaction_id="made up")
    assert require_same_context(OPEN, stated) == replace(CONTEXT, request_id="r")


@pytest.mark.parametrize(
    "field", ["procedure_code", "dossier_code", "agency_code", "officer_id", "counter_id", "purpose"]
)
def test_a_later_context_says_nothing_else(field: str) -> None:
    with pytest.raises(DomainError) as caught:
        require_same_context(OPEN, RequestContext(**{field: "another"}))
    assert caught.value.reason is Reason.TRANSACTION_MISMATCH
    assert caught.value.metadata["field"] == f"context.{field}"


def test_until_its_time_is_over_it_takes_the_next_step() -> None:
    shown = StepTaken("t", "n", "0a")
    require_at(OPEN, shown, OPEN.expires - timedelta(microseconds=1))
    with refused(Reason.TRANSACTION_EXPIRED):
        require_at(OPEN, shown, OPEN.expires)
    with refused(Reason.TRANSACTION_ENDED):
        require_at(replace(OPEN, outcome=Outcome.ABANDONED), shown, NOW)
    with refused(Reason.TRANSACTION_MISMATCH):
        require_at(OPEN, replace(shown, nonce="ñ"), NOW)


def test_what_comes_next() -> None:
    assert next_step(OPEN, consent_needed=True, advice=[Advice.TOO_DRY]).advice == (Advice.TOO_DRY,)
    assert next_step(OPEN, consent_needed=True).finger is FingerPosition.RIGHT_INDEX
    assert next_step(replace(OPEN, stopped=True), consent_needed=True).action is Action.STOP
    assert next_step(replace(OPEN, outcome=Outcome.EXPIRED), consent_needed=True).action is Action.DONE
    assert next_step(replace(OPEN, wanted=()), consent_needed=False).finger is None


def test_what_only_fields_need_comes_last_and_may_be_passed() -> None:
    features = Features(FingerPosition.RIGHT_INDEX, b"", Quality(80, "q", 40, (), usable=True), "e")
    taken = replace(OPEN, captures=(Capture(features, ""),))
    pin, card = (Factor.PIN,), (Factor.IDENTITY_CARD,)
    assert next_step(taken, consent_needed=True, of_use=pin).action is Action.CONSENT
    assert next_step(taken, consent_needed=False, of_use=card) == NextStep(Action.READ_CARD, may_be_passed=True)
    assert next_step(taken, consent_needed=False, missing=pin, of_use=card) == NextStep(Action.ENTER_PIN)


def test_when_all_were_tried_the_best_is_tried_again() -> None:
    tried = replace(OPEN, tried=OPEN.wanted)
    assert next_step(tried, consent_needed=False).finger is FingerPosition.RIGHT_INDEX
