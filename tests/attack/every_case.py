"""All cases, in the order in which they are run and told."""

from __future__ import annotations

from tests.attack.case import Case
from tests.attack.cases.callers import who
from tests.attack.cases.guessing import hill_climber, limits, numbers_of_nobody, samples, telling
from tests.attack.cases.host import audit_checks, full_disk, lost_files, rollback, silences, two_servers
from tests.attack.cases.load import growth, memory, overload
from tests.attack.cases.prints import one_finger, repetition, resolutions, union

CASES: tuple[Case, ...] = (
    telling.CASE,
    limits.CASE,
    samples.TEMPLATES,
    samples.REPLAYS,
    hill_climber.UNLIMITED,
    hill_climber.LIMITED,
    numbers_of_nobody.CASE,
    repetition.CASE,
    one_finger.CASE,
    union.CASE,
    memory.CASE,
    overload.CASE,
    rollback.CASE,
    two_servers.CASE,
    full_disk.CASE,
    lost_files.CASE,
    audit_checks.CASE,
    growth.CASE,
    silences.CASE,
    resolutions.CASE,
    who.CASE,
)
