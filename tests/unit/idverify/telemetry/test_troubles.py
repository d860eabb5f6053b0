"""What the operator is told, and how often."""

from __future__ import annotations

import errno

import pytest

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.telemetry.troubles import Rarely, cause_of


def test_the_cause_is_told_in_words() -> None:
    assert cause_of(OSError(errno.ENOSPC, "No space left on device", "/secret")) == "ENOSPC: No space left on device"
    assert cause_of(OSError("strange")) == "OSError"
    assert cause_of(StoredDataError("damaged")) == "damaged"
    assert cause_of(DomainError(Reason.STORE_UNAVAILABLE, "x")) == "STORE_UNAVAILABLE"
    full = DomainError(Reason.STORE_NOT_WRITABLE, "x", {"cause": "DISK_FULL"})
    assert cause_of(full) == "STORE_NOT_WRITABLE: DISK_FULL"


def test_one_cause_is_told_once_a_minute_and_another_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("idverify.telemetry.troubles.time.monotonic", lambda: now)
    line = Rarely()
    assert not line.over()
    assert [line.due(cause) for cause in ("a", "a", "b", "b", "a")] == [True, False, True, False, True]
    now += 59.0
    assert not line.due("a")
    now += 1.0
    assert line.due("a")
    assert [line.over(), line.over(), line.due("a")] == [True, False, True]
