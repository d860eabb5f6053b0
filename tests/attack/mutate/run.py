"""A run: one mutant after another, each looked at, and what is left at the end."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from idverify.rpc.heap import give_back, map_large_blocks
from idverify.telemetry.log_lines import configure_logging
from tests.attack.mutate.dispatching import Dispatching
from tests.attack.mutate.exemplars import Exemplars
from tests.attack.mutate.findings import SLOWEST, Find, Report
from tests.attack.mutate.judging import LogWatch, changes_of, faults
from tests.attack.mutate.mutants import Mutant, mutant
from tests.attack.mutate.outcomes import Outcome
from tests.attack.mutate.prints import PrintBox
from tests.attack.mutate.rpcs import RPCS
from tests.attack.mutate.state import State, Watch
from tests.attack.mutate.target import Target, open_target
from tests.attack.mutate.wired import Wired

WARM_UP = 5000
"""Calls after which the memory of the process is what it goes on from."""

MOST_GROWTH = 50 << 20
"""Bytes that the process may have more in the end."""

_LIFTED_AFTER = 3000
"""Calls between two times that all may try again, so that not most tries are refused unlooked at."""

_LEFT_AS_IT_IS = {
    "clients",
    "devices",
    "disclosures",
    "records",
    "consents",
    "confirmations",
    "replies",
    "samples",
    "probes",
    "gallery",
}
"""What matters to no later call, or not at once."""

_TIDIED_AFTER = 250
"""Calls between two times that all is put back."""

_SLOW_SECONDS = 0.05


class Run:
    """Makes calls and looks at each."""

    def __init__(self, target: Target, log: LogWatch, dispatching: Dispatching, wired: Wired) -> None:
        self._target = target
        self._log = log
        self._dispatching = dispatching
        self._wired = wired
        self._watch = Watch(target.settings.data_dir / "idverify.db", target.gallery)
        self._state = self._looked()
        self.report = Report()

    async def one(self, one: Mutant) -> Outcome:
        """Make a call and look at what came of it."""
        report = self.report
        report.calls += 1
        report.at_socket += one.at_socket
        self._target.clock.advance(one.pause)
        began = time.perf_counter()
        outcome = self._wired.call(one) if one.at_socket else await self._dispatching.call(one)
        took = time.perf_counter() - began
        report.count(RPCS[one.rpc].name, outcome.code, [r.reason or f"{r.code} of gRPC" for r in outcome.refusals])
        if took > _SLOW_SECONDS:
            report.slowest = sorted([*report.slowest, (took, one.number, one.rpc)])[-SLOWEST:]
        for fault in (*faults(one, outcome, self._log.taken()), *self._state_faults(one, outcome)):
            report.finds.append(Find(one.number, fault, one.rpc))
        if report.calls % _LIFTED_AFTER == 0:
            self._target.lift_limits()
        if report.calls % _TIDIED_AFTER == 0:
            self._target.restore()
            self._state = self._looked()
        return outcome

    def close(self) -> None:
        """Let go of the database."""
        self._watch.close()

    def _state_faults(self, one: Mutant, outcome: Outcome) -> Sequence[str]:
        if not self._watch.moved():
            return []
        former, self._state = self._state, self._watch.state()
        changed = self._state.changed_since(former)
        if changed - _LEFT_AS_IT_IS:
            self._target.restore(changed)
            self._state = self._looked()
        wrong = changed.difference(changes_of(one, outcome))
        return [f"{outcome.code} changed {', '.join(sorted(wrong))}"] if wrong else []

    def _looked(self) -> State:
        self._watch.moved()
        return self._watch.state()


def run(seed: int, numbers: Sequence[int], begun: Callable[[int], Any] = lambda _: None) -> Report:
    """Make the mutants of some numbers.

    Args:
        seed: of all of them.
        numbers: which.
        begun: told each number before its call.
    """
    log = LogWatch()
    configure_logging(log)
    map_large_blocks()
    with ExitStack() as undo:
        undo.callback(configure_logging)
        target = undo.enter_context(open_target())
        wired = Wired(target)
        undo.callback(wired.close)
        return asyncio.run(_run(target, log, wired, (seed, numbers), begun))


async def _run(
    target: Target, log: LogWatch, wired: Wired, what: tuple[int, Sequence[int]], begun: Callable[[int], Any]
) -> Report:
    seed, numbers = what
    exemplars, dispatching = Exemplars(PrintBox()), Dispatching(target)
    running = Run(target, log, dispatching, wired)
    report, began = running.report, time.monotonic()
    for number in numbers:
        begun(number)
        await running.one(mutant(seed, number, exemplars))
        if report.calls == WARM_UP:
            report.warm_memory = resident()
    report.seconds = time.monotonic() - began
    report.memory = resident()
    await dispatching.close()
    running.close()
    with target.application.store.reading() as view:
        check = view.audit.check()
    report.events = check.events
    if check.first_broken:
        report.finds.append(Find(numbers[-1], f"the trail is broken at event {check.first_broken}"))
    grown = report.memory - report.warm_memory
    if report.warm_memory and grown > MOST_GROWTH:
        report.finds.append(Find(numbers[-1], f"{grown >> 20} MB more in memory than after {WARM_UP} calls"))
    return report


def resident() -> int:
    """Return the bytes of this process that are in memory, once what nobody needs is gone.

    The service gives memory back after large requests by itself, but not after those that come past its server.
    """
    gc.collect()
    give_back()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
