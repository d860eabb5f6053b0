"""What ``make cluster-chaos`` does, for seconds, on one process; and that it would find what is not as it was told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.chaos import clerks, order
from tests.chaos.day import Day
from tests.chaos.faults import Trouble
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
    day = Day(plant, 5, calm=False)
    report = day.live(5.0, 30.0, 1)
    against = {name: bar["against"] for name, bar in report["bars"].items()}
    # How soon is for a machine that does nothing else.
    assert {name for name, found in against.items() if found} <= {"99.9 % of Verify answered within the deadline"}
    assert report["faults"]
    assert report["checkpoints"] > 0
    assert {act for act, calls in report["calls"].items() if calls["calls"]} >= {"enrol", "verify", "identify"}

    known: dict[str, Any] = {"clerk": 0, "began": 0.0, "ended": 0.0, "code": "OK"}
    day.town.tells.append(Told(act="enrol", answer=ENROLLED, entry=999, body=999, subject="nobody", **known))
    day.town.tells.append(Told(act="verify", answer=MATCH, entry=999, body=999, event=1, request="none", **known))
    found = day.judge(1)["bars"]
    assert found["no acknowledged enrolment lost"]["against"] == [
        "entry 999, enrolled, is not so at one",
        "finger 0 of body 999 is found by no search",
    ]
    assert {"at one: event 1 is another one than was answered", "event 1 is not that of request none"} <= set(
        found["one log, one order"]["against"]
    )
