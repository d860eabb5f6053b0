"""All cases, in the order in which they are run and told."""

from __future__ import annotations

from tests.attack.case import Case
from tests.attack.cases import (
    limits,
    lost_files,
    memory,
    numbers_of_nobody,
    one_finger,
    overload,
    repetition,
    rollback,
    samples,
    telling,
    two_servers,
    union,
)

CASES: tuple[Case, ...] = (
    telling.CASE,
    limits.CASE,
    samples.TEMPLATES,
    samples.REPLAYS,
    numbers_of_nobody.CASE,
    repetition.CASE,
    one_finger.CASE,
    union.CASE,
    memory.CASE,
    overload.CASE,
    rollback.CASE,
    two_servers.CASE,
    lost_files.CASE,
)
