"""All cases, in the order in which they are run and told."""

from __future__ import annotations

from tests.attack.case import Case
from tests.attack.cases import repetition

CASES: tuple[Case, ...] = (repetition.CASE,)
