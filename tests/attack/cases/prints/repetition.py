"""Minutiae that stand several times in a record: one point is one piece of evidence."""

from __future__ import annotations

from idverify.v1 import biometrics_pb2
from tests.attack.case import Case, Findings, Outcome
from tests.attack.doctoring import times
from tests.attack.people import minutiae, touch
from tests.attack.stage import Stage
from tests.e2e.harness import context
from tests.e2e.stubs import Stubs

_STRANGER_LEVEL = 40.0
"""Reached by one of 10,000 pairs of strangers; the issue's figure."""


def run(stage: Stage) -> Outcome:
    """Compare strangers whose records repeat themselves, as a client that is told every score."""
    found = Findings()
    people = 24 if stage.full else 8
    with stage.site().serving() as server:
        stubs = server.stubs("tester")
        once = _levels(stubs, people, 1)
        for count in (2, 3):
            repeated = _levels(stubs, people, count)
            risen = sum(b > a for a, b in zip(once, repeated, strict=True))
            found.note(f"each minutia {count} times: level rises in {risen} of {len(once)} pairs", risen == 0)
            found.note(f"highest {max(repeated):.0f} (once: {max(once):.0f})", max(repeated) < _STRANGER_LEVEL)
    return found.outcome


def _levels(stubs: Stubs, people: int, count: int) -> list[float]:
    """Return the level of every person with the next, both records with each minutia so many times."""
    levels = []
    for person in range(people):
        one, other = (minutiae(times(touch(p), count)) for p in (person, person + 1))
        request = biometrics_pb2.CompareSamplesRequest(context=context(), probe=one, reference=other)
        levels.append(stubs.biometrics.CompareSamples(request).score)
    return levels


CASE = Case(
    number="2",
    name="repeated minutiae",
    before="a stranger's level 27 rose to over 100; 46 of 540 pairs of strangers reached level 40 when both did it",
    wanted="a level never rises by repetition",
    run=run,
)
