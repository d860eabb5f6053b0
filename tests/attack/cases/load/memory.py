"""What a stranger's large calls do to the memory of the server."""

from __future__ import annotations

import asyncio

from benchmarks.overload.attack import BYTES, CALLS, attack
from benchmarks.overload.measuring import MOST_KEPT, MOST_MEMORY
from tests.attack.case import Case, Findings, Outcome
from tests.attack.stage import Stage

_SMALL_CALLS = 80
"""Held at once they would be 1.1 GB."""


def run(stage: Stage) -> Outcome:
    """Make all calls at once with a certificate that nobody registered."""
    found, calls = Findings(), CALLS if stage.full else _SMALL_CALLS
    with stage.site().serving() as server:
        memory = asyncio.run(attack(server.service, calls))
    found.same(f"refused of {calls} calls of {BYTES / 1e6:.0f} MB", memory.refused, calls)
    found.note(f"{memory.most:.0f} MB at most", memory.most < MOST_MEMORY)
    kept = memory.after - memory.idle
    found.note(f"{memory.after:.0f} MB afterwards, {memory.idle:.0f} MB before", kept <= MOST_KEPT)
    return found.outcome


CASE = Case(
    number="5",
    name="memory of a stranger's calls",
    before="300 calls of 14 MB by an unregistered certificate drove the process to 8.3 GB, and it kept them",
    wanted=f"below {MOST_MEMORY:.0f} MB, and within {MOST_KEPT:.0f} MB of idle afterwards",
    run=run,
)
