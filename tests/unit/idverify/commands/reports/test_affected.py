"""Whom what happened in some time concerned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from idverify.commands.reports.affected import concerned
from idverify.v1.audit_pb2 import AuditEvent

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def event(hours: int, caller: str, action: str, subject_id: str = "", details: str = "") -> AuditEvent:
    made = AuditEvent(caller=caller, action=action, subject_id=subject_id, details_json=details)
    made.time.FromDatetime(NOON + hours * HOUR)
    return made


EVENTS = [
    event(-1, "a", "Verify", "early"),
    event(0, "a", "Verify", "an"),
    event(0, "a", "Verify", "an"),
    event(0, "b", "GetCitizen", "binh", "{}"),
    event(0, "a", "ListCitizens", "", '{"subjects": ["an", "chi"]}'),
    event(0, "a", "Identify", "", '{"candidates": ["dung"]}'),
    event(0, "a", "CheckAuditTrail"),
    event(1, "a", "Verify", "late"),
]


def test_everybody_is_told_whom_an_event_of_the_time_names() -> None:
    assert concerned(EVENTS, NOON, NOON + HOUR, "") == {
        "an": {"Verify": 2, "ListCitizens": 1},
        "binh": {"GetCitizen": 1},
        "chi": {"ListCitizens": 1},
        "dung": {"Identify": 1},
    }


def test_one_client_alone_may_be_asked_for() -> None:
    assert set(concerned(EVENTS, NOON, NOON + HOUR, "b")) == {"binh"}
    assert concerned(EVENTS, NOON, NOON + HOUR, "c") == {}
