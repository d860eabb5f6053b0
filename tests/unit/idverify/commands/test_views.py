"""What commands show of answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from idverify.commands import views
from idverify.commands.telling.spoken import speak
from idverify.domain.model import Language
from idverify.v1.types_pb2 import RECORD_SOURCE_ENROLMENT, RECORD_SOURCE_OWNER, Record, RecordProvenance


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    speak(None)


def test_a_record_that_its_owner_said_earlier_tells_when() -> None:
    provenance = RecordProvenance(source="insurer")
    provenance.receive_time.FromDatetime(datetime(2026, 1, 5, 2, 0, tzinfo=UTC))
    record = Record(source=RECORD_SOURCE_OWNER, provenance=provenance)
    assert views.source(Record(source=RECORD_SOURCE_ENROLMENT)) == "enrolment"
    assert views.source(record) == "owner"
    record.provenance.cached = True
    assert views.source(record) == "owner, asked 2026-01-05 09:00"
    speak(Language.VI)
    assert views.source(record) == "cơ quan quản lý, đã hỏi lúc 05/01/2026 09:00"
