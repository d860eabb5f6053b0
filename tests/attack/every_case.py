"""All cases, in the order in which they are run and told."""

from __future__ import annotations

from tests.attack.case import Case
from tests.attack.cases import (
    audit_checks,
    full_disk,
    growth,
    hill_climber,
    limits,
    lost_files,
    memory,
    numbers_of_nobody,
    one_finger,
    overload,
    repetition,
    resolutions,
    rollback,
    samples,
    silences,
    telling,
    two_servers,
    union,
    who,
)

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
