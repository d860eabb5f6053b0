"""What is taken for an answer of an owner, and what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.model import RecordSource
from idverify.domain.model.owners import Fault, OwnedRecord, RecordQuery, SignedAnswer, SourceError
from idverify.domain.sources.answers import owned_record, require_not_before
from tests.owner_kit import RULES, good_claims, signed

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
QUERY = RecordQuery("q-1", "health_insurance", "027084000999", "Nguyễn Văn An", "1984-02-01", "1.001193", "H05", "an")
RULE = replace(RULES, seconds=2.0)


def read(**changed: Any) -> OwnedRecord:
    return owned_record(SignedAnswer(good_claims(QUERY, NOW) | changed, "k1", "ab" * 32), QUERY, RULE, NOW)


def test_a_good_answer_is_a_record_with_its_provenance() -> None:
    found = read(keep_seconds=60)
    record = found.record
    assert (record.record_type, record.version, record.source) == ("health_insurance", 3, RecordSource.OWNER)
    assert record.updated == NOW - timedelta(seconds=60)
    assert record.json.startswith('{"benefit_level":4,')
    assert record.provenance is not None
    assert (record.provenance.source, record.provenance.key_id, record.provenance.cached) == ("register", "k1", False)
    assert found.keep_until == NOW + timedelta(seconds=60)
    assert read(keep_seconds=1 << 40).keep_until == NOW + timedelta(days=30)


def nested(deep: int) -> dict[str, Any]:
    """A record of so many objects and lists in each other."""
    inner: Any = {}
    for _ in range(deep - 2):
        inner = [inner]
    return {"a": inner}


def test_what_is_just_within_the_bounds_is_read() -> None:
    assert read(version=(1 << 63) - 1, keep_seconds=(1 << 63) - 1).record.version == (1 << 63) - 1
    assert read(record=nested(64)).record.json


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"sub": "027184000777"}, Fault.WRONG_PERSON),
        ({"iss": "another"}, Fault.WRONG_ANSWER),
        ({"query_id": "q-2"}, Fault.WRONG_ANSWER),
        ({"record_type": "residence"}, Fault.WRONG_ANSWER),
        ({"iat": int(NOW.timestamp()) - 63}, Fault.STALE),
        ({"iat": int(NOW.timestamp()) + 63}, Fault.STALE),
        ({"as_of": int(NOW.timestamp()) - 86_401}, Fault.STALE),
        ({"as_of": int(NOW.timestamp()) + 61}, Fault.STALE),
        ({"as_of": 1 << 40}, Fault.MALFORMED),
        ({"as_of": -1}, Fault.MALFORMED),
        ({"version": 0}, Fault.MALFORMED),
        ({"version": True}, Fault.MALFORMED),
        ({"version": "3"}, Fault.MALFORMED),
        ({"keep_seconds": -1}, Fault.MALFORMED),
        ({"owning_agency": ""}, Fault.MALFORMED),
        ({"owning_agency": "x" * 301}, Fault.MALFORMED),
        ({"record": []}, Fault.MALFORMED),
        ({"sub": None}, Fault.MALFORMED),
        ({"sub": "\ud800"}, Fault.MALFORMED),
        ({"owning_agency": "\udfff"}, Fault.MALFORMED),
        ({"iat": 10**400}, Fault.MALFORMED),
        ({"iat": -1}, Fault.MALFORMED),
        ({"version": 1 << 63}, Fault.MALFORMED),
        ({"keep_seconds": 1 << 63}, Fault.MALFORMED),
        ({"record": {"benefit_level": float("nan")}}, Fault.MALFORMED),
        ({"record": {"benefit_level": 10**5000}}, Fault.MALFORMED),
        ({"record": {"\ud800": 1}}, Fault.MALFORMED),
        ({"record": nested(65)}, Fault.MALFORMED),
        ({"record": nested(100_000)}, Fault.MALFORMED),
    ],
)
def test_any_other_answer_is_none_and_says_why_without_the_values(changed: dict[str, Any], fault: Fault) -> None:
    with pytest.raises(SourceError) as caught:
        read(**changed)
    assert caught.value.fault is fault
    assert "0270" not in str(caught.value)
    assert "0271" not in str(caught.value)


@given(st.dictionaries(st.text(max_size=8), st.none() | st.integers() | st.text(max_size=8), max_size=8))
def test_whatever_is_signed_it_is_refused_in_order(claims: dict[str, Any]) -> None:
    with pytest.raises(SourceError):
        owned_record(signed(claims), QUERY, RULE, NOW)


ODD = st.recursive(
    st.none()
    | st.integers()
    | st.sampled_from([10**400, 1 << 63, -(1 << 64)])
    | st.floats()
    | st.text()
    | st.sampled_from(["\ud800", "", "\x00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(good_claims(QUERY, NOW))), ODD)
def test_an_odd_value_in_a_good_answer_is_refused_or_can_be_kept(name: str, value: Any) -> None:
    try:
        found = read(**{name: value})
    except SourceError:
        return
    assert 0 < found.record.version < 1 << 63
    assert (found.record.json + found.record.owning_agency).encode()
    assert NOW <= found.keep_until <= NOW + timedelta(days=30)


def test_a_version_never_goes_back() -> None:
    require_not_before(read(version=3), read(version=3))
    require_not_before(read(version=1), None)
    with pytest.raises(SourceError, match="STALE"):
        require_not_before(read(version=2), read(version=3))
