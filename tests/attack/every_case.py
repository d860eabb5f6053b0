"""All cases, in the order in which they are run and told."""

from __future__ import annotations

from tests.attack.case import Case
from tests.attack.cases import lost_files, numbers_of_nobody, repetition, rollback, two_servers

CASES: tuple[Case, ...] = (
    numbers_of_nobody.CASE,
    repetition.CASE,
    rollback.CASE,
    two_servers.CASE,
    lost_files.CASE,
)
