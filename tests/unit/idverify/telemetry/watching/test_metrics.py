"""What is counted of what happens, and that what others choose does not grow without bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import generate_latest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import AuditEntry, FingerPosition, Quality, RequestContext, Role, SampleKind
from idverify.ports import CallEnded, Figure, SampleSeen, Shown, Stage
from idverify.telemetry.watching.families import FAMILIES, SHOWN
from idverify.telemetry.watching.few import OTHERS, Few
from idverify.telemetry.watching.metrics import Metrics

GOOD = Quality(80, "fake", 40, (), usable=True)


def entry(outcome: str, action: str = "Verify", **details: Any) -> AuditEntry:
    return AuditEntry(datetime(2026, 1, 5, tzinfo=UTC), "counter-7", action, outcome, "s-1", RequestContext(), details)


def series(metrics: Metrics) -> dict[str, float]:
    lines = generate_latest(metrics.registry).decode().splitlines()
    found = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in found if "_bucket" not in name and "_created" not in name}


def test_what_an_alert_must_see_the_first_time_is_there_from_the_start() -> None:
    found = series(Metrics())
    assert found["process_resident_memory_bytes"] > 0
    assert {name: value for name, value in found.items() if name.startswith("idverify_")} == {
        "idverify_failures_total": 0,
        "idverify_alarms_total": 0,
        "idverify_figures_missing_total": 0,
    }


def test_calls_by_role_and_reason() -> None:
    metrics = Metrics()
    with metrics.call("Verify"):
        metrics.call_ended(CallEnded("Verify", Role.COUNTER, "OK", None, 0.1))
    metrics.call_ended(CallEnded("Verify", None, "PERMISSION_DENIED", Reason.CLIENT_NOT_AUTHORIZED, 0.1))
    metrics.call_ended(CallEnded("Verify", Role.COUNTER, "INTERNAL", None, 0.1))
    found = series(metrics)
    assert found['idverify_calls_total{code="OK",method="Verify",reason="",role="counter"}'] == 1
    refused = 'code="PERMISSION_DENIED",method="Verify",reason="CLIENT_NOT_AUTHORIZED",role="none"'
    assert found[f"idverify_calls_total{{{refused}}}"] == 1
    assert found["idverify_failures_total"] == 1
    assert found['idverify_call_seconds_count{method="Verify"}'] == 3


def test_stages_are_timed_however_they_end() -> None:
    metrics = Metrics()
    with pytest.raises(KeyError), metrics.stage(Stage.EXTRACT):
        raise KeyError
    metrics.took(Stage.QUEUE, 2.0)
    found = series(metrics)
    assert found['idverify_stage_seconds_count{stage="extract"}'] == 1
    assert found['idverify_stage_seconds_sum{stage="queue"}'] == 2.0


def test_samples_by_finger() -> None:
    metrics = Metrics()
    metrics.sample(SampleSeen(FingerPosition.LEFT_THUMB, SampleKind.IMAGE, GOOD, None))
    metrics.sample(SampleSeen(None, SampleKind.IMAGE, GOOD, Reason.SAMPLE_QUALITY_LOW))
    metrics.sample(SampleSeen(None, SampleKind.MINUTIAE, None, Reason.SAMPLE_INVALID))
    found = series(metrics)
    assert found['idverify_sample_quality_sum{finger="LEFT_THUMB",kind="image"}'] == 80
    assert found['idverify_sample_quality_count{finger="UNKNOWN",kind="image"}'] == 1
    assert found['idverify_samples_refused_total{finger="UNKNOWN",reason="SAMPLE_QUALITY_LOW"}'] == 1
    assert found['idverify_samples_refused_total{finger="UNKNOWN",reason="SAMPLE_INVALID"}'] == 1
    assert not any('kind="minutiae"' in name for name in found)


def test_decisions_are_read_off_the_trail() -> None:
    metrics = Metrics({"scanner-1": "Maker 7"}.get)
    metrics.recorded(entry("MATCH", score=62.5, fingers=["RIGHT_INDEX", "LEFT_INDEX"], devices=["scanner-1"]))
    metrics.recorded(entry("INCONCLUSIVE", score=37, fingers=["RIGHT_INDEX"], devices=["scanner-2"]))
    metrics.recorded(entry("NO_MATCH", "Identify", scores=[], quality=70))
    metrics.recorded(entry("MATCH", "Identify", scores=["51.00", "3.00"]))
    metrics.recorded(entry("CAPTURED", "AddCapture", fingers=["RIGHT_INDEX"], quality=44, device="scanner-1"))
    found = series(metrics)
    assert found['idverify_decisions_total{decision="MATCH",finger="RIGHT_INDEX"}'] == 1
    assert found['idverify_decisions_total{decision="MATCH",finger="LEFT_INDEX"}'] == 1
    assert found['idverify_decisions_total{decision="NO_MATCH",finger="UNKNOWN"}'] == 1
    assert found['idverify_device_decisions_total{decision="MATCH",model="Maker 7"}'] == 1
    assert found['idverify_device_decisions_total{decision="INCONCLUSIVE",model="unknown"}'] == 1
    assert found['idverify_decision_level_sum{action="Verify",decision="MATCH"}'] == 62.5
    assert found['idverify_decision_level_sum{action="Identify",decision="MATCH"}'] == 51.0
    assert 'idverify_decision_level_sum{action="Identify",decision="NO_MATCH"}' not in found
    assert found['idverify_device_quality_sum{model="Maker 7"}'] == 44
    assert found['idverify_events_total{action="AddCapture",outcome="CAPTURED",reason=""}'] == 1


def test_alarms_and_words_of_others() -> None:
    metrics = Metrics()
    metrics.recorded(entry("ALARM", reason="SAMPLE_REPLAYED"))
    metrics.recorded(entry("ERASED", "EraseImages", reason="Nguyễn Văn A asked"))
    metrics.recorded(entry("MATCH", fingers=["Nguyễn"], score=50, reason=["Nguyễn"]))
    found = series(metrics)
    assert found["idverify_alarms_total"] == 1
    assert found['idverify_events_total{action="Verify",outcome="ALARM",reason="SAMPLE_REPLAYED"}'] == 1
    assert found['idverify_events_total{action="EraseImages",outcome="ERASED",reason=""}'] == 1
    assert not any("Nguyễn" in name for name in found)


@given(
    st.text(min_size=1).map(lambda text: f"planted {text}"),
    st.sampled_from(["reason", "fingers", "device", "devices", "disclosed", "text", "sources"]),
    st.sampled_from(["MATCH", "INCONCLUSIVE", "ALARM", "REFUSED", "CAPTURED"]),
    st.booleans(),
)
def test_no_detail_of_an_event_becomes_a_label(planted: str, detail: str, outcome: str, several: bool) -> None:
    metrics, details = Metrics(), {"score": 40.0, "quality": 50, detail: [planted] if several else planted}
    metrics.recorded(replace(entry(outcome), details=details))
    assert "planted" not in generate_latest(metrics.registry).decode()


def test_models_are_few() -> None:
    few = Few(2)
    assert [few.word(word) for word in ("a", "b", "c", "a", "x" * 100)] == ["a", "b", OTHERS, "a", OTHERS]
    assert Few(1).word("x" * 100) == "x" * 60
    metrics = Metrics(lambda device: device)
    for number in range(100):
        metrics.recorded(entry("MATCH", devices=[f"model {number}"], score=50))
    assert sum(name.startswith("idverify_device_decisions_total") for name in series(metrics)) == 31
    metrics.know_models(lambda _: "another")
    metrics.recorded(entry("MATCH", devices=["model 1"], score=50))
    assert series(metrics)['idverify_device_decisions_total{decision="MATCH",model="others"}'] == 71


def test_chores() -> None:
    metrics = Metrics()
    metrics.chore("this", 0.5, failed=False)
    metrics.chore("this", 0.25, failed=True)
    found = series(metrics)
    assert found['idverify_chores_total{chore="this",outcome="done"}'] == 1
    assert found['idverify_chores_total{chore="this",outcome="failed"}'] == 1
    assert found['idverify_chore_seconds{chore="this"}'] == 0.25


def test_states_are_asked_for_and_one_that_cannot_be_had_takes_nothing_from_the_others() -> None:
    metrics = Metrics()

    def out() -> Sequence[Figure]:
        raise DomainError(Reason.STORE_UNAVAILABLE, "out")

    metrics.show(lambda: [Figure(Shown.WORKERS, 2), Figure(Shown.QUEUE_WAITING, 3, "counter")])
    metrics.show(out)
    metrics.show(lambda: [Figure(Shown.QUEUE_WAITING, 4, "batch")])
    found = series(metrics)
    assert found["idverify_workers"] == 2
    assert found['idverify_queue_waiting{priority="counter"}'] == 3
    assert found['idverify_queue_waiting{priority="batch"}'] == 4
    assert series(metrics)["idverify_figures_missing_total"] >= 1
    metrics.close()
    assert "idverify_workers" not in series(metrics)


def test_every_state_has_a_family_and_no_two_have_one_name() -> None:
    assert SHOWN.keys() == set(Shown)
    names = [family.name for family in FAMILIES]
    assert len(names) == len(set(names))
    assert all(family.help for family in FAMILIES)
