"""The chain: one text for one event, and any change to any of them shows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.errors import StoredDataError
from idverify.domain.model import AuditEntry, AuditEvent, RequestContext, TrailCheck
from idverify.trust.audit_chain import GENESIS, StoredEvent, chain, check_chain, event_of, link_hash

NOW = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
DETAILS = st.dictionaries(
    st.text(max_size=8),
    st.text(max_size=8)
    | st.integers()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.lists(st.text(max_size=4), max_size=3),
    max_size=4,
)
ENTRIES = st.builds(
    AuditEntry,
    time=st.datetimes(timezones=st.just(UTC)),
    caller=st.text(max_size=8),
    action=st.text(max_size=8),
    outcome=st.text(max_size=8),
    subject_id=st.text(max_size=8),
    context=st.builds(RequestContext, request_id=st.text(max_size=8), officer_id=st.text(max_size=8)),
    details=DETAILS,
)


def entry(subject_id: str = "s1") -> AuditEntry:
    return AuditEntry(NOW, "c", "Verify", "MATCH", subject_id, RequestContext("r"), {"b": 1.5, "a": "ă"})


def trail(entries: Sequence[AuditEntry]) -> list[StoredEvent]:
    events: list[StoredEvent] = []
    for each in entries:
        events.append(chain(len(events) + 1, events[-1].hash if events else GENESIS, each))
    return events


def test_the_text_is_canonical_and_the_hash_is_over_it() -> None:
    (event,) = trail([entry()])
    assert event.payload == (
        '{"action":"Verify","caller":"c","context":{"agency_code":"","consent_ref":"","counter_id":"","dossier_code":"",'
        '"nonce":"","officer_id":"","procedure_code":"","purpose":"","request_id":"r","transaction_id":""},'
        '"details":{"a":"\\u0103","b":1.5},"outcome":"MATCH","sequence":1,"subject_id":"s1",'
        '"time":"2026-03-04T05:06:07.000089+00:00"}'
    )
    text = "idverify audit v1\n" + "0" * 64 + "\n" + event.payload
    assert event.hash == hashlib.sha256(text.encode()).hexdigest()


@given(ENTRIES)
def test_an_event_is_read_as_it_was_written(each: AuditEntry) -> None:
    (event,) = trail([each])
    assert event_of(event) == AuditEvent(1, each, event.hash)
    assert check_chain([event]) == TrailCheck(1, event.hash, 0)


def test_one_instant_has_one_text() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=7)))
    assert trail([replace(entry(), time=there)]) == trail([entry()])


def test_times_without_zone_and_figures_without_value_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        trail([replace(entry(), time=NOW.replace(tzinfo=None))])
    with pytest.raises(ValueError, match="JSON"):
        trail([replace(entry(), details={"score": float("nan")})])


def test_an_intact_chain_holds_and_an_empty_one_too() -> None:
    events = trail([entry()] * 4)
    assert check_chain(events) == TrailCheck(4, events[-1].hash, 0)
    assert check_chain(events, (4, events[-1].hash)).first_broken == 0
    assert check_chain([]) == TrailCheck(0, GENESIS, 0)


CHANGES = st.sampled_from(
    [
        {"sequence": 99},
        {"time": "2026-03-04T05:06:07.000090+00:00"},
        {"time": "not a time"},
        {"action": "Delete"},
        {"subject_id": "s2"},
        {"previous_hash": "f" * 64},
        {"hash": "f" * 64},
        {"payload": "{}"},
        {"payload": '{"sequence":1}'},
    ]
)


@given(st.integers(0, 4), CHANGES)
def test_any_changed_field_shows_where_it_is(at: int, change: dict[str, object]) -> None:
    events = trail([entry()] * 5)
    events[at] = replace(events[at], **change)  # type: ignore[arg-type]  # fields of several types
    assert check_chain(events).first_broken == at + 1


@given(st.permutations(range(5)))
def test_order_shows(order: list[int]) -> None:
    events = trail([entry(f"s{i}") for i in range(5)])
    broken = next((i + 1 for i, at in enumerate(order) if at != i), 0)
    assert check_chain([events[at] for at in order]).first_broken == broken


@given(st.integers(0, 4))
def test_a_dropped_event_shows(at: int) -> None:
    events = trail([entry()] * 5)
    head = (5, events[-1].hash)
    del events[at]
    assert check_chain(events, head).first_broken == at + 1
    # The end alone can only be missed by who knows it.
    assert check_chain(events).first_broken == (0 if at == 4 else at + 1)


def test_a_chain_longer_than_known_or_with_another_end_shows() -> None:
    events = trail([entry()] * 3)
    assert check_chain(events, (2, events[1].hash)).first_broken == 3
    assert check_chain(events, (3, "f" * 64)).first_broken == 3
    assert check_chain([], (2, events[1].hash)).first_broken == 1


def test_a_rehashed_lie_in_the_columns_shows() -> None:
    (event,) = trail([entry()])
    lie = event.payload.replace('"s1"', '"s2"')
    forged = replace(event, payload=lie, hash=link_hash(GENESIS, lie))
    assert check_chain([forged]).first_broken == 1


def test_text_nested_without_end_is_refused() -> None:
    with pytest.raises(StoredDataError):
        event_of(StoredEvent(7, "", "", "", "", "", "[" * 100_000))


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(StoredDataError, match="event 7"):
        event_of(StoredEvent(7, "", "", "", "", "", text))
