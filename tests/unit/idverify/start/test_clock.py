"""A clock that is set does not pass silently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from idverify.start.clock_watch import ClockWatch
from idverify.storage.store import SqlStore, open_store
from tests.contract.store_kit import KEYS
from tests.fakes import FakeClock
from tests.register_kit import Register, enrol


@dataclass
class Watched:
    """A watch whose second clock is moved by the test."""

    clock: FakeClock
    store: SqlStore
    monkeypatch: pytest.MonkeyPatch
    ticks: float = 1000.0

    def start(self) -> ClockWatch:
        self.monkeypatch.setattr("idverify.start.clock_watch.time.monotonic", lambda: self.ticks)
        return ClockWatch(self.clock, self.store)

    def events(self) -> list[tuple[str, object]]:
        with self.store.reading() as view:
            return [(e.entry.action, e.entry.details["seconds"]) for e in view.audit.page(0, 100)]


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    store = open_store(f"sqlite:///{tmp_path / 'store'}", KEYS)
    yield Watched(FakeClock(), store, monkeypatch)
    store.close()


@pytest.mark.parametrize(
    ("wall", "ticks", "noticed"),
    [
        (1.0, 1.0, None),
        (3600.0, 3600.0, None),  # the look came late
        (30.0, 1.0, None),  # a time service at work
        (-30.0, 1.0, None),
        (3601.0, 1.0, 3600),
        (86_400.0 * 365, 1.0, 86_400 * 365 - 1),
    ],
)
def test_a_jump_forward_is_logged_and_on_the_record(
    watched: Watched, caplog: pytest.LogCaptureFixture, wall: float, ticks: float, noticed: int | None
) -> None:
    watch = watched.start()
    watched.clock.advance(wall)
    watched.ticks += ticks
    watch.look()
    watch.look()
    assert watched.events() == ([] if noticed is None else [("CLOCK_STEPPED", noticed)])
    assert [r.__dict__["seconds"] for r in caplog.records] == ([] if noticed is None else [noticed])


def test_a_jump_back_is_logged_and_on_the_record_before_the_next_event(
    tmp_path: Path, watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    watch = watched.start()
    watched.clock.advance(-7200)
    watched.ticks += 1
    watch.look()
    assert [r.__dict__["seconds"] for r in caplog.records] == [-7201]
    register = Register(tmp_path / "data")
    with register.open() as application:
        enrol(application, 1)
        register.clock.advance(-30)
        enrol(application, 2)
        register.clock.advance(-3000)
        enrol(application, 3)
        with application.store.reading() as view:
            events = [e.entry for e in view.audit.page(6, 100)]
    assert [(e.action, e.caller) for e in events][:2] == [("CLOCK_STEPPED", "service"), ("EnrolCitizen", "c")]
    assert events[0].details == {"seconds": -3000, "noticed": "event"}
    assert len(events) == 4, "it is said once"
    assert events[0].time == events[1].time


def test_a_long_silence_is_on_the_record(tmp_path: Path) -> None:
    register = Register(tmp_path / "data").filled(1)
    register.clock.time += timedelta(days=29)
    with register.open() as application, application.store.reading() as view:
        assert len(view.audit.page(0, 100)) == 3
    register.clock.time += timedelta(days=2)
    with register.open() as application, application.store.reading() as view:
        (event,) = view.audit.page(3, 100)
    assert (event.entry.action, event.entry.details) == (
        "CLOCK_STEPPED",
        {"seconds": 31 * 86_400, "noticed": "start"},
    )


def test_a_clock_that_is_a_little_behind_at_the_start_is_on_the_record(tmp_path: Path) -> None:
    register = Register(tmp_path / "data").filled(1)
    register.clock.advance(-1800)
    with register.open() as application:
        enrol(application, 2)
        with application.store.reading() as view:
            assert view.audit.page(3, 1)[0].entry.details == {"seconds": -1800, "noticed": "event"}
