"""How many rows there should be by what the audit trail says: for databases from before the rows were counted."""

from __future__ import annotations

import json
from collections import Counter

from sqlalchemy import Connection, select

from idverify.domain.errors import StoredDataError
from idverify.storage.tables import audit
from idverify.storage.trail.tally import FORMER_PLACES

_BATCH = 10_000
_ADDS = {("EnrolCitizen", "ENROLLED"), ("AddFingerprints", "ADDED")}


def counts_by_events(connection: Connection) -> dict[str, int]:
    """Return how many rows the events leave; ten microseconds an event. Such a database has nothing else.

    Raises:
        StoredDataError: an event cannot be read.
    """
    subjects = templates = 0
    records: Counter[str] = Counter()
    actions = ("EnrolCitizen", "AddFingerprints", "PutRecord", "DeleteCitizen")
    query = select(audit.c.payload).where(audit.c.action.in_(actions)).order_by(audit.c.sequence)
    for (payload,) in connection.execute(query, execution_options={"yield_per": _BATCH}):
        try:
            event = json.loads(payload)
            act, subject_id, details = (event["action"], event["outcome"]), event["subject_id"], event["details"]
            if act in _ADDS:
                subjects += act[0] == "EnrolCitizen"
                templates += details["templates"]
            elif act == ("PutRecord", "STORED"):
                records[subject_id] += 1
            elif act == ("DeleteCitizen", "DELETED"):
                subjects, templates = subjects - 1, templates - details["templates"]
                del records[subject_id]
        except (ValueError, KeyError, TypeError):
            raise StoredDataError("an audit event cannot be read") from None
    counted = {"subjects": subjects, "templates": templates, "records": records.total()}
    return dict.fromkeys(FORMER_PLACES, 0) | counted
