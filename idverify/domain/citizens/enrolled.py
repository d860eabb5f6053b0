"""The identity given at enrolment and corrected since, as a record: it serves until the register's own is there.

Both have the type ``identity``. Which of them was disclosed stands in the record, in the assertion and in the trail.
"""

from __future__ import annotations

import json

from idverify.domain.model import Citizen, Record, RecordSource

IDENTITY = "identity"
"""The record type that says who somebody is."""


def enrolled_identity(citizen: Citizen, keeper: str) -> Record:
    """Return what was said of a citizen at enrolment; what was not said is left out.

    Args:
        citizen: whose.
        keeper: who vouches for it in place of the register's owner: this service.
    """
    personal = citizen.personal_data
    said = {
        "citizen_number": citizen.citizen_number,
        "full_name": personal.full_name,
        "birth_date": personal.birth_date,
        "sex": personal.sex,
    }
    text = json.dumps({name: value for name, value in said.items() if value}, ensure_ascii=False)
    return Record(IDENTITY, keeper, text, "", citizen.version, citizen.updated, source=RecordSource.ENROLMENT)
