"""The one decision on every field agrees with an oracle that shares no code with it, whatever the catalogue says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from enroll_tools.day.policy import Asked, cause_of, names_of
from enroll_tools.day.predicates import expected_answer
from idverify.domain.assurance import Assurance
from idverify.domain.catalogue.as_dict import procedure_from
from idverify.domain.disclosing.decision import Asking, Held, NamedConsent, decide_field, outcome_of
from idverify.domain.model import (
    ALL,
    Caller,
    Consent,
    ConsentGiven,
    ConsentGiver,
    ConsentManner,
    Entitlement,
    Language,
    Record,
    RecordOutcome,
    Role,
)

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
TODAY = date(2026, 1, 5)
CODE = "8.000001"
FIELDS = {
    "identity": ("full_name", "birth_date", "sex", "nationality"),
    "residence": ("permanent_address", "household_head"),
    "land": ("parcels", "encumbrances"),
}
QUESTIONS = {
    "identity": ("age_at_least(birth_date, 18)", 'equals(sex, "F")', "present(nationality)"),
    "residence": ("present(household_head)",),
    "land": ("present(encumbrances)",),
}
VALUES = {
    "birth_date": st.dates(date(1930, 1, 1), date(2025, 12, 31)).map(lambda day: day.isoformat()),
    "sex": st.sampled_from(["M", "F"]),
}
LEVELS = [assurance.value for assurance in Assurance]
GIVEN = ConsentGiven("t", Language.VI, "0" * 64, ConsentManner.SPOKEN, ConsentGiver.CITIZEN, "", NOW)


@st.composite
def accesses(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    fields = draw(st.lists(st.sampled_from(FIELDS[kind]), unique=True))
    free = [text for text in QUESTIONS[kind] if text.partition("(")[2].split(",")[0].rstrip(")") not in fields]
    asked = draw(st.lists(st.sampled_from(free), unique=True)) if free else []
    if not fields and not asked:
        fields = [FIELDS[kind][0]]
    about = sorted({*fields, *(text.partition("(")[2].split(",")[0].rstrip(")") for text in asked)})
    return {
        "record_type": kind,
        "fields": fields,
        "predicates": asked,
        "field_assurance": draw(st.dictionaries(st.sampled_from(about), st.sampled_from(LEVELS))),
        "required": draw(st.booleans()),
        "replaced_paper": f"giấy {kind}",
    }


@st.composite
def procedures(draw: st.DrawFn) -> dict[str, Any]:
    kinds = draw(st.lists(st.sampled_from(sorted(FIELDS)), unique=True, min_size=1))
    return {
        "code": CODE,
        "title": "Một",
        "agency": "Xã",
        "target_fmr": 1e-4,
        "legal_basis": draw(st.sampled_from(["", "Luật"])),
        "records": [draw(accesses(kind)) for kind in kinds],
    }


KINDS = st.frozensets(st.sampled_from(sorted(FIELDS)))
CALLS = st.builds(
    Asked,
    purpose=st.sampled_from(["", "CITIZEN_REQUEST", "CORRECTION", "INVESTIGATION", "TRANSFER", "TEST"]),
    consent=st.none() | KINDS,
    shown=st.sampled_from(LEVELS),
    given=KINDS,
)
CONTENTS = st.fixed_dictionaries(
    {
        kind: st.fixed_dictionaries(
            {}, optional={name: VALUES.get(name, st.text(min_size=1, max_size=5)) for name in names}
        )
        for kind, names in FIELDS.items()
    }
)


def asking(procedure: Mapping[str, Any], asked: Asked, *, elsewhere: bool) -> Asking:
    """The same call as the service sees it; a consent to everything may be kept by somebody else."""
    caller = Caller("quay", frozenset({Role.COUNTER}), entitlements=_entitled(asked.given))
    consent = NamedConsent()
    if asked.consent is not None:
        kept = Consent("c", "an", "quay", CODE, tuple(sorted(asked.consent)), GIVEN)
        consent = NamedConsent("c", None if elsewhere and asked.consent == set(FIELDS) else kept)
    return Asking(procedure_from(procedure), caller, "an", asked.purpose, consent, Assurance(asked.shown).acr)


def _entitled(given: AbstractSet[str]) -> tuple[Entitlement, ...]:
    types = frozenset({ALL}) if given == set(FIELDS) else frozenset(given)
    return (Entitlement(CODE, types),)


PROCEDURE: dict[str, Any] = {
    "code": CODE,
    "title": "Một",
    "agency": "Xã",
    "target_fmr": 1e-4,
    "legal_basis": "",
    "records": [
        {
            "record_type": "identity",
            "fields": ["full_name", "sex"],
            "predicates": ["age_at_least(birth_date, 18)"],
            "field_assurance": {"sex": "level-3", "birth_date": "level-4"},
            "required": True,
            "replaced_paper": "thẻ",
        }
    ],
}
"""Of which a finger alone is told the name."""

BY_FINGER = Asked("", frozenset({"identity"}), "single-biometric", frozenset({"identity"}))
AN = {"identity": {"full_name": "An", "sex": "M", "birth_date": "1984-02-01"}, "residence": {}, "land": {}}


@settings(max_examples=150)
@given(procedures(), CALLS, st.booleans())
def test_every_field_is_decided_as_the_catalogue_says(procedure: dict[str, Any], asked: Asked, elsewhere: bool) -> None:
    call = asking(procedure, asked, elsewhere=elsewhere)
    listed = {access["record_type"]: access for access in procedure["records"]}
    for kind, names in FIELDS.items():
        for name in (*names, *QUESTIONS[kind]):
            there = kind in listed and name in names_of(listed[kind])
            due = (cause_of(procedure, listed[kind], name, asked) or "DISCLOSED") if there else "NOT_LISTED"
            assert decide_field(call, kind, name).value == due


@settings(max_examples=100)
@given(procedures(), CALLS, CONTENTS, st.booleans())
@example(procedure=PROCEDURE, asked=BY_FINGER, contents=AN, there=True)
def test_a_record_holds_what_was_decided_and_nothing_else(
    procedure: dict[str, Any], asked: Asked, contents: dict[str, dict[str, Any]], there: bool
) -> None:
    call = asking(procedure, asked, elsewhere=False)
    for access, written in zip(call.procedure.records, procedure["records"], strict=True):
        content = contents[access.record_type]
        text = json.dumps(content, ensure_ascii=False)
        held = Held(Record(access.record_type, "Bộ", text, "", 1, NOW)) if there else Held()
        outcome = outcome_of(call, access, "tên", held, TODAY)
        told = [name for name in names_of(written) if not cause_of(procedure, written, name, asked)]
        due = {
            name: expected_answer(name, content, TODAY) if "(" in name else content[name]
            for name in told
            if "(" in name or name in content
        }
        assert _content(outcome) == (due if told and there else None)
        assert outcome.whole is (there and len(told) == len(names_of(written)))
        refused = {(line.name, verdict.value) for verdict, lines in outcome.refused().items() for line in lines}
        assert refused == {(name, cause_of(procedure, written, name, asked)) for name in names_of(written)} - {
            (name, "") for name in told
        }


def _content(outcome: RecordOutcome) -> dict[str, Any] | None:
    return None if outcome.record is None else json.loads(outcome.record.json)


def test_each_line_of_consent_and_assurance_that_is_changed_is_seen() -> None:
    """The oracle tells each of these apart from what the catalogue says."""
    asked = Asked("CITIZEN_REQUEST", frozenset({"identity"}), "level-3", frozenset({"identity"}))
    access = PROCEDURE["records"][0]
    due = [cause_of(PROCEDURE, access, name, asked) or "DISCLOSED" for name in names_of(access)]

    def decided(call: Asking) -> list[str]:
        return [decide_field(call, "identity", name).value for name in names_of(access)]

    sound = asking(PROCEDURE, asked, elsewhere=False)
    assert decided(sound) == due == ["DISCLOSED", "DISCLOSED", "ASSURANCE"]
    kept = sound.consent.kept
    assert kept is not None
    changed = [
        replace(sound, consent=NamedConsent()),
        replace(sound, consent=NamedConsent("c", replace(kept, record_types=()))),
        replace(sound, consent=NamedConsent("c", replace(kept, withdrawn=NOW))),
        replace(sound, consent=NamedConsent("c", replace(kept, subject_id="binh"))),
        replace(sound, consent=NamedConsent("c", replace(kept, client="khac"))),
        replace(sound, consent=NamedConsent("c", replace(kept, procedure_code="1"))),
        *(replace(sound, acr=Assurance(level).acr) for level in LEVELS if level != "level-3"),
        replace(sound, purpose="TRANSFER"),
        *(
            replace(sound, procedure=procedure_from({**PROCEDURE, "records": [{**access, "field_assurance": levels}]}))
            for levels in ({}, {"sex": "level-3"}, {"sex": "level-4", "birth_date": "level-4"})
        ),
    ]
    assert [call for call in changed if decided(call) == due] == []
