"""Requests of citizens that are late are counted, now and then, and open ones that are not late are not."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from idverify.domain.law.requests import SubjectRequest, SubjectRequestKind, SubjectRequestState
from idverify.start.watching import overdue
from idverify.start.watching.overdue import OverdueRequests
from idverify.storage.store import open_store
from tests.contract.store_kit import KEYS
from tests.fakes import FakeClock


def test_late_ones_are_counted_anew_after_ten_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overdue, "_AT_A_TIME", 2)
    clock = FakeClock()
    now = clock.time

    def request(number: int, hours: float, state: SubjectRequestState = SubjectRequestState.OPEN) -> SubjectRequest:
        due = now + timedelta(hours=hours)
        kind = SubjectRequestKind.ACCESS
        return SubjectRequest(str(number), "s", kind, now, due, due + timedelta(days=9), "c", "H05.12", state)

    with closing(open_store(f"sqlite:///{tmp_path / 'a.db'}", KEYS)) as store:
        found = OverdueRequests(store, clock)

        def late() -> float:
            (figure,) = found.figures()
            return figure.value

        assert late() == 0
        with store.transaction() as uow:
            for each in (
                request(1, -1),
                request(2, -2),
                request(3, -300, SubjectRequestState.ACCEPTED),
                request(4, -1, SubjectRequestState.ACCEPTED),
                request(5, -300, SubjectRequestState.DONE),
                request(6, 1),
            ):
                uow.subject_requests.add(each)
        assert late() == 0, "they were counted a moment ago"
        clock.advance(600)
        assert late() == 3
        clock.advance(3600)
        assert late() == 4
        clock.advance(-7200)
        assert late() == 3, "a clock that was set back does not keep the count for hours"
