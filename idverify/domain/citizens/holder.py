"""Whether a record is of the citizen for whom it is put.

A record says whom it is of by its top-level fields ``citizen_number``, ``full_name``, ``birth_date`` and ``sex``, as
far as its type has them; fields of other names are about others (``spouse_name``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from idverify.domain.citizens.names import same_name
from idverify.domain.disclosing.content import content_of
from idverify.domain.model import Citizen, Record


def compared(record: Record, citizen: Citizen) -> Record:
    """Return the record with the fields that it is disputed by.

    Raises:
        StoredDataError: it is not a JSON object.
    """
    return replace(record, disputed=disagreements(content_of(record), citizen))


def disagreements(content: Mapping[str, Any], citizen: Citizen) -> tuple[str, ...]:
    """Return the fields of a record by which it is another person's; nothing if it may be the citizen's.

    What the citizen's own data leave open contradicts nothing. What is no text cannot be compared, and disagrees. A
    number that they bore before is theirs; so is what was right about them until the law changed it.
    """
    personal, former = citizen.personal_data, citizen.former_data
    own: dict[str, tuple[str, ...]] = {
        "citizen_number": (citizen.citizen_number, *citizen.former_numbers),
        "full_name": (personal.full_name, *(data.full_name for data in former)),
        "birth_date": (personal.birth_date, *(data.birth_date for data in former)),
        "sex": (personal.sex, *(data.sex for data in former)),
    }
    return tuple(
        field
        for field, agree in _AGREE.items()
        if field in content
        and own[field][0]
        and not (isinstance(content[field], str) and any(agree(content[field], one) for one in own[field]))
    )


def _same_date(one: str, other: str) -> bool:
    """Tell whether two dates may be one: of some people only the year is known."""
    shorter = min(len(one), len(other))
    return shorter in {len("YYYY"), len("YYYY-MM-DD")} and one[:shorter] == other[:shorter]


_AGREE: Mapping[str, Callable[[str, str], bool]] = {
    "citizen_number": str.__eq__,
    "full_name": same_name,
    "birth_date": _same_date,
    "sex": str.__eq__,
}
