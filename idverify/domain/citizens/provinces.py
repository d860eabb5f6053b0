"""Where a birth was registered: provinces and cities by the first three digits of a citizen number.

A number is borne for life, so that the code of a province that was merged is as good as any. Which codes births get
that are registered since the mergers of July 2025 is not settled in anything published that we have read: nothing is
concluded from a code and a date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Province:
    """A province or city under the central government.

    Attributes:
        code: three digits.
        name: in Vietnamese.
        until: its last day under this name; None: it is there today.
        now: what it is part of since; empty: itself.
    """

    code: str
    name: str
    until: date | None = None
    now: str = ""


Provinces = Mapping[str, Province]
"""By code."""
