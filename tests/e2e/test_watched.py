"""A server that is watched: what happens is counted and traced."""

from __future__ import annotations

import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest

from idverify.domain.errors import SettingsError
from idverify.domain.model import AuditEntry, Device, RequestContext
from idverify.ports import Shown
from idverify.start.backup.last_taken import note_taken
from idverify.telemetry.watching.families import FAMILIES, SHOWN
from idverify.v1 import verification_pb2
from tests.e2e.harness import (
    NUMBER,
    OTHER_NUMBER,
    context,
    enrolment,
    local_settings,
    print_of,
    refusal,
    start_server,
)
from tests.e2e.stubs import Stubs
from tests.e2e.watched_kit import TRACED, samples, scraped, to_memory, watched_server
from tests.waiting import wait_until


def verify(number: str, text: str, **stated: str) -> verification_pb2.VerifyRequest:
    return verification_pb2.VerifyRequest(context=context(**stated), citizen_number=number, samples=[print_of(text)])


def test_what_happens_is_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    logged: dict[str, Any] = {"log_dir": tmp_path / "published", "log_seconds": 1.0}
    with (
        watched_server(tmp_path / "data", caplog, **logged) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        stubs = Stubs(channel)
        stubs.enrolment.EnrolCitizen(enrolment())
        stubs.verification.Verify(verify(NUMBER, "alice/RIGHT_INDEX/81"))
        stubs.verification.Verify(verify(NUMBER, "stranger/RIGHT_INDEX/81"))
        assert refusal(stubs.verification.Verify, verify(NUMBER, "alice/RIGHT_INDEX/3")).reason == "SAMPLE_QUALITY_LOW"
        assert (
            refusal(stubs.verification.Verify, verify(OTHER_NUMBER, "a/RIGHT_INDEX/80")).reason == "SUBJECT_NOT_FOUND"
        )
        wait_until(lambda: "idverify_log_entries_unpublished 0.0" in scraped(caplog))
        assert "idverify_backup_age_seconds" not in samples(scraped(caplog))
        note_taken(tmp_path / "data", datetime.now(UTC) - timedelta(days=2))
        wait_until(lambda: "idverify_backup_age_seconds" in scraped(caplog))  # collected once a second
        found = samples(scraped(caplog))
    assert found["idverify_backup_age_seconds"] > 47 * 3600
    verified = 'method="idverify.v1.VerificationService/Verify"'
    assert found[f'idverify_calls_total{{code="OK",{verified},reason="",role="counter"}}'] == 2
    poor = f'code="FAILED_PRECONDITION",{verified},reason="SAMPLE_QUALITY_LOW",role="counter"'
    assert found[f"idverify_calls_total{{{poor}}}"] == 1
    assert found['idverify_events_total{action="Verify",outcome="REFUSED",reason="SUBJECT_NOT_FOUND"}'] == 1
    assert found['idverify_events_total{action="EnrolCitizen",outcome="ENROLLED",reason=""}'] == 1
    assert found['idverify_decisions_total{decision="MATCH",finger="RIGHT_INDEX"}'] == 1
    assert found['idverify_decision_level_count{action="Verify",decision="MATCH"}'] == 1
    assert found['idverify_decision_level_count{action="Verify",decision="NO_MATCH"}'] == 1
    assert found['idverify_samples_refused_total{finger="RIGHT_INDEX",reason="SAMPLE_QUALITY_LOW"}'] == 1
    assert found['idverify_sample_quality_count{finger="RIGHT_INDEX",kind="minutiae"}'] == 4
    assert found["idverify_gallery_impressions"] == 2
    assert found["idverify_log_entries"] == 5
    assert found['idverify_stage_seconds_count{stage="queue"}'] == 5
    assert found["idverify_workers"] == 2
    assert found["idverify_figures_missing_total"] == 0
    assert found['idverify_certificate_expires_in_seconds{whose="document"}'] > 90 * 86_400
    ages = {name: value for name, value in found.items() if name.startswith("idverify_key_file_age_seconds")}
    assert ages.keys() == {
        f'idverify_key_file_age_seconds{{keys="{keys}"}}' for keys in ("secrets", "signing", "log", "document")
    }
    assert all(0 <= age < 3600 for age in ages.values())
    assert {name for name, value in found.items() if name.startswith("idverify_attempts_locked") and value} == set()
    assert found["process_open_fds"] > 0
    names = {name for name in found if name.startswith("idverify_")}
    told = {re.sub(r"(_bucket|_count|_sum|_created)?(\{.*)?$", "", name).removesuffix("_total") for name in names}
    assert told <= {family.full_name.removesuffix("_total") for family in FAMILIES}
    # Of a server without TLS and witnesses, whose gallery is not kept.
    missing = {SHOWN[one].full_name for one in Shown} - told
    assert missing == {
        SHOWN[Shown.LOG_COSIGNED_AGE].full_name,
        SHOWN[Shown.GALLERY_SNAPSHOT_AGE].full_name,
    }


def test_a_trace_is_a_call_and_its_stages(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    spans = to_memory(monkeypatch)
    with (
        watched_server(tmp_path / "data", caplog, **TRACED) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        stubs = Stubs(channel)
        stubs.enrolment.EnrolCitizen(enrolment())
        spans.clear()
        stubs.verification.Verify(verify(NUMBER, "alice/RIGHT_INDEX/81", procedure_code="1.001193"))
    finished = spans.get_finished_spans()
    (call,) = (span for span in finished if span.parent is None)
    assert call.name == "idverify.v1.VerificationService/Verify"
    assert call.attributes == {"rpc.grpc.code": "OK", "idverify.reason": "", "idverify.role": "counter"}
    of_call = [span for span in finished if span.context.trace_id == call.context.trace_id]
    assert {span.name for span in of_call} - {call.name} == {
        "admission", "intake", "queue", "work", "extract", "compare", "write_wait", "write", "sign",
    }  # fmt: skip
    (work,) = (span for span in of_call if span.name == "work")
    inside = {span.name for span in of_call if span.parent and span.parent.span_id == work.context.span_id}
    assert {"extract", "compare", "write"} <= inside
    assert all(not span.events for span in finished)


def test_a_taken_address_is_said_at_the_start(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SettingsError, match="watch_listen cannot be used: Address already in use"):
            start_server(local_settings(tmp_path / "data", watch_listen=address))


def test_decisions_are_counted_by_the_model_of_the_scanner(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with watched_server(tmp_path / "data", caplog) as server:
        store, now = server.application.store, server.application.clock.now()
        with store.transaction() as uow:
            uow.devices.add(Device("scanner-1", "Maker 7", "{}", "", now, now))
        decided: dict[str, str | int | float | bool | list[str]] = {
            "score": 40.0,
            "fingers": ["RIGHT_INDEX"],
            "devices": ["scanner-1", "scanner-2"],
        }
        with store.transaction() as uow:
            uow.audit.append(AuditEntry(now, "c", "AuthenticateCitizen", "INCONCLUSIVE", "", RequestContext(), decided))
        found = samples(scraped(caplog))
    assert found['idverify_device_decisions_total{decision="INCONCLUSIVE",model="Maker 7"}'] == 1
    assert found['idverify_device_decisions_total{decision="INCONCLUSIVE",model="unknown"}'] == 1
    assert not any("scanner-" in series for series in found)


def test_without_the_setting_nobody_listens(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with watched_server(tmp_path / "watched", caplog):
        pass
    told = [record.getMessage() for record in caplog.records]
    assert told.count("watched") == 1
    with pytest.raises(OSError, match=r"refused|reset"):
        scraped(caplog)
