"""What a procedure may see once more: while the assertion lives, by the same decision, from the records of now."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.errors import Reason
from idverify.domain.model import (
    ChangeReason,
    CitizenState,
    Disclosed,
    Entitlement,
    Ground,
    Verdict,
)
from idverify.services.calls.call import Call
from idverify.services.counter.live import Shown
from tests.fakes import sample
from tests.service_kit import AN, BINH, BIRTH, BUSINESS, RESIDENCE, Answers, World, encode, refused, told
from tests.unit.idverify.services.counter.counter_kit import Counter

AGENCY = "H05.12"


class Desk:
    """A counter at which An was verified."""

    def __init__(self, folder: Path) -> None:
        self.quality = 70
        self.world = World(folder)
        self.subject_id = self.world.enrol(AN)
        self.world.enrol(BINH)
        self.world.put(AN, "residence", RESIDENCE)
        self.jwt = self.verified(BIRTH)

    def verified(self, procedure: str, **context: str) -> str:
        """Verify An in one call; return the assertion."""
        stated: dict[str, Any] = {"procedure_code": procedure, "agency_code": AGENCY, "dossier_code": "HS-1"} | context
        self.quality += 1
        print_ = sample(f"{AN}/RIGHT_INDEX/{self.quality}")
        return told(self.world.verify(AN, [print_], call=self.world.call("Verify", **stated)).disclosure).assertion.jwt

    def call(self, **changes: Any) -> Call:
        stated: dict[str, Any] = {"agency_code": AGENCY} | changes
        return self.world.call("ListProcedureRecords", **stated)

    def again(self, call: Call | None = None, **changes: Any) -> Disclosed:
        answers = Answers()
        shown = replace(Shown(self.jwt, AN, ""), **changes)
        self.world.procedure_records.list(call or self.call(), shown, answers)
        given: Disclosed = answers.given[-1]
        return given

    def papers(self) -> list[tuple[str, int, int]]:
        with self.world.store.reading() as view:
            counts = view.disclosures.between("0000-01", "9999-12")
        return [(count.record_type, count.disclosed, count.papers_saved) for count in counts]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def cause(desk: Desk, call: Call | None = None, **changes: Any) -> str:
    before = desk.papers()
    with refused(Reason.ASSERTION_INVALID) as error:
        desk.again(call, **changes)
    assert desk.papers() == before
    last = desk.world.trail()[-1].entry
    assert (last.action, last.outcome) == ("ListProcedureRecords", "REFUSED")
    return error.value.metadata["cause"]


def test_the_records_of_now_are_disclosed_audited_and_counted(desk: Desk) -> None:
    before = desk.papers()
    moved = json.loads(RESIDENCE) | {"permanent_address": {"province": "Bắc Ninh", "commune": "Từ Sơn"}}
    desk.world.put(AN, "residence", json.dumps(moved, ensure_ascii=False))
    given = desk.again()
    assert (given.ground, given.legal_basis != "") == (Ground.LAW, True)
    residence = next(record for record in given.records if record.record_type == "residence")
    assert (json.loads(residence.json)["permanent_address"]["commune"], residence.version) == ("Từ Sơn", 2)
    last = desk.world.trail()[-1].entry
    claims = desk.world.claims(desk.jwt)
    assert (last.action, last.outcome, last.details["assertion"]) == (
        *("ListProcedureRecords", "DISCLOSED"),
        claims["jti"],
    )
    assert (last.context.transaction_id, last.context.dossier_code) == (claims["txn"], "HS-1")
    assert "residence:2" in last.details["disclosed"]  # type: ignore[operator]
    # It is disclosed again; the paper was saved the first time.
    assert desk.papers() == [(kind, times + 1, saved) for kind, times, saved in before]


def test_a_record_that_comes_later_saves_its_paper_then(desk: Desk) -> None:
    assert "civil_status_marriage" not in {kind for kind, *_ in desk.papers()}
    desk.world.put(AN, "civil_status_marriage", '{"status": "single"}')
    desk.again()
    desk.again()
    assert ("civil_status_marriage", 2, 1) in desk.papers()


def test_a_repeated_request_has_its_first_answer(desk: Desk) -> None:
    call = desk.call()
    answers = Answers()
    shown = Shown(desk.jwt, "", desk.subject_id)
    first = desk.world.procedure_records.list(call, shown, answers)
    assert desk.world.procedure_records.list(call, shown, encode) == first
    assert len(answers.given) == 1


def expired(desk: Desk) -> dict[str, Any]:
    desk.world.clock.advance(301)
    return {}


def changed(desk: Desk) -> dict[str, Any]:
    return {"assertion": desk.jwt[:-6] + ("A" if desk.jwt[-6] != "A" else "B") + desk.jwt[-5:]}


def of_another(desk: Desk) -> dict[str, Any]:
    del desk
    return {"citizen_number": BINH}


def nobodys(desk: Desk) -> dict[str, Any]:
    del desk
    return {"citizen_number": "027099000111"}


@pytest.mark.parametrize(
    ("change", "context", "expected"),
    [
        (expired, {}, "EXPIRED"),
        (changed, {}, "NOT_OURS"),
        (of_another, {}, "SUBJECT"),
        (nobodys, {}, "SUBJECT"),
        (None, {"agency_code": "H06.1"}, "AUDIENCE"),
        (None, {"procedure_code": BUSINESS}, "PROCEDURE"),
        (None, {"dossier_code": "HS-2"}, "DOSSIER"),
    ],
)
def test_a_dead_assertion_or_anothers_shows_nothing(
    desk: Desk, change: Callable[[Desk], dict[str, Any]] | None, context: dict[str, str], expected: str
) -> None:
    changes = change(desk) if change else {}
    assert cause(desk, desk.call(**context), **changes) == expected


def test_another_client_of_the_agency_verifies_by_itself(desk: Desk) -> None:
    assert cause(desk, desk.call(caller="counter-8")) == "CLIENT"


def test_a_match_that_the_register_does_not_know_is_none(desk: Desk) -> None:
    claims = desk.world.claims(desk.jwt) | {"jti": "another"}
    assert cause(desk, assertion=desk.world.signer.sign(claims)) == "TRANSACTION"


def test_another_consent_than_the_assertion_s_is_none(desk: Desk) -> None:
    jwt = desk.verified(BUSINESS, consent_ref="phieu-7")
    assert desk.again(assertion=jwt).ground is Ground.CONSENT_ELSEWHERE
    assert cause(desk, desk.call(consent_ref="phieu-8"), assertion=jwt) == "CONSENT"


def test_consent_that_comes_after_the_match_opens_what_it_kept_back(desk: Desk) -> None:
    jwt = desk.verified(BUSINESS)
    closed = desk.again(assertion=jwt)
    assert (closed.ground, closed.records) == (Ground.NONE, ())
    assert {verdict for outcome in closed.outcomes for verdict in outcome.refused()} == {Verdict.CONSENT_MISSING}
    opened = desk.again(desk.call(consent_ref="phieu-9"), assertion=jwt)
    assert [record.record_type for record in opened.records] == ["identity", "residence"]


def test_consent_that_was_withdrawn_closes_it(desk: Desk) -> None:
    counter = Counter(desk.world)
    counter.start(AN, procedure_code=BUSINESS)
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    counter.agree()
    done = counter.authenticate()
    jwt = told(done.verified.disclosure).assertion.jwt
    assert desk.again(assertion=jwt).ground is Ground.CONSENT
    desk.world.consents.withdraw(desk.world.call("WithdrawConsent"), AN, done.consent_id, encode)
    with refused(Reason.CONSENT_WITHDRAWN):
        desk.again(assertion=jwt)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (CitizenState.DEACTIVATED, Reason.SUBJECT_DEACTIVATED),
        (CitizenState.DECEASED, Reason.SUBJECT_DECEASED),
    ],
)
def test_who_is_not_active_any_more_is_disclosed_nothing(desk: Desk, state: CitizenState, reason: Reason) -> None:
    why = ChangeReason.DEATH_REGISTERED if state is CitizenState.DECEASED else ChangeReason.CITIZEN_REQUEST
    desk.world.change_state(AN, state, why)
    with refused(reason):
        desk.again()


def test_who_was_erased_is_nobody(desk: Desk) -> None:
    desk.world.delete(AN)
    assert cause(desk) == "SUBJECT"


def test_a_client_that_lost_the_procedure_is_refused_and_one_that_lost_a_type_gets_less(desk: Desk) -> None:
    call = desk.call()
    none = replace(call, caller=replace(call.caller, entitlements=()))
    with refused(Reason.CLIENT_NOT_ENTITLED):
        desk.again(none)
    less = replace(call, caller=replace(call.caller, entitlements=(Entitlement(BIRTH, frozenset({"identity"})),)))
    assert [record.record_type for record in desk.again(less).records] == ["identity"]
