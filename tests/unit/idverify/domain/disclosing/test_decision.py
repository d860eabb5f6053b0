"""The one decision on every field: each thing it looks at, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from idverify.domain.assurance import LEVELS, SINGLE_BIOMETRIC, Assurance
from idverify.domain.catalogue.predicates import parse_predicate
from idverify.domain.disclosing.decision import Asking, Held, NamedConsent, decide_field, may_see, outcome_of
from idverify.domain.disclosing.guidance import TOLD
from idverify.domain.model import (
    Caller,
    Consent,
    ConsentGiven,
    ConsentGiver,
    ConsentManner,
    Entitlement,
    Ground,
    Language,
    Procedure,
    Record,
    RecordAccess,
    RecordOutcome,
    Role,
    Verdict,
)
from idverify.domain.model.disclosing import REFUSALS
from idverify.domain.model.owners import Fault
from idverify.v1.verification_pb2 import RefusalCause

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
TODAY = date(2026, 1, 5)
ADULT = "age_at_least(birth_date, 18)"
ACCESS = RecordAccess(
    "identity",
    ("full_name", "sex"),
    required=True,
    replaced_paper="thẻ",
    predicates=(parse_predicate(ADULT),),
    field_assurance=(("birth_date", Assurance.LEVEL_4), ("sex", Assurance.LEVEL_3)),
)
GIVEN = ConsentGiven("t", Language.VI, "0" * 64, ConsentManner.SPOKEN, ConsentGiver.CITIZEN, "", NOW)
CONSENT = Consent("c", "an", "quay", "1.000001", ("identity",), GIVEN)
PROCEDURE = Procedure("1.000001", "Một", "Xã", 1e-4, (ACCESS,), legal_basis="Luật")
CALLER = Caller("quay", frozenset({Role.COUNTER}), entitlements=(Entitlement("1.000001", frozenset({"identity"})),))
ASKING = Asking(PROCEDURE, CALLER, "an", "", NamedConsent(), LEVELS[4])
ON_CONSENT = replace(ASKING, procedure=replace(PROCEDURE, legal_basis=""), consent=NamedConsent("c", CONSENT))
RECORD = Record("identity", "Bộ", '{"full_name": "An", "sex": "M", "birth_date": "1984-02-01", "n": 1}', "", 1, NOW)


def consent(**changes: Any) -> NamedConsent:
    return NamedConsent("c", replace(CONSENT, **changes))


@pytest.mark.parametrize(
    ("asking", "verdict", "ground"),
    [
        (ASKING, Verdict.DISCLOSED, Ground.LAW),
        (replace(ASKING, caller=replace(CALLER, entitlements=())), Verdict.NOT_ENTITLED, Ground.LAW),
        (replace(ASKING, purpose="CITIZEN_REQUEST"), Verdict.DISCLOSED, Ground.LAW),
        (replace(ASKING, purpose="INVESTIGATION"), Verdict.PURPOSE, Ground.LAW),
        (replace(ASKING, purpose="TRANSFER"), Verdict.PURPOSE, Ground.LAW),
        (replace(ASKING, consent=consent(withdrawn=NOW)), Verdict.DISCLOSED, Ground.LAW),
        (ON_CONSENT, Verdict.DISCLOSED, Ground.CONSENT),
        (replace(ON_CONSENT, consent=NamedConsent()), Verdict.CONSENT_MISSING, Ground.NONE),
        (replace(ON_CONSENT, consent=NamedConsent("phieu-7")), Verdict.DISCLOSED, Ground.CONSENT_ELSEWHERE),
        (replace(ON_CONSENT, consent=consent(withdrawn=NOW)), Verdict.CONSENT_WITHDRAWN, Ground.CONSENT),
        (replace(ON_CONSENT, consent=consent(client="khac")), Verdict.CONSENT_INVALID, Ground.CONSENT),
        (replace(ON_CONSENT, consent=consent(procedure_code="2")), Verdict.CONSENT_INVALID, Ground.CONSENT),
        (replace(ON_CONSENT, subject_id="binh"), Verdict.CONSENT_INVALID, Ground.CONSENT),
        (replace(ON_CONSENT, consent=consent(record_types=("land",))), Verdict.CONSENT_SCOPE, Ground.CONSENT),
        (replace(ASKING, acr=SINGLE_BIOMETRIC), Verdict.DISCLOSED, Ground.LAW),
    ],
)
def test_what_speaks_against_a_field(asking: Asking, verdict: Verdict, ground: Ground) -> None:
    assert decide_field(asking, "identity", "full_name") is verdict
    assert may_see(asking, ACCESS) is (verdict is Verdict.DISCLOSED)
    assert asking.ground is ground


def test_what_is_not_listed_is_never_told() -> None:
    for record_type, name in (("land", "parcels"), ("identity", "birth_date"), ("identity", "present(full_name)")):
        assert decide_field(ASKING, record_type, name) is Verdict.NOT_LISTED


@pytest.mark.parametrize(
    ("acr", "name", "verdict"),
    [
        (LEVELS[4], ADULT, Verdict.DISCLOSED),
        (LEVELS[3], ADULT, Verdict.ASSURANCE),
        (LEVELS[3], "sex", Verdict.DISCLOSED),
        (SINGLE_BIOMETRIC, "sex", Verdict.ASSURANCE),
        (SINGLE_BIOMETRIC, "full_name", Verdict.DISCLOSED),
    ],
)
def test_a_field_may_require_more_than_the_procedure(acr: str, name: str, verdict: Verdict) -> None:
    assert decide_field(replace(ASKING, acr=acr), "identity", name) is verdict


def outcome(asking: Asking, held: Held) -> RecordOutcome:
    return outcome_of(asking, ACCESS, "Căn cước", held, TODAY)


def test_a_record_in_part_leaves_the_paper_needed() -> None:
    in_part = outcome(replace(ASKING, acr=LEVELS[3]), Held(RECORD))
    assert in_part.record is not None
    assert in_part.record.json == '{"full_name":"An","sex":"M"}'
    assert in_part.record.absent == ()
    assert not in_part.whole
    assert in_part.trace() == ["identity:DISCLOSED:full_name,sex", "identity:ASSURANCE:birth_date?"]
    assert [line.name for line in in_part.refused()[Verdict.ASSURANCE]] == [ADULT]
    by_finger = outcome(replace(ASKING, acr=SINGLE_BIOMETRIC), Held(RECORD)).record
    assert by_finger is not None
    assert (by_finger.json, by_finger.absent) == ('{"full_name":"An"}', ()), "the record has it; it is not told"
    whole = outcome(ASKING, Held(RECORD))
    assert (whole.whole, whole.refused()) == (True, {})
    assert whole.trace() == ["identity:DISCLOSED:full_name,sex,birth_date?"]


@pytest.mark.parametrize(
    ("held", "says"),
    [
        (Held(replace(RECORD, disputed=("sex",))), "identity:DISPUTED"),
        (Held(None, Fault.SLOW, "Công an"), "identity:SILENT"),
        (Held(), "identity:NOT_THERE"),
    ],
)
def test_what_is_not_told_whatever_the_policy(held: Held, says: str) -> None:
    given = outcome(ASKING, held)
    assert (given.record, given.trace(), given.refused()) == (None, [says], {})
    # What the policy keeps back is told apart from what nobody has.
    partly = outcome(replace(ASKING, acr=LEVELS[3]), held)
    assert partly.trace() == [f"{says}:full_name,sex", "identity:ASSURANCE:birth_date?"]


def test_what_may_not_be_seen_is_not_looked_at() -> None:
    kept_back = outcome(replace(ASKING, purpose="TRANSFER"), Held(RECORD, Fault.STALE, "Công an"))
    assert (kept_back.record, kept_back.disputed, kept_back.fault) == (None, (), None)


def test_every_refusal_that_an_answer_tells_has_its_text_and_code() -> None:
    # Consent that is named and does not hold refuses the whole call; what is not listed is not asked for.
    told = set(REFUSALS) - {Verdict.CONSENT_INVALID, Verdict.CONSENT_WITHDRAWN, Verdict.NOT_LISTED}
    assert set(TOLD) == told
    assert {f"REFUSAL_CAUSE_{verdict.value}" for verdict in told} == set(RefusalCause.keys()[1:])
