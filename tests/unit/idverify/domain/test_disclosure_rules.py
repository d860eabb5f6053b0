"""What leaves the service: reduced records and the claims of the assertion."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.assurance import NO_BIOMETRIC, SINGLE_BIOMETRIC, Assurance, Factor, reaches
from idverify.domain.claims import ClaimsInput, Compared, assertion_claims
from idverify.domain.disclosing.content import reduce_record
from idverify.domain.errors import StoredDataError
from idverify.domain.model import (
    AttestedCapture,
    DocumentKind,
    ExceptionReason,
    Likeness,
    OperatingPoint,
    PadDecision,
    PadSaid,
    Record,
    RecordSource,
    RequestContext,
    Vouched,
)

NOW = datetime(2026, 1, 5, 8, 0, 0, 999_999, tzinfo=UTC)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(LEAVES, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(), v, max_size=3))
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=6)


def record(text: str) -> Record:
    return Record("residence", "Bộ Công an", text, "digest of the whole", 3, NOW)


@given(OBJECTS, st.data())
def test_exactly_the_allowed_fields_are_left(content: dict[str, Any], data: st.DataObject) -> None:
    names = st.sampled_from([*content, "not there"])
    fields = data.draw(st.lists(names, unique=True))
    reduced = reduce_record(record(json.dumps(content)), tuple(fields))
    assert json.loads(reduced.json) == {k: v for k, v in content.items() if k in fields}
    assert reduced.sha256 == hashlib.sha256(reduced.json.encode()).hexdigest()
    assert set(reduced.absent) == set(fields) - set(content)
    assert replace(reduced, json="", sha256="", absent=()) == replace(record(""), sha256="")


@given(OBJECTS)
def test_the_spelling_of_the_record_does_not_show(content: dict[str, Any]) -> None:
    backwards = dict(reversed(content.items()))
    texts = (json.dumps(content), json.dumps(backwards, indent=3, ensure_ascii=False))
    one, two = (reduce_record(record(text), tuple(content)) for text in texts)
    assert one == two


def test_a_reduced_record_to_the_byte() -> None:
    text = '{"z": 1, "permanent_address": {"province": "Bắc Ninh", "commune": "Kinh Bắc"}, "household_head": "x"}'
    reduced = reduce_record(record(text), ("permanent_address", "z"))
    assert reduced.json == '{"permanent_address":{"commune":"Kinh Bắc","province":"Bắc Ninh"},"z":1}'
    assert reduce_record(record(text), ()).json == "{}"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"'])
def test_a_stored_record_that_is_no_object_is_not_disclosed(text: str) -> None:
    with pytest.raises(StoredDataError) as refused:
        reduce_record(record(text), ("z",))
    assert refused.value.__cause__ is None


CONTEXT = RequestContext(
    "req",
    "txn-1",
    "1.001193",
    "000.00.01.H22-260105-0001",
    "H05.12",
    "canbo7",
    "quay-3",
    nonce="a nonce",
    consent_ref="a consent",
)
COMPARED = Compared(
    Likeness(2e-7, 67.0, 20),
    OperatingPoint(1e-4, "cmp-1", "cal-1", 1e-5),
    71,
    ("RIGHT_INDEX",),
    frozenset({Factor.FINGERPRINT}),
    (
        AttestedCapture("scanner-1", PadSaid(PadDecision.BONA_FIDE, "pulse")),
        AttestedCapture("scanner-2", None),
    ),
)
VOUCHED = Vouched(ExceptionReason.INJURED, ("CB-1", "CB-2"), (DocumentKind.PASSPORT,))
GIVEN = ClaimsInput(
    issuer="issuer",
    audience="H05.12",
    subject="pairwise",
    assertion_id="jti",
    now=NOW,
    context=CONTEXT,
    request_sha256="digest of the request",
    ground=COMPARED,
    records=(record('{"a":1}'),),
    missing=("land",),
    procedure_version=3,
)


def test_all_claims() -> None:
    claims = assertion_claims(GIVEN)
    issued = int(NOW.timestamp())
    assert claims.as_dict() == {
        "iss": "issuer",
        "aud": "H05.12",
        "sub": "pairwise",
        "jti": "jti",
        "iat": issued,
        "nbf": issued,
        "exp": issued + 300,
        "auth_time": issued,
        "txn": "txn-1",
        "nonce": "a nonce",
        "request_sha256": "digest of the request",
        "consent_ref": "a consent",
        "amr": ["fpt"],
        "acr": SINGLE_BIOMETRIC,
        "vn_proc": "1.001193",
        "vn_proc_version": 3,
        "vn_dossier": "000.00.01.H22-260105-0001",
        "vn_agency": "H05.12",
        "bio": {
            "fmr_target": 1e-4,
            "fmr_at_score": 2e-7,
            "fmr_extrapolated_below": 1e-5,
            "quality": 71,
            "cal": "cal-1",
            "cmp": "cmp-1",
            "fingers": ["RIGHT_INDEX"],
            "pad": "not_performed",
            "captures": [
                {"device": "scanner-1", "pad_said_by_device": "BONA_FIDE", "pad_method": "pulse"},
                {"device": "scanner-2"},
            ],
        },
        "records": [
            {"type": "residence", "agency": "Bộ Công an", "version": 3, "sha256": "digest of the whole"},
        ],
        "missing": ["land"],
    }
    assert claims.expires == datetime(2026, 1, 5, 8, 5, tzinfo=UTC)
    json.dumps(claims.as_dict(), allow_nan=False)


def test_a_record_that_is_no_registers_says_so() -> None:
    enrolled = replace(record("{}"), source=RecordSource.ENROLMENT)
    claims = assertion_claims(replace(GIVEN, records=(enrolled, record("{}")))).as_dict()
    assert [entry.get("source") for entry in claims["records"]] == ["enrolment", None]


def test_who_is_vouched_for_has_no_biometric_in_the_claims() -> None:
    claims = assertion_claims(replace(GIVEN, ground=VOUCHED)).as_dict()
    assert (claims["amr"], claims["acr"], "bio" in claims) == ([], NO_BIOMETRIC, False)
    assert claims["exception"] == {"reason": "INJURED", "officers": ["CB-1", "CB-2"], "documents": ["PASSPORT"]}
    assert not any(reaches(NO_BIOMETRIC, required) for required in Assurance)


def test_what_the_request_left_empty_is_left_out() -> None:
    context = RequestContext(transaction_id="txn-1", procedure_code="1.001193")
    claims = assertion_claims(replace(GIVEN, context=context)).as_dict()
    assert not {"vn_dossier", "vn_agency", "nonce", "consent_ref"} & set(claims)
    assert claims["vn_proc"] == "1.001193"


@given(st.floats(0.0, 1.0, exclude_min=True))
def test_evidence_is_never_claimed_to_be_stronger_than_can_be_known(fmr: float) -> None:
    bio = assertion_claims(replace(GIVEN, ground=replace(COMPARED, likeness=Likeness(fmr, 1.0)))).as_dict()["bio"]
    assert bio["fmr_at_score"] >= max(fmr, 1e-9)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2100, 1, 1)), st.integers(-14, 14))  # noqa: DTZ001
def test_an_assertion_never_lives_longer_than_five_minutes(time: datetime, hours: int) -> None:
    now = time.replace(tzinfo=timezone(timedelta(hours=hours)))
    claims = assertion_claims(replace(GIVEN, now=now))
    values = claims.as_dict()
    assert values["exp"] - values["iat"] == 300
    assert 0 <= now.timestamp() - values["iat"] < 1
    assert claims.expires.timestamp() == values["exp"]
