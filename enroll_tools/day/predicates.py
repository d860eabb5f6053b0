"""What a predicate of the catalogue must be answered with, from the documentation alone (docs/procedures.md).

The oracle shares no code with the service: an error of the service must not be the oracle's too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any


def expected_answer(text: str, record: Mapping[str, Any], today: date) -> bool | None:
    """Return true, false, or None where the record cannot tell. Birth dates of the day are whole dates."""
    kind, _, rest = text.removesuffix(")").partition("(")
    field, _, arguments = rest.partition(",")
    wanted = json.loads(f"[{arguments}]")
    value = record.get(field.strip())
    if kind == "present":
        return value is not None
    if value is None:
        return None
    if kind == "age_at_least":
        born = date.fromisoformat(value)
        had_birthday = (today.month, today.day) >= (born.month, born.day)
        return today.year - born.year - (0 if had_birthday else 1) >= int(wanted[0])
    return value in wanted
