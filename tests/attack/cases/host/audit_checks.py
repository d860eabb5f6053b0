"""Checks of the audit trail, many at once, beside a counter's call."""

from __future__ import annotations

import os
import time
from pathlib import Path

from idverify.v1 import audit_pb2
from tests.attack.case import Case, Findings, Outcome
from tests.attack.people import enrol, minutiae, touch, verification
from tests.attack.stage import Server, Stage
from tests.contract.store_kit import entry
from tests.register_kit import Register
from tests.waiting import PATIENCE, wait_until

_CHECKS = 30
_LONGEST = 5.0
"""Seconds that a verification may take beside them; it was 20. Among the tests it is answered at all."""

_WINDOW = 3.0
"""Seconds in which the server is watched after the checks were cancelled."""


def run(stage: Stage) -> Outcome:
    """Have a long trail checked thirty times at once and verify somebody; then cancel thirty checks and watch."""
    found, site = Findings(), stage.site()
    with Register(site.data).open() as application, application.store.transaction() as uow:
        for _ in range(60_000 if stage.full else 2_000):
            uow.audit.append(entry())
    with site.serving() as server:
        enrol(server, [1])
        _note_verification(found, server, _LONGEST if stage.full else PATIENCE)
        _note_cancelled(found, server)
    return found.outcome


def _note_verification(found: Findings, server: Server, longest: float) -> None:
    verify = server.stubs("counter-1").verification.Verify
    began = time.monotonic()
    verify(verification(1, [minutiae(touch(1, 1))]))
    alone = time.monotonic() - began
    check = server.stubs("auditor").audit.CheckAuditTrail
    began = time.monotonic()
    checks = [check.future(audit_pb2.CheckAuditTrailRequest(full=True)) for _ in range(_CHECKS)]
    verify(verification(1, [minutiae(touch(1, 2))]))
    beside = time.monotonic() - began
    intact = sum(each.result(timeout=PATIENCE).intact for each in checks)
    took = time.monotonic() - began
    found.note(
        f"a verification takes {1000 * alone:.0f} ms alone, {1000 * beside:.0f} ms beside {_CHECKS} checks",
        beside < _LONGEST,
    )
    found.note(f"{intact} of {_CHECKS} full checks answer, within {took:.1f} s", intact == _CHECKS)


def _note_cancelled(found: Findings, server: Server) -> None:
    check = server.stubs("auditor").audit.CheckAuditTrail
    checks = [check.future(audit_pb2.CheckAuditTrailRequest(full=True)) for _ in range(_CHECKS)]
    time.sleep(0.2)  # so that some have begun
    for each in checks:
        each.cancel()
    wait_until(lambda: all(each.done() for each in checks))
    time.sleep(1.0)  # what a part of a check may take still
    before = _processor_seconds(server)
    time.sleep(_WINDOW)
    busy = _processor_seconds(server) - before
    found.note(
        f"in the {_WINDOW:.0f} s after {_CHECKS} checks were cancelled the server works {busy:.1f} s",
        busy < _WINDOW / 3,
    )


def _processor_seconds(server: Server) -> float:
    fields = Path(f"/proc/{server.service.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


CASE = Case(
    number="10",
    name="checks of the audit trail",
    before="linear, not cancelled, and on the workers of all others: 30 checks held a verification for 20 s",
    wanted="a verification is answered as if there were none; cancelled checks stop",
    run=run,
)
