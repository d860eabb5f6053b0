"""What ``make cluster-chaos`` does, for seconds, on one process; and that it would find what is not as it was told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.chaos import clerks, day, order
from tests.chaos.day import Day
from tests.chaos.faults import Fault, Trouble
from tests.chaos.older import exchange
from tests.chaos.told import ENROLLED, MATCH, Told
from tests.chaos.topologies import Plant, one_process

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    with one_process(tmp_path_factory.mktemp("chaos")) as running:
        yield running


def test_what_was_told_is_so(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "_PROVEN", 10_000)  # every answer's, and so that which is planted below
    monkeypatch.setattr(Trouble, "_PAUSE", (0.2, 1.0))
    monkeypatch.setattr(clerks, "_MIX", [(act, 1.0) for act, _ in clerks._MIX])  # all of them within seconds
    town_day = Day(plant, 5, calm=False)
    report = town_day.live(5.0, 30.0, 1)
    against = {name: bar["against"] for name, bar in report["bars"].items()}
    # How soon is for a machine that does nothing else.
    assert {name for name, found in against.items() if found} <= {"99.9 % of Verify answered within the deadline"}
    assert report["faults"]
    assert report["checkpoints"] > 0
    assert {act for act, calls in report["calls"].items() if calls["calls"]} >= {"enrol", "verify", "identify"}

    known: dict[str, Any] = {"clerk": 0, "began": 0.0, "ended": 0.0, "code": "OK"}
    town_day.town.tells.append(Told(act="enrol", answer=ENROLLED, entry=999, body=999, subject="nobody", **known))
    town_day.town.tells.append(Told(act="verify", answer=MATCH, entry=999, body=999, event=1, request="none", **known))
    found = town_day.judge(1)["bars"]
    assert found["no acknowledged enrolment lost"]["against"] == [
        "entry 999, enrolled, is not so at one",
        "finger 0 of body 999 is found by no search",
    ]
    assert {"at one: event 1 is another one than was answered", "event 1 is not that of request none"} <= set(
        found["one log, one order"]["against"]
    )


def test_trouble_that_fails_ends_the_run(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError("no such process")

    monkeypatch.setattr(day, "_CLERKS", 2)
    monkeypatch.setattr(day, "_FIRST", 1)
    monkeypatch.setattr(day, "_EACH_SECONDS", 0.1)
    monkeypatch.setattr(Trouble, "_PAUSE", (0.1, 0.2))
    broken = replace(plant, faults=[Fault("none", fail, fail, 0.1, 0.1)])
    with pytest.raises(OSError, match="no such process"):
        Day(broken, 6, calm=False).live(30.0, 30.0, 1)
    assert not {thread.name for thread in threading.enumerate()} & {"trouble", "watcher"}


def test_a_run_that_is_cut_off_ends(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(day, "_CLERKS", 2)
    monkeypatch.setattr(day, "_FIRST", 1)
    monkeypatch.setattr(Day, "_have_called", cut_off)
    with pytest.raises(KeyboardInterrupt):
        Day(plant, 7, calm=True).live(30.0, 30.0, 1)
    assert not {thread.name for thread in threading.enumerate()} & {"trouble", "watcher"}


def test_what_was_there_before_comes_back_whoever_writes_meanwhile(tmp_path: Path) -> None:
    folder, kept, ended = tmp_path / "now", tmp_path / "before", threading.Event()

    def replace_files() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            with suppress(OSError):  # as it is moved away
                folder.mkdir(exist_ok=True)
                for name in range(20):
                    (folder / f"{number}-{name}").write_bytes(b"")
                for name in range(20):
                    (folder / f"{number - 1}-{name}").unlink(missing_ok=True)
            ended.wait(0.01)

    exchange(folder, kept)
    assert not kept.exists()
    folder.mkdir()
    (folder / "first").touch()
    exchange(folder, kept)
    assert (folder / "first").exists()
    (folder / "first").rename(folder / "second")
    writing = threading.Thread(target=replace_files)
    writing.start()
    try:
        for name in ("first", "second", "first", "second", "first"):
            exchange(folder, kept)
            assert (folder / name).exists()
    finally:
        ended.set()
        writing.join()
