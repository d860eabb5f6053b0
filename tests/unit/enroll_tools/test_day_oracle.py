"""The day's plan and its oracle: what the oracle accepts, and that it sees each thing that may be wrong."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from enroll_tools.day.figures import judge
from enroll_tools.day.oracle import Oracle
from enroll_tools.day.people import Citizen
from enroll_tools.day.plan import LEAST_VISITS, Size, Story, Visit, make_plan
from enroll_tools.day.predicates import expected_answer
from enroll_tools.day.tries import Came, Truth, Try
from enroll_tools.synthetic.identities import Identity
from idverify.v1.reports_pb2 import (
    CountDisclosuresResponse,
    CountPresencesResponse,
    DisclosureCount,
    PresenceCount,
    PresenceKind,
)
from idverify.v1.types_pb2 import MissingRecord, Record, SilentSource, SourceFault
from idverify.v1.verification_pb2 import Assertion, Disclosure, DisclosureRefusal

NOBODY = CountPresencesResponse()
TODAY = date(2026, 11, 26)
PROCEDURE: dict[str, Any] = {
    "code": "8.1",
    "legal_basis": "law",
    "records": [
        {
            "record_type": "identity",
            "fields": ["full_name", "ethnicity"],
            "predicates": ["age_at_least(birth_date, 18)"],
            "required": True,
            "replaced_paper": "card",
        },
        {"record_type": "health_insurance", "fields": ["benefit_level"], "required": True, "replaced_paper": "book"},
    ],
}
WHO = Identity("027199000001", "NGƯỜI", "1999-01-01", "F")
CITIZEN = Citizen(
    0,
    WHO,
    {
        "identity": {"full_name": "NGƯỜI", "birth_date": "1999-01-01", "sex": "F"},
        "health_insurance": {"benefit_level": 4},
    },
)
PLAIN = Truth()
VISIT = Visit(Story.VERIFIED, CITIZEN, CITIZEN, "8.1")


def record(kind: str, content: dict[str, Any], absent: tuple[str, ...] = ()) -> Record:
    text = json.dumps(content, ensure_ascii=False)
    return Record(record_type=kind, json=text, sha256=hashlib.sha256(text.encode()).hexdigest(), absent_fields=absent)


IDENTITY = {"full_name": "NGƯỜI", "age_at_least(birth_date, 18)": True}


def assertion(**claims: object) -> Assertion:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return Assertion(jwt=f"head.{payload}.signature")


def disclosure() -> Disclosure:
    return Disclosure(
        assertion=assertion(bio={}, amr=["fpt"]),
        legal_basis="law",
        records=[record("identity", IDENTITY, ("ethnicity",)), record("health_insurance", {"benefit_level": 4})],
        replaced_papers=["card", "book"],
    )


def refusal(kind: str, cause: str, *names: str) -> DisclosureRefusal:
    return DisclosureRefusal(
        record_type=kind, cause=f"REFUSAL_CAUSE_{cause}", fields=names, paper="card", text_vi="a", text_en="b"
    )


def oracle(**changes: object) -> Oracle:
    return Oracle(json.dumps({"procedures": [PROCEDURE | changes]}).encode(), TODAY)


def faults(given: Disclosure | None, truth: Truth = PLAIN, said: str = "MATCH") -> list[str]:
    return oracle().faults(Try(VISIT, truth, Came(said, 0.1, given)))


def test_what_is_due_is_no_fault() -> None:
    assert faults(disclosure()) == []


def test_after_noon_the_dead_source_is_silent() -> None:
    given = disclosure()
    del given.records[1], given.replaced_papers[1]
    given.missing_records.append(MissingRecord(record_type="health_insurance"))
    silent = SilentSource(record_type="health_insurance", fault=SourceFault.SOURCE_FAULT_RESTING)
    given.silent_sources.append(silent)
    assert faults(given, Truth(afternoon=True)) == []
    assert faults(given) != []
    silent.fault = SourceFault.SOURCE_FAULT_SLOW
    given.silent_sources[0].CopyFrom(silent)
    assert faults(given, Truth(afternoon=True)) == ["a source is silent for another reason"]


def beyond(given: Disclosure) -> None:
    given.records[0].CopyFrom(record("identity", IDENTITY | {"sex": "F"}, ("ethnicity",)))


def lied(given: Disclosure) -> None:
    said = IDENTITY | {"age_at_least(birth_date, 18)": False}
    given.records[0].CopyFrom(record("identity", said, ("ethnicity",)))


def digest(given: Disclosure) -> None:
    given.records[0].sha256 = "0" * 64


def absent(given: Disclosure) -> None:
    del given.records[0].absent_fields[:]


def left_out(given: Disclosure) -> None:
    del given.records[1]


def twice(given: Disclosure) -> None:
    given.records.append(given.records[1])


def paper(given: Disclosure) -> None:
    given.replaced_papers.append("card")


def unsigned(given: Disclosure) -> None:
    given.assertion.jwt = ""


def another_law(given: Disclosure) -> None:
    given.legal_basis = "another law"


def kept_back(given: Disclosure) -> None:
    given.refusals.append(refusal("health_insurance", "ASSURANCE", "benefit_level"))


def speechless(given: Disclosure) -> None:
    kept_back(given)
    given.refusals[0].text_vi = ""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (beyond, "beyond the policy: ['sex']"),
        (lied, "not what the register says"),
        (digest, "another digest"),
        (absent, "absent_fields"),
        (left_out, "disclosed: "),
        (twice, "came twice"),
        (paper, "replaced_papers"),
        (unsigned, "no assertion"),
        (another_law, "another legal basis"),
        (kept_back, "refusals: "),
        (speechless, "says not what to do"),
    ],
)
def test_a_wrong_disclosure_is_seen(change: Callable[[Disclosure], None], says: str) -> None:
    given = disclosure()
    change(given)
    assert any(says in fault for fault in faults(given))


@pytest.mark.parametrize(
    ("truth", "said"),
    [
        (Truth(number="free"), "SUBJECT_NOT_FOUND"),
        (Truth(number="virtual", number_used=True), "VIRTUAL_NUMBER_USED"),
        (Truth(led=True, stale_step=True), "TRANSACTION_MISMATCH"),
        (Truth(withdrawn=True), "CONSENT_WITHDRAWN"),
        (Truth(seen_before=True), "SAMPLE_REPLAYED"),
        (Truth(poor=True), "SAMPLE_QUALITY_LOW"),
        (Truth(other_finger=True), "NO_MATCH"),
    ],
)
def test_what_must_not_match(truth: Truth, said: str) -> None:
    assert faults(None, truth, said) == []
    assert faults(disclosure(), truth, "MATCH") == [f"{said} was due, MATCH came"]
    assert faults(disclosure(), truth, said) == ["something was disclosed"]


def test_consent_is_due_where_no_law_is_the_ground() -> None:
    one = Try(VISIT, Truth(led=True), Came("MATCH", 0.1, disclosure()))
    assert oracle().said(one) == "MATCH"
    assert oracle(legal_basis="").said(one) == "CONSENT_REQUIRED"
    assert oracle(legal_basis="").said(replace(one, truth=Truth(led=True, consented=True))) == "MATCH"


def test_without_consent_one_call_matches_and_discloses_nothing() -> None:
    names = ("full_name", "ethnicity", "age_at_least(birth_date, 18)")
    given = Disclosure(
        assertion=assertion(bio={}, amr=["fpt"]),
        missing_records=[MissingRecord(record_type=kind) for kind in ("identity", "health_insurance")],
        refusals=[
            refusal("identity", "CONSENT_MISSING", *names),
            refusal("health_insurance", "CONSENT_MISSING", "benefit_level"),
        ],
    )
    one = Try(VISIT, Truth(), Came("MATCH", 0.1, given))
    assert oracle(legal_basis="").faults(one) == []
    assert oracle(legal_basis="").papers([one]).total() == 0
    agreed = replace(one, truth=Truth(consented=True))
    assert "refusals: " in "".join(oracle(legal_basis="").faults(agreed))
    assert oracle(legal_basis="").papers([agreed]).total() == 2


def test_a_field_that_requires_more_is_kept_back_and_its_paper_is_needed() -> None:
    access = PROCEDURE["records"][0] | {"field_assurance": {"birth_date": "level-3"}}
    records = [access, PROCEDURE["records"][1]]
    given = disclosure()
    given.records[0].CopyFrom(record("identity", {"full_name": "NGƯỜI"}, ("ethnicity",)))
    given.refusals.append(refusal("identity", "ASSURANCE", "age_at_least(birth_date, 18)"))
    given.missing_records.append(MissingRecord(record_type="identity"))
    given.replaced_papers.remove("card")
    one = Try(VISIT, Truth(), Came("MATCH", 0.1, given))
    assert oracle(records=records).faults(one) == []
    beyond = disclosure()
    assert any(
        "beyond the policy" in fault
        for fault in oracle(records=records).faults(replace(one, came=Came("MATCH", 0.1, beyond)))
    )


@pytest.mark.parametrize(
    ("truth", "said"),
    [
        (Truth(once_more=True), "DISCLOSED"),
        (Truth(once_more=True, changed=True), "ASSERTION_INVALID"),
        (Truth(once_more=True, others=True), "ASSERTION_INVALID"),
        (Truth(once_more=True, withdrawn=True), "CONSENT_WITHDRAWN"),
    ],
)
def test_an_assertion_is_shown_again(truth: Truth, said: str) -> None:
    given = disclosure()
    given.ClearField("assertion")
    live = said == "DISCLOSED"
    one = Try(VISIT, truth, Came(said, 0.1, given if live else None))
    assert oracle().faults(one) == []
    assert oracle().papers([one]).total() == 0  # its paper was saved the first time
    assert oracle().faults(replace(one, came=Came("DISCLOSED", 0.1, disclosure()))) != []


def test_who_is_vouched_for_must_be_marked_and_only_they() -> None:
    given = disclosure()
    one = Try(VISIT, Truth(led=True, vouched=True), Came("VOUCHED", 0.1, given))
    allowed = oracle(exceptions_allowed=True)
    assert allowed.faults(one) == ["an assertion that does not say whether a finger was shown"]
    given.assertion.CopyFrom(assertion(exception={"reason": "INJURED"}, amr=[]))
    assert allowed.faults(one) == []
    assert allowed.papers([one]).total() == 2
    assert oracle().faults(one) == ["EXCEPTION_NOT_ALLOWED was due, VOUCHED came"]
    assert oracle().faults(replace(one, came=Came("EXCEPTION_NOT_ALLOWED", 0.1))) == []
    assert allowed.faults(replace(one, truth=Truth(), came=Came("MATCH", 0.1, given))) != []


@pytest.mark.parametrize(("counted", "passed"), [(1, True), (2, False), (0, False)])
def test_a_slip_is_entered_once_and_counted(counted: int, passed: bool) -> None:
    came = [
        Try(VISIT, Truth(slip="once"), Came("ENTERED", 0.1)),
        Try(VISIT, Truth(slip="twice"), Came("SLIP_CLOSED", 0.1)),
    ]
    rows = [PresenceCount(procedure_code="8.1", kind=PresenceKind.PRESENCE_KIND_SLIP, count=counted)]
    report = CountPresencesResponse(counts=rows if counted else [])
    assert judge(oracle(), came, CountDisclosuresResponse(), report, 0.0).passed is passed


def test_another_picture_may_be_asked_for_but_not_the_last() -> None:
    assert faults(None, Truth(last=False), "INCONCLUSIVE") == []
    assert faults(None, Truth(), "INCONCLUSIVE") != []


def test_the_second_number_is_told_from_the_first() -> None:
    one = Try(VISIT, Truth(number="second"), Came("MATCH", 0.1, disclosure(), superseded=True))
    assert oracle().faults(one) == []
    assert oracle().faults(replace(one, truth=Truth())) == ["number_superseded is wrong"]


@pytest.mark.parametrize(
    ("saved", "disclosed", "limit", "passed"),
    [(1, 1, 0.0, True), (2, 1, 0.0, False), (1, 2, 0.0, False), (1, 1, 0.05, False)],
)
def test_papers_disclosures_and_times_are_held_against_what_is_due(
    saved: int, disclosed: int, limit: float, passed: bool
) -> None:
    counts = [
        DisclosureCount(procedure_code="8.1", record_type="identity", disclosed=disclosed, papers_saved=saved),
        DisclosureCount(procedure_code="8.1", record_type="health_insurance", disclosed=1, papers_saved=1),
    ]
    tries = [Try(VISIT, Truth(), Came("MATCH", 0.1, disclosure()))]
    assert judge(oracle(), tries, CountDisclosuresResponse(counts=counts), NOBODY, limit).passed is passed


@pytest.mark.parametrize(
    ("text", "content", "answer"),
    [
        ("age_at_least(birth_date, 18)", {"birth_date": "2008-11-26"}, True),
        ("age_at_least(birth_date, 18)", {"birth_date": "2008-11-27"}, False),
        ("age_at_least(birth_date, 18)", {}, None),
        ('one_of(status, "single", "widowed")', {"status": "widowed"}, True),
        ("equals(benefit_level, 1)", {"benefit_level": 4}, False),
        ("present(spouse_name)", {}, False),
    ],
)
def test_what_a_predicate_answers(text: str, content: dict[str, Any], answer: bool | None) -> None:
    assert expected_answer(text, content, TODAY) is answer


def test_the_same_seed_is_the_same_day_with_every_story() -> None:
    plan = make_plan(7, Size(citizens=40, procedures=4, visits=30))
    assert plan == make_plan(7, Size(citizens=40, procedures=4, visits=30))
    assert {visit.story for visit in plan.visits} == set(Story)
    assert sum(map(len, plan.halves)) == 30


@pytest.mark.parametrize("size", [Size(40, 4, LEAST_VISITS - 1), Size(20, 4, 21), Size(40, 1, 30)])
def test_a_day_that_is_too_small_is_refused(size: Size) -> None:
    with pytest.raises(ValueError, match="a day has"):
        make_plan(1, size)
