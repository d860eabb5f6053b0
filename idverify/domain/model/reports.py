"""What was disclosed and decided, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from idverify.domain.model.prints import FingerPosition


@dataclass(frozen=True, slots=True)
class DisclosureCount:
    """How often records of a type were disclosed in a month to a procedure of an agency, and papers that saved.

    ``month`` is YYYY-MM in Viet Nam; ``agency_code`` is empty where the request named none.
    """

    month: str
    procedure_code: str
    agency_code: str
    record_type: str
    disclosed: int
    papers_saved: int


@dataclass(frozen=True, slots=True)
class HourCount:
    """What was decided in an hour of a day in Viet Nam (YYYY-MM-DD, 0 to 23)."""

    day: str
    hour: int
    matches: int
    no_matches: int
    inconclusive: int
    exceptions: int


@dataclass(frozen=True, slots=True)
class AcquisitionCount:
    """How often something that was shown told something and nothing.

    Attributes:
        captured: impressions that were kept.
        poor: impressions that were not: failures to acquire.
        decisions: in which it was shown.
        inconclusive: those of them that said nothing.
    """

    captured: int
    poor: int
    decisions: int
    inconclusive: int


@dataclass(frozen=True, slots=True)
class DecisionCounts:
    """What was decided in some days.

    Attributes:
        hours: in order.
        fingers: by position.
        devices: by id.
        total: of all impressions and decisions.
    """

    hours: tuple[HourCount, ...]
    fingers: Mapping[FingerPosition, AcquisitionCount]
    devices: Mapping[str, AcquisitionCount]
    total: AcquisitionCount
