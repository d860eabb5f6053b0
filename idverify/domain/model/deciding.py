"""What is decided, with what, and what vouches for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class Decision(Enum):
    """Outcome of a comparison at an operating point."""

    MATCH = "MATCH"
    NO_MATCH = "NO_MATCH"
    INCONCLUSIVE = "INCONCLUSIVE"


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What a decision was made with."""

    target_fmr: float
    comparator: str
    calibration: str
    fmr_extrapolated_below: float


class DuplicateCheck(Enum):
    """What to do about people whose fingers are enrolled already under another number."""

    REFUSE = "REFUSE"
    REPORT = "REPORT"
    SKIP = "SKIP"


@dataclass(frozen=True, slots=True)
class Assertion:
    """A signed statement (JWT in JWS compact form), its ``jti``, and when it expires; as an SD-JWT too if asked for."""

    jwt: str = field(repr=False)
    assertion_id: str
    expires: datetime
    sd_jwt: str = field(default="", repr=False)
