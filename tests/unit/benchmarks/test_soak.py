"""The bars of the soak: memory that grows, answers that fall off and calls that come late are missed."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from benchmarks.overload.load import Figures
from benchmarks.overload.service import running_service
from benchmarks.overload.soak import Slice, _judged, _print

BEST = Figures(offered=20.0, goodput=20.0, refused=0, expired=0, median=0.2, late=0.4, refusal_late=0.0)
GOOD = replace(BEST, offered=40.0, goodput=19.0, refused=400)


def test_a_service_that_stays_as_it_was_holds() -> None:
    judged = _judged(BEST, [Slice(GOOD, memory) for memory in (200.0, 380.0, 400.0, 401.0, 399.0, 402.0)])
    assert judged["missed"] == []
    assert (judged["answered"], judged["refused"], judged["memory_early"], judged["memory_late"]) == (
        6 * 19 * 20,
        2400,
        401.0,
        402.0,
    )


@pytest.mark.parametrize(
    ("figures", "grows", "missed"),
    [
        (GOOD, 30.0, "memory stays flat"),
        (replace(GOOD, goodput=10.0), 0.0, "goodput at twice the load"),
        (replace(GOOD, expired=4), 0.0, "p99 of what is let in within the deadline"),
    ],
)
def test_what_does_not_is_said(figures: Figures, grows: float, missed: str) -> None:
    assert _judged(BEST, [Slice(figures, 400.0 + grows * n) for n in range(9)])["missed"] == [missed]


def test_the_table_has_a_row_a_slice_and_says_what_is_missed(capsys: pytest.CaptureFixture[str]) -> None:
    judged = _judged(BEST, [Slice(replace(GOOD, goodput=10.0), 400.0)] * 3)
    _print({"best": asdict(BEST), "slices": [asdict(Slice(GOOD, 412.0))] * 3, **judged})
    told = capsys.readouterr().err.splitlines()
    assert [line.split()[:3] for line in told if "412" in line] == [["412", "40.0", "19.0"]] * 3
    assert told[-1] == "missed: goodput at twice the load"


def test_ctrl_c_does_not_reach_the_service_which_is_ended_at_once(tmp_path: Path) -> None:
    """One that is asked to end may first answer what it has let in."""
    serves = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('{"message": "listening", "address": "nowhere"}', file=sys.stderr, flush=True)
time.sleep(600)
"""
    with suppress(KeyboardInterrupt), running_service(tmp_path, {}, ("-c", serves)) as service:
        assert os.getsid(service.process.pid) == service.process.pid, "a terminal sends Ctrl-C to one session"
        raise KeyboardInterrupt
    assert service.process.returncode == -signal.SIGKILL
