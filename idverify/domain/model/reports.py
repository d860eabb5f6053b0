"""What was disclosed, counted."""

from __future__ import annotations

from dataclasses import dataclass


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
